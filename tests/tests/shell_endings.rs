//! However a session ends, nothing of it stays.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use wirestage_tests::shell::{Desk, Started, Who, said};
use wirestage_tests::{Tshark, tools};

/// One test at a time: they count what this machine holds.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In the environment of everything that a desk's sessions start.
const MARK: &str = "WIRESTAGE_TEST_MARK";

/// What a machine holds that a session could leave behind.
#[derive(Debug, PartialEq, Eq)]
struct Machine {
    interfaces: BTreeSet<String>,
    mounts: BTreeSet<String>,
    shared_memory: BTreeSet<String>,
}

impl Machine {
    fn now() -> Self {
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("Linux");
        Self {
            interfaces: names("/sys/class/net"),
            mounts: mounts.lines().map(str::to_owned).collect(),
            shared_memory: names("/dev/shm"),
        }
    }
}

fn names(folder: impl AsRef<Path>) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    // Chromium of other tests.
    names.filter(|name| !name.contains("chromium")).collect()
}

/// The processes that carry the mark, with what they are.
fn marked(mark: &str) -> Vec<String> {
    let line = format!("{MARK}={mark}");
    let numbers = names("/proc").into_iter();
    let numbers = numbers.filter(|name| name.bytes().all(|b| b.is_ascii_digit()));
    let carries = |number: &String| {
        let environment = fs::read(format!("/proc/{number}/environ")).unwrap_or_default();
        let mut lines = environment.split(|b| *b == 0);
        lines.any(|other| other == line.as_bytes())
    };
    let told = numbers.filter(carries).map(|number| {
        let words = fs::read_to_string(format!("/proc/{number}/cmdline")).unwrap_or_default();
        format!("{number}: {}", words.replace('\0', " "))
    });
    told.collect()
}

/// All namespaces that a process is in, or holds open.
fn namespaces() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let numbers = names("/proc").into_iter();
    for number in numbers.filter(|name| name.bytes().all(|b| b.is_ascii_digit())) {
        for folder in ["ns", "fd"] {
            let entries = fs::read_dir(format!("/proc/{number}/{folder}"));
            for entry in entries.into_iter().flatten().flatten() {
                let Ok(to) = fs::read_link(entry.path()) else {
                    continue;
                };
                let to = to.as_os_str().as_bytes();
                if to.ends_with(b"]") && to.contains(&b'[') {
                    found.insert(String::from_utf8_lossy(to).into_owned());
                }
            }
        }
    }
    found
}

/// Waits until something holds, for what the kernel or a parent does a moment later.
#[track_caller]
fn soon<T: std::fmt::Debug>(mut look: impl FnMut() -> T, holds: impl Fn(&T) -> bool) {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let seen = look();
        if holds(&seen) {
            return;
        }
        assert!(Instant::now() < end, "{seen:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Nothing but these files lies in the folders of a desk.
#[track_caller]
fn holds_only(desk: &Desk, files: &[&str]) {
    let work = names(desk.work());
    let other: Vec<_> = work
        .iter()
        .filter(|name| !files.contains(&name.as_str()))
        .collect();
    assert!(other.is_empty(), "{other:?}");
    let passing = names(desk.passing());
    assert!(passing.is_empty(), "{passing:?}");
}

/// A number from 0 on, below `most`: another for each seed and each turn.
fn chance(seed: u64, turn: u64, most: u64) -> u64 {
    let mut x = seed.wrapping_add(turn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) % most
}

fn seed() -> u64 {
    let named = std::env::var("WIRESTAGE_SEED").ok();
    let named = named.and_then(|seed| seed.parse().ok());
    named.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        u64::try_from(now.expect("after 1970").as_nanos() & 0xffff_ffff).expect("it is short")
    })
}

#[test]
fn a_hundred_shells_in_a_row_leave_nothing_behind() {
    let _alone = alone();
    let count = Who::all().len();
    for who in Who::all() {
        let Some(desk) = Desk::require("hundred", *who) else {
            return;
        };
        let (before, mark) = (Machine::now(), format!("hundred-{}", std::process::id()));
        // Each says which namespaces it is in.
        let script = "readlink /proc/self/ns/net /proc/self/ns/mnt /proc/self/ns/pid \
                      /proc/self/ns/user /proc/self/ns/uts; ls -l /proc/self/fd >&2";
        let own: BTreeSet<String> = ["net", "mnt", "pid", "user", "uts"]
            .iter()
            .map(|kind| fs::read_link(format!("/proc/self/ns/{kind}")).expect("Linux"))
            .map(|link| link.to_string_lossy().into_owned())
            .collect();
        let mut seen = BTreeSet::new();
        for turn in 0..100 / count {
            let mut words = vec!["shell", "ftp-download"];
            if turn % 4 == 0 {
                words.extend(["-o", "run.pcapng", "-o", "run.json"]);
            }
            words.extend(["--", "sh", "-c", script]);
            let mut command = desk.wirestage(&words);
            let said = said(command.env(MARK, &mark));
            let mut inside: BTreeSet<String> = said.well().lines().map(str::to_owned).collect();
            inside.retain(|space| !own.contains(space));
            assert!(inside.len() >= 4, "spaces of its own: {inside:?}");
            seen.extend(inside);
        }
        soon(|| marked(&mark), Vec::is_empty);
        soon(namespaces, |now| now.is_disjoint(&seen));
        assert_eq!(Machine::now(), before);
        holds_only(&desk, &["run.pcapng", "run.json"]);
        println!("{who:?}: {} namespaces came and went", seen.len());
    }
}

#[test]
fn a_killed_shell_leaves_nothing_behind() {
    let _alone = alone();
    let Some(_) = tools::require("curl") else {
        return;
    };
    let seed = seed();
    println!("WIRESTAGE_SEED={seed}");
    let count = Who::all().len() as u64;
    for who in Who::all() {
        let Some(desk) = Desk::require("killed", *who) else {
            return;
        };
        let (before, mark) = (
            Machine::now(),
            format!("killed-{seed}-{}", std::process::id()),
        );
        // What runs inside holds on: it ignores signals, and has children that do, in a session
        // of their own.
        let script = "trap '' HUP INT TERM; setsid sleep 1000 & sleep 1000 & \
                      curl -sS -u ada:analytical ftp://server/report.pdf -o /dev/null; wait";
        let words = ["shell", "ftp-download", "--set", "size=10MB"];
        let words = [
            &words[..],
            &[
                "-o",
                "run.pcapng",
                "-o",
                "run.json",
                "--",
                "sh",
                "-c",
                script,
            ],
        ];
        for turn in 0..50 / count {
            // Over a file that stands there a new one takes two steps, a moment apart.
            fs::remove_file(desk.file("run.pcapng")).ok();
            let mut command = desk.wirestage(&words.concat());
            let mut started = Started::of(command.env(MARK, &mark));
            let after = Duration::from_micros(chance(seed, turn, 300_000));
            thread::sleep(after.saturating_sub(started.since.elapsed()));
            started.child.kill().expect("our own child");
            // Its output ends: nobody holds it any more.
            let ended = started.ended();
            assert!(!ended.status.success(), "{ended:?}");
        }
        soon(|| marked(&mark), Vec::is_empty);
        assert_eq!(Machine::now(), before, "seed {seed}");
        // Its capture may have begun; it can be read. No draft lies about.
        holds_only(&desk, &["run.pcapng"]);
        if let (Some(tshark), true) = (Tshark::require(), desk.file("run.pcapng").exists()) {
            let _ = tshark.frames(&desk.file("run.pcapng"), "");
        }
    }
}

#[test]
fn nothing_that_was_started_inside_outlives_the_shell() {
    let _alone = alone();
    let Some(desk) = Desk::require("outlives", Who::Myself) else {
        return;
    };
    let mark = format!("outlives-{}", std::process::id());
    let script = "trap '' HUP TERM; setsid sleep 1000 > /dev/null 2>&1 & exit 5";
    let mut command = desk.wirestage(&["shell", "ftp-download", "--", "sh", "-c", script]);
    let said = said(command.env(MARK, &mark));
    assert_eq!(said.code(), 5);
    soon(|| marked(&mark), Vec::is_empty);
}

#[test]
fn a_shell_that_is_asked_to_end_ends_and_keeps_its_files() {
    let _alone = alone();
    let Some(desk) = Desk::require("asked", Who::Myself) else {
        return;
    };
    let mark = format!("asked-{}", std::process::id());
    let script = "readlink /proc/self/ns/net; echo ready; exec sleep 1000";
    let words = [
        "shell",
        "ftp-download",
        "-o",
        "run.json",
        "--",
        "sh",
        "-c",
        script,
    ];
    let mut command = desk.wirestage(&words);
    let mut started = Started::of(command.env(MARK, &mark));
    let _ = started.line_with("ready");
    // The tests of this file see what there is while there is something; not at the very moment
    // when a program takes the place of another.
    let are_all =
        |there: &Vec<String>| there.len() >= 4 && there.iter().any(|line| line.contains("sleep"));
    soon(|| marked(&mark), are_all);
    assert!(namespaces().contains(&started.line_with("net:[")));
    let number = started.child.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-TERM", &number])
        .status();
    assert!(told.is_ok_and(|status| status.success()));
    let ended = started.ended();
    assert_eq!(ended.code(), 128 + 15, "{ended:?}");
    assert!(ended.took < Duration::from_secs(5), "{:?}", ended.took);
    assert!(desk.file("run.json").exists());
    soon(|| marked(&mark), Vec::is_empty);
}
