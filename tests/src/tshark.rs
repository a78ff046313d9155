//! tshark, the judge of bytes: what it reads in a capture, and what it holds against it.

use crate::program::output_of;
use crate::tools::{self, Tool};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// tshark, with every checksum checked and nobody's own settings.
#[derive(Clone, Debug)]
pub struct Tshark {
    tool: Tool,
}

/// How serious a finding of tshark is, in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The author's remark.
    Comment,
    /// The normal course of things.
    Chat,
    /// Worth noting: a retransmission, say.
    Note,
    /// Unusual: a lost segment, say.
    Warning,
    /// Wrong: a bad checksum, say.
    Error,
}

impl Severity {
    pub(crate) fn read(word: &str) -> Option<Self> {
        Some(match word {
            "Comment" => Self::Comment,
            "Chat" => Self::Chat,
            "Note" => Self::Note,
            "Warning" => Self::Warning,
            "Error" => Self::Error,
            _ => return None,
        })
    }
}

/// One finding of tshark about one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expert {
    /// The frame's number, from 1.
    pub frame: u64,
    /// How serious it is.
    pub severity: Severity,
    /// What it is about: `Sequence`, `Checksum`, `Malformed` …
    pub group: String,
    /// What it says.
    pub text: String,
}

/// One thing that tshark holds against a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A flag of its analysis of TCP, at a frame.
    Flag(u64, &'static str),
    /// Anything else.
    Says(Expert),
}

pub(crate) const CHECKSUMS: &[&str] = &[
    "ip.check_checksum:TRUE",
    "tcp.check_checksum:TRUE",
    "udp.check_checksum:TRUE",
];

const BAD_CHECKSUM: &str = "ip.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\" \
    || udp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\" \
    || icmpv6.checksum.status == \"Bad\"";

/// Every flag that tshark's analysis of TCP can raise, behind `tcp.analysis.`.
pub(crate) const FLAGS: &[&str] = &[
    "retransmission",
    "fast_retransmission",
    "spurious_retransmission",
    "out_of_order",
    "reused_ports",
    "lost_segment",
    "ack_lost_segment",
    "window_update",
    "window_full",
    "keep_alive",
    "keep_alive_ack",
    "duplicate_ack",
    "zero_window_probe",
    "zero_window",
    "zero_window_probe_ack",
    "tfo_syn",
    "tfo_ack",
    "tfo_ignored",
];

/// Parts several values of one field; no text holds it.
const BETWEEN_VALUES: char = '\x1f';

impl Tshark {
    /// tshark, or a loud skip and `None`.
    #[must_use]
    pub fn require() -> Option<Self> {
        Some(Self {
            tool: tools::require("tshark")?,
        })
    }

    /// A row for each frame that passes `filter` (all for an empty one): the value of each
    /// field, empty where the frame has none, several parted by U+001F.
    #[must_use]
    pub fn fields(&self, file: &Path, filter: &str, fields: &[&str]) -> Vec<Vec<String>> {
        let mut command = self.reading(file);
        command.args(["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]);
        command
            .arg("-E")
            .arg(format!("aggregator={BETWEEN_VALUES}"));
        for field in fields {
            command.args(["-e", field]);
        }
        if !filter.is_empty() {
            command.args(["-Y", filter]);
        }
        parse_rows(&output_of(&mut command), fields.len())
    }

    /// The numbers of the frames that pass a display filter.
    #[must_use]
    pub fn frames(&self, file: &Path, filter: &str) -> Vec<u64> {
        let rows = self.fields(file, filter, &["frame.number"]);
        rows.iter().map(|row| number(&row[0])).collect()
    }

    /// Everything tshark has to say, of any severity.
    #[must_use]
    pub fn experts(&self, file: &Path) -> Vec<Expert> {
        parse_experts(&self.fields(file, "_ws.expert", &["frame.number", "_ws.expert"]))
    }

    /// The flags of its analysis of TCP, by frame: `retransmission`, `duplicate_ack` …
    #[must_use]
    pub fn analysis(&self, file: &Path) -> BTreeMap<u64, Vec<&'static str>> {
        let names: Vec<String> = FLAGS
            .iter()
            .map(|flag| format!("tcp.analysis.{flag}"))
            .collect();
        let mut fields = vec!["frame.number"];
        fields.extend(names.iter().map(String::as_str));
        parse_flags(&self.fields(file, "tcp.analysis.flags", &fields))
    }

    /// All that it holds against a capture, in one reading: the flags of its analysis of
    /// TCP, and what else it says of at least this severity.
    #[must_use]
    pub fn findings(&self, file: &Path, severity: Severity) -> Vec<Finding> {
        let names: Vec<String> = FLAGS
            .iter()
            .map(|flag| format!("tcp.analysis.{flag}"))
            .collect();
        let mut fields = vec!["frame.number", "_ws.expert"];
        fields.extend(names.iter().map(String::as_str));
        let mut found = Vec::new();
        for mut row in self.fields(file, "_ws.expert || tcp.analysis.flags", &fields) {
            let frame = number(&row[0]);
            let experts = row.remove(1);
            let flagged = row[1..].iter().any(|value| !value.is_empty());
            if flagged {
                let flags = parse_flags(std::slice::from_ref(&row)).remove(&frame);
                let flags = flags.into_iter().flatten();
                found.extend(flags.map(|flag| Finding::Flag(frame, flag)));
            }
            if experts.is_empty() {
                continue;
            }
            let experts = parse_experts(&[vec![row[0].clone(), experts]]).into_iter();
            // What the analysis of TCP flags, it says in words as well.
            let said = experts.filter(|e| !(flagged && e.group == "Sequence"));
            let said = said.filter(|e| e.severity >= severity);
            found.extend(said.map(Finding::Says));
        }
        found
    }

    /// The frames that it cannot read to their end, or that were cut short.
    #[must_use]
    pub fn malformed(&self, file: &Path) -> Vec<u64> {
        self.frames(file, "_ws.malformed || _ws.short")
    }

    /// The frames with a bad IP, TCP, UDP or ICMP checksum.
    #[must_use]
    pub fn bad_checksums(&self, file: &Path) -> Vec<u64> {
        self.frames(file, BAD_CHECKSUM)
    }

    /// Takes the files out of a capture, as Wireshark's Export Objects does: `ftp-data`,
    /// `imf`, `http` … into a folder. Their paths, in order of their names.
    #[must_use]
    pub fn export_objects(&self, file: &Path, kind: &str, folder: &Path) -> Vec<PathBuf> {
        fs::create_dir_all(folder).expect("a folder for exported objects");
        let mut command = self.reading(file);
        let what = format!("{kind},{}", folder.display());
        let _ = output_of(command.args(["-q", "--export-objects", &what]));
        let entries = fs::read_dir(folder).expect("the folder just made");
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        paths
    }

    /// A call that reads `file`. Its warning about running as root goes to standard error,
    /// which counts only when it fails.
    fn reading(&self, file: &Path) -> Command {
        let mut command = without_settings(&self.tool);
        command.arg("-n");
        for preference in CHECKSUMS {
            command.args(["-o", preference]);
        }
        command.arg("-r").arg(file);
        command
    }
}

/// A call of one of Wireshark's programs, with nobody's own settings.
pub(crate) fn without_settings(tool: &Tool) -> Command {
    let mut command = tool.command();
    // A folder that is not there: neither a user's settings nor root's.
    let nowhere = crate::target_dir().join("no-wireshark-settings");
    command.env("WIRESHARK_CONFIG_DIR", nowhere);
    command
}

fn parse_rows(text: &str, columns: usize) -> Vec<Vec<String>> {
    let rows = text
        .lines()
        .map(|line| line.split('\t').map(String::from).collect());
    let rows: Vec<Vec<String>> = rows.collect();
    for row in &rows {
        assert_eq!(
            row.len(),
            columns,
            "tshark wrote another number of fields: {row:?}"
        );
    }
    rows
}

/// Rows of a frame's number and `Expert Info (Note/Sequence): text`, perhaps several.
fn parse_experts(rows: &[Vec<String>]) -> Vec<Expert> {
    let mut found = Vec::new();
    for row in rows {
        for text in row[1].split(BETWEEN_VALUES) {
            let expert = parse_expert(number(&row[0]), text);
            found.push(expert.unwrap_or_else(|| panic!("not a finding of tshark: {text:?}")));
        }
    }
    found
}

fn parse_expert(frame: u64, text: &str) -> Option<Expert> {
    // A long comment is cut short.
    let text = text.trim_start();
    let text = text.strip_prefix("[truncated]").unwrap_or(text);
    let (kind, text) = text.strip_prefix("Expert Info (")?.split_once("): ")?;
    let (severity, group) = kind.split_once('/')?;
    Some(Expert {
        frame,
        severity: Severity::read(severity)?,
        group: group.into(),
        text: text.into(),
    })
}

/// Rows of a frame's number and a column for each of `FLAGS`.
fn parse_flags(rows: &[Vec<String>]) -> BTreeMap<u64, Vec<&'static str>> {
    let mut found = BTreeMap::new();
    for row in rows {
        let raised = FLAGS
            .iter()
            .zip(&row[1..])
            .filter(|(_, value)| !value.is_empty());
        let raised: Vec<&'static str> = raised.map(|(flag, _)| *flag).collect();
        assert!(
            !raised.is_empty(),
            "frame {} has a flag that is not in the list",
            row[0]
        );
        found.insert(number(&row[0]), raised);
    }
    found
}

fn number(text: &str) -> u64 {
    text.parse()
        .unwrap_or_else(|_| panic!("tshark's frame number: {text:?}"))
}

#[cfg(test)]
#[path = "tshark_tests.rs"]
mod tests;
