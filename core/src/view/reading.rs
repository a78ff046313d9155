//! Packets read with what others say about them. Each link's connections are followed packet by
//! packet, a few at a time, as a packet that is passed on would else count as sent twice.

use crate::base::visible::visible;
use crate::base::{FrameId, LinkId};
use crate::dissect::{
    Dissection, Field, FieldKind, Gathered, LayerKind, ShownField, ShownLayer, Shows, Talks, shown,
};
use crate::filter::{Filter, Subject};
use crate::timeline::Timeline;
use std::borrow::Cow;

/// How far each link has been followed.
#[derive(Debug, Default)]
pub struct Reading {
    links: Vec<Followed>,
    buffer: Dissection,
}

/// A link, and the first packet of the run that was not looked at for it.
#[derive(Debug, Default)]
struct Followed {
    talks: Talks,
    next: usize,
}

/// A packet as it is read: its layers in words, and the tree that they are shown as.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    /// Its layers, outermost first; behind them the messages that were put together.
    pub layers: Vec<ShownLayer>,
    /// Layers and fields in the order in which they are shown.
    pub nodes: Vec<Node>,
    /// The messages that came in pieces of which this packet brought the last.
    pub gathered: Vec<Gathered>,
    /// Whether all is known that its connection says of it.
    pub is_whole: bool,
    /// Where passwords lie that are not shown.
    pub hidden: Vec<super::hidden::Hidden>,
}

/// A line of the tree: a layer, or a field of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Which layer.
    pub layer: usize,
    /// Which of its fields; none where it is the layer itself.
    pub field: Option<usize>,
    /// The field's value as a number, where it is one.
    pub number: u64,
    /// How many lines it stands below.
    pub depth: usize,
    /// The line that it stands right below.
    pub parent: Option<usize>,
    /// The next line that stands outside of it.
    pub end: usize,
}

impl Reading {
    /// Follows a link's connections, at most so many packets further. Answers whether all that
    /// there are were followed.
    pub fn follow(&mut self, timeline: &Timeline, link: LinkId, mut most: usize) -> bool {
        self.along(timeline, link, &mut most)
    }

    /// How many packets of the run, at most, it takes until all is known that a link says.
    #[must_use]
    pub fn left(&self, timeline: &Timeline, link: LinkId) -> usize {
        let next = self.links.get(link.index()).map_or(0, |link| link.next);
        timeline.frames().len() - next
    }

    /// Follows every link, at most so many packets further. Answers whether all was followed.
    pub fn follow_all(&mut self, timeline: &Timeline, mut most: usize) -> bool {
        let links = 0..timeline.links().len();
        let mut links = links.map(LinkId::from_index);
        links.all(|link| self.along(timeline, link, &mut most))
    }

    fn along(&mut self, timeline: &Timeline, link: LinkId, left: &mut usize) -> bool {
        if self.links.len() <= link.index() {
            self.links.resize_with(link.index() + 1, Followed::default);
        }
        let (frames, followed) = (timeline.frames(), &mut self.links[link.index()]);
        while let Some(frame) = frames.get(followed.next) {
            if frame.link == link {
                if *left == 0 {
                    return false;
                }
                *left -= 1;
                let id = FrameId::from_index(followed.next);
                let bytes = |number| bytes_of(timeline, number);
                let (number, talks) = (number_of(id), &mut followed.talks);
                self.buffer
                    .follow(number, timeline.bytes(id), talks, &bytes);
            }
            followed.next += 1;
        }
        true
    }

    /// Whether all that its link says of a packet is known.
    #[must_use]
    pub fn knows(&self, timeline: &Timeline, id: FrameId) -> bool {
        let followed = self.links.get(timeline.frame(id).link.index());
        followed.is_some_and(|link| link.next >= timeline.frames().len())
    }

    /// What a packet holds, with what is known so far.
    pub fn dissect(&mut self, timeline: &Timeline, id: FrameId) -> &Dissection {
        let (frame, bytes) = (timeline.frame(id), timeline.bytes(id));
        match self.links.get(frame.link.index()) {
            Some(followed) if followed.next > id.index() => {
                let others = |number| bytes_of(timeline, number);
                self.buffer
                    .read_again(number_of(id), bytes, &followed.talks, &others);
            }
            _ => self.buffer.read(bytes),
        }
        &self.buffer
    }

    /// A packet in words, with what is known so far.
    pub fn read(&mut self, timeline: &Timeline, id: FrameId) -> Leaves {
        let is_whole = self.knows(timeline, id);
        let dissection = self.dissect(timeline, id);
        Leaves {
            is_whole,
            ..Leaves::of(dissection, timeline.bytes(id))
        }
    }

    /// A filter that finds what has the same value as a line of this packet.
    pub fn filter_for(&mut self, timeline: &Timeline, id: FrameId, node: &Node) -> String {
        let bytes = timeline.bytes(id);
        let dissection = self.dissect(timeline, id);
        let Some(layer) = dissection.layers().get(node.layer) else {
            return String::new();
        };
        let field = node
            .field
            .and_then(|at| dissection.fields_of(layer).get(at));
        let Some(field) = field else {
            return layer.kind.filter.to_owned();
        };
        let name = field.kind.filter;
        let subject = Subject {
            frame: bytes,
            dissection,
            number: u64::from(number_of(id)),
            nanoseconds: 0,
            comments: &[],
        };
        let found = written(dissection, field, bytes)
            .into_iter()
            .find_map(|value| {
                let filter = [name, " == ", &value].concat();
                let holds = Filter::parse(&filter).is_ok_and(|read| read.lets_through(&subject));
                holds.then_some(filter)
            });
        found.unwrap_or_else(|| name.to_owned())
    }
}

/// The longest text that is worth comparing with.
const LONG: usize = 80;

/// A field's value as filters may have it, the likeliest first.
fn written(dissection: &Dissection, field: &Field, frame: &[u8]) -> Vec<String> {
    let value = || dissection.value(field, frame);
    match field.kind.shows {
        Shows::Bytes => Vec::new(),
        Shows::Hex(digits) => vec![format!("0x{:0digits$x}", field.number)],
        Shows::Mac | Shows::Address => vec![value()],
        Shows::Text | Shows::Within(_) => {
            let value = value();
            if value.len() > LONG {
                return Vec::new();
            }
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let number = field.number.to_string();
            vec![["\"", &quoted, "\""].concat(), value, number]
        }
        _ => vec![field.number.to_string()],
    }
}

fn number_of(id: FrameId) -> u32 {
    id.0.saturating_add(1)
}

fn bytes_of(timeline: &Timeline, number: u32) -> Option<&[u8]> {
    let index = number.checked_sub(1)? as usize;
    let id = FrameId::from_index(index);
    (index < timeline.frames().len()).then(|| timeline.bytes(id))
}

/// The tree: below a layer its fields, below a field those that lie within its bytes.
fn nodes(dissection: &Dissection) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for (layer, read) in dissection.layers().iter().enumerate() {
        let first = nodes.len();
        nodes.push(Node {
            layer,
            field: None,
            number: 0,
            depth: 0,
            parent: None,
            end: 0,
        });
        let fields = dissection.fields_of(read);
        for (at, field) in fields.iter().enumerate() {
            let last = &nodes[nodes.len() - 1];
            let mut parent = if last.field.is_some() {
                nodes.len() - 1
            } else {
                first
            };
            while let Some(above) = nodes[parent].field
                && !is_part(field, &fields[above])
            {
                parent = nodes[parent].parent.unwrap_or(first);
            }
            nodes.push(Node {
                layer,
                field: Some(at),
                number: field.number,
                depth: nodes[parent].depth + 1,
                parent: Some(parent),
                end: 0,
            });
        }
    }
    close(&mut nodes);
    nodes
}

/// Where each line's own lines end.
fn close(nodes: &mut [Node]) {
    let len = nodes.len();
    for at in 0..len {
        let depth = nodes[at].depth;
        let inside = nodes[at + 1..].iter().take_while(|node| node.depth > depth);
        nodes[at].end = at + 1 + inside.count();
    }
}

/// Whether a field is a part of another one: some of its bytes, or of its bits.
fn is_part(field: &Field, of: &Field) -> bool {
    let is_within = of.range.start <= field.range.start && field.range.end <= of.range.end;
    if !is_within || of.kind.derived || field.range.is_empty() {
        return false;
    }
    if field.range.len() < of.range.len() {
        return of.bits.is_none() || field.bits.is_some();
    }
    match (&field.bits, &of.bits) {
        (Some(_), None) => true,
        (Some(bits), Some(wide)) => {
            wide.start <= bits.start && bits.end <= wide.end && bits.len() < wide.len()
        }
        _ => false,
    }
}

impl Leaves {
    /// What was read of a packet.
    #[must_use]
    pub fn of(dissection: &Dissection, frame: &[u8]) -> Self {
        let mut layers = shown(dissection, frame);
        // Anybody may have said what stands there: every sign is to be seen.
        for layer in &mut layers {
            seen(&mut layer.summary);
            for field in &mut layer.fields {
                seen(&mut field.value);
            }
        }
        Self {
            hidden: Vec::new(),
            layers,
            nodes: nodes(dissection),
            gathered: dissection.gathered().to_vec(),
            is_whole: false,
        }
    }

    /// What stands in a line.
    #[must_use]
    pub fn line(&self, node: &Node) -> Option<(&ShownLayer, Option<&ShownField>)> {
        let layer = self.layers.get(node.layer)?;
        Some((layer, node.field.and_then(|at| layer.fields.get(at))))
    }

    /// What its layer or field is called in filters.
    #[must_use]
    pub fn filter(&self, node: &Node) -> &'static str {
        match self.line(node) {
            Some((_, Some(field))) => field.kind.filter,
            Some((layer, None)) => layer.kind.filter,
            None => "",
        }
    }

    /// What a line is called: its name in filters, and which one of several: `tcp.ack`,
    /// `tcp.option_kind.2`.
    #[must_use]
    pub fn name(&self, index: usize) -> String {
        let Some(filter) = self.nodes.get(index).map(|node| self.filter(node)) else {
            return String::new();
        };
        let before = self.nodes[..index].iter();
        match before.filter(|node| self.filter(node) == filter).count() {
            0 => filter.to_owned(),
            before => format!("{filter}.{}", before + 1),
        }
    }

    /// The line of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        let (filter, which) = split(name);
        let nodes = self.nodes.iter().enumerate();
        let mut these = nodes.filter(|(_, node)| self.filter(node) == filter);
        these.nth(which - 1).map(|(index, _)| index)
    }

    /// The packet whose number a field tells.
    #[must_use]
    pub fn leads_to(&self, node: &Node) -> Option<u64> {
        const ENDS: [&str; 7] = ["_in", ".in", "_to", "frame", "frame-num", "_of", "fragment"];
        let (_, field) = self.line(node)?;
        let kind = field?.kind;
        let is_number = kind.derived && matches!(kind.shows, Shows::Number) && node.number > 0;
        let leads = is_number && ENDS.iter().any(|end| kind.filter.ends_with(end));
        leads.then_some(node.number)
    }
}

fn seen(text: &mut String) {
    let shown = match visible(text) {
        Cow::Owned(shown) => shown,
        Cow::Borrowed(_) => return,
    };
    *text = shown;
}

/// A line's name as its name in filters, and which one of several, from 1.
#[must_use]
pub fn split(name: &str) -> (&str, usize) {
    let counted = name.rsplit_once('.').and_then(|(filter, which)| {
        let which: usize = which.parse().ok().filter(|which| *which > 0)?;
        Some((filter, which))
    });
    counted.unwrap_or((name, 1))
}

/// The kind of field that has this name in filters.
#[must_use]
pub fn kind_named(filter: &str) -> Option<&'static FieldKind> {
    let mut fields = crate::dissect::LAYERS.iter().flat_map(|layer| layer.fields);
    fields.find(|kind| kind.filter == filter).copied()
}

/// The packet of the same side of the same connection that was sent before, on the same link.
#[must_use]
pub fn before(timeline: &Timeline, id: FrameId) -> Option<FrameId> {
    let this = timeline.frame(id);
    this.conn?;
    let all = timeline.frames().get(..id.index())?;
    let same = all.iter().rposition(|frame| {
        frame.conn == this.conn && frame.link == this.link && frame.from == this.from
    });
    same.map(FrameId::from_index)
}

/// Whether a value is an amount, of which one can be more than another by so much.
#[must_use]
pub fn is_amount(kind: &FieldKind) -> bool {
    matches!(
        kind.shows,
        Shows::Number | Shows::Counted(_) | Shows::Words(_)
    )
}

/// The bits of a field's bytes, those that are its own as they are and a dot for each other:
/// `.... 0101`. None where it takes all of them, or where there are too many to show.
#[must_use]
pub fn bits(field: &ShownField, bytes: &[u8]) -> Option<String> {
    let own = field.bits.clone()?;
    let bytes = bytes
        .get(field.range.clone())
        .filter(|all| all.len() <= 4)?;
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        for bit in 0..8 {
            if bit % 4 == 0 && !text.is_empty() {
                text.push(' ');
            }
            let is_own = own.contains(&u8::try_from(at * 8 + bit).unwrap_or(u8::MAX));
            text.push(match (is_own, byte >> (7 - bit) & 1) {
                (false, _) => '.',
                (true, 0) => '0',
                (true, _) => '1',
            });
        }
    }
    Some(text)
}

/// The layer that a kind of field stands in.
#[must_use]
pub fn layer_of(kind: &FieldKind) -> Option<&'static LayerKind> {
    let mut layers = crate::dissect::LAYERS.iter().copied();
    layers.find(|layer| layer.fields.iter().any(|known| std::ptr::eq(*known, kind)))
}
