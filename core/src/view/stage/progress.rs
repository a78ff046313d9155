//! How much of a file or a letter has gone: it is one thing that moves, however many packets
//! carry it.

use crate::base::headers::Tcp;
use crate::base::{FrameId, TurnKind};
use crate::timeline::TurnRecord;
use crate::view::moment::Moment;
use crate::view::outline::{Row, What};
use crate::view::words::grouped;

/// How much of something has gone, before and after it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that had gone before.
    pub from: u64,
    /// Bytes that have gone after.
    pub to: u64,
    /// Of so many.
    pub of: u64,
    /// Whether it is told in parts of a hundred: there is little room.
    pub short: bool,
}

impl Progress {
    /// How much has gone once `share` of this way lies behind it, in parts of the whole.
    #[must_use]
    pub fn share(&self, share: f64) -> f64 {
        parts(self.at(share), self.of)
    }

    /// `▤ 12 of 40 kB`, or `▤ 30 %`.
    #[must_use]
    pub fn words(&self, share: f64) -> String {
        if self.short {
            let parts = self.at(share).saturating_mul(100) / self.of.max(1);
            return ["▤ ", &grouped(parts.min(100)), " %"].concat();
        }
        let (unit, word) = match self.of {
            0..10_000 => (1, "bytes"),
            10_000..10_000_000 => (1000, "kB"),
            _ => (1_000_000, "MB"),
        };
        // All of it is all of it, however it is rounded.
        let gone = grouped(self.at(share) / unit);
        let of = grouped(self.of / unit);
        ["▤ ", &gone, " of ", &of, " ", word].concat()
    }

    fn at(&self, share: f64) -> u64 {
        let way = self.to.saturating_sub(self.from);
        // In thousandths: no more can be seen.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1000"
        )]
        let thousandths = (share * 1000.0).round() as u64;
        self.from + way / 1000 * thousandths + way % 1000 * thousandths / 1000
    }
}

fn parts(some: u64, of: u64) -> f64 {
    let thousandths = some.saturating_mul(1000) / of.max(1);
    f64::from(u32::try_from(thousandths.min(1000)).unwrap_or(1000)) / 1000.0
}

/// All of what a row brings, where it is a file or a letter.
pub(super) fn of_row(moment: &Moment, row: &Row) -> Option<Progress> {
    if row.what != What::Says(TurnKind::Data) {
        return None;
    }
    let event = moment.timeline.event(row.opens);
    let (from, to) = moment.timeline.turn(event.arg).range;
    let of = to.saturating_sub(from);
    (of > 0).then_some(Progress {
        from: 0,
        to: of,
        of,
        short: false,
    })
}

/// The part of a file or a letter that a frame carries.
pub(super) fn of_frame(moment: &Moment, frame: FrameId) -> Option<Progress> {
    let timeline = moment.timeline;
    let end = timeline.frame(frame).conn?;
    let tcp = Tcp::read(timeline.bytes(frame))?;
    if tcp.payload.is_empty() {
        return None;
    }
    let first = moment.outline.sequence(timeline, end)?;
    let speaks = timeline
        .turns()
        .iter()
        .filter(|said| said.conn == Some(end));
    let mut data = speaks.filter(|said| said.turn.kind == TurnKind::Data);
    data.find_map(|said: &TurnRecord| {
        let (from, to) = said.range;
        // The SYN takes the stream's first number.
        let at = first.offset(tcp.seq, from + 1)?.checked_sub(1)?;
        let of = to.saturating_sub(from);
        let begins = at.checked_sub(from).filter(|begins| *begins < of)?;
        let ends = (begins + tcp.payload.len() as u64).min(of);
        Some(Progress {
            from: begins,
            to: ends,
            of,
            short: false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_gone_is_told_in_the_unit_of_the_whole() {
        let part = |from, to, of| Progress {
            from,
            to,
            of,
            short: false,
        };
        assert_eq!(part(0, 40_000, 40_000).words(0.3), "▤ 12 of 40 kB");
        assert_eq!(part(0, 40_000, 40_000).words(1.0), "▤ 40 of 40 kB");
        assert_eq!(part(1460, 2920, 3000).words(1.0), "▤ 2 920 of 3 000 bytes");
        assert_eq!(
            part(0, 100_000_000, 100_000_000).words(0.5),
            "▤ 50 of 100 MB"
        );
        assert!((part(0, 10, 40).share(1.0) - 0.25).abs() < 0.001);
        assert!((part(0, 0, 0).share(1.0)).abs() < 0.001);
        let short = Progress {
            short: true,
            ..part(0, 1000, 3000)
        };
        assert_eq!(short.words(1.0), "▤ 33 %");
    }
}
