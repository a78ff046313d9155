//! A run as a sequence diagram in Mermaid's words, for pages that draw such.

use super::outline::{Outline, Row, What};
use crate::base::HostId;
use crate::base::sorted::Set;
use crate::base::visible::visible_line;
use crate::timeline::{RunInfo, Timeline};
use std::fmt::Write;

/// Mermaid refuses longer texts unless it is told otherwise: 50 000 characters.
const LONGEST: usize = 47_000;
/// A longer label makes no diagram.
const LABEL: usize = 120;

/// The diagram: who said what to whom, phase by phase, as much as Mermaid takes.
#[must_use]
pub fn mermaid(timeline: &Timeline, info: &RunInfo, outline: &Outline) -> String {
    let mut text = String::from("sequenceDiagram\n");
    if !info.title.is_empty() {
        let _ = writeln!(text, "    title: {}", plain(&info.title));
    }
    let ends = outline.rows.iter();
    let ends = ends.flat_map(|row| [Some(row.from), row.to]).flatten();
    let hosts: Set<HostId> = ends.collect();
    for host in hosts.iter() {
        let name = plain(&timeline.node(*host).name);
        let _ = writeln!(text, "    participant h{} as {name}", host.0);
    }
    // A note over the first and the last spans all.
    let Some((first, last)) = hosts.first().zip(hosts.last()) else {
        return text;
    };
    let across = if first == last {
        format!("h{}", first.0)
    } else {
        format!("h{},h{}", first.0, last.0)
    };
    let mut told = 0;
    'all: for phase in &outline.phases {
        let is_box = !phase.name.is_empty() && !phase.rows.is_empty();
        if is_box {
            text += "    rect rgba(128, 128, 128, 0.1)\n";
            let _ = writeln!(text, "    Note over {across}: {}", plain(phase.name));
        }
        for row in &outline.rows[phase.rows.clone()] {
            if text.len() > LONGEST {
                text += if is_box { "    end\n" } else { "" };
                break 'all;
            }
            put(row, (timeline, outline), &across, &mut text);
            told += 1;
        }
        text += if is_box { "    end\n" } else { "" };
    }
    let left = outline.rows.len() - told;
    if left > 0 {
        let _ = writeln!(text, "    Note over {across}: … {left} more turns");
    }
    for outcome in timeline.outcomes().iter().filter(|_| left == 0) {
        let sign = if outcome.ok { '✓' } else { '✕' };
        let said = plain(&outcome.text);
        let _ = writeln!(text, "    Note over {across}: {sign} {said}");
    }
    text
}

fn put(row: &Row, (timeline, outline): (&Timeline, &Outline), across: &str, text: &mut String) {
    let label = plain(&row.label);
    let from = row.from.0;
    let lost = outline.lost_carrier(timeline, row);
    let arrow = if lost.is_some() { "-x" } else { "->>" };
    let _ = match row.to {
        Some(to) if !matches!(row.what, What::Breaks(_) | What::Other) => {
            writeln!(text, "    h{from}{arrow}h{}: {label}", to.0)
        }
        _ => writeln!(text, "    Note over h{from}: {label}"),
    };
    for caption in &row.captions {
        let _ = writeln!(text, "    Note over {across}: {}", plain(caption));
    }
}

/// A text that Mermaid takes for nothing but text: what could be a sign to it is written as
/// the number of its letter, `#59;`.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let text = text.trim().replace(char::is_control, " ");
    for (index, c) in visible_line(&text).chars().enumerate() {
        if index == LABEL {
            out.push('…');
            break;
        }
        match c {
            c if c.is_ascii_punctuation() && !".,-/()@=_'+*!?".contains(c) => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    if out.trim().is_empty() {
        out = "…".into();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TurnKind;
    use crate::timeline::sample::{self, LAPTOP, Script};

    fn told(timeline: &Timeline) -> String {
        let info = sample::info();
        mermaid(timeline, &info, &Outline::of(timeline, &info))
    }

    #[test]
    fn a_run_is_told_phase_by_phase() {
        let text = told(&sample::timeline());
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        let beginning = [
            "sequenceDiagram",
            "title: A file, fetched",
            "participant h0 as laptop",
            "participant h1 as server",
            "rect rgba(128, 128, 128, 0.1)",
            "Note over h0,h1: connect",
            "h0->>h1: 49152 → 21 SYN · SYN-ACK · ACK",
            "h1->>h0: 220 Ready.",
            "end",
        ];
        assert_eq!(lines[..9], beginning, "{text}");
        assert!(lines.contains(&"h0->>h1: PASS ••••"), "{text}");
        assert!(
            lines.contains(&"h1-xh0: ▤ notes.txt#58; 20 bytes"),
            "{text}"
        );
        assert_eq!(
            lines.last(),
            Some(&"Note over h0,h1: ✓ notes.txt has arrived.")
        );
        let boxes = lines.iter().filter(|line| line.starts_with("rect")).count();
        assert_eq!(lines.iter().filter(|line| **line == "end").count(), boxes);
    }

    #[test]
    fn what_is_said_is_never_taken_for_mermaid() {
        let mut s = Script::new();
        let (client, _) = s.connects(LAPTOP, (49152, 21));
        let nasty = "STOR a;b#c:d\"<br/>%%{init}%%\r\nend";
        s.says(client, 0, TurnKind::Command, nasty, "");
        s.says(client, 80, TurnKind::Command, "\u{7}", "");
        let text = told(&s.timeline);
        let line = text.lines().find(|line| line.contains("STOR")).unwrap();
        let label = line.split_once(": ").unwrap().1;
        let expected =
            "STOR a#59;b#35;c#58;d#34;#60;br/#62;#37;#37;#123;init#125;#37;#37; (+1 line)";
        assert_eq!(label, expected);
        assert!(text.ends_with("h0->>h1: ␇\n"), "{text}");
    }

    #[test]
    fn a_long_run_is_told_as_far_as_mermaid_goes() {
        let mut s = Script::new();
        s.phase("talk");
        let (client, _) = s.connects(LAPTOP, (49152, 21));
        for turn in 0..3000 {
            s.says(client, turn * 6, TurnKind::Command, "NOOP", "");
        }
        let text = told(&s.timeline);
        assert!(text.len() < 50_000, "{}", text.len());
        let last = text.lines().last().unwrap();
        let left: usize = last.split(' ').rev().nth(2).unwrap().parse().unwrap();
        assert_eq!(text.matches("NOOP").count() + 1 + left, 3001, "{last}");
        assert_eq!(text.matches("    end\n").count(), 1);
    }
}
