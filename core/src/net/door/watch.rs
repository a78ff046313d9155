//! What the real side does, read off its frames: connections, turns and phases.
//!
//! Each frame is looked up by its four numbers. What a simulated host would record of it is
//! recorded, with the last thing that reached the real side as its cause.

use super::super::host::errors::Complaint;
use super::super::host::{Mac, is_for};
use super::super::wires::Wires;
use super::probes::Probes;
use super::speech::File;
use super::talk::{Asked, Talk};
use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{CloseReason, ConnId, Duration, EventId, FrameId, HostId, ProgramId, Time};
use crate::program::overheard::{Meeting, Overheard, Side};
use crate::timeline::{End, Moment, Slot};
use std::net::{IpAddr, SocketAddr};

/// What is gone, or was never there, is forgotten when nothing was said for so long: twice the
/// longest life of a segment (RFC 9293 §3.4.2), rounded.
const REMEMBERED: Duration = Duration::from_secs(240);
/// So many connections are known before any is forgotten, and so many at most.
const FEW: usize = 64;
const MANY: usize = 16_384;

/// The real side's end first.
type Tuple = (SocketAddr, SocketAddr);

/// Watches a door.
#[derive(Debug)]
pub(super) struct Watch {
    id: HostId,
    mac: Mac,
    addresses: Vec<IpAddr>,
    talks: Map<Tuple, Box<Talk>>,
    /// How many may be known before some are forgotten.
    room: usize,
    probes: Probes,
    /// Whether the frame that comes in is an RST.
    resets: bool,
}

impl Watch {
    pub fn new(id: HostId, mac: Mac, addresses: Vec<IpAddr>) -> Self {
        Self {
            id,
            mac,
            addresses,
            talks: Map::new(),
            room: FEW,
            probes: Probes::default(),
            resets: false,
        }
    }

    /// How many connections are known.
    #[cfg(test)]
    pub fn known(&self) -> usize {
        self.talks.len()
    }

    /// Whether a frame is for the real host, or for all.
    pub fn is_for_me(&self, frame: &[u8]) -> bool {
        is_for(self.mac, frame)
    }

    /// A frame is about to come in: what made it happen, and the connection it belongs to.
    pub fn enters(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        slot: Slot,
    ) -> (Option<EventId>, Option<ConnId>) {
        let Some(tcp) = Tcp::read(wires.timeline.arena().get(slot)) else {
            let is_alone = || !self.talks.values().any(|talk| talk.is_live());
            let cause = self.probes.enters(&mut wires.timeline, at, slot, is_alone);
            return (cause, None);
        };
        if !self.addresses.contains(&tcp.from.ip()) {
            return (None, None);
        }
        self.resets = tcp.rst;
        if tcp.syn {
            // Faults that look for files number the stream by it.
            wires.timeline.arena_mut().need(slot);
        }
        let tuple = (tcp.from, tcp.to);
        if tcp.opens() {
            return self.asks(wires, at, tuple, &tcp);
        }
        if tcp.syn && !tcp.rst {
            self.answers(wires, at, tuple, &tcp);
        }
        self.goes_on(wires, at, slot, &tcp)
    }

    /// The real side asks for a connection, or asks again.
    fn asks(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        tuple: Tuple,
        tcp: &Tcp,
    ) -> (Option<EventId>, Option<ConnId>) {
        if let Some(talk) = self.talks.get_mut(&tuple) {
            if talk.began_with(tcp.seq) {
                talk.touched = at.now;
                let cause = talk.cause(&mut wires.timeline, at, true);
                return (cause, talk.belongs());
            }
            let reason = talk.silent_end();
            talk.close(&mut wires.timeline, at, reason);
        }
        let (control, cause) = match self.meeting(tuple, true) {
            Some((control, why)) => (Some(control), why),
            None => (None, None),
        };
        let ear = Overheard::new(tuple.1.port(), Side::Client).filter(|_| control.is_none());
        if ear.is_some() {
            wires.timeline.record_phase(at, "connect");
        }
        let end = End::new(self.id, ProgramId(0), tuple, true);
        let (conn, opening) = wires.timeline.record_opening(Moment { cause, ..at }, end);
        let mut talk = Talk::begun(at.now, conn, tcp.seq, None);
        talk.why = Some(opening);
        talk.speech.ear = ear.map(Box::new);
        talk.speech.file = control.map(File::of);
        let cause = talk.cause(&mut wires.timeline, at, false);
        self.remember(at.now, tuple, talk);
        (cause, Some(conn))
    }

    /// The real side answers a SYN: only now is there an end.
    fn answers(&mut self, wires: &mut Wires, at: Moment, tuple: Tuple, tcp: &Tcp) {
        let Some(talk) = self.talks.get_mut(&tuple) else {
            return;
        };
        if talk.began_with(tcp.seq) && talk.closed.is_none() {
            return;
        }
        let answered = talk
            .asked
            .filter(|asked| tcp.ack == Some(asked.seq.wrapping_add(1)));
        let Some(asked) = answered else { return };
        let reason = talk.silent_end();
        talk.close(&mut wires.timeline, at, reason);
        let control = self.meeting(tuple, false).map(|(control, _)| control);
        let ear = Overheard::new(tuple.0.port(), Side::Server).filter(|_| control.is_none());
        let end = End {
            asked_by: asked.by,
            ..End::new(self.id, ProgramId(0), tuple, false)
        };
        let (conn, _) = wires.timeline.record_opening(at.because(asked.event), end);
        let mut talk = Talk::begun(at.now, conn, tcp.seq, Some(asked));
        talk.why = Some(asked.event);
        talk.speech.ear = ear.map(Box::new);
        talk.speech.file = control.map(File::of);
        self.remember(at.now, tuple, talk);
    }

    /// Any other segment of the real side.
    fn goes_on(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        slot: Slot,
        tcp: &Tcp,
    ) -> (Option<EventId>, Option<ConnId>) {
        let tuple = (tcp.from, tcp.to);
        let Some(talk) = self.talks.get_mut(&tuple) else {
            return (None, None);
        };
        let Some(end) = talk.belongs() else {
            talk.touched = at.now;
            return (talk.why, None);
        };
        let Some(comes) = talk.comes_in(at.now, tcp) else {
            return (talk.why, Some(end));
        };
        let timeline = &mut wires.timeline;
        let carries = !tcp.payload.is_empty() && !tcp.syn && talk.closed.is_none();
        // What comes again may be new here: it was lost before it came, and an empty segment
        // from behind it was not. Words are heard once, however often they come.
        if carries && (!comes.again || talk.speech.ear.is_some()) {
            let moment = Moment {
                cause: talk.why,
                ..at
            };
            let until = talk.said_in_all();
            let turn = if talk.speech.ear.is_some() {
                let bytes = timeline.arena().get(slot);
                let bytes = bytes.get(tcp.payload.clone()).unwrap_or_default().to_vec();
                let said = (comes.offset, &bytes[..]);
                talk.speech.says(timeline, moment, end, said)
            } else {
                self.carries(wires, moment, tuple, until)
            };
            if let Some(talk) = self.talks.get_mut(&tuple) {
                talk.why = turn.or(talk.why);
            }
        }
        let Some(talk) = self.talks.get_mut(&tuple) else {
            return (None, Some(end));
        };
        if talk.has_said_all() {
            let len = talk.said_in_all();
            talk.speech.has_carried(&mut wires.timeline, len);
        }
        let cause = talk.cause(&mut wires.timeline, at, comes.again);
        (cause, Some(end))
    }

    /// The real side says something on a connection without commands: a file, where its
    /// session says so.
    fn carries(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        tuple: Tuple,
        until: u64,
    ) -> Option<EventId> {
        let talk = self.talks.get(&tuple)?;
        let (end, file) = (talk.end?, talk.speech.file.as_ref()?);
        let name = match file.is_begun() {
            true => None,
            false => {
                let control = self.talks.get(&file.control)?;
                let ftp = control.speech.ear.as_ref()?.ftp()?;
                Some(ftp.transfer()?.to_owned())
            }
        };
        let talk = self.talks.get_mut(&tuple)?;
        talk.speech
            .carries(&mut wires.timeline, at, end, (until, name))
    }

    /// A frame has come in: an RST breaks off what it was sent on.
    pub fn entered(&mut self, wires: &mut Wires, at: Moment, slot: Slot) {
        if !std::mem::take(&mut self.resets) {
            return;
        }
        let Some(tcp) = Tcp::read(wires.timeline.arena().get(slot)) else {
            return;
        };
        let tuple = (tcp.from, tcp.to);
        if let Some(talk) = self.talks.get_mut(&tuple)
            && talk.is_broken_off(&tcp)
        {
            let len = talk.said_in_all();
            talk.speech.has_carried(&mut wires.timeline, len);
            talk.close(&mut wires.timeline, at, CloseReason::Aborted);
        }
    }

    /// A frame has reached the door, and goes out.
    pub fn leaves(&mut self, wires: &mut Wires, at: Moment, frame: FrameId) {
        let bytes = wires.timeline.arrived(frame);
        if !self.is_for_me(bytes) {
            return;
        }
        let Some(tcp) = Tcp::read(bytes) else {
            if let Some(said) = Complaint::read(bytes) {
                self.complains(wires, at, &said);
            }
            let bytes = wires.timeline.arrived(frame);
            return self.probes.leaves(at, bytes);
        };
        if !self.addresses.contains(&tcp.to.ip()) {
            return;
        }
        let tuple = (tcp.to, tcp.from);
        let asks = tcp.opens();
        if asks && !self.talks.contains_key(&tuple) {
            self.remember(at.now, tuple, Talk::new(at.now));
        }
        let Some(talk) = self.talks.get_mut(&tuple) else {
            return;
        };
        if asks && let Some(event) = at.cause {
            let (seq, by) = (tcp.seq, wires.timeline.frame(frame).conn);
            talk.asked = Some(Asked { seq, event, by });
        }
        if !talk.is_live() {
            talk.why = at.cause;
        }
        let was_open = talk.opened;
        let heard = talk.hears(&mut wires.timeline, at, &tcp);
        let opens = talk.opened && !was_open;
        if let (Some(offset), Some(ear)) = (heard, &mut talk.speech.ear)
            && !tcp.payload.is_empty()
        {
            let bytes = wires.timeline.arrived(frame);
            ear.hears(offset, bytes.get(tcp.payload.clone()).unwrap_or_default());
        }
        talk.ends(&mut wires.timeline, at);
        if opens {
            self.opens(wires, at, tuple);
        }
    }

    /// A real server that opened a data connection says that the transfer begins, as ours does.
    fn opens(&mut self, wires: &mut Wires, at: Moment, tuple: Tuple) {
        let Some(talk) = self.talks.get(&tuple).filter(|talk| talk.active) else {
            return;
        };
        let control = talk.speech.file.as_ref().map(|file| file.control);
        let control = control.and_then(|control| self.talks.get(&control));
        let ftp = control.and_then(|control| control.speech.ear.as_ref()?.ftp());
        if ftp.is_some_and(|ftp| ftp.serves()) {
            let moment = Moment {
                cause: talk.why,
                ..at
            };
            wires.timeline.record_phase(moment, "transfer the file");
        }
    }

    /// The network says that a segment got lost: an attempt to connect is over.
    fn complains(&mut self, wires: &mut Wires, at: Moment, said: &Complaint) {
        let Some((tuple, seq, reason)) = said.lost_segment() else {
            return;
        };
        if let Some(talk) = self.talks.get_mut(&tuple)
            && talk.is_asking(seq)
        {
            talk.close(&mut wires.timeline, at, CloseReason::Unreachable(reason));
        }
    }

    /// The session that a data connection belongs to, and what it last heard.
    fn meeting(&self, tuple: Tuple, active: bool) -> Option<(Tuple, Option<EventId>)> {
        let (local, remote) = tuple;
        let talks = self.talks.iter().filter(|(_, talk)| talk.is_live());
        let fits = |control: &Tuple, ear: &Overheard| {
            let ftp = ear.ftp()?;
            let Meeting { at, addr, port } = ftp.meeting()?;
            // The real side listens where it connects from nowhere, and the other way round.
            let ours = (at == Side::Server) == ftp.serves();
            let there = match (ours, active) {
                (true, false) => port == local.port(),
                (false, true) => {
                    let known = Some(remote.ip()) == addr || remote.ip() == control.1.ip();
                    port == remote.port() && known
                }
                _ => false,
            };
            there.then_some(())
        };
        let mut talks = talks.rev();
        talks.find_map(|(control, talk)| {
            fits(control, talk.speech.ear.as_ref()?)?;
            Some((*control, talk.why))
        })
    }

    /// Knows a connection from now on. Where there are many, those are forgotten that are
    /// gone, and were for long.
    fn remember(&mut self, now: Time, tuple: Tuple, talk: Talk) {
        self.talks.insert(tuple, Box::new(talk));
        if self.talks.len() > self.room {
            let recent = |talk: &Talk| talk.touched + REMEMBERED > now;
            self.talks.retain(|_, talk| talk.is_live() || recent(talk));
            if self.talks.len() > MANY {
                self.talks.retain(|_, talk| recent(talk));
            }
            self.room = (self.talks.len() * 2).max(FEW);
        }
    }
}
