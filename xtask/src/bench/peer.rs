//! The peer is ns-3, a network simulator in C++, which sends the same bytes over the same link.

use super::measure::{Cost, measure};
use super::pairs::{Pair, in_turn, median};
use super::{Bench, capture_size, remove, verdict};
use crate::setup::{self, Suite};
use crate::{Verdict, project, run};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Where the peer's own source lies, from the project's root: beside the project.
const SOURCE: &str = "../shared/bench/ns3_bulk.cc";
const LIBRARIES: &[&str] = &[
    "ns3-applications",
    "ns3-internet",
    "ns3-point-to-point",
    "ns3-network",
    "ns3-core",
];

/// How many bytes both send: as our knob takes it, and as the peer does.
const SIZE: (&str, &str) = ("100MB", "100000000");
const SIZE_BYTES: f64 = 1e8;

/// How many times faster we must be, each writing a capture, and neither.
const BOUND_WITH_CAPTURE: f64 = 12.0;
const BOUND_WITHOUT: f64 = 15.0;

/// Compares with ns-3. True when the bounds hold, or when a missing peer may be skipped.
pub fn compare(bench: &Bench, runs: usize) -> Verdict {
    let source = project::root().join(SOURCE);
    if !setup::is_there_or_said(Suite::Peers) {
        run::say("`cargo xtask bench --peers --setup` installs what is missing");
        return Ok(!project::tools_are_required());
    }
    if !source.exists() {
        run::say(&format!(
            "SKIPPED: no comparison with ns-3; its source is not at {SOURCE}"
        ));
        return Ok(!project::tools_are_required());
    }
    let peer = compile(bench, &source)?;
    let ours = bench.file("big.pcap");
    let prefix = bench.file("ns3");
    let theirs = bench.file("ns3-0-0.pcap");
    let with = in_turn(
        runs,
        || {
            let cost = bench.download(SIZE.0, Some(&ours))?;
            capture_size(&ours, SIZE_BYTES)?;
            Ok(cost)
        },
        || {
            remove(&theirs)?;
            let cost = measure(&[peer.as_ref(), SIZE.1.as_ref(), prefix.as_ref()])?;
            capture_size(&theirs, SIZE_BYTES)?;
            Ok(cost)
        },
    )?;
    remove(&ours)?;
    remove(&theirs)?;
    let without = in_turn(
        runs,
        || bench.download(SIZE.0, None),
        || measure(&[peer.as_ref(), SIZE.1.as_ref()]),
    )?;
    let first = report(
        "100 MB, each writing its capture",
        &with,
        BOUND_WITH_CAPTURE,
    );
    let second = report("100 MB, without a capture", &without, BOUND_WITHOUT);
    Ok(first && second)
}

fn compile(bench: &Bench, source: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let flags = [&["--cflags", "--libs"], LIBRARIES].concat();
    let flags = run::output(&mut run::program("pkg-config", &flags))?;
    let peer = bench.file("ns3_bulk");
    let mut command = run::program("g++", &["-O2", "-std=c++17"]);
    command
        .arg(source)
        .arg("-o")
        .arg(&peer)
        .args(flags.split_whitespace());
    if !run::shown(&mut command)? {
        return Err("the peer does not compile".into());
    }
    Ok(peer)
}

/// Prints every pair and the medians. True when the median ratio reaches the bound.
fn report(title: &str, pairs: &[Pair], bound: f64) -> bool {
    run::say(&format!("\n{title}: {} pairs, in turn", pairs.len()));
    run::say("          wirestage      ns-3     ratio");
    for (i, pair) in pairs.iter().enumerate() {
        let name = format!("pair {}", i + 1);
        run::say(&row(
            &name,
            pair.ours.seconds,
            pair.theirs.seconds,
            pair.ratio(),
        ));
    }
    let of = |side: fn(&Pair) -> Cost, what: fn(Cost) -> f64| {
        median(pairs.iter().map(|pair| what(side(pair))))
    };
    let seconds = |cost: Cost| cost.seconds;
    let megabytes = |cost: Cost| super::float(cost.peak_bytes) / 1e6;
    let ratio = median(pairs.iter().map(Pair::ratio));
    let line = row(
        "median",
        of(|p| p.ours, seconds),
        of(|p| p.theirs, seconds),
        ratio,
    );
    let holds = ratio >= bound;
    let bound_text = format!("at most 1/{bound}");
    run::say(&format!(
        "{line}  {bound_text}: {}",
        verdict(holds, "too slow")
    ));
    let (ours, theirs) = (of(|p| p.ours, megabytes), of(|p| p.theirs, megabytes));
    run::say(&format!("{:<9}{ours:>7.1} MB {theirs:>6.1} MB", "memory"));
    holds
}

fn row(name: &str, ours: f64, theirs: f64, ratio: f64) -> String {
    format!("{name:<9}{ours:>8.3} s {theirs:>7.2} s    1/{ratio:.1}")
}
