//! Puts the page into the program: every file of the folder that `WIRESTAGE_PAGE` names.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=WIRESTAGE_PAGE");
    let folder = env::var_os("WIRESTAGE_PAGE").filter(|name| !name.is_empty());
    let files = folder.map_or_else(BTreeMap::new, |folder| files_of(Path::new(&folder)));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder to write to"));
    fs::write(out.join("page.rs"), table(&files)).expect("the folder can be written to");
}

/// The folder's files by their names.
fn files_of(folder: &Path) -> BTreeMap<String, PathBuf> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("WIRESTAGE_PAGE names {}: {e}", folder.display()));
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry.expect("an entry of the folder").path();
        let path = path.canonicalize().expect("a file of the folder");
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_name().expect("a name").to_string_lossy();
        files.insert(name.into_owned(), path);
    }
    files
}

/// A slice of `File`, as Rust.
fn table(files: &BTreeMap<String, PathBuf>) -> String {
    let mut text = String::from("&[\n");
    for (name, path) in files {
        if name.ends_with(".gz") || name.ends_with(".br") {
            continue;
        }
        let hash = hash(&fs::read(path).expect("a file of the folder"));
        let packed = |ending: &str| match files.get(&format!("{name}.{ending}")) {
            Some(path) => format!("Some(include_bytes!({path:?}))"),
            None => "None".to_owned(),
        };
        let (gzip, brotli) = (packed("gz"), packed("br"));
        writeln!(
            text,
            "File {{ name: {name:?}, hash: \"{hash:016x}\", raw: include_bytes!({path:?}), \
             gzip: {gzip}, brotli: {brotli} }},"
        )
        .expect("a string takes any text");
    }
    text.push_str("]\n");
    text
}

/// FNV-1a: tells one state of a file from the next.
fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
