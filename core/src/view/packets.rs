//! One line of the packet list: made when it is seen, not before.

use super::frames::{brief, stroke_of, turn_of};
use super::outline::{Outline, Stroke};
use super::rewriting::passed_on;
use crate::base::headers::Tcp;
use crate::base::{FrameId, Time};
use crate::dissect::Dissection;
use crate::timeline::{Loss, Timeline};

/// A frame as a line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Counted from 1.
    pub number: usize,
    /// When it was sent.
    pub time: Time,
    /// The node that put it on the link.
    pub from: String,
    /// The node at the link's other end.
    pub to: String,
    /// The innermost protocol: `FTP`, `TCP`, `ARP`.
    pub protocol: &'static str,
    /// How many bytes.
    pub length: usize,
    /// What it says.
    pub info: String,
    /// How its line is drawn.
    pub stroke: Stroke,
    /// Why it never arrived.
    pub lost: Option<String>,
}

impl Packet {
    /// The line of a frame.
    #[must_use]
    pub fn of(timeline: &Timeline, outline: &Outline, id: FrameId) -> Self {
        let frame = timeline.frame(id);
        let bytes = timeline.bytes(id);
        let name = |node| timeline.node(node).name.clone();
        let tcp = Tcp::read(bytes);
        let stroke = stroke_of(timeline, outline, id);
        Self {
            number: id.index() + 1,
            time: timeline.event(frame.sent).time,
            from: name(frame.from),
            to: name(timeline.link(frame.link).other(frame.from)),
            protocol: protocol(bytes, stroke),
            length: bytes.len(),
            info: info(timeline, outline, id, tcp.as_ref()),
            stroke,
            lost: loss(timeline, outline, id).map(|loss| loss.why()),
        }
    }
}

/// Why and where a frame never arrived, or was given up after it had.
fn loss<'a>(timeline: &'a Timeline, outline: &Outline, id: FrameId) -> Option<Loss<'a>> {
    let event = timeline.event(outline.fate_event(id)?);
    timeline.loss(&event).or_else(|| {
        // Routers alone give up what they cannot pass on.
        timeline.node(event.host).router.as_ref()?;
        if passed_on(timeline, id).is_some() {
            return None;
        }
        timeline.losses().find(|loss| loss.frame == id)
    })
}

/// The innermost layer's name; a file's bytes say of themselves only that they are bytes.
fn protocol(bytes: &[u8], stroke: Stroke) -> &'static str {
    let read = Dissection::of(bytes);
    let mut names = read.layers().iter().rev().map(|layer| layer.kind.name);
    let last = names.find(|name| *name != "Padding").unwrap_or("Data");
    if !matches!(last, "Data" | "Text") {
        return last;
    }
    match stroke {
        Stroke::Data => "FTP data",
        _ => names.next().unwrap_or(last),
    }
}

/// What a turn that begins in it says, else its ports, flags and length, else what it asks.
fn info(timeline: &Timeline, outline: &Outline, id: FrameId, tcp: Option<&Tcp>) -> String {
    if let Some(row) = turn_of(timeline, outline, id) {
        return row.label.clone();
    }
    let said = brief(timeline, outline, id);
    match tcp {
        Some(tcp) => {
            let mut text = format!("{} → {} · ", tcp.from.port(), tcp.to.port());
            text += &said;
            text
        }
        None => said
            .split_once(": ")
            .map_or(said.clone(), |(_, rest)| rest.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::layers;
    use crate::timeline::{sample, way};

    fn lines() -> Vec<Packet> {
        let timeline = sample::timeline();
        let outline = Outline::of(&timeline, &sample::info());
        let ids = (0..timeline.frames().len()).map(FrameId::from_index);
        ids.map(|id| Packet::of(&timeline, &outline, id)).collect()
    }

    #[test]
    fn each_frame_has_its_line() {
        // Given a run with a greeting, a login, and a file of two segments of which one is lost.
        let lines = lines();
        // Then the first opens the control connection,
        let syn = &lines[0];
        assert_eq!(
            (syn.number, syn.from.as_str(), syn.to.as_str()),
            (1, "laptop", "server")
        );
        assert_eq!((syn.protocol, syn.stroke), ("TCP", Stroke::Control));
        assert!(syn.info.ends_with("→ 21 · SYN"), "{}", syn.info);
        // the greeting is FTP, an acknowledgment TCP,
        assert_eq!(lines[3].protocol, "FTP");
        assert!(lines[3].info.starts_with("220 "), "{}", lines[3].info);
        assert_eq!(
            (lines[2].protocol, lines[2].stroke),
            ("TCP", Stroke::Control)
        );
        // the file's bytes are data, and one of them was lost, with its reason.
        let data: Vec<_> = lines.iter().filter(|l| l.protocol == "FTP data").collect();
        assert!(data.iter().all(|line| line.stroke == Stroke::Data));
        assert!(data.len() >= 2, "{lines:?}");
        let lost: Vec<_> = lines
            .iter()
            .filter_map(|line| line.lost.as_deref())
            .collect();
        assert_eq!(lost, ["queue full"]);
    }

    #[test]
    fn what_a_firewall_stops_or_a_router_gives_up_says_why() {
        let timeline = way::timeline();
        let outline = Outline::of(&timeline, &sample::info());
        let ids = (0..timeline.frames().len()).map(FrameId::from_index);
        let lost: Vec<_> = ids
            .filter_map(|id| Packet::of(&timeline, &outline, id).lost)
            .collect();
        assert_eq!(
            lost,
            ["firewall: no telnet", "no answer from the next node"]
        );
    }

    #[test]
    fn every_frame_of_a_run_is_read_to_its_end() {
        let timeline = sample::timeline();
        for index in 0..timeline.frames().len() {
            let bytes = timeline.bytes(FrameId::from_index(index));
            let layers = layers(bytes);
            assert_eq!(layers[2].name, "TCP");
            assert_eq!(layers.last().unwrap().range.end, bytes.len());
            let mut fields = layers.iter().flat_map(|layer| &layer.fields);
            assert!(fields.all(|field| field.name != "Cut short"));
        }
    }
}
