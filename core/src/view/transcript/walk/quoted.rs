//! Texts that are worth reading as they arrived, under the row that tells of them.

use super::Walk;
use crate::base::{ConnId, Content};
use crate::timeline::{Arrived, Timeline, TurnRecord};
use crate::view::words::counted;
use std::ops::Range;

/// Data of more bytes is summed up only, unless it is a letter.
const SHORT_TEXT: u64 = 1500;
/// Of a longer letter so many lines are quoted, as far as they lie in so many bytes.
const LINES: usize = 20;
const HEAD: u64 = 4096;
/// What letters are called in the turns of all that carry them.
const LETTER: &str = "LETTER";

impl Walk<'_> {
    /// A short text as it arrived, or how a long letter begins.
    pub(super) fn quote(&mut self, said: &TurnRecord) {
        let (from, to) = said.range;
        let is_short = to - from <= SHORT_TEXT;
        let hearer = said.conn.and_then(|conn| self.other(conn));
        let Some(hearer) = hearer.filter(|_| is_short || said.turn.verb == LETTER) else {
            return;
        };
        let end = if is_short { to } else { to.min(from + HEAD) };
        let bytes = self.timeline.received(hearer, from..end);
        let text = String::from_utf8_lossy(&bytes);
        let mut lines: Vec<&str> = text.lines().collect();
        if !is_short {
            // The last one may go on behind the bytes that were read.
            lines.truncate(LINES.min(text.matches('\n').count()));
        }
        let readable = |c: char| c == '\t' || !c.is_control() && c != char::REPLACEMENT_CHARACTER;
        if !lines.iter().all(|line| line.chars().all(readable)) {
            return;
        }
        for line in &lines {
            self.page.quoted(&line.replace('\t', "    "));
        }
        let more = if is_short {
            0
        } else {
            line_ends(self.timeline, hearer, from..to).saturating_sub(lines.len() as u64)
        };
        if more > 0 {
            self.page
                .quoted(&format!("⋯ {}", counted(more, "more line")));
        }
    }
}

/// How many lines end in a range of what this end received.
fn line_ends(timeline: &Timeline, end: ConnId, range: Range<u64>) -> u64 {
    let content = Content::Received {
        conn: end,
        start: range.start,
        len: range.end - range.start,
    };
    let arrived = Arrived::of(timeline, &content);
    let (mut at, mut count) = (range.start, 0);
    while at < range.end {
        let bytes = arrived.at(end, at);
        if bytes.is_empty() {
            break;
        }
        let left = usize::try_from(range.end - at).unwrap_or(usize::MAX);
        let bytes = &bytes[..bytes.len().min(left)];
        count += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        at += bytes.len() as u64;
    }
    count
}
