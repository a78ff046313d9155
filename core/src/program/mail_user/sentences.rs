//! How a letter's journey ended, in sentences.

use crate::program::contract::{NameError, Outcome};
use crate::proto::pop3;
use crate::proto::smtp::client::{Delivery, Failure};
use crate::proto::smtp::{Mailbox, Prompt, Reply, Verb};

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

/// Whom a letter is for: `to ada@example.org, grace@example.net`.
pub(super) fn whom(recipients: &[Mailbox]) -> String {
    let all: Vec<String> = recipients.iter().map(ToString::to_string).collect();
    format!("to {}", all.join(", "))
}

/// Whether the letter may still be taken: not where its sender, its recipient or the letter
/// itself was refused for good.
pub(super) fn is_worth_a_retry(result: &Result<Reply, Failure>) -> bool {
    match result {
        Ok(_) => false,
        Err(Failure::Refused { reply, to }) => {
            let of_letter = [Verb::Mail, Verb::Rcpt, Verb::Data].map(Prompt::Command);
            let is_final = *to == Prompt::Letter || of_letter.contains(to);
            !(reply.is_permanent() && is_final)
        }
        Err(Failure::EightBit) => false,
        Err(_) => true,
    }
}

/// Whether the same attempt may end otherwise later, with nobody changing anything.
pub(super) fn may_pass(result: &Result<Reply, Failure>) -> bool {
    !matches!(result, Err(Failure::Refused { reply, .. }) if reply.is_permanent())
}

/// What is added where a letter stays in the outbox.
pub(super) fn stays(typed: bool) -> &'static str {
    match typed {
        true => " It stays in the outbox: type retry to send it again.",
        false => " It stays in the outbox.",
    }
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
        Err(Failure::EightBit) => "The letter is more than ASCII, which this server does not take.".into(),
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
        Prompt::Command(Verb::Auth) => "user name and password".into(),
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

/// Why letters could not be fetched, or not all of them.
pub(super) fn fetching(failure: &pop3::client::Failure) -> String {
    use pop3::client::Failure as Pop;
    match failure {
        Pop::Refused { reply, to } => {
            let what = match to {
                pop3::Prompt::Connection => "the connection",
                pop3::Prompt::Command(pop3::Verb::User | pop3::Verb::Pass) => {
                    "user name and password"
                }
                pop3::Prompt::Command(verb) => verb.word(),
            };
            let said = match reply.text.trim().trim_end_matches('.') {
                "" => String::new(),
                said => [": ", said].concat(),
            };
            ["The server refused ", what, &said, "."].concat()
        }
        Pop::Lost { awaited } => {
            let awaited = pop_name(*awaited);
            [
                "The connection was lost before the server answered ",
                awaited,
                ".",
            ]
            .concat()
        }
        Pop::TimedOut { awaited } => {
            let awaited = pop_name(*awaited);
            ["The server was silent for too long after ", awaited, "."].concat()
        }
        Pop::Nonsense { said, awaited } => {
            let awaited = pop_name(*awaited);
            ["After ", awaited, " came what no such server says: ", said].concat()
        }
    }
}

fn pop_name(awaited: pop3::Prompt) -> &'static str {
    match awaited {
        pop3::Prompt::Connection => "the connection opened",
        pop3::Prompt::Command(verb) => verb.word(),
    }
}
