//! The comparison as plain text: what sets the runs apart, the first difference, the turns
//! side by side, the numbers.

use super::glance::heading;
use super::sentences::differs;
use super::{Comparison, Difference, NAMES, Pair, Side};
use crate::timeline::RunInfo;
use crate::view::outline::What;

/// How wide a line is.
const WIDTH: usize = 100;
/// How wide each run's column is.
const COLUMN: usize = 43;
/// How many letters a time takes: `0.265 s`.
const TIME: usize = 9;

/// A comparison to be read.
#[must_use]
pub fn text(comparison: &Comparison, sides: [Side<'_>; 2]) -> String {
    let mut page = Page::default();
    let [a, b] = sides.map(|side| side.info.title.as_str());
    let title = if a == b {
        format!("{a}: two runs compared")
    } else {
        format!("{a}, against: {b}")
    };
    page.wrapped(&title, "");
    page.line(&"═".repeat(title.chars().count().min(WIDTH)));
    for side in [0, 1] {
        let apart = &comparison.apart[side];
        if apart.is_empty() {
            page.line(&format!("{} · the same settings", NAMES[side]));
        } else {
            page.wrapped(&heading(side, apart), "    ");
        }
    }
    page.heading("the first difference that matters");
    match comparison.first() {
        Some(first) => difference(&mut page, first),
        None => page.line(&format!("  {}", comparison.alike)),
    }
    if comparison.differences.len() > 1 {
        page.heading("all differences");
        for one in &comparison.differences {
            difference(&mut page, one);
        }
    }
    page.heading("turn by turn");
    for pair in &comparison.pairs {
        page.line(&turns(sides, pair));
    }
    page.heading("in numbers");
    numbers(&mut page, comparison);
    page.line("");
    page.line("Compare again:");
    page.line(&format!("  {}", command(sides.map(|side| side.info))));
    page.text
}

fn difference(page: &mut Page, of: &Difference) {
    let place = of.shown + 1;
    page.wrapped(&format!("  {} (line {place})", of.title), "    ");
    for side in [0, 1] {
        page.wrapped(
            &format!("    {}  {}", NAMES[side], of.says[side]),
            "       ",
        );
    }
}

/// Both turns in a line, and the sign that says how they compare.
fn turns(sides: [Side<'_>; 2], pair: &Pair) -> String {
    let cell = |side: usize| match pair.rows[side] {
        Some(row) => {
            let row = sides[side].row(row);
            let who = &sides[side].timeline.node(row.from).name;
            let time = row.time.to_string();
            let lost = if row.lost > 0 { "✕ " } else { "" };
            let label = match row.what {
                // Which port the caller has is of no interest here.
                What::Opens => row.label.split(" → ").nth(1).unwrap_or(&row.label),
                _ => &row.label,
            };
            fit(&format!("{time:>TIME$}  {who}: {lost}{label}"), COLUMN)
        }
        None => String::new(),
    };
    let sign = if differs(pair) { pair.mark.sign() } else { " " };
    let line = format!("{:COLUMN$}  {sign}  {}", cell(0), cell(1));
    line.trim_end().to_owned()
}

fn numbers(page: &mut Page, comparison: &Comparison) {
    const VALUE: usize = 14;
    let facts = &comparison.facts;
    let width = facts.iter().map(|f| f.name.chars().count()).max();
    let width = width.unwrap_or(0);
    let [a, b] = NAMES;
    page.line(&format!("  {:width$}  {a:>VALUE$}  {b:>VALUE$}  B − A", ""));
    let short = |text: &String| text.chars().count() <= VALUE;
    for fact in facts {
        let [a, b] = &fact.values;
        if short(a) && short(b) {
            let name = fact.name;
            let line = format!(
                "  {name:width$}  {a:>VALUE$}  {b:>VALUE$}  {}",
                fact.difference
            );
            page.line(line.trim_end());
        } else {
            page.line(&format!("  {}", fact.name));
            for side in [0, 1] {
                let line = format!("    {}  {}", NAMES[side], fact.values[side]);
                page.wrapped(&line, "       ");
            }
        }
    }
}

/// The command that compares the two again.
fn command(infos: [&RunInfo; 2]) -> String {
    let words = infos.map(|info| {
        let command = info.command();
        let words = command.trim_start_matches("wirestage run ");
        words.strip_suffix(" --seed 1").unwrap_or(words).to_owned()
    });
    format!("wirestage compare {} --with {}", words[0], words[1])
}

fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// Lines, one below the other.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    fn heading(&mut self, name: &str) {
        self.line("");
        let dashes = WIDTH - name.chars().count() - 4;
        self.line(&format!("── {name} {}", "─".repeat(dashes)));
    }

    /// Breaks a line at spaces; further lines begin with `indent`.
    fn wrapped(&mut self, text: &str, indent: &str) {
        let start = text.len() - text.trim_start().len();
        let mut line = text[..start].to_owned();
        let mut first = true;
        for word in text.split_whitespace() {
            let used = line.chars().count();
            if !first && used + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line = [indent, word].concat();
                continue;
            }
            if !first {
                line.push(' ');
            }
            line += word;
            first = false;
        }
        self.line(&line);
    }
}
