//! A session is alone: nothing of it reaches the network outside, and where the kernel forbids
//! such networks, that is said.

#![cfg(target_os = "linux")]

use std::path::Path;
use wirestage_tests::pcap;
use wirestage_tests::shell::{Desk, Who, said};
use wirestage_tests::tools;

/// A network with a way out into nothing, captured on all its interfaces: a whole session, then
/// a ping outside, to see that the capture sees.
const OUTSIDE: &str = r#"
set -e
for what in all default; do
  echo 1 > /proc/sys/net/ipv6/conf/$what/disable_ipv6
done
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.2/24 dev out0
ip link set out0 up
ip link set out1 up
ip route add default via 198.51.100.1
dumpcap -P -i any -w outside.pcap 2> dumpcap.txt &
until grep -q File: dumpcap.txt; do sleep 0.02; done
"$WIRESTAGE" shell ftp-download -o run.pcapng -- sh -c "$SESSION" > session.txt 2>&1 || echo "code $?" >> session.txt
sleep 1
cp outside.pcap before.pcap
ping -c 1 -W 1 198.51.100.77 > /dev/null || true
sleep 1
kill -INT $!
wait $!
"#;

/// Fetches the file; looks for names that nobody knows and for addresses that are elsewhere.
const SESSION: &str = r#"
curl -sS -u ada:analytical -o got ftp://server/report.pdf; echo "file $?"
date +%s
curl -sS http://example.com/; echo "name $?"
curl -sS http://no-such-name-here.invalid/; echo "other $?"
date +%s
curl -sS --connect-timeout 2 http://198.51.100.77/; echo "address $?"
ping -c 1 -W 1 198.51.100.1; echo "ping $?"
getent hosts example.org; echo "getent $?"
"#;

#[test]
fn no_frame_reaches_the_network_outside() {
    let tools = ["curl", "dumpcap", "ping", "ip"].map(tools::require);
    let Some(desk) = Desk::require("alone", Who::Myself) else {
        return;
    };
    if tools.iter().any(Option::is_none) {
        return;
    }
    let mut command = desk.call(Path::new("unshare"));
    command.args(["-Urn", "sh", "-c", OUTSIDE]);
    command
        .env("WIRESTAGE", desk.program())
        .env("SESSION", SESSION);
    let whole = said(&mut command);
    let told = std::fs::read_to_string(desk.file("session.txt")).unwrap_or_default();
    let _ = whole.well();
    // The file came; nobody has a name or an address elsewhere, and that is known soon.
    for line in ["file 0", "name 6", "other 6", "getent 2"] {
        assert!(told.lines().any(|l| l == line), "{line}: {told}");
    }
    assert!(
        !told.contains("address 0") && !told.contains("ping 0"),
        "{told}"
    );
    let times = told.lines().filter_map(|l| l.parse::<u64>().ok());
    let times: Vec<u64> = times.collect();
    assert!(times[1] - times[0] <= 5, "names are refused soon: {told}");
    // Not one frame was seen outside, …
    let before = pcap::frames(&desk.file("before.pcap"));
    assert_eq!(before.len(), 0, "{before:02x?}");
    // … where one would have been.
    let after = pcap::frames(&desk.file("outside.pcap"));
    assert!(!after.is_empty(), "a ping asks for its neighbour");
}

#[test]
fn where_namespaces_are_forbidden_that_is_said_with_a_way_out() {
    let Some(desk) = Desk::require("forbidden", Who::Myself) else {
        return;
    };
    // A user namespace that may have no others inside, of any kind.
    let script = "for kind in user net mnt pid uts; do \
                    echo 0 > /proc/sys/user/max_${kind}_namespaces; done; \
                  exec \"$WIRESTAGE\" shell ftp-download -o run.pcapng -- touch begun";
    let mut command = desk.call(Path::new("unshare"));
    command.args(["-Ur", "sh", "-c", script]);
    command.env("WIRESTAGE", desk.program());
    let said = said(&mut command);
    assert_eq!(said.code(), 1, "{said:?}");
    assert!(said.err.contains("namespaces"), "{said:?}");
    // What to do is said: the kernel's own word for it, or who may.
    assert!(
        said.err.contains("max_") || said.err.contains("sudo"),
        "{said:?}"
    );
    assert!(said.err.lines().count() <= 12, "in few words: {said:?}");
    assert!(!desk.file("begun").exists());
}
