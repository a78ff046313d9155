//! Pieces of functions that are never run become functions of their own, which can come last.
//!
//! A piece goes from where a stretch begins to the end of the block around it. It takes the locals
//! that it reads, and answers those that it wrote and somebody reads behind it, with a number for
//! the way on which it went out where there are several.

use super::code::{self, Code};
use super::entries;
use super::live::Live;
use super::module::Module;
use super::region::Region;
use super::rewrite::{self, Extra};
use super::write;
use std::collections::BTreeSet;
use std::error::Error;
use std::ops::Range;
use wasmparser::{FuncType, Parser, Payload};

/// A program whose cold pieces are functions.
pub struct Parted {
    pub bytes: Vec<u8>,
    pub pieces: Vec<Piece>,
}

/// Where a new function came from.
pub struct Piece {
    pub from: usize,
    /// Which of its instructions it was.
    pub ops: Range<usize>,
    /// How many instructions that function had.
    pub of: usize,
}

/// Takes cold pieces out of functions: for each function it is asked which of its stretches begin
/// some. The new functions stand behind all others.
///
/// # Errors
/// Where the program has parts that nobody knows how to read.
pub fn part(
    module: &Module,
    cold: impl Fn(usize, &Code) -> Option<BTreeSet<usize>>,
) -> Result<Parted, Box<dyn Error>> {
    let mut parting = Parting {
        module,
        kinds: module.kinds_of.clone(),
        made: Vec::new(),
        pieces: Vec::new(),
    };
    let mut bodies = Vec::new();
    for (at, code) in code::read(module)?.iter().enumerate() {
        let function = module.imported() + at;
        let cold = cold(function, code);
        let live = cold.as_ref().and_then(|_| Live::of(code));
        let body = match (cold, live) {
            (Some(cold), Some(live)) => parting.body(function, code, &live, &cold),
            _ => module.bytes[module.bodies[at].clone()].to_vec(),
        };
        bodies.push(body);
    }
    let bytes = parting.written(bodies)?;
    let Parting { pieces, .. } = parting;
    Ok(Parted { bytes, pieces })
}

/// A new function.
struct Made {
    kind: usize,
    body: Vec<u8>,
    name: String,
}

struct Parting<'a> {
    module: &'a Module<'a>,
    /// The types of functions, with new ones behind.
    kinds: Vec<FuncType>,
    made: Vec<Made>,
    pieces: Vec<Piece>,
}

impl Parting<'_> {
    /// A function's code with calls where its cold pieces were.
    fn body(
        &mut self,
        function: usize,
        code: &Code,
        live: &Live,
        cold: &BTreeSet<usize>,
    ) -> Vec<u8> {
        let stretches = code.stretches();
        let regions = cold
            .iter()
            .filter_map(|number| Region::of(code, live, *stretches.get(*number)?))
            .filter(|region| region.is_worth_it(code));
        let mut regions: Vec<Region> = regions.collect();
        // One lies in another only where somebody counted in another function.
        let mut past = 0;
        regions.retain(|region| {
            let is_free = region.ops.start >= past;
            past = past.max(region.ops.end);
            is_free
        });
        let mut extra = Extra::of(code);
        let mut text = Vec::new();
        let bytes = self.module.bytes;
        let mut copied = code.ops[0].place.start;
        for region in &regions {
            let (start, end) = (&code.ops[region.ops.start], &code.ops[region.ops.end]);
            text.extend_from_slice(&bytes[copied..start.place.start]);
            copied = end.place.start;
            let number = self.module.functions() + self.made.len();
            self.make(function, code, region);
            rewrite::call(&mut text, code, region, number, &mut extra);
        }
        let end = code.ops.last().map_or(copied, |op| op.place.end);
        text.extend_from_slice(&bytes[copied..end]);
        let more = extra.kinds.iter().map(|kind| (1, *kind));
        let mut body = entries::locals(code.declared.iter().copied().chain(more));
        body.extend(text);
        body
    }

    /// Makes a function of a piece.
    fn make(&mut self, function: usize, code: &Code, region: &Region) {
        let kind = region.kind(code);
        let known = self.kinds.iter().position(|known| *known == kind);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        let number = self.pieces.len();
        self.made.push(Made {
            kind,
            body: rewrite::piece(self.module.bytes, code, region),
            name: format!("{} cold {number}", self.module.names[function]),
        });
        self.pieces.push(Piece {
            from: function,
            ops: region.ops.clone(),
            of: code.ops.len(),
        });
    }

    /// The program, with these bodies.
    fn written(&self, mut bodies: Vec<Vec<u8>>) -> Result<Vec<u8>, Box<dyn Error>> {
        let Self { module, made, .. } = self;
        bodies.extend(made.iter().map(|made| made.body.clone()));
        let mut out = write::HEAD.to_vec();
        for payload in Parser::new(0).parse_all(module.bytes) {
            let payload = payload?;
            match &payload {
                Payload::TypeSection(reader) => {
                    let new = &self.kinds[module.kinds_of.len()..];
                    let new: Vec<_> = new
                        .iter()
                        .map(entries::function_type)
                        .collect::<Result<_, _>>()?;
                    write::longer(&mut out, 1, module.types, reader.count(), &new);
                }
                Payload::FunctionSection(_) => {
                    let old = module.kinds.iter().map(|kind| *kind as usize);
                    let kinds = old.chain(made.iter().map(|made| made.kind));
                    let kinds: Vec<_> = kinds.map(write::numbered).collect();
                    write::list(&mut out, 3, &kinds);
                }
                Payload::CodeSectionStart { .. } => {
                    let bodies = bodies.iter().map(|body| write::measured(body));
                    write::list(&mut out, 10, &bodies.collect::<Vec<_>>());
                }
                Payload::CustomSection(custom) if custom.name() == "name" => {
                    let old = module.names.iter().map(|name| (*name).to_owned());
                    let names = old.chain(made.iter().map(|made| made.name.clone()));
                    write::names(&mut out, &names.collect::<Vec<_>>());
                }
                other => {
                    if let Some((id, range)) = other.as_section() {
                        write::section(&mut out, id, &module.bytes[range]);
                    }
                }
            }
        }
        wasmparser::validate(&out)?;
        Ok(out)
    }
}

#[cfg(test)]
#[path = "cold_tests.rs"]
mod tests;
