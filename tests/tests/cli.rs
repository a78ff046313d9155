//! The program `wirestage` as a person or a script calls it.

use serde_json::Value;
use std::fs;
use std::process::Output;
use wirestage_core::scenario::catalogue;
use wirestage_tests::{Scratch, wirestage};

fn call(args: &[&str]) -> Output {
    wirestage().args(args).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A call that is wrong: exit code 2, nothing on standard output, and this said.
fn refused(args: &[&str], says: &[&str]) {
    let output = call(args);
    let told = err(&output);
    assert_eq!(code(&output), 2, "{args:?}: {told}");
    assert_eq!(out(&output), "", "{args:?}");
    for part in says {
        assert!(told.contains(part), "{args:?}: no `{part}` in {told}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [
        &["--help"][..],
        &["help"],
        &["help", "run"],
        &["run", "--help"],
        &["list", "-h"],
        &["check", "--help"],
        &["schema", "--help"],
        &["--version"],
    ] {
        let output = call(args);
        assert_eq!(code(&output), 0, "{args:?}");
        assert!(
            out(&output).to_lowercase().contains("wirestage"),
            "{args:?}"
        );
        assert_eq!(err(&output), "", "{args:?}");
    }
    let help = out(&call(&["help", "run"]));
    for word in ["--set", "--seed", "--tap", "-o", ".pcapng", "Examples:"] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn wrong_usage_is_told_with_what_to_do() {
    refused(&[], &["Usage:"]);
    refused(&["rum"], &["no command `rum`", "Usage:"]);
    refused(&["run"], &["which scenario", "wirestage list"]);
    refused(
        &["run", "ftp-download", "--tab", "all"],
        &["--tab", "Usage:"],
    );
    refused(&["run", "ftp-download", "--seed", "x"], &["--seed", "`x`"]);
    refused(&["run", "ftp-download", "--set", "mode"], &["KNOB=VALUE"]);
}

#[test]
fn what_is_not_there_is_told_with_the_nearest_thing_that_is() {
    refused(
        &["run", "ftp-downlod"],
        &["`ftp-downlod`", "`ftp-download`"],
    );
    refused(
        &["run", "ftp-download", "--set", "mod=active"],
        &["`mod`", "`mode`"],
    );
    refused(
        &["run", "ftp-download", "--set", "mode=pasive"],
        &["`pasive`", "active, passive"],
    );
    refused(
        &["run", "ftp-download", "--set", "size=big"],
        &["`size`", "big"],
    );
    refused(
        &["run", "ftp-download", "--tap", "printer"],
        &["`printer`", "laptop, server, laptop - server, all"],
    );
    refused(&["run", "./nothing.toml"], &["nothing.toml"]);
}

#[test]
fn a_tap_without_a_capture_is_told() {
    let says = &["--tap", "-o FILE.pcapng"];
    refused(&["run", "ftp-download", "--tap", "server"], says);
    let scratch = Scratch::new("tap");
    let text = scratch.file("run.txt");
    let text = text.to_str().unwrap();
    let args = ["run", "ftp-download", "--tap", "server", "-o", text];
    refused(&args, says);
    assert!(!scratch.file("run.txt").exists());
}

#[test]
fn no_output_is_written_over_another_or_over_the_scenario() {
    let scratch = Scratch::new("apart");
    let lesson = scratch.file("lesson.txt");
    let text = catalogue::find("ftp-download").unwrap().text;
    fs::write(&lesson, text).unwrap();
    let lesson_path = lesson.to_str().unwrap();
    let folder = scratch.path().to_str().unwrap();
    let same = format!("{folder}/./lesson.txt");
    refused(
        &["run", lesson_path, "-o", &same],
        &["over the scenario itself"],
    );
    assert_eq!(fs::read_to_string(&lesson).unwrap(), text);
    fs::create_dir(scratch.file("sub")).unwrap();
    let one = format!("{folder}/a.pcap");
    for other in [one.clone(), format!("{folder}/sub/../a.pcap")] {
        let args = ["run", "ftp-download", "-o", &one, "-o", &other];
        refused(&args, &["one file twice", &one, &other]);
    }
    assert!(!scratch.file("a.pcap").exists());
}

#[test]
fn without_a_file_the_transcript_goes_to_standard_output() {
    let output = call(&["run", "ftp-download"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let text = out(&output);
    assert!(
        text.contains("RETR report.pdf") && text.contains("226"),
        "{text}"
    );
    assert!(text.contains("PASS ••••"), "{text}");
    let shown = out(&call(&["run", "ftp-download", "--passwords"]));
    assert!(!shown.contains("••••"));
}

#[test]
fn a_refusal_by_a_server_is_a_lesson_and_no_failure() {
    let output = call(&["run", "mail-submit", "--set", "to=nobody@example.net"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("550"), "{}", out(&output));
}

#[test]
fn each_ending_has_its_format() {
    let scratch = Scratch::new("formats");
    let names = ["a.pcapng", "a.PCAP", "a.svg", "a.mmd", "a.json", "a.txt"];
    let files = names.map(|name| scratch.file(name));
    let mut command = wirestage();
    command.args(["run", "mail-submit", "--seed", "4"]);
    for file in &files {
        command.arg("-o").arg(file);
    }
    let output = command.output().unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(out(&output), "", "the transcript goes to its file");
    let [pcapng, pcap, svg, mmd, json, text_file] =
        files.each_ref().map(|file| fs::read(file).unwrap());
    assert_eq!(pcapng[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
    assert_eq!(
        pcap[..4],
        [0x4d, 0x3c, 0xb2, 0xa1],
        "nanoseconds, little-endian"
    );
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["run"]["seed"], 4);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let svg = text(svg);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("MAIL FROM:&lt;ada@example.net&gt;"), "{svg}");
    assert!(svg.contains("--seed 4"), "how to make it again");
    let mmd = text(mmd);
    assert!(mmd.starts_with("sequenceDiagram\n"));
    assert!(
        mmd.contains("MAIL FROM#58;#60;ada@example.net#62;"),
        "{mmd}"
    );
    assert!(text(text_file).contains("MAIL FROM"));
    assert_eq!(left_in(&scratch).len(), 6, "no other file stays");
}

#[test]
fn the_same_call_writes_the_same_bytes() {
    let scratch = Scratch::new("twice");
    for name in ["a.pcapng", "b.pcapng"] {
        let file = scratch.file(name);
        let args = ["run", "ftp-download", "--tap", "server", "-o"];
        assert!(
            wirestage()
                .args(args)
                .arg(&file)
                .status()
                .unwrap()
                .success()
        );
    }
    let [a, b] = ["a.pcapng", "b.pcapng"].map(|name| fs::read(scratch.file(name)).unwrap());
    assert!(a == b);
}

#[test]
fn an_unknown_ending_lists_the_known_ones() {
    for name in ["x.gif", "x", "x.doc"] {
        refused(
            &["run", "ftp-download", "-o", name],
            &[name, ".pcapng, .pcap, .svg, .mmd, .json or .txt"],
        );
    }
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_the_run() {
    let scratch = Scratch::new("places");
    let at = |name: &str| scratch.file(name).to_str().unwrap().to_owned();
    fs::write(scratch.file("plain"), "").unwrap();
    fs::create_dir(scratch.file("folder.pcap")).unwrap();
    let missing = at("missing/x.pcap");
    refused(
        &["run", "ftp-download", "-o", &missing],
        &["x.pcap", "no folder"],
    );
    let below_a_file = at("plain/x.pcap");
    refused(
        &["run", "ftp-download", "-o", &below_a_file],
        &["plain/x.pcap"],
    );
    let folder = at("folder.pcap");
    refused(&["run", "ftp-download", "-o", &folder], &["it is a folder"]);
    // A good file beside a bad one is not written either.
    let good = at("good.txt");
    refused(
        &["run", "ftp-download", "-o", &good, "-o", &missing],
        &["no folder"],
    );
    let mut left = left_in(&scratch);
    left.sort();
    assert_eq!(left, ["folder.pcap", "plain"]);
}

#[test]
fn what_stood_there_stays_until_the_new_file_is_whole() {
    let scratch = Scratch::new("overwrite");
    let file = scratch.file("run.txt");
    fs::write(&file, "old").unwrap();
    let path = file.to_str().unwrap();
    refused(
        &["run", "ftp-download", "--tap", "nowhere", "-o", path],
        &["nowhere"],
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(code(&call(&["run", "ftp-download", "-o", path])), 0);
    assert!(fs::read_to_string(&file).unwrap().contains("RETR"));
    assert_eq!(left_in(&scratch), ["run.txt"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_failure_and_leaves_no_half_file() {
    use std::process::Command;
    let scratch = Scratch::new("full");
    let file = scratch.file("big.pcap");
    fs::write(&file, "old").unwrap();
    // The shell forbids files beyond 4 blocks of 512 bytes, as a full disk would.
    let program = wirestage_tests::program::path().display().to_string();
    let script = format!("trap '' XFSZ; ulimit -f 4; exec '{program}' run ftp-download -o \"$0\"");
    let mut command = Command::new("sh");
    let output = command.args(["-c", &script]).arg(&file).output().unwrap();
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(err(&output).contains("big.pcap"), "{}", err(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(left_in(&scratch), ["big.pcap"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let scratch = Scratch::new("link");
    let (link, file) = (scratch.file("link.txt"), scratch.file("file.txt"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(
        code(&call(&["run", "mail-submit", "-o", link.to_str().unwrap()])),
        0
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().contains("MAIL FROM"));
}

#[cfg(unix)]
#[test]
fn a_reader_who_leaves_is_no_failure() {
    use std::process::Stdio;
    let mut child = wirestage()
        .args(["run", "ftp-download"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(err(&output), "");
    assert_eq!(code(&output), 0);
}

#[test]
fn the_list_for_programs_has_what_a_page_needs() {
    let output = call(&["list", "--json"]);
    assert_eq!(code(&output), 0);
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = list.as_array().unwrap();
    let of = |id: &str| list.iter().find(|s| s["id"] == id).unwrap();
    for scenario in list {
        for key in ["id", "title", "group", "level", "summary"] {
            let text = scenario[key].as_str();
            assert!(text.is_some_and(|t| !t.is_empty()), "{key}: {scenario}");
        }
        for knob in scenario["knobs"].as_array().unwrap() {
            let words = ["name", "label", "default"];
            assert!(words.iter().all(|key| knob[key].is_string()), "{knob}");
            let choices = knob["choices"].is_array();
            let typed = knob["type"].is_string() && knob["suggestions"].is_array();
            assert!(choices != typed, "one of the two: {knob}");
        }
    }
    let ftp = of("ftp-download");
    assert_eq!(ftp["group"], "files");
    assert_eq!(
        ftp["taps"],
        serde_json::json!(["laptop", "server", "laptop - server"])
    );
    let knobs = ftp["knobs"].as_array().unwrap();
    let size = knobs.iter().find(|k| k["name"] == "size").unwrap();
    assert_eq!(size["type"], "size");
    assert_eq!(of("mail-submit")["group"], "mail");
}

#[test]
fn every_tap_of_the_list_can_be_taken() {
    let list: Value = serde_json::from_str(&out(&call(&["list", "--json"]))).unwrap();
    let scratch = Scratch::new("taps");
    for scenario in list.as_array().unwrap() {
        let id = scenario["id"].as_str().unwrap();
        let mut taps: Vec<&str> = scenario["taps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tap| tap.as_str().unwrap())
            .collect();
        taps.push("all");
        for tap in taps {
            let file = scratch.file("tap.pcapng");
            let path = file.to_str().unwrap();
            let output = call(&["run", id, "--tap", tap, "-o", path]);
            assert_eq!(code(&output), 0, "{id} at {tap}: {}", err(&output));
        }
    }
}

#[test]
fn the_list_for_people_names_scenarios_and_knobs() {
    let text = out(&call(&["list"]));
    for word in [
        "ftp-download",
        "mail-submit",
        "--set mode",
        "passive*",
        "wirestage run",
    ] {
        assert!(text.contains(word), "no `{word}` in\n{text}");
    }
}

#[test]
fn check_tells_each_mistake_with_its_place() {
    let scratch = Scratch::new("check");
    let good = scratch.file("good.toml");
    let text = fs::read_to_string(wirestage_tests::root().join("scenarios/ftp-download.toml"));
    let text = text.unwrap();
    fs::write(&good, &text).unwrap();
    let output = call(&["check", good.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("good.toml"));

    let bad = scratch.file("bad.toml");
    let broken = text.replace("links   =", "linsk   =");
    fs::write(&bad, &broken).unwrap();
    let line = 1 + broken.lines().position(|l| l.starts_with("linsk")).unwrap();
    let path = bad.to_str().unwrap();
    let output = call(&["check", path, good.to_str().unwrap()]);
    assert_eq!(code(&output), 2);
    let told = err(&output);
    assert!(
        told.contains(&format!("{path}:{line}:1: error: ")),
        "{told}"
    );
    assert!(told.contains("help: "), "{told}");
    assert!(
        out(&output).contains("good.toml"),
        "the other file is checked as well"
    );

    refused(&["run", path], &[&format!("{path}:{line}:1: error: ")]);
    refused(&["check", "no/such.toml"], &["no/such.toml"]);
}

#[test]
fn a_file_of_ones_own_runs_and_says_how_to_run_it_again() {
    let scratch = Scratch::new("own");
    let file = scratch.file("mine.toml");
    let text = fs::read_to_string(wirestage_tests::root().join("scenarios/mail-submit.toml"));
    fs::write(&file, text.unwrap()).unwrap();
    let output = call(&["run", file.to_str().unwrap(), "--set", "delay=20 ms"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let told = out(&output);
    assert!(
        told.contains("wirestage run mine.toml --set 'delay=20 ms' --seed 1"),
        "{told}"
    );
}

#[test]
fn the_schema_is_a_schema() {
    let output = call(&["schema"]);
    assert_eq!(code(&output), 0);
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(schema["$schema"].is_string());
    assert!(schema["properties"]["hosts"].is_object(), "{schema}");
}

fn left_in(scratch: &Scratch) -> Vec<String> {
    let entries = fs::read_dir(scratch.path()).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    entries.map(|e| name(e).into_string().unwrap()).collect()
}

#[test]
fn check_warns_of_a_caption_that_is_never_said() {
    let scratch = Scratch::new("unsaid-caption");
    let text = catalogue::find("ftp-download").unwrap().text;
    let file = scratch.file("lesson.toml");
    let unsaid = text.replace("server replies 226", "server replies 426");
    fs::write(&file, unsaid).unwrap();
    let output = call(&["check", file.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "a warning fails nothing");
    let mut lines = text.lines();
    let line = 1 + lines.position(|l| l.contains("replies 226")).unwrap();
    let told = err(&output);
    let warning = format!("lesson.toml:{line}:8: warning: ");
    assert!(told.contains(&warning), "{told}");
    assert!(told.contains("is never said"), "{told}");
}
