//! What the whole-system tests share: programs that are not ours, and folders to work in.
//!
//! A system test that is too slow without optimisation carries
//! `#[ignore = "release: …"]`; `cargo xtask test` runs those in release mode.

pub mod any_frames;
pub mod browser;
pub mod files;
pub mod mail;
pub mod pcap;
pub mod program;
pub mod recount;
pub mod runs;
pub mod scratch;
pub mod sharkd;
#[cfg(target_os = "linux")]
pub mod shell;
pub mod tools;
pub mod trees;
pub mod tshark;
pub mod world;

pub use browser::Browser;
pub use program::wirestage;
pub use runs::Run;
pub use scratch::Scratch;
pub use sharkd::Sharkd;
pub use tshark::Tshark;

use std::path::{Path, PathBuf};

/// The project's root folder.
#[must_use]
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("tests/ lies in the project's root")
        .to_path_buf()
}

/// Where cargo builds, and where tests keep their files.
#[must_use]
pub fn target_dir() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty());
    root().join(named.unwrap_or_else(|| "target".into()))
}

/// The folder of real captures, which lies beside the project. Where it does not, a loud
/// skip and `None`: it is data that not every machine has, so never a failure.
#[must_use]
pub fn captures() -> Option<PathBuf> {
    let folder = root().join("../shared/captures");
    if folder.is_dir() {
        return Some(folder);
    }
    tools::tell_skip(
        "real captures",
        "put them into ../shared/captures, seen from the project",
    );
    None
}
