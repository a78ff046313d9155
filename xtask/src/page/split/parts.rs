//! A module cut in two: the first runs alone, the second takes from it what it lacks.

use super::module::Module;
use super::write;
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;
use wasmparser::{ExternalKind, TypeRef};

/// What goes where.
pub struct Plan {
    /// For each function whether it goes into the first.
    pub first: Vec<bool>,
    /// What of memory comes with the second alone, in order.
    pub later: Vec<Range<u32>>,
}

/// What the second calls that of which it takes things.
const FROM: &str = "a";

/// The first part, and the second.
///
/// # Errors
/// Where the module has parts that nobody knows how to cut.
pub fn cut(module: &Module, plan: &Plan) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let taken = taken(module, plan)?;
    Ok((first(module, plan, &taken)?, second(module, plan, &taken)?))
}

/// The functions of the first that the second calls, in order.
fn taken(module: &Module, plan: &Plan) -> Result<Vec<usize>, Box<dyn Error>> {
    let mut taken = std::collections::BTreeSet::new();
    for function in defined(module, plan, false) {
        for call in module.calls(&module.bodies[function - module.imported()])? {
            if plan.first[call.to] {
                taken.insert(call.to);
            }
        }
    }
    Ok(taken.into_iter().collect())
}

/// The functions that are defined in one of the parts, in order.
fn defined(module: &Module, plan: &Plan, first: bool) -> Vec<usize> {
    let all = module.imported()..module.functions();
    all.filter(|function| plan.first[*function] == first)
        .collect()
}

fn first(module: &Module, plan: &Plan, taken: &[usize]) -> Result<Vec<u8>, Box<dyn Error>> {
    let here = defined(module, plan, true);
    let all = (0..module.imported()).chain(here.iter().copied());
    let numbers: BTreeMap<usize, usize> = all.zip(0..).collect();
    // Stands in the table for what comes with the second.
    let nobody = numbers.len();

    let mut out = write::HEAD.to_vec();
    write::section(&mut out, 1, module.types);
    let imports = module.imports.iter().map(|import| {
        let mut entry = Vec::new();
        write::bytes(&mut entry, import.module.as_bytes());
        write::bytes(&mut entry, import.name.as_bytes());
        put_type(&mut entry, import.ty).map(|()| entry)
    });
    let imports = imports.collect::<Result<Vec<_>, _>>()?;
    write::list(&mut out, 2, &imports);
    let mut kinds: Vec<Vec<u8>> = here
        .iter()
        .map(|at| numbered(module.kind(*at) as usize))
        .collect();
    kinds.push(numbered(plain_type(module)?));
    write::list(&mut out, 3, &kinds);
    write::section(&mut out, 4, module.tables_raw);
    write::section(&mut out, 5, module.memories_raw);
    write::section(&mut out, 6, module.globals_raw);
    write::list(&mut out, 7, &first_exports(module, plan, taken, &numbers));
    if let Some(start) = module.start {
        write::section(&mut out, 8, &numbered(numbers[&(start as usize)]));
    }
    let elements = module.elements.iter().map(|element| {
        let functions = element.functions.iter();
        let functions = functions.map(|f| numbers.get(&(*f as usize)).copied().unwrap_or(nobody));
        put_element(element.table, element.at, &functions.collect::<Vec<_>>())
    });
    write::list(&mut out, 9, &elements.collect::<Vec<_>>());
    let mut bodies = here
        .iter()
        .map(|at| body(module, *at, &numbers))
        .collect::<Result<Vec<_>, _>>()?;
    // No locals; unreachable; end.
    bodies.push(vec![3, 0, 0x00, 0x0b]);
    write::list(&mut out, 10, &bodies);
    write::list(&mut out, 11, &data(module, &plan.later, false));
    Ok(out)
}

fn second(module: &Module, plan: &Plan, taken: &[usize]) -> Result<Vec<u8>, Box<dyn Error>> {
    let here = defined(module, plan, false);
    let all = taken.iter().chain(&here).copied();
    let numbers: BTreeMap<usize, usize> = all.zip(0..).collect();

    let mut out = write::HEAD.to_vec();
    write::section(&mut out, 1, module.types);
    let mut imports = Vec::new();
    let mut import = |ty: TypeRef| {
        let mut entry = Vec::new();
        write::bytes(&mut entry, FROM.as_bytes());
        write::bytes(&mut entry, imports.len().to_string().as_bytes());
        let put = put_type(&mut entry, ty);
        imports.push(entry);
        put
    };
    for table in &module.tables {
        import(TypeRef::Table(*table))?;
    }
    for memory in &module.memories {
        import(TypeRef::Memory(*memory))?;
    }
    for global in &module.globals {
        import(TypeRef::Global(*global))?;
    }
    for function in taken {
        import(TypeRef::Func(module.kind(*function)))?;
    }
    write::list(&mut out, 2, &imports);
    let kinds = here.iter().map(|at| numbered(module.kind(*at) as usize));
    write::list(&mut out, 3, &kinds.collect::<Vec<_>>());
    let exports = module
        .exports
        .iter()
        .filter(|export| export.kind == ExternalKind::Func && !plan.first[export.index as usize]);
    let exports =
        exports.map(|export| put_export(export.name, 0, numbers[&(export.index as usize)]));
    write::list(&mut out, 7, &exports.collect::<Vec<_>>());
    write::list(&mut out, 9, &later_elements(module, plan, &numbers));
    let bodies = here.iter().map(|at| body(module, *at, &numbers));
    write::list(&mut out, 10, &bodies.collect::<Result<Vec<_>, _>>()?);
    write::list(&mut out, 11, &data(module, &plan.later, true));
    Ok(out)
}

/// What the first hands out: what it did before, and by numbers what the second takes.
fn first_exports(
    module: &Module,
    plan: &Plan,
    taken: &[usize],
    numbers: &BTreeMap<usize, usize>,
) -> Vec<Vec<u8>> {
    let mut exports = Vec::new();
    for export in &module.exports {
        let (kind, index) = match export.kind {
            ExternalKind::Func if !plan.first[export.index as usize] => continue,
            ExternalKind::Func => (0, numbers[&(export.index as usize)]),
            ExternalKind::Table => (1, export.index as usize),
            ExternalKind::Memory => (2, export.index as usize),
            _ => (3, export.index as usize),
        };
        exports.push(put_export(export.name, kind, index));
    }
    let things = [
        (1, module.tables.len()),
        (2, module.memories.len()),
        (3, module.globals.len()),
    ];
    let things = things
        .into_iter()
        .flat_map(|(kind, many)| (0..many).map(move |at| (kind, at)));
    let functions = taken.iter().map(|function| (0, numbers[function]));
    for (name, (kind, index)) in things.chain(functions).enumerate() {
        exports.push(put_export(&name.to_string(), kind, index));
    }
    exports
}

/// The places of the table that the first left empty, each run of them a segment.
fn later_elements(module: &Module, plan: &Plan, numbers: &BTreeMap<usize, usize>) -> Vec<Vec<u8>> {
    let mut segments = Vec::new();
    for element in &module.elements {
        let mut at = element.at;
        for run in element
            .functions
            .chunk_by(|a, b| plan.first[*a as usize] == plan.first[*b as usize])
        {
            if !plan.first[run[0] as usize] {
                let functions: Vec<usize> = run.iter().map(|f| numbers[&(*f as usize)]).collect();
                segments.push(put_element(element.table, at, &functions));
            }
            at += u32::try_from(run.len()).unwrap_or(u32::MAX);
        }
    }
    segments
}

/// What of memory one of the parts fills. Few zeros in between are cheaper than two segments.
fn data(module: &Module, later: &[Range<u32>], want_later: bool) -> Vec<Vec<u8>> {
    let mut segments = Vec::new();
    for data in &module.data {
        let end = data.at + u32::try_from(data.bytes.len()).unwrap_or(u32::MAX);
        let mut at = data.at;
        let within = |range: &&Range<u32>| range.end > data.at && range.start < end;
        for range in later.iter().filter(within) {
            let range = range.start.max(data.at)..range.end.min(end);
            let wanted = if want_later {
                range.clone()
            } else {
                at..range.start
            };
            put_data(&mut segments, data, wanted);
            at = range.end;
        }
        if !want_later {
            put_data(&mut segments, data, at..end);
        }
    }
    segments
}

fn put_data(segments: &mut Vec<Vec<u8>>, data: &super::module::Data, range: Range<u32>) {
    let bytes = &data.bytes[(range.start - data.at) as usize..(range.end - data.at) as usize];
    // Memory begins as zeros.
    let Some(first) = bytes.iter().position(|byte| *byte != 0) else {
        return;
    };
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(first);
    let mut entry = vec![0];
    write::constant(&mut entry, range.start + u32::try_from(first).unwrap_or(0));
    write::bytes(&mut entry, &bytes[first..=last]);
    segments.push(entry);
}

/// A function's code with other numbers in its calls.
fn body(
    module: &Module,
    function: usize,
    numbers: &BTreeMap<usize, usize>,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let place = &module.bodies[function - module.imported()];
    let mut code = Vec::with_capacity(place.len());
    let mut at = place.start;
    for call in module.calls(place)? {
        code.extend_from_slice(&module.bytes[at..call.place.start]);
        code.push(0x10);
        let to = numbers.get(&call.to);
        write::number(
            &mut code,
            *to.ok_or("a call out of the first part into the second")?,
        );
        at = call.place.end;
    }
    code.extend_from_slice(&module.bytes[at..place.end]);
    let mut out = Vec::with_capacity(code.len() + 3);
    write::bytes(&mut out, &code);
    Ok(out)
}

fn numbered(value: usize) -> Vec<u8> {
    let mut out = Vec::new();
    write::number(&mut out, value);
    out
}

fn put_export(name: &str, kind: u8, index: usize) -> Vec<u8> {
    let mut entry = Vec::new();
    write::bytes(&mut entry, name.as_bytes());
    entry.push(kind);
    write::number(&mut entry, index);
    entry
}

fn put_element(table: u32, at: u32, functions: &[usize]) -> Vec<u8> {
    let mut entry = Vec::new();
    if table == 0 {
        entry.push(0);
        write::constant(&mut entry, at);
    } else {
        entry.push(2);
        write::number(&mut entry, table as usize);
        write::constant(&mut entry, at);
        entry.push(0);
    }
    write::number(&mut entry, functions.len());
    for function in functions {
        write::number(&mut entry, *function);
    }
    entry
}

fn put_type(out: &mut Vec<u8>, ty: TypeRef) -> Result<(), Box<dyn Error>> {
    match ty {
        TypeRef::Func(kind) => {
            out.push(0);
            write::number(out, kind as usize);
        }
        TypeRef::Table(table) => {
            let kind = match table.element_type {
                wasmparser::RefType::FUNCREF => 0x70,
                wasmparser::RefType::EXTERNREF => 0x6f,
                _ => return Err("a table of something new".into()),
            };
            // Of any size: it is the first's, which may have grown.
            out.extend([1, kind, 0, 0]);
        }
        TypeRef::Memory(_) => out.extend([2, 0, 0]),
        TypeRef::Global(global) => {
            let kind = match global.content_type {
                wasmparser::ValType::I32 => 0x7f,
                wasmparser::ValType::I64 => 0x7e,
                _ => return Err("a global of something new".into()),
            };
            out.extend([3, kind, u8::from(global.mutable)]);
        }
        _ => return Err("an import of something new".into()),
    }
    Ok(())
}

/// The type of functions that take and answer nothing.
fn plain_type(module: &Module) -> Result<usize, Box<dyn Error>> {
    let start = module
        .exports
        .iter()
        .find(|export| export.name == super::LATER);
    let start = start.ok_or("the page's program has no second part")?;
    Ok(module.kind(start.index as usize) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program of four functions: `go` calls what stands in the table and `helps`; `later` is
    /// for the second part, and so is `rest`, which calls `helps` as well.
    fn program() -> Vec<u8> {
        let mut out = write::HEAD.to_vec();
        write::list(&mut out, 1, &[vec![0x60, 0, 0], vec![0x60, 0, 1, 0x7f]]);
        let mut import = Vec::new();
        write::bytes(&mut import, b"js");
        write::bytes(&mut import, b"says");
        import.extend([0, 0]);
        write::list(&mut out, 2, &[import]);
        write::list(&mut out, 3, &[vec![0], vec![0], vec![1], vec![1]]);
        write::list(&mut out, 4, &[vec![0x70, 0, 3]]);
        write::list(&mut out, 5, &[vec![0, 1]]);
        write::list(&mut out, 6, &[vec![0x7f, 1, 0x41, 8, 0x0b]]);
        let exports = [put_export("go", 0, 1), put_export("later", 0, 2)];
        write::list(&mut out, 7, &exports);
        write::list(&mut out, 9, &[put_element(0, 1, &[3, 4])]);
        let bodies: [&[u8]; 4] = [
            // go: i32.const 2, call_indirect of a number, drop, call helps, drop
            &[0, 0x41, 2, 0x11, 1, 0, 0x1a, 0x10, 3, 0x1a, 0x0b],
            // later: call says
            &[0, 0x10, 0, 0x0b],
            // helps
            &[0, 0x41, 7, 0x0b],
            // rest: global.get 0, drop, call helps
            &[0, 0x23, 0, 0x1a, 0x10, 3, 0x0b],
        ];
        let bodies = bodies.map(|code| {
            let mut entry = Vec::new();
            write::bytes(&mut entry, code);
            entry
        });
        write::list(&mut out, 10, &bodies);
        let mut data = vec![0];
        write::constant(&mut data, 16);
        write::bytes(&mut data, b"firstlaterlast");
        write::list(&mut out, 11, &[data]);
        out
    }

    #[test]
    fn each_part_is_a_program_and_the_second_fills_the_gaps_of_the_first() {
        let whole = program();
        wasmparser::validate(&whole).unwrap();
        let module = Module::read(&whole).unwrap();
        let plan = Plan {
            first: vec![true, true, false, true, false],
            later: std::iter::once(21..26).collect(),
        };
        let (first, second) = cut(&module, &plan).unwrap();
        wasmparser::validate(&first).unwrap();
        wasmparser::validate(&second).unwrap();
        let (first, second) = (
            Module::read(&first).unwrap(),
            Module::read(&second).unwrap(),
        );

        let names = |module: &Module| -> Vec<String> {
            module
                .exports
                .iter()
                .map(|export| export.name.to_owned())
                .collect()
        };
        // A table, a memory, a global, and two functions.
        assert_eq!(names(&first), ["go", "0", "1", "2", "3", "4"]);
        assert_eq!(names(&second), ["later"]);
        assert_eq!(second.imports.len(), 5);
        // Nobody stands where `rest` will.
        let nobody = u32::try_from(first.functions() - 1).unwrap();
        assert_eq!(first.elements[0].functions, [2, nobody]);
        assert_eq!(
            (second.elements[0].at, second.elements[0].functions.len()),
            (2, 1)
        );
        let held = |module: &Module| -> Vec<(u32, Vec<u8>)> {
            module
                .data
                .iter()
                .map(|data| (data.at, data.bytes.to_vec()))
                .collect()
        };
        let held_first = [(16, b"first".to_vec()), (26, b"last".to_vec())];
        assert_eq!(held(&first), held_first);
        assert_eq!(held(&second), [(21, b"later".to_vec())]);
    }

    #[test]
    fn the_first_part_may_call_nothing_of_the_second() {
        let whole = program();
        let module = Module::read(&whole).unwrap();
        let plan = Plan {
            first: vec![true, true, false, false, false],
            later: Vec::new(),
        };
        let error = cut(&module, &plan).err().unwrap().to_string();
        assert!(error.contains("out of the first part"), "{error}");
    }
}
