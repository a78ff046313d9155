//! FTP's data connections: files, lists, and the commands that asked for them.

use super::shared::{Asked, Deal, Moved};
use super::{Ear, Shared, Sort};
use crate::dissect::kinds::FieldKind;
use crate::dissect::table::ftp::{A_FILE, control as f, transfer as t};
use crate::dissect::talks::End;

/// What is known of a data connection.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    /// The deal it was agreed on by, and who of both listened. None where it is known by its
    /// port alone.
    agreed: Option<(usize, End)>,
    /// Bytes of a line that is not whole yet: they are counted already.
    held: usize,
}

impl Talk {
    pub fn of((deal, listener): (usize, End)) -> Self {
        Self {
            agreed: Some((deal, listener)),
            held: 0,
        }
    }

    /// RFC 959 §3.4.1: nothing stands around the bytes. Those of a file are not looked at.
    pub fn hear(&mut self, ear: &mut Ear, shared: &mut Shared) {
        let agreed = self.agreed;
        let known = agreed.and_then(|(deal, listener)| Some((shared.deal(deal)?, listener)));
        let Some((deal, listener)) = known else {
            ear.cut(ear.bytes().len(), Sort::FtpData);
            return;
        };
        let from_server = (ear.ends.0 == listener) != deal.is_active;
        let asked = deal.asked.as_ref();
        let (is_list, is_expected) = match asked {
            Some(asked) => (asked.carries != A_FILE, asked.to_server != from_server),
            None => (false, true),
        };
        let (told, count) = facts(deal, is_expected);
        let told = told.get(..count).unwrap_or_default();
        if is_expected {
            let fresh = ear.bytes().len().saturating_sub(self.held);
            deal.moved.add(fresh, ear.frame);
        }
        match is_list && is_expected {
            true => self.list(ear, told),
            false => {
                ear.cut(ear.bytes().len(), Sort::FtpData);
                ear.facts(told);
            }
        }
        if ear.is_end || deal.is_over {
            deal.tell(ear);
        }
    }

    /// Line by line. What is known of all is said of the first.
    fn list(&mut self, ear: &mut Ear, told: &[(&'static FieldKind, u64)]) {
        let mut told = Some(told);
        while let Some(len) = ear.line() {
            ear.cut(len, Sort::FtpListLine);
            ear.facts(told.take().unwrap_or_default());
        }
        self.held = ear.bytes().len();
    }
}

/// What is known of the next bytes, and how much of it.
fn facts(deal: &Deal, is_expected: bool) -> ([(&'static FieldKind, u64); 7], usize) {
    let asked = deal.asked.as_ref();
    let number = |of: fn(&Asked) -> u64| asked.map_or(0, of);
    let offset = asked.and_then(|asked| asked.offset);
    let facts = [
        (&t::SETUP_METHOD, deal.method),
        (&t::SETUP_FRAME, u64::from(deal.frame)),
        (&t::WHAT, number(|asked| asked.carries)),
        (&t::COMMAND, number(|asked| asked.verb)),
        (&t::COMMAND_FRAME, number(|asked| asked.place.frame.into())),
        (&t::TO_SERVER, number(|asked| asked.to_server.into())),
        (&t::OFFSET, offset.unwrap_or(0) + deal.moved.bytes),
    ];
    let count = match (asked, offset) {
        (Some(_), Some(_)) if is_expected => 7,
        (Some(_), _) if is_expected => 6,
        _ => 2,
    };
    (facts, count)
}

impl Moved {
    fn add(&mut self, bytes: usize, frame: u32) {
        if bytes > 0 {
            self.bytes += bytes as u64;
            let first = self.frames.map_or(frame, |(first, _)| first);
            self.frames = Some((first, frame));
        }
    }
}

impl Deal {
    /// What has been carried is said of the command that asked for it. Where more comes, it is
    /// said again.
    pub fn tell(&self, ear: &mut Ear) {
        let Some(place) = self.asked.as_ref().map(|asked| asked.place) else {
            return;
        };
        if let Some((first, last)) = self.moved.frames {
            ear.tell(place, &f::DATA_BEGINS, first.into());
            ear.tell(place, &f::DATA_ENDS, last.into());
        }
        if self.is_open {
            ear.tell(place, &f::DATA_BYTES, self.moved.bytes);
        }
    }
}
