//! Data connections of sessions made by hand, and what agreed on them.

use super::ties;
use crate::base::{ConnId, TurnKind};
use crate::timeline::Tie;
use crate::timeline::sample::{Flags, LAPTOP, SERVER, Script};

/// A session, and how far each side has come in its words.
struct Session {
    script: Script,
    ends: [ConnId; 2],
    said: [u64; 2],
}

impl Session {
    fn begins() -> Self {
        let mut script = Script::new();
        let (client, server) = script.connects(LAPTOP, (49_152, 21));
        Self {
            script,
            ends: [client, server],
            said: [0, 0],
        }
    }

    fn says(&mut self, side: usize, kind: TurnKind, text: &str) {
        let from = self.said[side];
        self.script.says(self.ends[side], from, kind, text, "");
        self.said[side] += text.len() as u64 + 2;
    }

    fn asks(&mut self, text: &str) {
        self.says(0, TurnKind::Command, text);
    }

    fn answers(&mut self, text: &str) {
        self.says(1, TurnKind::Reply, text);
    }

    fn ties(&self) -> Vec<Option<Tie>> {
        ties(&self.script.timeline)
    }
}

fn words(tie: Option<&Tie>) -> String {
    tie.map(Tie::words).unwrap_or_default()
}

#[test]
fn a_connection_is_tied_to_the_reply_that_named_its_port_whatever_the_address() {
    let mut s = Session::begins();
    s.asks("PASV");
    // The server stands behind a NAT, and names the address it knows.
    s.answers("227 Entering Passive Mode (10,0,0,5,195,80).");
    s.script.connects(LAPTOP, (49_153, 50_000));
    s.asks("RETR report.pdf");
    s.answers("150 Here it comes.");
    let all = s.ties();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], None, "nobody announced the control connection");
    let tie = all[1].as_ref().unwrap();
    assert_eq!(tie.words(), "for RETR report.pdf, agreed by 227");
    assert_eq!(tie.control, 1);
    let text = |event: Option<crate::base::EventId>| {
        let timeline = &s.script.timeline;
        let event = timeline.event(event.unwrap());
        timeline.turn(event.arg).turn.text.clone()
    };
    assert_eq!(text(tie.asked), "PASV");
    assert!(text(Some(tie.announced)).starts_with("227 "));
    assert_eq!(text(tie.used), "RETR report.pdf");
}

#[test]
fn a_call_that_never_arrives_is_tied_to_the_port_command() {
    let mut s = Session::begins();
    s.asks("PORT 10,0,0,5,195,80");
    s.answers("200 I will call there.");
    s.asks("STOR letter.txt");
    let end = s.script.opening(SERVER, true, (20, 50_000));
    let syn = s.script.sends(end, &Flags("S"), 0, b"");
    s.script.is_lost(syn);
    s.answers("425 Nobody answers.");
    let all = s.ties();
    assert_eq!(
        words(all[1].as_ref()),
        "agreed by PORT",
        "it was used in vain"
    );
}

#[test]
fn the_last_announcement_counts_and_what_was_refused_did_not_use_it() {
    let mut s = Session::begins();
    s.asks("EPSV");
    s.answers("229 Entering Extended Passive Mode (|||50000|)");
    s.script.connects(LAPTOP, (49_153, 50_000));
    s.asks("RETR missing");
    s.answers("550 No such file.");
    s.asks("LIST");
    s.answers("150 Here it comes.");
    s.answers("226 That was all.");
    s.asks("EPSV");
    s.answers("229 Entering Extended Passive Mode (|||50001|)");
    s.asks("EPSV");
    s.answers("229 Entering Extended Passive Mode (|||50000|)");
    s.script.connects(LAPTOP, (49_154, 50_000));
    // A port that nobody spoke of.
    s.script.connects(LAPTOP, (49_155, 8080));
    let all = s.ties();
    assert_eq!(words(all[1].as_ref()), "for LIST, agreed by 229");
    assert_eq!(words(all[2].as_ref()), "agreed by 229");
    assert!(all[2].as_ref().unwrap().announced > all[1].as_ref().unwrap().announced);
    assert_eq!(all[3], None);
}
