//! Which functions no lesson calls when it is opened: found by opening them all in a browser, and
//! kept in a file, each as a number that stands for its name. What is new or was renamed since is
//! not in it, and comes with the lessons until somebody looks again.

use super::module::Module;
use super::write;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::error::Error;
use wasmparser::{Parser, Payload};

/// What a program that tells what it calls hands out: a memory in which each function has a byte.
const CALLED: &str = "called";

/// Functions that can come last.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rare {
    marks: BTreeSet<u32>,
}

impl Rare {
    /// As the file has them.
    ///
    /// # Errors
    /// Where a line is neither a mark nor a comment.
    pub fn read(text: &str) -> Result<Self, Box<dyn Error>> {
        let mut marks = BTreeSet::new();
        for (at, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let mark = u32::from_str_radix(line, 16);
            marks.insert(mark.map_err(|_| format!("line {}: no mark: {line}", at + 1))?);
        }
        Ok(Self { marks })
    }

    /// Of all functions of a program those that were not called.
    ///
    /// # Errors
    /// Where this is no program.
    pub fn uncalled(bound: &[u8], called: &BTreeSet<usize>) -> Result<Self, Box<dyn Error>> {
        let module = Module::read(bound)?;
        let names = module.names.iter().skip(module.imported()).enumerate();
        let (called, uncalled): (Vec<_>, Vec<_>) = names.partition(|(at, _)| called.contains(at));
        let marks = |named: Vec<(usize, &&str)>| -> BTreeSet<u32> {
            named
                .into_iter()
                .filter_map(|(_, name)| mark(name))
                .collect()
        };
        // Functions of one name cannot be told apart.
        let marks = &marks(uncalled) - &marks(called);
        Ok(Self { marks })
    }

    /// The file.
    pub fn written(&self) -> String {
        let mut text = String::from(
            "# Functions that no lesson calls when it is opened, each as a mark of its name: they\n\
             # come last. `cargo xtask page --learn` writes this file.\n",
        );
        for mark in &self.marks {
            text += &format!("{mark:08x}\n");
        }
        text
    }

    /// Whether a function is one of them.
    pub fn has(&self, name: &str) -> bool {
        mark(name).is_some_and(|mark| self.marks.contains(&mark))
    }
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

/// The same program, which tells what it calls.
///
/// # Errors
/// Where the program has parts that nobody knows how to read.
pub fn told(bound: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let module = Module::read(bound)?;
    let mut out = write::HEAD.to_vec();
    for payload in Parser::new(0).parse_all(bound) {
        let payload = payload?;
        match &payload {
            Payload::MemorySection(reader) => {
                // A page of memory has a byte for each of 65,536 functions.
                let pages = module.kinds.len().div_ceil(65_536);
                let mut more = vec![0];
                write::number(&mut more, pages);
                write::longer(&mut out, 5, &bound[reader.range()], reader.count(), &more);
            }
            Payload::ExportSection(reader) => {
                let mut more = Vec::new();
                write::bytes(&mut more, CALLED.as_bytes());
                more.push(2);
                write::number(&mut more, module.memories.len());
                write::longer(&mut out, 7, &bound[reader.range()], reader.count(), &more);
            }
            Payload::CodeSectionStart { .. } => {
                let bodies = (0..module.bodies.len()).map(|at| told_body(&module, at));
                write::list(&mut out, 10, &bodies.collect::<Result<Vec<_>, _>>()?);
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

/// A function that first of all writes down that it was called.
fn told_body(module: &Module, at: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let place = module.bodies[at].clone();
    let reader = wasmparser::BinaryReader::new(&module.bytes[place.clone()], place.start);
    let body = wasmparser::FunctionBody::new(reader);
    let begins = body.get_operators_reader()?.original_position();
    let mut code = module.bytes[place.start..begins].to_vec();
    // i32.const, i32.const 1, i32.store8 in the memory behind the others
    code.push(0x41);
    write::integer(&mut code, u32::try_from(at)?);
    code.extend([0x41, 1, 0x3a, 0x40]);
    write::number(&mut code, module.memories.len());
    code.push(0);
    code.extend_from_slice(&module.bytes[begins..place.end]);
    let mut out = Vec::new();
    write::bytes(&mut out, &code);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let rare = Rare {
            marks: [1, 0xffff_ffff, 0x0123_4567].into(),
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
