//! Where things lie: the project's root, its build folder, its crates and its texts.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The project's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the project's root")
        .to_path_buf()
}

/// Where cargo builds, and where everything else that is made goes.
pub fn target_dir() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty());
    root().join(named.unwrap_or_else(|| "target".into()))
}

/// Whether a missing tool is a failure rather than a skip.
pub fn tools_are_required() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    set("CI") || set("WIRESTAGE_REQUIRE_TOOLS")
}

/// A text of the project.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Text {
    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// A text that a test makes up.
    #[cfg(test)]
    pub fn of(path: &str, text: &str) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

/// Every text of the project, in order of its path. What is not UTF-8 is no text.
pub fn texts() -> Result<Vec<Text>, Box<dyn Error>> {
    let root = root();
    let mut folders = vec![root.clone()];
    let mut found = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let kind = fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() {
                // Cargo marks its build folders with this tag, wherever they lie.
                if !path.ends_with(".git") && !path.join("CACHEDIR.TAG").exists() {
                    folders.push(path);
                }
            } else if kind.is_file()
                && let Ok(text) = String::from_utf8(fs::read(&path)?)
            {
                let name = path.strip_prefix(&root)?.to_string_lossy();
                found.insert(name.replace('\\', "/"), text);
            }
        }
    }
    found.remove(".git");
    let texts = found.into_iter();
    Ok(texts.map(|(path, text)| Text { path, text }).collect())
}
