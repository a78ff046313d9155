//! The page: built, named by what its files hold, and laid into a folder that any server can serve.

mod css;
mod js;
mod pack;
mod shell;
mod split;
mod wasm;

use crate::project;
use crate::setup::{self, Suite};
use crate::{Verdict, run};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// What of the program the front page waits for, what a lesson does until its last turn, and all of
/// the page may weigh this much when it is sent with brotli.
const BOUNDS: [(&str, u64); 3] = [
    ("the front page's program", 100_000),
    ("a lesson's program", 600_000),
    ("all of the page", 1_200_000),
];

/// What the later files of the program are called, before their hashes.
const LATER: [&str; 2] = ["later", "rest"];

/// Names the folder whose files go into the program; also tells tests where the page lies.
pub const FOLDER_VARIABLE: &str = "WIRESTAGE_PAGE";

/// All that the page is made of.
pub struct Page {
    /// The frame, as it lies in `web/page`: HTML without the names of the other files.
    frame: String,
    /// Looks for trouble and starts the page.
    boot: String,
    /// Joins JavaScript and WebAssembly.
    glue: String,
    /// The page itself.
    program: wasm::Program,
    /// All styles.
    css: String,
}

/// `cargo xtask page`: the page in a folder.
pub fn run(quick: bool, learns: bool) -> Verdict {
    setup::require(Suite::Page)?;
    if learns {
        learn()?;
    }
    let folder = folder();
    let how = if quick {
        wasm::Build::Quick
    } else {
        wasm::Build::Small
    };
    Page::built(how)?.lay(&folder, Packing::None)?;
    run::say(&format!("the page: {}", folder.display()));
    Ok(true)
}

/// Finds out what nobody runs who goes through a lesson: in a browser, by a page that tells what it
/// runs.
fn learn() -> Result<(), Box<dyn Error>> {
    setup::require(Suite::Browser)?;
    let folder = project::target_dir().join("site-telling");
    Page::built(wasm::Build::Telling)?.lay(&folder, Packing::None)?;
    let opens = ["run", "--package", "wirestage-tests", "--bin", "page_calls"];
    let ran = run::output(run::cargo(&opens).env(FOLDER_VARIABLE, &folder))?;
    let ran = ran.split_whitespace().map(str::parse);
    wasm::learn(&ran.collect::<Result<_, _>>()?)
}

/// Where `cargo xtask page` lays it.
pub fn folder() -> PathBuf {
    project::target_dir().join("site")
}

/// Whether packed files lie beside the raw ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Raw files alone: quick.
    None,
    /// `.gz` and `.br` beside each file that gets smaller by it.
    All,
}

impl Page {
    /// Builds it, as small as it gets.
    pub fn build() -> Result<Self, Box<dyn Error>> {
        Self::built(wasm::Build::Small)
    }

    fn built(how: wasm::Build) -> Result<Self, Box<dyn Error>> {
        let source = project::root().join("web/page");
        let program = wasm::build(how)?;
        Ok(Self {
            frame: read(&source.join("index.html"))?,
            boot: js::smaller(&read(&source.join("boot.js"))?),
            glue: js::smaller(&program.glue),
            program,
            css: css::all()?,
        })
    }

    /// Lays it into a folder. A file's name changes with what it holds, so it can be kept for
    /// ever by whoever has it; only `index.html` is asked for anew.
    pub fn lay(&self, folder: &Path, packing: Packing) -> Result<(), Box<dyn Error>> {
        let mut files = BTreeMap::new();
        let mut named = |stem: &str, ending: &str, bytes: &[u8]| {
            let name = format!("{stem}-{}.{ending}", short_hash(bytes));
            files.insert(name.clone(), bytes.to_vec());
            name
        };
        let html = shell::linked(
            &self.frame,
            &shell::Names {
                css: named("page", "css", self.css.as_bytes()),
                boot: named("boot", "js", self.boot.as_bytes()),
                glue: named("page", "js", self.glue.as_bytes()),
                wasm: named("page", "wasm", &self.program.first),
                later: self.program.later.as_ref().map(|[later, rest]| {
                    let [first, last] = LATER;
                    [named(first, "wasm", later), named(last, "wasm", rest)]
                }),
            },
        )?;
        files.insert("index.html".to_owned(), html.into_bytes());
        if packing == Packing::All {
            pack::beside(&mut files)?;
        }
        write_all(folder, &files)
    }

    /// One file that holds everything, for a browser to open from a disk.
    pub fn single(&self) -> Result<String, Box<dyn Error>> {
        let packed = pack::gzip(&self.program.first)?;
        let later = match &self.program.later {
            Some([later, rest]) => Some([pack::gzip(later)?, pack::gzip(rest)?]),
            None => None,
        };
        let parts = shell::Parts {
            css: &self.css,
            boot: &self.boot,
            glue: &self.glue,
            wasm: &packed,
            later: later.as_ref(),
        };
        shell::single(&self.frame, &parts)
    }
}

/// Prints how large each file of a folder is, raw and packed. True when the page is within its
/// bounds.
pub fn sizes(folder: &Path) -> Verdict {
    let mut sums = [[0; 3]; 3];
    run::say(&format!(
        "{:<32}{:>11}{:>11}{:>11}",
        "", "raw", "gzip", "brotli"
    ));
    for (name, bytes) in files_of(folder)? {
        if name.ends_with(".gz") || name.ends_with(".br") {
            continue;
        }
        let packed =
            |ending| fs::metadata(folder.join(format!("{name}.{ending}"))).map(|m| m.len());
        let raw = bytes as u64;
        let row = [
            raw,
            packed("gz").unwrap_or(raw),
            packed("br").unwrap_or(raw),
        ];
        say_row(&name, row);
        let is_program = name.ends_with(".wasm");
        let [is_later, is_rest] = LATER.map(|later| name.starts_with(later));
        let counts = [
            is_program && !is_later && !is_rest,
            is_program && !is_rest,
            true,
        ];
        for (sums, _) in sums.iter_mut().zip(counts).filter(|(_, counts)| *counts) {
            for (sum, size) in sums.iter_mut().zip(row) {
                *sum += size;
            }
        }
    }
    let mut fits = true;
    for ((what, bound), sums) in BOUNDS.into_iter().zip(sums) {
        say_row(what, sums);
        if sums[2] > bound {
            fits = false;
            run::say(&format!(
                "TOO LARGE: {what} may weigh {bound} bytes with brotli; perhaps \
                 `cargo xtask page --learn` finds more that can come last"
            ));
        }
    }
    Ok(fits)
}

fn say_row(name: &str, [raw, gzip, brotli]: [u64; 3]) {
    run::say(&format!("{name:<32}{raw:>11}{gzip:>11}{brotli:>11}"));
}

/// Sixteen hexadecimal digits that stand for these bytes.
fn short_hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// The files of a folder and their sizes, in order of their names.
fn files_of(folder: &Path) -> Result<BTreeMap<String, usize>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let size = usize::try_from(entry.metadata()?.len())?;
        found.insert(entry.file_name().to_string_lossy().into_owned(), size);
    }
    Ok(found)
}

/// Makes the folder hold these files and no others. What is right already is not touched, so
/// that what is built from it need not be built again.
fn write_all(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for name in files_of(folder)?.keys() {
        if !files.contains_key(name) {
            fs::remove_file(folder.join(name))?;
        }
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        if fs::read(&path).ok().as_ref() != Some(bytes) {
            fs::write(&path, bytes)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_comes_to_hold_what_it_should_and_no_more() {
        let folder = project::target_dir().join(format!("lay-{}", std::process::id()));
        let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
            let owned =
                |(name, text): &(&str, &str)| ((*name).to_owned(), text.as_bytes().to_vec());
            pairs.iter().map(owned).collect()
        };
        write_all(&folder, &of(&[("a", "1"), ("b", "2")])).unwrap();
        let kept = fs::metadata(folder.join("b")).unwrap().modified().unwrap();
        write_all(&folder, &of(&[("b", "2"), ("c", "333")])).unwrap();
        let found = files_of(&folder).unwrap();
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [("b".to_owned(), 1), ("c".to_owned(), 3)]
        );
        assert_eq!(
            fs::metadata(folder.join("b")).unwrap().modified().unwrap(),
            kept
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_follows_what_the_file_holds() {
        assert_eq!(short_hash(b""), "e3b0c44298fc1c14");
        assert_ne!(short_hash(b"a"), short_hash(b"b"));
    }
}
