//! What HTTP programs say, as turns: a request, a response, or a body's bytes.

use super::contract::{Turn, TurnKind};
use crate::proto::http::{Request, Response, meaning};
use crate::proto::meaning::Meaning;

/// The turn of a request.
#[must_use]
pub fn request(request: &Request) -> Turn {
    let (verb, text) = (request.method.clone(), request.text());
    turn(TurnKind::Command, verb, text, meaning::of_request(request))
}

/// The turn of a response's head.
#[must_use]
pub fn response(response: &Response) -> Turn {
    let (verb, text) = (response.code.to_string(), response.text());
    turn(TurnKind::Reply, verb, text, meaning::of_response(response))
}

/// The turn of a body's bytes.
#[must_use]
pub fn data(name: &str, len: u64) -> Turn {
    let meaning = meaning::of_data(name, len);
    turn(TurnKind::Data, "data".to_owned(), name.to_owned(), meaning)
}

fn turn(kind: TurnKind, verb: String, text: String, meaning: Meaning) -> Turn {
    Turn {
        kind,
        verb,
        text,
        meaning: meaning.text,
        reference: meaning.reference,
    }
}
