//! What is asked and answered of names, as turns: `MX example.net`, and what is found there.

use super::contract::{Turn, TurnKind};
use crate::proto::dns::{Message, Question, meaning};

/// The turn of a question; its verb is the kind of record.
#[must_use]
pub fn question(question: &Question) -> Turn {
    let verb = question.kind.to_string();
    meaning::question(question).turn(TurnKind::Command, verb, question.to_string())
}

/// The turn of an answer; its text begins with the question's.
#[must_use]
pub fn answer(message: &Message) -> Turn {
    let says = meaning::answer_text(message);
    let (verb, text) = match message.questions.first() {
        Some(asked) => (asked.kind.to_string(), format!("{asked}: {says}")),
        None => ("DNS".into(), says),
    };
    meaning::answer(message).turn(TurnKind::Reply, verb, text)
}

/// The turn of any message, where it asks or answers anything.
#[must_use]
pub fn message(message: &Message) -> Option<Turn> {
    match (message.header.is_answer, message.questions.first()) {
        (true, _) => Some(answer(message)),
        (false, Some(asked)) => Some(question(asked)),
        (false, None) => None,
    }
}
