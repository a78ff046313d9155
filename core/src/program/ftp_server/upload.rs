//! A file that comes: its bytes stay where they came, and are only counted here.

use crate::base::content::Part;
use crate::base::{ConnId, Content, Transform};
use crate::program::files::{Files, parent};

/// A file on its way to the server.
#[derive(Debug)]
pub(super) struct Upload {
    /// Where it is kept, from the server's root.
    pub(super) path: String,
    /// What lies there already, and stays before what comes.
    before: Vec<Part>,
    /// Whether CRLF becomes LF.
    converts: bool,
    /// Over which connection it comes.
    conn: Option<ConnId>,
    /// How many bytes of what came are kept.
    came: u64,
    /// How many they are once converted.
    kept: u64,
    /// What must lie there when it begins, or that nothing may; none where that is all the same.
    awaits: Option<Option<Content>>,
    /// Whether the last of them was a CR: its LF may be the next piece's first byte.
    after_cr: bool,
}

impl Upload {
    pub(super) fn new(path: String, before: Vec<Part>, converts: bool) -> Self {
        Self {
            path,
            before,
            converts,
            conn: None,
            came: 0,
            kept: 0,
            awaits: None,
            after_cr: false,
        }
    }

    /// Begins only where this lies there still, or nothing does.
    pub(super) fn awaiting(self, awaits: Option<Option<Content>>) -> Self {
        Self { awaits, ..self }
    }

    /// Whether there is still a folder to put it into, and what is to lie there does: between
    /// the command and the data connection others may have changed both.
    pub(super) fn may_begin(&self, files: &Files) -> bool {
        let old = files.get(&self.path);
        files.is_folder(parent(&self.path))
            && !files.is_folder(&self.path)
            && self
                .awaits
                .as_ref()
                .is_none_or(|awaits| awaits.as_ref() == old)
    }

    /// Whether what came so far is what lies there: nobody else has touched it.
    pub(super) fn lies_there(&self, files: &Files) -> bool {
        files.get(&self.path) == Some(&self.content())
    }

    pub(super) fn comes_over(&mut self, conn: ConnId) {
        self.conn = Some(conn);
    }

    /// How long the file is by now.
    pub(super) fn len(&self) -> u64 {
        let before = self.before.iter().map(|p| p.range.end - p.range.start);
        before.sum::<u64>() + self.kept
    }

    /// How many bytes have come by now.
    pub(super) fn came(&self) -> u64 {
        self.came
    }

    /// Takes what came, as long as the file stays within `room` bytes. Says whether it did.
    pub(super) fn take(&mut self, bytes: &[u8], room: u64) -> bool {
        let free = room.saturating_sub(self.len());
        if !self.converts {
            let taken = free.min(bytes.len() as u64);
            self.came += taken;
            self.kept += taken;
            return taken == bytes.len() as u64;
        }
        let full = self.kept.saturating_add(free);
        for byte in bytes {
            // An LF behind a CR takes its place (RFC 959 §3.1.1.1).
            let more = u64::from(!(self.after_cr && *byte == b'\n'));
            if self.kept + more > full {
                return false;
            }
            self.kept += more;
            self.came += 1;
            self.after_cr = *byte == b'\r';
        }
        true
    }

    /// The file as far as it has come.
    pub(super) fn content(&self) -> Content {
        let came = self.conn.filter(|_| self.kept > 0).map(|conn| {
            let received = Content::Received {
                conn,
                start: 0,
                len: self.came,
            };
            match self.converts {
                false => received,
                true => Content::Converted {
                    of: received.into(),
                    by: Transform::FromNetwork,
                    len: self.kept,
                },
            }
        });
        match came {
            Some(came) if self.before.is_empty() => came,
            came => {
                let came = came.map(|content| Part {
                    range: 0..self.kept,
                    content,
                });
                let parts: Vec<Part> = self.before.iter().cloned().chain(came).collect();
                match parts.is_empty() {
                    true => Content::from_bytes(b""),
                    false => Content::Joined(parts.into()),
                }
            }
        }
    }
}

/// The first bytes of a content, as parts of one that is to go on after them.
pub(super) fn first_bytes(content: &Content, mut wanted: u64) -> Vec<Part> {
    let whole = |content: &Content| Part {
        range: 0..content.len(),
        content: content.clone(),
    };
    let parts = match content {
        Content::Joined(parts) => parts.to_vec(),
        other => vec![whole(other)],
    };
    let mut first = Vec::new();
    for Part { content, range } in parts {
        let len = wanted.min(range.end - range.start);
        if len > 0 {
            let range = range.start..range.start + len;
            first.push(Part { content, range });
            wanted -= len;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(pieces: &[&str], room: u64) -> (u64, u64, bool) {
        let mut upload = Upload::new("/a".to_owned(), Vec::new(), true);
        upload.comes_over(ConnId(1));
        let fits = pieces
            .iter()
            .all(|piece| upload.take(piece.as_bytes(), room));
        (upload.came(), upload.len(), fits)
    }

    #[test]
    fn a_line_end_cut_in_two_counts_once() {
        for pieces in [&["a\r\nb\r\n"][..], &["a\r", "\nb", "\r", "\n"]] {
            assert_eq!(upload(pieces, 100), (6, 4, true), "{pieces:?}");
        }
        assert_eq!(
            upload(&["a\rb\r\r\n\n"], 100),
            (7, 6, true),
            "a CR alone stays"
        );
    }

    #[test]
    fn a_file_ends_where_the_room_does() {
        assert_eq!(upload(&["ab\r\ncd"], 3), (4, 3, false));
        assert_eq!(upload(&["ab\r", "\n"], 3), (4, 3, true));
        assert_eq!(upload(&["ab"], 0), (0, 0, false));
    }

    #[test]
    fn the_first_bytes_of_a_joined_file_come_from_its_parts() {
        let text = |text: &str| Content::from_bytes(text.as_bytes());
        let mut all = first_bytes(&text("abc"), 2);
        all.extend(first_bytes(&text("def"), 9));
        let joined = Content::Joined(all.into());
        let ranges = |wanted| -> Vec<_> {
            let first = first_bytes(&joined, wanted);
            first.into_iter().map(|part| part.range).collect()
        };
        assert_eq!(ranges(4), [0..2, 0..2]);
        assert_eq!(ranges(1).first(), Some(&(0..1)));
        assert!(ranges(0).is_empty());
    }
}
