//! `wirestage check`: every mistake of every file.

use crate::fault::Fault;
use crate::rehearsal::unsaid_captions;
use crate::{print, source};
use std::io;
use std::path::PathBuf;

/// Checks all files, also after one that is wrong.
pub fn check(files: &[PathBuf]) -> Result<(), Fault> {
    let mut wrong = 0;
    for file in files {
        match source::load_file(file, &[]) {
            Ok(loaded) => {
                source::warn_of(file, |id, bytes| {
                    unsaid_captions(id, bytes, &loaded.scenario)
                });
                print(&format!("{}: can run\n", file.display()))?;
            }
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
