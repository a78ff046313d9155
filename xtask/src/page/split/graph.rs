//! Who needs whom: functions and the linker's pieces of data.
//!
//! Calls by number are read in the module that goes to the browser. Who takes the address of what
//! is known to the linker alone: its relocations say it of its own module, and functions are the
//! same in both by their names.

use super::cold::Piece;
use super::module::Module;
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;
use wasmparser::{RelocationType, SymbolInfo};

/// Functions first, as the bound module counts them, then pieces of data, as the linker does.
pub struct Graph<'a> {
    functions: usize,
    needs: Vec<Vec<usize>>,
    pub pieces: Vec<Datum<'a>>,
}

/// A piece of data.
#[derive(Clone, Debug)]
pub struct Datum<'a> {
    pub name: &'a str,
    /// Where it lies in memory.
    pub place: Range<u32>,
}

impl<'a> Graph<'a> {
    /// Of a module as the linker left it, and as it goes to the browser.
    ///
    /// # Errors
    /// Where the linker kept no relocations, or says something unknown.
    pub fn of(
        linked: &Module<'a>,
        bound: &Module<'a>,
        moved: &Moved,
    ) -> Result<Self, Box<dyn Error>> {
        let mut graph = Self {
            functions: bound.functions(),
            needs: vec![Vec::new(); bound.functions()],
            pieces: Vec::new(),
        };
        let targets = graph.targets(linked, bound);
        graph
            .needs
            .resize(graph.functions + graph.pieces.len(), Vec::new());
        graph.calls(bound)?;
        let owners = graph.owners();
        let named = by_name(bound);
        let mut found = 0;
        for (section, entries) in &linked.relocations {
            for entry in entries {
                let to = targets.get(entry.index as usize);
                let to = to.ok_or("a relocation to no symbol")?;
                let at = entry.offset as usize;
                if *section == linked.code_section && entry.ty != RelocationType::FunctionIndexLeb {
                    let from = named.get(linked.name_at(at)).into_iter().flatten();
                    for from in from.map(|from| moved.now(*from, linked.code.start + at)) {
                        graph.needs[from].extend(to);
                    }
                    found += to.len();
                } else if *section == linked.data_section {
                    let address = linked.address_of(at).ok_or("a relocation of no data")?;
                    let from = owners.get(address).copied().flatten();
                    let from = from.ok_or("a relocation in no piece of data")?;
                    graph.needs[graph.functions + from].extend(to);
                    found += to.len();
                }
            }
        }
        if found == 0 {
            return Err("the linker kept no relocations".into());
        }
        Ok(graph)
    }

    /// What each symbol of the linker stands for, as nodes.
    fn targets(&mut self, linked: &Module<'a>, bound: &Module<'a>) -> Vec<Vec<usize>> {
        let named = by_name(bound);
        let mut targets = Vec::new();
        for symbol in &linked.symbols {
            targets.push(match symbol {
                SymbolInfo::Func { index, .. } => {
                    let name = linked.names[*index as usize];
                    named.get(name).cloned().unwrap_or_default()
                }
                SymbolInfo::Data {
                    name,
                    symbol: Some(symbol),
                    ..
                } if (symbol.index as usize) < linked.data.len() => {
                    let start = linked.data[symbol.index as usize].at + symbol.offset;
                    self.pieces.push(Datum {
                        name,
                        place: start..start + symbol.size,
                    });
                    vec![self.functions + self.pieces.len() - 1]
                }
                _ => Vec::new(),
            });
        }
        targets
    }

    fn calls(&mut self, bound: &Module) -> Result<(), Box<dyn Error>> {
        for (at, body) in bound.bodies.iter().enumerate() {
            let from = bound.imported() + at;
            for call in bound.calls(body)? {
                self.needs[from].push(call.to);
            }
        }
        Ok(())
    }

    /// Which piece each byte of memory belongs to. Pieces that share bytes need each other.
    fn owners(&mut self) -> Vec<Option<usize>> {
        let end = self.pieces.iter().map(|piece| piece.place.end).max();
        let mut owners = vec![None; end.unwrap_or(0) as usize];
        for (at, piece) in self.pieces.iter().enumerate() {
            let place = piece.place.start as usize..piece.place.end as usize;
            let mut sharing = std::collections::BTreeSet::new();
            for owner in &mut owners[place] {
                sharing.insert(*owner.get_or_insert(at));
            }
            for other in sharing.into_iter().filter(|other| *other != at) {
                let (one, other) = (self.functions + at, self.functions + other);
                self.needs[one].push(other);
                self.needs[other].push(one);
            }
        }
        owners
    }

    /// All that these need, and what that needs in turn, but for what is left out; for each, what
    /// was the first to need it.
    pub fn reach(&self, roots: &[usize], left_out: &[bool]) -> Vec<Option<usize>> {
        let is_left_out = |node: usize| left_out.get(node).copied().unwrap_or(false);
        let mut from = vec![None; self.needs.len()];
        let mut queue = std::collections::VecDeque::new();
        for root in roots {
            if from[*root].is_none() && !is_left_out(*root) {
                from[*root] = Some(*root);
                queue.push_back(*root);
            }
        }
        while let Some(node) = queue.pop_front() {
            for to in &self.needs[node] {
                if from[*to].is_none() && !is_left_out(*to) {
                    from[*to] = Some(node);
                    queue.push_back(*to);
                }
            }
        }
        from
    }

    /// What is needed by those that are reached.
    pub fn needed(&self, reached: &[Option<usize>]) -> std::collections::BTreeSet<usize> {
        let nodes = (0..self.needs.len()).filter(|node| reached[*node].is_some());
        nodes
            .flat_map(|node| self.needs[node].iter().copied())
            .collect()
    }

    /// How many of the nodes are functions.
    pub fn functions(&self) -> usize {
        self.functions
    }
}

/// Where pieces of functions went that became functions.
pub struct Moved {
    /// Of each function that lost some: where they stood in the linker's module, and what they are
    /// now.
    places: BTreeMap<usize, Vec<(Range<usize>, usize)>>,
}

impl Moved {
    /// Of pieces that became functions from this one on.
    ///
    /// # Errors
    /// Where the linker's code cannot be read.
    pub fn of(
        linked: &Module,
        bound: &Module,
        pieces: &[Piece],
        first: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let named = by_name(linked);
        let mut places: BTreeMap<usize, Vec<(Range<usize>, usize)>> = BTreeMap::new();
        for (piece, now) in pieces.iter().zip(first..) {
            let Some([function]) = named.get(bound.names[piece.from]).map(Vec::as_slice) else {
                continue;
            };
            let operators = linked.operators(*function - linked.imported())?;
            // The binding changed some, so that nobody knows where the piece is in them: what it
            // needs counts as needed by the function.
            if operators.len() == piece.of {
                let place = operators[piece.ops.start]..operators[piece.ops.end];
                places.entry(piece.from).or_default().push((place, now));
            }
        }
        Ok(Self { places })
    }

    /// The function that has what stood at a place of a function in the linker's module.
    fn now(&self, function: usize, at: usize) -> usize {
        let places = self.places.get(&function).into_iter().flatten();
        let mut now = places.filter(|(place, _)| place.contains(&at));
        now.next().map_or(function, |(_, now)| *now)
    }
}

/// Functions of each name: most names are one function's.
fn by_name<'a>(module: &Module<'a>) -> BTreeMap<&'a str, Vec<usize>> {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (function, name) in module.names.iter().enumerate() {
        if !name.is_empty() {
            named.entry(name).or_default().push(function);
        }
    }
    named
}
