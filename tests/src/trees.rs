//! A frame's fields as sharkd reads them, beside the same fields as we read them.

use crate::Sharkd;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::IpAddr;
use std::ops::Range;
use std::path::Path;
use wirestage_core::dissect::{Dissection, Field, LAYERS, Layer, Shows, Talks};

/// A field as sharkd tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// Its name in filters.
    pub name: String,
    /// Its value as a filter would have it; none where being there is all it says.
    pub value: Option<String>,
    /// In which bytes it stands; none where it stands in none.
    pub range: Option<Range<usize>>,
    /// Where these bytes lie: 0 in the frame, else in what was put together.
    pub source: u64,
    /// It follows from others.
    pub is_derived: bool,
    /// It is a layer, or a heading over fields.
    pub is_layer: bool,
}

/// All fields of a tree that have names, in their order.
#[must_use]
pub fn flat(tree: &Value) -> Vec<Theirs> {
    let mut fields = Vec::new();
    flatten(tree, &mut fields);
    fields
}

fn flatten(nodes: &Value, into: &mut Vec<Theirs>) {
    for node in nodes.as_array().into_iter().flatten() {
        if let Some(filter) = node["f"].as_str() {
            let (name, value) = match filter.split_once(" == ") {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (filter, None),
            };
            let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
            let range = number(&node["h"][0]).zip(number(&node["h"][1]));
            // What has no name of its own is told by its place.
            if !name.contains('[') {
                into.push(Theirs {
                    name: name.to_owned(),
                    value,
                    range: range.map(|(at, len)| at..at + len),
                    source: node["ds"].as_u64().unwrap_or(0),
                    is_derived: node["g"].as_bool().unwrap_or(false),
                    is_layer: node["t"] == "proto",
                });
            }
        }
        flatten(&node["n"], into);
    }
}

/// How often a field was named by both, and in how many of these both said the same.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Named by both.
    pub both: u64,
    /// Of these, at the same place; for what follows from others, with the same value.
    pub same: u64,
    /// Of these, with values that can be compared.
    pub values: u64,
    /// Of these, with the same value.
    pub same_values: u64,
    /// The first of those that differ, in words.
    pub first: String,
    /// The first value that differs.
    pub first_value: String,
}

/// What was compared, by our layer and the field's name in filters.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Each field that both named.
    pub rows: BTreeMap<(&'static str, &'static str), Row>,
    /// Fields that only they named, though the protocol is known to us.
    pub only_theirs: BTreeMap<String, (u64, String)>,
    /// Fields that only we named, though the name is one of Wireshark's; and where first.
    pub only_ours: BTreeMap<&'static str, (u64, String)>,
    /// Fields that the table of their layer does not list, or that it does not explain.
    pub unexplained: BTreeSet<String>,
    /// How many frames were read.
    pub frames: u64,
}

impl Row {
    /// Whether both always said the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.same == self.both && self.same_values == self.values
    }

    /// Adds another row's counts.
    pub fn add(&mut self, other: &Self) {
        self.both += other.both;
        self.same += other.same;
        self.values += other.values;
        self.same_values += other.same_values;
        if self.first.is_empty() {
            self.first.clone_from(&other.first);
        }
        if self.first_value.is_empty() {
            self.first_value.clone_from(&other.first_value);
        }
    }
}

impl Compared {
    /// Compares all frames of a capture, which is told of as `what`.
    pub fn capture(&mut self, what: &str, sharkd: &mut Sharkd, file: &Path, frames: &[Vec<u8>]) {
        sharkd.load(file);
        each_frame(frames, |number, frame, dissection| {
            let tree = flat(&sharkd.tree(number));
            self.frame(&format!("{what}, frame {number}"), frame, dissection, &tree);
        });
    }

    /// Compares a frame: the n-th field of a name that they have with our n-th.
    pub fn frame(&mut self, what: &str, frame: &[u8], ours: &Dissection, theirs: &[Theirs]) {
        self.frames += 1;
        let mut by_name: BTreeMap<&str, Vec<&Theirs>> = BTreeMap::new();
        for field in theirs.iter().filter(|field| !field.is_layer) {
            by_name.entry(&field.name).or_default().push(field);
        }
        let mut named: BTreeMap<&str, usize> = BTreeMap::new();
        for layer in ours.layers() {
            for field in ours.fields_of(layer) {
                if !is_explained(layer, field) {
                    let text = format!("{} in {}: {what}", field.kind.name, layer.kind.name);
                    self.unexplained.insert(text);
                }
                let name = field.kind.filter;
                let count = named.entry(name).or_default();
                let same = by_name.get(name).and_then(|all| all.get(*count));
                *count += 1;
                match same {
                    Some(same) => {
                        let row = self.rows.entry((layer.kind.filter, name)).or_default();
                        row.compare(what, frame, ours, field, same);
                    }
                    None if name.starts_with("wirestage.") => {}
                    None => {
                        let told = || (0, format!("{what}: {:?} #{count}", field.range));
                        self.only_ours.entry(name).or_insert_with(told).0 += 1;
                    }
                }
            }
        }
        for (name, all) in by_name {
            let more = all.len().saturating_sub(*named.get(name).unwrap_or(&0));
            if more > 0 && is_known(name) {
                let told = || (0, format!("{what}: {:?}", all.last()));
                let entry = self.only_theirs.entry(name.to_owned());
                entry.or_insert_with(told).0 += more as u64;
            }
        }
    }

    /// Adds what was compared elsewhere.
    pub fn add(&mut self, other: Self) {
        self.frames += other.frames;
        self.unexplained.extend(other.unexplained);
        for (key, row) in other.rows {
            self.rows.entry(key).or_default().add(&row);
        }
        for (name, (count, first)) in other.only_theirs {
            self.only_theirs.entry(name).or_insert((0, first)).0 += count;
        }
        for (name, (count, first)) in other.only_ours {
            let entry = self.only_ours.entry(name).or_insert((0, first));
            entry.0 += count;
        }
    }

    /// The sums of all fields, and those of each layer.
    #[must_use]
    pub fn sums(&self) -> (Row, BTreeMap<&'static str, Row>) {
        let mut all = Row::default();
        let mut layers: BTreeMap<&'static str, Row> = BTreeMap::new();
        for ((layer, _), row) in &self.rows {
            all.add(row);
            layers.entry(layer).or_default().add(row);
        }
        (all, layers)
    }

    /// The figures in words, a layer a line.
    #[must_use]
    pub fn report(&self) -> String {
        let (all, layers) = self.sums();
        let mut text = format!("{} frames\n", self.frames);
        for (layer, row) in std::iter::once((&"all", &all)).chain(&layers) {
            let _ = writeln!(
                text,
                "{layer:20} {:>8} of {:>8} fields agree ({}), {:>8} of {:>8} values ({})",
                row.same,
                row.both,
                percent(row.same, row.both),
                row.same_values,
                row.values,
                percent(row.same_values, row.values),
            );
        }
        text
    }

    /// What differs, field by field, with the reason where one is given; and what only one of
    /// both names.
    #[must_use]
    pub fn differences(&self, reasons: &[(&str, &str)]) -> String {
        let mut text = String::new();
        for ((layer, name), row) in &self.rows {
            if row.is_same() {
                continue;
            }
            let reason = reasons.iter().find(|(field, _)| field == name);
            let _ = writeln!(
                text,
                "{name} in {layer}: {} of {} agree, {} of {} values: {}",
                row.same,
                row.both,
                row.same_values,
                row.values,
                reason.map_or("nobody says why", |(_, why)| why),
            );
            for (what, first) in [("at", &row.first), ("value at", &row.first_value)] {
                if !first.is_empty() {
                    let _ = writeln!(text, "    {what} {first}");
                }
            }
        }
        for (name, (count, first)) in &self.only_theirs {
            let _ = writeln!(text, "only theirs: {name} ({count}): {first:.200}");
        }
        for (name, (count, first)) in &self.only_ours {
            let _ = writeln!(text, "only ours: {name} ({count}): {first}");
        }
        text
    }
}

/// `97.31 %`, rounded down.
#[must_use]
pub fn percent(part: u64, of: u64) -> String {
    let hundredths = (part * 10_000).checked_div(of).unwrap_or(10_000);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// Follows the frames of a capture, then hands each out with all that is known of it.
pub fn each_frame(frames: &[Vec<u8>], mut with: impl FnMut(u32, &[u8], &Dissection)) {
    let of = |number: u32| {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        frames.get(index).map(Vec::as_slice)
    };
    let numbered = || (1..).zip(frames);
    let mut talks = Talks::new();
    let mut dissection = Dissection::default();
    for (number, frame) in numbered() {
        dissection.follow(number, frame, &mut talks, &of);
    }
    for (number, frame) in numbered() {
        dissection.read_again(number, frame, &talks, &of);
        with(number, frame, &dissection);
    }
}

/// Whether the table lists the field for its layer, says what it means, and where it is defined.
fn is_explained(layer: &Layer, field: &Field) -> bool {
    let kind = field.kind;
    // A letter within a part of another keeps its fields.
    let within = LAYERS
        .iter()
        .filter(|other| layer.kind.filter == "mime_multipart" && other.filter == "imf");
    let mut listed = within
        .flat_map(|other| other.fields)
        .chain(layer.kind.fields);
    let anywhere = ["wirestage.cut", "wirestage.rest"].contains(&kind.filter);
    (anywhere || listed.any(|known| std::ptr::eq(*known, kind)))
        && !kind.name.is_empty()
        && !kind.meaning().is_empty()
        && !kind.reference().is_empty()
}

/// Whether a name is one of a protocol that we read.
fn is_known(name: &str) -> bool {
    let protocol = name.split('.').next().unwrap_or_default();
    let known = LAYERS.iter();
    known.clone().any(|layer| layer.filter == protocol)
}

impl Row {
    fn compare(
        &mut self,
        what: &str,
        frame: &[u8],
        all: &Dissection,
        ours: &Field,
        theirs: &Theirs,
    ) {
        self.both += 1;
        let value = same_value(all, frame, ours, theirs);
        if let Some(same) = value {
            self.values += 1;
            self.same_values += u64::from(same);
            if !same && self.first_value.is_empty() {
                self.first_value = in_words(what, frame, all, ours, theirs);
            }
        }
        let is_derived = ours.kind.derived || theirs.is_derived || theirs.range.is_none();
        let same = match is_derived {
            true => value.unwrap_or(true),
            false => {
                let is_here = (ours.source == 0) == (theirs.source == 0);
                is_here && theirs.range.as_ref() == Some(&ours.range)
            }
        };
        self.same += u64::from(same);
        if !same && self.first.is_empty() {
            self.first = in_words(what, frame, all, ours, theirs);
        }
    }
}

fn in_words(what: &str, frame: &[u8], all: &Dissection, ours: &Field, theirs: &Theirs) -> String {
    let value = all.value(ours, frame);
    let mut text = format!(
        "{what}: ours {:?} of {} = {value} [{}]; theirs {:?} of {} = {}",
        ours.range,
        ours.source,
        ours.number,
        theirs.range,
        theirs.source,
        theirs.value.as_deref().unwrap_or("there"),
    );
    let long = text.char_indices().nth(400).map(|(at, _)| at);
    text.truncate(long.unwrap_or(text.len()));
    text
}

/// Whether both say the same; none where the two ways of saying it cannot be compared.
fn same_value(all: &Dissection, frame: &[u8], ours: &Field, theirs: &Theirs) -> Option<bool> {
    let value = theirs.value.as_deref()?;
    let bytes = all.source(frame, ours.source);
    let bytes = bytes.get(ours.range.clone()).unwrap_or_default();
    let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let said = || all.value(ours, frame);
    match (ours.kind.shows, quoted) {
        (Shows::Text | Shows::Within(_), Some(text)) => {
            let text = unescaped(text);
            let plain = String::from_utf8_lossy(bytes);
            Some(said() == text || plain == text || plain.trim_end() == text.trim_end())
        }
        (Shows::Bytes, Some(text)) => Some(String::from_utf8_lossy(bytes) == unescaped(text)),
        (Shows::Bytes, None) => Some(in_hex(bytes) == value),
        (Shows::Text, None) => {
            let number = said().trim().parse().ok();
            Some(number.is_some() && number == number_of(value) || in_hex(bytes) == value)
        }
        (Shows::Mac, _) => Some(said() == value),
        (Shows::Address, _) => {
            let same = said().parse::<IpAddr>().ok() == value.parse().ok();
            Some(same)
        }
        (Shows::Within(_), None) => {
            let same = number_of(value) == Some(ours.number);
            Some(same || in_hex(bytes) == value || said() == value)
        }
        (_, Some(text)) => {
            let words = ["Bad", "Good", "Unverified", "Not present"];
            let number = words.iter().position(|word| *word == text)?;
            Some(number as u64 == ours.number)
        }
        (_, None) => match number_of(value) {
            Some(number) => Some(number == ours.number),
            None => Some(in_hex(bytes) == value),
        },
    }
}

fn number_of(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn in_hex(bytes: &[u8]) -> String {
    let words: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    words.join(":")
}

/// A text as filters quote it, without its quotes.
fn unescaped(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'x') => {
                let digits = [bytes.next(), bytes.next()].map(|d| d.map_or('0', char::from));
                let digits: String = digits.iter().collect();
                out.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_is_read_field_by_field() {
        let tree = json!([
            {"l": "IP", "h": [14, 20], "t": "proto", "f": "ip", "n": [
                {"l": "TTL", "h": [22, 1], "f": "ip.ttl == 64"},
                {"l": "nothing that has a name", "n": [
                    {"l": "status", "f": "ip.checksum.status == \"Good\"", "g": true}]},
                {"l": "by its place", "h": [1, 2], "f": "frame[1:2] == 00:01"}]}]);
        let fields = flat(&tree);
        let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["ip", "ip.ttl", "ip.checksum.status"]);
        assert_eq!(fields[1].range, Some(22..23));
        assert_eq!(fields[1].value.as_deref(), Some("64"));
        assert!(fields[2].is_derived && !fields[1].is_derived);
    }

    #[test]
    fn what_filters_quote_is_read_as_it_was() {
        assert_eq!(unescaped(r#"a \"b\" \\ \r\n"#), "a \"b\" \\ \r\n");
        assert_eq!(unescaped(r"\x41"), "A");
    }

    #[test]
    fn percentages_are_never_rounded_up() {
        assert_eq!(percent(96_999, 100_000), "96.99 %");
        assert_eq!(percent(0, 0), "100.00 %");
    }
}
