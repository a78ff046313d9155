//! A gigabyte through the door of `wirestage shell`, and through a plain cable from a real
//! server, in turn.

use super::measure::{Cost, measure};
use super::pairs::{Pair, in_turn, median};
use super::{Bench, remove, verdict};
use crate::setup::{self, Suite};
use crate::{Verdict, project, run};
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// What is fetched.
const BYTES: f64 = 1e9;

/// At least so fast, in Mbit/s …
const SPEED_BOUND: f64 = 500.0;
/// … and never with more memory, in MB, of the largest process, which is the program: the bytes
/// that it keeps at hand, 64 MB, and the rows of a million frames, about 75 MB.
const MEMORY_BOUND: f64 = 250.0;

/// A link that is faster than the machine.
const SCENARIO: &str = r#"
title = "A gigabyte"
links = ["laptop - server"]
[hosts]
laptop = { person = "Ada", runs = "ftp client" }
server = { runs = "ftp server", files = { "big" = "1 GB" } }
[link.all]
delay = "20 us"
rate  = "10 Gbit/s"
queue = 10000
[[story]]
Ada = ["login", "quit"]
"#;

/// Fetches the file; how long that took and how much came lies in a file then.
const FETCH: &str = "curl -sS -u ada:analytical -o /dev/null \
    -w '%{time_total} %{size_download}' ftp://$SERVER/big > \"$TOLD\"";

/// Two namespaces and a cable between them; a real server in one, curl in the other. All that
/// is started ends with the script, the first process of a namespace.
const PLAIN: &str = r#"
set -e
ip link set lo up
unshare -n sleep 1000 &
client=$!
until [ "$(readlink /proc/$client/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
ip link add cable0 type veth peer name cable1
ip link set cable1 netns $client
ip addr add 192.0.2.11/24 dev cable0
ip link set cable0 up
nsenter -t $client -n ip addr add 192.0.2.10/24 dev cable1
nsenter -t $client -n ip link set cable1 up
"$PYTHON" -m pyftpdlib -i 192.0.2.11 -p 21 -u ada -P analytical -d "$FOLDER" 2> /dev/null &
until grep -q ' 0B0200C0:0015 ' /proc/net/tcp; do sleep 0.02; done
nsenter -t $client -n sh -c "$FETCH"
"#;

/// Compares with a plain cable. True when the bounds hold.
pub fn compare(bench: &Bench, runs: usize) -> Verdict {
    if !setup::is_there_or_said(Suite::Door) {
        run::say("`cargo xtask bench --peers --setup` installs what is missing");
        return Ok(!project::tools_are_required());
    }
    let folder = bench.file("door");
    fs::create_dir_all(&folder)?;
    let scenario = bench.file("door.toml");
    fs::write(&scenario, SCENARIO)?;
    // As long, and of nothing: neither side waits for a disk.
    fs::File::create(folder.join("big"))?.set_len(1_000_000_000)?;
    let told = bench.file("door.told");
    let pairs = in_turn(
        runs,
        || ours(bench, &scenario, &told),
        || theirs(&folder, &told),
    )?;
    remove(&folder.join("big"))?;
    Ok(report(&pairs))
}

fn ours(bench: &Bench, scenario: &Path, told: &Path) -> Result<Cost, Box<dyn Error>> {
    let fetch = format!("SERVER=server; TOLD='{}'; {FETCH}", told.display());
    let mut command = vec![bench.wirestage.as_os_str(), "shell".as_ref()];
    command.push(scenario.as_ref());
    for word in ["--", "sh", "-c", &fetch] {
        command.push(word.as_ref());
    }
    timed(&command, told)
}

fn theirs(folder: &Path, told: &Path) -> Result<Cost, Box<dyn Error>> {
    let python = project::target_dir().join("venv/bin/python");
    let named = [
        format!("PYTHON={}", python.display()),
        format!("FOLDER={}", folder.display()),
        format!("TOLD={}", told.display()),
        "SERVER=192.0.2.11".to_owned(),
        format!("FETCH={FETCH}"),
    ];
    let mut command = vec![OsStr::new("env")];
    command.extend(named.iter().map(OsStr::new));
    for word in [
        "unshare",
        "-Urnpm",
        "--fork",
        "--mount-proc",
        "sh",
        "-c",
        PLAIN,
    ] {
        command.push(word.as_ref());
    }
    timed(&command, told)
}

/// Runs it; the time is curl's own, without what it takes to begin and to end.
fn timed(command: &[&OsStr], told: &Path) -> Result<Cost, Box<dyn Error>> {
    remove(told)?;
    let cost = measure(command)?;
    let line = fs::read_to_string(told)?;
    let mut numbers = line.split_whitespace().map(str::parse::<f64>);
    let (Some(Ok(seconds)), Some(Ok(came))) = (numbers.next(), numbers.next()) else {
        return Err(format!("curl told no times: {line:?}").into());
    };
    if came < BYTES {
        return Err(format!("only {came} bytes of {BYTES} came").into());
    }
    Ok(Cost { seconds, ..cost })
}

/// Prints every pair and the medians. True when the bounds hold.
fn report(pairs: &[Pair]) -> bool {
    let count = pairs.len();
    run::say(&format!(
        "\n1 GB by curl, through the door, and from pyftpdlib over a plain cable: {count} pairs, in turn"
    ));
    run::say("              door      plain     ratio   memory");
    for (i, pair) in pairs.iter().enumerate() {
        run::say(&row(&format!("pair {}", i + 1), pair));
    }
    let speed = median(pairs.iter().map(|pair| speed(pair.ours)));
    let plain = median(pairs.iter().map(|pair| self::speed(pair.theirs)));
    let ratio = median(pairs.iter().map(Pair::ratio));
    let memory = pairs.iter().map(|pair| megabytes(pair.ours));
    let memory = memory.fold(0.0, f64::max);
    let fast = speed >= SPEED_BOUND;
    let small = memory <= MEMORY_BOUND;
    let said = [
        verdict(fast, &format!("below {SPEED_BOUND} Mbit/s")),
        verdict(small, &format!("above {MEMORY_BOUND} MB")),
    ];
    run::say(&format!(
        "median   {speed:>5.0} Mbit/s {plain:>6.0} 1/{:.1}: {}",
        1.0 / ratio,
        said[0]
    ));
    run::say(&format!("memory at most {memory:.0} MB: {}", said[1]));
    fast && small
}

fn row(name: &str, pair: &Pair) -> String {
    format!(
        "{name:<9}{:>5.0} Mbit/s {:>6.0} 1/{:<6.1} {:>5.0} MB",
        speed(pair.ours),
        speed(pair.theirs),
        1.0 / pair.ratio(),
        megabytes(pair.ours)
    )
}

/// In Mbit/s.
fn speed(cost: Cost) -> f64 {
    BYTES * 8.0 / 1e6 / cost.seconds
}

fn megabytes(cost: Cost) -> f64 {
    super::float(cost.peak_bytes) / 1e6
}
