//! Wireshark's own tools take what we save: captures with names and comments, and the profile
//! that goes with them. The JSON is what its schema says.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use wirestage_core::base::FrameId;
use wirestage_core::capture::Tap;
use wirestage_core::scenario::catalogue::CATALOGUE;
use wirestage_core::timeline::{JSON_SCHEMA, Timeline, to_json};
use wirestage_core::view::frames::stroke_of;
use wirestage_core::view::outline::{Outline, Stroke};
use wirestage_tests::program::{output_of, wirestage_says};
use wirestage_tests::tools::{self, Tool};
use wirestage_tests::{Run, Scratch};

/// A call of one of Wireshark's tools, with the settings in this folder and no others.
fn call(tool: &Tool, settings: &Path) -> Command {
    let mut command = tool.command();
    command.env("WIRESHARK_CONFIG_DIR", settings);
    command
}

/// What a tool says. It may hold nothing against what it reads.
fn says(command: &mut Command) -> String {
    let output = command.output().expect("the tool starts");
    let told = String::from_utf8_lossy(&output.stderr);
    let complaint = told
        .lines()
        .find(|line| !line.starts_with("Running as user"));
    assert_eq!(complaint, None, "{command:?}:\n{told}");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).expect("tools write UTF-8")
}

/// Each scenario of the catalogue as the file has it.
fn runs() -> impl Iterator<Item = (&'static str, Run)> {
    CATALOGUE
        .iter()
        .map(|entry| (entry.id, Run::of(entry.id, &[])))
}

fn first_tap(run: &Run) -> String {
    Tap::first(&run.timeline).name(&run.timeline)
}

#[test]
fn capinfos_editcap_and_mergecap_take_every_capture() {
    let wanted = ["capinfos", "editcap", "mergecap"].map(tools::require);
    let [Some(capinfos), Some(editcap), Some(mergecap)] = wanted else {
        return;
    };
    let scratch = Scratch::new("exports-tools");
    let [one, all, edited, merged] =
        ["one", "all", "edited", "merged"].map(|name| scratch.file(&format!("{name}.pcapng")));
    let nobodys = scratch.file("settings");
    for (id, run) in runs() {
        std::fs::write(&one, run.pcapng(&first_tap(&run))).unwrap();
        std::fs::write(&all, run.pcapng("all")).unwrap();
        says(call(&editcap, &nobodys).args([&one, &edited]));
        says(
            call(&mergecap, &nobodys)
                .arg("-w")
                .args([&merged, &one, &all]),
        );
        // -M: plain numbers; -c: how many packets; -k: the section's comment.
        let about =
            |file: &Path| says(call(&capinfos, &nobodys).args(["-M", "-c", "-k"]).arg(file));
        let packets = |text: &str| -> usize {
            let line = text
                .lines()
                .find(|line| line.starts_with("Number of packets:"));
            let (_, count) = line.unwrap().split_once(':').unwrap();
            count.trim().parse().unwrap()
        };
        let whole = about(&one);
        assert!(packets(&whole) > 0, "{id}");
        assert_eq!(packets(&about(&edited)), packets(&whole), "{id}");
        let both = packets(&whole) + packets(&about(&all));
        assert_eq!(packets(&about(&merged)), both, "{id}");
        let address = format!("In the page: #/{id}");
        assert!(whole.contains(&address), "{id}: {whole}");
        assert!(
            about(&edited).contains(&address),
            "{id}: it outlives editing"
        );
    }
}

#[test]
fn every_packet_has_its_place_and_every_caption_is_found() {
    let Some(tshark) = tools::require("tshark") else {
        return;
    };
    let scratch = Scratch::new("exports-comments");
    let file = scratch.file("all.pcapng");
    let nobodys = scratch.file("settings");
    let mut captions = 0;
    for (id, run) in runs() {
        std::fs::write(&file, run.pcapng("all")).unwrap();
        let shown = run.info.captions.iter().filter(|c| c.frame.is_some());
        let shown: Vec<&str> = shown.map(|caption| caption.say.as_str()).collect();
        let mut ask = call(&tshark, &nobodys);
        ask.args(["-n", "-T", "fields", "-e", "frame.comment", "-r"]);
        let comments = says(ask.arg(&file));
        for line in comments.lines() {
            assert!(line.contains("turn "), "{id}: {line:?}");
        }
        for say in &shown {
            assert!(comments.contains(say), "{id}: {say}");
        }
        captions += shown.len();
        let Some(say) = shown.iter().find(|say| !say.contains(['"', '\\'])) else {
            continue;
        };
        let mut ask = call(&tshark, &nobodys);
        let filter = format!("frame.comment contains \"{say}\"");
        ask.args([
            "-n",
            "-T",
            "fields",
            "-e",
            "frame.number",
            "-Y",
            &filter,
            "-r",
        ]);
        let found = says(ask.arg(&file));
        assert_eq!(found.lines().count(), 1, "{id}: {filter}");
    }
    assert!(captions > 200, "{captions}");
}

#[test]
fn what_was_lost_further_on_is_told_at_its_senders_tap() {
    let mut further_on = 0;
    for (id, run) in runs() {
        for loss in run.timeline.losses() {
            let sender = run.timeline.frame(run.timeline.origin(loss.frame)).from;
            let sender = run.timeline.node(sender);
            if sender.kind != "host" {
                continue;
            }
            let text = format!("lost {}: {}", loss.whereabouts(), loss.why());
            let saved = run.pcapng(&sender.name);
            let mut parts = saved.windows(text.len());
            assert!(parts.any(|part| part == text.as_bytes()), "{id}: {text}");
            further_on += usize::from(run.timeline.frame(loss.frame).forwards.is_some());
        }
    }
    assert!(further_on > 0, "some are lost on a second link");
}

#[test]
fn tshark_shows_our_names() {
    let Some(tshark) = tools::require("tshark") else {
        return;
    };
    let scratch = Scratch::new("exports-names");
    let file = scratch.file("all.pcapng");
    let nobodys = scratch.file("settings");
    let versions = [("4", "ip"), ("6", "ipv6")];
    let each = CATALOGUE.iter().flat_map(|entry| {
        let ids = versions.map(|(version, ip)| (entry.id, version, ip));
        ids.into_iter()
    });
    for (id, version, ip) in each {
        let has_knob = Run::of(id, &[])
            .scenario
            .knobs
            .iter()
            .any(|k| k.name == "ip");
        let settings = [("ip", version)];
        let run = match version {
            "6" if !has_knob => continue,
            _ => Run::of(id, if has_knob { &settings } else { &[] }),
        };
        std::fs::write(&file, run.pcapng("all")).unwrap();
        let mut ask = call(&tshark, &nobodys);
        ask.args(["-n", "-N", "n", "-r"]).arg(&file);
        ask.args(["-T", "fields", "-E", "occurrence=f"]);
        for field in ["src", "src_host"] {
            ask.args(["-e", &format!("{ip}.{field}")]);
        }
        let shown = says(&mut ask);
        let rows = shown.lines().filter_map(|line| line.split_once('\t'));
        let shown: BTreeMap<&str, &str> = rows.filter(|row| !row.0.is_empty()).collect();
        let named = named(&run.timeline);
        let ours = shown
            .iter()
            .filter(|(address, _)| named.contains_key(**address));
        let ours: Vec<_> = ours.collect();
        // Where all is dropped, nobody but the one who asks is heard.
        assert!(!ours.is_empty(), "{id} over IPv{version}: {shown:?}");
        for (address, name) in ours {
            assert_eq!(named[*address], **name, "{id} over IPv{version}");
        }
    }
}

/// Whose each address is.
fn named(timeline: &Timeline) -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    for node in timeline.nodes() {
        let ports = node.router.iter().flat_map(|router| &router.ports);
        let ports = ports.flat_map(|port| port.addresses.iter().map(|(address, _)| address));
        for address in node.addresses.iter().chain(ports) {
            named.insert(address.to_string(), node.name.clone());
        }
    }
    named
}

/// The profile, where Wireshark looks for it.
fn with_profile(scratch: &Scratch) -> std::path::PathBuf {
    let settings = scratch.file("settings");
    let folder = settings.join("profiles/wirestage");
    let words = ["profile".as_ref(), "-o".as_ref(), folder.as_os_str()];
    let _ = wirestage_says(&words);
    settings
}

#[test]
fn the_profile_shows_names_and_captions_without_being_asked() {
    let Some(tshark) = tools::require("tshark") else {
        return;
    };
    let scratch = Scratch::new("exports-profile");
    let settings = with_profile(&scratch);
    let file = scratch.file("laptop.pcapng");
    let run = Run::of("ftp-download", &[]);
    std::fs::write(&file, run.pcapng("laptop")).unwrap();
    let list = says(
        call(&tshark, &settings)
            .args(["-C", "wirestage", "-r"])
            .arg(&file),
    );
    let login = list.lines().find(|line| line.contains("Request: USER ada"));
    let login = login.expect("a line for it");
    for part in [
        "laptop → server",
        "Ada says who she is.",
        "phase log in, turn 3: USER ada",
    ] {
        assert!(login.contains(part), "{part}: {login}");
    }
    // Each button's filter can be used, and finds what it is called after.
    let buttons = std::fs::read_to_string(settings.join("profiles/wirestage/dfilter_buttons"));
    let buttons = buttons.unwrap();
    let mut found = BTreeMap::new();
    for line in buttons.lines().filter(|line| line.starts_with('"')) {
        let parts: Vec<&str> = line.split("\",\"").collect();
        let filter = parts[2].replace("\\x22", "\"");
        let mut ask = call(&tshark, &settings);
        ask.args(["-C", "wirestage", "-Y", &filter, "-r"]);
        found.insert(parts[1].to_owned(), says(ask.arg(&file)).lines().count());
    }
    let shown = run
        .info
        .captions
        .iter()
        .filter(|caption| caption.frame.is_some());
    assert_eq!(found["Captions"], shown.count());
    assert_eq!(found["Lost"], 0);
    let all = list.lines().count();
    assert!(
        found["Turns"] > found["Captions"] && found["Turns"] < all,
        "{found:?}"
    );
    assert!(
        found["Without noise"] > 30 && found["Without noise"] < all,
        "{found:?}"
    );
}

/// How many of a hundred packets have the page's colour, at least. A filter sees ports and
/// not who called whom: a reset that answers nobody's connection is grey in the page alone.
const ALIKE: usize = 98;

#[test]
fn the_profile_colours_packets_as_the_page_does() {
    let Some(tshark) = tools::require("tshark") else {
        return;
    };
    let scratch = Scratch::new("exports-colours");
    let settings = with_profile(&scratch);
    let file = scratch.file("link.pcapng");
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong: BTreeMap<String, usize> = BTreeMap::new();
    for (id, run) in runs() {
        let outline = Outline::of(&run.timeline, &run.info);
        for (index, link) in run.timeline.links().iter().enumerate() {
            std::fs::write(&file, run.pcapng(&link.name)).unwrap();
            let mut ask = call(&tshark, &settings);
            ask.args(["-C", "wirestage", "--color", "-T", "fields", "-r"])
                .arg(&file);
            let rules = says(ask.args(["-e", "frame.coloring_rule.name"]));
            // A link's tap sees each frame as it is sent, in order.
            let frames = run.timeline.frames().iter().enumerate();
            let frames = frames.filter(|(_, frame)| frame.link.index() == index);
            let frames: Vec<FrameId> = frames.map(|(id, _)| FrameId::from_index(id)).collect();
            assert_eq!(rules.lines().count(), frames.len(), "{id}: {}", link.name);
            for (rule, frame) in rules.lines().zip(frames) {
                let rule = rule.strip_prefix("Wirestage: ").unwrap_or("none");
                *used.entry(rule.to_owned()).or_default() += 1;
                let page = match stroke_of(&run.timeline, &outline, frame) {
                    Stroke::Control => "control",
                    Stroke::Data => "data",
                    Stroke::Mail => "mail",
                    Stroke::Name => "names",
                    Stroke::Housekeeping => "the network itself",
                };
                if rule != "lost" && rule != page {
                    *wrong.entry(format!("{id}: {page} is {rule}")).or_default() += 1;
                }
            }
        }
    }
    println!("{used:?}");
    let all: usize = used.values().sum();
    let alike = all - wrong.values().sum::<usize>();
    println!("{alike} of {all} packets have the page's colour; others: {wrong:#?}");
    assert!(alike * 100 >= all * ALIKE, "{wrong:#?}");
    assert_eq!(used.len(), 6, "each rule fits something: {used:?}");
}

/// Reads each file that is named, and says of each whether the schema fits: a line for each.
const VALIDATE: &str = "
import fastjsonschema, json, sys
fits = fastjsonschema.compile(json.load(open(sys.argv[1], encoding='utf-8')))
for name in sys.argv[2:]:
    try:
        fits(json.load(open(name, encoding='utf-8')))
        print('fits')
    except fastjsonschema.JsonSchemaValueException as error:
        print(error.message[:300].replace('\\n', ' '))
";

/// What is wrong with each of these, if anything.
fn validated(python: &Tool, scratch: &Scratch, documents: &[Vec<u8>]) -> Vec<String> {
    let schema = scratch.file("schema.json");
    std::fs::write(&schema, JSON_SCHEMA).unwrap();
    let mut command = python.command();
    command.args(["-c", VALIDATE]).arg(schema);
    for (index, document) in documents.iter().enumerate() {
        let file = scratch.file(&format!("{index}.json"));
        std::fs::write(&file, document).unwrap();
        command.arg(file);
    }
    let said = output_of(&mut command);
    assert_eq!(said.lines().count(), documents.len());
    said.lines().map(str::to_owned).collect()
}

fn json_of(run: &Run) -> Vec<u8> {
    let mut out = Vec::new();
    to_json(&run.timeline, &run.info, &mut out).unwrap();
    out
}

#[test]
fn every_scenario_s_json_is_what_its_schema_says() {
    assert_eq!(wirestage_says(&["schema", "timeline"]), JSON_SCHEMA);
    let Some(python) = tools::require("python") else {
        return;
    };
    let scratch = Scratch::new("exports-json");
    let (ids, documents): (Vec<_>, Vec<_>) = runs().map(|(id, run)| (id, json_of(&run))).unzip();
    let verdicts = validated(&python, &scratch, &documents);
    let wrong = ids
        .iter()
        .zip(&verdicts)
        .filter(|(_, verdict)| *verdict != "fits");
    assert_eq!(wrong.collect::<Vec<_>>(), [], "of {}", ids.len());
}

#[test]
fn the_schema_refuses_what_no_run_is() {
    let Some(python) = tools::require("python") else {
        return;
    };
    let scratch = Scratch::new("exports-no-json");
    let good: Value = serde_json::from_slice(&json_of(&Run::of("handshake", &[]))).unwrap();
    let changed = |place: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        bad.to_string().into_bytes()
    };
    let mut documents = vec![
        good.to_string().into_bytes(),
        changed("/version", json!(2)),
        changed("/address", json!("http://example.net/")),
        changed("/events/0/kind", json!("dreamt")),
        changed("/events/0/time_ns", json!(-1)),
        changed("/events/1", json!({"id": 1})),
        changed("/frames/0/bytes", json!("0g")),
        changed("/nodes/0/kind", json!("toaster")),
        changed("/connections/0/client/address", json!("nowhere")),
        changed("/links/0/ends", json!(["one"])),
    ];
    let mut more = good.clone();
    more["events"][0]["colour"] = json!("blue");
    documents.push(more.to_string().into_bytes());
    let verdicts = validated(&python, &scratch, &documents);
    assert_eq!(verdicts[0], "fits");
    for (index, verdict) in verdicts.iter().enumerate().skip(1) {
        assert_ne!(verdict, "fits", "document {index}");
    }
}
