//! A file or a list on its way: what comes, what goes, and what happens midway.

use super::dialogue::{sentence, trouble};
use super::job::{Step, Trouble};
use super::listing::take_text;
use super::midway::ONCE;
use super::moving::{Data, Transfer};
use super::{CloseReason, DataType, Doing, FtpUser, LineEnds, Request};
use crate::base::{ConnId, Transform};
use crate::program::ftp_turns;
use crate::proto::ftp::typed::Midway;
use crate::proto::ftp::{Class, Command, Reply, parse};

/// A file is noted this often on its way.
const NOTES: u64 = 20;

impl FtpUser {
    /// Whether line ends change on the way.
    pub(super) fn converts(&self) -> bool {
        self.wants == DataType::Ascii && self.config.line_ends == LineEnds::Lf
    }

    pub(super) fn transfer_answered(&mut self, to: &Command, reply: &Reply) {
        let Some(transfer) = self.moving() else {
            return;
        };
        if let Some(late) = &mut transfer.late
            && late.command == *to
            && reply.class() != Class::Preliminary
        {
            late.reply = Some(reply.clone());
            transfer.linger = None;
            return self.late_answered();
        }
        if transfer.asked.as_ref() != Some(to) {
            return self.prepared(to, reply);
        }
        if reply.class() == Class::Preliminary {
            return self.transfer_begun(reply);
        }
        transfer.ended = Some(reply.clone());
        self.complete_if_done();
    }

    fn transfer_begun(&mut self, reply: &Reply) {
        let Some(transfer) = self.moving() else {
            return;
        };
        let first = !std::mem::replace(&mut transfer.begun, true);
        if first && matches!(transfer.step, Step::Fetch(_)) {
            let from = transfer.from();
            // Some tell how long the file is, and some how much of it is to come.
            transfer.size = parse::announced_size(&reply.text()).map(|size| match size {
                size if size < from => size.saturating_add(from),
                size => size,
            });
            transfer.next_note = transfer
                .size
                .map_or(u64::MAX, |size| size.div_ceil(NOTES).max(from));
            self.noted(0);
        }
        self.pour();
    }

    /// Lets the file go once the server waits for it and there is a way.
    pub(super) fn pour(&mut self) {
        let own = match self.moving() {
            Some(Transfer {
                step: Step::Bring(bring),
                begun: true,
                data: Data::Open(conn),
                size: None,
                ..
            }) => Some((*conn, bring.clone())),
            _ => None,
        };
        let Some((conn, bring)) = own else { return };
        let Some(content) = self.files.get(&bring.name).cloned() else {
            let text = format!("There is no file {} here.", bring.name);
            return self.fail(Trouble::Final, None, text);
        };
        let len = content.len();
        let from = bring.from.min(len);
        let until = match bring.midway {
            // Nothing more is to go than that.
            Some((Midway::Abort | Midway::HangUp, at)) => (from + at).min(len),
            _ => len,
        };
        let Some(transfer) = self.moving() else {
            return;
        };
        transfer.size = Some(len);
        transfer.sending = Some(until - from);
        transfer.next_note = len.div_ceil(NOTES).max(from);
        let transform = match transfer.converts {
            true => Transform::ToNetwork,
            false => Transform::AsIs,
        };
        let turn = Some(ftp_turns::data(&bring.name, until - from));
        self.ask(Request::SendContent {
            conn,
            content,
            range: from..until,
            transform,
            turn,
        });
        if until == len {
            self.ask(Request::Finish { conn });
        }
        self.note_progress();
    }

    /// So much has arrived there; line ends are counted as they go over the network, so that
    /// a text seems to come a little further than it has.
    pub(super) fn data_sending(&mut self, conn: ConnId, bytes: u64) {
        let Some(transfer) = self.moving().filter(|transfer| transfer.is_on(conn)) else {
            return;
        };
        let Some(sending) = transfer.sending else {
            return;
        };
        let more = bytes.min(sending).saturating_sub(transfer.moved);
        self.noted(more);
        self.midway();
    }

    /// All that was to go has arrived there.
    pub(super) fn data_sent(&mut self, conn: ConnId) {
        let Some(transfer) = self.moving().filter(|transfer| transfer.is_on(conn)) else {
            return;
        };
        let Some(sending) = transfer.sending.take() else {
            return;
        };
        let more = sending.saturating_sub(transfer.moved);
        self.noted(more);
        self.midway();
    }

    /// Bytes came: they are counted, and the count noted now and then.
    pub(super) fn data_came(&mut self, conn: ConnId, bytes: &[u8]) {
        let Some(transfer) = self.moving().filter(|transfer| transfer.is_on(conn)) else {
            return;
        };
        match &transfer.step {
            Step::Fetch(_) => transfer.count_line_ends(bytes),
            Step::Look(_) => {
                take_text(&mut transfer.text, bytes);
                return;
            }
            _ => return,
        }
        self.noted(bytes.len() as u64);
        self.midway();
    }

    fn noted(&mut self, bytes: u64) {
        let Some(transfer) = self.moving() else {
            return;
        };
        transfer.moved += bytes;
        let reached = transfer.reached();
        if let Some(size) = transfer.size
            && reached >= transfer.next_note
        {
            let step = size.div_ceil(NOTES).max(1);
            transfer.next_note = match (reached / step + 1) * step {
                next if reached < size => next.min(size),
                _ => u64::MAX,
            };
            self.note_progress();
        }
    }

    pub(super) fn note_progress(&mut self) {
        let Some(transfer) = self.moving() else {
            return;
        };
        let Some(name) = transfer.own_name() else {
            return;
        };
        let key = format!("file.{name}");
        let value = match transfer.size {
            Some(size) if size >= transfer.reached() => {
                format!("{} of {size} bytes", transfer.reached())
            }
            _ => format!("{} bytes", transfer.reached()),
        };
        self.note(key, value);
    }

    pub(super) fn data_ended(&mut self, conn: ConnId) {
        if let Some(transfer) = self.moving()
            && transfer.is_on(conn)
            && !transfer.closed
        {
            transfer.closed = true;
            let brings = matches!(transfer.step, Step::Bring(_));
            let whole = transfer.sending.is_none() && !transfer.aborts();
            if !brings || whole {
                self.ask(Request::Finish { conn });
            }
            self.complete_if_done();
        }
    }

    pub(super) fn data_closed(&mut self, conn: ConnId, reason: CloseReason) {
        if let Some(transfer) = self.moving()
            && transfer.is_on(conn)
        {
            if reason == CloseReason::Finished {
                transfer.closed = true;
            } else if !transfer.closed {
                transfer.broken = Some(reason);
            }
            transfer.data = Data::None;
            self.complete_if_done();
        }
    }

    /// The server refused the transfer, or broke it off.
    fn transfer_refused(&mut self, to: &Command, reply: &Reply) {
        let unknown = matches!(reply.code, 500 | 502 | 504);
        if matches!(to, Command::Mlsd(_)) && unknown && !self.session.no_facts {
            return self.list_instead();
        }
        let Some(transfer) = self.moving() else {
            return;
        };
        let name = transfer.name();
        let what = match (&transfer.step, transfer.moved) {
            (Step::Look(_), _) => "The list did not come".to_owned(),
            (Step::Fetch(_), 0) => format!("{name} did not come"),
            (_, 0) => format!("{name} did not go"),
            (_, moved) => format!("{name} broke off after {moved} bytes"),
        };
        self.fail(trouble(reply), Some(reply.code), sentence(&what, reply));
    }

    /// The server does not know MLSD: it is asked for LIST from now on.
    fn list_instead(&mut self) {
        self.session.no_facts = true;
        let Some(transfer) = self.end_transfer() else {
            return;
        };
        self.start_transfer(transfer.step);
    }

    /// Done when the server has said so and closed the data connection, in either order.
    pub(super) fn complete_if_done(&mut self) {
        let now = self.now;
        let Some(transfer) = self.moving() else {
            return;
        };
        let Some(reply) = transfer.ended.clone() else {
            return;
        };
        if transfer.awaits_late() {
            // Its answer would be taken for that to the next command. Some answer ABOR only
            // once, though.
            if transfer.aborts() {
                transfer.linger.get_or_insert(now + ONCE);
            }
            return;
        }
        if reply.class() != Class::Completion && !transfer.aborts() {
            let to = transfer.asked.clone().unwrap_or(Command::Noop);
            return self.transfer_refused(&to, &reply);
        }
        let code = Some(reply.code);
        let (name, len) = (transfer.name().to_owned(), transfer.moved);
        if transfer.is_cut(&reply) {
            return self.broken_off();
        }
        if let Some(reason) = transfer.broken {
            let text = format!("{name} broke off after {len} bytes: {reason}.");
            return self.fail(Trouble::Passing, code, text);
        }
        let (brings, size) = (matches!(transfer.step, Step::Bring(_)), transfer.size);
        if brings {
            return self.brought(&reply);
        }
        if !transfer.closed {
            return;
        }
        let (reached, from, converts) = (transfer.reached(), transfer.from(), transfer.converts);
        let whole =
            |size: u64| size == reached || (from > 0 && size.saturating_add(from) == reached);
        if let Some(size) = size.filter(|size| !converts && !whole(*size)) {
            let text = format!("Of {name} came {reached} bytes instead of {size}.");
            return self.fail(Trouble::Final, code, text);
        }
        self.arrived(&reply);
    }

    /// All that was wanted is here.
    fn arrived(&mut self, reply: &Reply) {
        let Some(transfer) = self.end_transfer() else {
            return;
        };
        match &transfer.step {
            Step::Look(look) => {
                let asked = transfer.asked.clone().unwrap_or(Command::Noop);
                self.list_came(look, &asked, &transfer.text, reply);
            }
            _ => self.moved(&transfer, reply),
        }
    }

    /// The server has all of it.
    fn brought(&mut self, reply: &Reply) {
        let Some(transfer) = self.moving() else {
            return;
        };
        let Some(size) = transfer.size else {
            let text = sentence("The server did not wait for the file", reply);
            return self.fail(Trouble::Final, Some(reply.code), text);
        };
        let was = transfer.reached();
        transfer.moved = size.saturating_sub(transfer.from());
        if was != size {
            self.note_progress();
        }
        // All that was asked for has gone, and the server closes what is left of it.
        if let Some(transfer) = self.moving() {
            transfer.data = Data::None;
        }
        if let Some(transfer) = self.end_transfer() {
            self.moved(&transfer, reply);
        }
    }

    fn moved(&mut self, transfer: &Transfer, reply: &Reply) {
        self.remember(reply);
        if let Some(job) = &mut self.job {
            job.done += 1;
            job.bytes += transfer.bytes();
            if let Some(late) = transfer.late.as_ref()
                && let Some(reply) = &late.reply
            {
                let what = match late.command {
                    Command::Abor => "ABOR came too late",
                    _ => "On its way the server said",
                };
                job.told = sentence(what, reply);
            }
        }
        self.step_done();
    }

    /// Lets go of whatever there is of a data connection.
    pub(super) fn close_data(&mut self) {
        let Some(transfer) = self.moving() else {
            return;
        };
        match std::mem::replace(&mut transfer.data, Data::None) {
            Data::Listening(token) => self.ask(Request::Unlisten { token }),
            Data::Open(conn) => {
                // One that was closed well, or never used, ends in peace.
                let waits = transfer.sending.is_some();
                let request = match (transfer.closed && !waits) || !transfer.begun {
                    true => Request::Finish { conn },
                    false => Request::Abort { conn },
                };
                self.ask(request);
            }
            // Should it still open, nobody will know the token, and it is aborted.
            Data::Connecting(..) | Data::None => {}
        }
    }

    /// Ends what is on its way, however far it has come: what came of a file is kept.
    pub(super) fn end_transfer(&mut self) -> Option<Box<Transfer>> {
        self.moving()?;
        self.close_data();
        self.keep_what_came();
        let Doing::Moving(transfer) = std::mem::replace(&mut self.doing, Doing::Nothing) else {
            return None;
        };
        if transfer.own_name().is_some() {
            self.note("transfer", "");
        }
        self.late_outcome(&transfer);
        Some(transfer)
    }
}
