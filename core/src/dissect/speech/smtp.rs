//! SMTP: commands, replies, and the letter between them.

use super::{Ear, Sort, lines};
use crate::dissect::read::Reader;
use crate::dissect::table::smtp::{COMMANDS, dialogue as s};

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {}

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear) {
        while let Some(len) = ear.line() {
            let line = &ear.bytes()[..len];
            let fits = match ear.by_opener {
                true => lines::knows(COMMANDS, lines::verb(line)),
                false => lines::is_reply(line),
            };
            let sort = match (fits, ear.by_opener) {
                (false, _) => Sort::SmtpLine,
                (true, true) => Sort::SmtpCommand,
                (true, false) => Sort::SmtpReply,
            };
            ear.cut(len, sort);
        }
    }
}

pub(super) fn command(r: &mut Reader) -> Option<()> {
    lines::command(r, &s::COMMAND, &s::ARGUMENT, &s::LINE_END)
}

pub(super) fn reply(r: &mut Reader, _: bool) -> Option<()> {
    lines::reply(r, [&s::CODE, &s::CONTINUES, &s::TEXT, &s::LINE_END])
}

/// The lone dot.
pub(super) fn end(r: &mut Reader) -> Option<()> {
    r.blob(&s::END_OF_LETTER, 1)?;
    r.rest(&s::LINE_END)
}

/// A line of logging in.
pub(super) fn credentials(r: &mut Reader, _: Sort) -> Option<()> {
    r.rest(&s::CREDENTIALS)
}
