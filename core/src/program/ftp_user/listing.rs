//! Looking around on the server: lists, and what is done with the names in them.

use super::FtpUser;
use super::job::{Fetch, Step};
use super::plan::{inside, parted};
use super::words::amount;
use crate::program::files;
use crate::proto::ftp::listed::{self, Kind, Listed, matches};
use crate::proto::ftp::typed::Line;
use crate::proto::ftp::{Command, Reply};

/// So deep folders are followed.
const DEPTH: u8 = 16;
/// So many steps a line may have still before it.
const STEPS: usize = 10_000;
/// So many names are told.
const SHOWN: usize = 10;
/// So many bytes of a list are read.
const TEXT: usize = 1 << 20;

/// A list to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Of which folder; of the one we are in where it is empty.
    pub(super) path: String,
    pub(super) by: By,
    /// Which names are meant.
    pattern: Option<String>,
    /// Where what is listed is to be saved, where it is.
    into: Option<String>,
    depth: u8,
}

/// How a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// MLSD; LIST where the server has none.
    Facts,
    /// LIST.
    List,
    /// NLST.
    Names,
}

impl Look {
    /// A list to be shown: of a folder, or of what is like a pattern in one.
    pub(super) fn new(path: &str, by: By) -> Self {
        if listed::is_pattern(path) {
            return Self {
                by,
                ..Self::among(path, None)
            };
        }
        Self {
            path: path.to_owned(),
            by,
            pattern: None,
            into: None,
            depth: 0,
        }
    }

    /// All files in a folder whose names are like a pattern.
    pub(super) fn among(name: &str, into: Option<String>) -> Self {
        let (folder, pattern) = parted(name);
        Self {
            pattern: Some(pattern.to_owned()),
            into,
            ..Self::new_in(folder)
        }
    }

    /// All files in a folder, and in the folders in it.
    pub(super) fn below(path: &str, into: String) -> Self {
        Self {
            into: Some(into),
            ..Self::new_in(path)
        }
    }

    fn new_in(folder: &str) -> Self {
        Self {
            path: folder.to_owned(),
            by: By::Facts,
            pattern: None,
            into: None,
            depth: 0,
        }
    }

    /// How it is asked for, where the server may not know MLSD.
    pub(super) fn command(&self, no_facts: bool) -> Command {
        let path = self.path.clone();
        match self.by {
            By::Facts if !no_facts => Command::Mlsd(path),
            By::Facts | By::List => Command::List(path),
            By::Names => Command::Nlst(path),
        }
    }
}

/// Puts bytes of a list behind those that came, as far as anybody reads.
pub(super) fn take_text(text: &mut Vec<u8>, bytes: &[u8]) {
    let room = TEXT.saturating_sub(text.len()).min(bytes.len());
    text.extend_from_slice(&bytes[..room]);
}

impl FtpUser {
    /// A list is here whole.
    pub(super) fn list_came(&mut self, look: &Look, asked: &Command, text: &[u8], reply: &Reply) {
        let mut names = match asked {
            Command::Mlsd(_) => listed::facts(text),
            Command::Nlst(_) => listed::names(text),
            _ => listed::list(text),
        };
        if let Some(pattern) = &look.pattern {
            names.retain(|listed| matches(pattern, &listed.name));
        }
        self.remember(reply);
        let line = self.job.as_ref().and_then(|job| job.line.clone());
        match line {
            Some(Line::Get { .. }) => self.fetch_all(look, &names),
            Some(Line::Delete(_)) => self.delete_all(look, &names),
            _ => self.show(look, &names),
        }
        self.step_done();
    }

    fn fetch_all(&mut self, look: &Look, names: &[Listed]) {
        let into = look.into.clone().unwrap_or_default();
        if look.pattern.is_none() && !into.is_empty() {
            self.keep_folder(&into);
        }
        let mut steps = Vec::new();
        for listed in names {
            let name = inside(&look.path, &listed.name);
            let here = inside(&into, &listed.name);
            match listed.kind {
                Kind::File => steps.push(Step::Fetch(Fetch {
                    name,
                    save_as: here,
                    from: 0,
                    midway: None,
                })),
                Kind::Folder if look.pattern.is_none() && look.depth < DEPTH => {
                    steps.push(Step::Look(Look {
                        depth: look.depth + 1,
                        ..Look::below(&name, here)
                    }));
                }
                Kind::Folder | Kind::Other => {}
            }
        }
        self.push(steps);
    }

    fn delete_all(&mut self, look: &Look, names: &[Listed]) {
        let files = names.iter().filter(|listed| listed.kind == Kind::File);
        let steps = files.map(|listed| {
            let name = inside(&look.path, &listed.name);
            Step::Say(vec![Command::Dele(name)])
        });
        self.push(steps.collect());
    }

    /// Puts steps before those that are still to come.
    fn push(&mut self, steps: Vec<Step>) {
        if let Some(job) = &mut self.job {
            let room = STEPS.saturating_sub(job.steps.len());
            for step in steps.into_iter().take(room).rev() {
                job.steps.push_front(step);
            }
        }
    }

    fn show(&mut self, look: &Look, names: &[Listed]) {
        let folders = names.iter().filter(|l| l.kind == Kind::Folder).count();
        let count = match (names.len() - folders, folders) {
            (0, 0) => "nothing".to_owned(),
            (files, 0) => amount(files as u64, "file"),
            (0, folders) => amount(folders as u64, "folder"),
            (files, folders) => format!(
                "{} and {}",
                amount(files as u64, "file"),
                amount(folders as u64, "folder")
            ),
        };
        if look.pattern.is_none() {
            let folder = files::from_folder(&self.folder(), &look.path);
            let folder = match folder.as_str() {
                "/" => folder,
                _ => folder + "/",
            };
            self.note(format!("remote.{folder}"), count.clone());
        }
        let word = |l: &Listed| match l.kind {
            Kind::Folder => format!("{}/", l.name),
            _ => l.name.clone(),
        };
        let shown: Vec<String> = names.iter().take(SHOWN).map(word).collect();
        let told = match names.len() {
            0 => "There is nothing there.".to_owned(),
            1 => format!("There is {count}: {}.", shown[0]),
            all if all > SHOWN => {
                let more = all - SHOWN;
                format!("There are {count}: {} and {more} more.", shown.join(", "))
            }
            _ => format!("There are {count}: {}.", shown.join(", ")),
        };
        if let Some(job) = &mut self.job {
            job.told = told;
            job.done = 1;
        }
    }
}
