//! Questions and answers about names (RFC 1035 §4).

use super::Next;
use super::reader::Reader;
use crate::base::Span;
use crate::proto::dns::parse::{Found, Parsed, Section, parse};
use crate::proto::dns::{Data, Header, Kind, PORT, meaning};
use std::ops::Range;

/// So many records are shown field by field.
const RECORDS: usize = 60;
/// The record that speaks of extensions (RFC 6891 §6.1.1).
const OPT: u16 = 41;

/// Whether a port is that of name servers.
pub(super) fn is_at(port: u16) -> bool {
    port == PORT
}

/// A message. Over TCP its length stands before it, and it may lie in several segments: then
/// each is shown as it is.
pub(super) fn dns(r: &mut Reader, over_tcp: bool) -> Option<Next> {
    if over_tcp {
        let length = r.unread().get(..2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if r.left() < length + 2 {
            r.sum_up("a part of a message".into());
            let _ = r.rest("Data");
            return Some(Next::Nothing);
        }
        r.short("Length")?;
    }
    let start = r.at();
    let parsed = parse(r.unread());
    let header = parsed.header?;
    r.sum_up(summary(&parsed, &header));
    flags(r, &header)?;
    let sections = ["Questions", "Answers", "Authorities", "Further records"];
    for section in sections {
        r.short(section)?;
    }
    for asked in &parsed.questions {
        field(
            r,
            start,
            "Name",
            asked.question.name.to_string(),
            asked.name,
        )?;
        let kind = asked.question.kind.to_string();
        r.short("Type")?;
        r.explain(kind);
        class(r)?;
    }
    for found in parsed.records.iter().take(RECORDS) {
        record(r, start, found)?;
    }
    // What could not be read, or is too much to show.
    let _ = r.rest("The rest");
    Some(Next::Nothing)
}

fn summary(parsed: &Parsed, header: &Header) -> String {
    let mut text = match parsed.questions.first() {
        Some(asked) => asked.question.to_string(),
        None => "no question".into(),
    };
    if !header.is_answer {
        text.push('?');
        return text;
    }
    text += ": ";
    text += &match parsed.clone().message() {
        Some(message) => meaning::answer_text(&message),
        None => header.rcode.word().to_owned(),
    };
    text
}

fn flags(r: &mut Reader, header: &Header) -> Option<()> {
    r.short("Number")?;
    r.explain(format!("0x{:04x}", header.id));
    let (_, range) = r.take(2)?;
    let (high, low) = (range.start..range.start + 1, range.start + 1..range.end);
    let yes = |is: bool| if is { "yes" } else { "no" };
    let is = if header.is_answer {
        "answer"
    } else {
        "question"
    };
    r.put("Is a", is, high.clone());
    let opcode = match header.opcode {
        0 => "0 (look it up)".into(),
        other => other.to_string(),
    };
    r.put("What to do", opcode, high.clone());
    r.put("From an authority", yes(header.authoritative), high.clone());
    r.put("Cut short", yes(header.truncated), high.clone());
    r.put("Wants all done", yes(header.wants_recursion), high);
    r.put("Would do all", yes(header.offers_recursion), low.clone());
    let code = header.rcode;
    r.put("Result", format!("{} ({})", code.0, code.word()), low);
    Some(())
}

fn class(r: &mut Reader) -> Option<()> {
    let class = r.short("Class")?;
    if class == 1 {
        r.explain("1 (Internet)");
    }
    Some(())
}

fn record(r: &mut Reader, start: usize, found: &Found) -> Option<()> {
    let name = match found.section {
        Section::Answer => "Answer",
        Section::Authority => "Authority",
        Section::Additional => "Further record",
    };
    let record = &found.record;
    field(r, start, name, record.name.to_string(), found.name)?;
    let kind = record.data.kind();
    r.short("Type")?;
    r.explain(if kind.number() == OPT {
        "OPT (extensions)".to_owned()
    } else {
        kind.to_string()
    });
    if kind.number() == OPT {
        r.short("Largest datagram")?;
        r.number("Flags", 4)?;
    } else {
        class(r)?;
        let ttl = r.number("May be kept", 4)?;
        r.explain(format!("{ttl} s"));
    }
    r.short("Data length")?;
    let what = match record.data {
        Data::A(_) | Data::Aaaa(_) => "Address",
        Data::Mx(..) => "Takes mail",
        Data::Ns(_) => "Name server",
        Data::Cname(_) => "True name",
        _ => "Data",
    };
    let text = match kind {
        Kind::Any | Kind::Other(_) => {
            super::reader::bytes_in_words((found.data.end - found.data.start) as usize)
        }
        _ => record.data.to_string(),
    };
    field(r, start, what, text, found.data)
}

/// A field that lies there in the message, whose next byte it begins at.
fn field(r: &mut Reader, start: usize, name: &'static str, value: String, at: Span) -> Option<()> {
    let at: Range<usize> = start + at.start as usize..start + at.end as usize;
    if at.is_empty() {
        return Some(());
    }
    let (_, range) = r.take(at.end.checked_sub(r.at())?)?;
    r.put(name, value, range);
    Some(())
}
