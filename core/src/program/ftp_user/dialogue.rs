//! What the person's FTP program makes of the server's replies.

use super::job::{Bring, Step, Trouble};
use super::{Content, Control, DataType, Doing, FtpUser, Request, files};
use crate::program::ftp_turns;
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::typed::Line;
use crate::proto::ftp::{Class, ClientReport, Command, Reply, TypeCode};

impl FtpUser {
    /// Deals with the next thing that comes out of the engine; false where nothing does.
    pub(super) fn say_next(&mut self) -> bool {
        let Control::Up(up) = &mut self.control else {
            return false;
        };
        let conn = up.conn;
        let Some(output) = up.client.poll_output() else {
            return false;
        };
        match output {
            Output::Send(bytes) => {
                let turn = self.turn.take();
                self.ask(Request::Send { conn, bytes, turn });
            }
            Output::Report(report) => self.told(report),
            Output::Finish => {
                up.leaving = true;
                self.ask(Request::Finish { conn });
            }
            Output::Abort => {
                up.leaving = true;
                self.ask(Request::Abort { conn });
            }
        }
        true
    }

    fn told(&mut self, report: ClientReport) {
        match report {
            ClientReport::Says(command) => self.turn = Some(ftp_turns::command(&command)),
            ClientReport::Greeting(reply) if reply.class() == Class::Completion => {
                self.step_done();
            }
            ClientReport::Greeting(reply) => {
                self.left(Some(&reply), "The server does not let us in");
            }
            ClientReport::Dismissed(reply) => {
                self.left(Some(&reply), "The server ended the session");
            }
            ClientReport::Reply { to, reply } if reply.code == 421 => {
                let what = format!("The server ended the session at {}", to.verb());
                self.left(Some(&reply), &what);
            }
            ClientReport::Reply { to, reply } => self.answered(&to, &reply),
            ClientReport::Broken(why) => self.left(None, &format!("The server sent {why}")),
            ClientReport::Gone => self.left(None, "The server hung up"),
            ClientReport::Delayed(_) | ClientReport::Unexpected(_) => {}
        }
    }

    fn answered(&mut self, to: &Command, reply: &Reply) {
        if reply.class() == Class::Completion {
            self.learn(to, reply);
        }
        match &self.doing {
            Doing::LoggingIn => self.login_answered(to, reply),
            Doing::Saying(_) if reply.class() == Class::Preliminary => {}
            Doing::Saying(at) => {
                let at = *at;
                self.said(at, to, reply);
            }
            Doing::Moving(_) => self.transfer_answered(to, reply),
            Doing::Nothing | Doing::Connecting | Doing::Waiting(_) => {}
        }
    }

    pub(super) fn start_to_log_in(&mut self) {
        self.doing = Doing::LoggingIn;
        self.phase("log in");
        self.command(Command::User(self.session.user.clone()));
    }

    fn login_answered(&mut self, to: &Command, reply: &Reply) {
        match (reply.class(), to) {
            (Class::Preliminary, _) => {}
            (Class::Intermediate, Command::User(_)) if reply.code == 331 => {
                self.command(Command::Pass(self.session.password.clone()));
            }
            (Class::Completion, _) => {
                self.logged_in();
                self.remember(reply);
                self.step_done();
            }
            _ => {
                if let Control::Up(up) = &mut self.control {
                    up.logged_in = false;
                }
                let text = sentence("The login was refused", reply);
                self.fail(trouble(reply), Some(reply.code), text);
            }
        }
    }

    fn logged_in(&mut self) {
        if let Control::Up(up) = &mut self.control {
            up.logged_in = true;
        }
        self.session.lost = None;
        self.session.folder.clear();
        self.session.home = None;
        self.session.noted = true;
        let user = self.session.user.clone();
        self.note("state", format!("logged in as {user}"));
        self.note("user", user);
        self.note_folder();
        self.note_mode();
    }

    /// A command of a step was answered for good.
    fn said(&mut self, at: usize, to: &Command, reply: &Reply) {
        let Some(step) = self.job.as_ref().and_then(|job| job.step.clone()) else {
            return;
        };
        let good = matches!(reply.class(), Class::Completion | Class::Intermediate);
        match step {
            Step::Goodbye => return self.quit_answered(reply),
            // It is there already, or files in it will tell.
            Step::MakeFolder(_) if reply.class() == Class::Permanent => {}
            _ if self.quoting() => {
                self.remember(reply);
                return match good {
                    true => self.step_done(),
                    false => {
                        let text = sentence("The server answered", reply);
                        self.fail(Trouble::Final, Some(reply.code), text);
                    }
                };
            }
            Step::Say(_) if self.measured(to, reply) => return,
            Step::Say(_) if self.was_done(to, reply) => {}
            _ if !good => {
                let what = self.refusal(to);
                return self.fail(trouble(reply), Some(reply.code), sentence(&what, reply));
            }
            Step::Say(commands) => {
                self.remember(reply);
                if let Some(next) = commands.get(at + 1) {
                    self.doing = Doing::Saying(at + 1);
                    return self.command(next.clone());
                }
                if let Some(job) = &mut self.job {
                    job.done += 1;
                }
            }
            _ => {}
        }
        self.step_done();
    }

    /// What the server has already of a file that is to go on: the rest is brought. Answers
    /// whether that was the question.
    fn measured(&mut self, to: &Command, reply: &Reply) -> bool {
        let line = self.job.as_ref().and_then(|job| job.line.as_ref());
        let (Some(Line::ResumePut(name)), Command::Size(there)) = (line, to) else {
            return false;
        };
        let from = match reply.class() {
            Class::Completion => super::words::size(reply).unwrap_or(0),
            // It has nothing of it.
            Class::Permanent => 0,
            _ => return false,
        };
        let (name, to) = (name.clone(), there.clone());
        let len = self.files.get(&name).map_or(0, Content::len);
        if from > len || (from > 0 && self.wants == DataType::Ascii) {
            let text = match from > len {
                true => format!("The server has {from} bytes of {name}, more than the {len} here."),
                false => "A text whose line ends may change has no place to go on from.".to_owned(),
            };
            self.fail(Trouble::Final, Some(reply.code), text);
            return true;
        }
        self.remember(reply);
        if let Some(job) = &mut self.job {
            if from == len && len > 0 {
                job.told = "It was there whole.".to_owned();
            } else {
                job.steps.push_front(Step::Bring(Bring {
                    name,
                    to,
                    appends: false,
                    from,
                    midway: None,
                }));
            }
        }
        self.step_done();
        true
    }

    /// Whether a refusal says that a command was done already when the session was lost: what
    /// was to go is gone, what was to be there is there.
    fn was_done(&mut self, to: &Command, reply: &Reply) -> bool {
        use Command as C;
        let Some(job) = &mut self.job else {
            return false;
        };
        let unsure = job.unsure.take();
        let done = match (&unsure, to) {
            // The old name was there, and is not.
            (Some(C::Rnto(_)), C::Rnfr(_)) => reply.code == 550,
            (Some(said @ (C::Dele(_) | C::Rmd(_))), to) => said == to && reply.code == 550,
            (Some(said @ C::Mkd(_)), to) => said == to && matches!(reply.code, 521 | 550),
            _ => false,
        };
        if done {
            job.done += 1;
            job.told = "The first answer was lost.".to_owned();
            job.reply = Some(reply.clone());
        }
        done
    }

    fn quoting(&self) -> bool {
        let line = self.job.as_ref().and_then(|job| job.line.as_ref());
        matches!(line, Some(Line::Quote(_)))
    }

    /// Keeps the reply that decides how the line ends.
    pub(super) fn remember(&mut self, reply: &Reply) {
        if let Some(job) = &mut self.job {
            job.reply = Some(reply.clone());
        }
    }

    /// What a completed command changes in the session, whoever said it.
    fn learn(&mut self, to: &Command, reply: &Reply) {
        match to {
            Command::Type(TypeCode::Image) => self.agreed_on(Some(DataType::Binary)),
            Command::Type(TypeCode::Ascii(_)) => self.agreed_on(Some(DataType::Ascii)),
            Command::Type(_) => self.agreed_on(None),
            Command::Cwd(path) => self.went_to(path),
            Command::Cdup => self.went_to(".."),
            Command::Pwd => {
                if let Some(path) = quoted(&reply.text()) {
                    if self.session.folder.is_empty() {
                        self.session.home = Some(path);
                    } else {
                        self.session.folder = files::normalise(&path);
                    }
                    self.note_folder();
                }
            }
            Command::Rein => {
                if let Control::Up(up) = &mut self.control {
                    up.logged_in = false;
                }
                self.session.agreed = None;
                self.forget_session("connected");
            }
            _ => {}
        }
    }

    fn agreed_on(&mut self, agreed: Option<DataType>) {
        if self.session.agreed != agreed {
            self.session.agreed = agreed;
            self.note(
                "type",
                match agreed {
                    Some(DataType::Ascii) => "text (ASCII)",
                    Some(DataType::Binary) => "binary",
                    None => "",
                },
            );
        }
    }

    fn went_to(&mut self, path: &str) {
        let was = match (self.session.folder.as_str(), &self.session.home) {
            ("", Some(home)) => home.as_str(),
            (was, _) => was,
        };
        let now = files::from_folder(was, path);
        // Below the folder that the login led to, while nobody has said which that is.
        let below = !was.starts_with('/') && !path.starts_with('/');
        self.session.folder = match below {
            true => now.trim_start_matches('/').to_owned(),
            false => now,
        };
        self.note_folder();
    }

    /// The folder we are in, as far as is known; the root where the login led, until the
    /// server says otherwise.
    pub(super) fn folder(&self) -> String {
        match (self.session.folder.as_str(), &self.session.home) {
            ("", Some(home)) => home.clone(),
            (folder, _) => files::normalise(folder),
        }
    }

    fn note_folder(&mut self) {
        let folder = self.folder();
        self.note("dir", folder);
    }

    fn quit_answered(&mut self, reply: &Reply) {
        if let Control::Up(up) = &mut self.control {
            up.leaving = true;
            up.logged_in = false;
            let conn = up.conn;
            // A server that refuses to say goodbye is left all the same.
            if reply.class() != Class::Completion {
                self.ask(Request::Finish { conn });
            }
        }
        self.session.lost = None;
        self.session.folder.clear();
        self.forget_session("logged out");
        self.remember(reply);
        self.step_done();
    }
}

/// Whether the same may work later.
pub(super) fn trouble(reply: &Reply) -> Trouble {
    match reply.class() {
        Class::Transient => Trouble::Passing,
        _ => Trouble::Final,
    }
}

/// The path in a 257's text: `"/docs" is the current folder.` Quotes in it are doubled
/// (RFC 959, appendix II).
pub(super) fn quoted(text: &str) -> Option<String> {
    let start = text.find('"')? + 1;
    let mut path = String::new();
    let mut letters = text[start..].chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '"' && letters.next_if_eq(&'"').is_none() {
            return Some(path);
        }
        path.push(letter);
    }
    None
}

/// `what`, with the server's own words behind it, as one sentence.
pub(super) fn sentence(what: &str, reply: &Reply) -> String {
    let text = super::words::shortened(&reply.text());
    match text.trim_end_matches('.') {
        "" => format!("{what} with {}.", reply.code),
        said => format!("{what}: {} {said}.", reply.code),
    }
}
