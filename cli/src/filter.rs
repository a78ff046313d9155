//! `--filter`: reads it, points at what is wrong in it, says how many frames passed.

use crate::args::Order;
use crate::fault::Fault;
use std::io::{self, IsTerminal};
use wirestage_core::filter::{Fault as Wrong, Filter};
use wirestage_core::save::Passed;

/// The filter that was asked for. What is wrong with it is told before a run.
pub fn of(order: &Order) -> Result<Option<Filter>, Fault> {
    let Some(text) = &order.filter else {
        return Ok(None);
    };
    let filter = read(text)?;
    let mut outputs = order.outputs.iter();
    if let Some(output) = outputs.find(|output| !output.format.takes_filter()) {
        let path = output.path.display();
        return Err(Fault::input(format!(
            "--filter chooses frames, and {path} shows the whole run: choose .pcapng, .pcap or .txt"
        )));
    }
    Ok(Some(filter))
}

/// Reads a filter. The error points at what is wrong in it.
pub fn read(text: &str) -> Result<Filter, Fault> {
    Filter::parse(text).map_err(|wrong| Fault::input(told(text, &wrong)))
}

/// `--filter:1:5: what`, and the line with its place marked.
fn told(text: &str, wrong: &Wrong) -> String {
    /// So much of a line is shown on each side of the place.
    const REACH: usize = 60;
    let before = text.get(..wrong.at.start).unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let at = before[begin..].chars().count();
    let first = at.saturating_sub(REACH);
    let line = text[begin..].lines().next().unwrap_or_default();
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let shown: String = line
        .chars()
        .skip(first)
        .take(2 * REACH)
        .map(plain)
        .collect();
    let wide = text
        .get(wrong.at.clone())
        .map_or(0, |part| part.chars().count());
    let room = shown.chars().count().saturating_sub(at - first);
    let marks = "^".repeat(wide.min(room).max(1));
    let cut = if first > 0 { "…" } else { "" };
    let space = " ".repeat(at - first + cut.chars().count());
    let says = &wrong.says;
    let column = at + 1;
    format!("--filter:{number}:{column}: {says}\n  {cut}{shown}\n  {space}{marks}")
}

/// How many frames passed: to who watches, and to everybody where there are none.
pub fn tell(passed: Passed, listed: bool) {
    let Passed { through, of } = passed;
    if through == 0 {
        eprintln!("no frame passes the filter, of {of} that the tap sees");
    } else if !listed && io::stderr().is_terminal() {
        eprintln!("{through} of {of} frames pass the filter");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(filter: &str) -> String {
        told(filter, &Filter::parse(filter).expect_err("a fault"))
    }

    #[test]
    fn what_is_wrong_is_marked_below_the_filter() {
        let text = fault("tcp && tcp.prt == 21");
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("--filter:1:8: There is no field tcp.prt."),
            "{text}"
        );
        assert_eq!(lines[1..], ["  tcp && tcp.prt == 21", "         ^^^^^^^"]);
        let text = fault("tcp.port ==");
        assert!(text.ends_with("  tcp.port ==\n             ^"), "{text}");
        let text = fault("\"ä\" &&\n\tfrom == 5");
        assert!(text.starts_with("--filter:2:2: "), "{text}");
        assert!(text.ends_with("\n   from == 5\n   ^^^^"), "{text}");
    }

    #[test]
    fn of_a_long_filter_the_place_alone_is_shown() {
        let long = "tcp && ".repeat(300) + "nobody && " + &"udp && ".repeat(200) + "udp";
        let text = fault(&long);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("--filter:1:2101: "), "{text}");
        assert!(lines[1].chars().count() < 130, "{text}");
        let marked: String = lines[1]
            .chars()
            .zip(lines[2].chars())
            .filter(|(_, m)| *m == '^')
            .map(|(c, _)| c)
            .collect();
        assert_eq!(marked, "nobody");
        assert!(fault(&"x".repeat(1_000_000)).len() < 500);
    }
}
