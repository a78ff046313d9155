//! What in a run is worth a why: losses, refusals, broken connections, letters that came back.

use crate::base::headers::Tcp;
use crate::base::{CloseReason, ConnId, EventId, FrameId, Icmp, IcmpSays, Kept, Turn, TurnKind};
use crate::dissect::letterhead;
use crate::timeline::{Event, Kind, Timeline};

/// A letter's head lies in its first bytes.
const HEAD: u64 = 4096;

/// Every event of a run with which something is the matter, in order.
#[must_use]
pub fn matters(timeline: &Timeline) -> Vec<EventId> {
    use crate::timeline::Matter::Nothing;
    let all = timeline.events().iter();
    all.filter(|event| matter(timeline, *event) != Nothing)
        .map(|event| event.id)
        .collect()
}

/// What is the matter with an event.
#[must_use]
pub fn matter(timeline: &Timeline, event: Event) -> crate::timeline::Matter {
    use crate::timeline::Matter;
    match event.kind {
        Kind::Dropped | Kind::Discarded => Matter::Lost,
        Kind::Turn if refuses(&timeline.turn(event.arg).turn) => Matter::Refused,
        Kind::Sent if error(timeline, event) || resets(timeline, event) => Matter::Rejected,
        Kind::Closed if breaks(timeline, event) => Matter::Broken,
        Kind::Kept if is_report(timeline, event) => Matter::Bounced,
        Kind::Turn if begins_report(&timeline.turn(event.arg).turn) => Matter::Bounced,
        Kind::Outcome if !timeline.outcome(event.arg).ok => Matter::Failed,
        _ => Matter::Nothing,
    }
}

/// Whether a reply says no: by its code, by POP3's word, or that a name leads nowhere.
pub(super) fn refuses(turn: &Turn) -> bool {
    if turn.kind != TurnKind::Reply {
        return false;
    }
    match turn.verb.parse::<u16>() {
        Ok(code) => (400..600).contains(&code),
        Err(_) => turn.verb == "-ERR" || leads_nowhere(turn),
    }
}

/// Whether an answer about a name says that there is none, or nobody to take letters.
fn leads_nowhere(turn: &Turn) -> bool {
    // RFC 7505: the null MX. RFC 2308 §2.1: no such name. RFC 1035 §4.1.1: an error.
    let says = ["RFC 7505 §3", "RFC 2308 §2.1", "RFC 1035 §4.1.1"];
    says.contains(&turn.reference)
}

/// A report goes to nobody's address: it must not come back itself (RFC 5321 §4.5.5).
pub(super) fn begins_report(turn: &Turn) -> bool {
    turn.kind == TurnKind::Command && turn.text.to_ascii_uppercase().starts_with("MAIL FROM:<>")
}

/// Whether it sends an ICMP error that was not passed on.
pub(super) fn error(timeline: &Timeline, event: Event) -> bool {
    let frame = timeline.frame(FrameId(event.arg));
    let first = frame.conn.is_none() && frame.forwards.is_none();
    let says = || Icmp::read(timeline.bytes(FrameId(event.arg))).map(|icmp| icmp.says);
    first && matches!(says(), Some(IcmpSays::Error(..)))
}

/// Whether it sends a reset that was not passed on.
pub(super) fn resets(timeline: &Timeline, event: Event) -> bool {
    // A reset is short: no segment with words is looked into.
    const SHORT: usize = 100;
    let frame = timeline.frame(FrameId(event.arg));
    let first = frame.forwards.is_none() && frame.slot.len() <= SHORT;
    first && Tcp::read(timeline.bytes(FrameId(event.arg))).is_some_and(|tcp| tcp.rst)
}

/// Whether an end is gone otherwise than both sides wished. The one that was called knows of
/// nothing where it never opened.
pub(super) fn breaks(timeline: &Timeline, event: Event) -> bool {
    let end = timeline.end(ConnId(event.arg));
    let ends_well = matches!(
        end.reason,
        None | Some(CloseReason::Finished | CloseReason::Aborted)
    );
    !ends_well && (end.active || end.opened.is_some())
}

/// Whether a report that a letter did not arrive, or is late, was put into a mailbox. What
/// somebody fetched lies in no mailbox.
pub(super) fn is_report(timeline: &Timeline, event: Event) -> bool {
    let kept = timeline.kept(event.arg);
    let Some(Kept::File(content)) = &kept.what else {
        return false;
    };
    if mailbox(&kept.path).is_none() || was_there(timeline, event) {
        return false;
    }
    let head = timeline.content_in(content, 0..content.len().min(HEAD));
    letterhead(&head).is_report
}

/// Whose letter lies at a path: `/mail/grace@example.net/1.eml`.
pub(super) fn mailbox(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/mail/")?.strip_suffix(".eml")?;
    let (mailbox, _) = name.rsplit_once('/')?;
    mailbox.contains('@').then_some(mailbox)
}

fn was_there(timeline: &Timeline, event: Event) -> bool {
    let cause = event.cause.map(|cause| timeline.event(cause).kind);
    matches!(cause, Some(Kind::Started | Kind::HostUp))
}
