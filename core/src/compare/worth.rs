//! What is worth comparing: pairs of runs that teach something, and what a run is compared
//! with where nobody says.

use crate::scenario::{catalogue, load};

/// A scenario and its knobs.
pub type Which<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// Two runs worth comparing.
#[derive(Clone, Copy, Debug)]
pub struct Worth {
    /// What there is to see.
    pub title: &'static str,
    /// The two.
    pub sides: [Which<'static>; 2],
}

/// Pairs of runs that teach something.
pub const WORTH: &[Worth] = &[
    Worth {
        title: "Passive against active: who opens the data connection?",
        sides: [
            ("ftp-download", &[]),
            ("ftp-download", &[("mode", "active")]),
        ],
    },
    Worth {
        title: "A home router with and without a helper for FTP",
        sides: [
            ("ftp-active-nat", &[]),
            ("ftp-active-nat", &[("nat", "helper")]),
        ],
    },
    Worth {
        title: "Waiting for every answer, and going on without",
        sides: [
            ("mail-pipelining", &[("client", "waits for every answer")]),
            ("mail-pipelining", &[]),
        ],
    },
    Worth {
        title: "FTP against mail: pulled over two connections, pushed over one",
        sides: [("ftp-download", &[]), ("mail-submit", &[])],
    },
    Worth {
        title: "A file of 40 kB and one of 1 MB: where does the overhead go?",
        sides: [("ftp-download", &[]), ("ftp-download", &[("size", "1 MB")])],
    },
    Worth {
        title: "A stranger's letter: taken at once, or later",
        sides: [
            ("mail-refused", &[]),
            ("mail-refused", &[("greylists", "two minutes (451)")]),
        ],
    },
    Worth {
        title: "A name server, or a file on the laptop",
        sides: [
            ("handshake", &[]),
            ("handshake", &[("names", "a name server")]),
        ],
    },
    Worth {
        title: "A firewall that says no, and one that says nothing",
        sides: [
            ("drop-or-reject", &[("rule", "drop")]),
            ("drop-or-reject", &[("rule", "reject by RST")]),
        ],
    },
];

/// Knobs with their values.
type Settings = Vec<(String, String)>;

/// The knobs of the run that a run of a scenario is compared with: the scenario as it is; where
/// it is as it is already, with its first knob turned. `None` where it has no other run.
#[must_use]
pub fn other(id: &str, knobs: &[(String, String)]) -> Option<Settings> {
    let text = catalogue::find(id)?.text;
    let scenario = load(id, text, knobs).ok()?.scenario;
    let turned = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    if scenario.knobs.iter().any(|knob| knob.value != knob.default) {
        return Some(Vec::new());
    }
    scenario.knobs.iter().find_map(|knob| {
        let mut values = knob.values.worth_trying().iter();
        let value = values.find(|value| **value != knob.value)?;
        Some(turned(&knob.name, value))
    })
}
