//! JavaScript without what only people read.

/// Without lines that are comments, blank lines and indentation. Texts over several lines, which
/// would suffer from this, are in neither of our scripts.
pub fn smaller(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines() {
        let line = line.trim();
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_and_comments_go() {
        let script = "/* one */\n/**\n * two\n */\nlet a = 1; // near\n\n  // far\n  b('/*');\n";
        assert_eq!(smaller(script), "let a = 1; // near\nb('/*');\n");
    }
}
