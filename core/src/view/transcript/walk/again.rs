//! What happens again and again is told in one row.

use super::Walk;
use crate::base::{Duration, EventId, HostId, Time};
use crate::timeline::Event;
use crate::view::transcript::neighbours::Says;
use crate::view::transcript::page::precise;
use crate::view::words::counted;
use std::net::IpAddr;

/// What happened to a frame, behind its name.
pub(super) const AGAIN: &str = "sent again";
pub(super) const TWICE: &str = "made twice by the link";

/// A question or an answer about a hardware address, and how often it came again.
pub(super) struct Asked {
    /// The event of the question.
    pub(super) event: EventId,
    pub(super) who: HostId,
    pub(super) says: Says,
    pub(super) again: u64,
    /// When it came again first and last.
    pub(super) first: Time,
    pub(super) last: Time,
    /// The silence before it came again first.
    pub(super) silence: Duration,
}

/// Something that happened once or more, at one place, to one connection.
pub(super) struct Repeated {
    /// The event of the first.
    pub(super) event: Option<EventId>,
    pub(super) first: Time,
    pub(super) last: Time,
    pub(super) count: u64,
    pub(super) connection: Option<u32>,
    pub(super) who: String,
    /// With the number in front: `segments sent again`.
    pub(super) what: (&'static str, String),
}

impl Walk<'_> {
    /// Asked in vain, a host asks again each second: that is told in one row.
    pub(super) fn asked(&mut self, event: Event, says: Says) {
        if let Says::Answers(address) = says {
            self.unheard.retain(|(_, asked, _)| *asked != address);
        }
        let same = |a: &&mut Asked| a.who == event.host && a.says == says;
        if let Some(asked) = self.asked.as_mut().filter(|a| same(a)) {
            let silence = self.page.take_silence();
            if asked.again == 0 {
                (asked.first, asked.silence) = (event.time, silence);
                asked.event = event.id;
            }
            asked.again += 1;
            asked.last = event.time;
            return;
        }
        self.row(event.time, None, self.name(event.host), &says.to_string());
        self.asked = Some(Asked {
            event: event.id,
            who: event.host,
            says,
            again: 0,
            first: event.time,
            last: event.time,
            silence: Duration::ZERO,
        });
    }

    /// Of a question that is asked each second, the first loss is told, until somebody answers.
    pub(super) fn unheard(&mut self, time: Time, question: (HostId, IpAddr, String)) {
        if self.unheard.contains(&question) {
            return;
        }
        let (who, address, what) = &question;
        let (name, says) = (self.name(*who), Says::Asks(*address));
        let asked = self.asked.as_ref();
        if asked.is_some_and(|a| a.who == *who && a.says == says && a.again == 0) {
            // Right below the question, which may come again.
            self.tell_repeated();
            self.page.row(time, None, name, what);
        } else {
            self.row(time, None, name, what);
        }
        self.unheard.push(question);
    }

    /// Tells what came again since the last row, in the order of its first time.
    pub(super) fn tell_pending(&mut self) {
        if let Some(asked) = self.asked.take().filter(|a| a.again > 0) {
            let later = self.page.take_silence();
            self.page.silence(asked.silence);
            let text = match asked.again {
                1 => asked.says.to_string(),
                many => {
                    let within = precise(asked.last.since(asked.first));
                    format!("{} (↻ {many} times, within {within})", asked.says)
                }
            };
            let now = self.page.at.replace(asked.event);
            self.page
                .row(asked.first, None, self.name(asked.who), &text);
            self.page.at = now;
            self.page.silence(later);
        }
        self.tell_repeated();
    }

    pub(super) fn repeat(
        &mut self,
        time: Time,
        connection: Option<u32>,
        who: String,
        what: (&'static str, String),
    ) {
        let same = |r: &&mut Repeated| r.what == what && r.who == who && r.connection == connection;
        if let Some(known) = self.repeated.iter_mut().find(same) {
            known.count += 1;
            known.last = time;
        } else {
            self.repeated.push(Repeated {
                event: self.page.at,
                first: time,
                last: time,
                count: 1,
                connection,
                who,
                what,
            });
        }
    }

    fn tell_repeated(&mut self) {
        for rep in std::mem::take(&mut self.repeated) {
            let (thing, happened) = &rep.what;
            let sign = match happened.as_str() {
                AGAIN => '↻',
                TWICE => '⧉',
                _ => '✕',
            };
            let text = if rep.count == 1 {
                format!("{sign} {thing} {happened}")
            } else {
                let many = counted(rep.count, thing);
                match rep.last.since(rep.first) {
                    Duration::ZERO => format!("{sign} {many} {happened}, all at once"),
                    within => format!("{sign} {many} {happened}, within {}", precise(within)),
                }
            };
            let now = std::mem::replace(&mut self.page.at, rep.event);
            self.page.row(rep.first, rep.connection, &rep.who, &text);
            self.page.at = now;
        }
    }
}
