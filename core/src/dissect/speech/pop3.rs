//! POP3: commands, replies, and the lines that follow some of them.

use super::{Ear, Sort, lines};
use crate::dissect::read::Reader;
use crate::dissect::table::pop3::{COMMANDS, dialogue as p};

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {}

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear) {
        while let Some(len) = ear.line() {
            let line = &ear.bytes()[..len];
            let verb = lines::verb(line);
            let fits = match ear.by_opener {
                true => lines::knows(COMMANDS, verb),
                false => verb == b"+OK" || verb == b"-ERR",
            };
            let sort = match (fits, ear.by_opener) {
                (false, _) => Sort::PopLine,
                (true, true) => Sort::PopCommand,
                (true, false) => Sort::PopReply,
            };
            ear.cut(len, sort);
        }
    }
}

pub(super) fn command(r: &mut Reader) -> Option<()> {
    lines::command(r, &p::COMMAND, &p::ARGUMENT, &p::LINE_END)
}

/// RFC 1939 §3.
pub(super) fn reply(r: &mut Reader) -> Option<()> {
    lines::command(r, &p::STATUS, &p::TEXT, &p::LINE_END)
}
