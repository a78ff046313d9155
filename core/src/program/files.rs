//! A host's files, in memory: folders and contents by path.

use crate::base::sorted::Map;
use crate::base::{Content, Time};

/// Folders and files by their path from the root: `/docs/report.pdf`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    entries: Map<String, Entry>,
}

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it holds; none for a folder.
    pub content: Option<Content>,
    /// When it was changed last.
    pub changed: Time,
}

/// How lines of text end in a host's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnds {
    /// With LF: `TYPE A` converts.
    #[default]
    Lf,
    /// With CRLF, as on the network: there is nothing to convert.
    Crlf,
}

impl Entry {
    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.content.is_none()
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.content.as_ref().map_or(0, Content::len)
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Files {
    /// No files: the root folder alone.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What lies at `path`. The root is a folder that no entry stands for: see `is_folder`.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(&normalise(path))
    }

    /// The content of the file at `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Content> {
        self.entry(path)?.content.as_ref()
    }

    /// Whether a folder lies at `path`.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        let path = normalise(path);
        path == "/" || self.entries.get(&path).is_some_and(Entry::is_folder)
    }

    /// Puts a file at `path`, and makes the folders above it. Answers what lay there.
    pub fn put(&mut self, path: &str, content: Content, now: Time) -> Option<Entry> {
        let path = normalise(path);
        self.make_folders(parent(&path), now);
        let entry = Entry {
            content: Some(content),
            changed: now,
        };
        self.entries.insert(path, entry)
    }

    /// Puts another content into the file at `path`; a file that is gone stays so.
    pub fn change(&mut self, path: &str, content: Content, now: Time) {
        if let Some(entry) = self.entries.get_mut(&normalise(path)) {
            *entry = Entry {
                content: Some(content),
                changed: now,
            };
        }
    }

    /// Makes a folder at `path`, and those above it.
    pub fn make_folders(&mut self, path: &str, now: Time) {
        let path = normalise(path);
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
        let ends: Vec<usize> = ends.chain([path.len()]).collect();
        for end in ends.into_iter().filter(|end| *end > 1) {
            let folder = path[..end].to_owned();
            if !self.entries.contains_key(&folder) {
                let entry = Entry {
                    content: None,
                    changed: now,
                };
                self.entries.insert(folder, entry);
            }
        }
    }

    /// Removes what lies at `path`, and gives it back; a folder with all that is in it.
    pub fn remove(&mut self, path: &str) -> Option<Entry> {
        let path = normalise(path);
        let inside = format!("{path}/");
        self.entries.retain(|at, _| !at.starts_with(&inside));
        self.entries.remove(&path)
    }

    /// Gives what lies at `from` the path `to`, and all that is in it; what lay there is gone.
    /// False where nothing lies at `from`, or `to` lies inside it.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let (from, to) = (normalise(from), normalise(to));
        let inside = format!("{from}/");
        if !self.entries.contains_key(&from) || to.starts_with(&inside) {
            return false;
        }
        if from == to {
            return true;
        }
        let moves = |at: &str| at == from || at.starts_with(&inside);
        let moved: Vec<(String, Entry)> = self
            .entries
            .iter()
            .filter(|(at, _)| moves(at))
            .map(|(at, entry)| (format!("{to}{}", &at[from.len()..]), entry.clone()))
            .collect();
        self.entries.retain(|at, _| !moves(at));
        self.remove(&to);
        for (at, entry) in moved {
            self.entries.insert(at, entry);
        }
        true
    }

    /// What lies in a folder, by name.
    pub fn list(&self, folder: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let folder = normalise(folder);
        let inside = match folder.as_str() {
            "/" => "/".to_owned(),
            folder => format!("{folder}/"),
        };
        self.entries.iter().filter_map(move |(at, entry)| {
            let name = at.strip_prefix(inside.as_str())?;
            (!name.is_empty() && !name.contains('/')).then_some((name, entry))
        })
    }

    /// All folders and files, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        let entries = self.entries.iter();
        entries.map(|(path, entry)| (path.as_str(), entry))
    }

    /// How many bytes all files hold.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries.values().map(Entry::len).sum()
    }
}

/// Whether a normal path is `folder`, or lies in it.
#[must_use]
pub fn is_below(folder: &str, path: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl<P: AsRef<str>> FromIterator<(P, Content)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, Content)>>(files: I) -> Self {
        let mut all = Self::new();
        for (path, content) in files {
            all.put(path.as_ref(), content, Time::ZERO);
        }
        all
    }
}

/// A path from the root: one slash before each name, `.` gone, `..` resolved and never
/// above the root.
#[must_use]
pub fn normalise(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// `path` as seen from `folder`: from the root where it begins with a slash.
#[must_use]
pub fn from_folder(folder: &str, path: &str) -> String {
    match path.starts_with('/') {
        true => normalise(path),
        false => normalise(&format!("{folder}/{path}")),
    }
}

/// The folder that a normal path lies in.
#[must_use]
pub fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

/// The last name of a path.
#[must_use]
pub fn last_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Content {
        Content::from_bytes(text.as_bytes())
    }

    #[test]
    fn no_path_leads_above_the_root() {
        for (path, expected) in [
            ("report.pdf", "/report.pdf"),
            ("/a//b/./c", "/a/b/c"),
            ("a/../../../etc/passwd", "/etc/passwd"),
            ("..", "/"),
            ("", "/"),
        ] {
            assert_eq!(normalise(path), expected);
        }
        assert_eq!(from_folder("/docs", "../a"), "/a");
        assert_eq!(from_folder("/docs", "/a"), "/a");
        assert_eq!((parent("/a/b"), parent("/a")), ("/a", "/"));
        assert_eq!((last_name("a/b.txt"), last_name("a/b/")), ("b.txt", "b"));
    }

    #[test]
    fn a_file_is_found_by_any_of_its_paths() {
        let mut files: Files = [("a.txt", text("x"))].into_iter().collect();
        assert_eq!(files.get("/b/../a.txt").map(Content::len), Some(1));
        let old = files.put("./a.txt", text("yy"), Time(5));
        assert_eq!(old.map(|c| c.len()), Some(1));
        assert_eq!((files.iter().count(), files.bytes()), (1, 2));
        assert_eq!(files.entry("a.txt").map(|e| e.changed), Some(Time(5)));
    }

    #[test]
    fn folders_hold_what_is_in_them() {
        let mut files: Files = [
            ("docs/old/a", text("x")),
            ("docs/b", text("yy")),
            ("docs2", text("")),
        ]
        .into_iter()
        .collect();
        let names = |files: &Files, folder: &str| -> Vec<String> {
            files
                .list(folder)
                .map(|(name, _)| name.to_owned())
                .collect()
        };
        assert_eq!(names(&files, "/"), ["docs", "docs2"]);
        assert_eq!(names(&files, "docs"), ["b", "old"]);
        assert!(files.is_folder("/") && files.is_folder("docs/old"));
        assert!(!files.is_folder("docs2") && !files.is_folder("none"));
        assert!(!files.rename("docs", "docs/old/deeper"));
        assert!(files.rename("docs", "attic"));
        assert_eq!(names(&files, "attic/old"), ["a"]);
        assert!(files.entry("docs").is_none());
        assert!(files.remove("attic").is_some());
        assert_eq!(files.iter().count(), 1);
        files.make_folders("x/y", Time::ZERO);
        assert!(files.is_folder("x") && files.is_folder("x/y"));
    }
}
