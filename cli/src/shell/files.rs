//! The files of a session: captures that grow with it, and what is written at its end.

use crate::fault::Fault;
use crate::output::{Draft, Output, Whole};
use std::io::{self, IsTerminal};
use wirestage_core::capture::{Growing, Tap};
use wirestage_core::live::Live;
use wirestage_core::run::Run;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::view::transcript;

/// What of a session is kept in memory where only captures are asked for: they have the rest.
const KEPT_BYTES: u64 = 64 << 20;

/// The files of a session.
pub struct Files {
    tap: Tap,
    growing: Vec<(Output, Growing<Whole>)>,
    /// What is to stand in their place once the session has begun.
    drafts: Vec<Draft>,
    at_end: Vec<Output>,
    /// Whether frames were let go of, so that nothing can be written anew at the end.
    forgot: bool,
    /// The first thing that went wrong.
    fault: Option<Fault>,
}

impl Files {
    /// Begins the captures. What cannot be written is told at once. What stood in their place
    /// stays there until [`Files::put_in_place`].
    pub fn begin(outputs: &[Output], live: &Live, tap: Tap) -> Result<Self, Fault> {
        let mut files = Self {
            tap,
            growing: Vec::new(),
            drafts: Vec::new(),
            at_end: Vec::new(),
            forgot: false,
            fault: None,
        };
        for output in outputs {
            // For a file that is written at the end this is to see that it can be.
            let draft = Draft::begin(&output.path)?;
            if output.format.is_capture() {
                let growing = grow(output, &draft, live, tap).map_err(|e| cannot(output, &e))?;
                files.growing.push((output.clone(), growing));
                files.drafts.push(draft);
            } else {
                files.at_end.push(output.clone());
            }
        }
        Ok(files)
    }

    /// Puts the captures in their places: the session begins.
    pub fn put_in_place(&mut self) -> Result<(), Fault> {
        for ((output, _), draft) in self.growing.iter().zip(self.drafts.drain(..)) {
            draft.keep().map_err(|e| cannot(output, &e))?;
        }
        Ok(())
    }

    /// Writes to the captures what is new, and lets go of what nobody will look at again.
    pub fn catch_up(&mut self, live: &mut Live) {
        let Self { growing, fault, .. } = self;
        growing.retain_mut(|(output, growing)| {
            let written = growing.catch_up(live.timeline());
            let Err(e) = written.and_then(|()| growing.flush()) else {
                return true;
            };
            let path = output.path.display();
            eprintln!("wirestage: cannot write {path} any further: {e}");
            fault.get_or_insert(cannot(output, &e));
            false
        });
        if self.at_end.is_empty() && live.timeline().held_bytes() > KEPT_BYTES {
            self.forgot = true;
            live.forget(KEPT_BYTES / 2);
        }
    }

    /// Writes what is written at the end: captures, too, once more, with captions and with
    /// what became of each frame.
    pub fn finish(mut self, live: Live) -> Result<(), Fault> {
        let mut live = live;
        self.catch_up(&mut live);
        let mut outputs = self.at_end;
        if !self.forgot {
            outputs.extend(self.growing.into_iter().map(|(output, _)| output));
        }
        if !outputs.is_empty() {
            let run = live.finish();
            for output in &outputs {
                let written = write(&run, self.tap, output);
                if let Err(fault) = written {
                    self.fault.get_or_insert(fault);
                }
            }
        }
        self.fault.map_or(Ok(()), Err)
    }
}

fn grow(output: &Output, draft: &Draft, live: &Live, tap: Tap) -> io::Result<Growing<Whole>> {
    let writer = draft.whole()?;
    let mut growing = match output.format {
        Format::Pcap => Growing::pcap(tap, writer)?,
        _ => Growing::pcapng(live.timeline(), tap, &live.info(), writer)?,
    };
    growing.flush()?;
    Ok(growing)
}

fn write(run: &Run, tap: Tap, output: &Output) -> Result<(), Fault> {
    let mut draft = Draft::begin(&output.path)?;
    let choice = Choice {
        tap,
        transcript: transcript::Options {
            show_passwords: false,
        },
    };
    let seen = (&run.timeline, &run.info);
    save::write(output.format, seen, choice, draft.writer())
        .and_then(|()| draft.keep())
        .map_err(|e| cannot(output, &e))?;
    if io::stderr().is_terminal() {
        eprintln!("wrote {}", output.path.display());
    }
    Ok(())
}

fn cannot(output: &Output, error: &io::Error) -> Fault {
    Fault::failed(format!("cannot write {}: {error}", output.path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use wirestage_core::scenario::{catalogue, load};
    use wirestage_core::simulation::Options;

    #[test]
    fn a_session_that_does_not_begin_leaves_a_file_as_it_was() {
        let entry = catalogue::find("ftp-download").expect("it is in the catalogue");
        let loaded = load(entry.id, entry.text, &[]).expect("it loads");
        let live = Live::begin("", loaded.scenario, &Options::default(), None);
        let live = live.expect("it begins");
        let name = format!("wirestage-files-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        let path = folder.join("a.pcapng");
        fs::write(&path, "precious").unwrap();
        let outputs = [Output::of(path.clone()).unwrap()];
        let tap = Tap::named(live.timeline(), "laptop").unwrap();
        let files = Files::begin(&outputs, &live, tap).unwrap();
        drop(files);
        assert_eq!(fs::read(&path).unwrap(), b"precious");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else");
        let mut files = Files::begin(&outputs, &live, tap).unwrap();
        files.put_in_place().unwrap();
        assert_ne!(fs::read(&path).unwrap(), b"precious");
        fs::remove_dir_all(folder).unwrap();
    }
}
