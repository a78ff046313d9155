//! For tests: what two hosts say, frame by frame, and what is read of it.

use super::{Dissection, ShownLayer, Talks, shown};
use crate::base::Rng;
use etherparse::PacketBuilder;

/// A connection whose frames are written one after the other.
pub(super) struct Scene {
    port: u16,
    next: [u32; 2],
    pub frames: Vec<Vec<u8>>,
}

impl Scene {
    /// A connection to this port is opened.
    pub fn new(port: u16) -> Self {
        let mut scene = Self::midway(port);
        scene.flags(0, "s", b"");
        scene.flags(1, "sa", b"");
        scene.flags(0, "a", b"");
        scene
    }

    /// Nobody saw how it was opened.
    pub fn midway(port: u16) -> Self {
        Self {
            port,
            next: [1000, u32::MAX - 20],
            frames: Vec::new(),
        }
    }

    /// The client (0) or the server (1) says something.
    pub fn say(&mut self, side: usize, bytes: &[u8]) -> &mut Self {
        self.flags(side, "a", bytes);
        self
    }

    /// It says something in segments of so many bytes.
    pub fn bit_by_bit(&mut self, side: usize, bytes: &[u8], size: usize) -> &mut Self {
        for part in bytes.chunks(size) {
            self.say(side, part);
        }
        self
    }

    /// It says nothing more.
    pub fn end(&mut self, side: usize) -> &mut Self {
        self.flags(side, "af", b"");
        self
    }

    fn flags(&mut self, side: usize, flags: &str, bytes: &[u8]) {
        let ends = match side {
            0 => ([192, 0, 2, 1], [192, 0, 2, 2], 40_000, self.port),
            _ => ([192, 0, 2, 2], [192, 0, 2, 1], self.port, 40_000),
        };
        let (from, to, source, destination) = ends;
        let ip = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2; 6]).ipv4(from, to, 64);
        let mut tcp = ip.tcp(source, destination, self.next[side], 65_000);
        for flag in flags.chars() {
            tcp = match flag {
                's' => tcp.syn(),
                'f' => tcp.fin(),
                _ => tcp.ack(self.next[1 - side]),
            };
        }
        let mut frame = Vec::new();
        tcp.write(&mut frame, bytes).unwrap();
        self.frames.push(frame);
        let counted = bytes.len() + usize::from(flags.contains(['s', 'f']));
        let counted = u32::try_from(counted).unwrap();
        self.next[side] = self.next[side].wrapping_add(counted);
    }

    /// What is read of each frame, once all are known.
    pub fn read(&self) -> Vec<Vec<ShownLayer>> {
        read(&self.frames)
    }
}

/// What is read of each frame, once all are known. The first has the number 1. Each byte of each
/// frame lies in one field at least.
pub(super) fn read(frames: &[Vec<u8>]) -> Vec<Vec<ShownLayer>> {
    let mut talks = Talks::new();
    let mut dissection = Dissection::default();
    let number = |index: usize| u32::try_from(index + 1).unwrap();
    let by_number = |number: u32| {
        let index = usize::try_from(number).unwrap().checked_sub(1)?;
        frames.get(index).map(Vec::as_slice)
    };
    for (index, frame) in frames.iter().enumerate() {
        dissection.follow(number(index), frame, &mut talks, &by_number);
        covers(&dissection, frame);
    }
    let again = frames.iter().enumerate().map(|(index, frame)| {
        dissection.read_again(number(index), frame, &talks, &by_number);
        covers(&dissection, frame);
        shown(&dissection, frame)
    });
    again.collect()
}

/// Layers of one source follow each other without a gap, and so do their fields but for a space.
fn covers(dissection: &Dissection, frame: &[u8]) {
    for source in 0..=dissection.gathered().len() {
        let source = u8::try_from(source).unwrap();
        let bytes = dissection.source(frame, source);
        let mut at = 0;
        for layer in dissection.layers().iter().filter(|l| l.source == source) {
            assert_eq!(layer.range.start, at, "{layer:?}");
            at = layer.range.end;
        }
        assert!(at == bytes.len(), "source {source} is read up to {at}");
    }
    for layer in dissection.layers() {
        let bytes = dissection.source(frame, layer.source);
        for field in dissection.fields_of(layer) {
            assert_eq!(field.source, layer.source, "{field:?}");
            assert!(field.range.end <= bytes.len(), "outside: {field:?}");
            assert!(field.range.start >= layer.range.start, "{field:?}");
            assert!(field.range.end <= layer.range.end, "{field:?}");
        }
    }
}

/// The values of all fields with this name in filters.
pub(super) fn values<'a>(layers: &'a [ShownLayer], filter: &str) -> Vec<&'a str> {
    let fields = layers.iter().flat_map(|layer| &layer.fields);
    let named = fields.filter(|field| field.kind.filter == filter);
    named.map(|field| &*field.value).collect()
}

/// The names of the layers behind IP and TCP or UDP.
pub(super) fn said(layers: &[ShownLayer]) -> Vec<&str> {
    let below = ["Ethernet", "IPv4", "IPv6", "TCP", "UDP"];
    let names = layers.iter().map(|layer| layer.name);
    names.filter(|name| !below.contains(name)).collect()
}

/// Reads frames with some of their bytes changed, some left out, some twice, some in another
/// order: nothing may panic, and each byte has its field.
pub(super) fn torment(frames: &[Vec<u8>], seed: u64, rounds: usize) {
    let mut rng = Rng::from_seed(seed);
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    for _ in 0..rounds {
        let mut changed = frames.to_vec();
        for _ in 0..=below(4) {
            let index = below(changed.len());
            match below(8) {
                0 => changed.swap(index, below(frames.len()).min(index)),
                1 => changed.push(changed[index].clone()),
                2 if changed.len() > 1 => drop(changed.remove(index)),
                3 => {
                    let len = below(changed[index].len()) + 1;
                    changed[index].truncate(len);
                }
                _ => {
                    let at = below(changed[index].len());
                    changed[index][at] = u8::try_from(below(256)).unwrap();
                }
            }
        }
        read(&changed);
    }
}
