//! Pieces of functions that can be taken out: from where a stretch begins to the end of the block
//! around it.

use super::code::Code;
use super::live::Live;
use std::collections::BTreeSet;
use std::ops::Range;
use wasmparser::{FuncType, Operator, ValType};

/// So many bytes has a piece to save besides what its call costs.
const LEAST_SAVED: usize = 20;

/// How a piece is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Over its end.
    Falls,
    /// To a block around it.
    Branches(usize),
    /// Out of the function.
    Returns,
}

/// A piece that can be taken out.
pub struct Region {
    pub ops: Range<usize>,
    /// The block that it ends.
    pub frame: usize,
    pub exits: Vec<Exit>,
    /// The locals whose values it needs.
    pub takes: Vec<u32>,
    /// The locals that somebody reads after it wrote them.
    pub gives: Vec<u32>,
}

impl Region {
    /// The piece that begins with a stretch; nothing where it cannot be taken out.
    pub fn of(code: &Code, live: &Live, stretch: usize) -> Option<Self> {
        let (frame, end) = code.around(stretch);
        let mut start = stretch;
        while start < end && !code.ops[start].is_bare {
            start = past(code, start);
        }
        if start >= end {
            return None;
        }
        let exits = exits(code, start..end, frame)?;
        let (mut reads, mut writes) = (BTreeSet::new(), BTreeSet::new());
        for op in &code.ops[start..end] {
            match op.operator {
                Operator::LocalGet { local_index } => {
                    reads.insert(local_index);
                }
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    writes.insert(local_index);
                }
                _ => {}
            }
        }
        let wanted = |local: &u32| {
            exits.iter().any(|exit| match exit {
                Exit::Falls => live.wants(end, *local),
                Exit::Branches(frame) => live.wants(code.entry(*frame), *local),
                Exit::Returns => false,
            })
        };
        let gives: Vec<u32> = writes.into_iter().filter(wanted).collect();
        reads.extend(&gives);
        let takes = reads.into_iter().filter(|local| live.wants(start, *local));
        Some(Self {
            ops: start..end,
            frame,
            exits: exits.into_iter().collect(),
            takes: takes.collect(),
            gives,
        })
    }

    pub fn is_worth_it(&self, code: &Code) -> bool {
        let long = code.ops[self.ops.end].place.start - code.ops[self.ops.start].place.start;
        let ways = match self.exits.len() {
            0 | 1 => 0,
            many => 4 + 3 * many,
        };
        long >= 2 * (self.takes.len() + self.gives.len()) + ways + LEAST_SAVED
    }

    /// What is answered besides locals: the way out, and what the whole function answers.
    pub fn says(&self, code: &Code) -> Vec<ValType> {
        let mut says = Vec::new();
        if self.exits.len() > 1 {
            says.push(ValType::I32);
        }
        if self.exits.contains(&Exit::Returns) {
            says.extend(&code.results);
        }
        says
    }

    pub fn kind(&self, code: &Code) -> FuncType {
        let of = |local: &u32| code.locals[*local as usize];
        let takes = self.takes.iter().map(of);
        let gives = self.says(code).into_iter().chain(self.gives.iter().map(of));
        FuncType::new(takes, gives)
    }
}

/// The instruction behind one and all that is in the block that it may begin.
fn past(code: &Code, at: usize) -> usize {
    match code.ops[at].operator {
        Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
            code.frames[code.ops[at].frame].end + 1
        }
        _ => at + 1,
    }
}

/// How some instructions are left that end a block; nothing where they take values along.
fn exits(code: &Code, ops: Range<usize>, frame: usize) -> Option<BTreeSet<Exit>> {
    let mut exits = BTreeSet::new();
    let mut leaves = |to: usize| {
        let block = &code.frames[to];
        if ops.contains(&block.start) && to != frame && to != 0 {
            return Some(());
        }
        if block.has_values {
            return None;
        }
        exits.insert(match to {
            0 => Exit::Returns,
            _ if to == frame && !block.is_loop => Exit::Falls,
            _ => Exit::Branches(to),
        });
        Some(())
    };
    let mut returns = false;
    for at in ops.clone() {
        match &code.ops[at].operator {
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                leaves(code.target(at, *relative_depth))?;
            }
            Operator::BrTable { targets } => {
                for depth in targets.targets() {
                    leaves(code.target(at, depth.ok()?))?;
                }
                leaves(code.target(at, targets.default()))?;
            }
            Operator::Return => returns = true,
            _ => {}
        }
    }
    if code.ops[ops.end].is_reached {
        if frame == 0 {
            returns = true;
        } else if code.frames[frame].has_values {
            return None;
        } else {
            exits.insert(Exit::Falls);
        }
    }
    if returns {
        exits.insert(Exit::Returns);
    }
    Some(exits)
}
