//! What stands where a piece was, and the code of the function that it becomes.

use super::code::Code;
use super::entries;
use super::region::{Exit, Region};
use super::write::{self, op};
use std::collections::BTreeMap;
use wasmparser::{Operator, ValType};

/// Locals that a function gets besides its own. Each place where a piece was uses them anew.
pub struct Extra {
    first: usize,
    pub kinds: Vec<ValType>,
}

impl Extra {
    /// For a function.
    pub fn of(code: &Code) -> Self {
        Self {
            first: code.locals.len(),
            kinds: Vec::new(),
        }
    }

    /// Locals of these kinds.
    fn take(&mut self, kinds: &[ValType]) -> Vec<usize> {
        let mut taken = Vec::new();
        for kind in kinds {
            let mut known = self.kinds.iter().enumerate();
            let known = known.find(|(at, known)| *known == kind && !taken.contains(at));
            let at = known.map_or(self.kinds.len(), |(at, _)| at);
            if at == self.kinds.len() {
                self.kinds.push(*kind);
            }
            taken.push(at);
        }
        taken.into_iter().map(|at| self.first + at).collect()
    }
}

/// Calls a piece where it was, and goes on where it left.
pub fn call(out: &mut Vec<u8>, code: &Code, region: &Region, number: usize, extra: &mut Extra) {
    for local in &region.takes {
        write::operator(out, op::GET, *local as usize);
    }
    write::operator(out, op::CALL, number);
    for local in region.gives.iter().rev() {
        write::operator(out, op::SET, *local as usize);
    }
    match region.exits[..] {
        [] => out.push(op::UNREACHABLE),
        [Exit::Falls] => {}
        [Exit::Branches(frame)] => write::operator(out, op::BR, depth(code, region, frame)),
        [Exit::Returns] => out.push(op::RETURN),
        _ => ways(out, code, region, extra),
    }
}

/// Goes on where a piece left that can be left in several ways: it answered the way, and what the
/// whole function answers.
fn ways(out: &mut Vec<u8>, code: &Code, region: &Region, extra: &mut Extra) {
    let kept = extra.take(&region.says(code));
    for local in kept.iter().rev() {
        write::operator(out, op::SET, *local);
    }
    let (way, answers) = kept
        .split_first()
        .map_or((0, &[][..]), |(way, rest)| (*way, rest));
    let exits = region.exits.iter().enumerate();
    for (number, exit) in exits.filter(|(_, exit)| **exit != Exit::Falls) {
        // Where the piece cannot fall over its end, the last way needs no question.
        let asks = number + 1 < region.exits.len() || region.exits[0] == Exit::Falls;
        if asks {
            write::operator(out, op::GET, way);
            write::const_number(out, number);
            out.push(op::EQ);
        }
        match exit {
            Exit::Branches(frame) => {
                let code_of = if asks { op::BR_IF } else { op::BR };
                write::operator(out, code_of, depth(code, region, *frame));
            }
            _ => {
                if asks {
                    out.extend([op::IF, op::NOTHING]);
                }
                for local in answers {
                    write::operator(out, op::GET, *local);
                }
                out.push(op::RETURN);
                if asks {
                    out.push(op::END);
                }
            }
        }
    }
}

/// How many blocks lie between a piece's own and one around it.
fn depth(code: &Code, region: &Region, frame: usize) -> usize {
    let outwards = |at: &usize| Some(code.frames[*at].outer);
    let mut frames = std::iter::successors(Some(region.frame), outwards);
    frames.position(|at| at == frame).unwrap_or(0)
}

/// The code of the function that a piece becomes: a block for each way out around it, and behind
/// each block the answer for that way.
pub fn piece(bytes: &[u8], code: &Code, region: &Region) -> Vec<u8> {
    let mut piece = Piece::of(bytes, code, region);
    for _ in &region.exits {
        piece.out.extend([op::BLOCK, op::NOTHING]);
    }
    for at in region.ops.clone() {
        piece.copy(at);
    }
    let end = &code.ops[region.ops.end];
    if end.is_reached {
        piece.leave(match region.frame {
            0 => Exit::Returns,
            _ => Exit::Falls,
        });
    } else if !end.is_bare {
        // What nobody reaches may leave something on the stack.
        piece.out.push(op::UNREACHABLE);
    }
    for way in 0..region.exits.len() {
        piece.out.push(op::END);
        piece.answer(way);
    }
    piece.out.push(op::END);
    piece.out
}

/// The code of a piece while it is written.
struct Piece<'a> {
    bytes: &'a [u8],
    code: &'a Code<'a>,
    region: &'a Region,
    /// Its number of each local.
    numbers: BTreeMap<u32, usize>,
    /// Where it keeps what the whole function answers.
    answers: Vec<usize>,
    /// How many blocks are open that began within it.
    open: usize,
    out: Vec<u8>,
}

impl<'a> Piece<'a> {
    fn of(bytes: &'a [u8], code: &'a Code<'a>, region: &'a Region) -> Self {
        let mut locals = region.takes.clone();
        for op in &code.ops[region.ops.clone()] {
            if let Operator::LocalGet { local_index }
            | Operator::LocalSet { local_index }
            | Operator::LocalTee { local_index } = op.operator
                && !locals.contains(&local_index)
            {
                locals.push(local_index);
            }
        }
        let kept: &[ValType] = match region.exits.contains(&Exit::Returns) {
            true => &code.results,
            false => &[],
        };
        let own = locals[region.takes.len()..].iter();
        let own = own.map(|local| code.locals[*local as usize]);
        let groups = own.chain(kept.iter().copied()).map(|kind| (1, kind));
        Self {
            bytes,
            code,
            region,
            out: entries::locals(groups),
            answers: (locals.len()..).take(kept.len()).collect(),
            numbers: locals.into_iter().zip(0..).collect(),
            open: 0,
        }
    }

    /// An instruction with the piece's own numbers of locals and blocks.
    fn copy(&mut self, at: usize) {
        let instruction = &self.code.ops[at];
        let first = self.bytes[instruction.place.start];
        match &instruction.operator {
            Operator::LocalGet { local_index }
            | Operator::LocalSet { local_index }
            | Operator::LocalTee { local_index } => {
                write::operator(&mut self.out, first, self.numbers[local_index]);
            }
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                let depth = self.leads(at, *relative_depth);
                write::operator(&mut self.out, first, depth);
            }
            Operator::BrTable { targets } => {
                write::operator(&mut self.out, first, targets.len() as usize);
                for depth in targets.targets().flatten().chain([targets.default()]) {
                    let depth = self.leads(at, depth);
                    write::number(&mut self.out, depth);
                }
            }
            Operator::Return => self.leave(Exit::Returns),
            operator => {
                match operator {
                    Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                        self.open += 1;
                    }
                    Operator::End => self.open -= 1,
                    _ => {}
                }
                self.out
                    .extend_from_slice(&self.bytes[instruction.place.clone()]);
            }
        }
    }

    /// Out of how many blocks a branch leads here.
    fn leads(&self, at: usize, depth: u32) -> usize {
        if (depth as usize) < self.open {
            return depth as usize;
        }
        self.way(match self.code.target(at, depth) {
            0 => Exit::Returns,
            to if to == self.region.frame && !self.code.frames[to].is_loop => Exit::Falls,
            to => Exit::Branches(to),
        })
    }

    /// Out of how many blocks a way leads.
    fn way(&self, exit: Exit) -> usize {
        let way = self.region.exits.iter().position(|known| *known == exit);
        self.open + way.unwrap_or(0)
    }

    fn leave(&mut self, exit: Exit) {
        if exit == Exit::Returns {
            for local in self.answers.iter().rev() {
                write::operator(&mut self.out, op::SET, *local);
            }
        }
        let depth = self.way(exit);
        write::operator(&mut self.out, op::BR, depth);
    }

    /// Answers as the caller expects it who asks for the way.
    fn answer(&mut self, way: usize) {
        if self.region.exits.len() > 1 {
            write::const_number(&mut self.out, way);
        }
        let gives = self.region.gives.iter().map(|local| self.numbers[local]);
        for local in self.answers.iter().copied().chain(gives) {
            write::operator(&mut self.out, op::GET, local);
        }
        self.out.push(op::RETURN);
    }
}
