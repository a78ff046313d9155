//! A router rewrites what FTP says of addresses; the numbers of both streams stay right at
//! every tap, as tshark sees it, whatever is lost or cut in pieces on the way.

use wirestage_core::capture::Tap;
use wirestage_core::scenario::load;
use wirestage_core::simulation::{Ended, Options, Simulation};
use wirestage_tests::tshark::{Finding, Severity};
use wirestage_tests::{Run, Scratch, Tshark};

/// A client behind a router that helps; its own address is longer than the router's.
fn active(laptop: &str, link: &str) -> String {
    format!(
        r#"
title = "Active mode through a helper"
links = ["laptop - router - internet - server"]
[hosts]
router = {{ nat = "helper" }}
server = {{ runs = "ftp server", files = {{ "report.pdf" = "40 kB" }} }}
[hosts.laptop]
person = "Ada"
runs   = "ftp client"
mode   = "active"
{laptop}
[link.laptop-router]
{link}
[[story]]
Ada = ["login", "get report.pdf", "get report.pdf", "quit"]
"#
    )
}

/// Runs a scenario's text; all that Ada asked for succeeds.
fn succeeds(text: &str, seed: u64) -> Run {
    let scenario = match load("helper", text, &[]) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => panic!("{}", problems[0].show("helper", text)),
    };
    let options = Options {
        seed,
        ..Options::default()
    };
    let mut simulation = Simulation::new(&scenario, &options).unwrap();
    let ended = simulation.run_to_end();
    assert_eq!(ended, Ended::Quiet);
    let run = Run::ended(scenario, &options, simulation, &ended);
    let failed: Vec<_> = run.timeline.outcomes().iter().filter(|o| !o.ok).collect();
    assert!(failed.is_empty(), "{failed:?} in\n{text}");
    run
}

/// What tshark holds against each tap, in order of taps.
fn found(run: &Run) -> Option<Vec<(String, Vec<String>)>> {
    let tshark = Tshark::require()?;
    let scratch = Scratch::new("helper");
    let file = scratch.file("tap.pcapng");
    let sides = Tap::names(&run.timeline).into_iter();
    let sides = sides.filter(|tap| !tap.contains(" - ") && tap != "all");
    let found = sides.map(|tap| {
        std::fs::write(&file, run.pcapng(&tap)).unwrap();
        let findings = tshark.findings(&file, Severity::Note).into_iter();
        let mut flags: Vec<String> = findings
            .filter_map(|finding| match finding {
                Finding::Flag(_, flag) => Some(flag.to_owned()),
                Finding::Says(says) if says.text.contains("connection closing") => None,
                Finding::Says(says) => Some(says.text),
            })
            .collect();
        flags.sort();
        flags.dedup();
        (tap, flags)
    });
    Some(found.collect())
}

/// The text of each PORT as a tap saw it.
fn ports(run: &Run, tap: &str) -> Option<Vec<String>> {
    let tshark = Tshark::require()?;
    let scratch = Scratch::new("helper-ports");
    let file = scratch.file("tap.pcapng");
    std::fs::write(&file, run.pcapng(tap)).unwrap();
    let rows = tshark.fields(
        &file,
        "ftp.request.command == \"PORT\"",
        &["ftp.request.arg"],
    );
    Some(rows.into_iter().flatten().collect())
}

#[test]
fn the_address_becomes_shorter_and_nobody_notices() {
    let run = succeeds(&active("", ""), 1);
    let Some(found) = found(&run) else { return };
    for (tap, flags) in found {
        assert_eq!(flags, [""; 0], "{tap}");
    }
    let [inside, outside] = ["laptop", "server"].map(|tap| ports(&run, tap).unwrap());
    assert_eq!((inside.len(), outside.len()), (2, 2));
    for (inside, outside) in inside.iter().zip(&outside) {
        assert!(inside.starts_with("192,168,1,10,"), "{inside}");
        assert!(outside.starts_with("192,0,2,1,"), "{outside}");
        assert!(outside.len() < inside.len());
    }
}

#[test]
fn a_command_that_is_lost_and_sent_again_is_rewritten_again() {
    // The fourth thing that the laptop says is its PORT: USER, PASS, TYPE come before.
    for (lost, side) in [
        ("4th data segment from laptop", "laptop-router"),
        ("4th data segment from laptop", "router-internet"),
        ("5th data segment from server", "router-internet"),
    ] {
        let text = active("", "").replace(
            "[link.laptop-router]",
            &format!("[link.{side}]\nlose = \"{lost}\""),
        );
        let run = succeeds(&text, 1);
        let Some(found) = found(&run) else { return };
        for (tap, flags) in found {
            for flag in &flags {
                // That it misses what was lost is as it should be.
                let fine = [
                    "retransmission",
                    "spurious_retransmission",
                    "duplicate_ack",
                    "lost_segment",
                ];
                assert!(
                    fine.contains(&flag.as_str()),
                    "{lost} on {side}, at {tap}: {flag}"
                );
            }
        }
        let outside = ports(&run, "server").unwrap();
        assert!(
            outside.iter().all(|port| port.starts_with("192,0,2,1,")),
            "{outside:?}"
        );
    }
}

#[test]
fn a_command_in_pieces_is_rewritten_whole() {
    for mss in [8, 9, 10, 11, 13, 17, 20, 24] {
        let laptop = format!("tcp = {{ mss = {mss} }}");
        let run = succeeds(&active(&laptop, ""), 1);
        let Some(found) = found(&run) else { return };
        for (tap, flags) in found {
            for flag in &flags {
                let fine = ["retransmission", "spurious_retransmission", "duplicate_ack"];
                assert!(fine.contains(&flag.as_str()), "mss {mss}, at {tap}: {flag}");
            }
        }
    }
}

#[test]
fn a_server_inside_tells_of_the_routers_address() {
    let text = r#"
title = "A server behind a helper"
links = ["server - router - internet - laptop"]
[hosts]
router = { nat = "helper", forwards = ["tcp 21 to server"] }
server = { runs = "ftp server", files = { "report.pdf" = "40 kB" } }
laptop = { person = "Ada", runs = "ftp client", mode = "passive" }
[[story]]
Ada = ["login", "get report.pdf", "quit"]
"#;
    let run = succeeds(text, 1);
    let Some(found) = found(&run) else { return };
    for (tap, flags) in found {
        assert_eq!(flags, [""; 0], "{tap}");
    }
    let [inside, outside] = ["server", "laptop"].map(|tap| replies(&run, tap).unwrap());
    assert!(inside.contains("(192,168,1,10,"), "{inside}");
    assert!(outside.contains("(192,0,2,1,"), "{outside}");
}

/// What the server said of its data port, as a tap saw it.
fn replies(run: &Run, tap: &str) -> Option<String> {
    let tshark = Tshark::require()?;
    let scratch = Scratch::new("helper-replies");
    let file = scratch.file("tap.pcapng");
    std::fs::write(&file, run.pcapng(tap)).unwrap();
    let rows = tshark.fields(&file, "ftp.response.code == 227", &["ftp.response.arg"]);
    Some(rows.into_iter().flatten().collect())
}

#[test]
fn files_arrive_through_the_helper_whatever_the_link_does() {
    let seeds = std::env::var("WIRESTAGE_SEEDS").ok();
    let seeds = seeds.and_then(|seeds| seeds.parse().ok()).unwrap_or(60);
    for seed in 0..seeds {
        let laptop = match seed % 3 {
            0 => "",
            1 => "tcp = { mss = 12 }",
            _ => "tcp = { mss = 536 }",
        };
        let link = "lose = \"3 %\"\nduplicate = \"3 %\"\nreorder = \"3 %\"\njitter = \"5 ms\"";
        succeeds(&active(laptop, link), seed);
    }
    println!("{seeds} seeds through the helper");
}
