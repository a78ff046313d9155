//! Every reply code of mail that the lessons promise, with the scenario and the knob that
//! reach it: read off the wire by tshark, from the capture of the tap that hears it.

use std::collections::BTreeSet;
use wirestage_core::simulation::Options;
use wirestage_tests::runs::owned;
use wirestage_tests::{Run, Scratch, Tshark};

/// A code, the scenario, its knob and the value (nothing: as the file has it), and the host
/// that says it.
type Row = (
    u16,
    &'static str,
    Option<(&'static str, &'static str)>,
    &'static str,
);

/// Where each code is to be seen.
const CODES: &[Row] = &[
    (220, "mail-submit", None, "server"),
    (221, "mail-submit", None, "server"),
    (250, "mail-submit", None, "server"),
    (354, "mail-submit", None, "server"),
    (235, "mail-ada-grace", None, "mail"),
    (
        251,
        "mail-several",
        Some(("third", "Dennis, who has moved (251)")),
        "mx",
    ),
    (
        252,
        "mail-by-hand",
        Some(("line", "do you know Ada? (252)")),
        "mx",
    ),
    (
        334,
        "mail-ada-grace",
        Some(("auth", "question by question")),
        "mail",
    ),
    (
        421,
        "mail-by-hand",
        Some(("line", "nothing, for ten minutes (421)")),
        "mx",
    ),
    (
        450,
        "mail-refused",
        Some(("to", "Barbara, whose mailbox is busy (450)")),
        "mx",
    ),
    (
        451,
        "mail-refused",
        Some(("greylists", "two minutes (451)")),
        "mx",
    ),
    (452, "mail-refused", Some(("disk", "none (452)")), "mx"),
    (
        500,
        "mail-refused",
        Some(("extended", "no, it is old (500)")),
        "mx",
    ),
    (
        500,
        "mail-by-hand",
        Some(("line", "no such word (500)")),
        "mx",
    ),
    (
        501,
        "mail-by-hand",
        Some(("line", "half a command (501)")),
        "mx",
    ),
    (
        502,
        "mail-by-hand",
        Some(("line", "who is on the list? (502)")),
        "mx",
    ),
    (503, "mail-by-hand", Some(("line", "too early (503)")), "mx"),
    (
        504,
        "mail-by-hand",
        Some(("line", "help with the weather (504)")),
        "mx",
    ),
    (
        530,
        "mail-by-hand",
        Some(("port", "587, for users (530)")),
        "mx",
    ),
    (535, "mail-login", Some(("password", "wrong")), "server"),
    (550, "mail-refused", None, "mx"),
    (
        551,
        "mail-refused",
        Some(("to", "Alan, who has moved (551)")),
        "mx",
    ),
    (552, "mail-refused", Some(("quota", "none (552)")), "mx"),
    (
        553,
        "mail-automated",
        Some(("sender", "somebody else's (553)")),
        "mail",
    ),
    (
        554,
        "mail-refused",
        Some(("blocks", "Ada's server (554)")),
        "mx",
    ),
];

/// All that must be reached.
const ALL: [u16; 24] = [
    220, 221, 235, 250, 251, 252, 334, 354, 421, 450, 451, 452, 500, 501, 502, 503, 504, 530, 535,
    550, 551, 552, 553, 554,
];

#[test]
fn the_table_names_every_code() {
    let named: BTreeSet<u16> = CODES.iter().map(|row| row.0).collect();
    assert_eq!(named, BTreeSet::from(ALL));
}

#[test]
fn every_code_is_on_the_wire_where_the_table_says() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new("mail-codes");
    let file = scratch.file("tap.pcapng");
    let mut missing = Vec::new();
    for (code, id, knob, host) in CODES {
        let settings = owned(&knob.map_or_else(Vec::new, |knob| vec![knob]));
        let run = Run::with(id, &settings, &Options::default());
        std::fs::write(&file, run.pcapng(host)).unwrap();
        let said = said_by(&tshark, &file, &run, host);
        if !said.contains(code) {
            missing.push(format!(
                "{code}: {id} {settings:?} at {host}, which says {said:?}"
            ));
        }
    }
    assert!(missing.is_empty(), "not heard:\n{}", missing.join("\n"));
}

/// The codes that a host says, as tshark reads its tap.
fn said_by(tshark: &Tshark, file: &std::path::Path, run: &Run, host: &str) -> BTreeSet<u16> {
    let node = run.timeline.node_named(host).unwrap();
    let addresses = &run.timeline.node(node).addresses;
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let rows = tshark.fields(file, "smtp.rsp", &["ip.src", "smtp.response.code"]);
    let own = rows.into_iter().filter(|row| addresses.contains(&row[0]));
    let codes = own.flat_map(|row| {
        let codes = row[1].split('\x1f').map(str::to_owned);
        codes.collect::<Vec<_>>()
    });
    codes.map(|code| code.parse().unwrap()).collect()
}
