//! tshark reads what every tap saw of every scenario at every knob, and finds nothing wrong.

use wirestage_core::capture::Tap;
use wirestage_core::scenario::model::{Does, Runs};
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_tests::runs::{Settings, scenario};
use wirestage_tests::tshark::{Expert, Finding, Severity};
use wirestage_tests::{Run, Scratch, Sharkd, Tshark};

/// What tshark finds, by scenario, setting and tap. All that stands here must be found;
/// nothing else may be.
const DECLARED: &str = "tests/expected/findings.txt";

/// Notes on the normal course of things.
const NORMAL: &[&str] = &[
    "This frame initiates the connection closing",
    "This frame undergoes the connection closing",
    // Of a login: it shows names and passwords only when told to.
    "base64 decode failed or is not enabled (check SMTP preferences)",
];

#[test]
fn every_scenario_is_judged_here() {
    let judged = include_str!("tshark_judges.rs");
    for entry in CATALOGUE {
        let call = format!("judge(\"{}\");", entry.id);
        assert!(judged.contains(&call), "no test calls {call}");
    }
}

#[test]
fn ftp_download() {
    judge("ftp-download");
}

#[test]
fn ftp_first_byte() {
    judge("ftp-first-byte");
}

#[test]
fn ftp_web() {
    judge("ftp-web");
}

#[test]
fn ftp_several_files() {
    judge("ftp-several-files");
}

#[test]
fn ftp_upload_site() {
    judge("ftp-upload-site");
}

#[test]
fn ftp_abort() {
    judge("ftp-abort");
}

#[test]
fn ftp_backup() {
    judge("ftp-backup");
}

#[test]
fn ftp_manage() {
    judge("ftp-manage");
}

#[test]
fn ftp_resume() {
    judge("ftp-resume");
}

#[test]
fn ftp_sniffed() {
    judge("ftp-sniffed");
}

#[test]
fn ftp_ascii_image() {
    judge("ftp-ascii-image");
}

#[test]
fn ftp_active_nat() {
    judge("ftp-active-nat");
}

#[test]
fn ftp_active_firewall() {
    judge("ftp-active-firewall");
}

#[test]
fn ftp_passive_firewall() {
    judge("ftp-passive-firewall");
}

#[test]
fn ftp_server_nat() {
    judge("ftp-server-nat");
}

#[test]
fn ftp_control_forgotten() {
    judge("ftp-control-forgotten");
}

#[test]
fn ftp_bounce() {
    judge("ftp-bounce");
}

#[test]
fn mail_submit() {
    judge("mail-submit");
}

#[test]
fn mail_ada_grace() {
    judge("mail-ada-grace");
}

#[test]
fn mail_login() {
    judge("mail-login");
}

#[test]
fn mail_dot() {
    judge("mail-dot");
}

#[test]
fn mail_relay_denied() {
    judge("mail-relay-denied");
}

#[test]
fn mail_automated() {
    judge("mail-automated");
}

#[test]
fn mail_refused() {
    judge("mail-refused");
}

#[test]
fn mail_by_hand() {
    judge("mail-by-hand");
}

#[test]
fn mail_retry() {
    judge("mail-retry");
}

#[test]
fn mail_lost_reply() {
    judge("mail-lost-reply");
}

#[test]
fn mail_double_bounce() {
    judge("mail-double-bounce");
}

#[test]
fn mail_too_large() {
    judge("mail-too-large");
}

#[test]
fn mail_forged() {
    judge("mail-forged");
}

#[test]
fn mail_mx_failover() {
    judge("mail-mx-failover");
}

#[test]
fn mail_several() {
    judge("mail-several");
}

#[test]
fn mail_pipelining() {
    judge("mail-pipelining");
}

#[test]
fn mail_loop() {
    judge("mail-loop");
}

#[test]
fn mail_read() {
    judge("mail-read");
}

#[test]
fn one_file_three_ways() {
    judge("one-file-three-ways");
}

#[test]
fn mail_attachment() {
    judge("mail-attachment");
}

#[test]
fn dns_lookup() {
    judge("dns-lookup");
}

#[test]
fn handshake() {
    judge("handshake");
}

#[test]
fn ping_traceroute() {
    judge("ping-traceroute");
}

#[test]
fn lost_segment() {
    judge("lost-segment");
}

#[test]
fn fast_retransmit() {
    judge("fast-retransmit");
}

#[test]
fn bad_link() {
    judge("bad-link");
}

#[test]
fn link_down() {
    judge("link-down");
}

#[test]
fn zero_window() {
    judge("zero-window");
}

#[test]
fn nat_translates() {
    judge("nat-translates");
}

#[test]
fn nat_forgets() {
    judge("nat-forgets");
}

#[test]
fn drop_or_reject() {
    judge("drop-or-reject");
}

/// Every setting of a scenario, each tap in its own file.
fn judge(id: &str) {
    let Some(mut sharkd) = Sharkd::require() else {
        return;
    };
    let scratch = Scratch::new(id);
    let file = scratch.file("tap.pcapng");
    let mut wrong = Vec::new();
    let text = std::fs::read_to_string(wirestage_tests::root().join(DECLARED)).unwrap();
    for settings in variants(&scenario(id, &Settings::new())) {
        let run = Run::with(id, &settings, &Options::default());
        for tap in Tap::names(&run.timeline).iter().filter(|t| *t != "all") {
            std::fs::write(&file, run.pcapng(tap)).unwrap();
            let found = found(sharkd.findings(&file, Severity::Note));
            let found = found
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            let declared = declared(&text, id, &in_words(&settings), tap);
            if found != declared {
                let line = format!("{id} | {} | {tap} | {found}", in_words(&settings));
                wrong.push(format!("{line}\n    declared: {declared}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "found and not declared so:\n{}",
        wrong.join("\n")
    );
}

/// `mode=active`, or `-` where every knob is as the file has it.
fn in_words(settings: &Settings) -> String {
    let words: Vec<String> = settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(" ")
    }
}

/// What tshark finds in a capture, each thing once, in order. Its findings take in bad
/// checksums and frames that are malformed or cut short.
fn found(findings: Vec<Finding>) -> Vec<String> {
    let mut found: Vec<String> = findings
        .into_iter()
        .filter_map(|finding| match finding {
            Finding::Flag(_, flag) => Some(flag.to_owned()),
            Finding::Says(expert) if NORMAL.contains(&expert.text.as_str()) => None,
            Finding::Says(expert) => Some(in_short(&expert)),
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// What tshark says at length, in a word.
fn in_short(expert: &Expert) -> String {
    let shorts = [
        ("Connection reset (RST)", "reset"),
        ("No response seen to ICMP request", "no_echo_reply"),
        ("\"Time To Live\" only", "low_ttl"),
    ];
    let mut shorts = shorts.iter();
    let short = shorts.find(|(text, _)| expert.text.starts_with(text));
    match short {
        Some((_, short)) => (*short).to_owned(),
        None if expert.group == "Checksum" => "checksum".to_owned(),
        None => expert.text.clone(),
    }
}

/// What is declared for a tap. A line that names the setting and the tap goes before one
/// with `*` in their place.
fn declared<'a>(text: &'a str, id: &str, setting: &str, tap: &str) -> &'a str {
    let lines = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let mut best: Option<(usize, &str)> = None;
    for line in lines {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [of, at_setting, at_tap, findings] = parts[..] else {
            panic!("four parts in: {line}");
        };
        let fits = |part: &str, is: &str| part == "*" || part == is;
        if of != id || !fits(at_setting, setting) || !fits(at_tap, tap) {
            continue;
        }
        let named = 2 * usize::from(at_setting != "*") + usize::from(at_tap != "*");
        if best.is_none_or(|(before, _)| before <= named) {
            best = Some((named, findings));
        }
    }
    best.map_or("", |(_, findings)| findings)
}

#[test]
fn a_flipped_bit_would_be_found_wherever_it_is() {
    let Some(mut sharkd) = Sharkd::require() else {
        return;
    };
    let run = Run::of("mail-submit", &[]);
    let good = run.pcapng("laptop");
    let scratch = Scratch::new("flipped");
    let file = scratch.file("tap.pcapng");
    let greeting = good.windows(4).position(|w| w == b"220 ").unwrap();
    // Ethernet, IP and TCP headers lie before the greeting: 14, 20 and 20 bytes or more.
    for back in [0, 8, 25, 38] {
        let mut bad = good.clone();
        bad[greeting - back] ^= 0x10;
        std::fs::write(&file, bad).unwrap();
        let found = found(sharkd.findings(&file, Severity::Note));
        assert!(!found.is_empty(), "{back} bytes before the greeting");
    }
}

#[test]
fn tshark_takes_the_file_out_of_the_capture_byte_for_byte() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let variants: [&[(&str, &str)]; 3] = [&[], &[("mode", "active")], &[("size", "1 MB")]];
    for settings in variants {
        let run = Run::of("ftp-download", settings);
        let file = run
            .scenario
            .hosts()
            .flat_map(|(_, h)| &h.runs)
            .find_map(|runs| match runs {
                Runs::FtpServer(server) => server.files.first(),
                _ => None,
            });
        let file = file.expect("the server keeps a file");
        let content = file.content.as_ref().expect("a file, no folder");
        let sent = content.read(0..content.len());
        for tap in ["laptop", "server", "laptop - server"] {
            let scratch = Scratch::new("ftp-data");
            let capture = scratch.file("tap.pcapng");
            std::fs::write(&capture, run.pcapng(tap)).unwrap();
            let found = tshark.export_objects(&capture, "ftp-data", &scratch.file("out"));
            let names: Vec<_> = found.iter().map(|p| p.file_name().unwrap()).collect();
            assert_eq!(names, [file.name.as_str()], "{settings:?} at {tap}");
            let got = std::fs::read(&found[0]).unwrap();
            assert!(got == sent, "the file differs: {settings:?} at {tap}");
        }
    }
}

#[test]
fn tshark_takes_the_letter_out_of_the_capture() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    for settings in [&[][..], &[("ip", "6")]] {
        let run = Run::of("mail-submit", settings);
        let scratch = Scratch::new("imf");
        let capture = scratch.file("tap.pcapng");
        std::fs::write(&capture, run.pcapng("laptop")).unwrap();
        let found = tshark.export_objects(&capture, "imf", &scratch.file("out"));
        assert_eq!(found.len(), 1, "{found:?}");
        let letter = std::fs::read_to_string(&found[0]).unwrap();
        let Does::Writes(written) = &run.scenario.story[0].does else {
            panic!("the story is a letter");
        };
        let (header, body) = letter
            .split_once("\r\n\r\n")
            .expect("a header, then the text");
        assert!(header.contains(&format!("Subject: {}", written.subject)));
        assert!(header.contains(&written.to[0]), "{header}");
        assert_eq!(
            body.trim_end(),
            written.text.replace('\n', "\r\n").trim_end()
        );
    }
}

/// A field of all frames that have it.
fn column(run: &Run, field: &str) -> Option<Vec<String>> {
    let tshark = Tshark::require()?;
    let scratch = Scratch::new("column");
    let capture = scratch.file("tap.pcapng");
    std::fs::write(&capture, run.pcapng("laptop")).unwrap();
    let rows = tshark.fields(&capture, field, &[field]);
    Some(rows.into_iter().flatten().collect())
}

/// Who opens each connection: `source port > destination port`, in order.
fn opened(run: &Run) -> Option<Vec<(String, String, u16, u16)>> {
    let tshark = Tshark::require()?;
    let scratch = Scratch::new("syn");
    let capture = scratch.file("tap.pcapng");
    std::fs::write(&capture, run.pcapng("laptop")).unwrap();
    let filter = "tcp.flags.syn == 1 && tcp.flags.ack == 0";
    let fields = ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport"];
    let rows = tshark.fields(&capture, filter, &fields).into_iter();
    let row = |row: Vec<String>| {
        let port = |at: usize| row[at].parse().unwrap();
        (row[0].clone(), row[1].clone(), port(2), port(3))
    };
    Some(rows.map(row).collect())
}

#[test]
fn in_active_mode_the_server_calls_back_from_port_20() {
    let run = Run::of("ftp-download", &[("mode", "active")]);
    let Some(opened) = opened(&run) else { return };
    let [control, data] = &opened[..] else {
        panic!("two connections: {opened:?}");
    };
    assert_eq!(control.3, 21);
    assert_eq!(
        (&data.0, &data.1),
        (&control.1, &control.0),
        "the other way round"
    );
    assert_eq!(data.2, 20);
    assert!(data.3 >= 1024);
}

#[test]
fn in_passive_mode_the_client_opens_both_connections() {
    let run = Run::of("ftp-download", &[("mode", "passive")]);
    let Some(opened) = opened(&run) else { return };
    let [control, data] = &opened[..] else {
        panic!("two connections: {opened:?}");
    };
    assert_eq!(control.3, 21);
    assert_eq!((&data.0, &data.1), (&control.0, &control.1), "the same way");
    assert!(data.2 >= 1024 && data.3 >= 1024);
}

#[test]
fn ftp_speaks_in_order() {
    for (mode, port, agreed) in [("passive", "PASV", "227"), ("active", "PORT", "200")] {
        let run = Run::of("ftp-download", &[("mode", mode)]);
        let Some(said) = column(&run, "ftp.request.command") else {
            return;
        };
        assert_eq!(
            said,
            ["USER", "PASS", "TYPE", port, "RETR", "QUIT"],
            "{mode}"
        );
        let codes = column(&run, "ftp.response.code").unwrap();
        let expected = ["220", "331", "230", "200", agreed, "150", "226", "221"];
        assert_eq!(codes, expected, "{mode}");
    }
}

#[test]
fn smtp_speaks_in_order() {
    let run = Run::of("mail-submit", &[]);
    let Some(said) = column(&run, "smtp.req.command") else {
        return;
    };
    assert_eq!(said, ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]);
    let codes = column(&run, "smtp.response.code").unwrap();
    assert_eq!(codes, ["220", "250", "250", "250", "354", "250", "221"]);
}

#[test]
fn smtp_refuses_a_mailbox_that_is_not_there() {
    let run = Run::of("mail-submit", &[("to", "nobody@example.net")]);
    let Some(codes) = column(&run, "smtp.response.code") else {
        return;
    };
    assert_eq!(codes[..4], ["220", "250", "250", "550"]);
    assert!(
        !codes.contains(&"354".to_owned()),
        "no letter follows: {codes:?}"
    );
}
