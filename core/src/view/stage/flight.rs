//! A packet on its way, and where it is at each part of that way.

use super::Progress;
use super::shapes::{distance, length};
use crate::base::FrameId;

/// Room between a packet at rest and the box it goes to.
const ROOM: f64 = 3.0;

/// A packet, or a turn, on its way during the step shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// Where it passes. What is lost falls at the end.
    pub path: Vec<(f64, f64)>,
    /// What it is, in a word or two.
    pub label: String,
    /// Its classes.
    pub class: String,
    /// The frame, where it is one.
    pub frame: Option<FrameId>,
    /// When it sets out, in parts of the step: 0 to 1.
    pub starts: f64,
    /// When it is there.
    pub ends: f64,
    /// Why and where it was lost: `queue full on laptop - server`.
    pub lost: Option<String>,
    /// How much of a file or a letter has gone, where it is one.
    pub progress: Option<Progress>,
    /// Width and height of what moves; the path is that of its middle.
    pub size: (f64, f64),
}

impl Flight {
    /// Where its middle is once `t` of the way lies behind it, 0 to 1. It comes to rest before
    /// the box it goes to, not on it; what is lost lies where it fell.
    #[must_use]
    pub fn at(&self, t: f64) -> (f64, f64) {
        let path = &self.path;
        let whole = length(path);
        let start = self.half(path.first(), path.get(1));
        let end = match self.lost {
            Some(_) => 0.0,
            None => self.half(path.iter().nth_back(1), path.last()),
        };
        // A card that is wider than the way stays in its middle.
        let start = start.min(whole / 2.0);
        let end = end.min(whole - start);
        let mut left = start + (whole - start - end) * t;
        for pair in path.windows(2) {
            let piece = distance(pair[0], pair[1]);
            if left <= piece && piece > 0.0 {
                let part = left / piece;
                let at = |a: f64, b: f64| a + (b - a) * part;
                return (at(pair[0].0, pair[1].0), at(pair[0].1, pair[1].1));
            }
            left -= piece;
        }
        path.last().copied().unwrap_or_default()
    }

    /// Half of it, in the direction in which it goes there, and a little room.
    fn half(&self, from: Option<&(f64, f64)>, to: Option<&(f64, f64)>) -> f64 {
        let (Some(from), Some(to)) = (from, to) else {
            return 0.0;
        };
        let level = (to.0 - from.0).abs() >= (to.1 - from.1).abs();
        let (width, height) = self.size;
        let across = if level { width } else { height };
        across / 2.0 + ROOM
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight(path: &[(f64, f64)]) -> Flight {
        Flight {
            path: path.to_vec(),
            label: "SYN".into(),
            class: "flight".into(),
            frame: None,
            starts: 0.0,
            ends: 1.0,
            lost: None,
            progress: None,
            size: (40.0, 20.0),
        }
    }

    #[test]
    fn it_rests_before_the_box_it_goes_to() {
        let level = flight(&[(0.0, 50.0), (200.0, 50.0)]);
        assert_eq!(level.at(0.0), (23.0, 50.0));
        assert_eq!(level.at(0.5), (100.0, 50.0));
        assert_eq!(level.at(1.0), (177.0, 50.0));
        let around = flight(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
        assert_eq!(around.at(1.0), (100.0, 87.0));
    }

    #[test]
    fn what_is_lost_lies_where_it_fell() {
        let mut lost = flight(&[(0.0, 50.0), (200.0, 50.0)]);
        lost.lost = Some("queue full".into());
        assert_eq!(lost.at(1.0), (200.0, 50.0));
    }

    #[test]
    fn a_card_wider_than_the_way_stays_in_its_middle() {
        let narrow = flight(&[(0.0, 0.0), (30.0, 0.0)]);
        assert_eq!(narrow.at(0.0), (15.0, 0.0));
        assert_eq!(narrow.at(1.0), (15.0, 0.0));
        assert_eq!(flight(&[]).at(1.0), (0.0, 0.0));
    }
}
