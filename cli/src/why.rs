//! `wirestage run --why`: what went wrong in a run, and what each of it came of.

use crate::args::Asked;
use crate::fault::Fault;
use wirestage_core::base::{EventId, FrameId};
use wirestage_core::explain::why::{chain, whys};
use wirestage_core::run::Run;
use wirestage_core::timeline::{Kind, Timeline};
use wirestage_core::view::whys::told as in_text;

/// The chains that were asked for, as text.
pub fn told(run: &Run, asked: Asked) -> Result<String, Fault> {
    let seen = (&run.timeline, &run.info);
    match asked {
        Asked::All => {
            let all = whys(seen);
            let worth = run.timeline.worth_telling(&all).into_iter();
            let texts: Vec<String> = worth.map(|why| in_text(&run.timeline, why)).collect();
            if texts.is_empty() {
                return Ok("Nothing was lost, refused or sent back in this run.\n".to_owned());
            }
            Ok(texts.join("\n"))
        }
        Asked::Packet(number) => {
            let packet = packet(&run.timeline, number)?;
            let why = chain(seen, event_of(&run.timeline, packet));
            Ok(in_text(&run.timeline, &why))
        }
    }
}

/// The packet with a number.
fn packet(timeline: &Timeline, number: u64) -> Result<FrameId, Fault> {
    let all = timeline.frames().len();
    let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    match index.filter(|index| *index < all) {
        Some(index) => Ok(FrameId::from_index(index)),
        None if all == 0 => Err(Fault::input("--why: no packet was sent in this run")),
        None => Err(Fault::input(format!(
            "--why: there is no packet {number}, the run has packets 1 to {all}"
        ))),
    }
}

/// What is to be explained of a packet: its loss, or else its sending.
fn event_of(timeline: &Timeline, packet: FrameId) -> EventId {
    let loss = timeline.losses().find(|loss| loss.frame == packet);
    let sent = timeline.frame(packet).sent;
    debug_assert_eq!(timeline.event(sent).kind, Kind::Sent);
    loss.map_or(sent, |loss| loss.event)
}
