//! The transcript's page: columns, wrapping, headings.

use crate::base::visible::visible;
use crate::base::{Duration, EventId, Time};

/// Characters on a line.
pub(super) const WIDTH: usize = 100;
/// On a narrower page what belongs to a row stands beneath it, not in its last column.
const ROOMY: usize = 80;
/// How far in, there.
const INSET: usize = 4;
const TIME: usize = 9;
/// Names longer than this are cut, so that the text keeps room.
const WIDEST_WHO: usize = 30;

/// Lines of text, growing.
pub(super) struct Page {
    text: String,
    /// Characters on a line.
    pub width: usize,
    /// The event that is told now, and where in the text the lines begin that tell of each.
    pub at: Option<EventId>,
    pub marks: Vec<(usize, Option<EventId>)>,
    who_width: usize,
    /// Nothing happened for so long since the last row.
    silent: Duration,
    /// The phase whose heading stands above the rows, and the one of the rows to come.
    phase: &'static str,
    next_phase: &'static str,
}

impl Page {
    /// A page whose second column takes `who_width` characters.
    pub fn new(who_width: usize, width: usize) -> Self {
        Self {
            text: String::new(),
            width,
            at: None,
            marks: Vec::new(),
            who_width: who_width.min(WIDEST_WHO),
            silent: Duration::ZERO,
            phase: "",
            next_phase: "",
        }
    }

    pub fn finish(self) -> String {
        self.text
    }

    /// A line as it is, without spaces at its end.
    pub fn line(&mut self, text: &str) {
        self.marks.push((self.text.len(), self.at));
        self.text += text.trim_end();
        self.text.push('\n');
    }

    /// Text in lines that begin with `indent` spaces; its own lines stay lines.
    pub fn paragraph(&mut self, indent: usize, text: &str) {
        let lines = text.trim_end().split('\n');
        let room = self.room(indent);
        for line in lines.flat_map(|line| wrap(line, room)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    pub fn heading(&mut self, text: &str) {
        let rule = "─".repeat(self.width.saturating_sub(text.chars().count() + 4));
        if !self.text.ends_with("\n\n") {
            self.line("");
        }
        self.line(&format!("── {text} {rule}"));
    }

    /// A phase begins. Its heading stands above its first row, if it has any.
    pub fn phase(&mut self, name: &'static str) {
        self.next_phase = name;
    }

    /// Time passed in which nothing happened. It is told before the next row.
    pub fn silence(&mut self, time: Duration) {
        self.silent = Duration(self.silent.0 + time.0);
    }

    /// The silence that is not told yet, to be told elsewhere.
    pub fn take_silence(&mut self) -> Duration {
        std::mem::take(&mut self.silent)
    }

    /// Something happened at a time: on which connection, who, what.
    pub fn row(&mut self, time: Time, connection: Option<u32>, who: &str, text: &str) {
        self.begin();
        let number = connection.map(|n| n.to_string()).unwrap_or_default();
        let width = self.who_width;
        let who = cut(who, width);
        let time = time.to_string();
        let start = format!("{time:>TIME$} {number:>2}  {who:<width$}  ");
        let taken = start.chars().count();
        let longest = text.lines().map(|line| line.chars().count()).max();
        if self.is_narrow() && longest.is_some_and(|longest| taken + longest > self.width) {
            self.line(&start);
            return self.paragraph(INSET, text);
        }
        let room = self.room(taken);
        let mut lines = text.lines().flat_map(|line| wrap(line, room));
        self.line(&(start + &lines.next().unwrap_or_default()));
        for line in lines {
            self.line(&format!("{:taken$}{line}", ""));
        }
    }

    /// What comes between the rows before and the next one.
    fn begin(&mut self) {
        let silent = self.take_silence();
        if silent > Duration::ZERO {
            let told = format!("{:TIME$}  ⋯ {} later", "", shown(silent));
            self.line(&told);
        }
        if self.phase != self.next_phase {
            self.phase = self.next_phase;
            self.heading(self.phase);
        }
    }

    /// What a row means, and at the right edge where that is written.
    pub fn meaning(&mut self, text: &str, reference: &str) {
        let indent = self.beneath() + 2;
        let aside = reference.chars().count();
        let room = self.room(indent + aside + usize::from(aside > 0));
        for (index, line) in wrap(text, room).iter().enumerate() {
            let reference = if index == 0 { reference } else { "" };
            let gap = room + 1;
            self.line(&format!("{:indent$}{line:gap$}{reference}", ""));
        }
    }

    /// What a teacher would say about the row before, or about now.
    pub fn caption(&mut self, text: &str) {
        self.begin();
        let indent = self.beneath();
        let room = self.room(indent + 2);
        for (index, line) in wrap(text, room).iter().enumerate() {
            let sign = if index == 0 { '»' } else { ' ' };
            self.line(&format!("{:indent$}{sign} {line}", ""));
        }
    }

    /// A line of a text that a row is about.
    pub fn quoted(&mut self, text: &str) {
        let indent = self.beneath() + 2;
        let room = self.room(indent + 2);
        for line in wrap(text, room) {
            self.line(&format!("{:indent$}│ {line}", ""));
        }
    }

    /// What is left of a line where so much is taken; some words always fit.
    fn room(&self, taken: usize) -> usize {
        const LEAST: usize = 16;
        self.width.saturating_sub(taken).max(LEAST)
    }

    /// What the row before came of, in a line: the links follow.
    pub fn why(&mut self, text: &str) {
        self.hanging(2, "", text);
    }

    /// A link of the way to the row before.
    pub fn link(&mut self, time: Time, text: &str) {
        self.hanging(4, &format!("{time}  "), text);
    }

    fn hanging(&mut self, indent: usize, start: &str, text: &str) {
        let indent = self.beneath() + indent;
        let hang = start.chars().count();
        for (index, line) in wrap(text, self.room(indent + hang)).iter().enumerate() {
            let start = if index == 0 { start } else { "" };
            self.line(&format!("{:indent$}{start:hang$}{line}", ""));
        }
    }

    fn is_narrow(&self) -> bool {
        self.width < ROOMY
    }

    /// Where what belongs to a row begins.
    fn beneath(&self) -> usize {
        if self.is_narrow() {
            INSET
        } else {
            TIME + 1 + 2 + 2 + self.who_width + 2
        }
    }
}

/// Milliseconds and their tenths below a second, else as `shown`.
pub(super) fn precise(time: Duration) -> String {
    let tenths = time.0 / 100_000;
    match (tenths / 10, tenths % 10) {
        (1000.., _) => shown(time),
        (millis, 0) => format!("{millis} ms"),
        (millis, tenth) => format!("{millis}.{tenth} ms"),
    }
}

/// Breaks a line at spaces; a word longer than the line is cut. At least one line comes.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let text = visible(text.trim_end_matches('\r'));
    for (index, word) in text.split(' ').enumerate() {
        let mut word: Vec<char> = word.chars().collect();
        if index > 0 && used + 1 + word.len() <= width {
            line.push(' ');
            used += 1;
        } else if index > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        while used + word.len() > width {
            line.extend(word.drain(..width - used));
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        used += word.len();
        line.extend(word);
    }
    lines.push(line);
    lines
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// `2.0 s`, `30 min`.
pub(in crate::view) fn shown(time: Duration) -> String {
    let tenths = (time.0 + 50_000_000) / 100_000_000;
    if tenths < 1200 {
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else if tenths < 72_000 {
        format!("{} min", (tenths + 300) / 600)
    } else {
        format!("{} h", (tenths + 18_000) / 36_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_words_are_cut_only_if_they_must() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("  indented", 20), ["  indented"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn numbers_and_times_are_easy_to_read() {
        assert_eq!(shown(Duration::from_millis(2040)), "2.0 s");
        assert_eq!(shown(Duration::from_secs(1800)), "30 min");
        assert_eq!(shown(Duration::from_secs(8 * 3600)), "8 h");
    }

    #[test]
    fn each_line_of_a_paragraph_begins_where_it_begins() {
        let mut page = Page::new(9, WIDTH);
        page.paragraph(2, "From: Ada\nSubject: Lunch?\n\nNoon?\n");
        page.paragraph(2, "");
        assert_eq!(
            page.finish(),
            "  From: Ada\n  Subject: Lunch?\n\n  Noon?\n\n"
        );
    }

    #[test]
    fn a_phase_without_rows_has_no_heading_and_silence_stands_above_the_next_one() {
        let mut page = Page::new(6, WIDTH);
        page.phase("log in");
        page.row(Time(0), None, "laptop", "one");
        page.phase("look up");
        page.phase("log in");
        page.row(Time(0), None, "laptop", "two");
        page.phase("look up");
        page.phase("hand on");
        page.silence(Duration::from_secs(1800));
        page.row(Time(0), None, "laptop", "three");
        page.phase("say goodbye");
        let text = page.finish();
        let words = text.lines().filter_map(|line| {
            let word = |word: &&str| word.chars().any(char::is_alphabetic) && *word != "laptop";
            line.split(' ').rfind(word)
        });
        let words: Vec<_> = words.collect();
        assert_eq!(
            words,
            ["in", "one", "two", "later", "on", "three"],
            "{text}"
        );
    }

    #[test]
    fn on_a_narrow_page_what_belongs_to_a_row_stands_beneath_it() {
        let mut page = Page::new(15, 40);
        page.row(Time(0), Some(1), "laptop → server", "PASV");
        page.meaning("asks the server to listen", "RFC 959 §4.1.2");
        let long = "227 Entering Passive Mode (192,0,2,11,227,108).";
        page.row(Time(0), Some(1), "server → laptop", long);
        page.caption("The client calls a second time.");
        let text = page.finish();
        assert_eq!(
            text,
            "  0.000 s  1  laptop → server  PASV
      asks the server to  RFC 959 §4.1.2
      listen
  0.000 s  1  server → laptop
    227 Entering Passive Mode
    (192,0,2,11,227,108).
    » The client calls a second time.
"
        );
    }

    #[test]
    fn no_line_is_longer_than_the_page() {
        let mut page = Page::new(99, WIDTH);
        page.row(Time(1), Some(12), &"n".repeat(90), &"word ".repeat(60));
        page.meaning(&"meaning ".repeat(30), "RFC 959 §4.1");
        page.paragraph(2, &"x".repeat(300));
        page.heading("the end");
        let text = page.finish();
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("RFC 959 §4.1"));
    }
}
