//! Speed and memory of the release build: against a peer, and as the file grows.

mod door;
mod fields;
pub mod measure;
mod pairs;
mod peer;

use crate::setup::{self, Suite};
use crate::{Options, Verdict, project, run};
use measure::{Cost, measure};
use pairs::{growth_exponent, median};
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

const DEFAULT_RUNS: usize = 5;

/// The sizes to grow through: as the knob takes them, and in bytes.
const SIZES: &[(&str, f64)] = &[("1MB", 1e6), ("10MB", 1e7), ("100MB", 1e8), ("1GB", 1e9)];

/// Peak memory stays below this many times the capture's size …
const MEMORY_BOUND: f64 = 3.0;
/// … for captures of this size and more; below, the program itself weighs more than its run.
const MEMORY_BOUND_FROM: f64 = 1e8;

/// The benchmark of routers, a program of the tests' crate.
const NETWORK: &[&str] = &[
    "run",
    "--release",
    "--quiet",
    "--package",
    "wirestage-tests",
    "--bin",
    "net_bench",
];

/// Runs all benchmarks. True when every bound holds.
pub fn run(options: &Options) -> Verdict {
    let runs = options.runs.unwrap_or(DEFAULT_RUNS);
    if options.setup && options.peers {
        setup::install(Suite::Peers)?;
        setup::install(Suite::Door)?;
        setup::install(Suite::Fields)?;
    }
    if !run::shown(&mut run::cargo(&[
        "build",
        "--release",
        "--package",
        "wirestage",
    ]))? {
        return Err("wirestage does not build".into());
    }
    let bench = Bench::new()?;
    let mut all_hold = bench.growth(runs)?;
    run::say("");
    all_hold &= run::shown(&mut run::cargo(NETWORK))?;
    if options.peers {
        all_hold &= peer::compare(&bench, runs)?;
        all_hold &= door::compare(&bench, runs)?;
        all_hold &= fields::compare(&bench, runs)?;
    } else {
        run::say("\n`--peers` compares with ns-3, with a plain cable and with tshark as well.");
    }
    run::say(if all_hold {
        "\nbench: every bound holds"
    } else {
        "\nbench: FAILED"
    });
    Ok(all_hold)
}

/// The program under test, and the folder for what it writes.
pub struct Bench {
    wirestage: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn new() -> Result<Self, Box<dyn Error>> {
        let target = project::target_dir();
        let name = format!("wirestage{}", std::env::consts::EXE_SUFFIX);
        let bench = Self {
            wirestage: target.join("release").join(name),
            folder: target.join("bench"),
        };
        fs::create_dir_all(&bench.folder)?;
        Ok(bench)
    }

    /// Where a file of the benchmarks lies.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// One FTP download of `size` over 1 Gbit/s and 1 ms, with or without a capture.
    pub fn download(&self, size: &str, capture: Option<&Path>) -> Result<Cost, Box<dyn Error>> {
        let size = format!("size={size}");
        let mut command: Vec<&OsStr> = vec![self.wirestage.as_ref()];
        for word in ["run", "ftp-download", "--set", &size] {
            command.push(word.as_ref());
        }
        for word in ["--set", "rate=1Gbit/s", "--set", "delay=1ms"] {
            command.push(word.as_ref());
        }
        if let Some(file) = capture {
            remove(file)?;
            command.push("-o".as_ref());
            command.push(file.as_ref());
        }
        measure(&command)
    }

    /// Prints time and memory for each size. True when the memory's bound holds.
    fn growth(&self, runs: usize) -> Verdict {
        run::say(&format!(
            "\nftp-download with its capture, median of {runs} runs"
        ));
        run::say("    size     time  exponent   peak memory  exponent     capture  memory/capture");
        let file = self.file("growth.pcap");
        let mut last: Option<(f64, f64, f64)> = None;
        let mut all_hold = true;
        for (name, bytes) in SIZES {
            let mut costs = Vec::new();
            for _ in 0..runs {
                costs.push(self.download(name, Some(&file))?);
            }
            let capture = capture_size(&file, *bytes)?;
            let seconds = median(costs.iter().map(|cost| cost.seconds));
            let peak = median(costs.iter().map(|cost| float(cost.peak_bytes)));
            let exponents = last.map(|(x, time, memory)| {
                let of = |before, now| growth_exponent((x, *bytes), (before, now));
                (of(time, seconds), of(memory, peak))
            });
            let share = peak / capture;
            let holds = capture < MEMORY_BOUND_FROM || share < MEMORY_BOUND;
            all_hold &= holds;
            let power = |e: Option<f64>| e.map_or("-".into(), |e| format!("{e:.2}"));
            run::say(&format!(
                "{name:>8} {seconds:>7.3}s {:>9} {:>10.1} MB {:>9} {:>8.1} MB {share:>8.2} {}",
                power(exponents.map(|e| e.0)),
                peak / 1e6,
                power(exponents.map(|e| e.1)),
                capture / 1e6,
                verdict(holds, &format!("above {MEMORY_BOUND}")),
            ));
            last = Some((*bytes, seconds, peak));
        }
        remove(&file)?;
        Ok(all_hold)
    }
}

/// How large a capture is, once it is sure that it holds the whole file.
pub fn capture_size(file: &Path, at_least: f64) -> Result<f64, Box<dyn Error>> {
    let found = fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let size = float(found.len());
    if size < at_least {
        return Err(format!(
            "{} holds {size} bytes, less than what was sent",
            file.display()
        )
        .into());
    }
    Ok(size)
}

/// Removes a file of an earlier run, so that no run has to.
pub fn remove(file: &Path) -> Result<(), Box<dyn Error>> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", file.display()).into())
        }
        _ => Ok(()),
    }
}

/// Nothing for a bound that holds, and a loud word for one that does not.
fn verdict(holds: bool, how: &str) -> String {
    if holds {
        "ok".into()
    } else {
        format!("MISSED: {how}")
    }
}

/// A count of bytes to calculate with; exact up to 2⁵³.
fn float(bytes: u64) -> f64 {
    bytes as f64
}
