//! The page's program cut in two: what paints a lesson comes first, the rest behind it.
//!
//! The rest is what can be reached through the one function called `later` alone. The first part
//! is a program of its own that holds gaps: in its table of functions, and in its memory. The
//! second fills them, and shares all else with the first.

mod graph;
mod module;
mod parts;
pub mod weigh;
mod write;

use graph::Graph;
use module::Module;
use parts::Plan;
use std::error::Error;
use std::ops::Range;
use wasmparser::ExternalKind;

/// The function that hands over what came with the second part.
const LATER: &str = "later";

/// The two parts, and what is to be said of what weighs in them.
pub struct Cut {
    pub first: Vec<u8>,
    pub later: Vec<u8>,
    pub weights: weigh::Weights,
}

/// Cuts a program.
///
/// # Errors
/// Where its linker kept no relocations, or the program has parts that this cannot cut.
pub fn cut(linked: &[u8], bound: &[u8]) -> Result<Cut, Box<dyn Error>> {
    let linked = Module::read(linked)?;
    let bound = Module::read(bound)?;
    let graph = Graph::of(&linked, &bound)?;
    let reached = graph.reach(&roots(&linked, &bound));
    let mut first: Vec<bool> = reached[..graph.functions()]
        .iter()
        .map(Option::is_some)
        .collect();
    // What is imported is imported by the first, which hands it on.
    first[..bound.imported()].fill(true);
    let plan = Plan {
        first,
        later: later(&graph, &reached),
    };
    let weights = weigh::Weights::of(&bound, &graph, &reached);
    let (first, later) = parts::cut(&bound, &plan)?;
    for part in [&first, &later] {
        wasmparser::validate(part)?;
    }
    Ok(Cut {
        first,
        later,
        weights,
    })
}

/// What the browser may call before the second part is there, and what only the binding knows of.
fn roots(linked: &Module, bound: &Module) -> Vec<usize> {
    let mut roots: Vec<usize> = bound.start.iter().map(|start| *start as usize).collect();
    for export in &bound.exports {
        if export.kind == ExternalKind::Func && export.name != LATER {
            roots.push(export.index as usize);
        }
    }
    let known: std::collections::BTreeSet<&str> = linked.names.iter().copied().collect();
    for element in &bound.elements {
        let functions = element.functions.iter().map(|function| *function as usize);
        roots.extend(functions.filter(|f| !known.contains(bound.names[*f])));
    }
    roots
}

/// What of memory belongs to pieces that the first part does not need, and to no other.
fn later(graph: &Graph, reached: &[Option<usize>]) -> Vec<Range<u32>> {
    let end = graph.pieces.iter().map(|piece| piece.place.end).max();
    let mut is_later = vec![false; end.unwrap_or(0) as usize + 1];
    for wanted in [true, false] {
        for (at, piece) in graph.pieces.iter().enumerate() {
            if reached[graph.functions() + at].is_none() == wanted {
                is_later[piece.place.start as usize..piece.place.end as usize].fill(wanted);
            }
        }
    }
    let mut ranges = Vec::new();
    let mut at = 0;
    for run in is_later.chunk_by(|a, b| a == b) {
        let end = at + u32::try_from(run.len()).unwrap_or(0);
        if run[0] {
            ranges.push(at..end);
        }
        at = end;
    }
    ranges
}
