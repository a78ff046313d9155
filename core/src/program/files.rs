//! A host's files, in memory: contents by path.

use crate::base::Content;
use crate::base::sorted::Map;

/// Files by their path from the root: `/report.pdf`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    files: Map<String, Content>,
}

impl Files {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The content at `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Content> {
        self.files.get(&normalise(path))
    }

    /// Puts a content at `path`; gives back what lay there.
    pub fn put(&mut self, path: &str, content: Content) -> Option<Content> {
        self.files.insert(normalise(path), content)
    }

    /// Removes what lies at `path`, and gives it back.
    pub fn remove(&mut self, path: &str) -> Option<Content> {
        self.files.remove(&normalise(path))
    }

    /// All files, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Content)> {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content))
    }
}

impl<P: AsRef<str>> FromIterator<(P, Content)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, Content)>>(files: I) -> Self {
        let files = files.into_iter();
        Self {
            files: files
                .map(|(path, content)| (normalise(path.as_ref()), content))
                .collect(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn a_file_is_found_by_any_of_its_paths() {
        let mut files: Files = [("a.txt", Content::from_bytes(b"x"))].into_iter().collect();
        assert_eq!(files.get("/b/../a.txt").map(Content::len), Some(1));
        let old = files.put("./a.txt", Content::from_bytes(b"yy"));
        assert_eq!(old.map(|c| c.len()), Some(1));
        assert_eq!(files.iter().count(), 1);
        assert_eq!(files.get("a.txt").map(Content::len), Some(2));
    }
}
