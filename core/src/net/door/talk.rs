//! One connection of the real side: what its frames say of how it stands.

use super::reach::Reach;
use super::speech::Speech;
use crate::base::headers::Tcp;
use crate::base::{CloseReason, ConnId, EventId, Sequence, Time};
use crate::timeline::{Moment, Timeline, Timer};

/// A SYN that reached the real side, and whether it answers is to be seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub seq: u32,
    /// Its arrival.
    pub event: EventId,
    /// The end that asked.
    pub by: Option<ConnId>,
}

/// A connection as the door sees it.
#[derive(Debug)]
pub(super) struct Talk {
    /// The real side's end; none where it has not answered.
    pub end: Option<ConnId>,
    pub active: bool,
    /// When something was last said or heard.
    pub touched: Time,
    pub asked: Option<Asked>,
    /// The number of the SYN of an end, and its stream.
    ours: Option<Sequence>,
    theirs: Option<Sequence>,
    /// How far the real side's stream has come in, and its FIN behind it.
    sent: u64,
    syn_sent: bool,
    finishes: Option<u64>,
    finish_heard: bool,
    heard: Reach,
    their_finish: Option<u64>,
    pub opened: bool,
    heard_finish: bool,
    pub closed: Option<CloseReason>,
    /// What made what comes in next.
    pub why: Option<EventId>,
    /// Whether anything has reached the real side since something came in.
    answers: bool,
    timer: Option<EventId>,
    pub speech: Speech,
}

/// What comes in on a connection.
pub(super) struct Incoming {
    /// Where its payload lies in the stream.
    pub offset: u64,
    /// Whether all of it has come in before.
    pub again: bool,
}

impl Talk {
    /// A connection of which nothing is known.
    pub fn new(now: Time) -> Self {
        Self {
            end: None,
            active: false,
            touched: now,
            asked: None,
            ours: None,
            theirs: None,
            sent: 0,
            syn_sent: false,
            finishes: None,
            finish_heard: false,
            heard: Reach::default(),
            their_finish: None,
            opened: false,
            heard_finish: false,
            closed: None,
            why: None,
            answers: true,
            timer: None,
            speech: Speech::default(),
        }
    }

    /// A connection that the real side asks for, or answers where it was asked.
    pub fn begun(now: Time, end: ConnId, syn: u32, asked: Option<Asked>) -> Self {
        Self {
            end: Some(end),
            active: asked.is_none(),
            ours: Some(Sequence::from(syn.wrapping_add(1))),
            theirs: asked.map(|asked| Sequence::from(asked.seq.wrapping_add(1))),
            asked,
            ..Self::new(now)
        }
    }

    /// Whether its end is there and not gone.
    pub fn is_live(&self) -> bool {
        self.end.is_some() && self.closed.is_none()
    }

    /// Whether this SYN of the real side is the one that its end began with.
    pub fn began_with(&self, syn: u32) -> bool {
        let first = self.ours.map(|ours| ours.number(0));
        self.end.is_some() && first == Some(syn.wrapping_add(1))
    }

    /// The end that frames of the real side belong to. One that broke has no frames any more.
    pub fn belongs(&self) -> Option<ConnId> {
        let gone = |reason| reason != CloseReason::Finished;
        self.end.filter(|_| !self.closed.is_some_and(gone))
    }

    /// A segment of the real side comes in.
    pub fn comes_in(&mut self, now: Time, tcp: &Tcp) -> Option<Incoming> {
        self.touched = now;
        let ours = self.ours?;
        if let (Some(theirs), Some(ack)) = (self.theirs, tcp.ack)
            && let Some(known) = theirs.offset(ack, self.heard.next())
        {
            // The real side knows what it has, even where the door missed it.
            let end = self.their_finish.unwrap_or(u64::MAX);
            self.heard
                .reach(known.min(end).min(self.heard.next() + (1 << 30)));
        }
        if tcp.syn {
            return Some(Incoming {
                offset: 0,
                again: std::mem::replace(&mut self.syn_sent, true),
            });
        }
        let offset = ours.offset(tcp.seq, self.sent)?;
        let end = offset + tcp.payload.len() as u64;
        let new_finish = tcp.fin && self.finishes.is_none();
        let again = tcp.sequence_len() > 0 && end <= self.sent && !new_finish;
        self.sent = self.sent.max(end);
        if tcp.fin {
            self.finishes.get_or_insert(end);
        }
        Some(Incoming { offset, again })
    }

    /// What made a segment come in: what was heard before, or a timer where it comes again
    /// and nothing was heard since.
    pub fn cause(&mut self, timeline: &mut Timeline, at: Moment, again: bool) -> Option<EventId> {
        let (Some(end), true) = (self.end, again && !self.answers) else {
            self.answers = false;
            return self.why;
        };
        let known = self
            .timer
            .filter(|timer| timeline.event(*timer).time == at.now);
        let timer = known.unwrap_or_else(|| {
            let cause = self.why;
            timeline.record_timer(Moment { cause, ..at }, Timer::Stack(end))
        });
        self.timer = Some(timer);
        self.why = Some(timer);
        Some(timer)
    }

    /// Whether an RST of the real side breaks the connection off: one that answers a segment
    /// of another does not.
    pub fn is_broken_off(&self, tcp: &Tcp) -> bool {
        let Some(ours) = self.ours.filter(|_| self.is_live()) else {
            return false;
        };
        let known = self.theirs.is_some();
        let at = ours.offset(tcp.seq, self.sent);
        let fin = u64::from(self.finishes.is_some());
        known && at.is_some_and(|at| at <= self.sent + fin)
    }

    /// A segment reached the real side. Answers where its payload lies in the stream, where
    /// it belongs to this connection.
    pub fn hears(&mut self, timeline: &mut Timeline, at: Moment, tcp: &Tcp) -> Option<u64> {
        self.touched = at.now;
        let (end, ours) = (self.end?, self.ours?);
        if self
            .closed
            .is_some_and(|reason| reason != CloseReason::Finished)
        {
            return None;
        }
        let fin = u64::from(self.finishes.is_some());
        let known = |ack| ours.offset(ack, self.sent);
        let acked = tcp
            .ack
            .and_then(known)
            .filter(|ack| *ack <= self.sent + fin);
        if tcp.rst {
            self.hears_reset(timeline, at, tcp, acked.is_some());
            return None;
        }
        if tcp.syn && self.theirs.is_none() && (tcp.ack.is_none() || acked.is_some()) {
            self.theirs = Some(Sequence::from(tcp.seq.wrapping_add(1)));
        }
        let theirs = self.theirs?;
        self.answers = true;
        self.why = at.cause;
        if acked.is_some() && !self.opened {
            self.opened = true;
            self.why = Some(timeline.record_opened(at, end));
        }
        self.finish_heard |= self.finishes.is_some() && acked > self.finishes;
        let first = tcp.seq.wrapping_add(u32::from(tcp.syn));
        let offset = theirs.offset(first, self.heard.next())?;
        let last = offset + tcp.payload.len() as u64;
        // Nobody offers a window as large as that.
        if last > self.heard.next() + (1 << 30) {
            return None;
        }
        self.heard.add(offset, last);
        if tcp.fin {
            self.their_finish.get_or_insert(last);
        }
        Some(offset)
    }

    /// After a segment was heard: whether the peer has finished, and both have.
    pub fn ends(&mut self, timeline: &mut Timeline, at: Moment) {
        let Some(end) = self.end.filter(|_| self.closed.is_none()) else {
            return;
        };
        let all = self.their_finish == Some(self.heard.next());
        if all && self.opened && !self.heard_finish {
            self.heard_finish = true;
            timeline.record_heard_finish(at, end);
        }
        // TIME-WAIT counts as gone.
        if self.heard_finish && self.finish_heard {
            self.close(timeline, at, CloseReason::Finished);
        }
    }

    fn hears_reset(&mut self, timeline: &mut Timeline, at: Moment, tcp: &Tcp, acked: bool) {
        let Some(theirs) = self.theirs else {
            // RFC 9293 §3.10.7.3: it must answer the SYN.
            if self.active && acked && self.closed.is_none() {
                self.close(timeline, at, CloseReason::Refused);
            }
            return;
        };
        // RFC 5961 §3.2: any other number is answered, not believed.
        let next = theirs.number(self.heard.next());
        let fin = u32::from(self.their_finish == Some(self.heard.next()));
        let is_next = tcp.seq == next || tcp.seq == next.wrapping_add(fin);
        if is_next && self.closed.is_none() {
            self.close(timeline, at, CloseReason::Reset);
        }
    }

    /// Whether a segment with this number is the SYN that nobody has answered.
    pub fn is_asking(&self, seq: u32) -> bool {
        self.active && self.is_live() && !self.opened && self.began_with(seq)
    }

    /// Its end is gone.
    pub fn close(&mut self, timeline: &mut Timeline, at: Moment, reason: CloseReason) {
        if let Some(end) = self.end.filter(|_| self.closed.is_none()) {
            self.closed = Some(reason);
            let event = timeline.record_closed(at, end, reason);
            self.why = Some(event);
        }
    }

    /// How it must have gone where the real side uses its ports for another.
    pub fn silent_end(&self) -> CloseReason {
        match self.opened {
            true => CloseReason::Aborted,
            false => CloseReason::TimedOut,
        }
    }

    /// How much the real side has said, where it has finished or is gone.
    pub fn said_in_all(&self) -> u64 {
        self.sent
    }

    /// Whether the real side has said all.
    pub fn has_said_all(&self) -> bool {
        self.finishes.is_some()
    }
}
