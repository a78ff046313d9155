//! Field by field, our tree of each frame of every scenario at every knob beside tshark's.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use wirestage_core::capture::{Tap, write_pcap};
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_tests::runs::{Settings, scenario};
use wirestage_tests::trees::{Compared, percent};
use wirestage_tests::{Run, Scratch, Sharkd, pcap};

/// Of a hundred fields that both name, so many agree in each layer.
const LEAST: u64 = 97;

/// A layer of fewer fields is counted in the whole alone.
const FEW: u64 = 50;

/// Where we differ on purpose, at least sometimes: the field, and why. All that differs stands
/// here, and all that stands here differs.
const ON_PURPOSE: &[(&str, &str)] = &[
    (
        "ftp-data.command-frame",
        "where a connection was broken off, it goes on to name the command of the first try",
    ),
    (
        "ftp-data.setup-method",
        "it writes EPASV for the command that is called EPSV",
    ),
    (
        "ftp.command-response.bytes",
        "it counts bytes that were sent again twice, and forgets those that NAT renamed",
    ),
    (
        "ftp.command-response.first-frame-num",
        "it does not find the data connection whose address NAT renamed",
    ),
    (
        "ftp.command-response.last-frame-num",
        "it counts what was sent again, and does not find what NAT renamed",
    ),
    (
        "http.file_data",
        "it names a file once it is whole; we show its bytes in each segment",
    ),
    (
        "http.response_in",
        "it means the last segment of the response; we mean the one that begins it",
    ),
    (
        "icmp.checksum.status",
        "it does not check what an error quotes, even where the whole packet is quoted",
    ),
    (
        "imf.subject",
        "in a letter that is typed by hand it loses the last bytes of a line",
    ),
    (
        "mime_multipart.header.content-disposition",
        "it takes the empty line behind the last header into it, and leaves spaces out",
    ),
    (
        "mime_multipart.header.content-transfer-encoding",
        "it takes the empty line behind the last header into it",
    ),
    ("mime_multipart.header.content-type", "it leaves spaces out"),
    (
        "mime_multipart.part",
        "it marks the place, without its bytes",
    ),
    (
        "pop.request",
        "it marks the place of a line, without its words",
    ),
    (
        "pop.response",
        "it marks the place of a line, without its words",
    ),
    (
        "pop.response.data",
        "it marks the place of a line, without its words",
    ),
    (
        "smtp.data.fragment.count",
        "it takes a command that comes behind its turn for a part of the letter",
    ),
    (
        "smtp.data.reassembled.length",
        "it takes a command that comes behind its turn for a part of the letter",
    ),
    (
        "tcp.analysis.acks_frame",
        "of two frames that end at the same byte we name the one that completed the bytes",
    ),
    (
        "tcp.analysis.bytes_in_flight",
        "it takes the zero in a reset without ACK for an acknowledgment number",
    ),
];

#[test]
fn our_tree_agrees_with_tsharks_on_every_scenario_and_knob() {
    let Some(compared) = compare_all() else {
        return;
    };
    let (all, _) = compared.sums();
    let report = compared.report() + &compared.differences(ON_PURPOSE);
    println!("{report}");
    assert!(all.both > 10_000, "too little was compared: {report}");
    assert!(all.same * 100 >= all.both * LEAST, "{report}");
    let wrong = unexpected(&compared);
    assert!(wrong.is_empty(), "{}\n{report}", wrong.join("\n"));
    let unexplained = &compared.unexplained;
    assert!(unexplained.is_empty(), "not in the table: {unexplained:#?}");
}

/// Layers that agree too seldom but for what is on purpose, fields that differ for no reason, and
/// reasons for nothing.
fn unexpected(compared: &Compared) -> Vec<String> {
    let mut others = compared.clone();
    let is_on_purpose = |name: &str| ON_PURPOSE.iter().any(|(field, _)| *field == name);
    others.rows.retain(|(_, name), _| !is_on_purpose(name));
    let (_, layers) = others.sums();
    let mut wrong: Vec<String> = layers
        .iter()
        .filter(|(_, row)| row.both >= FEW && row.same * 100 < row.both * LEAST)
        .map(|(layer, row)| format!("{layer}: {}", percent(row.same, row.both)))
        .collect();
    for ((layer, name), row) in &others.rows {
        if !row.is_same() {
            wrong.push(format!("{name} in {layer} differs, and nobody says why"));
        }
    }
    for (field, _) in ON_PURPOSE {
        let mut rows = compared.rows.iter();
        if !rows.any(|((_, name), row)| name == field && !row.is_same()) {
            wrong.push(format!("{field} is said to differ, and does not"));
        }
    }
    wrong
}

/// Runs and compares everything, two at a time.
fn compare_all() -> Option<Compared> {
    Sharkd::require()?;
    let all: Vec<(&str, Settings)> = CATALOGUE
        .iter()
        .flat_map(|entry| {
            let settings = variants(&scenario(entry.id, &Settings::new()));
            settings.into_iter().map(|settings| (entry.id, settings))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let sum = Mutex::new(Compared::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut compared = Compared::default();
                let mut sharkd = Sharkd::require().expect("it was there before");
                let scratch = Scratch::new("fields");
                while let Some((id, settings)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    compare(&mut compared, &mut sharkd, &scratch, id, settings);
                }
                sum.lock().expect("no thread failed").add(compared);
            });
        }
    });
    Some(sum.into_inner().expect("no thread failed"))
}

/// One run, as its first tap saw it.
fn compare(
    compared: &mut Compared,
    sharkd: &mut Sharkd,
    scratch: &Scratch,
    id: &str,
    settings: &Settings,
) {
    let run = Run::with(id, settings, &Options::default());
    let tap = Tap::first(&run.timeline);
    let judged = scratch.file("tap.pcapng");
    std::fs::write(&judged, run.pcapng(&tap.name(&run.timeline))).unwrap();
    let mut plain = Vec::new();
    write_pcap(&run.timeline, tap, &mut plain).unwrap();
    let file = scratch.file("tap.pcap");
    std::fs::write(&file, plain).unwrap();
    let what = format!("{id} {settings:?}");
    compared.capture(&what, sharkd, &judged, &pcap::frames(&file));
}
