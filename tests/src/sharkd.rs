//! sharkd, tshark's engine as a server: it starts once and reads one capture after the other,
//! where tshark starts anew for each.

use crate::tools;
use crate::tshark::{CHECKSUMS, Expert, FLAGS, Finding, Severity, without_settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// No capture has so many frames.
const NO_FRAME: u64 = 1_000_000_000;

/// A server that is up, and ends with this value.
#[derive(Debug)]
pub struct Sharkd {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
}

impl Sharkd {
    /// One with every checksum checked and nobody's own settings; or a loud skip and `None`.
    #[must_use]
    pub fn require() -> Option<Self> {
        let mut command = without_settings(&tools::require("sharkd")?);
        command
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("sharkd starts");
        let to = child.stdin.take().expect("a way to sharkd");
        let from = BufReader::new(child.stdout.take().expect("a way from sharkd"));
        let mut server = Self {
            child,
            to,
            from,
            asked: 0,
        };
        for preference in CHECKSUMS {
            let (name, value) = preference.split_once(':').expect("a name and a value");
            server.ask("setconf", &json!({"name": name, "value": value}));
        }
        Some(server)
    }

    /// What it answers. Its answers come in the order of the questions.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let question = json!({
            "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params,
        });
        writeln!(self.to, "{question}").expect("sharkd listens");
        let mut line = String::new();
        // It greets in words before its first answer.
        while !line.starts_with('{') {
            let mut bytes = Vec::new();
            let read = self.from.read_until(b'\n', &mut bytes);
            let read = read.expect("sharkd answers");
            assert!(read > 0, "sharkd is gone at {question}");
            // It cuts long comments short, if need be within a letter.
            line = String::from_utf8_lossy(&bytes).into_owned();
        }
        let mut answer: Value = serde_json::from_str(&line).expect("an answer in JSON");
        assert_eq!(answer["id"], self.asked, "an answer to {question}: {line}");
        assert!(answer.get("error").is_none(), "{question}: {line}");
        answer["result"].take()
    }

    /// Reads a capture; what is asked next is about this one.
    pub fn load(&mut self, file: &Path) {
        self.ask("load", &json!({"file": file}));
    }

    /// The numbers of the frames of the loaded capture that pass a display filter.
    #[must_use]
    pub fn passing(&mut self, filter: &str) -> Vec<u64> {
        let rows = self.ask("frames", &json!({"filter": self.anew(filter)}));
        let rows = rows.as_array().expect("rows of frames").iter();
        rows.map(|row| row["num"].as_u64().expect("a frame's number"))
            .collect()
    }

    /// The same filter in new words. It keeps what passed a filter, even when it has loaded
    /// another file.
    fn anew(&self, filter: &str) -> String {
        let never = NO_FRAME + self.asked;
        format!("({filter}) && frame.number != {never}")
    }

    /// The tree of a frame's layers and fields, as sharkd tells it: frames count from 1. What
    /// later frames tell is in it.
    #[must_use]
    pub fn tree(&mut self, frame: u32) -> Value {
        // Only beside their bytes it tells which field lies in what was put together.
        let params = json!({"frame": frame, "proto": true, "bytes": true});
        let mut answer = self.ask("frame", &params);
        answer["tree"].take()
    }

    /// How many frames the capture has.
    #[must_use]
    pub fn frames(&mut self) -> u32 {
        let status = self.ask("status", &json!({}));
        let count = status["frames"].as_u64().expect("a number of frames");
        u32::try_from(count).expect("not that many")
    }

    /// A frame's bytes.
    #[must_use]
    pub fn bytes(&mut self, frame: u32) -> Vec<u8> {
        let answer = self.ask("frame", &json!({"frame": frame, "bytes": true}));
        from_base64(answer["bytes"].as_str().unwrap_or_default())
    }

    /// All that it holds against a capture: the flags of its analysis of TCP, and what else it
    /// says of at least this severity.
    #[must_use]
    pub fn findings(&mut self, file: &Path, severity: Severity) -> Vec<Finding> {
        self.load(file);
        let mut columns = json!({"filter": self.anew("tcp.analysis.flags")});
        for (column, flag) in FLAGS.iter().enumerate() {
            columns[format!("column{column}")] = json!(format!("tcp.analysis.{flag}:0"));
        }
        let flagged = flags(&self.ask("frames", &columns));
        let says = experts(&self.ask("tap", &json!({"tap0": "expert"})));
        let flags = flagged.iter().flat_map(|(frame, raised)| {
            let raised = raised.iter();
            raised.map(|flag| Finding::Flag(*frame, flag))
        });
        // What the analysis of TCP flags, it says in words as well.
        let is_told =
            |expert: &Expert| expert.group == "Sequence" && flagged.contains_key(&expert.frame);
        let says = says.into_iter().filter(|expert| !is_told(expert));
        let says = says.filter(|expert| expert.severity >= severity);
        flags.chain(says.map(Finding::Says)).collect()
    }
}

impl Drop for Sharkd {
    fn drop(&mut self) {
        // It ends by itself where nobody asks it any more; but not later than now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Four letters are three bytes; `=` fills the last four.
fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.chars().filter(|letter| *letter != '=') {
        let value = LETTERS.find(letter).expect("a letter of base64");
        bits = bits << 6 | u32::try_from(value).expect("less than 64");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("a byte"));
        }
    }
    bytes
}

/// The flags of each frame that has any.
fn flags(rows: &Value) -> BTreeMap<u64, Vec<&'static str>> {
    let rows = rows.as_array().expect("rows of frames").iter();
    let frames = rows.map(|row| {
        let cells = row["c"].as_array().expect("a cell for each column").iter();
        let raised = FLAGS.iter().zip(cells).filter(|(_, cell)| *cell != "");
        let raised: Vec<&'static str> = raised.map(|(flag, _)| *flag).collect();
        let frame = row["num"].as_u64().expect("a frame's number");
        assert!(
            !raised.is_empty(),
            "frame {frame} has a flag that is not in the list"
        );
        (frame, raised)
    });
    frames.collect()
}

fn experts(taps: &Value) -> Vec<Expert> {
    let taps = taps["taps"].as_array().expect("what the taps heard");
    let details = taps.iter().filter_map(|tap| tap["details"].as_array());
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let expert = |told: &Value| Expert {
        frame: told["f"].as_u64().expect("a frame's number"),
        severity: Severity::read(&text(&told["s"])).expect("a severity that is known"),
        group: text(&told["g"]),
        text: text(&told["m"]),
    };
    details.flatten().map(expert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Run, Scratch, Tshark};

    #[test]
    fn letters_are_bytes_again() {
        assert_eq!(from_base64("QWRh"), b"Ada");
        assert_eq!(from_base64("QWQ="), b"Ad");
        assert_eq!(from_base64("/+8A"), [0xff, 0xef, 0]);
    }

    #[test]
    fn both_ways_of_asking_find_the_same() {
        let (Some(tshark), Some(mut sharkd)) = (Tshark::require(), Sharkd::require()) else {
            return;
        };
        let scratch = Scratch::new("sharkd");
        let file = scratch.file("tap.pcapng");
        let mut found_any = false;
        for id in ["lost-segment", "zero-window", "bad-link", "handshake"] {
            let run = Run::of(id, &[]);
            for tap in ["laptop", "server"] {
                let mut capture = run.pcapng(tap);
                for spoilt in [false, true] {
                    if spoilt {
                        let last = capture.len() - 40;
                        capture[last] ^= 1;
                    }
                    std::fs::write(&file, &capture).unwrap();
                    let sorted = |found: Vec<Finding>| {
                        let mut words: Vec<String> =
                            found.iter().map(|f| format!("{f:?}")).collect();
                        words.sort();
                        words.dedup();
                        words
                    };
                    let one = sorted(tshark.findings(&file, Severity::Note));
                    let other = sorted(sharkd.findings(&file, Severity::Note));
                    assert_eq!(one, other, "{id} at {tap}");
                    found_any |= !one.is_empty();
                }
            }
        }
        assert!(found_any);
    }
}
