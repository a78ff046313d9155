//! What lies in a folder, told: over a data connection, or in a reply.

use super::Cx;
use super::session::Session;
use super::transfer::denied;
use crate::base::Time;
use crate::program::files::{Entry, Files, parent};
use crate::proto::ftp::listing::{Item, Kind, fits, is_pattern};
use crate::proto::ftp::{Command, Reply};

/// What a path names: one file, or what lies in a folder.
struct Found<'a> {
    /// What to put before a name, to have a path: `docs/`.
    before: String,
    rows: Vec<(&'a str, &'a Entry)>,
    /// Whether it is what lies in a folder.
    folder: bool,
}

impl Session {
    /// LIST, NLST and MLSD (RFC 959 §4.1.3, RFC 3659 §7).
    pub(super) fn send_list(&mut self, command: &Command, cx: &mut Cx<'_>) -> Option<Reply> {
        self.note("restart", "", cx);
        let path = command.text().unwrap_or_default();
        let text = match command {
            Command::Mlsd(_) => self.program_list(path, cx),
            Command::Nlst(_) => self.names(without_options(path), cx),
            _ => self.people_list(without_options(path), cx),
        };
        match text {
            Ok(text) => self.send_text(&text, cx),
            Err(refusal) => Some(refusal),
        }
    }

    /// MLST: the facts of one name, in the reply (RFC 3659 §7).
    pub(super) fn facts_of(&self, path: &str, cx: &Cx<'_>) -> Reply {
        let (real, seen) = (self.real(path), self.seen(path));
        if !self.place.reads {
            return denied(path);
        }
        let entry = cx.files.entry(&real);
        if entry.is_none() && !cx.files.is_folder(&real) {
            return missing(path);
        }
        let line = self.facts.line(&self.item(&seen, entry));
        let lines = vec![
            "The facts:".to_owned(),
            format!(" {line}"),
            "That is all.".to_owned(),
        ];
        Reply { code: 250, lines }
    }

    /// STAT with a path: a list in the reply (RFC 959 §4.1.3).
    pub(super) fn list_here(&self, path: &str, cx: &Cx<'_>) -> Reply {
        let path = without_options(path);
        let folder = cx.files.is_folder(&self.real(path));
        match self.people_list(path, cx) {
            Err(refusal) => refusal,
            Ok(text) => {
                let mut lines = vec![format!("{}:", if path.is_empty() { "." } else { path })];
                lines.extend(text.lines().map(|line| format!(" {line}")));
                lines.push("That is all.".to_owned());
                let code = if folder { 212 } else { 213 };
                Reply { code, lines }
            }
        }
    }

    fn people_list(&self, path: &str, cx: &Cx<'_>) -> Result<String, Reply> {
        let found = self.find(path, cx.files)?;
        let owner = if self.user.is_empty() {
            "nobody"
        } else {
            &self.user
        };
        let rows = found.rows.iter();
        Ok(rows
            .map(|(name, entry)| self.item(name, Some(entry)).unix(owner) + "\r\n")
            .collect())
    }

    fn names(&self, path: &str, cx: &Cx<'_>) -> Result<String, Reply> {
        let found = self.find(path, cx.files)?;
        let before = &found.before;
        let rows = found.rows.iter();
        Ok(rows
            .map(|(name, _)| format!("{before}{name}\r\n"))
            .collect())
    }

    fn program_list(&self, path: &str, cx: &Cx<'_>) -> Result<String, Reply> {
        if is_pattern(path) && !cx.files.is_folder(&self.real(path)) {
            return Err(Reply::new(501, "MLSD takes one folder, and no pattern."));
        }
        let found = self.find(path, cx.files)?;
        if !found.folder {
            return Err(Reply::new(501, format!("{path} is a file: use MLST.")));
        }
        let real = self.real(path);
        let mut this = self.item(".", cx.files.entry(&real));
        this.kind = Kind::This;
        let mut text = self.facts.line(&this) + "\r\n";
        if self.seen(path) != "/" {
            let mut above = self.item("..", cx.files.entry(parent(&real)));
            above.kind = Kind::Above;
            text += &(self.facts.line(&above) + "\r\n");
        }
        for (name, entry) in &found.rows {
            text += &(self.facts.line(&self.item(name, Some(entry))) + "\r\n");
        }
        Ok(text)
    }

    fn item<'a>(&self, name: &'a str, entry: Option<&Entry>) -> Item<'a> {
        Item {
            name,
            kind: match entry.is_none_or(Entry::is_folder) {
                true => Kind::Folder,
                false => Kind::File,
            },
            len: entry.map_or(0, Entry::len),
            changed: entry.map_or(Time::ZERO, |entry| entry.changed),
            reads: self.place.reads,
            writes: self.place.writes,
        }
    }

    /// What a path names. Only its last name may be a pattern.
    fn find<'a>(&self, path: &'a str, files: &'a Files) -> Result<Found<'a>, Reply> {
        if !self.place.reads {
            return Err(denied(if path.is_empty() { "." } else { path }));
        }
        let real = self.real(path);
        if files.is_folder(&real) {
            let slash = if path.is_empty() || path.ends_with('/') {
                ""
            } else {
                "/"
            };
            return Ok(Found {
                before: format!("{path}{slash}"),
                rows: files.list(&real).collect(),
                folder: true,
            });
        }
        if let Some(entry) = files.entry(&real) {
            return Ok(Found {
                before: String::new(),
                rows: vec![(path, entry)],
                folder: false,
            });
        }
        let (before, pattern) = match path.rfind('/') {
            Some(at) => path.split_at(at + 1),
            None => ("", path),
        };
        let folder = self.real(before);
        let rows: Vec<_> = files
            .list(&folder)
            .filter(|(name, _)| is_pattern(pattern) && fits(pattern, name))
            .collect();
        if rows.is_empty() {
            return Err(missing(path));
        }
        Ok(Found {
            before: before.to_owned(),
            rows,
            folder: false,
        })
    }
}

/// A path without what `ls` would take for options: `-la docs` is `docs`.
fn without_options(mut path: &str) -> &str {
    while path.starts_with('-') {
        let (_, rest) = path.split_once(' ').unwrap_or((path, ""));
        path = rest.trim_start();
    }
    path
}

fn missing(path: &str) -> Reply {
    let path = if path.is_empty() { "." } else { path };
    Reply::new(550, format!("{path}: no such file or folder."))
}
