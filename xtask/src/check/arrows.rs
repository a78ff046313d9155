//! Arrows go one way: who may know whom, among core's rooms and among the crates.

use super::Finding;
use super::code::{self, Token};
use crate::project::Text;
use std::collections::BTreeMap;

/// The rooms of core, and the rooms each may know besides itself.
const ROOMS: &[(&str, &[Knows])] = &[
    ("base", &[]),
    (
        "scenario",
        &[
            all("base"),
            all("proto"),
            only("program", &["contract", "Letter"]),
        ],
    ),
    ("proto", &[all("base")]),
    ("program", &[all("base"), all("proto")]),
    ("dissect", &[all("base"), all("proto")]),
    (
        "guide",
        &[
            all("base"),
            all("dissect"),
            all("timeline"),
            only("view", &["words"]),
        ],
    ),
    ("timeline", &[all("base")]),
    ("net", &[all("base"), all("program"), all("timeline")]),
    (
        "simulation",
        &[
            all("base"),
            all("scenario"),
            all("program"),
            all("net"),
            all("timeline"),
        ],
    ),
    ("capture", &[all("base"), all("timeline")]),
    (
        "import",
        &[all("base"), all("capture"), all("dissect"), all("timeline")],
    ),
    (
        "explain",
        &[
            all("base"),
            all("timeline"),
            all("dissect"),
            only("scenario", &["model"]),
            only("view", &["words"]),
        ],
    ),
    (
        "view",
        &[
            all("base"),
            all("timeline"),
            all("dissect"),
            all("filter"),
            only("proto", &["mail"]),
        ],
    ),
    ("filter", &[all("base"), all("dissect")]),
    (
        "course",
        &[
            all("base"),
            all("timeline"),
            all("dissect"),
            all("view"),
            only("scenario", &["model"]),
        ],
    ),
    (
        "compare",
        &[all("base"), all("scenario"), all("timeline"), all("view")],
    ),
    (
        "save",
        &[
            all("base"),
            all("timeline"),
            all("capture"),
            all("explain"),
            all("view"),
            all("dissect"),
            all("filter"),
        ],
    ),
    (
        "run",
        &[
            all("base"),
            all("scenario"),
            all("simulation"),
            all("timeline"),
            all("explain"),
        ],
    ),
    (
        "live",
        &[
            all("base"),
            all("scenario"),
            all("simulation"),
            all("timeline"),
            all("run"),
        ],
    ),
    (
        "versus",
        &[
            all("base"),
            all("scenario"),
            all("simulation"),
            all("timeline"),
            all("run"),
            all("view"),
        ],
    ),
];

/// The crates by folder, and the packages of ours that each may depend on.
const CRATES: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("cli", &["wirestage-core"]),
    ("web", &["wirestage-core"]),
    ("tests", &["wirestage-core"]),
    ("fuzz", &["wirestage-tests"]),
    ("xtask", &[]),
];

/// An arrow from a room: to all of another, or to a few of its names.
struct Knows {
    room: &'static str,
    names: Option<&'static [&'static str]>,
}

const fn all(room: &'static str) -> Knows {
    Knows { room, names: None }
}

const fn only(room: &'static str, names: &'static [&'static str]) -> Knows {
    Knows {
        room,
        names: Some(names),
    }
}

/// Every arrow that goes the wrong way.
pub fn findings(texts: &[Text]) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| text.is_rust()) {
        if let Some(path) = text.path.strip_prefix("core/src/") {
            check_room(&text.path, &module_of(path), &text.text, &mut found);
        }
    }
    check_crates(texts, &mut found);
    found
}

/// `net/host/nic.rs` is the module `net::host::nic`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut names: Vec<String> = path.split('/').map(String::from).collect();
    if names
        .last()
        .is_some_and(|name| name == "mod" || path == "lib")
    {
        names.pop();
    }
    names
}

fn check_room(file: &str, module: &[String], source: &str, found: &mut Vec<Finding>) {
    let Some(room) = module.first() else { return };
    let Some((_, arrows)) = ROOMS.iter().find(|(name, _)| name == room) else {
        let todo = "add it and what it may know to xtask/src/check/arrows.rs";
        found.push(Finding::new(
            file,
            1,
            format!("room '{room}' is not in the table"),
            todo,
        ));
        return;
    };
    for Mention { path, line } in mentions(&code::tokens(source), module) {
        let Some(to) = path.first().filter(|name| *name != "*") else {
            let what = "the whole crate under one name hides which rooms are used";
            found.push(Finding::new(
                file,
                line,
                what,
                "name the room: `crate::room::…`",
            ));
            continue;
        };
        if to == room {
            continue;
        }
        let name = path.get(1).map_or("", String::as_str);
        let arrow = arrows.iter().find(|arrow| arrow.room == to);
        let allowed = arrow.is_some_and(|a| a.names.is_none_or(|names| names.contains(&name)));
        if !allowed {
            let what = format!("`{room}` may not know `{}`", path.join("::"));
            found.push(Finding::new(file, line, what, advice(room, arrows)));
        }
    }
}

fn advice(room: &str, arrows: &[Knows]) -> String {
    let rooms: Vec<String> = arrows
        .iter()
        .map(|arrow| match arrow.names {
            None => arrow.room.to_string(),
            Some(names) => format!("{}::{{{}}}", arrow.room, names.join(", ")),
        })
        .collect();
    if rooms.is_empty() {
        return format!("`{room}` knows nobody: hand it what it needs, or move the code");
    }
    format!(
        "`{room}` knows {}: hand it what it needs, or move the code",
        rooms.join(", ")
    )
}

/// A path from the crate's root, where it is written. Empty for the root itself.
#[derive(Debug, PartialEq, Eq)]
struct Mention {
    path: Vec<String>,
    line: usize,
}

/// Every path that starts with `crate`, `self` or `super`, resolved. Groups are taken apart.
fn mentions(tokens: &[Token], module: &[String]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut inside = module.to_vec();
    // Where each `mod name { … }` around us ends.
    let mut ends: Vec<usize> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        while ends.last() == Some(&i) {
            ends.pop();
            inside.pop();
        }
        let starts_path = i == 0 || tokens[i - 1].text != "::";
        let leads_on = code::matches(tokens, i + 1, &["::"]);
        match token.text.as_str() {
            "mod" if code::matches(tokens, i + 2, &["{"]) => {
                inside.push(tokens[i + 1].text.clone());
                ends.push(code::closing(tokens, i + 2));
            }
            "crate" if starts_path && code::matches(tokens, i + 1, &["as"]) => {
                found.push(Mention {
                    path: Vec::new(),
                    line: token.line,
                });
            }
            "crate" if starts_path && leads_on => walk(tokens, i + 2, &[], &mut found),
            "self" if starts_path && leads_on => walk(tokens, i + 2, &inside, &mut found),
            "super" if starts_path && leads_on => walk(tokens, i, &inside, &mut found),
            _ => {}
        }
    }
    found
}

/// Follows a path or a tree of paths that goes on at `at`, from the module `from`.
fn walk(tokens: &[Token], mut at: usize, from: &[String], found: &mut Vec<Mention>) {
    let mut path = from.to_vec();
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => {
                let end = code::closing(tokens, at);
                let mut item = at + 1;
                while item < end {
                    walk(tokens, item, &path, found);
                    item = item_end(tokens, item, end) + 1;
                }
                return;
            }
            "super" => {
                path.pop();
            }
            "self" => {}
            "*" => path.push("*".into()),
            _ if token.is_word() => path.push(token.text.clone()),
            _ => break,
        }
        if !code::matches(tokens, at + 1, &["::"]) {
            break;
        }
        at += 2;
    }
    let line = tokens
        .get(at)
        .or(tokens.last())
        .map_or(1, |token| token.line);
    found.push(Mention { path, line });
}

/// Where an item of a group ends: at its comma, or at the group's end.
fn item_end(tokens: &[Token], mut at: usize, end: usize) -> usize {
    while at < end && tokens[at].text != "," {
        at = if tokens[at].text == "{" {
            code::closing(tokens, at)
        } else {
            at
        } + 1;
    }
    at
}

fn check_crates(texts: &[Text], found: &mut Vec<Finding>) {
    let manifests: Vec<(&str, &Text)> = texts
        .iter()
        .filter_map(|text| Some((text.path.strip_suffix("/Cargo.toml")?, text)))
        .collect();
    let packages: BTreeMap<&str, &str> = manifests
        .iter()
        .filter_map(|(folder, text)| Some((package_name(&text.text)?, *folder)))
        .collect();
    for (folder, text) in manifests {
        let Some((_, known)) = CRATES.iter().find(|(name, _)| *name == folder) else {
            let todo = "add it and what it may know to xtask/src/check/arrows.rs";
            let what = format!("crate '{folder}' is not in the table");
            found.push(Finding::new(&text.path, 1, what, todo));
            continue;
        };
        for (line, names) in dependency_lines(&text.text) {
            for name in names {
                if packages.contains_key(name) && !known.contains(&name) {
                    let what = format!("`{folder}` may not depend on `{name}`");
                    let todo = "`web`, `cli` and `tests` know core; nothing knows them";
                    found.push(Finding::new(&text.path, line, what, todo));
                }
                // A workspace of its own cannot name it in ours.
                if name == "path" && !text.text.contains("\n[workspace]\n") {
                    let todo =
                        "name it in the workspace's Cargo.toml and write `.workspace = true`";
                    found.push(Finding::new(&text.path, line, "a dependency by path", todo));
                }
            }
        }
    }
}

fn package_name(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find(|line| line.starts_with("name"))?;
    line.split('"').nth(1)
}

/// The words of each line that stands in a table of dependencies, headers included.
fn dependency_lines(manifest: &str) -> Vec<(usize, Vec<&str>)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (i, line) in manifest.lines().enumerate() {
        let line = line.split('#').next().unwrap_or(line);
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        }
        if inside {
            let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
            found.push((i + 1, line.split(|c| !is_name(c)).collect()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(path: &str, source: &str) -> Vec<String> {
        let text = Text::of(path, source);
        findings(&[text])
            .iter()
            .map(|f| format!("{}: {}", f.line, f.what))
            .collect()
    }

    #[test]
    fn a_wrong_arrow_is_caught_however_it_is_written() {
        for source in [
            "use crate::net::Link;",
            "use crate::{base::Time, net::{Link}};",
            "use crate::{\n    base::{Time, Duration},\n    net::Link as L,\n};",
            "fn f(x: &crate::net::Link) {}",
            "fn f() { let x = crate::net::host::Host::<u8>::new(); }",
            "use super::super::net::Link;",
            "use super::{super::net, types};",
            "use self::super::super::net::Link;",
            "mod tests { use super::super::super::net::Link; }",
            "mod a { mod b {} } use super::super::net::Link;",
            "#[cfg(test)] mod tests { use crate::net::Link; }",
            "pub(in crate::net) fn f() {}",
        ] {
            let found = in_file("core/src/proto/ftp.rs", source);
            assert_eq!(found.len(), 1, "{source}: {found:?}");
            assert!(found[0].contains("`proto` may not know `net"), "{found:?}");
        }
    }

    #[test]
    fn a_right_arrow_is_let_through() {
        for source in [
            "use crate::base::{Time, ids::ConnId};",
            "use super::lines; use super::super::proto::lines; use crate::proto::smtp;",
            "// use crate::net::Link;\nconst S: &str = \"crate::net::Link\";",
            "pub(crate) fn f(self) {} pub(super) fn g() { self.x(); Self::net::f(); }",
            "mod tests { use super::*; mod deep { use super::super::super::lines; } }",
            "mod net {} use self::net::x; use std::net::IpAddr; use ::smoltcp::net::x;",
        ] {
            assert_eq!(
                in_file("core/src/proto/ftp.rs", source),
                [""; 0],
                "{source}"
            );
        }
    }

    #[test]
    fn lines_are_those_of_the_name() {
        let source = "//! Doc.\nuse crate::{\n    base::Time,\n    timeline::Frame,\n};\n";
        let found = in_file("core/src/dissect/mod.rs", source);
        assert_eq!(found, ["4: `dissect` may not know `timeline::Frame`"]);
    }

    #[test]
    fn a_room_may_know_a_few_names_of_another() {
        let source = "use crate::program::{Letter, contract::Turn};\nuse crate::program::ftp_user;";
        let found = in_file("core/src/scenario/model.rs", source);
        assert_eq!(found, ["2: `scenario` may not know `program::ftp_user`"]);
        assert_eq!(
            in_file("core/src/scenario/model.rs", "use crate::program;").len(),
            1
        );
    }

    #[test]
    fn the_whole_crate_has_no_other_name() {
        for source in [
            "use crate::*;",
            "use super::*;",
            "use crate as c;",
            "use crate::{self};",
        ] {
            assert_eq!(in_file("core/src/net/mod.rs", source).len(), 1, "{source}");
        }
    }

    #[test]
    fn a_new_room_needs_its_row() {
        assert_eq!(in_file("core/src/attic/mod.rs", "").len(), 1);
        assert_eq!(in_file("core/src/lib.rs", "pub mod attic;").len(), 0);
    }

    #[test]
    fn crates_know_core_and_nothing_knows_them() {
        let manifest = |path: &str, name: &str, rest: &str| Text {
            path: path.into(),
            text: format!("[package]\nname = \"{name}\"\n{rest}"),
        };
        let core = "[dependencies]\nserde.workspace = true\n[dev-dependencies]\nwirestage = \"1\"";
        let texts = [
            manifest("core/Cargo.toml", "wirestage-core", core),
            manifest(
                "cli/Cargo.toml",
                "wirestage",
                "[dependencies]\nwirestage-core.workspace=true",
            ),
            manifest(
                "tests/Cargo.toml",
                "wirestage-tests",
                "[dependencies.c]\npath = \"../core\"",
            ),
        ];
        let found = findings(&texts);
        let at: Vec<_> = found.iter().map(|f| (f.file.as_str(), f.line)).collect();
        assert_eq!(at, [("core/Cargo.toml", 6), ("tests/Cargo.toml", 4)]);
    }
}
