//! What happens while a file is on its way: ABOR, STAT, hanging up; and what is kept of it.

use super::dialogue::sentence;
use super::job::Step;
use super::moving::{Data, Late, Transfer};
use super::{Content, Control, Duration, FtpUser, Outcome, Request};
use crate::base::{Part, Transform};
use crate::proto::ftp::typed::Midway;
use crate::proto::ftp::{Class, Command};

/// How long a data connection may stay open once a transfer was broken off.
const LINGER: Duration = Duration::from_secs(2);
/// How long a second answer is awaited where ABOR is one of two open commands. RFC 959 §4.1.3
/// wants two, 426 and 226; some servers give one.
pub(super) const ONCE: Duration = Duration::from_secs(10);

impl FtpUser {
    /// Does what was to happen once so much has come or gone.
    pub(super) fn midway(&mut self) {
        let Some(transfer) = self.moving() else {
            return;
        };
        let Some((what, _)) = transfer.midway.filter(|(_, at)| transfer.moved >= *at) else {
            return;
        };
        if transfer.late.is_some() {
            return;
        }
        transfer.midway = None;
        match what {
            Midway::Abort => self.say_meanwhile(Command::Abor, false),
            Midway::Status => self.say_meanwhile(Command::Stat(String::new()), false),
            Midway::HangUp => self.hang_up_midway(),
        }
    }

    /// `abort` or `status` was typed: where a file is on its way, it is said at once.
    pub(super) fn interrupts(&mut self, command: Command) -> bool {
        let may = self.moving().is_some_and(|transfer| {
            let late = transfer.late.as_ref();
            let answered = late.is_none_or(|late| late.reply.is_some() && !late.typed);
            transfer.asked.is_some() && answered && transfer.ended.is_none()
        });
        if may {
            self.say_meanwhile(command, true);
        }
        may
    }

    fn say_meanwhile(&mut self, command: Command, typed: bool) {
        if let Some(transfer) = self.moving() {
            transfer.late = Some(Late {
                command: command.clone(),
                typed,
                reply: None,
            });
        }
        if let Control::Up(up) = &mut self.control {
            up.client.interrupt(command);
        }
    }

    fn hang_up_midway(&mut self) {
        let Some(transfer) = self.end_transfer() else {
            return;
        };
        let (name, reached) = (transfer.name(), transfer.reached());
        let text = format!("Hung up after {reached} bytes of {name}.");
        self.hang_up();
        self.session.folder.clear();
        self.forget_session("");
        self.end(true, None, text);
    }

    /// What was said meanwhile has its reply.
    pub(super) fn late_answered(&mut self) {
        let Some(transfer) = self.moving() else {
            return;
        };
        let Some(Late {
            command,
            typed,
            reply: Some(reply),
        }) = &transfer.late
        else {
            return;
        };
        let (reply, typed) = (reply.clone(), *typed);
        let good = reply.class() == Class::Completion;
        if *command == Command::Abor {
            if !good && transfer.ended.is_none() {
                // A server that cannot break off is left without a data connection.
                self.close_data();
            }
            return self.complete_if_done();
        }
        if typed {
            transfer.late = None;
            self.ask(Request::Outcome(Outcome {
                ok: good,
                code: Some(reply.code),
                text: sentence("The server says", &reply),
            }));
        }
        self.complete_if_done();
    }

    /// What was typed to break it off has come to its end.
    pub(super) fn late_outcome(&mut self, transfer: &Transfer) {
        let Some(late) = transfer.late.as_ref().filter(|late| late.typed) else {
            return;
        };
        let (ok, code, text) = match &late.reply {
            Some(reply) => {
                let what = match (&late.command, &transfer.ended) {
                    (Command::Abor, Some(end)) if end.class() == Class::Completion => {
                        "There was nothing left to break off"
                    }
                    (Command::Abor, _) => "The transfer is broken off",
                    _ => "The server says",
                };
                let ok = reply.class() == Class::Completion;
                (ok, Some(reply.code), sentence(what, reply))
            }
            None => {
                let text = format!("{} got no answer.", late.command.verb());
                (false, None, text)
            }
        };
        self.ask(Request::Outcome(Outcome { ok, code, text }));
    }

    /// The server has broken it off, and said so twice: 426 to the transfer, 226 to ABOR. The
    /// data connection closes by itself, or is closed after a while.
    pub(super) fn broken_off(&mut self) {
        let now = self.now;
        let Some(transfer) = self.moving() else {
            return;
        };
        let gone = matches!(transfer.data, Data::None) || transfer.closed;
        if !gone && transfer.linger.is_none_or(|until| until > now) {
            transfer.linger.get_or_insert(now + LINGER);
            return;
        }
        let Some(transfer) = self.end_transfer() else {
            return;
        };
        let typed = transfer.late.as_ref().is_some_and(|late| late.typed);
        let late = transfer.late.as_ref().and_then(|late| late.reply.as_ref());
        let code = late.or(transfer.ended.as_ref()).map(|reply| reply.code);
        let (name, reached) = (transfer.name(), transfer.reached());
        let text = match transfer.size {
            Some(size) => {
                format!("{name} was broken off after {reached} bytes; it has {size} bytes.")
            }
            None => format!("{name} was broken off after {reached} bytes."),
        };
        // What was asked for is what happened, or somebody thought better of it.
        let (ok, code) = match typed {
            true => (false, transfer.ended.as_ref().map(|reply| reply.code)),
            false => (true, code),
        };
        self.end(ok, code, text);
    }

    /// The data connection of what was broken off has had its time.
    pub(super) fn lingered(&mut self) {
        let alone = self.moving().is_some_and(|transfer| transfer.awaits_late());
        if !alone {
            return self.broken_off();
        }
        // The one answer stands for both: to the transfer, and to ABOR.
        if let Control::Up(up) = &mut self.control {
            up.client.stop_waiting();
        }
        let Some(transfer) = self.moving() else {
            return;
        };
        transfer.linger = None;
        let whole = transfer.size == Some(transfer.reached());
        let ended = transfer.ended.clone();
        if let Some(late) = &mut transfer.late {
            late.reply = ended;
        }
        match whole {
            true => self.complete_if_done(),
            false => self.broken_off(),
        }
    }

    /// What came of a file is kept, however far it has come.
    pub(super) fn keep_what_came(&mut self) {
        let Some(transfer) = self.moving() else {
            return;
        };
        let (Step::Fetch(fetch), Some(conn)) = (&transfer.step, transfer.conn) else {
            return;
        };
        let (len, good) = (transfer.moved, transfer.ended.as_ref());
        let whole = good.is_some_and(|reply| reply.class() == Class::Completion);
        if len == 0 && !(whole && transfer.closed) {
            return;
        }
        let came = Content::Received {
            conn,
            start: 0,
            len,
        };
        let came = match transfer.converts {
            true => Content::Converted {
                of: came.into(),
                by: Transform::FromNetwork,
                len: len - transfer.pairs(),
            },
            false => came,
        };
        let (name, from) = (fetch.save_as.clone(), fetch.from);
        let unfinished = !whole;
        if unfinished {
            self.note_progress();
        }
        let content = match self.files.get(&name) {
            Some(had) if from > 0 => Content::joined([
                Part {
                    content: had.clone(),
                    range: 0..from.min(had.len()),
                },
                Part {
                    range: 0..came.len(),
                    content: came,
                },
            ]),
            _ => came,
        };
        self.keep(&name, content);
    }
}
