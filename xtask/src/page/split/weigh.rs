//! What weighs in the page's program: by crate and room, and what holds it in the first two parts.

use super::graph::Graph;
use super::module::Module;
use super::rare::plain;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Of each function and piece of data what it weighs, and what needs it.
pub struct Weights {
    things: Vec<Thing>,
}

struct Thing {
    name: String,
    bytes: usize,
    is_data: bool,
    part: usize,
    /// What was the first to need it; itself where the browser does; nothing where only the last
    /// part needs it.
    by: Option<usize>,
}

impl Weights {
    pub(super) fn of(
        bound: &Module,
        graph: &Graph,
        part: impl Fn(usize) -> usize,
        reached: &[Option<usize>],
    ) -> Self {
        let mut things = Vec::new();
        for (at, by) in reached.iter().enumerate() {
            let (name, bytes, is_data) = if at < graph.functions() {
                let defined = at.checked_sub(bound.imported());
                let bytes = defined.map_or(0, |at| bound.bodies[at].len());
                (plain(bound.names[at]), bytes, false)
            } else {
                let piece = &graph.pieces[at - graph.functions()];
                (plain(piece.name), piece.place.len(), true)
            };
            things.push(Thing {
                name,
                bytes,
                is_data,
                part: part(at),
                by: *by,
            });
        }
        Self { things }
    }

    /// By crate and room, the heaviest first; then the heaviest things of the first two parts, each
    /// with the way on which the browser comes to it.
    pub fn told(&self, most: usize) -> String {
        let mut rooms: BTreeMap<String, [usize; 6]> = BTreeMap::new();
        for thing in &self.things {
            let sums = rooms.entry(room(self.named(thing))).or_default();
            sums[2 * thing.part + usize::from(thing.is_data)] += thing.bytes;
        }
        let mut rooms: Vec<_> = rooms.into_iter().collect();
        rooms.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.iter().sum::<usize>()));
        let mut text = String::new();
        for head in ["first", "data", "later", "data", "rest", "data"] {
            let _ = write!(text, "{head:>9}");
        }
        text.push('\n');
        for (room, sums) in rooms.into_iter().take(most) {
            for sum in sums {
                let _ = write!(text, "{sum:>9}");
            }
            let _ = writeln!(text, "  {room}");
        }
        text.push('\n');
        let mut order: Vec<usize> = (0..self.things.len()).collect();
        order.retain(|at| self.things[*at].by.is_some());
        order.sort_by_key(|at| std::cmp::Reverse(self.things[*at].bytes));
        for at in order.into_iter().take(most * 4) {
            let _ = writeln!(text, "{:>9}  {}", self.things[at].bytes, self.way(at));
        }
        text
    }

    /// The way to a thing, from itself back.
    fn way(&self, at: usize) -> String {
        let mut way = Vec::new();
        let mut at = at;
        while way.len() < 40 {
            way.push(self.things[at].name.as_str());
            match self.things[at].by {
                Some(by) if by != at => at = by,
                _ => break,
            }
        }
        way.join(" < ")
    }

    /// A name; of data without one, the name of what needs it.
    fn named<'a>(&'a self, thing: &'a Thing) -> &'a str {
        match thing.by {
            Some(by) if thing.is_data && thing.name.contains("anon.") => {
                let by = &self.things[by];
                if by.is_data { &thing.name } else { &by.name }
            }
            _ => &thing.name,
        }
    }
}

/// A crate's name, and for ours the room's.
fn room(name: &str) -> String {
    let name = name.trim_start_matches(['<', '&', '(', ' ']);
    let name = name.strip_prefix("mut ").unwrap_or(name);
    let name = name.split([' ', '>', '<', ')', ',']).next().unwrap_or(name);
    let mut parts = name.split("::");
    let first = parts.next().unwrap_or_default();
    match parts.next() {
        Some(second) if first.starts_with("wirestage") => {
            let third = parts
                .next()
                .filter(|third| third.starts_with(|c: char| c.is_lowercase()));
            let third = third.map(|third| format!("::{third}")).unwrap_or_default();
            format!("{first}::{second}{third}")
        }
        _ => first.to_owned(),
    }
}
