//! A run that goes on while its page is open: what the page asks for to follow it.

use super::answer::{Answer, answer, refusal};
use super::request::Request;
use std::borrow::Cow;

/// A run that goes on.
pub trait Follow: Send + Sync {
    /// What it is a run of, as JSON.
    fn plan(&self) -> Vec<u8>;
    /// What went into it, from this byte on, or some of it; nothing where there was too much.
    fn journal(&self, from: usize) -> Option<Vec<u8>>;
}

/// Answers what only a page that follows a run asks for.
pub fn to(request: &Request<'_>, run: &dyn Follow) -> Option<Answer> {
    let (kind, body) = match request.path {
        "/live/plan" => ("application/json", run.plan()),
        "/live/journal" => {
            let Some(from) = from(request.query) else {
                let text = "Say from which byte on: ?from=0\n";
                return Some(refusal("400 Bad Request", text));
            };
            let Some(piece) = run.journal(from) else {
                let text = "This session has become too long to be followed.\n";
                return Some(refusal("410 Gone", text));
            };
            ("application/octet-stream", piece)
        }
        _ => return None,
    };
    let length = body.len();
    let more =
        format!("Content-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n");
    Some(answer("200 OK", &more, Cow::Owned(body)))
}

/// `from=4096`; the beginning where nothing is said.
fn from(query: &str) -> Option<usize> {
    let mut words = query.split('&').filter_map(|word| word.split_once('='));
    let from = words.find(|(name, _)| *name == "from");
    from.map_or(Some(0), |(_, value)| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Session;

    impl Follow for Session {
        fn plan(&self) -> Vec<u8> {
            b"{}".to_vec()
        }

        fn journal(&self, from: usize) -> Option<Vec<u8>> {
            (from < 9).then(|| b"12345678"[from..].to_vec())
        }
    }

    fn ask(path: &str) -> Option<Answer> {
        let text = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        to(
            &Request::parse(text.as_bytes()).expect("a request"),
            &Session,
        )
    }

    #[test]
    fn a_page_hears_the_plan_and_the_journal_from_where_it_stands() {
        let plan = ask("/live/plan").expect("an answer");
        assert_eq!(&*plan.body, b"{}");
        assert!(
            plan.header.contains("Cache-Control: no-store\r\n"),
            "{plan:?}"
        );
        let body = |path| ask(path).expect("an answer").body.into_owned();
        assert_eq!(body("/live/journal"), b"12345678");
        assert_eq!(body("/live/journal?from=5"), b"678");
        assert_eq!(body("/live/journal?x=y&from=8"), b"");
        assert_eq!(ask("/page.js"), None);
    }

    #[test]
    fn what_cannot_be_followed_is_said() {
        let status = |path| ask(path).expect("an answer").header;
        assert!(status("/live/journal?from=-1").starts_with("HTTP/1.1 400"));
        assert!(status("/live/journal?from=9").starts_with("HTTP/1.1 410"));
    }
}
