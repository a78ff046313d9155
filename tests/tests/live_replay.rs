//! `wirestage live` sees what goes by on an interface, `wirestage replay` puts frames on one.

#![cfg(target_os = "linux")]

use std::path::Path;
use wirestage_tests::shell::{Desk, Said, Who, said};
use wirestage_tests::{Tshark, pcap, tools, wirestage};

/// Two interfaces, joined, on which nobody speaks unasked.
const TWO_ENDS: &str = r#"
set -e
for what in all default; do
  echo 1 > /proc/sys/net/ipv6/conf/$what/disable_ipv6
done
ip link add a0 type veth peer name a1
ip link set a0 up
ip link set a1 up
# Until somebody listens with a socket for packets, on so many interfaces.
listens() { until [ "$(wc -l < /proc/net/packet)" -gt "$1" ]; do sleep 0.02; done; }
"#;

/// Runs a script in a network of its own, with two interfaces that are joined.
fn joined(desk: &Desk, script: &str) -> Said {
    let script = format!("{TWO_ENDS}{script}");
    let mut command = desk.call(Path::new("unshare"));
    command.args(["-Urn", "sh", "-c", &script]);
    said(command.env("WIRESTAGE", desk.program()))
}

fn desk(name: &str) -> Option<Desk> {
    let _ = tools::require("ip")?;
    Desk::require(name, Who::Myself)
}

/// A capture of a run, made at the desk: `run.pcap`, and its frames.
fn run(desk: &Desk, scenario: &str) -> Vec<Vec<u8>> {
    let file = desk.file("run.pcap");
    let output = wirestage()
        .args(["run", scenario, "-o"])
        .arg(&file)
        .output();
    assert!(output.unwrap().status.success());
    pcap::frames(&file)
}

#[test]
fn a_replayed_capture_is_what_the_other_end_captures() {
    let (Some(_), Some(desk)) = (tools::require("dumpcap"), desk("replayed")) else {
        return;
    };
    let frames = run(&desk, "ftp-download");
    let script = r#"
dumpcap -P -i a1 -w seen.pcap 2> dumpcap.txt &
until grep -q File: dumpcap.txt; do sleep 0.02; done
"$WIRESTAGE" replay run.pcap --iface a0 --speed 10
sleep 1
kill -INT $!
wait $!
"#;
    let _ = joined(&desk, script).well();
    let seen = pcap::frames(&desk.file("seen.pcap"));
    assert!(frames.len() > 50);
    assert!(seen == frames, "{} of {}", seen.len(), frames.len());
}

#[test]
fn a_scenario_is_replayed_at_its_own_times_and_seen_live() {
    let (Some(tshark), Some(desk)) = (Tshark::require(), desk("live")) else {
        return;
    };
    let frames = run(&desk, "handshake");
    let script = format!(
        r#"
"$WIRESTAGE" live --iface a1 -o seen.pcapng -o seen.pcap --count {} &
live=$!
listens 1
date +%s%N
"$WIRESTAGE" replay handshake --iface a0
date +%s%N
wait $live
"#,
        frames.len()
    );
    let said = joined(&desk, &script);
    let times: Vec<u64> = said.well().lines().filter_map(|l| l.parse().ok()).collect();
    let seen = pcap::frames(&desk.file("seen.pcap"));
    assert!(seen == frames, "{} of {}", seen.len(), frames.len());
    // Its frames came as late as they were sent in the run.
    let gaps = |file: &Path| -> Vec<f64> {
        let rows = tshark.fields(file, "", &["frame.time_relative"]);
        rows.iter().map(|row| row[0].parse().unwrap()).collect()
    };
    let (was, is) = (
        gaps(&desk.file("run.pcap")),
        gaps(&desk.file("seen.pcapng")),
    );
    for (was, is) in was.iter().zip(&is) {
        assert!((was - is).abs() < 0.1, "{was} {is}");
    }
    let took = times[1].abs_diff(times[0]) / 1_000_000;
    let last = was.last().copied().unwrap_or_default() * 1000.0;
    assert!(took as f64 >= last, "{took} ms of {last} ms");
    let bad = tshark.bad_checksums(&desk.file("seen.pcapng"));
    assert_eq!(bad, [0; 0]);
}

#[test]
fn what_is_captured_live_is_told_frame_by_frame_without_a_file() {
    let Some(desk) = desk("lines") else { return };
    let frames = run(&desk, "handshake");
    let script = format!(
        r#"
"$WIRESTAGE" live --iface a1 --count {} &
live=$!
listens 1
"$WIRESTAGE" replay handshake --iface a0 --speed 100
wait $live
"#,
        frames.len()
    );
    let said = joined(&desk, &script);
    let lines = said.well().lines().filter(|line| !line.is_empty()).count();
    assert!(lines >= frames.len(), "{said:?}");
}

#[test]
fn frames_go_where_no_other_machine_receives_them_unless_told() {
    let Some(desk) = desk("refuses") else { return };
    let _ = run(&desk, "handshake");
    // Not every kernel has all of them.
    let script = r#"
set +e
ip link add d0 type dummy 2> /dev/null
ip link add b0 type bridge 2> /dev/null
ip link add f0 type ifb 2> /dev/null
ip link add m0 link a1 type macvlan 2> /dev/null
ip tuntap add t0 mode tap 2> /dev/null
for i in lo a0 d0 t0 b0 f0 m0 none; do
  if [ $i = none ] || ip link set $i up 2> /dev/null; then
    "$WIRESTAGE" replay run.pcap --iface $i --speed 1000 2> said.txt
    echo "$i $?" $(grep -c -e --allow-real-network said.txt)
  fi
done
for i in b0 f0 m0; do
  if [ -e /sys/class/net/$i ] || ip link show $i > /dev/null 2>&1; then
    "$WIRESTAGE" replay run.pcap --iface $i --speed 1000 --allow-real-network
    echo "allowed $i $?"
  fi
done
"$WIRESTAGE" live --iface none
echo "live $?"
"#;
    let said = joined(&desk, script);
    let out = said.well();
    let lines: Vec<Vec<&str>> = out.lines().map(|l| l.split(' ').collect()).collect();
    let mut refused = 0;
    for line in &lines {
        match line[..] {
            ["lo" | "a0" | "d0", code, _] => assert_eq!(code, "0", "{said:?}"),
            // Nobody has the TAP interface open: it may say that it is down, not that it leads away.
            ["t0", _, told] => assert_eq!(told, "0", "{said:?}"),
            ["b0" | "f0" | "m0", code, told] => {
                assert!(code == "2" && told == "1", "{said:?}");
                refused += 1;
            }
            ["none", code, told] => assert!(code != "0" && told == "0", "{said:?}"),
            ["allowed", _, code] => assert_eq!(code, "0", "{said:?}"),
            ["live", code] => assert_ne!(code, "0", "{said:?}"),
            _ => panic!("{line:?}: {said:?}"),
        }
    }
    assert!(refused > 0 && lines.len() > refused + 3, "{said:?}");
}

#[test]
fn without_the_right_to_capture_that_is_said() {
    let desk = Desk::new("no-right", *Who::all().last().unwrap());
    for words in [
        &["live", "--iface", "lo", "--count", "1"][..],
        &["replay", "handshake", "--iface", "lo"],
    ] {
        let said = said(&mut desk.wirestage(words));
        assert_eq!(said.code(), 1, "{words:?} {said:?}");
        let told = said.err.contains("CAP_NET_RAW") || said.err.contains("root");
        assert!(told, "{words:?} {said:?}");
    }
}
