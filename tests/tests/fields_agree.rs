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

/// Where we differ on purpose: the field, and why. All that differs stands here.
const ON_PURPOSE: &[(&str, &str)] = &[
    (
        "pop.response.data",
        "of a listing's lines it marks the places alone, and leaves their words out",
    ),
    (
        "tcp.analysis.acks_frame",
        "of two frames that end at the same byte we name the one that completed the bytes",
    ),
    (
        "tcp.analysis.bytes_in_flight",
        "it takes the zero in a reset without ACK for an acknowledgment number",
    ),
    (
        "icmp.checksum.status",
        "it does not check what an error quotes, even where the whole packet is quoted",
    ),
];

#[test]
fn our_tree_agrees_with_tsharks_on_every_scenario_and_knob() {
    let Some(compared) = compare_all() else {
        return;
    };
    let (all, layers) = compared.sums();
    let report = compared.report() + &compared.differences(ON_PURPOSE);
    println!("{report}");
    assert!(all.both > 10_000, "too little was compared: {report}");
    let mut wrong: Vec<String> = layers
        .iter()
        .filter(|(_, row)| row.both >= FEW && row.same * 100 < row.both * LEAST)
        .map(|(layer, row)| format!("{layer}: {}", percent(row.same, row.both)))
        .collect();
    for ((layer, name), row) in &compared.rows {
        if !row.is_same() && !ON_PURPOSE.iter().any(|(field, _)| field == name) {
            wrong.push(format!("{name} in {layer} differs, and nobody says why"));
        }
    }
    let unexplained = &compared.unexplained;
    assert!(unexplained.is_empty(), "not in the table: {unexplained:#?}");
    assert!(wrong.is_empty(), "{}\n{report}", wrong.join("\n"));
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
