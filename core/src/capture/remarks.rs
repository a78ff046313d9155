//! What a capture says of single frames: captions, and why they were lost.
//!
//! A tap may not see the very frame that a caption or a loss is about, but the same packet
//! where it had not come so far, or had come further: it is said there.

use super::Tap;
use crate::base::FrameId;
use crate::base::sorted::{Map, Set};
use crate::timeline::{RunInfo, Timeline};

/// What there is to say of a frame besides: where in the run it belongs.
pub type Places<'a> = &'a dyn Fn(FrameId) -> Option<String>;

/// What is to be said at which frame.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    captions: Map<FrameId, Vec<String>>,
    /// What was said at an earlier one: read frame by frame, it would tire the second time.
    said: Set<String>,
    losses: Map<FrameId, Vec<String>>,
    whys: Map<FrameId, Vec<String>>,
}

impl Remarks {
    /// Those of a run for what these taps see.
    pub fn of(timeline: &Timeline, info: &RunInfo, taps: &[Tap]) -> Self {
        let mut remarks = Self::default();
        let lost: Vec<_> = timeline.losses().collect();
        let shown = info.captions.iter().filter_map(|caption| caption.frame);
        let whys = whys(timeline, info);
        let told = shown.chain(lost.iter().map(|loss| loss.frame));
        let mut told: Vec<FrameId> = told.chain(whys.iter().map(|(frame, _)| *frame)).collect();
        for frame in &mut told {
            *frame = timeline.origin(*frame);
        }
        told.sort_unstable();
        let seen = seen(timeline, taps, &told);
        for caption in &info.captions {
            let packet = caption.frame.and_then(|frame| {
                let own = seen.get(&timeline.origin(frame))?;
                own.contains(&frame)
                    .then_some(frame)
                    .or(own.first().copied())
            });
            if let Some(frame) = packet {
                remarks.captions.or_default(frame).push(caption.say.clone());
            }
        }
        for loss in &lost {
            let Some(own) = seen.get(&timeline.origin(loss.frame)) else {
                continue;
            };
            // What went another way, as from a switch, was not lost.
            let mut on_its_way = Some(loss.frame);
            while let Some(frame) = on_its_way.filter(|frame| !own.contains(frame)) {
                on_its_way = timeline.frame(frame).forwards;
            }
            if let Some(frame) = on_its_way {
                let text = format!("lost {}: {}", loss.whereabouts(), loss.why());
                remarks.losses.or_default(frame).push(text);
            }
        }
        for (frame, why) in whys {
            let own = seen.get(&timeline.origin(frame));
            // Where the packet was lost, or else as it set out.
            let own = own.and_then(|own| own.iter().find(|own| **own == frame).or(own.first()));
            if let Some(frame) = own {
                remarks.whys.or_default(*frame).push(why);
            }
        }
        remarks
    }

    /// What is to be said at a frame that is being written: captions first, then how it was lost, its
    /// place, and why.
    pub fn at(&mut self, frame: FrameId, places: Places<'_>) -> Vec<String> {
        let mut all = self.captions.remove(&frame).unwrap_or_default();
        all.retain(|say| self.said.insert(say.clone()));
        all.extend(self.losses.get(&frame).into_iter().flatten().cloned());
        all.extend(places(frame));
        all.extend(self.whys.remove(&frame).unwrap_or_default());
        all
    }
}

/// Why packets were lost and replies said no, each trouble once: at which frame, and in words.
fn whys(timeline: &Timeline, info: &RunInfo) -> Vec<(FrameId, String)> {
    let worth = timeline.worth_telling(&info.whys).into_iter();
    let told = worth.filter_map(|chain| {
        let (last, before) = chain.links.split_last()?;
        let name = |host| &timeline.node(host).name;
        let links = before
            .iter()
            .map(|link| format!("{}: {}", name(link.host), link.says));
        let links: Vec<String> = links.collect();
        let why = chain
            .trouble
            .as_ref()
            .filter(|trouble| trouble.event != chain.event);
        let why = why.map(|trouble| format!("{} ← ", trouble.words()));
        let why = why.unwrap_or_default();
        Some((last.frame?, format!("why: {why}{}", links.join(" → "))))
    });
    told.collect()
}

/// By a packet's first frame, of those in `told`: the frames of it that any of the taps sees.
fn seen(timeline: &Timeline, taps: &[Tap], told: &[FrameId]) -> Map<FrameId, Vec<FrameId>> {
    let mut seen: Map<FrameId, Vec<FrameId>> = Map::new();
    if told.is_empty() {
        return seen;
    }
    for event in timeline.events().iter() {
        let frame = taps.iter().find_map(|tap| tap.sees(timeline, event));
        let Some(frame) = frame.map(|seen| seen.frame) else {
            continue;
        };
        let packet = timeline.origin(frame);
        if told.binary_search(&packet).is_ok() {
            seen.or_default(packet).push(frame);
        }
    }
    seen
}
