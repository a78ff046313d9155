//! The values a scenario file is made of, each knowing where it stands.

use crate::base::units::{UnitError, parse_count, parse_rate, parse_size, parse_time};
use crate::base::{Duration, Span};
use crate::scenario::model::IpFamily;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

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

/// A count: `3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<T>::deserialize(from)?;
        let span = Span::new(spanned.span());
        let value = spanned.into_inner();
        Ok(Self { value, span })
    }
}

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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Table<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Table<T> {
            type Value = Ordered<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut entries: Vec<(At<String>, T)> = Vec::new();
                while let Some(key) = map.next_key()? {
                    entries.push((key, map.next_value()?));
                }
                entries.sort_by_key(|(key, _)| key.span);
                Ok(Ordered(entries))
            }
        }
        from.deserialize_map(Table(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<OneOrArray<T>>::deserialize(from)?;
        let span = Span::new(spanned.span());
        Ok(Self(match spanned.into_inner() {
            OneOrArray::One(value) => vec![At { value, span }],
            OneOrArray::Array(values) => values,
        }))
    }
}

enum OneOrArray<T> {
    One(T),
    Array(Vec<At<T>>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrArray<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrArray<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let text: StrDeserializer<'_, E> = text.into_deserializer();
                T::deserialize(text).map(OneOrArray::One)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(OneOrArray::Array(values))
            }
        }
        from.deserialize_any(Either(PhantomData))
    }
}

/// Reads a string or a whole number by a function; its help follows the message on a line
/// of its own, where the loader finds it again.
struct Text<T> {
    expecting: &'static str,
    numbers: bool,
    read: fn(&str) -> Result<T, UnitError>,
}

impl<'de, T> Visitor<'de> for Text<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(|e| E::custom(format!("{}\n{}", e.message, e.help)))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        if self.numbers {
            return self.visit_str(&number.to_string());
        }
        Err(E::invalid_type(
            serde::de::Unexpected::Signed(number),
            &self,
        ))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text {
            expecting: "a string or a number",
            numbers: true,
            read: |text| Ok(Self(text.into())),
        })
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text {
            expecting: "a size such as \"40 kB\"",
            numbers: true,
            read: |text| parse_size(text).map(Self),
        })
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text {
            expecting: "a rate such as \"100 Mbit/s\"",
            numbers: false,
            read: |text| parse_rate(text).map(Self),
        })
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text {
            expecting: "a time such as \"10 ms\"",
            numbers: false,
            read: |text| parse_time(text).map(Self),
        })
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text {
            expecting: "a whole number",
            numbers: true,
            read: |text| parse_count(text).map(Self),
        })
    }
}

impl<'de> Deserialize<'de> for IpFamily {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text {
            expecting: "4 or 6",
            numbers: true,
            read: |text| match text {
                "4" => Ok(Self::V4),
                "6" => Ok(Self::V6),
                _ => Err(UnitError {
                    message: format!("there is no IP version `{}`", super::problem::short(text)),
                    help: "write 4 or 6".into(),
                }),
            },
        })
    }
}

/// What a table says, read as a struct.
pub(super) fn from_map<'de, T: Deserialize<'de>, A: MapAccess<'de>>(map: A) -> Result<T, A::Error> {
    T::deserialize(MapAccessDeserializer::new(map))
}
