//! From TOML to values: each type reads itself, and what is of the wrong kind is told on the way.

use super::keys::a_kind;
use super::problem::{Problems, did_you_mean, short};
use super::value::At;
use crate::base::Span;
use crate::base::sorted::sort_by_key;
use crate::base::units::UnitError;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// A value of a file, and where it stands.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// A key of a file, and where it stands.
pub(super) type Key<'i> = Spanned<DeString<'i>>;

/// A type that reads itself from a value.
pub(super) trait Read: Sized {
    /// The value, or nothing once it is told what is wrong with it.
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A type that reads itself from the keys of a table.
pub(super) trait Table: Sized {
    /// Takes what it knows.
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self;
}

/// Where the reading stands, and what was wrong so far.
pub(super) struct Reader<'p> {
    problems: &'p mut Problems,
    /// The keys on the way here.
    path: Vec<String>,
}

impl<'p> Reader<'p> {
    /// At the root of a file.
    pub fn new(problems: &'p mut Problems) -> Self {
        let path = Vec::new();
        Self { problems, path }
    }

    /// Tells what is wrong at a place; what the walk over the keys has told is not told again.
    pub fn tell(&mut self, span: Span, message: &str, help: &str) {
        if self.problems.full() || self.problems.inside(span) {
            return;
        }
        let help = match &self.path[..] {
            // A value says what people do, but for this key, and then it is a time.
            [story, at] if story == "story" && at == "at" => "write a time such as \"2 s\"",
            _ => help,
        };
        let message = match &self.path[..] {
            [] => message.to_owned(),
            path => format!("`{}`: {message}", path.join(".")),
        };
        self.problems.error(span, message, help);
    }

    /// Tells that a value is of the wrong kind.
    pub fn expected<T>(&mut self, what: &str, value: &Value<'_>) -> Option<T> {
        let message = format!("this is {}", a_kind(value.get_ref()));
        self.tell(span_of(value), &message, &format!("write {what}"));
        None
    }

    /// Reads a table's fields.
    pub fn table<T: Table>(&mut self, table: &DeTable<'_>) -> T {
        T::take(&mut Fields {
            table,
            reader: self,
            asked: Vec::new(),
        })
    }

    /// Reads what stands at a key.
    pub fn at_key<T: Read>(&mut self, key: &str, value: &Value<'_>) -> Option<T> {
        self.path.push(short(key));
        let read = T::read(value, self);
        self.path.pop();
        read
    }
}

/// The fields of a table, taken one by one.
pub(super) struct Fields<'a, 'p, 'r> {
    table: &'a DeTable<'a>,
    reader: &'r mut Reader<'p>,
    asked: Vec<&'static str>,
}

impl Fields<'_, '_, '_> {
    /// What stands at a key, if anything does and it is right.
    pub fn take<T: Read>(&mut self, key: &'static str) -> Option<T> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        self.reader.at_key(key, value)
    }
}

/// The keys that a table is read by, so that they stand in one place only.
pub(super) fn keys_of<T: Table>() -> Vec<&'static str> {
    let (table, mut problems) = (DeTable::new(), Problems::default());
    let mut fields = Fields {
        table: &table,
        reader: &mut Reader::new(&mut problems),
        asked: Vec::new(),
    };
    T::take(&mut fields);
    fields.asked
}

/// Where a value stands.
pub(super) fn span_of<T>(value: &Spanned<T>) -> Span {
    Span::new(value.span())
}

/// The entries of a table in the order of the file.
pub(super) fn in_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<(&'a Key<'i>, &'a Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    sort_by_key(&mut entries, |(key, _)| span_of(key));
    entries
}

/// A key with its place.
pub(super) fn name_of(key: &Key<'_>) -> At<String> {
    At {
        value: key.get_ref().to_string(),
        span: span_of(key),
    }
}

/// Reads a string by a function.
pub(super) fn text<T>(
    value: &Value<'_>,
    reader: &mut Reader<'_>,
    expected: &str,
    read: impl Fn(&str) -> Result<T, UnitError>,
) -> Option<T> {
    let Some(text) = value.get_ref().as_str() else {
        return reader.expected(expected, value);
    };
    told(read(text), value, reader)
}

/// Reads a string or a whole number by a function.
pub(super) fn text_or_number<T>(
    value: &Value<'_>,
    reader: &mut Reader<'_>,
    expected: &str,
    read: impl Fn(&str) -> Result<T, UnitError>,
) -> Option<T> {
    let number = value.get_ref().as_integer();
    match number.map(|n| i64::from_str_radix(n.as_str(), n.radix())) {
        Some(Ok(number)) => told(read(&number.to_string()), value, reader),
        _ => text(value, reader, expected, read),
    }
}

fn told<T>(read: Result<T, UnitError>, value: &Value<'_>, reader: &mut Reader<'_>) -> Option<T> {
    let tell = |e: UnitError| reader.tell(span_of(value), &e.message, &e.help);
    read.map_err(tell).ok()
}

/// Reads one of a few words.
pub(super) fn choice<T: Copy>(
    value: &Value<'_>,
    reader: &mut Reader<'_>,
    choices: &[(&str, T)],
) -> Option<T> {
    let Some(word) = value.get_ref().as_str() else {
        return reader.expected("a word in quotes", value);
    };
    if let Some((_, found)) = choices.iter().find(|(name, _)| *name == word) {
        return Some(*found);
    }
    let message = format!("`{}` is not known here", short(word));
    let known = choices.iter().map(|(name, _)| *name);
    let help = did_you_mean(word, known, "the choices are");
    reader.tell(span_of(value), &message, &help);
    None
}
