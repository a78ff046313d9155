//! Functions fit a screen, and files can be read in one go.

use super::Finding;
use super::code::{self, Token};
use crate::project::Text;

/// The longest a function may be, from `fn` to its closing brace.
const FUNCTION_LINES: usize = 70;
/// The longest a file may be, in lines that hold code.
const FILE_LINES: usize = 600;
/// Files that may be longer, and why.
const LONG_FILES: &[(&str, &str)] = &[];

/// Every function and file that is too long.
pub fn findings(texts: &[Text]) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| text.is_rust()) {
        let tokens = code::tokens(&text.text);
        for function in functions(&tokens) {
            if function.lines > FUNCTION_LINES {
                let Function { name, line, lines } = function;
                let what = format!("function `{name}` has {lines} lines");
                let todo = format!("split it into parts of at most {FUNCTION_LINES}");
                found.push(Finding::new(&text.path, line, what, todo));
            }
        }
        let lines = lines_of_code(&tokens);
        let is_listed = LONG_FILES.iter().any(|(path, _)| *path == text.path);
        if lines > FILE_LINES && !is_listed {
            let what = format!("the file has {lines} lines of code");
            let todo = format!("split it into files of at most {FILE_LINES}");
            found.push(Finding::new(&text.path, 1, what, todo));
        }
        if lines <= FILE_LINES && is_listed {
            let todo = "take it off the list in xtask/src/check/lengths.rs";
            found.push(Finding::new(
                &text.path,
                1,
                "listed as long, and is not",
                todo,
            ));
        }
    }
    found
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Every function with a body, those inside others too.
fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut found = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if token.text != "fn" {
            continue;
        }
        // In a macro's pattern the name is `$name`; a function pointer has none.
        let at = if code::matches(tokens, i + 1, &["$"]) {
            i + 2
        } else {
            i + 1
        };
        let Some(name) = tokens.get(at).filter(|name| name.is_word()) else {
            continue;
        };
        let Some(open) = body(tokens, at + 1) else {
            continue;
        };
        let close = code::closing(tokens, open).min(tokens.len() - 1);
        let lines = tokens[close].line - token.line + 1;
        found.push(Function {
            name: name.text.clone(),
            line: token.line,
            lines,
        });
    }
    found
}

/// Where a function's body opens, from behind its name; none for a mere signature.
fn body(tokens: &[Token], mut at: usize) -> Option<usize> {
    loop {
        match tokens.get(at)?.text.as_str() {
            "{" => return Some(at),
            ";" => return None,
            "(" | "[" => at = code::closing(tokens, at) + 1,
            _ => at += 1,
        }
    }
}

fn lines_of_code(tokens: &[Token]) -> usize {
    let mut lines: Vec<usize> = tokens.iter().map(|token| token.line).collect();
    lines.dedup();
    lines.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_source(source: &str) -> Vec<String> {
        let text = Text {
            path: "a.rs".into(),
            text: source.into(),
        };
        findings(&[text]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_function_of_71_lines_is_caught() {
        let of = |body_lines| {
            format!(
                "\nfn long<'a>(x: &'a [u8; 3]) {{\n{}}}\n",
                "f();\n".repeat(body_lines)
            )
        };
        assert_eq!(in_source(&of(68)), [""; 0]);
        let found = in_source(&of(69));
        assert_eq!(
            found,
            ["a.rs:2: function `long` has 71 lines; split it into parts of at most 70"]
        );
    }

    #[test]
    fn braces_in_text_do_not_count() {
        let tricks = "let a = \"}\"; let b = '}'; /* } */ let c = r#\"\"}\"#; // }\n";
        let source = format!(
            "fn f() {{\n{}{tricks}{}}}\n",
            tricks.repeat(2),
            "g();\n".repeat(70)
        );
        assert_eq!(in_source(&source).len(), 1);
        // The text opens a brace that nothing closes: `short` must not run on to the end.
        let source = format!(
            "fn short() {{ \"{{\"; '{{'; }}\n{}",
            "const A: u8 = 1;\n".repeat(80)
        );
        assert_eq!(in_source(&source), [""; 0]);
    }

    #[test]
    fn signatures_and_pointers_are_no_functions() {
        let rest = "const A: u8 = 1;\n".repeat(80);
        for source in [
            "trait T { fn f(&self) -> [u8; 2]; }",
            "type F = fn(u8) -> u8;",
        ] {
            assert_eq!(
                in_source(&format!("{source}\nmod m {{\n{rest}}}\n")),
                [""; 0]
            );
        }
    }

    #[test]
    fn inner_functions_and_macro_bodies_are_measured() {
        let long = "f();\n".repeat(75);
        let source = format!("macro_rules! m {{ ($n:ident) => {{ fn $n() {{\n{long}}} }} }}");
        assert_eq!(in_source(&source).len(), 1);
        let source = format!("fn outer() {{ fn inner() {{\n{long}}} }}");
        assert_eq!(in_source(&source).len(), 2);
    }

    #[test]
    fn a_file_counts_code_and_not_comments() {
        assert_eq!(in_source(&"// talk\n\n".repeat(700)), [""; 0]);
        assert_eq!(in_source(&"const A: u8 = 1;\n".repeat(601)).len(), 1);
    }
}
