//! The page's program cut in three: what paints the front page comes first, what a lesson needs
//! from its first turn to its last behind it, and the rest when both are at work.
//!
//! What is not in the first part can be reached through the one function called `later` alone. The
//! first part is a program of its own that holds gaps: in its table of functions, and in its
//! memory. The others fill them, and share all else with the first.
//!
//! The rest is what nobody runs who goes through a lesson: see [`rare`]. It is functions, and
//! [pieces](cold) of others that are made functions. They may be called all the same, at any time:
//! whoever does has them fetched at once.

mod code;
mod cold;
mod entries;
mod graph;
mod live;
mod module;
mod parts;
pub mod rare;
mod region;
mod rewrite;
pub mod weigh;
mod write;

use graph::{Graph, Moved};
use module::Module;
use parts::Plan;
use rare::Rare;
use std::collections::BTreeSet;
use std::error::Error;
use std::ops::Range;
use wasmparser::ExternalKind;

/// The function that hands over what came with the second part.
const LATER: &str = "later";
/// The function that has the rest fetched at once.
const BRING: &str = "bring";

/// The parts, and what is to be said of what weighs in them.
pub struct Cut {
    pub parts: [Vec<u8>; 3],
    pub weights: weigh::Weights,
}

/// Cuts a program.
///
/// # Errors
/// Where its linker kept no relocations, or the program has parts that this cannot cut.
pub fn cut(linked: &[u8], bound: &[u8], rare: &Rare) -> Result<Cut, Box<dyn Error>> {
    let linked = Module::read(linked)?;
    let bound = Module::read(bound)?;
    let whole = bound.functions();
    let parted = cold::part(&bound, |function, code| {
        let name = bound.names[function];
        let cold = rare.within(name, code, bound.bytes);
        cold.filter(|_| !rare.has(name)).cloned()
    })?;
    let bound = Module::read(&parted.bytes)?;
    let moved = Moved::of(&linked, &bound, &parted.pieces, whole)?;
    let graph = Graph::of(&linked, &bound, &moved)?;
    let roots = roots(&linked, &bound);
    let later = bound.exported(LATER);
    let later = later.ok_or("the page's program has no second part")?;

    let names = bound.names.iter().enumerate();
    let mut is_rare: Vec<bool> = names
        .map(|(at, name)| at >= whole || rare.has(name))
        .collect();
    for needed in (0..bound.imported())
        .chain(roots.iter().copied())
        .chain([later])
    {
        is_rare[needed] = false;
    }
    let near = graph.reach(&roots, &is_rare);
    let mut all = roots;
    all.push(later);
    let far = graph.reach(&all, &is_rare);
    let part = |node: usize| match (near[node], far[node]) {
        (Some(_), _) => 0,
        (None, Some(_)) => 1,
        (None, None) => 2,
    };
    let parts = (0..graph.functions()).map(|function| match function {
        // What is imported is imported by the first, which hands it on.
        function if function < bound.imported() => 0,
        // What only rare functions need comes with them.
        function => part(function),
    });
    let stand_ins = [&near, &far].map(|reached| -> BTreeSet<usize> {
        let needed = graph.needed(reached).into_iter();
        needed
            .filter(|node| is_rare.get(*node) == Some(&true))
            .collect()
    });
    let plan = Plan {
        parts: parts.collect(),
        data: ranges(&graph, part),
        stand_ins,
        pieces: whole,
    };
    let weights = weigh::Weights::of(&bound, &graph, part, &far);
    let parts = parts::cut(&bound, &plan)?;
    for part in &parts {
        wasmparser::validate(part)?;
    }
    Ok(Cut { parts, weights })
}

/// What the browser may call before the second part is there, and what only the binding knows of.
fn roots(linked: &Module, bound: &Module) -> Vec<usize> {
    let mut roots: Vec<usize> = bound.start.iter().map(|start| *start as usize).collect();
    for export in &bound.exports {
        if export.kind == ExternalKind::Func && export.name != LATER {
            roots.push(export.index as usize);
        }
    }
    let known: BTreeSet<&str> = linked.names.iter().copied().collect();
    for element in &bound.elements {
        let functions = element.functions.iter().map(|function| *function as usize);
        roots.extend(functions.filter(|f| !known.contains(bound.names[*f])));
    }
    roots
}

/// Which part each byte of memory comes with: the first of those that need it. What belongs to no
/// piece comes first.
fn ranges(graph: &Graph, part: impl Fn(usize) -> usize) -> [Vec<Range<u32>>; 3] {
    let end = graph.pieces.iter().map(|piece| piece.place.end).max();
    let end = end.unwrap_or(0);
    let mut comes_with = vec![0; end as usize];
    for wanted in [2, 1, 0] {
        for (at, piece) in graph.pieces.iter().enumerate() {
            if part(graph.functions() + at) == wanted {
                comes_with[piece.place.start as usize..piece.place.end as usize].fill(wanted);
            }
        }
    }
    let mut ranges = [Vec::new(), Vec::new(), Vec::new()];
    let mut at = 0;
    for run in comes_with.chunk_by(|a, b| a == b) {
        let end = at + u32::try_from(run.len()).unwrap_or(0);
        ranges[run[0]].push(at..end);
        at = end;
    }
    ranges[0].push(end..u32::MAX);
    ranges
}
