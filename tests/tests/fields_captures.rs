//! Real traffic, read beside tshark: layers, addresses, ports, commands and replies as it
//! names them, and every range inside its frame.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wirestage_core::dissect::{Dissection, LAYERS};
use wirestage_tests::trees::{Compared, Theirs, each_frame, flat, percent};
use wirestage_tests::{Sharkd, captures};

/// Of a hundred, so many agree.
const LEAST: u64 = 97;

/// Headers: each frame has exactly those that tshark names.
const HEADERS: &[&str] = &[
    "eth", "vlan", "arp", "ip", "ipv6", "icmp", "icmpv6", "tcp", "udp",
];

/// Where a frame goes: always the same as tshark's.
const ENDS: &[&str] = &[
    "eth.src",
    "eth.dst",
    "vlan.id",
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
];

/// What is said: the same in each capture, in the same order.
const SAID: &[&str] = &[
    "ftp.request.command",
    "ftp.request.arg",
    "ftp.response.code",
    "smtp.req.command",
    "smtp.response.code",
    "pop.request.command",
    "pop.response.indicator",
    "http.request.method",
    "http.response.code",
    "dns.qry.name",
];

/// Where tshark reads what is said otherwise, and we do not follow it: the capture, the field,
/// and why.
const OTHERWISE: &[(&str, &str, &str)] = &[
    (
        "suricata-verify/smtp-pipelining.pcap",
        "smtp.req.command",
        "it takes commands that came together for a letter",
    ),
    (
        "zeek/pop3.pcap",
        "pop.request.command",
        "it takes the words of a login for a command",
    ),
    (
        "zeek/pop3.pcap",
        "pop.response.indicator",
        "it does not read the plus by which a login goes on",
    ),
    (
        "pcapplusplus/ip6_fragments.pcap",
        "dns.qry.name",
        "we do not read names that are asked of everybody on the wire",
    ),
    (
        "pcapplusplus/nanosecs_big_endian.pcap",
        "http.request.method",
        "it knows HTTP by its words at any port; we know services by their ports",
    ),
    (
        "pcapplusplus/nanosecs_big_endian.pcap",
        "http.response.code",
        "it knows HTTP by its words at any port; we know services by their ports",
    ),
];

/// Kinds of links, in Wireshark's numbers.
const ETHERNET: &str = "1";
const LOOPBACK: &str = "15";

/// A header of Ethernet, for frames that have another one: of the kind of loopbacks, four
/// bytes long.
const INSTEAD: [u8; 14] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0];
const LOOPBACK_LEN: usize = 4;

#[test]
fn real_traffic_is_read_as_tshark_reads_it() {
    let (Some(folder), Some(mut sharkd)) = (captures(), Sharkd::require()) else {
        return;
    };
    let mut all = Compared::default();
    let (mut wrong, mut layers, mut said) = (Vec::new(), (0, 0), (0, 0));
    for file in files(&folder) {
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        let seen = read(&name, &mut sharkd, &file, &mut wrong);
        println!("{name}: {}", in_short(&seen.compared));
        let (same, of) = what_is_said(&name, &seen);
        said = (said.0 + same, said.1 + of);
        layers = (layers.0 + seen.layers.0, layers.1 + seen.layers.1);
        all.add(seen.compared);
    }
    println!("{}{}", all.report(), all.differences(&[]));
    println!("frames with the same layers: {} of {}", layers.0, layers.1);
    println!("words that are said alike: {} of {}", said.0, said.1);
    for ((_, name), row) in &all.rows {
        if ENDS.contains(name) && (row.same < row.both || row.same_values < row.both) {
            wrong.push(format!("{name}: {}", row.first));
        }
    }
    let (sum, _) = all.sums();
    let reaches = |same: u64, of: u64| same * 100 >= of * LEAST;
    assert!(all.frames > 500, "{} frames were read", all.frames);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(reaches(sum.same, sum.both), "{}", all.report());
    assert!(reaches(layers.0, layers.1), "layers: {layers:?}");
    assert!(reaches(said.0, said.1), "words: {said:?}");
}

/// How many words both say alike in a capture, of how many. Tells the others.
fn what_is_said(name: &str, seen: &Seen) -> (u64, u64) {
    let (mut same, mut all) = (0, 0);
    for field in SAID {
        let of = |said: &BTreeMap<&str, Said>| said.get(field).map(|said| said.words.clone());
        let [ours, theirs] = [&seen.ours, &seen.theirs].map(|said| of(said).unwrap_or_default());
        let mut otherwise = OTHERWISE.iter();
        if let Some(row) = otherwise.find(|row| row.0 == name && row.1 == *field) {
            assert_ne!(ours, theirs, "{row:?} stands in the table for nothing");
            continue;
        }
        same += ours.iter().zip(&theirs).filter(|(a, b)| a == b).count() as u64;
        all += ours.len().max(theirs.len()) as u64;
        if ours != theirs {
            println!("  {field}\n    ours   {ours:?}\n    theirs {theirs:?}");
        }
    }
    (same, all)
}

/// What was seen in a capture.
#[derive(Default)]
struct Seen {
    compared: Compared,
    /// Frames with the same layers, of how many.
    layers: (u64, u64),
    ours: BTreeMap<&'static str, Said>,
    theirs: BTreeMap<&'static str, Said>,
}

/// What is said in a capture, in order.
#[derive(Default)]
struct Said {
    words: Vec<String>,
    /// Whether the reply that was noted last has more lines.
    goes_on: bool,
}

/// Reads a capture, and notes what must not be.
fn read(name: &str, sharkd: &mut Sharkd, file: &Path, wrong: &mut Vec<String>) -> Seen {
    sharkd.load(file);
    let (mut frames, mut trees) = (Vec::new(), Vec::new());
    for number in 1..=sharkd.frames() {
        let mut tree = flat(&sharkd.tree(number));
        frames.push(as_ethernet(sharkd.bytes(number), &mut tree));
        trees.push(tree);
    }
    let mut seen = Seen::default();
    each_frame(&frames, |number, frame, ours| {
        if frame.is_empty() {
            return;
        }
        let what = format!("{name}, frame {number}");
        stands_inside(&what, frame, ours, wrong);
        let theirs = &trees[number as usize - 1];
        seen.compared.frame(&what, frame, ours, theirs);
        let headers = |names: Vec<&'static str>| -> Vec<&str> {
            names.into_iter().filter(|n| HEADERS.contains(n)).collect()
        };
        let (mut all_ours, all_theirs) = (our_layers(ours), their_layers(theirs));
        if !all_theirs.contains(&"eth") {
            all_ours.retain(|layer| *layer != "eth");
        }
        let same = all_ours == all_theirs;
        seen.layers.0 += u64::from(same);
        seen.layers.1 += 1;
        if !same {
            println!("{what}: ours {all_ours:?}, theirs {all_theirs:?}");
        }
        if headers(all_ours.clone()) != headers(all_theirs.clone()) {
            wrong.push(format!("{what}: ours {all_ours:?}, theirs {all_theirs:?}"));
        }
        note_said(&mut seen, frame, ours, theirs);
    });
    seen
}

/// A frame with a header of Ethernet, and the tree's places moved with it. Empty where it is of
/// a link that we do not know.
fn as_ethernet(bytes: Vec<u8>, tree: &mut [Theirs]) -> Vec<u8> {
    let encap = tree.iter().find(|field| field.name == "frame.encap_type");
    match encap.and_then(|field| field.value.as_deref()) {
        Some(ETHERNET) => bytes,
        Some(LOOPBACK) => {
            let moved = INSTEAD.len() - LOOPBACK_LEN;
            let here = tree.iter_mut().filter(|field| field.source == 0);
            for range in here.filter_map(|field| field.range.as_mut()) {
                *range = range.start + moved..range.end + moved;
            }
            let packet = bytes.get(LOOPBACK_LEN..).unwrap_or_default();
            [&INSTEAD, packet].concat()
        }
        _ => Vec::new(),
    }
}

/// Each layer lies in its source, and each field in its layer.
fn stands_inside(what: &str, frame: &[u8], ours: &Dissection, wrong: &mut Vec<String>) {
    for layer in ours.layers() {
        let len = ours.source(frame, layer.source).len();
        if layer.range.end > len {
            wrong.push(format!("{what}: {layer:?} of {len} bytes"));
        }
        for field in ours.fields_of(layer) {
            // What follows from other bytes may point at these.
            let bounds = match field.kind.derived {
                true => 0..len,
                false => layer.range.clone(),
            };
            let is_inside = bounds.start <= field.range.start
                && field.range.end <= bounds.end
                && field.source == layer.source;
            if !is_inside {
                wrong.push(format!("{what}: {field:?} in {:?}", layer.range));
            }
        }
    }
}

fn our_layers(ours: &Dissection) -> Vec<&'static str> {
    let mut names: Vec<&str> = ours.layers().iter().map(|l| l.kind.filter).collect();
    names.retain(|name| !name.starts_with("wirestage."));
    in_order(names)
}

fn their_layers(theirs: &[Theirs]) -> Vec<&'static str> {
    let layers = theirs.iter().filter(|field| field.is_layer);
    let known = |field: &Theirs| LAYERS.iter().find(|layer| layer.filter == field.name);
    let names = layers.filter_map(|field| known(field).map(|layer| layer.filter));
    in_order(names.collect())
}

/// In the order of our table: what is put together may come sooner or later. What nobody looks
/// into is no layer, and letters are compared field by field: we read each once, where it is
/// whole, and not in any protocol.
fn in_order(mut names: Vec<&'static str>) -> Vec<&'static str> {
    const APART: &[&str] = &["data", "data-text-lines", "imf", "mime_multipart"];
    names.retain(|name| !APART.contains(name));
    let place = |name: &&str| LAYERS.iter().position(|layer| layer.filter == *name);
    names.sort_by_key(place);
    // One that is read in parts is still one.
    names.dedup_by(|a, b| a == b && !HEADERS.contains(a));
    names
}

fn note_said(seen: &mut Seen, frame: &[u8], ours: &Dissection, theirs: &[Theirs]) {
    for field in SAID {
        let here = ours.fields().iter().filter(|f| f.kind.filter == *field);
        for f in here {
            let bytes = ours.source(frame, f.source);
            let words = match f.kind.filter {
                "dns.qry.name" => ours.value(f, frame),
                _ => String::from_utf8_lossy(&bytes[f.range.clone()]).into_owned(),
            };
            let goes_on = bytes.get(f.range.end) == Some(&b'-');
            note(seen.ours.entry(field).or_default(), words, goes_on);
        }
        for f in theirs.iter().filter(|f| f.name == *field) {
            let words = f.value.as_deref().unwrap_or_default().trim_matches('"');
            let end = f.range.as_ref().filter(|_| f.source == 0).map(|r| r.end);
            // Of a reply of SMTP it names but one code, whatever its lines.
            let is_each_line = !field.starts_with("smtp.");
            let goes_on = is_each_line && end.and_then(|end| frame.get(end)) == Some(&b'-');
            note(
                seen.theirs.entry(field).or_default(),
                words.to_owned(),
                goes_on,
            );
        }
    }
}

/// Notes what is said; a reply of several lines once, whichever of them name its code.
fn note(said: &mut Said, words: String, goes_on: bool) {
    let is_same = said.goes_on && said.words.last() == Some(&words);
    said.goes_on = goes_on;
    if !is_same {
        said.words.push(words);
    }
}

fn in_short(compared: &Compared) -> String {
    let (sum, _) = compared.sums();
    let percent = percent(sum.same, sum.both);
    format!(
        "{} frames, {} of {} fields ({percent})",
        compared.frames, sum.same, sum.both
    )
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_capture = path
                .extension()
                .is_some_and(|e| e == "pcap" || e == "pcapng");
            match (path.is_dir(), is_capture) {
                (true, _) => folders.push(path),
                (false, true) => files.push(path),
                (false, false) => {}
            }
        }
    }
    files.sort();
    files
}
