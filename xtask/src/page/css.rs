//! The page's styles: all files joined in order of their names, without what only people read.

use crate::project;
use std::error::Error;

/// Folders of styles; the pictures' own come first, so that the page can add to them.
const FOLDERS: &[&str] = &["core/src/view/draw/", "web/page/styles/"];

/// All styles as one text.
pub fn all() -> Result<String, Box<dyn Error>> {
    let texts = project::texts()?;
    let mut joined = String::new();
    for folder in FOLDERS {
        for text in &texts {
            let name = text.path.strip_prefix(folder);
            if name.is_some_and(|name| name.ends_with(".css") && !name.contains('/')) {
                joined.push_str(&smaller(&text.text));
            }
        }
    }
    Ok(joined)
}

/// Without comments, and without the blanks that mean nothing.
fn smaller(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(c) = rest.chars().next() {
        let len = if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |at| at + 4)
        } else if c == '"' || c == '\'' {
            let len = string_length(rest, c);
            out.push_str(&rest[..len]);
            len
        } else if c.is_whitespace() {
            let len = rest.len() - rest.trim_start().len();
            if !out.ends_with(['{', '}', ';', ',', ' ', '\n']) && !out.is_empty() {
                out.push(' ');
            }
            len
        } else {
            if matches!(c, '{' | '}' | ';' | ',') && out.ends_with(' ') {
                out.pop();
            }
            if c == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[len..];
    }
    out
}

/// How long the string at the beginning is, with its quotes.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if !escaped && c == quote {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_nothing_goes() {
        let css = "/* a; */\n.a ,\n  .b :hover {\n  margin : 0 calc(1px + 2px) ;\n  content: \"; /* } \\\" \";\n}\n\
                   @media (width < 40em) and (hover) {\n  .c > d { color: red }\n}\n";
        assert_eq!(
            smaller(css),
            ".a,.b :hover{margin : 0 calc(1px + 2px);content: \"; /* } \\\" \"}\
             @media (width < 40em) and (hover){.c > d{color: red}}"
        );
        assert_eq!(smaller("a{b:c}/* open"), "a{b:c}");
    }
}
