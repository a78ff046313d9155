//! Entries of a module's sections.

use super::module::{Data, Module};
use super::write;
use std::error::Error;
use std::ops::Range;
use wasmparser::{FuncType, RefType, TypeRef, ValType};

/// What of memory a part fills.
pub fn data(module: &Module, ranges: &[Range<u32>]) -> Vec<Vec<u8>> {
    let mut segments = Vec::new();
    for data in &module.data {
        let end = data.at + u32::try_from(data.bytes.len()).unwrap_or(u32::MAX);
        let within = |range: &&Range<u32>| range.end > data.at && range.start < end;
        for range in ranges.iter().filter(within) {
            put_data(
                &mut segments,
                data,
                range.start.max(data.at)..range.end.min(end),
            );
        }
    }
    segments
}

fn put_data(segments: &mut Vec<Vec<u8>>, data: &Data, range: Range<u32>) {
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

/// What is handed out.
pub fn export(name: &str, kind: u8, index: usize) -> Vec<u8> {
    let mut entry = Vec::new();
    write::bytes(&mut entry, name.as_bytes());
    entry.push(kind);
    write::number(&mut entry, index);
    entry
}

/// Functions put into a table.
pub fn element(table: u32, at: u32, functions: &[usize]) -> Vec<u8> {
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

/// The type of what is imported.
///
/// # Errors
/// Where it is something new.
pub fn imported(out: &mut Vec<u8>, ty: TypeRef) -> Result<(), Box<dyn Error>> {
    match ty {
        TypeRef::Func(kind) => {
            out.push(0);
            write::number(out, kind as usize);
        }
        TypeRef::Table(table) => {
            // Of any size: it is the first's, which may have grown.
            out.extend([1, element_type(table.element_type)?, 0, 0]);
        }
        TypeRef::Memory(_) => out.extend([2, 0, 0]),
        TypeRef::Global(global) => {
            let kind = match global.content_type {
                ValType::I32 => 0x7f,
                ValType::I64 => 0x7e,
                _ => return Err("a global of something new".into()),
            };
            out.extend([3, kind, u8::from(global.mutable)]);
        }
        _ => return Err("an import of something new".into()),
    }
    Ok(())
}

/// What a table holds.
///
/// # Errors
/// Where it is something new.
pub fn element_type(kind: RefType) -> Result<u8, Box<dyn Error>> {
    match kind {
        RefType::FUNCREF => Ok(0x70),
        RefType::EXTERNREF => Ok(0x6f),
        _ => Err("a table of something new".into()),
    }
}

/// The kind of a value.
///
/// # Errors
/// Where it is something new.
pub fn value_type(kind: ValType) -> Result<u8, Box<dyn Error>> {
    Ok(match kind {
        ValType::I32 => 0x7f,
        ValType::I64 => 0x7e,
        ValType::F32 => 0x7d,
        ValType::F64 => 0x7c,
        ValType::V128 => 0x7b,
        ValType::Ref(RefType::FUNCREF) => 0x70,
        ValType::Ref(RefType::EXTERNREF) => 0x6f,
        ValType::Ref(_) => return Err("a value of something new".into()),
    })
}

/// What functions take and answer.
///
/// # Errors
/// Where it is something new.
pub fn function_type(kind: &FuncType) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = vec![0x60];
    for values in [kind.params(), kind.results()] {
        write::number(&mut out, values.len());
        for value in values {
            out.push(value_type(*value)?);
        }
    }
    Ok(out)
}

/// The declarations of locals: so many of a kind, and of the next.
pub fn locals(groups: impl Iterator<Item = (u32, ValType)>) -> Vec<u8> {
    let mut all: Vec<(u32, ValType)> = Vec::new();
    for (many, kind) in groups {
        match all.last_mut() {
            Some((before, last)) if *last == kind => *before += many,
            _ => all.push((many, kind)),
        }
    }
    let mut out = write::numbered(all.len());
    for (many, kind) in all {
        write::number(&mut out, many as usize);
        out.push(value_type(kind).unwrap_or_default());
    }
    out
}
