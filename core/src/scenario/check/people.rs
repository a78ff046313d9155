//! People: where they sit, how they log in, what their mail address is.

use super::network::HostFiles;
use crate::base::sorted::Map;
use crate::scenario::model::{Login, NodeKind, Person, Scenario};
use crate::scenario::problem::{Problems, short};
use crate::scenario::value::At;

/// The user name a person has by default: small letters, points for blanks.
pub(super) fn user_of(person: &str) -> String {
    let words: Vec<String> = person
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    words.join(".")
}

/// A password that protects nothing; everybody watches it go by.
pub(super) fn password_of(person: &str) -> String {
    const WORDS: [&str; 8] = [
        "lighthouse",
        "marzipan",
        "trombone",
        "hedgehog",
        "paperclip",
        "snowflake",
        "teapot",
        "umbrella",
    ];
    match person {
        "Ada" => "analytical".into(),
        "Grace" => "compiler".into(),
        other => WORDS[usize::try_from(hash(other) % 8).expect("below eight")].into(),
    }
}

/// FNV-1a: a number that stays the same for the same name, for ever and everywhere.
pub(super) fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Whether a domain is nobody's, in any letters: RFC 2606, RFC 6761 §6.
pub(super) fn is_example(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let labels: Vec<&str> = domain.split('.').collect();
    let sound = domain.len() <= 200
        && labels.iter().all(|l| {
            let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            (1..=63).contains(&l.len())
                && l.bytes().all(letters)
                && !l.starts_with('-')
                && !l.ends_with('-')
        });
    let reserved = matches!(
        labels[..],
        [.., "example", "com" | "net" | "org"] | [.., _, "example" | "test"]
    );
    sound && reserved
}

/// What is told of a domain that is no example.
pub(super) fn somebodys(domain: &str) -> (String, String) {
    let message = format!("`{}` may be somebody's domain", short(domain));
    let help = "take example.com, example.net, example.org, or one that ends in .example or .test";
    (message, help.into())
}

/// Whether a person's name can become a user name and a mail address.
pub(super) fn is_person(name: &At<String>, problems: &mut Problems) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b == b' ' || b == b'-';
    let text = name.value.as_str();
    let fits = text.len() <= 40
        && text.bytes().all(sound)
        && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if !fits {
        problems.error(
            name.span,
            format!("`{}` cannot be a person's name here", short(text)),
            "use up to 40 plain letters: it becomes a user name and a mail address",
        );
    }
    fits
}

/// Who sits where.
pub(super) fn seats(hosts: &HostFiles<'_>, scenario: &mut Scenario, problems: &mut Problems) {
    let mut seats: Map<String, usize> = Map::new();
    for (index, file) in hosts.iter().enumerate() {
        let Some((file, name)) = file.and_then(|f| Some((f, f.person.as_ref()?))) else {
            continue;
        };
        if !is_person(name, problems) {
            continue;
        }
        if let Some(other) = seats.insert(user_of(&name.value), index) {
            problems.error(
                name.span,
                format!(
                    "{} sits at `{}` already",
                    name.value, scenario.nodes[other].name
                ),
                "seat each person once",
            );
        }
        let text =
            |key: &Option<At<String>>, or: String| key.as_ref().map_or(or, |t| t.value.clone());
        let login = Login {
            user: text(&file.user, user_of(&name.value)),
            password: text(&file.password, password_of(&name.value)),
        };
        for word in [&file.user, &file.password].into_iter().flatten() {
            one_word(word, problems);
        }
        let address = address_of(&name.value, scenario);
        if let NodeKind::Host(host) = &mut scenario.nodes[index].kind {
            let name = name.value.clone();
            host.person = Some(Person {
                name,
                login,
                address,
            });
        }
    }
}

/// The mail address a domain gives a person.
pub(super) fn address_of(person: &str, scenario: &Scenario) -> Option<String> {
    let mut boxes = scenario.domains.iter().flat_map(|d| &d.people);
    let found = boxes.find(|b| b.person == person)?;
    Some(found.address.clone())
}

/// User names, passwords and file names go on a line of the protocol.
pub(super) fn one_word(word: &At<String>, problems: &mut Problems) {
    let sound = |c: char| c.is_ascii_graphic();
    if word.value.is_empty() || word.value.len() > 60 || !word.value.chars().all(sound) {
        problems.error(
            word.span,
            format!("`{}` does not fit here", short(&word.value)),
            "use up to 60 plain letters, digits and signs, without blanks",
        );
    }
}
