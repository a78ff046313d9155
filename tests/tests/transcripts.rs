//! Transcripts of the catalogue, owned by snapshots. To renew them after a change that is
//! meant, run with WIRESTAGE_UPDATE_SNAPSHOTS=1 and read the difference.

use wirestage_core::view::transcript::{Options, transcript};
use wirestage_tests::Run;

fn compare(id: &str, settings: &[(&str, &str)]) {
    let run = Run::of(id, settings);
    let told = transcript(&run.timeline, &run.info, Options::default());
    for line in told.lines() {
        assert!(line.chars().count() <= 100, "too long: {line}");
    }
    let mut name = id.to_owned();
    for (knob, value) in settings {
        name += &format!(".{knob}-{}", value.replace(' ', ""));
    }
    let path = wirestage_tests::root().join(format!("tests/snapshots/{name}.txt"));
    if std::env::var_os("WIRESTAGE_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some((line, (old, new))) = (1..)
        .zip(kept.lines().zip(told.lines()))
        .find(|(_, (old, new))| old != new)
    {
        panic!(
            "{}:{line}: the transcript differs\n  was: {old}\n  now: {new}\n\
             if that is meant: WIRESTAGE_UPDATE_SNAPSHOTS=1",
            path.display()
        );
    }
    assert_eq!(kept, told, "{}: one is longer", path.display());
}

#[test]
fn the_download_in_passive_mode() {
    compare("ftp-download", &[]);
}

#[test]
fn the_download_in_active_mode() {
    compare("ftp-download", &[("mode", "active")]);
}

#[test]
fn the_download_of_a_megabyte() {
    compare("ftp-download", &[("size", "1 MB")]);
}

#[test]
fn the_letter() {
    compare("mail-submit", &[]);
}

#[test]
fn the_letter_to_nobody() {
    compare("mail-submit", &[("to", "nobody@example.net")]);
}

#[test]
fn the_letter_over_ipv6() {
    compare("mail-submit", &[("ip", "6")]);
}

#[test]
fn the_handshake() {
    compare("handshake", &[]);
}

#[test]
fn the_call_where_nobody_listens() {
    compare("handshake", &[("call", "nobody listening")]);
}

#[test]
fn the_call_that_a_firewall_drops() {
    compare("handshake", &[("call", "a silent firewall")]);
}

#[test]
fn the_call_to_nobody() {
    compare("handshake", &[("call", "no such host")]);
}

#[test]
fn the_ping_and_the_way() {
    compare("ping-traceroute", &[]);
}

#[test]
fn the_lost_segment() {
    compare("lost-segment", &[]);
}

#[test]
fn the_three_hints() {
    compare("fast-retransmit", &[]);
}

#[test]
fn the_bad_link() {
    compare("bad-link", &[]);
}

#[test]
fn the_link_that_fails() {
    compare("link-down", &[]);
}

#[test]
fn the_window_that_shuts() {
    compare("zero-window", &[]);
}

#[test]
fn the_translated_address() {
    compare("nat-translates", &[]);
}

#[test]
fn the_forgotten_flow() {
    compare("nat-forgets", &[]);
}

#[test]
fn the_dropped_call() {
    compare("drop-or-reject", &[]);
}
