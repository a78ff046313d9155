//! Writes a folder's list: lines for programs (RFC 3659 §7) and lines that people read, as
//! Unix writes them (RFC 959 §4.1.3 leaves those to the system).

use crate::base::Time;
use crate::base::time::Civil;

/// One row of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// How it is called, as the list is to say it.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// How many bytes a file holds.
    pub len: u64,
    /// When it was changed last.
    pub changed: Time,
    /// Whether the user may read it, or look into it.
    pub reads: bool,
    /// Whether the user may change it.
    pub writes: bool,
}

/// What a row of a list is about (RFC 3659 §7.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// The folder that is listed.
    This,
    /// The folder above it.
    Above,
}

/// Which facts a list for programs tells (RFC 3659 §7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// One for each of `FACTS`.
    chosen: [bool; FACTS.len()],
}

/// The facts that are told, in their order.
pub const FACTS: [&str; 4] = ["type", "size", "modify", "perm"];

impl Default for Facts {
    fn default() -> Self {
        Self {
            chosen: [true; FACTS.len()],
        }
    }
}

impl Facts {
    /// Those named in `type;size;`; what nobody knows is passed over (RFC 3659 §7.9).
    #[must_use]
    pub fn named(list: &str) -> Self {
        let wanted = |fact: &str| list.split(';').any(|name| name.eq_ignore_ascii_case(fact));
        Self {
            chosen: FACTS.map(wanted),
        }
    }

    /// `type;size;`: those that were chosen.
    #[must_use]
    pub fn names(self) -> String {
        self.joined("", false)
    }

    /// `type*;size;`: all, and a star at those that were chosen (RFC 3659 §7.8).
    #[must_use]
    pub fn offered(self) -> String {
        self.joined("*", true)
    }

    fn joined(self, mark: &str, all: bool) -> String {
        let mut text = String::new();
        for (name, chosen) in FACTS.iter().zip(self.chosen) {
            if chosen || all {
                text.push_str(name);
                text.push_str(if chosen { mark } else { "" });
                text.push(';');
            }
        }
        text
    }

    /// `type=file;size=40000;modify=20260105090000;perm=r; report.pdf` (RFC 3659 §7.2).
    #[must_use]
    pub fn line(self, item: &Item<'_>) -> String {
        let mut text = String::new();
        for (name, chosen) in FACTS.iter().zip(self.chosen) {
            let value = match *name {
                "type" => item.kind.word().to_owned(),
                "size" if item.kind == Kind::File => item.len.to_string(),
                "modify" => moment(item.changed),
                "perm" => item.may(),
                _ => continue,
            };
            if chosen {
                text.push_str(name);
                text.push('=');
                text.push_str(&value);
                text.push(';');
            }
        }
        text.push(' ');
        text.push_str(item.name);
        text
    }
}

impl Kind {
    /// As the fact `type` says it (RFC 3659 §7.5.1).
    fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "dir",
            Self::This => "cdir",
            Self::Above => "pdir",
        }
    }
}

impl Item<'_> {
    /// What the user may do with it, a letter each (RFC 3659 §7.5.5): with a file, append,
    /// delete, rename, retrieve, store; with a folder, create in it, delete it, enter it,
    /// rename it, list it, make folders in it, purge it.
    fn may(&self) -> String {
        let letters = match self.kind {
            Kind::File => "adfrw",
            _ => "cdeflmp",
        };
        let may = |letter: &char| match letter {
            'e' => true,
            'r' | 'l' => self.reads,
            _ => self.writes,
        };
        letters.chars().filter(may).collect()
    }

    /// `-rw-r--r--   1 ada      wirestage     40000 Jan 05 09:00 report.pdf`.
    #[must_use]
    pub fn unix(&self, owner: &str) -> String {
        let folder = self.kind != Kind::File;
        let rights = match (folder, self.writes) {
            (true, true) => "drwxr-xr-x",
            (true, false) => "dr-xr-xr-x",
            (false, true) => "-rw-r--r--",
            (false, false) => "-r--r--r--",
        };
        let at = Civil::at(self.changed);
        let month = MONTHS[at.month as usize - 1];
        let (hour, minute, _) = at.clock;
        let (len, day, name) = (self.len, at.day, self.name);
        format!(
            "{rights}   1 {owner:<8} wirestage {len:>9} {month} {day:02} {hour:02}:{minute:02} {name}"
        )
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `20260105090000`, in UTC (RFC 3659 §2.3).
#[must_use]
pub fn moment(time: Time) -> String {
    let at = Civil::at(time);
    let (hour, minute, second) = at.clock;
    let (year, month, day) = (at.year, at.month, at.day);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
}

/// Whether a name fits a pattern, in which `*` stands for any letters and `?` for one.
#[must_use]
pub fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star stood, and up to where it has swallowed the name.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, swallowed)) = star else {
                    return false;
                };
                star = Some((at, swallowed + 1));
                p = at + 1;
                n = swallowed + 1;
            }
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

/// Whether a path names more than itself.
#[must_use]
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: Item<'_> = Item {
        name: "report.pdf",
        kind: Kind::File,
        len: 40_000,
        changed: Time::ZERO,
        reads: true,
        writes: false,
    };
    const FOLDER: Item<'_> = Item {
        name: "docs",
        kind: Kind::Folder,
        len: 0,
        changed: Time(61_000_000_000),
        reads: true,
        writes: true,
    };

    #[test]
    fn a_line_for_programs_holds_the_facts_that_were_chosen() {
        assert_eq!(
            Facts::default().line(&FILE),
            "type=file;size=40000;modify=20260105090000;perm=r; report.pdf"
        );
        assert_eq!(
            Facts::default().line(&FOLDER),
            "type=dir;modify=20260105090101;perm=cdeflmp; docs"
        );
        let chosen = Facts::named("SIZE;unix.mode;type;");
        assert_eq!(chosen.line(&FILE), "type=file;size=40000; report.pdf");
        assert_eq!(chosen.names(), "type;size;");
        assert_eq!(chosen.offered(), "type*;size*;modify;perm;");
        assert_eq!(Facts::named("").line(&FILE), " report.pdf");
        let above = Item {
            kind: Kind::Above,
            name: "..",
            writes: false,
            ..FOLDER
        };
        assert_eq!(
            Facts::named("type;perm").line(&above),
            "type=pdir;perm=el; .."
        );
    }

    #[test]
    fn a_line_for_people_looks_as_unix_writes_it() {
        assert_eq!(
            FILE.unix("ada"),
            "-r--r--r--   1 ada      wirestage     40000 Jan 05 09:00 report.pdf"
        );
        assert_eq!(
            FOLDER.unix("ada"),
            "drwxr-xr-x   1 ada      wirestage         0 Jan 05 09:01 docs"
        );
    }

    #[test]
    fn a_pattern_fits_what_it_fits() {
        for (pattern, name, fit) in [
            ("*", "", true),
            ("*", "a.txt", true),
            ("*.txt", "a.txt", true),
            ("*.txt", "a.txt.old", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
            ("*a*b", "aXbaXb", true),
            ("?", "ä", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, name), fit, "{pattern} {name}");
        }
    }
}
