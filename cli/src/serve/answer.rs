//! What is answered to a request, as a plain value.

use super::files::File;
use super::request::{Request, Trouble};
use super::{Site, follow};
use std::borrow::Cow;

/// The page may be styled and run by its own files, fetch them, and nothing else. The same
/// stands in the page itself; a frame around it can be forbidden only here.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// An answer, ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// All lines before the body, and the blank one.
    pub header: String,
    /// What follows.
    pub body: Cow<'static, [u8]>,
}

/// Answers a request, or what should have been one.
pub fn to(request: Result<Request<'_>, Trouble>, site: &Site) -> Answer {
    let request = match request {
        Ok(request) => request,
        Err(Trouble::Malformed) => return refusal("400 Bad Request", "This is no request.\n"),
        Err(Trouble::TooLong) => {
            let status = "431 Request Header Fields Too Large";
            return refusal(status, "This request is too long.\n");
        }
    };
    let mut answer = if request.is_for_us() {
        to_ours(&request, site)
    } else {
        let text = "Wirestage answers to 127.0.0.1 and localhost, and to no other name.\n";
        refusal("421 Misdirected Request", text)
    };
    if request.method == "HEAD" {
        answer.body = Cow::Borrowed(b"");
    }
    answer
}

fn to_ours(request: &Request<'_>, site: &Site) -> Answer {
    if request.method != "GET" && request.method != "HEAD" {
        let mut answer = refusal("405 Method Not Allowed", "Here one can only read.\n");
        answer
            .header
            .insert_str(answer.header.len() - 2, "Allow: GET, HEAD\r\n");
        return answer;
    }
    let run = site.run.as_deref();
    if let Some(answer) = run.and_then(|run| follow::to(request, run)) {
        return answer;
    }
    let Some(file) = File::find(site.page, request.path) else {
        return refusal("404 Not Found", "The page has no such file.\n");
    };
    let tag = format!("W/\"{}\"", file.hash);
    let keep = if file.lasts() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let more = format!("ETag: {tag}\r\nCache-Control: {keep}\r\nVary: Accept-Encoding\r\n");
    if request.knows(&tag) {
        return answer("304 Not Modified", &more, Cow::Borrowed(b""));
    }
    let (coding, body) = match (file.brotli, file.gzip) {
        (Some(packed), _) if request.takes("br") => ("Content-Encoding: br\r\n", packed),
        (_, Some(packed)) if request.takes("gzip") => ("Content-Encoding: gzip\r\n", packed),
        _ => ("", file.raw),
    };
    let (kind, length) = (file.kind(), body.len());
    let more = format!("Content-Type: {kind}\r\nContent-Length: {length}\r\n{coding}{more}");
    answer("200 OK", &more, Cow::Borrowed(body))
}

/// An answer that says no, and why.
pub fn refusal(status: &str, text: &'static str) -> Answer {
    let length = text.len();
    let more = format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\n"
    );
    answer(status, &more, Cow::Borrowed(text.as_bytes()))
}

/// An answer with what all answers say.
pub fn answer(status: &str, more: &str, body: Cow<'static, [u8]>) -> Answer {
    let header = format!(
        "HTTP/1.1 {status}\r\n{more}Content-Security-Policy: {POLICY}\r\n\
         X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n"
    );
    Answer { header, body }
}
