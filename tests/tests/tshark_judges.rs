//! tshark reads what every tap saw of every scenario at every knob, and finds nothing wrong.

mod common;

use common::{Run, Settings};
use std::path::Path;
use wirestage_core::capture::Tap;
use wirestage_core::scenario::model::{Does, Runs};
use wirestage_core::scenario::variants;
use wirestage_core::simulation::Options;
use wirestage_tests::tshark::Severity;
use wirestage_tests::{Scratch, Tshark};

/// What tshark's analysis of TCP may find, by scenario, setting (empty for any) and tap
/// (empty for any). All that stands here must be found; nothing else may be.
const DECLARED: &[(&str, &str, &str, &[&str])] = &[];

#[test]
fn nothing_is_wrong_with_the_download_at_any_knob_and_tap() {
    judge("ftp-download");
}

#[test]
fn nothing_is_wrong_with_the_letter_at_any_knob_and_tap() {
    judge("mail-submit");
}

fn judge(id: &str) {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new(id);
    let file = scratch.file("tap.pcapng");
    for settings in variants(&common::scenario(id, &Settings::new())) {
        let run = Run::with(id, &settings, &Options::default());
        for tap in Tap::names(&run.timeline) {
            if tap == "all" {
                continue;
            }
            std::fs::write(&file, run.pcapng(&tap)).unwrap();
            let place = format!("{id} with {settings:?} at {tap}");
            judge_file(&tshark, &file, &place, &declared(id, &settings, &tap));
        }
    }
}

fn judge_file(tshark: &Tshark, file: &Path, place: &str, declared: &[&str]) {
    assert_eq!(tshark.bad_checksums(file), [0; 0], "bad checksums: {place}");
    assert_eq!(tshark.malformed(file), [0; 0], "malformed: {place}");
    let analysis = tshark.analysis(file);
    let mut flags: Vec<&str> = analysis.values().flatten().copied().collect();
    flags.sort_unstable();
    flags.dedup();
    assert_eq!(flags, declared, "{place}: {analysis:?}");
    let mut wrong = tshark.experts(file);
    wrong.retain(|e| e.severity >= Severity::Note && !analysis.contains_key(&e.frame));
    assert_eq!(wrong, [], "{place}");
}

fn declared(id: &str, settings: &Settings, tap: &str) -> Vec<&'static str> {
    let set: Vec<String> = settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let mut flags: Vec<&str> = DECLARED
        .iter()
        .filter(|(of, setting, at, _)| {
            *of == id
                && (setting.is_empty() || set.iter().any(|s| s == setting))
                && (at.is_empty() || *at == tap)
        })
        .flat_map(|(.., flags)| *flags)
        .copied()
        .collect();
    flags.sort_unstable();
    flags.dedup();
    flags
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
        let sent = file.content.read(0..file.content.len());
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

/// The one column of the frames that pass the filter.
fn column(run: &Run, filter: &str, field: &str) -> Option<Vec<String>> {
    let tshark = Tshark::require()?;
    let scratch = Scratch::new("column");
    let capture = scratch.file("tap.pcapng");
    std::fs::write(&capture, run.pcapng("laptop")).unwrap();
    let rows = tshark.fields(&capture, filter, &[field]);
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
        let Some(said) = column(&run, "ftp.request", "ftp.request.command") else {
            return;
        };
        assert_eq!(
            said,
            ["USER", "PASS", "TYPE", port, "RETR", "QUIT"],
            "{mode}"
        );
        let codes = column(&run, "ftp.response", "ftp.response.code").unwrap();
        let expected = ["220", "331", "230", "200", agreed, "150", "226", "221"];
        assert_eq!(codes, expected, "{mode}");
    }
}

#[test]
fn smtp_speaks_in_order() {
    let run = Run::of("mail-submit", &[]);
    let Some(said) = column(&run, "smtp.req.command", "smtp.req.command") else {
        return;
    };
    assert_eq!(said, ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]);
    let codes = column(&run, "smtp.response.code", "smtp.response.code").unwrap();
    assert_eq!(codes, ["220", "250", "250", "250", "354", "250", "221"]);
}

#[test]
fn smtp_refuses_a_mailbox_that_is_not_there() {
    let run = Run::of("mail-submit", &[("to", "nobody@example.net")]);
    let Some(codes) = column(&run, "smtp.response.code", "smtp.response.code") else {
        return;
    };
    assert_eq!(codes[..4], ["220", "250", "250", "550"]);
    assert!(
        !codes.contains(&"354".to_owned()),
        "no letter follows: {codes:?}"
    );
}
