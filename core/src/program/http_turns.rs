//! What HTTP programs say, as turns: a request, a response, or a body's bytes.

use super::contract::{Turn, TurnKind};
use crate::proto::http::{Request, Response, meaning};

/// The turn of a request.
#[must_use]
pub fn request(request: &Request) -> Turn {
    let (verb, text) = (request.method.clone(), request.text());
    meaning::of_request(request).turn(TurnKind::Command, verb, text)
}

/// The turn of a response's head.
#[must_use]
pub fn response(response: &Response) -> Turn {
    let (verb, text) = (response.code.to_string(), response.text());
    meaning::of_response(response).turn(TurnKind::Reply, verb, text)
}

/// The turn of a body's bytes.
#[must_use]
pub fn data(name: &str, len: u64) -> Turn {
    let meaning = meaning::of_data(name, len);
    meaning.turn(TurnKind::Data, "data".to_owned(), name.to_owned())
}
