//! A desk: where the sessions of a program hand in requests, and how answers find back to them.

use super::contract::{Kept, Request, Token};
use super::files::Entry;
use crate::base::ConnId;
use crate::base::sorted::Map;
use std::collections::VecDeque;

/// One program's desk.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub requests: VecDeque<Request>,
    /// Whose each pending token is.
    pub tokens: Map<Token, u32>,
    /// Whose each connection is.
    pub conns: Map<ConnId, u32>,
    /// How many sessions go on, where they are counted.
    pub live: u32,
    last_token: Token,
}

impl Desk {
    pub fn ask(&mut self, request: Request) {
        self.requests.push_back(request);
    }

    pub fn note(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.ask(Request::Note {
            key: key.into(),
            value: value.into(),
        });
    }

    /// How many sessions go on, of how many that may.
    pub fn note_sessions(&mut self, limit: Option<u32>) {
        let live = self.live;
        let value = match limit {
            Some(limit) => format!("{live} of {limit}"),
            None => live.to_string(),
        };
        self.note("sessions", value);
    }

    /// Says what lies at a path from the root.
    pub fn keeps(&mut self, path: &str, entry: Option<&Entry>) {
        let what = entry.map(|entry| match &entry.content {
            Some(content) => Kept::File(content.clone()),
            None => Kept::Folder,
        });
        let path = path.to_owned();
        self.ask(Request::Keeps { path, what });
    }

    /// A new token whose answers go to the session of this number.
    pub fn token_for(&mut self, session: u32) -> Token {
        self.last_token += 1;
        self.tokens.insert(self.last_token, session);
        self.last_token
    }

    /// Nothing finds back to this session any more.
    pub fn forget(&mut self, session: u32) {
        self.tokens.retain(|_, owner| *owner != session);
        self.conns.retain(|_, owner| *owner != session);
    }
}
