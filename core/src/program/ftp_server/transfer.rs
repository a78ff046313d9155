//! What goes over a session's data connection: a file, or a list of files.

use super::Cx;
use super::data::Data;
use super::room::Room;
use super::session::Session;
use super::upload::{Upload, first_bytes};
use crate::base::{CloseReason, ConnId, Content, Duration, Transform};
use crate::program::contract::Request;
use crate::program::files::{LineEnds, parent};
use crate::program::ftp_turns;
use crate::proto::ftp::{Command, Reply};
use std::ops::Range;

/// How long a client may take to close a data connection on which all has arrived.
const LINGER: Duration = Duration::from_secs(2);
/// A transfer is noted about this often on its way.
const NOTES: u64 = 20;
/// How many bytes of a file of unknown length go by between two notes, at least.
const NOTE_AFTER: u64 = 16 * 1024;

/// A file or a list on its way.
#[derive(Debug)]
pub(super) struct Transfer {
    /// What it is called.
    name: String,
    way: Way,
    /// The data connection is open, and bytes may go.
    started: bool,
    /// All of it has been acknowledged.
    sent: bool,
    /// The client has closed its side.
    closed: bool,
    /// How many bytes have gone by, of how many, where that is known.
    moved: u64,
    total: Option<u64>,
    next_note: u64,
}

/// Where a transfer goes to.
#[derive(Debug)]
enum Way {
    /// To the client.
    Out(Content, Range<u64>, Transform),
    /// To the server.
    In(Upload),
}

impl Session {
    /// RETR (RFC 959 §4.1.3).
    pub(super) fn retrieve(&mut self, path: &str, cx: &mut Cx<'_>) -> Option<Reply> {
        let at = match self.restart(cx) {
            Ok(at) => at,
            Err(refusal) => return Some(refusal),
        };
        if !self.place.reads {
            return Some(denied(path));
        }
        let real = self.real(path);
        if cx.files.is_folder(&real) {
            return Some(Reply::new(550, format!("{path} is a folder, not a file.")));
        }
        let Some(content) = cx.files.get(&real).cloned() else {
            return Some(Reply::new(550, format!("{path}: no such file.")));
        };
        let len = content.len();
        if at > len {
            let text = format!("{path} holds only {len} bytes, it cannot begin at {at}.");
            return Some(Reply::new(554, text));
        }
        let transform = match self.converts(cx) {
            true => Transform::ToNetwork,
            false => Transform::AsIs,
        };
        // A text's line ends make it longer than the file, nobody knows how much.
        let total = (transform == Transform::AsIs).then_some(len - at);
        let way = Way::Out(content, at..len, transform);
        self.transfer = Some(Transfer::new(path, way, total));
        let size = total.map_or(String::new(), |total| format!(" ({total} bytes)"));
        self.begin(&format!("{path}{size}"), cx)
    }

    /// Sends a list (RFC 959 §4.1.3, RFC 3659 §7): always text, whatever the type.
    pub(super) fn send_text(&mut self, text: &str, cx: &mut Cx<'_>) -> Option<Reply> {
        let content = Content::from_bytes(text.as_bytes());
        let len = content.len();
        let way = Way::Out(content, 0..len, Transform::AsIs);
        self.transfer = Some(Transfer::new("list of files", way, Some(len)));
        self.begin(&format!("the list of files ({len} bytes)"), cx)
    }

    /// STOR, STOU and APPE (RFC 959 §4.1.3).
    pub(super) fn store(&mut self, command: &Command, cx: &mut Cx<'_>) -> Option<Reply> {
        let at = match self.restart(cx) {
            Ok(at) => at,
            Err(refusal) => return Some(refusal),
        };
        let named = command.text().unwrap_or_default();
        let unique = matches!(command, Command::Stou(_));
        let name = match unique {
            true => self.unused_name(named, cx),
            false => named.to_owned(),
        };
        if !self.place.writes {
            return Some(denied(&name));
        }
        let real = self.real(&name);
        if let Some(why) = Self::bad_name(&name, &real) {
            return Some(Reply::new(553, why));
        }
        if cx.files.is_folder(&real) {
            return Some(Reply::new(553, format!("{name} is a folder, not a file.")));
        }
        if !cx.files.is_folder(parent(&real)) {
            let text = format!("{name}: there is no such folder to put it into.");
            return Some(Reply::new(553, text));
        }
        let old = cx.files.get(&real);
        let len = old.map_or(0, Content::len);
        // RFC 3659 §5: an offset means nothing to APPE, which adds to the end, nor to STOU.
        let stays = match command {
            Command::Appe(_) => len,
            Command::Stor(_) => at,
            _ => 0,
        };
        if stays > len {
            let text = format!("{name} holds only {len} bytes, it cannot go on at {stays}.");
            return Some(Reply::new(554, text));
        }
        let before = old.map_or(Vec::new(), |old| first_bytes(old, stays));
        if Room::of(&real, &self.place.home, cx).bytes < stays.max(1) {
            // Said before anything is lost.
            return Some(Room::of(&real, &self.place.home, cx).refusal(": no byte more"));
        }
        // To be added to, or not to be there: so it must be still once the bytes come.
        let awaits = (stays > 0 || unique).then(|| old.cloned());
        let upload = Upload::new(real, before, self.converts(cx)).awaiting(awaits);
        self.transfer = Some(Transfer::new(&name, Way::In(upload), None));
        self.begin(&name, cx)
    }

    /// REST names where the next transfer begins (RFC 959 §4.1.3, RFC 3659 §5).
    pub(super) fn restart_at(&mut self, at: u64, cx: &mut Cx<'_>) -> Reply {
        // A place in the text that goes by is no place in the file: it cannot be found
        // without reading all before it.
        if at > 0 && self.converts(cx) {
            let text = "A text's lines change on their way: send TYPE I before REST.";
            return Reply::new(501, text);
        }
        let note = if at > 0 {
            at.to_string()
        } else {
            String::new()
        };
        self.note("restart", note, cx);
        Reply::new(350, format!("The next transfer begins at byte {at}."))
    }

    /// Where this transfer begins. It counts once.
    fn restart(&mut self, cx: &mut Cx<'_>) -> Result<u64, Reply> {
        self.note("restart", "", cx);
        let at = self.engine.session().restart;
        if at > 0 && self.converts(cx) {
            // The type was changed since: 554 (RFC 1123 §4.1.3.4). A client that was promised
            // another place to begin at would put the whole where it awaits the rest.
            let text = "A text has no place to begin at but its start: send TYPE I and REST again.";
            return Err(Reply::new(554, text));
        }
        Ok(at)
    }

    /// Whether line ends change on the way (RFC 959 §3.1.1.1).
    pub(super) fn converts(&self, cx: &Cx<'_>) -> bool {
        !self.engine.session().binary && cx.config.line_ends == LineEnds::Lf
    }

    /// Says 1yz, and opens the data connection where it is not open (RFC 959 §4.2.2, §5.4).
    fn begin(&mut self, what: &str, cx: &mut Cx<'_>) -> Option<Reply> {
        self.data_deadline = Some(cx.now + cx.config.data_patience);
        let mode = match self.engine.session().binary {
            true => "BINARY",
            false => "ASCII",
        };
        // RFC 1123 §4.1.2.9: how a client learns the name, and nothing else.
        let stou = self
            .engine
            .asked()
            .is_some_and(|asked| asked.verb() == "STOU");
        let reply = match self.data {
            Data::Open(_) if stou => Reply::new(125, format!("FILE: {what}")),
            Data::Listening(_) | Data::Announced(_) if stou => {
                Reply::new(150, format!("FILE: {what}"))
            }
            Data::Open(_) => {
                let text = format!("Using the open data connection for {what}, in {mode} mode.");
                Reply::new(125, text)
            }
            Data::Listening(_) | Data::Announced(_) => {
                let text = format!("Opening {mode} mode data connection for {what}.");
                Reply::new(150, text)
            }
            Data::None | Data::Binding(..) | Data::Connecting(..) | Data::Waiting(..) => {
                self.transfer = None;
                self.data_deadline = None;
                let text = "The data connection is gone: send PASV or PORT again.";
                return Some(Reply::new(425, text));
            }
        };
        self.engine.answer(cx.now, reply);
        if let Data::Announced(to) = self.data {
            self.connect(to, cx);
        }
        None
    }

    /// Begins once both the file and the connection are there.
    pub(super) fn start_if_ready(&mut self, cx: &mut Cx<'_>) {
        let (Data::Open(conn), Some(transfer)) = (&self.data, &mut self.transfer) else {
            return;
        };
        if std::mem::replace(&mut transfer.started, true) {
            return;
        }
        let conn = *conn;
        self.data_deadline = Some(cx.now + cx.config.data_patience);
        match &mut transfer.way {
            Way::In(upload) if !upload.may_begin(cx.files) => {
                let text = format!("{} was changed meanwhile.", transfer.name);
                return self.fail(Reply::new(450, text), cx);
            }
            Way::In(upload) => {
                upload.comes_over(conn);
                let (path, content) = (upload.path.clone(), upload.content());
                cx.files.put(&path, content, cx.now);
                cx.desk.keeps(&path, cx.files.entry(&path));
            }
            Way::Out(content, range, transform) => {
                let (len, path) = (range.end - range.start, &transfer.name);
                if len > 0 {
                    cx.desk.ask(Request::SendContent {
                        conn,
                        content: content.clone(),
                        range: range.clone(),
                        transform: *transform,
                        turn: Some(ftp_turns::data(path, len)),
                    });
                } else {
                    // The host says nothing of an empty content's arrival.
                    transfer.sent = true;
                    self.data_deadline = Some(cx.now + LINGER);
                }
                cx.desk.ask(Request::Finish { conn });
            }
        }
        self.note_transfer(cx);
        let early = std::mem::take(&mut self.early);
        self.read_on(conn, cx);
        self.take(&early, cx);
    }

    /// Bytes came over the data connection.
    pub(super) fn take(&mut self, bytes: &[u8], cx: &mut Cx<'_>) {
        if bytes.is_empty() {
            return;
        }
        // Not read on, it brings no more than was under way.
        if self.unread {
            return self.early.extend_from_slice(bytes);
        }
        let Some(transfer) = self.transfer.as_mut().filter(|t| t.started) else {
            return;
        };
        // What a client sends on a connection that brings it a file is nothing to us.
        let Way::In(upload) = &mut transfer.way else {
            return;
        };
        if !upload.lies_there(cx.files) {
            return self.taken_away(cx);
        }
        let room = Room::of(&upload.path, &self.place.home, cx);
        let fits = upload.take(bytes, room.bytes);
        cx.files.change(&upload.path, upload.content(), cx.now);
        transfer.moved = upload.came();
        self.data_deadline = Some(cx.now + cx.config.data_patience);
        if !fits {
            // Real servers keep what they could write.
            let more = format!(": kept the first {} bytes", upload.len());
            return self.fail(room.refusal(&more), cx);
        }
        if transfer.moved >= transfer.next_note {
            transfer.plan_note();
            self.note_transfer(cx);
        }
    }

    /// So many bytes have reached the client.
    pub(super) fn data_moves(&mut self, conn: ConnId, bytes: u64, cx: &mut Cx<'_>) {
        if self.is_data(conn)
            && let Some(transfer) = self.transfer.as_mut().filter(|t| t.started && !t.sent)
        {
            transfer.moved = bytes;
            self.data_deadline = Some(cx.now + cx.config.data_patience);
            if transfer.moved >= transfer.next_note {
                transfer.plan_note();
                self.note_transfer(cx);
            }
        }
    }

    /// All of them have.
    pub(super) fn data_sent(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        if self.is_data(conn)
            && let Some(transfer) = &mut self.transfer
        {
            transfer.sent = true;
            transfer.moved = transfer.total.unwrap_or(transfer.moved);
            self.data_deadline = Some(cx.now + LINGER);
            self.complete_if_done(cx);
        }
    }

    /// The client sends no more over the data connection.
    pub(super) fn data_ended(&mut self, cx: &mut Cx<'_>) {
        match &mut self.transfer {
            Some(Transfer {
                way: Way::In(_), ..
            }) => self.complete(cx),
            Some(transfer) => {
                transfer.closed = true;
                self.complete_if_done(cx);
            }
            None => self.drop_data(cx),
        }
    }

    /// The data connection is gone.
    pub(super) fn lost(&mut self, reason: CloseReason, cx: &mut Cx<'_>) {
        match &self.transfer {
            Some(transfer) if transfer.sent => self.complete(cx),
            // However it ended: what was not acknowledged may not have arrived.
            Some(_) => {
                let why = match reason {
                    CloseReason::Finished => CloseReason::Reset,
                    reason => reason,
                };
                self.broken(&why.to_string(), cx);
            }
            None => {}
        }
    }

    /// The data connection did not come to be: 425.
    pub(super) fn data_failed(&mut self, why: &str, cx: &mut Cx<'_>) {
        let to = match self.data {
            Data::Connecting(..) | Data::Waiting(..) => " to you",
            _ => "",
        };
        let text = format!("Cannot open a data connection{to}: {why}.");
        self.fail(Reply::new(425, text), cx);
    }

    /// The data connection broke: 426, and what came stays, so that it can be resumed.
    fn broken(&mut self, why: &str, cx: &mut Cx<'_>) {
        let kept = match &self.transfer {
            Some(Transfer {
                way: Way::In(upload),
                name,
                ..
            }) => format!("; kept the first {} bytes of {name}", upload.len()),
            _ => String::new(),
        };
        self.fail(
            Reply::new(426, format!("Transfer broken off: {why}{kept}.")),
            cx,
        );
    }

    pub(super) fn waited_too_long(&mut self, cx: &mut Cx<'_>) {
        let why = CloseReason::TimedOut.to_string();
        match &self.transfer {
            Some(transfer) if transfer.sent => self.complete(cx),
            Some(transfer) if transfer.started => self.broken(&why, cx),
            _ => self.data_failed(&why, cx),
        }
    }

    /// The command in hand ends so, and with it the data connection.
    fn fail(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let runs = self.transfer.is_some();
        self.end_transfer(cx);
        self.cut_data(cx);
        if runs && self.engine.asked().is_some() {
            self.answer(reply, cx);
        }
    }

    fn complete_if_done(&mut self, cx: &mut Cx<'_>) {
        if self.transfer.as_ref().is_some_and(|t| t.sent && t.closed) {
            self.complete(cx);
        }
    }

    /// Somebody removed, renamed or replaced the file while it came: what is there now is not
    /// what was sent, and no 226 may say so.
    fn taken_away(&mut self, cx: &mut Cx<'_>) {
        let name = self.transfer.as_ref().map_or("", |t| t.name.as_str());
        let text = format!("{name} was removed or replaced while it came.");
        self.fail(Reply::new(451, text), cx);
    }

    fn complete(&mut self, cx: &mut Cx<'_>) {
        if let Some(Transfer {
            way: Way::In(upload),
            ..
        }) = &self.transfer
            && !upload.lies_there(cx.files)
        {
            return self.taken_away(cx);
        }
        let text = match &self.transfer {
            Some(Transfer {
                way: Way::In(upload),
                name,
                ..
            }) => format!("Transfer complete: {name} holds {} bytes.", upload.len()),
            _ => "Transfer complete.".to_owned(),
        };
        self.end_transfer(cx);
        self.drop_data(cx);
        self.answer(Reply::new(226, text), cx);
    }

    /// What was on its way is so no longer. What came of it stays.
    pub(super) fn end_transfer(&mut self, cx: &mut Cx<'_>) {
        self.data_deadline = None;
        self.early.clear();
        let Some(transfer) = self.transfer.take().filter(|t| t.started) else {
            return;
        };
        self.note("transfer", "", cx);
        if let Way::In(upload) = &transfer.way
            && upload.lies_there(cx.files)
        {
            cx.files.change(&upload.path, upload.content(), cx.now);
            cx.desk.keeps(&upload.path, cx.files.entry(&upload.path));
        }
    }

    /// ABOR during a transfer: 426 for that one, and then 226 (RFC 959 §4.1.3, §5.4).
    pub(super) fn break_off(&mut self, cx: &mut Cx<'_>) -> Reply {
        self.broken("you said ABOR", cx);
        Reply::new(226, "The transfer is broken off.")
    }

    /// The client has closed the control connection in the midst of a transfer.
    pub(super) fn hung_up(&mut self, cx: &mut Cx<'_>) {
        self.broken("you hung up", cx);
    }

    /// ABOR without a transfer: 226 where a data connection is closed for it, or else 225.
    pub(super) fn nothing_to_break_off(&mut self, cx: &mut Cx<'_>) -> Reply {
        if let Data::Open(_) = self.data {
            self.cut_data(cx);
            return Reply::new(226, "Nothing runs; the data connection is closed.");
        }
        Reply::new(225, "There is nothing to break off.")
    }

    /// STAT during a transfer (RFC 959 §4.1.3).
    pub(super) fn progress(&self) -> Reply {
        let text = match &self.transfer {
            Some(transfer) if transfer.started => transfer.to_string(),
            Some(transfer) => format!("{} waits for its data connection", transfer.name),
            None => "Nothing is on its way".to_owned(),
        };
        Reply::new(211, format!("{text}."))
    }

    fn note_transfer(&mut self, cx: &mut Cx<'_>) {
        if let Some(transfer) = &self.transfer {
            let value = transfer.to_string();
            self.note("transfer", value, cx);
        }
    }

    /// A name that nothing bears yet.
    fn unused_name(&self, named: &str, cx: &Cx<'_>) -> String {
        let base = if named.is_empty() { "file" } else { named };
        let mut name = base.to_owned();
        let mut number = 0;
        while cx.files.entry(&self.real(&name)).is_some() {
            number += 1;
            name = format!("{base}.{number}");
        }
        name
    }

    /// ALLO asks for room (RFC 959 §4.1.3).
    pub(super) fn allocate(&self, len: u64, cx: &Cx<'_>) -> Reply {
        // Somewhere in this folder, in a file that is not there yet.
        let room = Room::of("", &self.place.home, cx);
        match room.bytes {
            u64::MAX => Reply::new(202, "There is room enough for anything."),
            bytes if len > bytes => room.refusal(&format!(": only {bytes} bytes are free")),
            bytes => Reply::new(200, format!("There is room, {bytes} bytes are free.")),
        }
    }
}

impl Transfer {
    fn new(name: &str, way: Way, total: Option<u64>) -> Self {
        let mut transfer = Self {
            name: name.to_owned(),
            way,
            started: false,
            sent: false,
            closed: false,
            moved: 0,
            total,
            next_note: 0,
        };
        transfer.plan_note();
        transfer
    }

    /// Notes come a twentieth of the whole apart; of a file of unknown length a quarter of
    /// what has come.
    fn plan_note(&mut self) {
        let step = match self.total {
            Some(total) => total.div_ceil(NOTES),
            None => NOTE_AFTER.max(self.moved / 4),
        };
        self.next_note = self.moved + step.max(1);
    }
}

/// `report.pdf, 120000 of 400000 bytes`.
impl std::fmt::Display for Transfer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, moved) = (&self.name, self.moved);
        match self.total {
            Some(total) => write!(f, "{name}, {moved} of {total} bytes"),
            None => write!(f, "{name}, {moved} bytes"),
        }
    }
}

/// What somebody may not do.
pub(super) fn denied(path: &str) -> Reply {
    Reply::new(550, format!("{path}: permission denied."))
}
