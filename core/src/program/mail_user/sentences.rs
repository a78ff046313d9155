//! How a letter's journey ended, in sentences.

use crate::program::contract::{NameError, Outcome};
use crate::proto::smtp::client::{Delivery, Failure};
use crate::proto::smtp::{Prompt, Reply, Verb};

/// The outcome of one letter: a sentence for all who get it, one for each other ending.
pub(super) fn outcome(deliveries: &[Delivery]) -> Outcome {
    let mut endings: Vec<(&Result<Reply, Failure>, Vec<String>)> = Vec::new();
    for delivery in deliveries {
        let to = delivery.to.to_string();
        match endings
            .iter_mut()
            .find(|(result, _)| **result == delivery.result)
        {
            Some((_, who)) => who.push(to),
            None => endings.push((&delivery.result, vec![to])),
        }
    }
    let sentences: Vec<String> = endings
        .iter()
        .map(|(result, who)| sentence(result, who))
        .collect();
    let deciding = deliveries.iter().find(|delivery| delivery.result.is_err());
    Outcome {
        ok: deciding.is_none(),
        code: deciding
            .or(deliveries.first())
            .and_then(|delivery| code(&delivery.result)),
        text: sentences.join(" "),
    }
}

/// The same in a few words: `to grace@example.net: 250`.
pub(super) fn summary(deliveries: &[Delivery]) -> String {
    let words = deliveries.iter().map(|delivery| {
        let end = code(&delivery.result).map_or("no answer".into(), |code| code.to_string());
        format!("to {}: {end}", delivery.to)
    });
    words.collect::<Vec<_>>().join("; ")
}

/// Why there is no server of this name to connect to.
pub(super) fn no_name(name: &str, error: NameError) -> String {
    match error {
        NameError::NoSuchName => format!("There is no {name}: nobody has this name."),
        NameError::NoData => format!("The name {name} has no address."),
        NameError::TimedOut => format!("Nobody could say which address {name} has."),
        NameError::Failed => {
            format!("The name server could not find out which address {name} has.")
        }
    }
}

fn code(result: &Result<Reply, Failure>) -> Option<u16> {
    match result {
        Ok(reply) | Err(Failure::Refused { reply, .. }) => Some(reply.code),
        Err(_) => None,
    }
}

fn sentence(result: &Result<Reply, Failure>, who: &[String]) -> String {
    let who = who.join(" and ");
    match result {
        Ok(reply) => format!("{}: the server took the letter for {who}.", reply.code),
        Err(Failure::Refused { reply, to }) => {
            let text = reply.clone().plain().lines.join(" ");
            let said = match text.trim().trim_end_matches('.') {
                "" => String::new(),
                said => format!(": {said}"),
            };
            format!("{}: the server refused {}{said}.", reply.code, refused(*to, &who))
        }
        Err(Failure::Lost { awaited: Prompt::Letter }) => {
            "The connection was lost before the server's answer; nobody knows if the letter was taken."
                .into()
        }
        Err(Failure::Lost { awaited }) => {
            format!("The connection was lost before the server answered {}.", name(*awaited))
        }
        Err(Failure::TimedOut { awaited }) => {
            format!("The server was silent for too long after {}.", name(*awaited))
        }
        Err(Failure::NoLogin) => "The server offers no way to log in.".into(),
        Err(Failure::Nonsense { said, awaited }) => {
            format!("After {} came what no mail server says: {said}", name(*awaited))
        }
    }
}

/// What a refusal refuses.
fn refused(to: Prompt, who: &str) -> String {
    match to {
        Prompt::Connection => "the connection".into(),
        Prompt::Command(Verb::Mail) => "the sender".into(),
        Prompt::Command(Verb::Rcpt) => who.into(),
        Prompt::Command(Verb::Data) | Prompt::Letter => "the letter".into(),
        Prompt::Command(verb) => verb.word().into(),
    }
}

/// What an answer was awaited to.
fn name(awaited: Prompt) -> &'static str {
    match awaited {
        Prompt::Connection => "the connection opened",
        Prompt::Command(verb) => verb.word(),
        Prompt::Letter => "the letter",
    }
}
