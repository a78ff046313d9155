//! Small things that every component uses.

use crate::model::Msg;
use yew::prelude::*;

/// Where a component says what happens.
pub type Tell = Callback<Msg>;

/// An event that says one thing, whatever it is.
pub fn says<E: 'static>(tell: &Tell, msg: Msg) -> Callback<E> {
    let tell = tell.clone();
    Callback::from(move |_: E| tell.emit(msg.clone()))
}

/// `true` and `false` as attributes want them.
pub fn flag(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}

/// A sentence begins with a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => {
            let mut sentence = String::from(first.to_ascii_uppercase());
            sentence.push_str(letters.as_str());
            sentence
        }
        None => String::new(),
    }
}
