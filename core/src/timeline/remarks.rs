//! What the network says or does where no program speaks: errors, echoes, a SYN sent again.

use super::{Event, Flow, Kind, Protocol, Timeline, Timer};
use crate::base::headers::Tcp;
use crate::base::{ConnId, FrameId, HostId, Icmp, IcmpSays};

/// What the network says or does of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A host answers an echo, or says what became of a packet.
    Icmp(Icmp),
    /// A router resets a connection in somebody's name.
    Reset,
    /// A host that had no answer asks for a connection again, or answers the question again.
    OpensAgain(ConnId),
    /// A link went down.
    LinkDown,
    /// A link came up again.
    LinkUp,
    /// A host went off.
    HostDown,
    /// A host came up again.
    HostUp,
}

impl Timeline {
    /// What the network says of itself in an event, if anything.
    #[must_use]
    pub fn remark(&self, event: &Event) -> Option<Remark> {
        match event.kind {
            Kind::LinkDown => Some(Remark::LinkDown),
            Kind::LinkUp => Some(Remark::LinkUp),
            Kind::HostDown => Some(Remark::HostDown),
            Kind::HostUp => Some(Remark::HostUp),
            Kind::Sent => self.sent_remark(event),
            _ => None,
        }
    }

    /// The most frames are passed by before their bytes are looked at.
    fn sent_remark(&self, event: &Event) -> Option<Remark> {
        let id = FrameId(event.arg);
        let frame = self.frame(id);
        if frame.forwards.is_some() {
            return None;
        }
        if let Some(conn) = frame.conn {
            let is_again = self.is_opening_again(event, conn);
            return is_again.then_some(Remark::OpensAgain(conn));
        }
        let bytes = self.bytes(id);
        if let Some(icmp) = Icmp::read(bytes) {
            let asks = matches!(icmp.says, IcmpSays::EchoRequest(_));
            return (!asks).then_some(Remark::Icmp(icmp));
        }
        let resets =
            self.node(event.host).kind == "router" && Tcp::read(bytes).is_some_and(|tcp| tcp.rst);
        resets.then_some(Remark::Reset)
    }

    /// Whether a frame is a SYN of its end that a timer sent anew.
    fn is_opening_again(&self, event: &Event, conn: ConnId) -> bool {
        let end = self.end(conn);
        if end.host != event.host || end.opened.is_some_and(|opened| opened < event.id) {
            return false;
        }
        let cause = event.cause.map(|cause| self.event(cause));
        let by_timer = cause.is_some_and(|cause| {
            cause.kind == Kind::Timer && *self.timer(cause.arg) == Timer::Stack(conn)
        });
        let is_syn = || Tcp::read(self.bytes(FrameId(event.arg))).is_some_and(|tcp| tcp.syn);
        by_timer && is_syn() && {
            // The first one may have waited for its neighbour's address.
            let before = self.frames[..event.arg as usize].iter().rev();
            let mut before = before.take_while(|frame| frame.sent > end.opening);
            before.any(|frame| frame.conn == Some(conn) && frame.forwards.is_none())
        }
    }

    /// The row of a router's table that an event forgets, as it was last.
    #[must_use]
    pub fn forgotten(&self, event: &Event) -> Option<&Flow> {
        if event.kind != Kind::Flow || self.flow(event.arg).flow.is_some() {
            return None;
        }
        let row = self.flow(event.arg).row;
        let before = self.events.range(0..event.id.index()).rev();
        let mut before = before.filter(|e| e.kind == Kind::Flow && e.host == event.host);
        let last = before.find(|e| self.flow(e.arg).row == row)?;
        self.flow(last.arg).flow.as_ref()
    }

    /// The end that asked for the connection whose packets a flow is, if it is open when an
    /// event happens.
    #[must_use]
    pub fn open_on(&self, flow: &Flow, event: &Event) -> Option<ConnId> {
        if flow.protocol != Protocol::Tcp {
            return None;
        }
        let found = self.ends.iter().position(|end| {
            let same = end.active && (end.local, end.remote) == (flow.from, flow.to);
            let opened = end.opened.is_some_and(|opened| opened < event.id);
            same && opened && end.closed.is_none_or(|closed| closed > event.id)
        });
        found.map(ConnId::from_index)
    }

    /// To whom a node's own ICMP message or reset goes: past a router that translates, to the
    /// one who sent the packet that it answers.
    #[must_use]
    pub fn addressee(&self, event: &Event) -> Option<HostId> {
        let bytes = self.bytes(FrameId(event.arg));
        let to = Icmp::read(bytes).map(|icmp| icmp.to);
        let to = to.or_else(|| Tcp::read(bytes).map(|tcp| tcp.to.ip()))?;
        let named = self.node_at(to);
        if named.is_some_and(|node| self.node(node).kind == "host") {
            return named;
        }
        let answered = event.cause.map(|cause| self.event(cause));
        let answered = answered.and_then(|cause| match cause.kind {
            Kind::Dropped | Kind::Discarded => Some(self.dropped(cause.arg).frame),
            Kind::Delivered => Some(FrameId(cause.arg)),
            _ => None,
        });
        let sender = answered.map(|frame| self.frame(self.origin(frame)).from);
        sender.filter(|sender| *sender != event.host).or(named)
    }
}
