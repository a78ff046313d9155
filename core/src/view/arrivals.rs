//! What came of files and letters, in words: whether files arrived as they were sent, whose
//! letters arrived, whether they are as they were written, and which still wait.

use super::hosts::letter_at;
use super::words::{counted, grouped, grouped_bytes};
use crate::base::sorted::Map;
use crate::base::{HostId, Kept};
use crate::dissect::letterhead;
use crate::timeline::{Arrival, Kind, Timeline};

/// So many equal files are named one by one.
const NAMED: usize = 5;

/// A sentence about files and letters that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether they are as they were sent, or where they should be.
    pub ok: bool,
    /// A sign for the same.
    pub sign: char,
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
            sign: '=',
            text: format!(
                "{} arrived as they were sent.",
                counted(equal as u64, "file")
            ),
        });
    }
    let one = |arrival: &&Arrival| !arrival.is_equal() || equal <= NAMED;
    all.extend(arrivals.iter().filter(one).map(|arrival| Told {
        ok: arrival.is_equal(),
        sign: if arrival.is_equal() { '=' } else { '≠' },
        text: sentence(timeline, arrival),
    }));
    all.extend(letters(timeline));
    all
}

/// Whose mailboxes letters came to, and which letters still wait at the end.
fn letters(timeline: &Timeline) -> Vec<Told> {
    // The head of a letter says what it is.
    const HEAD: u64 = 4096;
    let mut changed = timeline.letters();
    changed.retain(|letter| !letter.is_equal());
    let mut came: Map<(HostId, &str, bool), u64> = Map::new();
    let mut waits: Map<(HostId, &str), &str> = Map::new();
    for event in timeline.events().iter() {
        match event.kind {
            Kind::Kept => {
                let kept = timeline.kept(event.arg);
                let cause = event.cause.map(|cause| timeline.event(cause).kind);
                let was_there = matches!(cause, Some(Kind::Started | Kind::HostUp));
                if let (Some(Kept::File(content)), false) = (&kept.what, was_there)
                    && let Some((mailbox, _)) = letter_at(&kept.path)
                    && !mailbox.is_empty()
                    && !changed.iter().any(|letter| letter.event == event.id)
                {
                    let head = timeline.content_in(content, 0..content.len().min(HEAD));
                    let is_report = letterhead(&head).is_report;
                    *came.or_default((event.host, mailbox, is_report)) += 1;
                }
            }
            Kind::Note => {
                let note = timeline.note(event.arg);
                if note.key.starts_with("queue.") {
                    waits.insert((event.host, &note.key), &note.value);
                }
            }
            _ => {}
        }
    }
    let name = |host: HostId| timeline.node(host).name.as_str();
    let mut all: Vec<Told> = Vec::new();
    if came.len() > NAMED {
        let letters = counted(came.values().sum(), "letter");
        let boxes = counted(came.len() as u64, "mailbox").replace("boxs", "boxes");
        all.push(arrived(format!("{letters} arrived, in {boxes}.")));
    } else {
        all.extend(came.iter().map(|((host, mailbox, is_report), count)| {
            let what = if *is_report { "report" } else { "letter" };
            let of = if *is_report { " of a mail server" } else { "" };
            let what = counted(*count, what);
            arrived(format!(
                "{what}{of} arrived for {mailbox}, at {}.",
                name(*host)
            ))
        }));
    }
    let changed = changed.iter().filter_map(|letter| {
        let (mailbox, number) = letter_at(&letter.path).filter(|(whose, _)| !whose.is_empty())?;
        let (whose, how) = (name(letter.host), not_as_written(letter));
        Some(Told {
            ok: false,
            sign: '≠',
            text: format!("Letter {number} for {mailbox}, at {whose}, arrived {how}."),
        })
    });
    all.extend(changed.take(NAMED));
    let waits = waits.iter().filter(|(_, how)| !how.is_empty());
    all.extend(waits.take(NAMED).map(|((host, _), how)| Told {
        ok: false,
        sign: '⋯',
        text: grouped_bytes(&format!("A letter still waits at {}, {how}.", name(*host))),
    }));
    all
}

/// How the text of a letter arrived that is not as somebody wrote it.
fn not_as_written(letter: &Arrival) -> String {
    let (written, kept) = (grouped(letter.sent), counted(letter.kept, "byte"));
    if letter.is_cut() {
        format!("in part: {kept} of the {written} that were written")
    } else {
        format!("not as it was written: {kept} of text for {written}")
    }
}

fn arrived(text: String) -> Told {
    Told {
        ok: true,
        sign: '=',
        text,
    }
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
    use crate::base::{Content, EventId, HostId, Letter, ProgramId};
    use crate::timeline::{Act, Action, Difference, KeptRecord, sample};

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

    /// Ada writes a letter, and the server keeps it with this text.
    fn kept_as(text: &str, header: &str) -> (Timeline, Vec<String>) {
        let mut s = sample::Script::new();
        let letter = Letter {
            to: vec!["Grace".into()],
            subject: "The list of all that there is".into(),
            text: "One\n.\nTwo\n".into(),
            ..Letter::default()
        };
        let action = Action {
            at: s.now,
            host: "laptop".into(),
            person: "Ada".into(),
            program: None,
            act: Act::Write(letter),
        };
        let at = s.at(sample::LAPTOP);
        s.cause = Some(s.timeline.record_action(at, action));
        let head = "Received: from laptop\r\nSubject: The list of all\r\n that there is\r\n";
        let letter = [head, header, "\r\n", text].concat();
        let kept = KeptRecord {
            program: ProgramId(0),
            path: "/mail/grace@example.net/1.eml".into(),
            what: Some(Kept::File(Content::from_bytes(letter.as_bytes()))),
        };
        let at = s.at(sample::SERVER);
        s.timeline.record_kept(at, kept);
        let told = told(&s.timeline, &[]).into_iter().map(|told| told.text);
        let told = told.collect();
        (s.timeline, told)
    }

    #[test]
    fn a_letter_that_is_not_as_it_was_written_is_told() {
        let arrived = "1 letter arrived for grace@example.net, at server.";
        assert_eq!(kept_as("One\r\n.\r\nTwo\r\n", "").1, [arrived]);
        let (timeline, told) = kept_as("One\r\n", "");
        let cut = "Letter 1 for grace@example.net, at server, arrived in part: 5 bytes of the 13 \
            that were written.";
        assert_eq!(told, [cut]);
        let letters = timeline.letters();
        assert_eq!(
            (letters[0].host, letters[0].sender),
            (sample::SERVER, sample::LAPTOP)
        );
        let changed = "Letter 1 for grace@example.net, at server, arrived not as it was written: \
            14 bytes of text for 13.";
        assert_eq!(kept_as("One\r\n..\r\nTwo\r\n", "").1, [changed]);
        // What is encoded is not looked at.
        let encoded = kept_as("One=\r\n", "MIME-Version: 1.0\r\n");
        assert_eq!(
            (encoded.0.letters().len(), &encoded.1[..]),
            (0, &[arrived.to_owned()][..])
        );
    }
}
