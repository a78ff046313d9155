//! What the page says stands in one folder, where a translation finds it.

use super::Finding;
use super::code::{self, Token};
use crate::project::Text;

/// Where the page's source lies, and where in it its words stand.
const PAGE: &str = "web/src/";
const ROOMS: &str = "web/src/says/";
/// Attributes that are read, or read aloud.
const READ: &[&str] = &[
    "aria-label",
    "aria-roledescription",
    "alt",
    "placeholder",
    "title",
];
/// Our own name is the same in all languages.
const NAME: &str = "Wirestage";

/// Every word for readers that stands elsewhere.
pub fn findings(texts: &[Text]) -> Vec<Finding> {
    let is_of_page = |text: &&Text| {
        text.is_rust()
            && text.path.starts_with(PAGE)
            && !text.path.starts_with(ROOMS)
            && !text.path.ends_with("tests.rs")
    };
    let mut found = Vec::new();
    for text in texts.iter().filter(is_of_page) {
        for word in words(&code::tokens(&text.text)) {
            let what = format!("words of the page stand in {}", ROOMS.trim_end_matches('/'));
            let todo = format!("name “{}” there", word.inside);
            found.push(Finding::new(&text.path, word.line, what, todo));
        }
    }
    found
}

/// What a bracket holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Code, where no literal is looked at.
    Code,
    /// What `html!` shows, or the value of an attribute that is read.
    Shown,
}

/// The literals that readers see or hear.
fn words(tokens: &[Token]) -> Vec<&Token> {
    let mut found = Vec::new();
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(end) = test_module(tokens, at) {
            at = end;
            continue;
        }
        let here = places.last().copied().unwrap_or(Place::Code);
        match token.text.as_str() {
            "{" | "(" | "[" => places.push(opened(tokens, at, here)),
            "}" | ")" | "]" => {
                places.pop();
            }
            "\"" if here == Place::Shown && is_shown(tokens, at) => found.push(token),
            _ => {}
        }
        at += 1;
    }
    found
}

/// The end of the module behind `#[cfg(test)]`, where one begins here.
fn test_module(tokens: &[Token], at: usize) -> Option<usize> {
    const MARK: [&str; 8] = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let open = at + MARK.len() + 1;
    (code::matches(tokens, at, &MARK) && code::matches(tokens, open, &["{"]))
        .then(|| code::closing(tokens, open) + 1)
}

/// What the bracket at `open` holds. What is handed to a call may be a class or a name.
fn opened(tokens: &[Token], open: usize, here: Place) -> Place {
    let behind = |wanted: &[&str]| {
        let from = open.checked_sub(wanted.len());
        from.is_some_and(|from| code::matches(tokens, from, wanted))
    };
    if behind(&["html", "!"]) {
        return Place::Shown;
    }
    let is_braced = tokens[open].text == "{";
    let is_read = !behind(&["="]) || READ.contains(&attribute(tokens, open).as_str());
    if here == Place::Shown && is_braced && is_read {
        Place::Shown
    } else {
        Place::Code
    }
}

/// Whether the literal at `at` is all that its braces hold, or an attribute that is read, and
/// has words in it.
fn is_shown(tokens: &[Token], at: usize) -> bool {
    let is_whole =
        at > 0 && code::matches(tokens, at - 1, &["{"]) && code::matches(tokens, at + 1, &["}"]);
    let is_read = READ.contains(&attribute(tokens, at).as_str());
    let inside = tokens[at].inside.as_str();
    (is_whole || is_read) && has_words(inside) && inside != NAME
}

/// The name of the attribute whose value begins at `at`, as `aria-label`; empty where none does.
fn attribute(tokens: &[Token], at: usize) -> String {
    let Some(mut from) = at.checked_sub(1) else {
        return String::new();
    };
    if tokens[from].text != "=" {
        return String::new();
    }
    let end = from;
    let is_part = |token: &Token, wants_word: bool| {
        if wants_word {
            token.is_word()
        } else {
            token.text == "-"
        }
    };
    while from > 0 && is_part(&tokens[from - 1], (end - from) % 2 == 0) {
        from -= 1;
    }
    tokens[from..end]
        .iter()
        .map(|token| token.text.as_str())
        .collect()
}

/// Whether two letters stand in a row, other than in an escape such as `\u{a0}`.
fn has_words(inside: &str) -> bool {
    let mut run = 0;
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        if c == '\\' {
            run = 0;
            if rest.next() == Some('u') {
                rest.by_ref().find(|c| *c == '}');
            }
            continue;
        }
        run = if c.is_alphabetic() { run + 1 } else { 0 };
        if run == 2 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(path: &str, source: &str) -> Vec<String> {
        let text = Text::of(path, source);
        findings(&[text]).iter().map(ToString::to_string).collect()
    }

    fn in_html(inside: &str) -> Vec<String> {
        let source = format!("fn f() -> Html {{\n    html! {{ {inside} }}\n}}\n");
        in_file("web/src/a.rs", &source)
    }

    #[test]
    fn words_between_elements_are_caught() {
        let said = ["web/src/a.rs:2: words of the page stand in web/src/says; name “Stop” there"];
        for inside in [
            r#"<b>{ "Stop" }</b>"#,
            r#"<b>{"Stop"}</b>"#,
            r#"<b class={"big"}>{ self.x }{ "Stop" }</b>"#,
            r#"if on { <b>{ "Stop" }</b> }"#,
            r#"<b>{ if on { "Stop" } else { "…" } }</b>"#,
            r#"<b>{ all.map(|one| html! { <i>{ "Stop" }</i> }) }</b>"#,
            r#"<b title={html!(<i>{ "Stop" }</i>)}></b>"#,
        ] {
            assert_eq!(in_html(inside), said, "{inside}");
        }
    }

    #[test]
    fn words_of_attributes_are_caught() {
        let said = ["web/src/a.rs:2: words of the page stand in web/src/says; name “Stop” there"];
        for name in READ {
            for inside in [
                format!(r#"<b id="stop" {name}="Stop" class="big" />"#),
                format!(r#"<b {name}={{"Stop"}} />"#),
                format!(r#"<b {name}={{if on {{ "Stop" }} else {{ word }}}} />"#),
            ] {
                assert_eq!(in_html(&inside), said, "{inside}");
            }
        }
    }

    #[test]
    fn names_signs_and_other_code_are_let_through() {
        for inside in [
            r#"<b>{ "Wirestage" }</b>"#,
            r#"<b>{ "|◀" }{ "\u{a0}✓\n" }{ "a b" }</b>"#,
            r#"<b id={if on { "trouble" } else { "note" }} class="big" data-title="Stop" />"#,
            r#"<b class={classes!(on.then_some("big"))} aria-current="page" title={words::STOP} />"#,
            r#"<b>{ row("stop") }{ words::STOP }{ one(if on { "up" } else { "down" }) }</b>"#,
            r#"<b>{ event.map(|event| { if event.key() == "Enter" { go() } }) }</b>"#,
            r#"<b title="←" aria-label="A" />"#,
        ] {
            assert_eq!(in_html(inside), [""; 0], "{inside}");
        }
        let code = "fn f() { let title = \"Stop\"; if on { \"yes\" } else { \"no\" } }";
        assert_eq!(in_file("web/src/a.rs", code), [""; 0]);
    }

    #[test]
    fn rooms_tests_and_other_crates_may_have_them() {
        let words = "fn f() { html! { <b>{ \"Stop\" }</b> } }";
        assert_eq!(in_file("web/src/a.rs", words).len(), 1);
        for path in [
            "web/src/says/a.rs",
            "web/src/a_tests.rs",
            "web/src/a.md",
            "cli/src/a.rs",
        ] {
            assert_eq!(in_file(path, words), [""; 0], "{path}");
        }
        let tests = format!("#[cfg(test)]\nmod tests {{ {words} }}\n");
        assert_eq!(in_file("web/src/a.rs", &tests), [""; 0]);
        assert_eq!(in_file("web/src/a.rs", &format!("{tests}{words}")).len(), 1);
        let apart = format!("#[cfg(test)]\nmod tests;\n{words}");
        assert_eq!(in_file("web/src/a.rs", &apart).len(), 1);
    }
}
