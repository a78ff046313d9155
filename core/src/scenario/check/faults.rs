//! What a link does to which frames, and when it is down: `first data segment of the file`,
//! `2nd to 4th SYN from laptop`, `1 %`, `2 s to 4 s`.

use super::words::{Sentence, Wrong};
use crate::base::Duration;
use crate::base::sorted::sort_by_key;
use crate::base::units::{UnitError, parse_percent, parse_time};
use crate::scenario::model::{Fault, Mischief, Pattern, Scenario, Shape, Victims};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::{At, Many};

/// What holds where the file says nothing, for knobs to choose.
const NOTHING: &str = "nothing";

/// The faults of one kind.
pub(super) fn read(
    text: &str,
    lines: &Many<String>,
    does: Mischief,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for line in lines.0.iter().filter(|line| line.value.trim() != NOTHING) {
        match victims(text, line, scenario) {
            Ok(to) => faults.push(Fault { does, to }),
            Err(wrong) => wrong.tell(problems),
        }
    }
    faults
}

fn victims(text: &str, line: &At<String>, scenario: &Scenario) -> Result<Victims, Wrong> {
    if line.value.contains('%') || line.value.ends_with("percent") {
        let share = parse_percent(&line.value).map_err(|e| unit(line, e))?;
        return Ok(Victims::Share(share));
    }
    pattern(text, line, scenario).map(Victims::Like)
}

fn unit(line: &At<String>, e: UnitError) -> Wrong {
    Wrong {
        span: line.span,
        message: e.message,
        help: e.help,
    }
}

/// Kinds of frames, each by its words, the longer before the shorter.
const SHAPES: [(&[&str], Shape); 10] = [
    (&["data", "segment"], Shape::Data),
    (&["ICMP", "message"], Shape::Icmp),
    (&["frame"], Shape::Frame),
    (&["SYN-ACK"], Shape::SynAck),
    (&["SYN"], Shape::Syn),
    (&["ACK"], Shape::Ack),
    (&["FIN"], Shape::Fin),
    (&["RST"], Shape::Rst),
    (&["datagram"], Shape::Udp),
    (&["UDP", "datagram"], Shape::Udp),
];

const KINDS: &str =
    "write frame, SYN, SYN-ACK, ACK, data segment, FIN, RST, datagram or ICMP message";

/// `2nd to 4th data segment of the file from server`.
fn pattern(text: &str, line: &At<String>, scenario: &Scenario) -> Result<Pattern, Wrong> {
    let mut words = Sentence::new(text, line);
    if words.peek().is_none() {
        return Err(Wrong {
            span: line.span,
            message: "this names no frames".into(),
            help: "write \"1 %\", \"first data segment\", or \"nothing\"".into(),
        });
    }
    let nth = which(&mut words)?;
    let shape = shape(&mut words)?;
    let of_file = words.take(&["of", "the", "file"]) || words.take(&["of", "the", "letter"]);
    if of_file && !matches!(shape, Shape::Frame | Shape::Data) {
        let help = "write \"data segment of the file\", or leave the file out";
        return Err(words.wrong_word("is carried by data segments alone", help));
    }
    let from = match words.take(&["from"]) {
        true => Some(host(&mut words, scenario)?),
        false => None,
    };
    match words.peek() {
        None => Ok(Pattern {
            shape,
            of_file,
            from,
            nth,
        }),
        Some(_) => Err(words.wrong(
            "is not understood here",
            "behind the kind of frame stands \"of the file\" or \"from laptop\"",
        )),
    }
}

/// Which of them: the first, where nothing is said.
fn which(words: &mut Sentence<'_>) -> Result<(u32, u32), Wrong> {
    if words.take(&["every"]) {
        return Ok((1, u32::MAX));
    }
    let Some(first) = words.peek().and_then(ordinal) else {
        return Ok((1, 1));
    };
    words.word();
    if !words.take(&["to"]) {
        return match first {
            0 => Err(words.wrong_word("comes before the first", "count from 1: first, 2nd, 3rd")),
            _ => Ok((first, first)),
        };
    }
    let last = words.peek().and_then(ordinal);
    let Some(last) = last else {
        return Err(words.wrong("is not a number", "write such as \"2nd to 4th SYN\""));
    };
    words.word();
    if first == 0 || last < first {
        return Err(words.wrong_word("comes too early", "write such as \"2nd to 4th SYN\""));
    }
    Ok((first, last))
}

/// `first`, `3rd`, `21st`, `7`.
fn ordinal(word: &str) -> Option<u32> {
    const NAMES: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    if let Some(index) = NAMES.iter().position(|n| n.eq_ignore_ascii_case(word)) {
        return u32::try_from(index + 1).ok();
    }
    let end = word.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, ending) = word.split_at(end);
    let fits = ["", "st", "nd", "rd", "th"].contains(&ending);
    digits.parse().ok().filter(|_| fits)
}

fn shape(words: &mut Sentence<'_>) -> Result<Shape, Wrong> {
    for (names, shape) in SHAPES {
        let (last, before) = names.split_last().expect("each kind has a name");
        let last = format!("{last}s");
        let several = [before, &[last.as_str()]].concat();
        if words.take(names) || words.take(&several) {
            return Ok(shape);
        }
    }
    Err(words.wrong("is not a kind of frame", KINDS))
}

/// A host or a router, which send frames of their own.
pub(super) fn host(
    words: &mut Sentence<'_>,
    scenario: &Scenario,
) -> Result<crate::base::HostId, Wrong> {
    let Some(name) = words.word() else {
        return Err(words.wrong("", "name a host"));
    };
    match scenario.node(name) {
        Some(id) if scenario.nodes[id.index()].kind.has_address() => Ok(id),
        Some(_) => Err(words.wrong_word("sends nothing of its own", "name a host or a router")),
        None => {
            let known = scenario.nodes.iter().filter(|node| node.kind.has_address());
            let names = known.map(|node| node.name.as_str());
            let help = did_you_mean(name, names, "the hosts are");
            Err(words.wrong_word("is not a host here", help))
        }
    }
}

/// When a link or a host is down, in order.
pub(super) fn down(
    lines: &Many<String>,
    what: &str,
    problems: &mut Problems,
) -> Vec<(Duration, Option<Duration>)> {
    let mut times = Vec::new();
    for line in lines.0.iter().filter(|line| line.value.trim() != NOTHING) {
        match outage(line) {
            Ok(time) => times.push((time, line.span)),
            Err(wrong) => wrong.tell(problems),
        }
    }
    sort_by_key(&mut times, |((from, _), _)| *from);
    for pair in times.windows(2) {
        let ((_, end), _) = pair[0];
        let ((from, _), span) = pair[1];
        if end.is_none_or(|end| end > from) {
            problems.error(
                span,
                format!("the {what} is down at that time already"),
                "let one end before the next begins",
            );
        }
    }
    times.into_iter().map(|(time, _)| time).collect()
}

/// `2 s to 4 s`, `from 5 s`.
fn outage(line: &At<String>) -> Result<(Duration, Option<Duration>), Wrong> {
    let text = line.value.trim();
    let time = |text: &str| parse_time(text).map_err(|e| unit(line, e));
    let wrong = |message: String| Wrong {
        span: line.span,
        message,
        help: "write \"2 s to 4 s\", or \"from 5 s\" for good".into(),
    };
    let (from, to) = match (text.strip_prefix("from "), text.split_once(" to ")) {
        (Some(rest), None) => (time(rest)?, None),
        (rest, Some((from, to))) => {
            let from = if rest.is_some() { &from[5..] } else { from };
            (time(from)?, Some(time(to)?))
        }
        (None, None) => return Err(wrong(format!("`{}` is not a span of time", short(text)))),
    };
    if to.is_some_and(|to| to <= from) {
        return Err(wrong("this ends before it begins".into()));
    }
    Ok((from, to))
}
