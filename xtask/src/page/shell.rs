//! `index.html`: the frame of the page, joined with its parts by name or as one file.

use super::LATER;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};
use std::error::Error;

/// What the parts are called.
pub struct Names {
    pub css: String,
    pub boot: String,
    pub glue: String,
    pub wasm: String,
    /// Of the program's later parts, where it has such.
    pub later: Option<[String; 2]>,
}

/// The parts themselves; the program packed with gzip.
pub struct Parts<'a> {
    pub css: &'a str,
    pub boot: &'a str,
    pub glue: &'a str,
    pub wasm: &'a [u8],
    /// The program's later parts, where it has such.
    pub later: Option<&'a [Vec<u8>; 2]>,
}

/// The frame's tags for its parts, each on a line of its own in `web/page/index.html`.
const CSS: &str = r#"<link rel="stylesheet" href="page.css">"#;
const WASM: &str =
    r#"<link rel="preload" href="page.wasm" as="fetch" type="application/wasm" crossorigin>"#;
const GLUE: &str = r#"<script src="page.js"></script>"#;
const BOOT: &str = r#"<script src="boot.js"></script>"#;

/// What a served page may do: be styled and run by its own files, fetch them, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/// The frame with the names of the parts.
pub fn linked(frame: &str, names: &Names) -> Result<String, Box<dyn Error>> {
    if !frame.contains(POLICY) {
        return Err(lacks(POLICY));
    }
    let mut html = frame.to_owned();
    for (tag, plain, name) in [
        (CSS, "page.css", &names.css),
        (WASM, "page.wasm", &names.wasm),
        (GLUE, "page.js", &names.glue),
        (BOOT, "boot.js", &names.boot),
    ] {
        html = put(&html, tag, &tag.replace(plain, name))?;
    }
    for (at, name) in LATER.iter().enumerate() {
        let file = names.later.as_ref().map(|files| later(name, &files[at]));
        html = put(&html, &later_plain(name), &file.unwrap_or_default())?;
    }
    Ok(html)
}

/// The frame with the parts inside. Nothing may be fetched; the policy names its own scripts and
/// styles by their hashes.
pub fn single(frame: &str, parts: &Parts) -> Result<String, Box<dyn Error>> {
    for script in [parts.boot, parts.glue] {
        if script.contains("</script") || script.contains("<!--") {
            return Err("a script holds what would end it inside a page".into());
        }
    }
    if parts.css.contains("</style") {
        return Err("the styles hold what would end them inside a page".into());
    }
    let policy = format!(
        "default-src 'none'; script-src 'wasm-unsafe-eval' {} {}; style-src {}; \
         connect-src 'none'; img-src data:; base-uri 'none'; form-action 'none'",
        source_hash(parts.glue),
        source_hash(parts.boot),
        source_hash(parts.css),
    );
    let packed = BASE64.encode(parts.wasm);
    let mut packed = format!(r#"<script type="text/plain" id="packed">{packed}</script>"#);
    for (name, part) in LATER.iter().zip(parts.later.into_iter().flatten()) {
        let part = BASE64.encode(part);
        packed += &format!("\n<script type=\"text/plain\" id=\"packed-{name}\">{part}</script>");
    }
    let html = put(frame, POLICY, &policy)?;
    let html = put(&html, CSS, &format!("<style>{}</style>", parts.css))?;
    let mut html = put(&html, WASM, "")?;
    for name in LATER {
        html = put(&html, &later_plain(name), "")?;
    }
    let scripts = format!("{packed}\n<script>{}</script>", parts.glue);
    let html = put(&html, GLUE, &scripts)?;
    put(&html, BOOT, &format!("<script>{}</script>", parts.boot))
}

/// The tag that names a later file of the program.
fn later(name: &str, file: &str) -> String {
    format!(r#"<meta name="{name}" content="{file}">"#)
}

/// The same as it stands in the frame.
fn later_plain(name: &str) -> String {
    later(name, &format!("{name}.wasm"))
}

/// What a policy calls an inline script or style.
fn source_hash(text: &str) -> String {
    format!(
        "'sha256-{}'",
        BASE64.encode(Sha256::digest(text.as_bytes()))
    )
}

/// Puts a text in place of the only one like `place`.
fn put(html: &str, place: &str, text: &str) -> Result<String, Box<dyn Error>> {
    match html.split_once(place) {
        Some((before, after)) if !after.contains(place) => Ok([before, text, after].concat()),
        _ => Err(lacks(place)),
    }
}

fn lacks(what: &str) -> Box<dyn Error> {
    format!("web/page/index.html must hold exactly once: {what}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> String {
        format!(
            "<meta content=\"{POLICY}\">\n{CSS}\n{WASM}\n{}\n<p>\n{GLUE}\n{BOOT}\n",
            LATER.map(later_plain).concat()
        )
    }

    #[test]
    fn parts_are_found_by_their_names() {
        let name = |text: &str| text.to_owned();
        let names = Names {
            css: name("page-1.css"),
            boot: name("boot-2.js"),
            glue: name("page-3.js"),
            wasm: name("page-4.wasm"),
            later: Some([name("later-5.wasm"), name("rest-6.wasm")]),
        };
        let html = linked(&frame(), &names).unwrap();
        for part in [
            "\"page-1.css\"",
            "\"boot-2.js\"",
            "\"page-3.js\"",
            "\"page-4.wasm\"",
            "name=\"later\" content=\"later-5.wasm\"",
            "name=\"rest\" content=\"rest-6.wasm\"",
        ] {
            assert_eq!(html.matches(part).count(), 1, "{html}");
        }
        assert!(linked("<p>", &names).is_err());
        assert!(linked(&frame().replace(BOOT, ""), &names).is_err());
    }

    #[test]
    fn one_file_holds_everything_and_fetches_nothing() {
        let parts = Parts {
            css: "a{}",
            boot: "go()",
            glue: "let x",
            wasm: b"\0asm",
            later: Some(&[b"later".to_vec(), b"rest".to_vec()]),
        };
        let html = single(&frame(), &parts).unwrap();
        assert!(html.contains("<style>a{}</style>") && html.contains(">AGFzbQ==</script>"));
        assert!(html.contains("id=\"packed-later\">bGF0ZXI=</script>"));
        assert!(html.contains("id=\"packed-rest\">cmVzdA==</script>"));
        assert!(html.contains("connect-src 'none'") && !html.contains("'self'"));
        // As `printf 'go()' | openssl dgst -sha256 -binary | base64` says.
        assert!(
            html.contains("'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"),
            "{html}"
        );
        assert!(!html.contains(" src=") && !html.contains(" href="));
        let glue = "'</script>'";
        assert!(single(&frame(), &Parts { glue, ..parts }).is_err());
    }
}
