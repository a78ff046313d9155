//! What requests and responses mean, in a dozen plain words, with the place that says so.

use super::parse::path_of;
use super::types::{Request, Response};
use crate::proto::meaning::{Meaning, short};

/// A code's name, what a server does by saying it, and where that stands.
type Code = (u16, &'static str, &'static str, &'static str);

const CODES: [Code; 14] = [
    (200, "OK", "has it, and sends it", "RFC 9110 §15.3.1"),
    (204, "No Content", "has nothing to send", "RFC 9110 §15.3.5"),
    (
        301,
        "Moved Permanently",
        "tells where it is now",
        "RFC 9110 §15.4.2",
    ),
    (
        304,
        "Not Modified",
        "says that nothing has changed",
        "RFC 9110 §15.4.5",
    ),
    (
        400,
        "Bad Request",
        "does not understand the request",
        "RFC 9110 §15.5.1",
    ),
    (
        403,
        "Forbidden",
        "does not give this to anybody",
        "RFC 9110 §15.5.4",
    ),
    (
        404,
        "Not Found",
        "has nothing of this name",
        "RFC 9110 §15.5.5",
    ),
    (
        405,
        "Method Not Allowed",
        "does not do this here",
        "RFC 9110 §15.5.6",
    ),
    (
        408,
        "Request Timeout",
        "has waited too long for a request",
        "RFC 9110 §15.5.9",
    ),
    (
        431,
        "Request Header Fields Too Large",
        "does not read so much",
        "RFC 6585 §5",
    ),
    (
        502,
        "Bad Gateway",
        "got no good answer from the server behind",
        "RFC 9110 §15.6.3",
    ),
    (
        503,
        "Service Unavailable",
        "has no room for more, for now",
        "RFC 9110 §15.6.4",
    ),
    (
        504,
        "Gateway Timeout",
        "got no answer from the server behind in time",
        "RFC 9110 §15.6.5",
    ),
    (
        505,
        "HTTP Version Not Supported",
        "does not speak this version",
        "RFC 9110 §15.6.6",
    ),
];

fn look_up(code: u16) -> Option<&'static Code> {
    CODES.iter().find(|known| known.0 == code)
}

/// What a code is called.
#[must_use]
pub fn reason(code: u16) -> &'static str {
    look_up(code).map_or("", |known| known.1)
}

/// What a request means.
#[must_use]
pub fn of_request(request: &Request) -> Meaning {
    let path = path_of(&request.target);
    let path = short(path.as_deref().unwrap_or(&request.target), 24);
    let (text, reference) = match request.method.as_str() {
        "GET" => ("asks for ", "RFC 9110 §9.3.1"),
        "HEAD" => ("asks what it would get at ", "RFC 9110 §9.3.2"),
        _ => ("wants something done with ", "RFC 9110 §9"),
    };
    Meaning::new([text, &path].concat(), reference)
}

/// What a response means.
#[must_use]
pub fn of_response(response: &Response) -> Meaning {
    if let Some((_, _, text, reference)) = look_up(response.code) {
        return Meaning::new(*text, reference);
    }
    let (text, reference) = match response.code / 100 {
        1 => ("will answer later", "RFC 9110 §15.2"),
        2 => ("has done so", "RFC 9110 §15.3"),
        3 => ("says that there is more to do", "RFC 9110 §15.4"),
        4 => ("will not do it as it was asked", "RFC 9110 §15.5"),
        _ => ("cannot do it", "RFC 9110 §15.6"),
    };
    Meaning::new(text, reference)
}

/// What a body's bytes mean.
#[must_use]
pub fn of_data(name: &str, len: u64) -> Meaning {
    let text = ["sends ", &short(name, 24), ", ", &len.to_string(), " bytes"].concat();
    Meaning::new(text, "RFC 9112 §6")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_at_most_a_dozen_words() {
        for code in 100..=600 {
            let text = of_response(&Response::new(code)).text;
            assert!(text.split(' ').count() <= 12, "{text}");
        }
        for method in ["GET", "HEAD", "POST"] {
            let request = Request::new(method, "web", "/a%20b%20c%20d%20e%20f%20g%20h%20i%20j");
            let text = of_request(&request).text;
            assert!(text.split(' ').count() <= 12, "{text}");
        }
        assert!(of_data("a b c d e f g", 5).text.split(' ').count() <= 12);
    }
}
