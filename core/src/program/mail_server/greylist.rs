//! Greylisting: who comes for the first time is asked to come again. Those who only ever try
//! once do not.

use crate::base::{Duration, Time};
use std::collections::VecDeque;
use std::net::IpAddr;

/// As many meetings are remembered; then the oldest are forgotten.
const MOST: usize = 1000;

/// A client, a sender and a recipient, who have met before or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    pub client: IpAddr,
    pub from: String,
    pub to: String,
}

/// Who has met whom, and when for the first time.
#[derive(Debug, Default)]
pub(super) struct Greylist {
    met: VecDeque<(u32, Meeting, Time)>,
    count: u32,
}

/// What is to be noted of a meeting: its number, and its words; none for one that is forgotten.
pub(super) type Noted = (u32, Option<String>);

impl Greylist {
    /// From when on this meeting is welcome, and what changed.
    pub fn meets(&mut self, now: Time, wait: Duration, meeting: Meeting) -> (Time, Vec<Noted>) {
        if let Some((_, _, first)) = self.met.iter().find(|(_, met, _)| *met == meeting) {
            return (*first + wait, Vec::new());
        }
        self.count += 1;
        let Meeting { client, from, to } = &meeting;
        let until = super::queue::clock(now + wait);
        let words = format!("{client}, {from} to {to}: welcome from {until} on");
        let mut noted = vec![(self.count, Some(words))];
        self.met.push_back((self.count, meeting, now));
        if self.met.len() > MOST
            && let Some((number, ..)) = self.met.pop_front()
        {
            noted.push((number, None));
        }
        (now + wait, noted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_visit_is_welcome_and_the_list_does_not_grow_for_ever() {
        let mut list = Greylist::default();
        let wait = Duration::from_secs(300);
        let meeting = |n: usize| Meeting {
            client: "192.0.2.1".parse().unwrap(),
            from: format!("<{n}@example.org>"),
            to: "<grace@example.net>".into(),
        };
        let at = |s| Time::ZERO + Duration::from_secs(s);
        let (from, noted) = list.meets(at(1), wait, meeting(0));
        assert_eq!(from, at(301));
        let words = "192.0.2.1, <0@example.org> to <grace@example.net>: welcome from 00:05:01 on";
        assert_eq!(noted, [(1, Some(words.to_owned()))]);
        assert_eq!(list.meets(at(200), wait, meeting(0)), (at(301), vec![]));
        let forgotten = |n| list.meets(at(400), wait, meeting(n)).1.len() - 1;
        assert_eq!((1..1500).map(forgotten).sum::<usize>(), 500);
        assert_eq!(list.met.len(), MOST);
    }
}
