//! A timeline made by hand, for the tests of what is derived from timelines: two hosts,
//! a greeting, a request and an answer on one connection, a file on a second one, with a
//! segment lost and sent again two seconds later.

use super::{
    Act, Action, DropReason, End, LinkInfo, Listener, Moment, NodeInfo, Note, RunInfo, Setting,
    Timeline, Timer, TurnRecord,
};
use crate::base::{
    CloseReason, ConnId, Duration, EventId, FrameId, HostId, LinkId, Outcome, ProgramId, Time,
    Turn, TurnKind,
};
use etherparse::PacketBuilder;
use std::net::{Ipv4Addr, SocketAddr};

pub(crate) const LAPTOP: HostId = HostId(0);
pub(crate) const SERVER: HostId = HostId(1);
pub(crate) const LINK: LinkId = LinkId(0);
/// How long a frame travels.
const DELAY: Duration = Duration::from_millis(10);
const ADDRESSES: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)];
const FIRST_SEQ: u32 = 0xffff_ff00;

pub(crate) struct Flags(pub &'static str);

/// What a run of the sample is called.
pub(crate) fn info() -> RunInfo {
    RunInfo {
        id: "sample".into(),
        source: "sample".into(),
        title: "A file, fetched".into(),
        summary: "Made by hand.".into(),
        settings: vec![Setting {
            name: "size".into(),
            label: "File size".into(),
            value: "20".into(),
            default: "40 kB".into(),
        }],
        seed: 3,
        stands_in: None,
        stopped: None,
        captions: Vec::new(),
        ties: Vec::new(),
        whys: Vec::new(),
    }
}

/// Writes a timeline as a run would.
pub(crate) struct Script {
    pub timeline: Timeline,
    pub now: Time,
    /// What the next event happens because of.
    pub cause: Option<EventId>,
}

impl Script {
    /// Two hosts, up.
    pub fn new() -> Self {
        let mut timeline = Timeline::default();
        let node = |name: &str, person: Option<&str>, runs: &str, n: u8| NodeInfo {
            name: name.into(),
            kind: "host".into(),
            person: person.map(Into::into),
            runs: vec![runs.into()],
            mac: Some([2, 0, 0, 0, 0, n]),
            addresses: vec![ADDRESSES[usize::from(n) - 1].into()],
            router: None,
        };
        timeline.add_node(node("laptop", Some("Ada"), "ftp client", 1));
        timeline.add_node(node("server", None, "ftp server", 2));
        timeline.add_link(LinkInfo {
            name: "laptop - server".into(),
            ends: [LAPTOP, SERVER],
        });
        let mut script = Self {
            timeline,
            now: Time::ZERO,
            cause: None,
        };
        for host in [LAPTOP, SERVER] {
            let at = script.at(host);
            script.timeline.record_started(at);
        }
        script
    }

    pub fn at(&self, host: HostId) -> Moment {
        Moment {
            now: self.now,
            host,
            cause: self.cause,
        }
    }

    pub fn types(&mut self, text: &str) {
        let action = Action {
            at: self.now,
            host: "laptop".into(),
            person: "Ada".into(),
            program: None,
            act: Act::Type(text.into()),
        };
        let at = Moment {
            cause: None,
            ..self.at(LAPTOP)
        };
        self.cause = Some(self.timeline.record_action(at, action));
    }

    pub fn phase(&mut self, name: &'static str) {
        let at = self.at(LAPTOP);
        self.timeline.record_phase(at, name);
    }

    pub fn listens(&mut self, host: HostId, port: u16) {
        let listener = Listener {
            host,
            program: ProgramId(0),
            at: SocketAddr::new(ADDRESSES[host.index()].into(), port),
            udp: false,
        };
        let at = self.at(host);
        self.timeline.record_listening(at, listener);
    }

    pub fn notes(&mut self, host: HostId, key: &str, value: &str) {
        let note = Note {
            program: ProgramId(0),
            key: key.into(),
            value: value.into(),
        };
        let at = self.at(host);
        self.timeline.record_note(at, note);
    }

    pub fn outcome(&mut self, ok: bool, code: u16, text: &str) {
        let outcome = Outcome {
            ok,
            code: Some(code),
            text: text.into(),
        };
        let at = self.at(LAPTOP);
        self.timeline.record_outcome(at, outcome);
    }

    /// The other host's end that calls from `ports.1` to `ports.0`.
    fn caller_of(&self, host: HostId, ports: (u16, u16)) -> Option<ConnId> {
        let ends = self.timeline.ends().iter().enumerate();
        let caller = ends
            .rev()
            .find(|(_, end)| end.host != host && (end.remote.port(), end.local.port()) == ports);
        caller.map(|(index, _)| ConnId::from_index(index))
    }

    /// A host makes its end of a connection.
    pub fn opening(&mut self, host: HostId, active: bool, ports: (u16, u16)) -> ConnId {
        let other = 1 - host.index();
        let at = self.at(host);
        let end = End {
            host,
            program: ProgramId(0),
            local: SocketAddr::new(ADDRESSES[host.index()].into(), ports.0),
            remote: SocketAddr::new(ADDRESSES[other].into(), ports.1),
            active,
            asked_by: self.caller_of(host, ports).filter(|_| !active),
            opening: EventId(0),
            opened: None,
            closed: None,
            reason: None,
        };
        let (conn, event) = self.timeline.record_opening(at, end);
        self.cause = Some(event);
        conn
    }

    /// Puts a segment on the link. Offsets count the stream's bytes from its SYN's on.
    pub fn sends(&mut self, conn: ConnId, flags: &Flags, offset: u32, payload: &[u8]) -> FrameId {
        let end = *self.timeline.end(conn);
        let (from, to) = (end.host.index(), 1 - end.host.index());
        let mac = |n: usize| [2, 0, 0, 0, 0, u8::try_from(n).unwrap() + 1];
        let seq = FIRST_SEQ.wrapping_add(offset);
        let mut tcp = PacketBuilder::ethernet2(mac(from), mac(to))
            .ipv4(ADDRESSES[from].octets(), ADDRESSES[to].octets(), 64)
            .tcp(end.local.port(), end.remote.port(), seq, 64240);
        for flag in flags.0.chars() {
            tcp = match flag {
                'S' => tcp.syn(),
                'F' => tcp.fin(),
                'R' => tcp.rst(),
                _ => tcp.ack(FIRST_SEQ.wrapping_add(1)),
            };
        }
        let mut bytes = Vec::new();
        tcp.write(&mut bytes, payload).unwrap();
        let slot = self.timeline.arena_mut().push(&bytes);
        let at = self.at(end.host);
        let (frame, event) = self.timeline.record_sent(at, slot, LINK, Some(conn), None);
        self.cause = Some(event);
        frame
    }

    /// The frame arrives one delay later.
    pub fn arrives(&mut self, frame: FrameId) {
        let sent = *self.timeline.frame(frame);
        self.now = self.timeline.event(sent.sent).time + DELAY;
        let at = Moment {
            now: self.now,
            host: self.timeline.link(sent.link).other(sent.from),
            cause: Some(sent.sent),
        };
        self.cause = Some(self.timeline.record_delivered(at, frame));
    }

    /// The frame is lost where it was sent.
    pub fn is_lost(&mut self, frame: FrameId) {
        let sent = *self.timeline.frame(frame);
        let at = self.at(sent.from).because(sent.sent);
        self.timeline
            .record_dropped(at, frame, DropReason::QueueFull);
    }

    /// The three segments that open a connection. Answers the client's end and the server's.
    pub fn connects(&mut self, client: HostId, ports: (u16, u16)) -> (ConnId, ConnId) {
        let server = HostId::from_index(1 - client.index());
        let asking = self.opening(client, true, ports);
        let syn = self.sends(asking, &Flags("S"), 0, b"");
        self.arrives(syn);
        let asked = self.opening(server, false, (ports.1, ports.0));
        let syn_ack = self.sends(asked, &Flags("SA"), 0, b"");
        self.arrives(syn_ack);
        let at = self.at(client);
        self.timeline.record_opened(at, asking);
        let ack = self.sends(asking, &Flags("A"), 1, b"");
        self.arrives(ack);
        let at = self.at(server);
        self.timeline.record_opened(at, asked);
        (asking, asked)
    }

    /// A turn without its frames.
    pub fn turn(&mut self, conn: ConnId, range: (u64, u64), turn: Turn) {
        let at = self.at(self.timeline.end(conn).host);
        let turn = TurnRecord {
            conn: Some(conn),
            to: None,
            range,
            turn,
            carried: None,
        };
        self.cause = Some(self.timeline.record_turn(at, turn));
    }

    /// A line, said and carried in one frame.
    pub fn says(&mut self, conn: ConnId, from: u64, kind: TurnKind, text: &str, meaning: &str) {
        let bytes = format!("{text}\r\n").into_bytes();
        let range = (from, from + bytes.len() as u64);
        let turn = Turn {
            kind,
            verb: text.split(' ').next().unwrap().into(),
            text: text.into(),
            meaning: meaning.into(),
            reference: "RFC 959 §4.1",
        };
        self.turn(conn, range, turn);
        let offset = u32::try_from(from).unwrap() + 1;
        let frame = self.sends(conn, &Flags("A"), offset, &bytes);
        self.arrives(frame);
    }

    /// Both sides finish, the one that asked first.
    pub fn finishes(&mut self, first: ConnId, second: ConnId) {
        for (end, peer) in [(first, second), (second, first)] {
            let frame = self.sends(end, &Flags("FA"), 100, b"");
            self.arrives(frame);
            let at = self.at(self.timeline.end(peer).host);
            self.timeline.record_heard_finish(at, peer);
        }
        for end in [first, second] {
            let at = self.at(self.timeline.end(end).host);
            self.timeline.record_closed(at, end, CloseReason::Finished);
        }
    }
}

/// The whole story.
pub(crate) fn timeline() -> Timeline {
    let mut s = Script::new();
    s.listens(SERVER, 21);
    s.types("get notes.txt");
    s.phase("connect");
    let (client, server) = s.connects(LAPTOP, (49152, 21));
    s.says(server, 0, TurnKind::Reply, "220 Ready.", "ready for you");
    s.phase("log in");
    s.says(
        client,
        0,
        TurnKind::Command,
        "PASS lovelace",
        "the password",
    );
    s.notes(SERVER, "session.user", "ada");
    s.phase("fetch the file");
    s.listens(SERVER, 50000);
    let (wants, gives) = s.connects(LAPTOP, (49153, 50000));
    s.turn(
        gives,
        (0, 20),
        Turn {
            kind: TurnKind::Data,
            verb: "RETR".into(),
            text: "notes.txt".into(),
            meaning: "the file's bytes".into(),
            reference: "RFC 959 §3.1",
        },
    );
    let first = s.sends(gives, &Flags("A"), 1, b"0123456789");
    let second = s.sends(gives, &Flags("A"), 11, b"abcdefghij");
    s.is_lost(first);
    s.arrives(second);
    s.now += Duration::from_secs(2);
    let at = Moment {
        now: s.now,
        host: SERVER,
        cause: Some(s.timeline.frame(first).sent),
    };
    s.cause = Some(s.timeline.record_timer(at, Timer::Stack(gives)));
    let again = s.sends(gives, &Flags("A"), 1, b"0123456789");
    s.arrives(again);
    s.notes(SERVER, "session.user", "");
    s.finishes(gives, wants);
    s.outcome(true, 226, "notes.txt has arrived.");
    s.timeline
}
