//! How much room there is, on the disk and for one user.

use super::Cx;
use crate::program::files::{Entry, is_below, normalise};
use crate::proto::ftp::Reply;

/// How long a file may become, and what is said beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) bytes: u64,
    code: u16,
}

impl Room {
    /// What the file at `path` may grow to, in the home of a user. The tighter limit counts;
    /// a user's quota covers all that lies in their home.
    pub(super) fn of(path: &str, home: &str, cx: &Cx<'_>) -> Self {
        let mut room = Self {
            bytes: u64::MAX,
            code: 452,
        };
        let home = normalise(home);
        let limits = [(cx.config.disk, "/", 452), (cx.config.quota, &*home, 552)];
        for (limit, folder, code) in limits {
            let Some(limit) = limit else {
                continue;
            };
            let others = cx.files.iter().filter(|(at, _)| {
                // The file itself is weighed anew.
                *at != path && is_below(folder, at)
            });
            let used: u64 = others.map(|(_, entry)| Entry::len(entry)).sum();
            let bytes = limit.saturating_sub(used);
            if bytes < room.bytes {
                room = Self { bytes, code };
            }
        }
        room
    }

    /// What is said where there is no more (RFC 959 §4.2.2).
    pub(super) fn refusal(self, more: &str) -> Reply {
        let text = match self.code {
            452 => "The disk is full",
            _ => "All the room that you may use is used up",
        };
        Reply::new(self.code, format!("{text}{more}."))
    }
}
