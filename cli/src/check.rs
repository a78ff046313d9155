//! `wirestage check`: every mistake of every file.

use crate::fault::Fault;
use crate::print;
use crate::rehearsal::unsaid_captions;
use crate::source::File;
use std::io;
use std::path::{Path, PathBuf};

/// Checks all files, also after one that is wrong.
pub fn check(files: &[PathBuf]) -> Result<(), Fault> {
    let mut wrong = 0;
    for path in files {
        match check_one(path) {
            Ok(()) => print(&format!("{}: can run\n", path.display()))?,
            Err(fault) => {
                wrong += 1;
                let _ = fault.tell(&mut io::stderr().lock());
            }
        }
    }
    match wrong {
        0 => Ok(()),
        1 if files.len() == 1 => Err(Fault::Scenario("1 file cannot run".into())),
        n => {
            let all = files.len();
            Err(Fault::Scenario(format!("{n} of {all} files cannot run")))
        }
    }
}

fn check_one(path: &Path) -> Result<(), Fault> {
    let file = File::read(path)?;
    let loaded = file.load(&[])?;
    file.warn(&unsaid_captions(&file.id, &file.bytes, &loaded.scenario));
    Ok(())
}
