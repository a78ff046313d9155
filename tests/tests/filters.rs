//! A filter lets the same frames through as tshark's; and `wirestage run --filter` shows them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use wirestage_core::capture::Tap;
use wirestage_core::dissect::{Dissection, Talks};
use wirestage_core::filter::{Filter, Subject};
use wirestage_core::save::each_frame;
use wirestage_tests::{Run, Scratch, Sharkd, tools, wirestage};

/// A scenario, knobs and their values, a tap.
type Taken = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

/// Scenarios, knobs and taps that show a bit of everything.
const CAPTURES: &[Taken] = &[
    ("ftp-download", &[], "laptop"),
    ("ftp-download", &[("ip", "6")], "laptop"),
    ("ftp-active-nat", &[], "laptop"),
    ("ftp-manage", &[], "laptop"),
    ("handshake", &[], "laptop"),
    ("ping-traceroute", &[], "laptop"),
    ("dns-lookup", &[], "laptop"),
    (
        "dns-lookup",
        &[("question", "a name that is not there")],
        "laptop",
    ),
    ("ftp-abort", &[], "laptop"),
    ("ping-traceroute", &[("ip", "6")], "laptop"),
    ("ftp-web", &[], "laptop"),
    ("mail-ada-grace", &[], "mail"),
    ("mail-submit", &[], "laptop"),
    ("mail-mx-failover", &[], "mail"),
    ("mail-read", &[], "laptop"),
    ("mail-refused", &[], "mail"),
    ("lost-segment", &[], "laptop"),
    ("drop-or-reject", &[("rule", "reject by RST")], "laptop"),
    ("zero-window", &[], "laptop"),
];

/// Filters that both understand.
const FILTERS: &[&str] = &[
    "arp",
    "ip",
    "ipv6",
    "icmp",
    "icmpv6",
    "tcp",
    "udp",
    "dns",
    "ftp",
    "smtp",
    "pop",
    "ftp.request.command == \"RETR\"",
    "ftp.request.command == \"RETR\" && ip.src == 192.0.2.0/24",
    "ftp.request.command in {\"USER\", \"PASS\", \"QUIT\"}",
    "ftp.request.command",
    "ftp.request.arg contains \"report\"",
    "lower(ftp.request.arg) contains \"REPORT\" or ftp.request.arg == \"ada\"",
    "len(ftp.request.arg) > 8",
    "ftp.response.code == 227 || ftp.response.code == 229",
    "ftp.response.code in {200..225, 227..299}",
    "ftp.response.code >= 400",
    "ftp.response.arg contains \"assiv\"",
    "ftp contains \"226\"",
    "smtp.req.command == \"RCPT\"",
    "smtp.req.command eq \"MAIL\" and smtp.req.parameter contains \"ada\"",
    "smtp.response.code >= 500",
    "smtp.response.code != 250 && smtp",
    "smtp.response.code in {220, 221, 354}",
    "pop.request.command == \"RETR\"",
    "pop.response.indicator == \"-ERR\" or pop.response.indicator == \"+OK\"",
    "dns.qry.name == \"example.net\"",
    "dns.qry.name contains \"example\"",
    "dns.qry.type == 15",
    "dns.flags.response == 1",
    "!dns.qry.name && udp",
    "dns.flags.rcode == 3",
    "dns.a == 192.0.2.0/24 or dns.a == 198.51.100.0/24 or dns.a == 203.0.113.0/24",
    "dns.count.answers > 0",
    "dns.resp.ttl < 100000",
    "dns.mx.preference in {5, 10, 20}",
    "tcp.flags.syn == 1",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "tcp.flags.fin == 1",
    "tcp.flags.reset == 1",
    "tcp.flags & 0x02",
    "tcp.flags == 0x012",
    "tcp.flags & 0x18 == 0x18",
    "tcp.port == 21",
    "tcp.port in {20, 21, 25}",
    "tcp.port in {20..25, 110}",
    "not tcp.port in {1..1023}",
    "tcp.port not in {1..1023}",
    "tcp[13] & 2",
    "tcp.flags.syn == True",
    "tcp.dstport == 25",
    "tcp.srcport == 21 and tcp.len > 0",
    "tcp.port != 21",
    "tcp.port ~= 21",
    "tcp.len > 0",
    "tcp.len == 0 && !(tcp.flags.syn == 1)",
    "tcp.seq == 1",
    "tcp.ack > 1000",
    "tcp.window_size_value < 1000",
    "tcp.options.mss_val == 1460 or tcp.options.mss_val == 1440",
    "tcp.options.sack_perm",
    "tcp.hdr_len > 20",
    "tcp[13] == 12",
    "tcp contains \"QUIT\"",
    "tcp.analysis.retransmission && tcp.len > 1",
    "tcp.checksum.status == 1",
    "ftp.passive.ip == 198.51.100.0/24 or ftp.passive.ip == 192.0.2.0/24",
    "ftp.passive.port > 1024",
    "ftp.active.port > 1024",
    "http.request.method == \"GET\"",
    "http.request.uri contains \"/\"",
    "eth.dst.ig == 1",
    "udp.port == 53",
    "udp.length > 40",
    "ip.src == 192.0.2.10",
    "ip.addr == 192.0.2.10",
    "ip.addr != 192.0.2.10",
    "ip.src != 192.0.2.10",
    "ip.src == ip.dst",
    "ip.dst == 198.51.100.0/24 || ip.dst == 203.0.113.0/24",
    "ip.src in {192.0.2.0 .. 192.0.2.20}",
    "ip.ttl < 60",
    "ip.ttl == 1",
    "ip.proto == 17",
    "ip.proto == 6 && ip.len > 500",
    "ip.flags.df == 1",
    "ip.version == 4",
    "ip.hdr_len == 20",
    "ip[8] == 40",
    "ipv6.src == 2001:db8::/32",
    "ipv6.hlim == 255",
    "ipv6.nxt == 6",
    "icmp.type == 8 || icmp.type == 0",
    "icmp.type == 11 and icmp.code == 0",
    "icmp.type == 3 && icmp.code == 3",
    "icmp.seq > 0",
    "icmpv6.type == 135",
    "icmpv6.type in {133 .. 137}",
    "icmpv6.nd.ns.target_address",
    "arp.opcode == 1",
    "arp.src.proto_ipv4 == 192.0.2.0/24",
    "arp.dst.hw_mac == 00:00:00:00:00:00",
    "eth.dst == ff:ff:ff:ff:ff:ff",
    "eth.addr[0:3] == 02:00:00",
    "eth.src[5] == 01",
    "eth.type == 0x0806",
    "frame.number <= 5",
    "frame.number in {3..7} and tcp",
    "frame.len > 1000",
    "frame.time_relative > 0.1",
    "frame.comment",
    "frame.comment contains \"lost\"",
    "frame contains \"example\"",
    "frame[12:2] == 08:00",
    "frame[-2:] == 0d:0a",
    "count(ip.addr) > 2",
    "count(tcp.port) == 2",
    "upper(smtp.req.parameter) contains \"GRACE\"",
    "((tcp) and not (ftp or smtp)) && tcp.len > 0",
];

/// Filters of which the two let different frames through, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "ftp.response.code == 226",
        "of two replies in one segment tshark reads the first alone",
    ),
    (
        "tcp.analysis.retransmission",
        "a probe of a closed window says its byte again: tshark has a name of its own for that",
    ),
    (
        "http",
        "tshark reads a message where its last byte comes, we each part of it where it comes",
    ),
    (
        "imf.subject",
        "a letter that POP3 brings in two segments is none for tshark",
    ),
    (
        "imf.from contains \"ada\"",
        "a letter that POP3 brings in two segments is none for tshark",
    ),
    (
        "http.response.code == 200",
        "tshark reads a head where its body's last byte comes, we where the head ends",
    ),
];

/// A frame as a tap saw it.
struct Seen {
    number: u64,
    nanoseconds: u64,
    bytes: Vec<u8>,
    comments: Vec<String>,
    dissection: Dissection,
}

/// What a tap saw of a run, and the capture of the same.
struct Captured {
    frames: Vec<Seen>,
    file: PathBuf,
}

impl Captured {
    fn of(run: &Run, tap: &str, file: PathBuf) -> Self {
        fs::write(&file, run.pcapng(tap)).unwrap();
        let tap = Tap::named(&run.timeline, tap).unwrap();
        let mut frames: Vec<Seen> = Vec::new();
        let mut first = None;
        each_frame((&run.timeline, &run.info), tap, &mut |caught| {
            let now = caught.time.unix_ns();
            frames.push(Seen {
                number: caught.number,
                nanoseconds: now - *first.get_or_insert(now),
                bytes: caught.bytes.to_vec(),
                comments: caught.comments.to_vec(),
                dissection: Dissection::default(),
            });
        });
        dissect(&mut frames);
        Self { frames, file }
    }

    /// The numbers of the frames that a filter lets through.
    fn passing(&self, filter: &str) -> Vec<u64> {
        let filter = Filter::parse(filter).unwrap_or_else(|fault| panic!("{filter}: {fault:?}"));
        let passes = |seen: &&Seen| {
            filter.lets_through(&Subject {
                frame: &seen.bytes,
                dissection: &seen.dissection,
                number: seen.number,
                nanoseconds: seen.nanoseconds,
                comments: &seen.comments,
            })
        };
        let passing = self.frames.iter().filter(passes);
        passing.map(|seen| seen.number).collect()
    }
}

/// Reads each frame with what is known from all others.
fn dissect(frames: &mut [Seen]) {
    let bytes: Vec<Vec<u8>> = frames.iter().map(|seen| seen.bytes.clone()).collect();
    let find = |number: u32| Some(bytes.get(number as usize - 1)?.as_slice());
    let numbered = || (1..).zip(&bytes);
    let mut talks = Talks::new();
    for (number, frame) in numbered() {
        Dissection::default().follow(number, frame, &mut talks, &find);
    }
    for ((number, frame), seen) in numbered().zip(frames) {
        seen.dissection.read_again(number, frame, &talks, &find);
    }
}

#[test]
fn the_same_frames_pass_as_in_tshark() {
    let Some(mut sharkd) = Sharkd::require() else {
        return;
    };
    let scratch = Scratch::new("filters");
    let mut found = vec![0; FILTERS.len()];
    let mut differ = vec![false; DIFFERENCES.len()];
    let mut wrong = Vec::new();
    for (index, (id, settings, tap)) in CAPTURES.iter().enumerate() {
        let file = scratch.file(&format!("{index}.pcapng"));
        let captured = Captured::of(&Run::of(id, settings), tap, file);
        sharkd.load(&captured.file);
        for (filter, found) in FILTERS.iter().zip(&mut found) {
            let (ours, theirs) = (captured.passing(filter), sharkd.passing(filter));
            *found += theirs.len();
            if ours != theirs {
                wrong.push(format!(
                    "{id} {settings:?}: {filter}\n  we {ours:?}\n  tshark {theirs:?}"
                ));
            }
        }
        for ((filter, _), differs) in DIFFERENCES.iter().zip(&mut differ) {
            *differs |= captured.passing(filter) != sharkd.passing(filter);
        }
    }
    for ((filter, why), differs) in DIFFERENCES.iter().zip(differ) {
        assert!(differs, "{filter} is no difference any more: {why}");
    }
    let counted = found.iter().filter(|found| **found > 0).count();
    println!(
        "{counted} of {} filters let frames through, over {} captures",
        FILTERS.len(),
        CAPTURES.len()
    );
    let of = wrong.len();
    assert!(wrong.is_empty(), "{of} differ:\n{}", wrong.join("\n"));
    let idle = FILTERS.iter().zip(found).filter(|(_, found)| *found == 0);
    let idle: Vec<&str> = idle.map(|(filter, _)| *filter).collect();
    assert!(idle.is_empty(), "nothing passes anywhere: {idle:?}");
    assert!(counted >= 50);
}

fn call(args: &[&str]) -> Output {
    wirestage().args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_run_is_shown_and_saved_through_a_filter() {
    let scratch = Scratch::new("filtered");
    let paths = ["pcapng", "pcap", "txt"].map(|ending| scratch.file(&format!("a.{ending}")));
    let [pcapng, pcap, txt] = paths.each_ref().map(|path| path.to_str().unwrap());
    // A list on standard output, a line for each frame that passes.
    let listed = call(&[
        "run",
        "ftp-download",
        "--filter",
        "ftp.request.command == \"RETR\"",
    ]);
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    let lines: Vec<&str> = text(&listed.stdout).lines().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("RETR") && lines[0].contains(" → "),
        "{lines:?}"
    );
    // Passwords are hidden in it, unless they are asked for.
    let pass = ["run", "ftp-download", "--filter", "pass"];
    let hidden = call(&pass);
    assert!(text(&hidden.stdout).contains("PASS ••••"), "{hidden:?}");
    let shown = call(&[&pass[..], &["--passwords"]].concat());
    assert!(text(&shown.stdout).contains("PASS "), "{shown:?}");
    assert!(!text(&shown.stdout).contains('•'), "{shown:?}");
    // Files hold the same frames.
    let args = [
        "run",
        "ftp-download",
        "--filter",
        "ftp",
        "-o",
        pcapng,
        "-o",
        pcap,
        "-o",
        txt,
    ];
    let saved = call(&args);
    assert!(saved.status.success(), "{}", text(&saved.stderr));
    let lines = fs::read_to_string(&paths[2]).unwrap().lines().count();
    assert!(lines > 10);
    assert_eq!(frames(&paths[0]), lines);
    assert_eq!(frames(&paths[1]), lines);
    assert_eq!(wirestage_tests::pcap::frames(&paths[1]).len(), lines);
}

/// How many frames capinfos counts in a capture.
fn frames(file: &Path) -> usize {
    let Some(tool) = tools::require("capinfos") else {
        return wirestage_tests::pcap::frames(&file.with_extension("pcap")).len();
    };
    let output = tool.command().arg("-Mc").arg(file).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let line = text(&output.stdout).lines().last().unwrap().to_owned();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn no_frame_that_passes_is_said_and_no_failure() {
    let scratch = Scratch::new("none");
    for ending in ["pcapng", "pcap"] {
        let file = scratch.file(&format!("a.{ending}"));
        let path = file.to_str().unwrap();
        let saved = call(&["run", "handshake", "--filter", "smtp", "-o", path]);
        assert!(saved.status.success(), "{saved:?}");
        assert!(
            text(&saved.stderr).contains("no frame passes the filter"),
            "{saved:?}"
        );
        if ending == "pcapng" {
            assert!(tools::find("capinfos").is_none() || frames(&file) == 0);
        } else {
            assert!(wirestage_tests::pcap::frames(&file).is_empty());
        }
    }
    let listed = call(&["run", "handshake", "--filter", "smtp"]);
    assert!(
        listed.status.success() && listed.stdout.is_empty(),
        "{listed:?}"
    );
    assert!(text(&listed.stderr).contains("no frame passes the filter"));
}

#[test]
fn a_wrong_filter_is_pointed_at_before_the_run() {
    let scratch = Scratch::new("wrong");
    let file = scratch.file("a.pcapng");
    let path = file.to_str().unwrap();
    let wrong = |args: &[&str], says: &[&str]| {
        let output = call(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty() && !file.exists());
        let told = text(&output.stderr);
        for part in says {
            assert!(told.contains(part), "{args:?}: no {part:?} in {told}");
        }
    };
    wrong(
        &[
            "run",
            "handshake",
            "--filter",
            "ftp && tcp.prt == 21",
            "-o",
            path,
        ],
        &[
            "wirestage: --filter:1:8: There is no field tcp.prt. Did you mean tcp.port?",
            "\n  ftp && tcp.prt == 21\n         ^^^^^^^\n",
        ],
    );
    wrong(
        &[
            "run",
            "handshake",
            "--filter",
            "ftp.request.arg matches \"x\"",
        ],
        &["--filter:1:17: There are no regular expressions here."],
    );
    for ending in ["json", "svg", "mmd"] {
        let file = format!("a.{ending}");
        wrong(
            &["run", "handshake", "--filter", "tcp", "-o", &file],
            &[&file, "shows the whole run: choose .pcapng, .pcap or .txt"],
        );
    }
}
