//! Pages that programs make: a folder's list, or what went wrong.

use crate::proto::ftp::listed::{Kind, Listed};
use crate::proto::http::parse::encode;
use crate::proto::mail::attach;

/// A file's type, by its name's ending (RFC 9110 §8.3).
pub(super) fn content_type(name: &str) -> String {
    let kind = attach::type_of(name);
    let is_text = kind.starts_with("text/") && kind != "text/css";
    let charset = if is_text { "; charset=utf-8" } else { "" };
    [kind, charset].concat()
}

/// A folder as a page: a link for each name, folders first.
pub(super) fn folder(path: &str, listed: &[Listed]) -> String {
    let mut rows = String::new();
    if path != "/" {
        rows.push_str("<li><a href=\"../\">..</a></li>\n");
    }
    for wanted in [Kind::Folder, Kind::File] {
        for entry in listed.iter().filter(|entry| entry.kind == wanted) {
            rows.push_str(&row(entry));
        }
    }
    let title = escape(path);
    page(&title, &["<ul>\n", &rows, "</ul>"].concat())
}

fn row(entry: &Listed) -> String {
    let slash = if entry.kind == Kind::Folder { "/" } else { "" };
    let (href, name) = (encode(&entry.name), escape(&entry.name));
    let size = entry
        .size
        .map(|size| [", ", &size.to_string(), " bytes"].concat());
    let changed = entry
        .changed
        .as_ref()
        .map(|time| [", ", &escape(time)].concat());
    [
        // A colon in a name would make it look like another scheme (RFC 3986 §4.2).
        "<li><a href=\"./",
        &href,
        slash,
        "\">",
        &name,
        slash,
        "</a>",
        &size.filter(|_| slash.is_empty()).unwrap_or_default(),
        &changed.unwrap_or_default(),
        "</li>\n",
    ]
    .concat()
}

/// A page of one sentence.
pub(super) fn sentence(title: &str, text: &str) -> String {
    page(&escape(title), &["<p>", &escape(text), "</p>"].concat())
}

fn page(title: &str, body: &str) -> String {
    [
        "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>",
        title,
        "</title>\n<h1>",
        title,
        "</h1>\n",
        body,
        "\n",
    ]
    .concat()
}

/// Text between tags or quotes: nothing in it is read as HTML.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_whatever_it_looks_like() {
        let entry = |name: &str, kind| Listed {
            name: name.to_owned(),
            kind,
            size: Some(5),
            changed: None,
        };
        let page = folder(
            "/a&b/",
            &[
                entry("<script>alert(1)</script>", Kind::File),
                entry("x: \"y\" 100%", Kind::File),
                entry("old", Kind::Folder),
            ],
        );
        assert!(!page.contains("<script>") && page.contains("<h1>/a&amp;b/</h1>"));
        assert!(
            page.contains("href=\"./x%3A%20%22y%22%20100%25\">x: &quot;y&quot; 100%</a>, 5 bytes")
        );
        let folder = page.find("\"./old/\">old/</a></li>").unwrap();
        assert!(
            folder < page.find("script").unwrap(),
            "folders stand first: {page}"
        );
    }
}
