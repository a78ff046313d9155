//! What a run is a run of: the scenario's name, its settings, the seed, the ending; and what
//! is to be said on the way.

use super::Chain;
use crate::base::{EventId, FrameId, address};
use serde::{Deserialize, Serialize};

/// What a view says about a run besides what happened in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The scenario's name in the catalogue, or its file's name without the ending.
    pub id: String,
    /// What `wirestage run` takes: that name, or the file's with its ending.
    pub source: String,
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// The knobs, in the scenario's order.
    pub settings: Vec<Setting>,
    /// The number that all chance in the run comes from.
    pub seed: u64,
    /// The host that somebody outside stood in for, in a live run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_in: Option<String>,
    /// Why the run was stopped; none where it came to its own end.
    pub stopped: Option<String>,
    /// What to say, and when, in the order of events.
    pub captions: Vec<Caption>,
    /// What ties each connection to words on another one, as `connections` lists them.
    #[serde(skip)]
    pub ties: Vec<Option<Tie>>,
    /// Why what was lost, refused or sent back was; found out for what is saved, else empty.
    #[serde(skip)]
    pub whys: Vec<Chain>,
}

/// What ties a data connection of FTP to the connection on which it was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tie {
    /// The connection on which it was agreed, counted from 1.
    pub control: u32,
    /// The turn that announced it.
    pub announced: EventId,
    /// The word that did: `PORT`, `EPRT`, `227`, `229`.
    pub by: String,
    /// The turn that asked for the announcement: PASV or EPSV.
    pub asked: Option<EventId>,
    /// The turn that used it: RETR, STOR, LIST.
    pub used: Option<EventId>,
    /// Its words: `RETR report.pdf`. Empty where nothing used it.
    pub use_of: String,
}

impl Tie {
    /// In a few words: `for RETR report.pdf, agreed by 227`.
    #[must_use]
    pub fn words(&self) -> String {
        let by = &self.by;
        match self.use_of.as_str() {
            "" => format!("agreed by {by}"),
            use_of => format!("for {use_of}, agreed by {by}"),
        }
    }
}

/// Something to say at a moment of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    /// The moment.
    pub event: EventId,
    /// The frame that shows it, where one does.
    pub frame: Option<FrameId>,
    /// At most a dozen words.
    pub say: String,
}

/// A knob as it stood in the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What `--set` calls it.
    pub name: String,
    /// What the page calls it.
    pub label: String,
    /// What it was.
    pub value: String,
    /// What it is unless it is set.
    pub default: String,
}

impl RunInfo {
    /// What ties a connection, counted from 1, to words on another one.
    #[must_use]
    pub fn tie(&self, connection: u32) -> Option<&Tie> {
        self.ties
            .get((connection as usize).checked_sub(1)?)?
            .as_ref()
    }

    /// The command that makes this run again.
    #[must_use]
    pub fn command(&self) -> String {
        let verb = if self.stands_in.is_some() {
            "shell"
        } else {
            "run"
        };
        let mut command = format!("wirestage {verb} {}", quoted(&self.source));
        if let Some(host) = &self.stands_in {
            command += &format!(" --as {}", quoted(host));
        }
        for setting in self.settings.iter().filter(|s| s.value != s.default) {
            let word = format!("{}={}", setting.name, setting.value);
            command += &format!(" --set {}", quoted(&word));
        }
        command + &format!(" --seed {}", self.seed)
    }

    /// The address at which the page shows this run. None for a scenario file of one's own
    /// and for a session: the page has neither.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        if self.source != self.id || self.stands_in.is_some() {
            return None;
        }
        let turned = self.settings.iter().filter(|s| s.value != s.default);
        let knobs: Vec<_> = turned
            .map(|s| (s.name.as_str(), s.value.as_str()))
            .collect();
        Some(address::fragment(&self.id, &knobs, self.seed, &[]))
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "=-._/:@,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_names_what_differs_from_the_file() {
        let setting = |name: &str, value: &str| Setting {
            name: name.into(),
            label: name.into(),
            value: value.into(),
            default: "40 kB".into(),
        };
        let info = RunInfo {
            id: "ftp-download".into(),
            source: "my ftp.toml".into(),
            settings: vec![setting("size", "1 MB"), setting("other", "40 kB")],
            seed: 7,
            ..RunInfo::default()
        };
        assert_eq!(
            info.command(),
            "wirestage run 'my ftp.toml' --set 'size=1 MB' --seed 7"
        );
        assert_eq!(info.address(), None, "the page has no such file");
        let source = info.id.clone();
        let info = RunInfo { source, ..info };
        let address = info.address();
        assert_eq!(address.as_deref(), Some("#/ftp-download?size=1+MB&seed=7"));
        let stands_in = Some("laptop".to_owned());
        assert_eq!(RunInfo { stands_in, ..info }.address(), None);
    }
}
