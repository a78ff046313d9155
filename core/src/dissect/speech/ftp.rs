//! FTP's control connection, and its data connections.

use super::{Ear, Shared, Sort, lines};
use crate::dissect::read::Reader;
use crate::dissect::table::ftp::control as f;

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    /// The code of the reply of several lines that is being said.
    open: Option<[u8; 3]>,
}

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear, _: &mut Shared) {
        while let Some(len) = ear.line() {
            let line = &ear.bytes()[..len];
            let sort = match ear.by_opener {
                true => command_sort(line),
                false => self.reply_sort(line),
            };
            ear.cut(len, sort);
        }
    }

    /// RFC 959 §4.2: a reply of several lines ends with a line of the same code and a space.
    fn reply_sort(&mut self, line: &[u8]) -> Sort {
        let code = line.first_chunk::<3>().copied();
        if !lines::is_reply(line) || self.open.is_some() && code != self.open {
            return match self.open {
                Some(_) => Sort::FtpFurther,
                None => Sort::TextLine,
            };
        }
        self.open = code.filter(|_| line.get(3) == Some(&b'-'));
        Sort::FtpReply
    }
}

fn command_sort(line: &[u8]) -> Sort {
    let verb = lines::verb(line);
    let fits = (3..=4).contains(&verb.len()) && verb.iter().all(u8::is_ascii_alphabetic);
    if fits {
        Sort::FtpCommand
    } else {
        Sort::TextLine
    }
}

pub(super) fn command(r: &mut Reader) -> Option<()> {
    lines::command(r, &f::COMMAND, &f::ARGUMENT, &f::LINE_END)
}

pub(super) fn reply(r: &mut Reader) -> Option<()> {
    lines::reply(r, [&f::CODE, &f::CONTINUES, &f::TEXT, &f::LINE_END])
}
