//! The values a scenario file is made of, each knowing where it stands.

use super::read::{Read, Reader, Value, in_order, name_of, span_of, text, text_or_number};
use crate::base::units::{UnitError, parse_count, parse_rate, parse_size, parse_time};
use crate::base::{Duration, Span};
use crate::scenario::model::IpFamily;
use toml::de::DeValue;

/// A value and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A table in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered<T>(pub Vec<(At<String>, T)>);

/// One value, or an array of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many<T>(pub Vec<At<T>>);

/// Names for what to put into a file, in order: `["on", "off"]` stand for themselves, in
/// `{ calm = "1 ms", slow = "1 s" }` each stands for something else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(pub Vec<(At<Word>, Word)>);

/// A word, in quotes or a plain number: `"passive"`, `4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub String);

/// A size in bytes: `"40 kB"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

/// A rate in bits per second: `"100 Mbit/s"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u64);

/// A length of time: `"10 ms"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(pub Duration);

/// A length of time, or none: `"30 s"`, `"off"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Option<Duration>);

/// A number of bytes that there is room for, or no bound: `"100 kB"`, `"any"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room(pub Option<u64>);

/// The most that there may be, or no bound: `2`, `"any"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub Option<u32>);

/// A count: `3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Read> Read for At<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let span = span_of(value);
        let value = T::read(value, reader)?;
        Some(Self { value, span })
    }
}

impl<T: Read> Read for Ordered<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            return reader.expected("a table", value);
        };
        let mut entries = Vec::new();
        for (key, value) in in_order(table) {
            if let Some(read) = reader.at_key(key.get_ref(), value) {
                entries.push((name_of(key), read));
            }
        }
        Some(Self(entries))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(array) = value.get_ref().as_array() else {
            return reader.expected("an array", value);
        };
        let mut values = Self::new();
        for value in array {
            values.extend(T::read(value, reader));
        }
        Some(values)
    }
}

impl<T: Read> Read for Many<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(_) => At::read(value, reader).map(|one| Self(vec![one])),
            DeValue::Array(_) => Vec::read(value, reader).map(Self),
            _ => reader.expected("a string or an array of strings", value),
        }
    }
}

impl Read for Choices {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if value.get_ref().as_table().is_some() {
            let Ordered(entries) = Ordered::<Word>::read(value, reader)?;
            let entries = entries.into_iter().map(|(name, word)| {
                let At { value, span } = name;
                let value = Word(value);
                (At { value, span }, word)
            });
            return Some(Self(entries.collect()));
        }
        let Many(words) = Many::<Word>::read(value, reader)?;
        let words = words.into_iter().map(|word| (word.clone(), word.value));
        Some(Self(words.collect()))
    }
}

impl Read for String {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        text(value, reader, "a string", |text| Ok(text.to_owned()))
    }
}

impl Read for Word {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a string or a number";
        text_or_number(value, reader, expected, |text| Ok(Self(text.to_owned())))
    }
}

impl Read for Size {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a size such as \"40 kB\"";
        text_or_number(value, reader, expected, |text| parse_size(text).map(Self))
    }
}

impl Read for Rate {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a rate such as \"100 Mbit/s\"";
        text(value, reader, expected, |text| parse_rate(text).map(Self))
    }
}

impl Read for Period {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a time such as \"10 ms\"";
        text(value, reader, expected, |text| parse_time(text).map(Self))
    }
}

impl Read for Patience {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a time such as \"10 ms\", or \"off\"";
        text(value, reader, expected, |text| match text {
            "off" => Ok(Self(None)),
            _ => parse_time(text).map(|time| Self(Some(time))),
        })
    }
}

impl Read for Room {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a size such as \"100 kB\", or \"any\"";
        text_or_number(value, reader, expected, |text| match text {
            "any" => Ok(Self(None)),
            _ => parse_size(text).map(|size| Self(Some(size))),
        })
    }
}

impl Read for Limit {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a whole number, or \"any\"";
        text_or_number(value, reader, expected, |text| match text {
            "any" => Ok(Self(None)),
            _ => parse_count(text).map(|count| Self(Some(count))),
        })
    }
}

impl Read for Count {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let expected = "a whole number";
        text_or_number(value, reader, expected, |text| parse_count(text).map(Self))
    }
}

impl Read for IpFamily {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        text_or_number(value, reader, "4 or 6", |text| match text {
            "4" => Ok(Self::V4),
            "6" => Ok(Self::V6),
            _ => Err(UnitError {
                message: format!("there is no IP version `{}`", super::problem::short(text)),
                help: "write 4 or 6".into(),
            }),
        })
    }
}
