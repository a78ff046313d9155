//! A module cut in parts: the first runs alone, the others take from those before them what they
//! lack.

use super::module::Module;
use super::write::{self, op};
use super::{BRING, entries};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ops::Range;
use wasmparser::{ExternalKind, TypeRef};

/// What goes where.
pub struct Plan {
    /// For each function the part that it goes into.
    pub parts: Vec<usize>,
    /// What of memory comes with each part, in order.
    pub data: [Vec<Range<u32>>; 3],
    /// Functions of the last part that the first needs, and those that it and the second do: where
    /// they lack them, they have a stand-in.
    pub stand_ins: [BTreeSet<usize>; 2],
    /// Functions from this one on are called at one place each: those need no stand-in to call
    /// there.
    pub pieces: usize,
}

/// What a part calls those before it, of which it takes things.
const FROM: [&str; 2] = ["a", "b"];

/// Why a function has no number in a part.
const NONE: &str = "a call out of a part into a later one";

/// The parts.
///
/// # Errors
/// Where the module has parts that nobody knows how to cut.
pub fn cut(module: &Module, plan: &Plan) -> Result<[Vec<u8>; 3], Box<dyn Error>> {
    let cut = Cutting::new(module, plan)?;
    Ok([cut.part(0)?, cut.part(1)?, cut.part(2)?])
}

/// The numbers that functions have within a part.
type Numbers = BTreeMap<usize, usize>;

/// The module while it is cut.
struct Cutting<'a> {
    module: &'a Module<'a>,
    plan: &'a Plan,
    /// The table of functions.
    table: usize,
    /// The function that has the last part fetched; none where nothing stands in for any of it.
    bring: Option<usize>,
    /// Where in the table each function of the last part stands that has a stand-in: behind all
    /// that stood there.
    places: BTreeMap<usize, u32>,
    /// For each part, the functions of those before it that it calls.
    taken: [BTreeSet<usize>; 3],
    /// The functions that the module defines, in the order in which they stand in their parts.
    order: Vec<usize>,
}

impl<'a> Cutting<'a> {
    fn new(module: &'a Module<'a>, plan: &'a Plan) -> Result<Self, Box<dyn Error>> {
        let table = module.functions_table();
        let table = table.ok_or("the page's program has no table of functions")?;
        let end = u32::try_from(module.tables[table].initial)?;
        let absent: BTreeSet<usize> = plan.stand_ins.iter().flatten().copied().collect();
        let bring = module.exported(BRING).filter(|_| !absent.is_empty());
        if !absent.is_empty() && bring.is_none() {
            return Err("the page's program cannot bring its last part".into());
        }
        let mut cutting = Self {
            module,
            plan,
            table,
            bring,
            places: absent.into_iter().zip(end..).collect(),
            taken: <[BTreeSet<usize>; 3]>::default(),
            order: alike(module),
        };
        for part in [1, 2] {
            cutting.taken[part] = cutting.takes(part)?;
        }
        Ok(cutting)
    }

    /// The functions of earlier parts that a part calls.
    fn takes(&self, part: usize) -> Result<BTreeSet<usize>, Box<dyn Error>> {
        let mut taken = BTreeSet::new();
        for function in self.defined(part) {
            let body = &self.module.bodies[function - self.module.imported()];
            for call in self.module.calls(body)? {
                if self.plan.parts[call.to] < part {
                    taken.insert(call.to);
                }
            }
        }
        if part == 1 {
            taken.extend(self.bring);
        }
        Ok(taken)
    }

    /// The functions that are defined in a part, in order.
    fn defined(&self, part: usize) -> impl Iterator<Item = usize> {
        let all = self.order.iter().copied();
        all.filter(move |function| self.plan.parts[*function] == part)
    }

    /// For whom a part has a stand-in.
    fn stand_ins(&self, part: usize) -> impl Iterator<Item = usize> {
        let absent = self.plan.stand_ins.get(part).into_iter().flatten().copied();
        absent.filter(|function| *function < self.plan.pieces)
    }

    /// What a part takes of an earlier one, in order.
    fn taken(&self, part: usize, from: usize) -> impl Iterator<Item = usize> {
        let taken = self.taken[part].iter().copied();
        taken.filter(move |function| self.plan.parts[*function] == from)
    }

    /// What a part hands out to later ones, in order.
    fn handed_out(&self, part: usize) -> Vec<usize> {
        let taken = (part + 1..3).flat_map(|later| self.taken(later, part));
        let taken: BTreeSet<_> = taken.collect();
        let first = 0..self.module.imported();
        let order = first.chain(self.order.iter().copied());
        order.filter(|function| taken.contains(function)).collect()
    }

    /// A part's functions: those it takes, its own, and those that stand in.
    fn numbers(&self, part: usize) -> Numbers {
        let mut all: Vec<usize> = match part {
            0 => (0..self.module.imported()).collect(),
            _ => (0..part).flat_map(|from| self.taken(part, from)).collect(),
        };
        all.extend(self.defined(part).chain(self.stand_ins(part)));
        all.into_iter().zip(0..).collect()
    }

    fn part(&self, part: usize) -> Result<Vec<u8>, Box<dyn Error>> {
        let Self { module, .. } = *self;
        let numbers = self.numbers(part);
        let here = self.defined(part).chain(self.stand_ins(part));
        let mut kinds: Vec<_> = here
            .map(|at| write::numbered(module.kind(at) as usize))
            .collect();
        let mut bodies = Vec::new();
        for function in self.defined(part) {
            bodies.push(self.body(function, &numbers)?);
        }
        for function in self.stand_ins(part) {
            bodies.push(self.stand_in(function, &numbers)?);
        }
        if part < 2 {
            kinds.push(write::numbered(plain_type(module)?));
            bodies.push(self.fetching(&numbers)?);
        }
        if part == 0 {
            // Stands in the table for what comes with the second.
            kinds.push(write::numbered(plain_type(module)?));
            bodies.push(write::measured(&[0, op::UNREACHABLE, op::END]));
        }

        let mut out = write::HEAD.to_vec();
        write::section(&mut out, 1, module.types);
        write::list(&mut out, 2, &self.imports(part)?);
        write::list(&mut out, 3, &kinds);
        if part == 0 {
            write::list(&mut out, 4, &self.tables()?);
            write::section(&mut out, 5, module.memories_raw);
            write::section(&mut out, 6, module.globals_raw);
        }
        write::list(&mut out, 7, &self.exports(part, &numbers));
        if let Some(start) = module.start.filter(|_| part == 0) {
            write::section(&mut out, 8, &write::numbered(numbers[&(start as usize)]));
        }
        write::list(&mut out, 9, &self.elements(part, &numbers));
        write::list(&mut out, 10, &bodies);
        write::list(&mut out, 11, &entries::data(module, &self.plan.data[part]));
        Ok(out)
    }

    fn imports(&self, part: usize) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let Self { module, .. } = *self;
        let mut imports = Vec::new();
        let mut import = |from: &str, name: &str, ty: TypeRef| {
            let mut entry = Vec::new();
            write::bytes(&mut entry, from.as_bytes());
            write::bytes(&mut entry, name.as_bytes());
            let put = entries::imported(&mut entry, ty);
            imports.push(entry);
            put
        };
        if part == 0 {
            for entry in &module.imports {
                import(entry.module, entry.name, entry.ty)?;
            }
            return Ok(imports);
        }
        let tables = module.tables.iter().copied().map(TypeRef::Table);
        let memories = module.memories.iter().copied().map(TypeRef::Memory);
        let globals = module.globals.iter().copied().map(TypeRef::Global);
        let mut things = 0;
        for thing in tables.chain(memories).chain(globals) {
            import(FROM[0], &things.to_string(), thing)?;
            things += 1;
        }
        for (from, name) in FROM.into_iter().enumerate().take(part) {
            let before = if from == 0 { things } else { 0 };
            let handed_out: Numbers = self.handed_out(from).into_iter().zip(0..).collect();
            for function in self.taken(part, from) {
                let at = *handed_out.get(&function).ok_or(NONE)?;
                let kind = TypeRef::Func(module.kind(function));
                import(name, &(before + at).to_string(), kind)?;
            }
        }
        Ok(imports)
    }

    /// The tables, that of functions with places for those that have a stand-in.
    fn tables(&self) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let mut tables = Vec::new();
        for (at, table) in self.module.tables.iter().enumerate() {
            let more = if at == self.table {
                self.places.len()
            } else {
                0
            };
            let mut entry = vec![entries::element_type(table.element_type)?];
            entry.push(u8::from(table.maximum.is_some()));
            for size in [Some(table.initial), table.maximum].into_iter().flatten() {
                write::number(&mut entry, usize::try_from(size)? + more);
            }
            tables.push(entry);
        }
        Ok(tables)
    }

    /// What a part hands out: what it did before, and by numbers what later ones take.
    fn exports(&self, part: usize, numbers: &Numbers) -> Vec<Vec<u8>> {
        let Self { module, .. } = *self;
        let mut exports = Vec::new();
        for export in &module.exports {
            let index = export.index as usize;
            let (kind, index) = match export.kind {
                ExternalKind::Func if self.plan.parts[index] == part => (0, numbers[&index]),
                ExternalKind::Table if part == 0 => (1, index),
                ExternalKind::Memory if part == 0 => (2, index),
                ExternalKind::Global if part == 0 => (3, index),
                _ => continue,
            };
            exports.push(entries::export(export.name, kind, index));
        }
        let things = [
            (1, module.tables.len()),
            (2, module.memories.len()),
            (3, module.globals.len()),
        ];
        let things = things.into_iter().filter(|_| part == 0);
        let things = things.flat_map(|(kind, many)| (0..many).map(move |at| (kind, at)));
        let handed_out = self.handed_out(part).into_iter();
        let functions = handed_out.map(|function| (0, numbers[&function]));
        for (name, (kind, index)) in things.chain(functions).enumerate() {
            exports.push(entries::export(&name.to_string(), kind, index));
        }
        exports
    }

    /// The places of the table that a part fills, each run of them a segment; the first fills all.
    fn elements(&self, part: usize, numbers: &Numbers) -> Vec<Vec<u8>> {
        let nobody = (part == 0).then_some(numbers.len() + 1);
        let stand_ins: BTreeSet<usize> = self.stand_ins(part).collect();
        let number = |function: &u32| {
            let function = *function as usize;
            let is_here = self.plan.parts[function] == part || stand_ins.contains(&function);
            let number = numbers.get(&function).copied();
            number.filter(|_| is_here).or(nobody)
        };
        let mut segments = Vec::new();
        for element in &self.module.elements {
            let all: Vec<_> = element.functions.iter().map(number).collect();
            let mut at = element.at;
            for run in all.chunk_by(|a, b| a.is_some() == b.is_some()) {
                let functions: Vec<usize> = run.iter().copied().flatten().collect();
                if !functions.is_empty() {
                    segments.push(entries::element(element.table, at, &functions));
                }
                at += u32::try_from(run.len()).unwrap_or(u32::MAX);
            }
        }
        if part == 2
            && let Some(at) = self.places.values().next()
        {
            let functions: Vec<_> = self.places.keys().map(|at| numbers[at]).collect();
            let table = u32::try_from(self.table).unwrap_or(u32::MAX);
            segments.push(entries::element(table, *at, &functions));
        }
        segments
    }

    /// A function's code with other numbers in its calls.
    fn body(&self, function: usize, numbers: &Numbers) -> Result<Vec<u8>, Box<dyn Error>> {
        let Self { module, .. } = *self;
        let place = &module.bodies[function - module.imported()];
        let mut code = Vec::with_capacity(place.len());
        let mut at = place.start;
        for call in module.calls(place)? {
            code.extend_from_slice(&module.bytes[at..call.place.start]);
            match numbers.get(&call.to) {
                Some(number) => write::operator(&mut code, op::CALL, *number),
                None if call.to >= self.plan.pieces => {
                    write::operator(&mut code, op::CALL, numbers.len());
                    self.indirect(&mut code, call.to)?;
                }
                None => return Err(NONE.into()),
            }
            at = call.place.end;
        }
        code.extend_from_slice(&module.bytes[at..place.end]);
        let mut out = Vec::with_capacity(code.len() + 3);
        write::bytes(&mut out, &code);
        Ok(out)
    }

    /// Calls a function of the last part where it stands in the table, and has that part fetched
    /// where nobody stands there yet.
    fn stand_in(&self, function: usize, numbers: &Numbers) -> Result<Vec<u8>, Box<dyn Error>> {
        let kind = &self.module.kinds_of[self.module.kind(function) as usize];
        let mut code = entries::locals(std::iter::empty());
        write::operator(&mut code, op::CALL, numbers.len());
        for value in 0..kind.params().len() {
            write::operator(&mut code, op::GET, value);
        }
        self.indirect(&mut code, function)?;
        code.push(op::END);
        Ok(write::measured(&code))
    }

    /// Calls a function of the last part where it stands in the table.
    fn indirect(&self, code: &mut Vec<u8>, function: usize) -> Result<(), Box<dyn Error>> {
        write::const_number(code, *self.places.get(&function).ok_or(NONE)? as usize);
        write::operator(code, op::CALL_INDIRECT, self.module.kind(function) as usize);
        write::number(code, self.table);
        Ok(())
    }

    /// Has the last part fetched where it is not here yet.
    fn fetching(&self, numbers: &Numbers) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut code = entries::locals(std::iter::empty());
        if let (Some(first), Some(bring)) = (self.places.values().next(), self.bring) {
            // The first of the places tells of all.
            write::const_number(&mut code, *first as usize);
            write::operator(&mut code, op::TABLE_GET, self.table);
            code.extend([op::IS_NULL, op::IF, op::NOTHING]);
            write::operator(&mut code, op::CALL, *numbers.get(&bring).ok_or(NONE)?);
            code.push(op::END);
        }
        code.push(op::END);
        Ok(write::measured(&code))
    }
}

/// The functions that a module defines, those that look alike beside each other: so they pack
/// better.
fn alike(module: &Module) -> Vec<usize> {
    let mut order: Vec<usize> = (module.imported()..module.functions()).collect();
    let looks = |function: usize| {
        let place = &module.bodies[function - module.imported()];
        (module.kind(function), &module.bytes[place.clone()])
    };
    order.sort_by_key(|function| looks(*function));
    order
}

/// The type of functions that take and answer nothing.
fn plain_type(module: &Module) -> Result<usize, Box<dyn Error>> {
    let later = module.exported(super::LATER);
    let later = later.ok_or("the page's program has no second part")?;
    Ok(module.kind(later) as usize)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A program of five functions: `go` calls what stands in the table and `helps`; `later` is for
    /// the second part, and calls `odd`, which is for the last and calls `helps` as well; `bring`
    /// brings it.
    pub fn program() -> Vec<u8> {
        let mut out = write::HEAD.to_vec();
        let types = [
            vec![0x60, 0, 0],
            vec![0x60, 0, 1, 0x7f],
            vec![0x60, 1, 0x7f, 1, 0x7f],
        ];
        write::list(&mut out, 1, &types);
        let mut import = Vec::new();
        write::bytes(&mut import, b"js");
        write::bytes(&mut import, b"says");
        import.extend([0, 0]);
        write::list(&mut out, 2, &[import]);
        write::list(&mut out, 3, &[vec![0], vec![0], vec![1], vec![2], vec![0]]);
        write::list(&mut out, 4, &[vec![0x70, 1, 3, 3]]);
        write::list(&mut out, 5, &[vec![0, 1]]);
        write::list(&mut out, 6, &[vec![0x7f, 1, 0x41, 8, 0x0b]]);
        let exports = [("go", 1), ("later", 2), ("bring", 5)];
        let exports = exports.map(|(name, function)| entries::export(name, 0, function));
        write::list(&mut out, 7, &exports);
        write::list(&mut out, 9, &[entries::element(0, 1, &[3, 4])]);
        let bodies: [&[u8]; 5] = [
            // go: i32.const 2, call_indirect of a number, drop, call helps, drop
            &[0, 0x41, 2, 0x11, 1, 0, 0x1a, 0x10, 3, 0x1a, 0x0b],
            // later: call says, i32.const 5, call odd, drop
            &[0, 0x10, 0, 0x41, 5, 0x10, 4, 0x1a, 0x0b],
            // helps
            &[0, 0x41, 7, 0x0b],
            // odd: global.get 0, drop, call helps
            &[0, 0x23, 0, 0x1a, 0x10, 3, 0x0b],
            // bring: call says
            &[0, 0x10, 0, 0x0b],
        ];
        let bodies = bodies.map(|code| {
            let mut entry = Vec::new();
            write::bytes(&mut entry, code);
            entry
        });
        write::list(&mut out, 10, &bodies);
        let mut data = vec![0];
        write::constant(&mut data, 16);
        write::bytes(&mut data, b"firstlaterrestlast");
        write::list(&mut out, 11, &[data]);
        out
    }

    /// A program of one function that takes a number, with this code.
    pub fn program_of(code: &[u8]) -> Vec<u8> {
        let mut out = write::HEAD.to_vec();
        write::list(&mut out, 1, &[vec![0x60, 1, 0x7f, 0]]);
        write::list(&mut out, 3, &[vec![0]]);
        write::list(&mut out, 10, &[write::measured(code)]);
        wasmparser::validate(&out).unwrap();
        out
    }

    fn plan() -> Plan {
        Plan {
            parts: vec![0, 0, 1, 0, 2, 0],
            data: [
                vec![0..21, 30..u32::MAX],
                std::iter::once(21..26).collect(),
                std::iter::once(26..30).collect(),
            ],
            stand_ins: [BTreeSet::new(), BTreeSet::from([4])],
            pieces: 6,
        }
    }

    fn names(module: &Module) -> Vec<String> {
        let names = module.exports.iter().map(|export| export.name.to_owned());
        names.collect()
    }

    #[test]
    fn each_part_is_a_program_and_later_ones_fill_the_gaps_of_the_first() {
        let whole = program();
        wasmparser::validate(&whole).unwrap();
        let parts = cut(&Module::read(&whole).unwrap(), &plan()).unwrap();
        for part in &parts {
            wasmparser::validate(part).unwrap();
        }
        let [first, second, last] = parts.each_ref().map(|part| Module::read(part).unwrap());

        // A table, a memory, a global, and of functions `says`, `helps` and `bring`.
        let things = ["0", "1", "2", "3", "4", "5"];
        assert_eq!(names(&first), [&["go", "bring"][..], &things].concat());
        assert_eq!(names(&second), ["later"]);
        assert_eq!(names(&last), [""; 0]);
        // The three things, with `says` and `bring`; with `helps`.
        assert_eq!((second.imports.len(), last.imports.len()), (5, 4));
        let held = |module: &Module| -> Vec<(u32, Vec<u8>)> {
            let held = module.data.iter();
            held.map(|data| (data.at, data.bytes.to_vec())).collect()
        };
        let held_first = [(16, b"first".to_vec()), (30, b"last".to_vec())];
        assert_eq!(held(&first), held_first);
        assert_eq!(held(&second), [(21, b"later".to_vec())]);
        assert_eq!(held(&last), [(26, b"rest".to_vec())]);
    }

    #[test]
    fn where_a_function_comes_last_another_stands_in_for_it() {
        let whole = program();
        let parts = cut(&Module::read(&whole).unwrap(), &plan()).unwrap();
        let [first, second, last] = parts.each_ref().map(|part| Module::read(part).unwrap());
        // There is a place more in the table, which nobody fills before the last part does.
        let size = |module: &Module| (module.tables[0].initial, module.tables[0].maximum);
        assert_eq!(size(&first), (4, Some(4)));
        let nobody = u32::try_from(first.functions() - 1).unwrap();
        assert_eq!(first.elements[0].functions, [3, nobody]);
        // Behind `says`, `bring` and `later`.
        let filled = |module: &Module| -> Vec<(u32, Vec<u32>)> {
            let filled = module.elements.iter();
            filled
                .map(|element| (element.at, element.functions.clone()))
                .collect()
        };
        assert_eq!(filled(&second), [(2, vec![3])]);
        assert_eq!(filled(&last), [(2, vec![1]), (3, vec![1])]);
        // call the next, local.get 0, i32.const 3, call_indirect of its type, end.
        let code = |at: usize| &second.bytes[second.bodies[at].clone()];
        assert_eq!(code(1), [0, 0x10, 4, 0x20, 0, 0x41, 3, 0x11, 2, 0, 0x0b]);
        // i32.const 3, table.get 0, ref.is_null, if, call bring, end, end.
        let asks = [0, 0x41, 3, 0x25, 0, 0xd1, 0x04, 0x40, 0x10, 1, 0x0b, 0x0b];
        assert_eq!(code(2), asks);
    }

    #[test]
    fn a_piece_is_called_where_it_stands_in_the_table() {
        let whole = program();
        let pieces = Plan {
            pieces: 4,
            ..plan()
        };
        let [_, second, _] = cut(&Module::read(&whole).unwrap(), &pieces).unwrap();
        let second = Module::read(&second).unwrap();
        assert_eq!(second.bodies.len(), 2);
        // call says, i32.const 5, call the next, i32.const 3, call_indirect, drop, end
        let code = &second.bytes[second.bodies[0].clone()];
        let calls = [0x10, 3, 0x41, 3, 0x11, 2, 0];
        assert_eq!(
            code,
            [&[0, 0x10, 0, 0x41, 5][..], &calls, &[0x1a, 0x0b]].concat()
        );
    }

    #[test]
    fn a_part_may_call_nothing_of_a_later_one_that_has_no_stand_in() {
        let whole = program();
        let module = Module::read(&whole).unwrap();
        for parts in [vec![0, 0, 1, 1, 2, 0], vec![0, 0, 1, 0, 2, 0]] {
            let stand_ins = [BTreeSet::new(), BTreeSet::new()];
            let error = cut(
                &module,
                &Plan {
                    parts,
                    stand_ins,
                    ..plan()
                },
            )
            .err();
            let error = error.unwrap().to_string();
            assert!(error.contains("out of a part"), "{error}");
        }
    }
}
