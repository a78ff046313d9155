//! Frames into fields, against tshark: both read the same capture and write the same columns, as
//! whole processes.

use super::measure::measure;
use super::pairs::{Pair, growth_exponent, in_turn, median};
use super::{Bench, float, remove};
use crate::setup::{self, Suite};
use crate::{Verdict, project, run};
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Captures to grow through, in frames. Both programs are compared on the last.
const SIZES: [u64; 3] = [62_500, 250_000, 1_000_000];

/// How many times faster we must be, and how fast our time may grow.
const BOUND: f64 = 15.0;
const STEEPEST: f64 = 1.05;

/// What is read again and again, each time between other addresses: letters, and files.
const TRAFFIC: &[(&[&str], usize)] = &[
    (&["mail-ada-grace"], 40),
    (&["ftp-download", "--set", "size=1MB"], 4),
];

/// The columns. Both programs know them by these names.
const COLUMNS: &[&str] = &[
    "frame.number",
    "eth.src",
    "ip.src",
    "ip.dst",
    "ip.ttl",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq",
    "tcp.ack",
    "tcp.len",
    "tcp.window_size",
    "ftp.request.command",
    "ftp.response.code",
    "smtp.req.command",
    "smtp.response.code",
    "imf.subject",
];

/// Where a capture's header ends, and how long that of each frame is.
const FILE_HEADER: usize = 24;
const FRAME_HEADER: usize = 16;

/// A run's frames, each with its header, and how often they are written in a row.
type Run = (Vec<Vec<u8>>, usize);

/// Compares with tshark. True when the bounds hold, or when tshark may be missing.
pub fn compare(bench: &Bench, runs: usize) -> Verdict {
    if !setup::is_there_or_said(Suite::Fields) {
        return Ok(!project::tools_are_required());
    }
    let traffic = traffic(bench)?;
    let file = bench.file("fields.pcap");
    run::say(&format!(
        "\nframes of mail and files into {} columns, median of {runs} runs",
        COLUMNS.len()
    ));
    let mut last: Option<(f64, f64)> = None;
    let mut steepest = f64::MIN;
    for frames in SIZES {
        write(&file, &traffic, frames)?;
        let ours = (0..runs).map(|_| measure(&words(&ours(bench, &file))));
        let costs = ours.collect::<Result<Vec<_>, _>>()?;
        let seconds = median(costs.iter().map(|cost| cost.seconds));
        let peak = median(costs.iter().map(|cost| float(cost.peak_bytes)));
        let point = (float(frames), seconds);
        let exponent = last.map(|(x, y)| growth_exponent((x, point.0), (y, point.1)));
        steepest = steepest.max(exponent.unwrap_or(f64::MIN));
        last = Some(point);
        run::say(&format!(
            "{frames:>9} frames {seconds:>7.3} s  {:>6.3} µs a frame  exponent {}  {:.0} MB",
            seconds * 1e6 / point.0,
            exponent.map_or("-".into(), |e| format!("{e:.2}")),
            peak / 1e6,
        ));
    }
    let alike = alike(bench, &file)?;
    run::say(&format!("{:.2} % of the lines are tshark's", alike * 100.0));
    let pairs = in_turn(
        runs,
        || measure(&words(&ours(bench, &file))),
        || measure(&words(&theirs(&file))),
    )?;
    remove(&file)?;
    let ratio = median(pairs.iter().map(Pair::ratio));
    for pair in &pairs {
        let (ours, theirs) = (pair.ours.seconds, pair.theirs.seconds);
        run::say(&format!(
            "wirestage {ours:>7.3} s   tshark {theirs:>7.3} s   ratio {:>6.1}",
            pair.ratio()
        ));
    }
    let holds = ratio >= BOUND && steepest <= STEEPEST;
    run::say(&format!(
        "tshark takes {ratio:.1} times as long (at least {BOUND}); steepest growth {steepest:.2} \
         (at most {STEEPEST}): {}",
        super::verdict(holds, "too slow")
    ));
    Ok(holds)
}

fn ours(bench: &Bench, file: &Path) -> Vec<String> {
    let program = bench.wirestage.display().to_string();
    let mut command = vec![program, "fields".into(), file.display().to_string()];
    command.extend(columns());
    command
}

fn theirs(file: &Path) -> Vec<String> {
    let file = file.display().to_string();
    let mut command: Vec<String> = ["tshark", "-n", "-r"].map(String::from).to_vec();
    command.extend([file, "-T".into(), "fields".into()]);
    command.extend(columns());
    command
}

fn columns() -> impl Iterator<Item = String> {
    let pairs = COLUMNS.iter().flat_map(|name| ["-e", name]);
    pairs.map(str::to_owned)
}

fn words(command: &[String]) -> Vec<&OsStr> {
    command.iter().map(AsRef::as_ref).collect()
}

/// Which share of the lines both programs write alike.
fn alike(bench: &Bench, file: &Path) -> Result<f64, Box<dyn Error>> {
    let said = |command: &[String]| {
        let rest: Vec<&str> = command[1..].iter().map(String::as_str).collect();
        run::output(&mut run::program(&command[0], &rest))
    };
    let (a, b) = (said(&ours(bench, file))?, said(&theirs(file))?);
    let same = a.lines().zip(b.lines()).filter(|(a, b)| a == b).count();
    Ok(float(same as u64) / float(a.lines().count().max(1) as u64))
}

/// The frames of some runs, each with its header.
fn traffic(bench: &Bench) -> Result<Vec<Run>, Box<dyn Error>> {
    let file = bench.file("traffic.pcap");
    let mut all = Vec::new();
    for (words, copies) in TRAFFIC {
        remove(&file)?;
        let mut command = run::program(bench.wirestage.display().to_string(), &["run"]);
        command.args(*words).arg("-o").arg(&file);
        run::output(&mut command)?;
        let bytes = fs::read(&file)?;
        let mut rest = bytes.get(FILE_HEADER..).ok_or("an empty capture")?;
        let mut frames = Vec::new();
        while rest.len() >= FRAME_HEADER {
            let len = u32::from_le_bytes(rest[8..12].try_into()?);
            let end = FRAME_HEADER + usize::try_from(len)?;
            frames.push(rest.get(..end).ok_or("a frame is cut short")?.to_vec());
            rest = &rest[end..];
        }
        all.push((frames, *copies));
    }
    remove(&file)?;
    Ok(all)
}

/// Writes so many frames: the runs one after the other, each between addresses of its own.
fn write(file: &Path, traffic: &[Run], frames: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(fs::File::create(file)?);
    for word in [0xa1b2_3c4d_u32, 4 << 16 | 2, 0, 0, 262_144, 1] {
        out.write_all(&word.to_le_bytes())?;
    }
    let (mut written, mut copy) = (0_u64, 0_u16);
    loop {
        for (run, copies) in traffic {
            for _ in 0..*copies {
                copy = copy.wrapping_add(1);
                for frame in run {
                    if written == frames {
                        return Ok(out.flush()?);
                    }
                    let mut frame = frame.clone();
                    move_to(&mut frame[FRAME_HEADER..], copy);
                    let seconds = u32::try_from(1_700_000_000 + written / 1000)?;
                    let nanoseconds = u32::try_from(written % 1000 * 1_000_000)?;
                    frame[..4].copy_from_slice(&seconds.to_le_bytes());
                    frame[4..8].copy_from_slice(&nanoseconds.to_le_bytes());
                    out.write_all(&frame)?;
                    written += 1;
                }
            }
        }
    }
}

/// Puts another network into a packet's addresses, and changes its checksums with it (RFC 1624).
fn move_to(frame: &mut [u8], network: u16) {
    const IP: usize = 14;
    if frame.len() < IP + 40 || frame[12..14] != [8, 0] || frame[IP] != 0x45 {
        return;
    }
    let [high, low] = network.to_be_bytes();
    let sum_at = match frame[IP + 9] {
        6 => Some(IP + 20 + 16),
        17 => Some(IP + 20 + 6),
        _ => None,
    };
    for at in [IP + 12, IP + 16] {
        let old = [frame[at], frame[at + 1], frame[at + 2], frame[at + 3]];
        let new = [10, high, low, old[3]];
        frame[at..at + 4].copy_from_slice(&new);
        for sum in [Some(IP + 10), sum_at].into_iter().flatten() {
            let before = u16::from_be_bytes([frame[sum], frame[sum + 1]]);
            let mut total = u32::from(!before);
            for (old, new) in old.chunks(2).zip(new.chunks(2)) {
                total += u32::from(!u16::from_be_bytes([old[0], old[1]]));
                total += u32::from(u16::from_be_bytes([new[0], new[1]]));
            }
            while total > 0xffff {
                total = (total & 0xffff) + (total >> 16);
            }
            let after = !u16::try_from(total).unwrap_or_default();
            frame[sum..sum + 2].copy_from_slice(&after.to_be_bytes());
        }
    }
}
