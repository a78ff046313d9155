//! Transcripts of the catalogue, owned by snapshots. To renew them after a change that is
//! meant, run with WIRESTAGE_UPDATE_SNAPSHOTS=1 and read the difference.

use wirestage_core::view::mermaid::mermaid;
use wirestage_core::view::outline::Outline;
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
        name += &format!(".{knob}-{}", value.replace([' ', ',', '\''], ""));
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

/// In base64, too: `AGFkYQBhbmFseXRpY2Fs` is Ada's name with her password.
#[test]
fn a_login_by_mail_is_hidden_unless_it_is_asked_for() {
    for (auth, word) in [
        ("all at once (PLAIN)", "AGFkYQBhbmFseXRpY2Fs"),
        ("question by question (LOGIN)", "YW5hbHl0aWNhbA=="),
    ] {
        let run = Run::of("mail-login", &[("auth", auth)]);
        let told = |show_passwords| {
            let options = Options { show_passwords };
            transcript(&run.timeline, &run.info, options)
        };
        let outline = Outline::of(&run.timeline, &run.info);
        let diagram = mermaid(&run.timeline, &run.info, &outline);
        for secret in [word, "analytical"] {
            let rows = &mut outline.rows.iter();
            assert!(rows.all(|row| ![row.text.as_str(), &row.meaning].concat().contains(secret)));
            assert!(!diagram.contains(secret), "{diagram}");
            assert!(!told(false).contains(secret), "{}", told(false));
            assert!(told(true).contains(secret), "{}", told(true));
        }
    }
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

#[test]
fn the_download_in_extended_mode() {
    compare("ftp-download", &[("mode", "extended")]);
}

#[test]
fn the_download_over_ipv6() {
    compare("ftp-download", &[("ip", "6")]);
}

#[test]
fn the_round_trips_before_the_first_byte() {
    compare("ftp-first-byte", &[]);
}

#[test]
fn the_web_page_that_speaks_ftp() {
    compare("ftp-web", &[]);
}

#[test]
fn the_three_photos() {
    compare("ftp-several-files", &[]);
}

#[test]
fn the_web_site_that_goes_up() {
    compare("ftp-upload-site", &[]);
}

#[test]
fn the_disk_that_is_full() {
    compare("ftp-upload-site", &[("disk", "30 kB")]);
}

#[test]
fn the_transfer_that_is_aborted() {
    compare("ftp-abort", &[]);
}

#[test]
fn the_transfer_that_is_asked_about() {
    compare("ftp-abort", &[("what", "asks how far it is")]);
}

#[test]
fn the_backup_in_the_night() {
    compare("ftp-backup", &[]);
}

#[test]
fn the_server_that_remembers() {
    compare("ftp-manage", &[]);
}

#[test]
fn the_wrong_password() {
    compare("ftp-manage", &[("who", "Ada, with a wrong password")]);
}

#[test]
fn the_session_too_many() {
    compare("ftp-manage", &[("sessions", "1")]);
}

#[test]
fn the_transfer_that_goes_on() {
    compare("ftp-resume", &[]);
}

#[test]
fn the_password_that_a_stranger_hears() {
    compare("ftp-sniffed", &[]);
}

#[test]
fn the_image_sent_as_text() {
    compare("ftp-ascii-image", &[]);
}

#[test]
fn the_call_that_has_no_route() {
    compare("ftp-active-nat", &[]);
}

#[test]
fn the_call_that_finds_no_row() {
    compare("ftp-active-nat", &[("announces", "router's address")]);
}

#[test]
fn the_call_that_is_helped() {
    compare("ftp-active-nat", &[("nat", "helper")]);
}

#[test]
fn the_call_that_is_refused() {
    compare("ftp-active-nat", &[("port-check", "on")]);
}

#[test]
fn the_call_that_a_firewall_stops() {
    compare("ftp-active-firewall", &[]);
}

#[test]
fn the_port_that_a_firewall_does_not_know() {
    compare("ftp-passive-firewall", &[]);
}

#[test]
fn the_server_that_names_a_private_address() {
    compare("ftp-server-nat", &[]);
}

#[test]
fn the_control_connection_that_is_forgotten() {
    compare("ftp-control-forgotten", &[]);
}

#[test]
fn the_bounce() {
    compare("ftp-bounce", &[]);
}

#[test]
fn the_bounce_to_a_shut_port() {
    compare("ftp-bounce", &[("port", "23, where nobody listens")]);
}

#[test]
fn the_letter_and_its_way() {
    compare("mail-ada-grace", &[]);
}

#[test]
fn the_letter_that_comes_back() {
    compare(
        "mail-ada-grace",
        &[("to", "nobody whom Grace's server knows")],
    );
}

#[test]
fn the_letter_that_is_refused() {
    compare("mail-refused", &[]);
}

#[test]
fn the_stranger_who_is_sent_away() {
    compare("mail-refused", &[("greylists", "two minutes (451)")]);
}

#[test]
fn the_exchanger_that_is_off() {
    compare("mail-mx-failover", &[]);
}

#[test]
fn the_domain_that_takes_no_mail() {
    compare("mail-mx-failover", &[("zone", "we take no mail")]);
}

#[test]
fn the_letters_that_are_fetched() {
    compare("mail-read", &[]);
}

#[test]
fn the_file_that_goes_three_ways() {
    compare("one-file-three-ways", &[]);
}

#[test]
fn the_dot_alone() {
    compare("mail-dot", &[]);
}

#[test]
fn the_dot_that_was_not_doubled() {
    compare("mail-dot", &[("stuffs", "it forgot")]);
}

#[test]
fn the_letter_that_waits() {
    compare("mail-retry", &[]);
}

#[test]
fn the_reply_that_is_lost() {
    compare("mail-lost-reply", &[]);
}

#[test]
fn the_letter_that_goes_in_circles() {
    compare("mail-loop", &[]);
}

#[test]
fn the_report_that_nobody_wants() {
    compare("mail-double-bounce", &[]);
}

#[test]
fn the_login_that_all_can_read() {
    compare("mail-login", &[]);
}

#[test]
fn the_commands_that_do_not_wait() {
    compare("mail-pipelining", &[]);
}

#[test]
fn the_letter_to_several() {
    compare("mail-several", &[]);
}

#[test]
fn the_name_that_is_asked_for() {
    compare("dns-lookup", &[]);
}

#[test]
fn the_text_that_is_too_long_for_a_datagram() {
    compare("dns-lookup", &[("question", "a long text")]);
}
