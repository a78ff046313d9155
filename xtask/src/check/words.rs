//! What texts say: a first line in every module, nobody's own paths, no promises left open.

use super::Finding;
use crate::project::Text;

/// Texts that are not ours to word.
const FOREIGN: &[&str] = &["Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT"];

/// Where people and machines keep their own files; in pieces, since this is a text too.
const OWN_PATHS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("\\Us", "ers\\"),
    concat!("/ro", "ot/"),
    concat!("/tm", "p/"),
    concat!("/wo", "rk/"),
];

/// Words that put off work.
const PROMISES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Every missing first line, own path and open promise.
pub fn findings(texts: &[Text]) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in texts
        .iter()
        .filter(|text| !FOREIGN.contains(&text.path.as_str()))
    {
        if text.is_rust() && !says_what_it_is_for(&text.text) {
            let what = "the first line does not say what the module is for";
            let todo = "begin with a sentence: `//! What lies here.`";
            found.push(Finding::new(&text.path, 1, what, todo));
        }
        for (i, line) in text.text.lines().enumerate() {
            if let Some(path) = OWN_PATHS.iter().find(|path| stands_alone(line, path)) {
                let what = format!("a path of one machine: `{path}…`");
                let todo = "name it relative to the project, or invent one such as /srv/…";
                found.push(Finding::new(&text.path, i + 1, what, todo));
            }
            if let Some(word) = PROMISES.iter().find(|word| stands_alone(line, word)) {
                let todo = "do it, or take it out";
                found.push(Finding::new(
                    &text.path,
                    i + 1,
                    format!("says {word}"),
                    todo,
                ));
            }
        }
    }
    found
}

/// Whether it begins with `//!` and a sentence of three words or more.
fn says_what_it_is_for(source: &str) -> bool {
    let paragraph: Vec<&str> = source
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .filter(|line| !line.trim().is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    paragraph.split_whitespace().count() >= 3
        && paragraph
            .trim_end()
            .ends_with(['.', '?', '!', ':', '`', '|'])
}

/// Whether `wanted` stands in the line as a word or a path of its own, not as part of one.
fn stands_alone(line: &str, wanted: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "._-~})*".contains(c);
    line.match_indices(wanted).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + wanted.len()..].chars().next();
        let ends = wanted.ends_with(['/', '\\']) || !after.is_some_and(char::is_alphanumeric);
        // A drive's letter and colon may stand before a backslash.
        !before.is_some_and(is_part) && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_text(path: &str, text: &str) -> Vec<usize> {
        let text = Text::of(path, text);
        findings(&[text])
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_module_says_what_it_is_for() {
        for good in [
            "//! Bytes in, frames out.\n",
            "//! A long first line\n//! that goes on.\nuse x;",
        ] {
            assert_eq!(in_text("a.rs", good), [0; 0], "{good}");
        }
        for bad in [
            "",
            "use x;",
            "// Bytes in, frames out.",
            "//! (to be filled)",
            "\n//! A b c.",
        ] {
            assert_eq!(in_text("a.rs", bad), [1], "{bad}");
        }
        assert_eq!(in_text("a.md", ""), [0; 0]);
    }

    #[test]
    fn a_path_of_one_machine_is_caught() {
        for path in OWN_PATHS {
            assert_eq!(
                in_text("a.md", &format!("see\n`{path}ada/x`")),
                [2],
                "{path}"
            );
        }
        assert_eq!(in_text("a.md", &format!("C:{}ada", OWN_PATHS[2])), [1]);
        assert_eq!(in_text("a.md", &format!("file://{}ada", OWN_PATHS[0])), [1]);
    }

    #[test]
    fn a_part_of_a_longer_path_is_not() {
        for path in OWN_PATHS {
            assert_eq!(
                in_text("a.md", &format!("https://example.net{path}ada")),
                [0; 0]
            );
        }
        assert_eq!(
            in_text("a.md", "/usr/lib/x, /srv/files/x, network/host"),
            [0; 0]
        );
    }

    #[test]
    fn an_open_promise_is_caught_and_a_longer_word_is_not() {
        for word in PROMISES {
            assert_eq!(in_text("a.toml", &format!("\n# {word}: later")), [2]);
            assert_eq!(in_text("a.toml", &format!("MAS{word}S, {word}S")), [0; 0]);
            assert_eq!(in_text("Cargo.lock", word), [0; 0]);
        }
    }
}
