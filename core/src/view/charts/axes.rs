//! Where numbers stand on a chart's edges, and how they are written there.

use super::series::Unit;
use crate::base::Time;
use crate::view::words::grouped;

const MS: u64 = 1_000_000;
const S: u64 = 1_000 * MS;
const MINUTE: u64 = 60 * S;

/// Steps of a height: 1, 2 or 5 of something, so that about `count` of them reach the top.
pub fn heights(top: u64, count: u64) -> u64 {
    let least = (top / count.max(1)).max(1);
    let mut step = 1_u64;
    loop {
        for times in [1, 2, 5] {
            if step.saturating_mul(times) >= least {
                return step.saturating_mul(times);
            }
        }
        step = step.saturating_mul(10);
    }
}

/// Steps of time, as clocks count.
pub fn times(length: u64, count: u64) -> u64 {
    const CLOCK: [u64; 9] = [
        10 * S,
        15 * S,
        30 * S,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        60 * MINUTE,
    ];
    let least = (length / count.max(1)).max(1);
    if least <= 5 * S {
        return super::series::round(least);
    }
    let fits = CLOCK.into_iter().find(|step| *step >= least);
    fits.unwrap_or_else(|| least.div_ceil(60 * MINUTE) * 60 * MINUTE)
}

/// A height beside its line; all of an edge are written alike.
pub fn height(value: u64, top: u64, unit: Unit) -> String {
    let (divisor, word) = match top {
        0..20_000 => (1, "B"),
        20_000..20_000_000 => (1_000, "kB"),
        20_000_000..20_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let per = match unit {
        Unit::Bytes => "",
        Unit::PerSecond => "/s",
    };
    format!("{}\u{a0}{word}{per}", grouped(value / divisor))
}

/// A moment below its line: with as many digits as the steps need.
pub fn moment(time: Time, step: u64) -> String {
    if step >= 60 * MINUTE && time.0.is_multiple_of(60 * MINUTE) {
        return format!("{}\u{a0}h", time.0 / (60 * MINUTE));
    }
    if step >= MINUTE {
        return format!("{}\u{a0}min", time.0 / MINUTE);
    }
    let digits = match step {
        S.. => 0,
        100_000_000.. => 1,
        10_000_000.. => 2,
        1_000_000.. => 3,
        100_000.. => 4,
        10_000.. => 5,
        _ => 6,
    };
    let micros = time.0 / 1_000;
    let whole = micros / 1_000_000;
    let mut text = whole.to_string();
    if digits > 0 {
        let part = format!("{:06}", micros % 1_000_000);
        text.push('.');
        text += &part[..digits];
    }
    text + "\u{a0}s"
}
