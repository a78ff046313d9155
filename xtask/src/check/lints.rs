//! The lints that keep the house rules are on, everywhere, and are not silenced.

use super::Finding;
use super::code::{self, Token};
use crate::project::Text;

/// What the workspace's manifest must turn on.
const WANTED: &[&str] = &[
    "unsafe_code",
    "missing_docs",
    "all",
    "cast_possible_truncation",
    "dbg_macro",
    "iter_over_hash_type",
    "needless_pass_by_value",
    "todo",
    "unimplemented",
    "uninlined_format_args",
];

/// What each clippy.toml must forbid; the nearest one above a crate is the only one read.
const FORBIDDEN: &[&str] = &["std::collections::HashMap", "std::collections::HashSet"];
/// What core's must forbid besides.
const FORBIDDEN_IN_CORE: &[&str] = &["std::time::Instant", "std::time::SystemTime"];

/// Lints that nobody silences, whatever the reason.
const GUARDED: &[&str] = &[
    "all",
    "warnings",
    "unsafe_code",
    "missing_docs",
    "disallowed_types",
    "iter_over_hash_type",
];

/// Whether a manifest lacks the workspace's lints. One that is a workspace of its own, as a
/// fuzzer's must be, cannot have them.
fn needs_lints(manifest: &str) -> bool {
    !manifest.contains("[lints]\nworkspace = true") && !manifest.contains("\n[workspace]\n")
}

/// Every lint that is off, and every one that is silenced without leave.
pub fn findings(texts: &[Text]) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in texts {
        let path = text.path.as_str();
        if text.is_rust() {
            check_attributes(path, &code::tokens(&text.text), &mut found);
        } else if path == "Cargo.toml" {
            check_workspace(path, &text.text, &mut found);
        } else if path.ends_with("/Cargo.toml") && needs_lints(&text.text) {
            let todo = "end the manifest with `[lints]` and `workspace = true`";
            found.push(Finding::new(path, 1, "the workspace's lints are off", todo));
        } else if path == "clippy.toml" || path.ends_with("/clippy.toml") {
            check_forbidden(path, &text.text, &mut found);
        }
    }
    for needed in ["clippy.toml", "core/clippy.toml"] {
        if !texts.iter().any(|text| text.path == needed) {
            let todo = "bring it back: it forbids maps without order, and clocks in core";
            found.push(Finding::new(needed, 1, "the file is missing", todo));
        }
    }
    found
}

fn check_workspace(path: &str, manifest: &str, found: &mut Vec<Finding>) {
    for lint in WANTED {
        let is_on = |line: &str| {
            let (name, level) = line.split_once('=').unwrap_or(("", ""));
            name.trim() == *lint
                && ["\"warn\"", "\"deny\"", "\"forbid\""]
                    .iter()
                    .any(|l| level.contains(l))
        };
        if !manifest.lines().any(is_on) {
            let todo = "set it to \"warn\" under [workspace.lints]; `check` denies warnings";
            found.push(Finding::new(path, 1, format!("lint `{lint}` is off"), todo));
        }
    }
}

fn check_forbidden(path: &str, config: &str, found: &mut Vec<Finding>) {
    let in_core = if path == "core/clippy.toml" {
        FORBIDDEN_IN_CORE
    } else {
        &[]
    };
    for name in FORBIDDEN.iter().chain(in_core) {
        let quoted = format!("\"{name}\"");
        if !config
            .lines()
            .any(|line| !line.trim_start().starts_with('#') && line.contains(&quoted))
        {
            let todo = "list it under `disallowed-types`";
            found.push(Finding::new(
                path,
                1,
                format!("`{name}` is not forbidden"),
                todo,
            ));
        }
    }
}

/// Silencing a whole module is forbidden; silencing one item needs a reason.
fn check_attributes(path: &str, tokens: &[Token], found: &mut Vec<Finding>) {
    for (i, token) in tokens.iter().enumerate() {
        let is_inner = code::matches(tokens, i, &["#", "!", "["]);
        if !is_inner && !code::matches(tokens, i, &["#", "["]) {
            continue;
        }
        let open = i + 1 + usize::from(is_inner);
        let inside = &tokens[open..code::closing(tokens, open).min(tokens.len())];
        // `#[cfg_attr(…, allow(…))]` silences as well.
        let silences = (0..inside.len()).any(|at| {
            code::matches(inside, at, &["allow", "("])
                || code::matches(inside, at, &["expect", "("])
        });
        if !silences {
            continue;
        }
        let says = |word: &str| inside.iter().any(|token| token.text == word);
        if is_inner {
            let todo = "silence the one item, with a reason";
            found.push(Finding::new(
                path,
                token.line,
                "silences a lint for a whole module",
                todo,
            ));
        } else if let Some(lint) = GUARDED.iter().find(|lint| says(lint)) {
            let todo = "it holds everywhere: write it another way";
            found.push(Finding::new(
                path,
                token.line,
                format!("silences `{lint}`"),
                todo,
            ));
        } else if !says("reason") {
            let todo = "add `reason = \"…\"`";
            found.push(Finding::new(
                path,
                token.line,
                "silences a lint without a reason",
                todo,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_source(source: &str) -> Vec<String> {
        let mut found = Vec::new();
        check_attributes("a.rs", &code::tokens(source), &mut found);
        found.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn silencing_is_caught() {
        for (source, what) in [
            (
                "#![allow(dead_code, reason = \"x\")]",
                "silences a lint for a whole module",
            ),
            (
                "mod m { #![expect(clippy::all)] }",
                "silences a lint for a whole module",
            ),
            (
                "#[allow(dead_code)] fn f() {}",
                "silences a lint without a reason",
            ),
            (
                "#[cfg_attr(test, allow(dead_code))] fn f() {}",
                "silences a lint without a reason",
            ),
            (
                "#[expect(unsafe_code, reason = \"fast\")] fn f() {}",
                "silences `unsafe_code`",
            ),
            (
                "#[allow(clippy::disallowed_types, reason = \"x\")] fn f() {}",
                "silences `disallowed_types`",
            ),
        ] {
            assert_eq!(in_source(source), [what], "{source}");
        }
    }

    #[test]
    fn other_attributes_and_calls_are_let_through() {
        for source in [
            "#[allow(dead_code, reason = \"read by a macro\")] fn f() {}",
            "#[derive(Debug)] struct S; #![doc = \"x\"]",
            "fn f() { [x.expect(\"allow(unsafe_code)\")]; allow(1); }",
            "// #![allow(unsafe_code)]",
        ] {
            assert_eq!(in_source(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn a_lint_that_is_off_is_caught() {
        let text = |path: &str, text: String| Text {
            path: path.into(),
            text,
        };
        let lines = |list: &[&str]| {
            list.iter()
                .map(|l| format!("{l} = \"warn\"\n"))
                .collect::<String>()
        };
        let forbid = |list: &[&str]| {
            list.iter()
                .map(|l| format!("{{ path = \"{l}\" }},\n"))
                .collect()
        };
        let mut texts = vec![
            text("Cargo.toml", lines(WANTED)),
            text("core/Cargo.toml", "[lints]\nworkspace = true\n".into()),
            text("clippy.toml", forbid(FORBIDDEN)),
            text(
                "core/clippy.toml",
                forbid(&[FORBIDDEN, FORBIDDEN_IN_CORE].concat()),
            ),
        ];
        assert_eq!(findings(&texts), []);
        texts[0].text = texts[0].text.replace("todo = \"warn\"", "todo = \"allow\"");
        texts[1].text.clear();
        texts[2].text = texts[2]
            .text
            .replace("{ path = \"std::collections::HashSet", "# \"");
        texts.pop();
        assert_eq!(findings(&texts).len(), 4);
    }
}
