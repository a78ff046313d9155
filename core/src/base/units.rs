//! Sizes, rates, times and percentages as people write them: `40 kB`, `100 Mbit/s`, `10 ms`, `2 %`.
//!
//! All arithmetic is in whole numbers, and exact: what does not come out even is refused.
//! `kB` is 1000 bytes, `KiB` is 1024.

use super::Duration;
use std::fmt;

/// Why a quantity cannot be read, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for UnitError {}

/// Reads a size in bytes: `40 kB`, `1 GiB`, `512 B`, `512`.
pub fn parse_size(text: &str) -> Result<u64, UnitError> {
    SIZE.parse(text)
}

/// Reads a rate in bits per second: `100 Mbit/s`, `56 kbit/s`, `1Gbps`.
pub fn parse_rate(text: &str) -> Result<u64, UnitError> {
    RATE.parse(text)
}

/// Reads a length of time: `10 ms`, `250 us`, `30 min`.
pub fn parse_time(text: &str) -> Result<Duration, UnitError> {
    TIME.parse(text).map(Duration)
}

/// Reads a percentage, from `0 %` to `100 %`, in millionths: `2 %` is 20 000.
pub fn parse_percent(text: &str) -> Result<u32, UnitError> {
    let millionths = PERCENT.parse(text)?;
    u32::try_from(millionths)
        .ok()
        .filter(|m| *m <= 1_000_000)
        .ok_or_else(|| UnitError {
            message: format!("`{text}` is more than everything"),
            help: "write at most 100 %".into(),
        })
}

/// Reads a count: `3`.
pub fn parse_count(text: &str) -> Result<u32, UnitError> {
    text.trim().parse().map_err(|_| UnitError {
        message: format!("`{}` is not a count", short(text)),
        help: "write a whole number, such as 3".into(),
    })
}

/// Shows a size exactly: `40 kB`, `1 GiB`, `512 B`.
#[must_use]
pub fn show_size(bytes: u64) -> String {
    if bytes.is_multiple_of(1024) && !bytes.is_multiple_of(1000) {
        let (unit, scale) = *BINARY
            .iter()
            .rev()
            .find(|(_, scale)| bytes.is_multiple_of(*scale))
            .unwrap_or(&BINARY[0]);
        return format!("{} {unit}", bytes / scale);
    }
    show(bytes, &[("B", 1), ("kB", KILO), ("MB", MEGA), ("GB", GIGA)])
}

/// Shows a rate exactly: `100 Mbit/s`.
#[must_use]
pub fn show_rate(bits_per_second: u64) -> String {
    show(bits_per_second, RATE.units)
}

/// Shows a length of time exactly: `10 ms`, `1.5 s`.
#[must_use]
pub fn show_time(time: Duration) -> String {
    show(time.0, &TIME.units[..4])
}

/// Shows millionths as a percentage: `2 %`, `0.5 %`.
#[must_use]
pub fn show_percent(millionths: u32) -> String {
    let (whole, rest) = (millionths / 10_000, millionths % 10_000);
    decimal(u64::from(whole), u64::from(rest), 4) + " %"
}

const KILO: u64 = 1_000;
const MEGA: u64 = 1_000_000;
const GIGA: u64 = 1_000_000_000;

const BINARY: &[(&str, u64)] = &[("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// A kind of quantity.
struct Kind {
    /// `a size`.
    what: &'static str,
    /// A well-written one.
    example: &'static str,
    /// Units and how much each is, small to large.
    units: &'static [(&'static str, u64)],
    /// Other spellings that mean one thing only, and are taken.
    aliases: &'static [(&'static str, &'static str)],
    /// Spellings that are refused, in small letters, with what was probably meant.
    meant: &'static [(&'static str, &'static str)],
    /// The unit of a number that has none.
    plain: Option<&'static str>,
}

const SIZE: Kind = Kind {
    what: "a size",
    example: "40 kB",
    units: &[
        ("B", 1),
        ("kB", KILO),
        ("MB", MEGA),
        ("GB", GIGA),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ],
    aliases: &[("byte", "B"), ("bytes", "B"), ("KB", "kB")],
    meant: &[
        ("b", "B"),
        ("k", "kB"),
        ("kb", "kB"),
        ("m", "MB"),
        ("mb", "MB"),
        ("g", "GB"),
        ("gb", "GB"),
        ("kib", "KiB"),
        ("mib", "MiB"),
        ("gib", "GiB"),
        ("kbyte", "kB"),
        ("mbyte", "MB"),
        ("gbyte", "GB"),
    ],
    plain: Some("B"),
};

const RATE: Kind = Kind {
    what: "a rate",
    example: "100 Mbit/s",
    units: &[
        ("bit/s", 1),
        ("kbit/s", KILO),
        ("Mbit/s", MEGA),
        ("Gbit/s", GIGA),
    ],
    aliases: &[
        ("bps", "bit/s"),
        ("kbps", "kbit/s"),
        ("Mbps", "Mbit/s"),
        ("Gbps", "Gbit/s"),
        ("kb/s", "kbit/s"),
        ("Mb/s", "Mbit/s"),
        ("Gb/s", "Gbit/s"),
    ],
    meant: &[
        ("bit", "bit/s"),
        ("k", "kbit/s"),
        ("kbit", "kbit/s"),
        ("kbit/s", "kbit/s"),
        ("kbps", "kbit/s"),
        ("m", "Mbit/s"),
        ("mbit", "Mbit/s"),
        ("mbit/s", "Mbit/s"),
        ("mbps", "Mbit/s"),
        ("g", "Gbit/s"),
        ("gbit", "Gbit/s"),
        ("gbit/s", "Gbit/s"),
        ("gbps", "Gbit/s"),
    ],
    plain: None,
};

const TIME: Kind = Kind {
    what: "a time",
    example: "10 ms",
    units: &[
        ("ns", 1),
        ("us", KILO),
        ("ms", MEGA),
        ("s", GIGA),
        ("min", 60 * GIGA),
        ("h", 3600 * GIGA),
        ("days", 24 * 3600 * GIGA),
    ],
    // Both characters that look like a small mu.
    aliases: &[("\u{b5}s", "us"), ("\u{3bc}s", "us"), ("day", "days")],
    meant: &[
        ("nsec", "ns"),
        ("usec", "us"),
        ("micros", "us"),
        ("msec", "ms"),
        ("msecs", "ms"),
        ("millis", "ms"),
        ("milliseconds", "ms"),
        ("sec", "s"),
        ("secs", "s"),
        ("second", "s"),
        ("seconds", "s"),
        ("m", "min"),
        ("mins", "min"),
        ("minute", "min"),
        ("minutes", "min"),
        ("hr", "h"),
        ("hour", "h"),
        ("hours", "h"),
    ],
    plain: None,
};

const PERCENT: Kind = Kind {
    what: "a percentage",
    example: "2 %",
    units: &[("%", 10_000)],
    aliases: &[],
    meant: &[("percent", "%"), ("pct", "%")],
    plain: None,
};

impl Kind {
    /// Reads a number and a unit; the answer is in the smallest unit.
    fn parse(&self, text: &str) -> Result<u64, UnitError> {
        let text = text.trim();
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = (&text[..end], text[end..].trim_start());
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || part.contains('.') || (part.is_empty() && number.contains('.')) {
            return Err(UnitError {
                message: format!("`{}` is not {}", short(text), self.what),
                help: format!("write a number and a unit, such as {}", self.example),
            });
        }
        let scale = self.scale(text, number, unit)?;
        exact(whole, part, scale).ok_or_else(|| UnitError {
            message: format!("`{}` is too large, or too fine", short(text)),
            help: match self.units[0] {
                (unit, 1) => format!("{} is a whole number of {unit}, below 2^64", self.what),
                _ => "write four places at most, such as 0.0001 %".into(),
            },
        })
    }

    /// How much a unit is.
    fn scale(&self, text: &str, number: &str, unit: &str) -> Result<u64, UnitError> {
        let unit = match (unit, self.plain) {
            ("", Some(plain)) => plain,
            _ => lookup(self.aliases, unit).unwrap_or(unit),
        };
        if let Some(scale) = lookup(self.units, unit) {
            return Ok(scale);
        }
        let message = if unit.is_empty() {
            format!("`{}` has no unit", short(text))
        } else {
            format!("`{}` is not a unit of {}", short(unit), self.what)
        };
        let names: Vec<&str> = self.units.iter().map(|(name, _)| *name).collect();
        let help = match lookup(self.meant, &unit.to_ascii_lowercase()) {
            Some(meant) => format!("write {} {meant}", short(number)),
            None => format!("write {}, with one of {}", self.example, names.join(", ")),
        };
        Err(UnitError { message, help })
    }
}

fn lookup<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(n, _)| *n == name).map(|(_, t)| *t)
}

/// `whole.part × scale`, where that is a whole number below 2⁶⁴.
fn exact(whole: &str, part: &str, scale: u64) -> Option<u64> {
    let part = part.trim_end_matches('0');
    let places = u32::try_from(part.len()).ok().filter(|n| *n <= 18)?;
    let ten = 10u64.checked_pow(places)?;
    let above = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    if part.is_empty() {
        return Some(above);
    }
    let below = u128::from(part.parse::<u64>().ok()?) * u128::from(scale);
    if !below.is_multiple_of(u128::from(ten)) {
        return None;
    }
    above.checked_add(u64::try_from(below / u128::from(ten)).ok()?)
}

/// The largest unit that needs at most three places.
fn show(value: u64, units: &[(&str, u64)]) -> String {
    let fits = |scale: u64| value >= scale && (scale < KILO || value.is_multiple_of(scale / KILO));
    let (unit, scale) = units
        .iter()
        .rev()
        .find(|(_, scale)| fits(*scale))
        .unwrap_or(&units[0]);
    let thousandths = value % scale * KILO / scale;
    format!("{} {unit}", decimal(value / scale, thousandths, 3))
}

/// `whole.part` with so many places, without trailing zeros.
fn decimal(whole: u64, part: u64, places: usize) -> String {
    if part == 0 {
        return whole.to_string();
    }
    let digits = format!("{part:0places$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

/// At most forty characters of what somebody wrote.
fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        for (text, bytes) in [
            ("40 kB", 40_000),
            ("1MB", 1_000_000),
            ("1 GiB", 1 << 30),
            ("512 B", 512),
            ("512", 512),
            ("0", 0),
            ("1.5 kB", 1_500),
            ("0.001 kB", 1),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn rates_and_times_read_as_people_write_them() {
        for (text, rate) in [
            ("100 Mbit/s", 100_000_000),
            ("1Gbit/s", 1_000_000_000),
            ("56 kbit/s", 56_000),
            ("1.5 Mbit/s", 1_500_000),
            ("100Mbps", 100_000_000),
        ] {
            assert_eq!(parse_rate(text), Ok(rate), "{text}");
        }
        for (text, nanos) in [
            ("10 ms", 10_000_000),
            ("1s", 1_000_000_000),
            ("250 us", 250_000),
            ("250 µs", 250_000),
            ("30 min", 1_800_000_000_000),
            ("1 h", 3_600_000_000_000),
        ] {
            assert_eq!(parse_time(text), Ok(Duration(nanos)), "{text}");
        }
        assert_eq!(parse_percent("0.5 %"), Ok(5_000));
        assert_eq!(parse_percent("100%"), Ok(1_000_000));
        assert_eq!(parse_count(" 3 "), Ok(3));
    }

    #[test]
    fn a_mistake_is_named_and_its_remedy_too() {
        let said = |e: UnitError| e.to_string();
        assert_eq!(
            said(parse_time("10 msec").unwrap_err()),
            "`msec` is not a unit of a time; write 10 ms"
        );
        assert_eq!(
            said(parse_time("10").unwrap_err()),
            "`10` has no unit; write 10 ms, with one of ns, us, ms, s, min, h, days"
        );
        assert_eq!(
            said(parse_rate("100 mbps").unwrap_err()),
            "`mbps` is not a unit of a rate; write 100 Mbit/s"
        );
        assert_eq!(
            said(parse_size("forty").unwrap_err()),
            "`forty` is not a size; write a number and a unit, such as 40 kB"
        );
        for text in ["", ".", "1.", ".5 kB", "1.2.3 kB", "-1 kB", "0.5 B"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        for text in ["18446744073709551616", "99999999999 GB", "1.0000000001 GB"] {
            let said = said(parse_size(text).unwrap_err());
            assert!(said.contains("too large, or too fine"), "{said}");
        }
        assert!(parse_percent("101 %").is_err());
        assert!(parse_count("-1").is_err());
    }

    #[test]
    fn what_is_shown_reads_back_the_same() {
        for bytes in [
            0,
            1,
            999,
            1000,
            1024,
            1500,
            40_000,
            1 << 20,
            1 << 30,
            3 << 30,
        ] {
            assert_eq!(parse_size(&show_size(bytes)), Ok(bytes));
            assert_eq!(parse_rate(&show_rate(bytes)), Ok(bytes));
            assert_eq!(parse_time(&show_time(Duration(bytes))), Ok(Duration(bytes)));
        }
        assert_eq!(show_size(40_000), "40 kB");
        assert_eq!(show_size(1 << 30), "1 GiB");
        assert_eq!(show_rate(1_500_000), "1.5 Mbit/s");
        assert_eq!(show_time(Duration::from_millis(10)), "10 ms");
        assert_eq!(show_time(Duration::from_secs(90)), "90 s");
        assert_eq!(show_percent(25_000), "2.5 %");
    }
}
