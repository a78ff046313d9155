//! Whether files arrived as they were sent, in words.

use super::words::{counted, grouped};
use crate::timeline::{Arrival, Timeline};

/// So many equal files are named one by one.
const NAMED: usize = 5;

/// A sentence about files that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether they are as they were sent.
    pub ok: bool,
    /// `photo.png arrived changed: …`.
    pub text: String,
}

/// What there is to say of all files that came.
#[must_use]
pub fn told(timeline: &Timeline, arrivals: &[Arrival]) -> Vec<Told> {
    let equal = arrivals.iter().filter(|arrival| arrival.is_equal());
    let equal = equal.count();
    let mut all = Vec::new();
    if equal > NAMED {
        all.push(Told {
            ok: true,
            text: format!(
                "{} arrived as they were sent.",
                counted(equal as u64, "file")
            ),
        });
    }
    let one = |arrival: &&Arrival| !arrival.is_equal() || equal <= NAMED;
    all.extend(arrivals.iter().filter(one).map(|arrival| Told {
        ok: arrival.is_equal(),
        text: sentence(timeline, arrival),
    }));
    all
}

fn sentence(timeline: &Timeline, arrival: &Arrival) -> String {
    let name = arrival.path.trim_start_matches('/');
    let host = &timeline.node(arrival.host).name;
    let how = in_words(arrival);
    format!("{name} at {host}: {how}")
}

/// How a file arrived: `as it was sent`.
#[must_use]
pub fn in_words(arrival: &Arrival) -> String {
    let (sent, kept) = (grouped(arrival.sent), counted(arrival.kept, "byte"));
    if arrival.is_equal() {
        return format!("arrived as it was sent, {kept}.");
    }
    if arrival.is_cut() {
        return format!("arrived in part: {kept} of {sent}, and those as they were sent.");
    }
    let mut text = if arrival.sent == arrival.kept {
        format!("arrived changed, {kept} as before.")
    } else {
        format!("arrived changed: {kept} for {sent}.")
    };
    if let Some(first) = arrival.first {
        text += &format!(" The first to differ is byte {}", grouped(first.at));
        text += &match (first.was, first.is) {
            (Some(was), Some(is)) => format!(": {is:02x}, and was {was:02x}."),
            (None, Some(is)) => format!(": {is:02x}, where the file ended."),
            _ => ".".to_owned(),
        };
    }
    if arrival.other > 0 {
        let of = if arrival.compared < arrival.sent.min(arrival.kept) {
            format!(" of the first {}", grouped(arrival.compared))
        } else {
            String::new()
        };
        let is = if arrival.other == 1 { "is" } else { "are" };
        let other = counted(arrival.other, "byte");
        text += &format!(" In all, {other}{of} {is} not what was sent at that place.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{EventId, HostId};
    use crate::timeline::{Difference, sample};

    fn arrival(path: &str, sent: u64, kept: u64) -> Arrival {
        Arrival {
            event: EventId(0),
            host: HostId(0),
            sender: HostId(1),
            path: path.into(),
            sent,
            kept,
            compared: sent.min(kept),
            other: 0,
            first: None,
        }
    }

    #[test]
    fn a_file_that_was_harmed_says_where_and_equal_ones_are_said_shortly() {
        let timeline = sample::timeline();
        let mut harmed = arrival("/photo.png", 20_000, 20_157);
        harmed.first = Some(Difference {
            at: 5,
            was: Some(10),
            is: Some(13),
        });
        harmed.other = 19_912;
        let told = |all: &[Arrival]| {
            let told = told(&timeline, all).into_iter();
            told.map(|told| told.text).collect::<Vec<_>>()
        };
        let said = "photo.png at laptop: arrived changed: 20 157 bytes for 20 000. The first to \
            differ is byte 5: 0d, and was 0a. In all, 19 912 bytes are not what was sent at that \
            place.";
        assert_eq!(told(&[harmed.clone()]), [said]);
        let fine = |number| arrival(&format!("/site/{number}.txt"), 9, 9);
        assert_eq!(
            told(&[fine(1)]),
            ["site/1.txt at laptop: arrived as it was sent, 9 bytes."]
        );
        let mut many: Vec<Arrival> = (0..40).map(fine).collect();
        many.insert(7, harmed);
        assert_eq!(told(&many), ["40 files arrived as they were sent.", said]);
        assert_eq!(
            told(&[arrival("/big.iso", 40_000, 12_000)]),
            [
                "big.iso at laptop: arrived in part: 12 000 bytes of 40 000, and those as they were sent."
            ]
        );
    }
}
