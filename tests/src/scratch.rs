//! A folder for one test, gone when the test succeeds and kept when it fails.

use crate::target_dir;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own under the build folder.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// A new, empty folder whose name begins with `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("{name}-{}-{count}", std::process::id());
        let path = target_dir().join("scratch").join(folder);
        // Another process of the same number may have left it.
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(&path).expect("a folder under the build folder");
        Self { path }
    }

    /// A new, empty folder that every user of this machine finds, as no build folder is sure
    /// to be.
    #[must_use]
    pub fn for_everybody(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("wirestage-test-{name}-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(folder);
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(&path).expect("a folder for what passes");
        Self { path }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path in the folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("kept: {}", self.path.display());
        } else {
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_outlives_only_a_failed_test() {
        let path = {
            let scratch = Scratch::new("well");
            fs::write(scratch.file("a"), "x").unwrap();
            scratch.path().to_path_buf()
        };
        assert!(!path.exists());

        let failed = std::thread::spawn(|| {
            let scratch = Scratch::new("failed");
            std::panic::panic_any(scratch.path().to_path_buf());
        });
        let path = failed.join().unwrap_err().downcast::<PathBuf>().unwrap();
        assert!(path.exists());
        fs::remove_dir_all(*path).unwrap();
    }
}
