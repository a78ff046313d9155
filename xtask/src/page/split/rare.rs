//! What nobody runs who opens a lesson and goes through it turn by turn: whole functions, and pieces
//! of others. It is found by doing so with all lessons in a browser, and kept in a file, where a
//! number stands for each function. What is new or was changed since is not in it, and comes with
//! the lessons until somebody looks again.

use super::code::{self, Code};
use super::module::Module;
use super::write::{self, op};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use wasmparser::{Parser, Payload};

/// What a program that tells what it runs hands out: a memory in which each stretch of code has a
/// byte.
const CALLED: &str = "called";
/// Pieces shorter than so many bytes are not worth a place in the file.
const SHORTEST: usize = 12;

/// What can come last.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rare {
    /// Functions, by their names.
    marks: BTreeSet<u32>,
    /// Of functions, by their names and shapes, the stretches that begin what is never run.
    cold: BTreeMap<u32, BTreeSet<usize>>,
}

impl Rare {
    /// As the file has them.
    ///
    /// # Errors
    /// Where a line is neither a mark, perhaps with numbers behind it, nor a comment.
    pub fn read(text: &str) -> Result<Self, Box<dyn Error>> {
        let mut rare = Self::default();
        for (at, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let wrong = || format!("line {}: no mark: {line}", at + 1);
            let mut words = line.split(' ');
            let mark = words.next().unwrap_or_default();
            let mark = u32::from_str_radix(mark, 16).map_err(|_| wrong())?;
            let stretches = words.map(str::parse).collect::<Result<BTreeSet<_>, _>>();
            let stretches = stretches.map_err(|_| wrong())?;
            if stretches.is_empty() {
                rare.marks.insert(mark);
            } else {
                rare.cold.insert(mark, stretches);
            }
        }
        Ok(rare)
    }

    /// What of a program was not run, when these of its stretches were.
    ///
    /// # Errors
    /// Where this is no program.
    pub fn unrun(bound: &[u8], run: &BTreeSet<usize>) -> Result<Self, Box<dyn Error>> {
        let module = Module::read(bound)?;
        let names = module.names.iter().skip(module.imported());
        let (mut called, mut uncalled) = (BTreeSet::new(), BTreeSet::new());
        let mut cold: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        let mut first = 0;
        for (code, name) in code::read(&module)?.iter().zip(names) {
            let stretches = code.stretches();
            let is_run = |stretch: usize| run.contains(&(first + stretch));
            if is_run(0) {
                called.extend(mark(name));
                let found = unrun_within(code, &stretches, is_run);
                if let Some(mark) = mark_of_shape(name, code, bound) {
                    // Functions of one name and shape cannot be told apart.
                    let both = |known: &BTreeSet<usize>| known & &found;
                    let found = cold.get(&mark).map_or_else(|| found.clone(), both);
                    cold.insert(mark, found);
                }
            } else {
                uncalled.extend(mark(name));
            }
            first += stretches.len();
        }
        cold.retain(|_, stretches| !stretches.is_empty());
        // Functions of one name cannot be told apart.
        let marks = &uncalled - &called;
        Ok(Self { marks, cold })
    }

    /// The file.
    pub fn written(&self) -> String {
        let mut text = String::from(
            "# What nobody runs who goes through a lesson comes last: functions, each as a mark of\n\
             # its name, and pieces of functions, by the stretches of code that begin them.\n\
             # `cargo xtask page --learn` writes this file.\n",
        );
        for mark in &self.marks {
            let _ = writeln!(text, "{mark:08x}");
        }
        for (mark, stretches) in &self.cold {
            let _ = write!(text, "{mark:08x}");
            for stretch in stretches {
                let _ = write!(text, " {stretch}");
            }
            text.push('\n');
        }
        text
    }

    /// Whether a function is rare as a whole.
    pub fn has(&self, name: &str) -> bool {
        mark(name).is_some_and(|mark| self.marks.contains(&mark))
    }

    /// The stretches of a function that begin what is rare in it.
    pub fn within(&self, name: &str, code: &Code, bytes: &[u8]) -> Option<&BTreeSet<usize>> {
        self.cold.get(&mark_of_shape(name, code, bytes)?)
    }
}

/// The stretches of a function that begin what was not run of it: none of them lies in what another
/// begins.
pub fn unrun_within(
    code: &Code,
    stretches: &[usize],
    is_run: impl Fn(usize) -> bool,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut past = 0;
    for (number, start) in stretches.iter().enumerate() {
        if *start < past || is_run(number) {
            continue;
        }
        let (_, end) = code.around(*start);
        past = end;
        let long = code.ops[end].place.start - code.ops[*start].place.start;
        if long >= SHORTEST {
            found.insert(number);
        }
    }
    found
}

/// A number that stands for a function of this code.
fn mark_of_shape(name: &str, code: &Code, bytes: &[u8]) -> Option<u32> {
    let shape = code.shape(bytes);
    mark(name).map(|mark| mark.rotate_left(16) ^ shape)
}

/// A number that stands for a function, the same wherever and whenever it was compiled: made of
/// its name without what tells one build of a crate from another. What has no name has none.
fn mark(name: &str) -> Option<u32> {
    if name.is_empty() {
        return None;
    }
    let plain = plain(name);
    let digest: [u8; 32] = Sha256::digest(plain.as_bytes()).into();
    digest.first_chunk().copied().map(u32::from_be_bytes)
}

/// A function's name as people read it.
pub fn plain(name: &str) -> String {
    // The binding writes behind a name what it made of the function.
    let (mangled, more) = name.split_at(name.find(' ').unwrap_or(name.len()));
    format!("{:#}{more}", rustc_demangle::demangle(mangled))
}

/// The same program, which tells what it runs.
///
/// # Errors
/// Where the program has parts that nobody knows how to read.
pub fn told(bound: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let module = Module::read(bound)?;
    let codes = code::read(&module)?;
    let stretches: usize = codes.iter().map(|code| code.stretches().len()).sum();
    let mut out = write::HEAD.to_vec();
    for payload in Parser::new(0).parse_all(bound) {
        let payload = payload?;
        match &payload {
            Payload::MemorySection(reader) => {
                // A page of memory has a byte for each of 65,536 stretches.
                let pages = stretches.div_ceil(65_536);
                let mut more = vec![0];
                write::number(&mut more, pages);
                write::longer(&mut out, 5, &bound[reader.range()], reader.count(), &[more]);
            }
            Payload::ExportSection(reader) => {
                let mut more = Vec::new();
                write::bytes(&mut more, CALLED.as_bytes());
                more.push(2);
                write::number(&mut more, module.memories.len());
                write::longer(&mut out, 7, &bound[reader.range()], reader.count(), &[more]);
            }
            Payload::CodeSectionStart { .. } => {
                let mut bodies = Vec::new();
                let mut first = 0;
                for (at, code) in codes.iter().enumerate() {
                    bodies.push(told_body(&module, at, code, first)?);
                    first += code.stretches().len();
                }
                write::list(&mut out, 10, &bodies);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    write::section(&mut out, id, &bound[range]);
                }
            }
        }
    }
    wasmparser::validate(&out)?;
    Ok(out)
}

/// A function that writes down at the beginning of each stretch that it was run; the first has this
/// number.
fn told_body(
    module: &Module,
    at: usize,
    code: &Code,
    first: usize,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut told = Vec::new();
    let mut copied = module.bodies[at].start;
    for (number, stretch) in (first..).zip(code.stretches()) {
        let begins = code.ops[stretch].place.start;
        told.extend_from_slice(&module.bytes[copied..begins]);
        write::const_number(&mut told, number);
        // In the memory behind the others.
        told.extend([op::CONST, 1, op::STORE_BYTE, 0x40]);
        write::number(&mut told, module.memories.len());
        told.push(0);
        copied = begins;
    }
    told.extend_from_slice(&module.bytes[copied..module.bodies[at].end]);
    let mut out = Vec::new();
    write::bytes(&mut out, &told);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let rare = Rare {
            marks: [1, 0xffff_ffff, 0x0123_4567].into(),
            cold: [(2, [3, 17].into()), (0x89ab_cdef, [1].into())].into(),
        };
        assert_eq!(Rare::read(&rare.written()).unwrap(), rare);
        let error = Rare::read("# one\n00000001\nnone\n").unwrap_err();
        assert_eq!(error.to_string(), "line 3: no mark: none");
    }

    #[test]
    fn a_program_can_tell_what_it_calls() {
        let program = super::super::parts::tests::program();
        let telling = told(&program).unwrap();
        let telling = Module::read(&telling).unwrap();
        let told = telling.exports.iter().find(|export| export.name == CALLED);
        assert_eq!(told.map(|export| export.index), Some(1));
        assert_eq!(telling.memories.len(), 2);
        // The third writes that the third was called: at 2 a 1, in memory 1.
        let code = &telling.bytes[telling.bodies[2].clone()];
        assert_eq!(code, [0, 0x41, 2, 0x41, 1, 0x3a, 0x40, 1, 0, 0x41, 7, 0x0b]);
    }

    #[test]
    fn a_mark_is_of_the_name_that_people_read() {
        let (one, other) = ("_RNvCs1234_7mycrate3foo", "_RNvCsabcd_7mycrate3foo");
        assert_eq!(plain(one), "mycrate::foo");
        assert_eq!(mark(one), mark(other));
        assert_eq!(mark(one), mark("_RNvCs1234_7mycrate3foo.llvm.77"));
        assert_ne!(mark(one), mark("_RNvCs1234_7mycrate3foo externref shim"));
        assert_ne!(mark(one), mark("_RNvCs1234_7mycrate3bar"));
        assert_eq!(mark(""), None);
    }
}
