//! What each link says: in at most a dozen plain words that follow the node's name.

mod losses;
mod words;

use super::index::Index;
use super::matters::{begins_report, is_report, mailbox};
use super::walk::{Node, What, turn_in};
use crate::base::headers::Tcp;
use crate::base::{CloseReason, ConnId, FrameId, Icmp, IcmpSays, Kept, TurnKind};
use crate::timeline::{Act, Action, Event, Kind, RunInfo, Timeline, Timer, TurnRecord};
use crate::view::words::{error, grouped_bytes, without_password, without_passwords};
use words::{fit, fitting, lasted, quoted, times};

/// How far ahead a packet is looked for that carries what was said.
const AHEAD: usize = 64;

/// Says what events are.
pub(super) struct Speaker<'a> {
    timeline: &'a Timeline,
    info: &'a RunInfo,
    index: &'a Index,
    /// What was said on the way, in small letters: what a person did is told where it comes of.
    said: String,
}

impl<'a> Speaker<'a> {
    /// Of a way.
    pub fn of(timeline: &'a Timeline, info: &'a RunInfo, index: &'a Index, nodes: &[Node]) -> Self {
        let mut said = String::new();
        for node in nodes {
            let event = timeline.event(node.event);
            if event.kind == Kind::Turn {
                said += &timeline.turn(event.arg).turn.text.to_lowercase();
                said.push('\n');
            }
        }
        Self {
            timeline,
            info,
            index,
            said,
        }
    }

    /// The packet that shows an event.
    pub fn frame_of(&self, event: Event) -> Option<FrameId> {
        match event.kind {
            Kind::Sent | Kind::Delivered => Some(FrameId(event.arg)),
            Kind::Dropped | Kind::Discarded => Some(self.timeline.dropped(event.arg).frame),
            // What is said, or asked for, leaves at once, or waits for its neighbour a moment.
            Kind::Turn | Kind::Opening => {
                let events = self.timeline.events();
                let end = (event.id.index() + AHEAD).min(events.len());
                let mut sent = events
                    .range(event.id.index()..end)
                    .filter(|sent| sent.kind == Kind::Sent && sent.host == event.host);
                let sent = sent.find(|sent| self.carries(*sent, event))?;
                Some(FrameId(sent.arg))
            }
            _ => None,
        }
    }

    fn carries(&self, sent: Event, event: Event) -> bool {
        let frame = self.timeline.frame(FrameId(sent.arg));
        match event.kind {
            Kind::Opening => frame.conn == Some(ConnId(event.arg)),
            _ => match self.timeline.turn(event.arg).conn {
                None => sent.cause == Some(event.id),
                Some(conn) => {
                    frame.conn == Some(conn)
                        && self
                            .turn_of(FrameId(sent.arg))
                            .is_some_and(|row| row == event.arg)
                }
            },
        }
    }

    /// The turn whose bytes a frame carries.
    fn turn_of(&self, frame: FrameId) -> Option<u32> {
        let first = self.timeline.origin(frame);
        let frame = self.timeline.frame(first);
        match frame.conn {
            Some(conn) => {
                let tcp = Tcp::read(self.timeline.bytes(first))?;
                Some(turn_in(self.timeline, self.index.side(conn)?, &tcp)?.0)
            }
            None => {
                let cause = self.timeline.event(frame.sent).cause?;
                let cause = self.timeline.event(cause);
                (cause.kind == Kind::Turn).then_some(cause.arg)
            }
        }
    }

    /// What a link says.
    pub fn says(&self, node: Node) -> String {
        let event = self.timeline.event(node.event);
        let text = match node.what {
            What::Again(tries) => self.again(event, tries),
            What::Errs => self.errs(event),
            What::Resets => self.resets(event),
            What::Rewrites => self.rewrites(event),
            What::Itself => self.itself(event, node.times),
        };
        fit(&text)
    }

    fn itself(&self, event: Event, count: u32) -> String {
        match event.kind {
            Kind::Started => "comes up, and what runs on it begins".into(),
            Kind::Acted => self.acted(event),
            Kind::Sent => format!("sends {}", self.what(FrameId(event.arg))),
            Kind::Delivered => format!("hears {}", self.what(FrameId(event.arg))),
            Kind::Dropped | Kind::Discarded => self.loses(event, count),
            Kind::Timer => self.timer(event, count),
            Kind::Opening => self.opening(event),
            Kind::Opened => "is connected now".into(),
            Kind::HeardFinish => "hears that the other side has no more to say".into(),
            Kind::Closed => self.closed(event),
            Kind::Listening => {
                format!(
                    "listens at port {}",
                    self.timeline.listener(event.arg).at.port()
                )
            }
            Kind::Unlistened => {
                let port = self.timeline.listener(event.arg).at.port();
                format!("listens at port {port} no more")
            }
            Kind::Turn => self.turn(self.timeline.turn(event.arg), count),
            Kind::Note => {
                let note = self.timeline.note(event.arg);
                format!("notes: {} is “{}”", note.key, note.value)
            }
            Kind::Phase => format!("begins to {}", self.timeline.phase(event.arg)),
            Kind::Outcome => self.timeline.outcome(event.arg).text.clone(),
            Kind::Flow => self.flow(event),
            Kind::LinkDown => format!("its link to {} goes down", self.link(event)),
            Kind::LinkUp => format!("its link to {} comes up again", self.link(event)),
            Kind::Kept => self.kept(event),
            Kind::HostDown => "goes off: nobody is there".into(),
            Kind::HostUp => "comes up again".into(),
        }
    }

    fn link(&self, event: Event) -> &str {
        let link = &self.timeline.links()[event.arg as usize];
        &self.timeline.node(link.other(event.host)).name
    }

    /// What a person does at that moment: all of it, or what the rest came of.
    fn acted(&self, event: Event) -> String {
        let events = self.timeline.events();
        let end = (event.id.index() + AHEAD).min(events.len());
        let start = event.id.index().saturating_sub(AHEAD);
        let at_once: Vec<&Action> = events
            .range(start..end)
            .filter(|e| e.kind == Kind::Acted && e.time == event.time && e.host == event.host)
            .map(|e| self.timeline.action(e.arg))
            .collect();
        let about: Vec<&Action> = at_once
            .iter()
            .copied()
            .filter(|action| self.is_about(action))
            .collect();
        let shown = if about.is_empty() { at_once } else { about };
        let own = self.timeline.action(event.arg);
        let person = own.person.as_str();
        let mut types = shown.iter().filter_map(|action| match &action.act {
            Act::Type(line) => Some(quoted(&without_password(line))),
            Act::Write(_) => None,
        });
        let written = shown.iter().find_map(|action| match &action.act {
            Act::Write(letter) => Some(letter),
            Act::Type(_) => None,
        });
        match written {
            Some(letter) => {
                let to = letter.to.first().map_or("", String::as_str);
                let more = if letter.to.len() > 1 {
                    " and others"
                } else {
                    ""
                };
                fitting(&[
                    format!("{person} writes {} to {to}{more}", quoted(&letter.subject)),
                    format!("{person} writes a letter to {to}{more}"),
                ])
            }
            None => {
                let first = types.next().unwrap_or_default();
                types.fold(format!("{person} types {first}"), |text, line| {
                    fitting(&[format!("{text}, {line}"), text])
                })
            }
        }
    }

    /// Whether what a person did names something that was said on the way.
    fn is_about(&self, action: &Action) -> bool {
        const LONG: usize = 3;
        match &action.act {
            Act::Type(line) => {
                let line = line.to_lowercase();
                let mut words = line.split_whitespace().skip(1);
                words.any(|word| word.len() >= LONG && self.said.contains(word))
            }
            Act::Write(letter) => letter
                .to
                .iter()
                .any(|to| self.said.contains(&to.to_lowercase())),
        }
    }

    /// `asks for the file report.pdf (RETR)`, `replies 425: cannot open the data connection`.
    fn turn(&self, said: &TurnRecord, count: u32) -> String {
        let (text, meaning) = without_passwords(&said.turn);
        let meaning = grouped_bytes(&meaning);
        let verb = said.turn.verb.as_str();
        let line = text.lines().next().unwrap_or_default();
        if said.conn.is_none() {
            return match said.turn.kind {
                TurnKind::Command => format!("asks: {line}?"),
                TurnKind::Reply if said.turn.reference == "RFC 7505 §3" => {
                    format!("answers “{line}”: {meaning}")
                }
                TurnKind::Reply => format!("answers: {line}"),
                TurnKind::Data | TurnKind::Probe => format!("sends: {line}"),
            };
        }
        match said.turn.kind {
            TurnKind::Command if begins_report(&said.turn) => {
                "sends a report back, in nobody’s name (MAIL FROM:<>)".into()
            }
            TurnKind::Command if meaning.is_empty() || !is_verb(verb, line) => {
                format!("says {}", quoted(line))
            }
            TurnKind::Command => fitting(&[
                format!("{meaning} ({verb})"),
                format!("{} ({verb})", words::shorter(&meaning)),
            ]),
            TurnKind::Reply if meaning.is_empty() => format!("says {}", quoted(line)),
            TurnKind::Reply if verb == "-ERR" => fitting(&[
                format!("replies {}", quoted(line)),
                format!("replies -ERR: {meaning}"),
            ]),
            TurnKind::Reply => format!("replies {verb}: {meaning}"),
            TurnKind::Data if said.turn.text.starts_with("the letter") => {
                let letter = said.turn.text.replace('"', "”").replacen('”', "“", 1);
                match count {
                    0 | 1 => format!("hands over {letter}"),
                    _ => format!("hands over {letter}, {}", times(count)),
                }
            }
            TurnKind::Probe => format!("sends: {line}"),
            TurnKind::Data if meaning.is_empty() => line.to_owned(),
            TurnKind::Data => meaning,
        }
    }

    fn opening(&self, event: Event) -> String {
        let id = ConnId(event.arg);
        let end = self.timeline.end(id);
        let callee = self.timeline.name_of(end.remote.ip());
        if !end.active {
            return format!("takes the call of {callee} at port {}", end.local.port());
        }
        let port = end.remote.port();
        // Where nobody with that address has a name, the address itself stands there.
        let to = format!("calls {callee}, port {port}");
        let named = format!("calls {}, port {port}", end.remote.ip());
        let numbers = self.timeline.connection_numbers();
        let tie = numbers[id.index()].and_then(|number| self.info.tie(number));
        match tie {
            Some(tie) => {
                // What was announced may be another's address, or nobody's.
                let to = if end.opened.is_some() { to } else { named };
                let agreed = format!("{to}, as {} said", tie.by);
                match tie.use_of.as_str() {
                    "" => agreed,
                    use_of => fitting(&[format!("{agreed}, for {use_of}"), agreed]),
                }
            }
            None => to,
        }
    }

    fn closed(&self, event: Event) -> String {
        let end = self.timeline.end(ConnId(event.arg));
        let tried = if end.opened.is_some() {
            "connection"
        } else {
            "call"
        };
        match end.reason {
            None | Some(CloseReason::Finished) => {
                "closes the connection: both sides finished".into()
            }
            Some(CloseReason::Aborted) => "breaks off the connection".into(),
            Some(CloseReason::TimedOut) => {
                match event.cause.map(|cause| self.timeline.event(cause)) {
                    Some(timer) if timer.kind == Kind::Timer && timer.cause.is_some() => {
                        let since = timer.cause.map(|cause| self.timeline.event(cause).time);
                        let waited = lasted(timer.time.since(since.unwrap_or(timer.time)));
                        format!("gives the {tried} up: no answer for {waited}")
                    }
                    _ => format!("gives the {tried} up: no answer for too long"),
                }
            }
            Some(CloseReason::Refused) => "learns that its call is refused".into(),
            Some(CloseReason::Reset) => "learns that the connection was reset".into(),
            Some(CloseReason::HostDown) => "goes off: its connection is gone".into(),
            Some(reason) => format!("gives the {tried} up: {reason}"),
        }
    }

    fn flow(&self, event: Event) -> String {
        if let Some(flow) = &self.timeline.flow(event.arg).flow {
            return if flow.is_translated() {
                format!("notes: {} is {} outside", flow.from, flow.seen_from)
            } else {
                format!("notes that {} calls {}", flow.from, flow.to)
            };
        }
        let gone = &self.index.forgotten;
        let at = gone.binary_search_by_key(&event.id, |(id, _)| *id);
        let flow = at
            .ok()
            .and_then(|at| self.timeline.flow(gone[at].1).flow.as_ref());
        match flow {
            Some(flow) => format!(
                "hears nothing for too long, forgets the row of {}",
                flow.from
            ),
            None => "forgets a row of its table".into(),
        }
    }

    fn kept(&self, event: Event) -> String {
        let kept = self.timeline.kept(event.arg);
        let path = kept.path.as_str();
        match (&kept.what, mailbox(path)) {
            (Some(Kept::File(_)), Some(whose)) if is_report(self.timeline, event) => {
                format!("writes a report, and puts it into {whose}’s mailbox")
            }
            (Some(Kept::File(_)), Some(whose)) => {
                format!("puts the letter into {whose}’s mailbox")
            }
            (Some(Kept::File(_)), None) => format!("keeps {path}"),
            (Some(Kept::Folder), _) => format!("makes the folder {path}"),
            (None, _) => format!("keeps {path} no more"),
        }
    }

    fn timer(&self, event: Event, count: u32) -> String {
        let since = event.cause.map(|cause| self.timeline.event(cause).time);
        let waited = lasted(event.time.since(since.unwrap_or(event.time)));
        match self.timeline.timer(event.arg) {
            Timer::Stack(_) => format!("has waited {waited}: its timer goes off"),
            Timer::GiveUp(_) => format!("has waited {waited} for an answer, and gives up"),
            Timer::Program(_) if count > 1 => {
                format!("has waited {waited}, and goes on, {}", times(count))
            }
            Timer::Program(_) => format!("has waited {waited}, and goes on"),
            Timer::Host | Timer::Router => format!("has waited {waited} in vain"),
        }
    }

    fn again(&self, event: Event, tries: u32) -> String {
        let what = self.what(FrameId(event.arg));
        match tries {
            0 | 1 => format!("hears no answer, and sends {what} again"),
            _ => fitting(&[
                format!("hears no answer, and sends {what} again, {}", times(tries)),
                format!("hears nothing, sends {what} again, {}", times(tries)),
                format!("hears nothing, sends it again, {}", times(tries)),
            ]),
        }
    }

    fn errs(&self, event: Event) -> String {
        let icmp = Icmp::read(self.timeline.bytes(FrameId(event.arg)));
        let Some(IcmpSays::Error(why, of)) = icmp.map(|icmp| icmp.says) else {
            return "sends an error".into();
        };
        let to = self.timeline.addressee(&event);
        let to = to.map(|to| format!(" {}", self.timeline.node(to).name));
        let to = to.unwrap_or_default();
        match of.map(|of| of.port()).filter(|port| *port > 0) {
            Some(port) => format!("tells{to}: {}, port {port}", error(why)),
            None => format!("tells{to}: {}", error(why)),
        }
    }

    fn resets(&self, event: Event) -> String {
        let frame = self.timeline.frame(FrameId(event.arg));
        let port = Tcp::read(self.timeline.bytes(FrameId(event.arg))).map(|tcp| tcp.from.port());
        let is_router = self.timeline.node(event.host).kind == "router";
        let answers = event.cause.map(|cause| self.timeline.event(cause));
        let asked = answers.filter(|cause| matches!(cause.kind, Kind::Delivered));
        let asked = asked.and_then(|cause| Tcp::read(self.timeline.bytes(FrameId(cause.arg))));
        match (asked, port) {
            _ if is_router => "refuses in the server’s name (RST)".into(),
            (Some(asked), Some(port)) if asked.opens() => {
                format!("answers RST: nobody listens at port {port}")
            }
            _ if frame.conn.is_none() => "knows no such connection: answers RST".into(),
            _ => "resets the connection (RST)".into(),
        }
    }
}

/// Whether a command's verb is what it begins with: a line that is typed has none.
fn is_verb(verb: &str, line: &str) -> bool {
    let begins = line.get(..verb.len());
    begins.is_some_and(|begins| begins.eq_ignore_ascii_case(verb)) && !verb.is_empty()
}
