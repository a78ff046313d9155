//! What a node rewrote in a packet that it passed on: the frame as it arrived and the frame as
//! it left, field by field.

use crate::base::{FrameId, HostId};
use crate::dissect::{ShownLayer, layers};
use crate::timeline::Timeline;

/// How a packet changed on its way through a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewriting {
    /// Which node.
    pub at: HostId,
    /// The packet as it arrived there, and as it left.
    pub frames: [FrameId; 2],
    /// What makes it another packet: addresses, ports, words.
    pub edits: Vec<Edit>,
    /// What changes at every router, or follows from all else.
    pub quiet: Vec<Edit>,
}

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which one: `source`, `quoted destination`, `time to live`.
    pub what: String,
    /// What it said.
    pub before: String,
    /// What it says now.
    pub after: String,
}

impl Edit {
    /// `source 192.168.1.10:49152 becomes 203.0.113.1:49152`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = [&*self.what, &self.before].join(" ");
        words += " becomes ";
        words += &self.after;
        words
    }
}

/// What the node that sent a frame rewrote in it; none where it passed on no other frame, or
/// passed it on as it was.
#[must_use]
pub fn rewriting(timeline: &Timeline, frame: FrameId) -> Option<Rewriting> {
    let sent = timeline.frame(frame);
    let arrived = sent.forwards?;
    if timeline.is_copy(frame) || timeline.arrived_slot(arrived) == sent.slot {
        return None;
    }
    let mut pair = Pair {
        before: &layers(timeline.arrived(arrived)),
        after: &layers(timeline.bytes(frame)),
        bytes: [timeline.arrived(arrived), timeline.bytes(frame)],
        quoted: false,
        edits: Vec::new(),
        quiet: Vec::new(),
    };
    for at in 0..pair.before.len().min(pair.after.len()) {
        if pair.before[at].name != pair.after[at].name {
            break;
        }
        pair.layer(at);
    }
    Some(Rewriting {
        at: sent.from,
        frames: [arrived, frame],
        edits: pair.edits,
        quiet: pair.quiet,
    })
}

/// The frame by which a node passed on another one; of several the first.
#[must_use]
pub fn passed_on(timeline: &Timeline, frame: FrameId) -> Option<FrameId> {
    /// Frames in between, on busy links.
    const FAR: usize = 4096;
    let sent = timeline.frame(frame);
    let at = timeline.link(sent.link).other(sent.from);
    let frames = timeline.frames().iter().enumerate();
    let mut later = frames.skip(frame.index() + 1).take(FAR);
    let next = later.find(|(_, next)| next.forwards == Some(frame) && next.from == at);
    next.map(|(index, _)| FrameId::from_index(index))
}

/// The first rewriting that a packet meets on its way which makes it another one.
#[must_use]
pub fn on_its_way(timeline: &Timeline, frame: FrameId) -> Option<Rewriting> {
    let mut next = Some(frame);
    while let Some(frame) = next {
        let found = rewriting(timeline, frame).filter(|found| !found.edits.is_empty());
        if found.is_some() {
            return found;
        }
        next = passed_on(timeline, frame);
    }
    None
}

/// Both frames, layer by layer.
struct Pair<'a> {
    before: &'a [ShownLayer],
    after: &'a [ShownLayer],
    bytes: [&'a [u8]; 2],
    /// Within what an ICMP error quotes.
    quoted: bool,
    edits: Vec<Edit>,
    quiet: Vec<Edit>,
}

impl Pair<'_> {
    fn layer(&mut self, at: usize) {
        let name = self.before[at].name;
        if is_ip(name) {
            for (what, field, port) in [
                ("source", "Source", "Source port"),
                ("destination", "Destination", "Destination port"),
            ] {
                let place = |layers| place(layers, at, field, port);
                self.edit(what, place(self.before), place(self.after));
            }
        }
        let carried = at.checked_sub(1).map(|under| self.before[under].name);
        if matches!(carried, Some("TCP" | "UDP")) {
            let [before, after] = [(0, self.before), (1, self.after)]
                .map(|(side, layers)| text(&self.bytes[side][layers[at].range.clone()]));
            self.edit("text", before, after);
            return;
        }
        for (before, after) in self.before[at].fields.iter().zip(&self.after[at].fields) {
            let same = before.value == after.value || before.kind.derived;
            if same || before.name != after.name || is_place(name, before.name) {
                continue;
            }
            let (was, is) = (before.value.clone(), after.value.clone());
            let mut what = before.name.to_ascii_lowercase();
            if name == "Ethernet" {
                what.insert_str(0, "hardware ");
            }
            if before.name.ends_with("dgment number") || before.name == "Sequence number" {
                what += &shift(&was, &is);
            }
            if is_quiet(name, before.name) {
                self.quiet.push(Edit {
                    what,
                    before: was,
                    after: is,
                });
            } else {
                self.edit(&what, was, is);
            }
        }
        self.quoted |= name.starts_with("ICMP");
    }

    fn edit(&mut self, what: &str, before: String, after: String) {
        if before != after {
            let quoted = if self.quoted { "quoted " } else { "" };
            let what = [quoted, what].concat();
            self.edits.push(Edit {
                what,
                before,
                after,
            });
        }
    }
}

fn is_ip(layer: &str) -> bool {
    matches!(layer, "IPv4" | "IPv6")
}

/// Fields that are told together, as one place.
fn is_place(layer: &str, field: &str) -> bool {
    is_ip(layer) && matches!(field, "Source" | "Destination")
        || matches!(field, "Source port" | "Destination port")
}

fn is_quiet(layer: &str, field: &str) -> bool {
    layer == "Ethernet"
        || matches!(
            field,
            "Time to live" | "Hop limit" | "Checksum" | "Total length" | "Length"
        )
}

/// An address with the port of the layer above it, where that has one.
fn place(layers: &[ShownLayer], at: usize, field: &str, port: &str) -> String {
    let value = |layer: &ShownLayer, name: &str| {
        let found = layer.fields.iter().find(|field| field.name == name);
        found.map_or("", |field| &field.value).to_owned()
    };
    let mut place = value(&layers[at], field);
    let port = layers.get(at + 1).map(|above| value(above, port));
    let port = port.unwrap_or_default();
    // `21 (ftp)`
    if let Some(port) = port.split(' ').next().filter(|port| !port.is_empty()) {
        place += ":";
        place += port;
    }
    place
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

/// ` (shifted by 5)`.
fn shift(before: &str, after: &str) -> String {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let by = number(after).wrapping_sub(number(before)).cast_signed();
    let sign = if by < 0 { "−" } else { "" };
    format!(" (shifted by {sign}{})", by.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::way;

    /// What is told of each frame that a router sent.
    fn told(timeline: &Timeline) -> Vec<(Vec<String>, Vec<String>)> {
        let ids = (0..timeline.frames().len()).map(FrameId::from_index);
        let found = ids.filter_map(|id| rewriting(timeline, id));
        let names = |edits: &[Edit]| edits.iter().map(|edit| edit.what.clone()).collect();
        found
            .map(|found| {
                let words = found.edits.iter().map(Edit::words).collect();
                (words, names(&found.quiet))
            })
            .collect()
    }

    #[test]
    fn an_address_that_was_translated_is_told_with_its_port() {
        // Given a call from inside, its answer, and the words of an FTP client about itself.
        let timeline = way::timeline();
        // When what the router sent is compared with what it got.
        let told = told(&timeline);
        // Then each tells what made it another packet, and quietly what every router changes.
        assert_eq!(
            told[0].0,
            ["source 192.168.1.10:49152 becomes 203.0.113.1:49152"]
        );
        let always = [
            "hardware destination",
            "hardware source",
            "time to live",
            "checksum",
            "checksum",
        ];
        assert_eq!(told[0].1, always);
        assert_eq!(
            told[1].0,
            ["destination 203.0.113.1:49152 becomes 192.168.1.10:49152"]
        );
        assert_eq!(
            told[2].0[1..],
            ["text PORT 192,168,1,10,192,1 becomes PORT 203,0,113,1,192,1",]
        );
        assert!(told[2].1.iter().any(|what| what == "total length"));
        // What follows is shifted by the byte that the helper saved.
        assert_eq!(
            told[3].0[1],
            "sequence number (shifted by −1) 26 becomes 25"
        );
    }

    #[test]
    fn what_an_error_quotes_is_told_as_quoted() {
        let timeline = way::timeline();
        let told = told(&timeline);
        let expected = [
            "destination 203.0.113.1 becomes 192.168.1.10",
            "quoted source 203.0.113.1:49153 becomes 192.168.1.10:49153",
        ];
        assert_eq!(told.last().unwrap().0, expected);
    }

    #[test]
    fn what_is_passed_on_as_it_was_is_no_rewriting() {
        let timeline = way::timeline();
        // The switch shares the bytes of what it passes on.
        let mut frames = timeline.frames().iter().enumerate();
        let (at, _) = frames
            .find(|(_, frame)| frame.from == way::SWITCH)
            .expect("the switch passes something on");
        assert_eq!(rewriting(&timeline, FrameId::from_index(at)), None);
        assert_eq!(rewriting(&timeline, FrameId(0)), None, "sent by a host");
    }

    #[test]
    fn a_packet_is_followed_to_where_it_was_rewritten() {
        let timeline = way::timeline();
        let on_switch = passed_on(&timeline, FrameId(0)).unwrap();
        let on_router = passed_on(&timeline, on_switch).unwrap();
        assert_eq!(timeline.frame(on_router).from, way::ROUTER);
        assert_eq!(passed_on(&timeline, on_router), None, "it has arrived");
        let found = on_its_way(&timeline, FrameId(0)).unwrap();
        assert_eq!(
            (found.at, found.frames),
            (way::ROUTER, [on_switch, on_router])
        );
    }
}
