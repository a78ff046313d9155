//! Paths to the places that knobs set: `laptop.mode`, `link.all.rate`, `server.files."report.pdf"`.

use super::file::{LinkFile, ScenarioFile, TcpFile};
use super::keys::a_kind;
use super::problem::did_you_mean;
use super::read::keys_of;
use crate::base::Span;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// A path, as the file has it: a host's name stands for `hosts.NAME`.
pub(super) struct Path(Vec<String>);

/// What stands at a path.
pub(super) enum Found {
    /// A value a knob can set.
    Value(String),
    /// Something else.
    Other(&'static str),
    /// Nothing, and what may have been meant.
    Nothing(String),
}

impl Path {
    /// Reads a path; `root` tells which names are hosts.
    pub fn parse(text: &str, root: &DeTable<'_>) -> Option<Self> {
        let mut names = segments(text)?;
        let first = names[0].as_str();
        let is_host = names_in(root, "hosts").any(|host| host == first);
        if is_host && !keys_of::<ScenarioFile>().contains(&first) {
            names.insert(0, "hosts".into());
        }
        Some(Self(names))
    }

    /// What stands there, or holds there while the file says nothing.
    pub fn find(&self, root: &DeTable<'_>) -> Found {
        match look(root, &self.0) {
            Ok(DeValue::String(text)) => Found::Value(text.to_string()),
            Ok(DeValue::Integer(number)) => Found::Value(number.to_string()),
            Ok(other) => Found::Other(a_kind(other)),
            Err(missing) => match self.unsaid(root) {
                Some(value) => Found::Value(value.into()),
                None => Found::Nothing(match missing.help(root, missing.step == self.0[0]) {
                    help if help.is_empty() => self.key_meant(),
                    help => help,
                }),
            },
        }
    }

    /// Which key may have been meant in a table that the file does not have.
    fn key_meant(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(String::as_str).collect();
        match names[..] {
            ["link", _, key] => did_you_mean(key, keys_of::<LinkFile>(), "the keys are"),
            ["hosts", _, "tcp", key] => did_you_mean(key, keys_of::<TcpFile>(), "the keys are"),
            _ => String::new(),
        }
    }

    /// What holds where the file says nothing.
    fn unsaid(&self, root: &DeTable<'_>) -> Option<&'static str> {
        let names: Vec<&str> = self.0.iter().map(String::as_str).collect();
        match names[..] {
            ["ip"] => Some("4"),
            ["arp"] => Some("shown"),
            ["names"] => Some(names_unsaid(root)),
            ["domains", domain, "ttl"] if names_in(root, "domains").any(|d| d == domain) => {
                Some("1 h")
            }
            ["story", .., "cc" | "bcc"] => Some("nobody"),
            ["story", .., "attach"] => Some("nothing"),
            ["link", _, "delay"] => Some("10 ms"),
            ["link", _, "rate"] => Some("100 Mbit/s"),
            ["link", _, "queue"] => Some("1000"),
            ["link", _, "jitter"] => Some("0 ms"),
            ["link", _, "mtu"] => Some("1500"),
            [
                "link",
                _,
                "lose" | "duplicate" | "reorder" | "corrupt" | "down",
            ] => Some("nothing"),
            ["hosts", host, ref rest @ ..] if names_in(root, "hosts").any(|h| h == host) => {
                unsaid_of_host(root, host, rest)
            }
            _ => None,
        }
    }
}

/// What holds where the file says nothing of a host.
fn unsaid_of_host(root: &DeTable<'_>, host: &str, path: &[&str]) -> Option<&'static str> {
    match *path {
        [key] => unsaid_key(root, host, key),
        ["busy", _] => Some("off"),
        ["moved", _] => Some("nowhere"),
        ["guests", "may"] => Some("read"),
        ["firewall", "otherwise"] => Some("accept"),
        ["tcp", key] => match key {
            "congestion" => Some("cubic"),
            "nagle" => Some("on"),
            "delayed-ack" => Some("40 ms"),
            "window" => Some("512 KiB"),
            "backlog" => Some("128"),
            "mss" => Some("1460"),
            "keep-alive" => Some("off"),
            "connect-timeout" => Some("60 s"),
            "give-up" => Some("300 s"),
            _ => None,
        },
        _ => None,
    }
}

fn unsaid_key(root: &DeTable<'_>, host: &str, key: &str) -> Option<&'static str> {
    match key {
        "mode" => Some("passive"),
        "port-check" | "anonymous" | "extended" | "pipelining" | "stuffs-dots"
        | "forwards-moved" | "pop" | "recursive" => Some("on"),
        "announces" | "passive-address" => Some("own address"),
        "trusts" => Some("any address"),
        "retries" => Some("0"),
        "retry-after" if runs(root, host, "mail server") => Some("30 min"),
        "retry-after" => Some("5 s"),
        "line-ends" => Some("lf"),
        "attempts" => Some("3"),
        "data-patience" => Some("60 s"),
        "sessions" | "disk" | "quota" | "passive-ports" => Some("any"),
        "nat" | "pause" | "idle" | "greylists" | "leaves-letters" => Some("off"),
        "port" => Some("25"),
        "auth" => Some("plain"),
        "down" => Some("nothing"),
        "blocks" => Some("nobody"),
        "relays" => Some("logged in"),
        "max-letter" => Some("10 MiB"),
        "max-recipients" | "max-hops" => Some("100"),
        "warns-after" => Some("4 h"),
        "gives-up-after" => Some("5 days"),
        "answers" => Some("yes"),
        "largest-answer" => Some("512 B"),
        "pause-after" => Some("0 B"),
        "nat-table" => Some("65536"),
        "nat-timeout" => Some("124 min"),
        _ => None,
    }
}

/// Puts a value at every path. Tables that are missing on the way are made.
pub(super) fn set_all(root: &mut DeTable<'_>, paths: &[String], value: &str, span: Span) {
    for path in paths {
        if let Some(path) = Path::parse(path, root) {
            set(
                root,
                &path.0,
                value,
                &(span.start as usize..span.end as usize),
            );
        }
    }
}

/// Where a path leaves the file: at this step, beyond this value.
struct Missing<'a, 'i> {
    step: &'a str,
    beyond: Option<&'a DeValue<'i>>,
    siblings: Vec<&'a str>,
}

impl Missing<'_, '_> {
    fn help(&self, root: &DeTable<'_>, at_head: bool) -> String {
        match self.beyond {
            Some(DeValue::Array(_)) => "count from 1: story.1.Ada.send-to".into(),
            Some(_) => "end the path before, at the value".into(),
            None => {
                let dotted = |s: &&&str| s.starts_with(self.step) && s.contains('.');
                if let Some(name) = self.siblings.iter().find(dotted) {
                    return format!("put the name between quotes: \"{name}\"");
                }
                let hosts = names_in(root, "hosts").filter(|_| at_head);
                let known = self.siblings.iter().copied().chain(hosts);
                did_you_mean(self.step, known, "there is")
            }
        }
    }
}

fn look<'a, 'i>(
    table: &'a DeTable<'i>,
    path: &'a [String],
) -> Result<&'a DeValue<'i>, Missing<'a, 'i>> {
    let (step, rest) = path.split_first().expect("a path names something");
    match table.get(step.as_str()) {
        Some(value) if rest.is_empty() => Ok(value.get_ref()),
        Some(value) => look_behind(value.get_ref(), rest),
        None => Err(Missing {
            step,
            beyond: None,
            siblings: table.keys().map(|k| k.get_ref().as_ref()).collect(),
        }),
    }
}

fn look_behind<'a, 'i>(
    value: &'a DeValue<'i>,
    path: &'a [String],
) -> Result<&'a DeValue<'i>, Missing<'a, 'i>> {
    let missing = || Missing {
        step: &path[0],
        beyond: Some(value),
        siblings: Vec::new(),
    };
    match value {
        DeValue::Table(table) => look(table, path),
        DeValue::Array(array) => {
            let inner = index(&path[0]).and_then(|i| array.get(i));
            let inner = inner.ok_or_else(missing)?.get_ref();
            match &path[1..] {
                [] => Ok(inner),
                rest => look_behind(inner, rest),
            }
        }
        _ => Err(missing()),
    }
}

fn set(table: &mut DeTable<'_>, path: &[String], value: &str, range: &Range<usize>) {
    let (step, rest) = path.split_first().expect("a path names something");
    let key = Spanned::new(range.clone(), DeString::from(step.clone()));
    if rest.is_empty() {
        let old = table.get(step.as_str());
        let range = old.map_or(range.clone(), Spanned::span);
        let value = DeValue::String(DeString::from(value.to_owned()));
        table.insert(key, Spanned::new(range, value));
        return;
    }
    let empty = || Spanned::new(range.clone(), DeValue::Table(DeTable::new()));
    let inner = table.entry(key).or_insert_with(empty);
    set_behind(inner.get_mut(), rest, value, range);
}

fn set_behind(at: &mut DeValue<'_>, path: &[String], value: &str, range: &Range<usize>) {
    match at {
        DeValue::Table(table) => set(table, path, value, range),
        DeValue::Array(array) => {
            let Some(inner) = index(&path[0]).and_then(|i| array.get_mut(i)) else {
                return;
            };
            match &path[1..] {
                [] => *inner.get_mut() = DeValue::String(DeString::from(value.to_owned())),
                rest => set_behind(inner.get_mut(), rest, value, range),
            }
        }
        _ => {}
    }
}

/// A place in an array, counted from 1.
fn index(step: &str) -> Option<usize> {
    step.parse::<usize>().ok()?.checked_sub(1)
}

fn names_in<'a>(root: &'a DeTable<'_>, key: &str) -> impl Iterator<Item = &'a str> {
    let table = root.get(key).and_then(|v| v.get_ref().as_table());
    let keys = table.into_iter().flat_map(|t| t.keys());
    keys.map(|k| k.get_ref().as_ref())
}

/// How hosts find each other where the file does not say.
fn names_unsaid(root: &DeTable<'_>) -> &'static str {
    let asked = names_in(root, "hosts").any(|host| runs(root, host, "name server"));
    if asked { "dns" } else { "hosts" }
}

/// Whether a program runs on a host.
fn runs(root: &DeTable<'_>, host: &str, program: &str) -> bool {
    let path = ["hosts", host, "runs"].map(str::to_owned);
    match look(root, &path) {
        Ok(DeValue::String(one)) => one.as_ref() == program,
        Ok(DeValue::Array(all)) => {
            let mut all = all.iter().filter_map(|word| word.get_ref().as_str());
            all.any(|word| word == program)
        }
        _ => false,
    }
}

/// The names of a path: `server.files."report.pdf"` has three.
fn segments(path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = path.trim();
    loop {
        let (name, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if name.is_empty() {
            return None;
        }
        names.push(name.to_owned());
        if behind.is_empty() {
            return Some(names);
        }
        rest = behind.strip_prefix('.')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_name_keeps_its_points() {
        let names = segments("server.files.\"report.pdf\"").unwrap();
        assert_eq!(names, ["server", "files", "report.pdf"]);
        for broken in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b"] {
            assert!(segments(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_value_is_found_where_it_was_set() {
        let text =
            "[hosts]\nlaptop = { mode = \"active\" }\n[[story]]\nAda = { send-to = \"Grace\" }";
        let mut root = DeTable::parse(text).unwrap().into_inner();
        for path in ["laptop.mode", "story.1.Ada.send-to", "link.all.rate"] {
            set_all(&mut root, &[path.into()], "new", Span::default());
            let path = Path::parse(path, &root).unwrap();
            assert!(matches!(path.find(&root), Found::Value(v) if v == "new"));
        }
    }
}
