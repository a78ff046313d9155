//! Letters: whom they go to, whom they claim to come from, what goes with them.

use super::people::{address_of, is_example};
use crate::base::{Duration, Letter, Span};
use crate::scenario::file::{LetterFile, SendFile};
use crate::scenario::model::{File, Host, Runs, Scenario};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::{At, Many};

/// What stands for none, for knobs to choose.
const NOBODY: &str = "nobody";
const NOTHING: &str = "nothing";

/// A letter that a person of this host writes.
pub(super) fn written(
    letter: &LetterFile,
    whole: Span,
    host: &Host,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Letter {
    let files = host.runs.iter().find_map(|runs| match runs {
        Runs::MailUser(user) => Some(&user.files[..]),
        _ => None,
    });
    let to = receivers(letter.send_to.as_ref(), scenario, problems);
    if letter.send_to.as_ref().is_none_or(|t| t.0.is_empty()) {
        problems.error(
            whole,
            "this letter goes to nobody",
            "add send-to = \"Grace\"",
        );
    }
    let from = letter.from.as_ref();
    Letter {
        to,
        cc: receivers(letter.cc.as_ref(), scenario, problems),
        bcc: receivers(letter.bcc.as_ref(), scenario, problems),
        from: from.and_then(|from| address(from, problems)),
        attach: attached(letter.attach.as_ref(), files.unwrap_or(&[]), problems),
        subject: one_line(letter.subject.as_ref(), problems),
        text: text_of(letter.text.as_ref()),
    }
}

/// A letter that a robot sends, and when.
pub(super) fn sent(
    letter: &At<SendFile>,
    files: &[File],
    scenario: &Scenario,
    problems: &mut Problems,
) -> (Duration, Letter) {
    let (file, whole) = (&letter.value, letter.span);
    if file.to.as_ref().is_none_or(|to| to.0.is_empty()) {
        problems.error(whole, "this letter goes to nobody", "add to = \"Grace\"");
    }
    let letter = Letter {
        to: receivers(file.to.as_ref(), scenario, problems),
        cc: receivers(file.cc.as_ref(), scenario, problems),
        bcc: receivers(file.bcc.as_ref(), scenario, problems),
        from: None,
        attach: attached(file.attach.as_ref(), files, problems),
        subject: one_line(file.subject.as_ref(), problems),
        text: text_of(file.text.as_ref()),
    };
    let at = file.at.as_ref().map_or(Duration::ZERO, |at| at.value.0);
    (at, letter)
}

fn text_of(text: Option<&At<String>>) -> String {
    let text = text.map(|text| text.value.as_str()).unwrap_or_default();
    text.replace("\r\n", "\n")
}

fn one_line(subject: Option<&At<String>>, problems: &mut Problems) -> String {
    let Some(subject) = subject else {
        return String::new();
    };
    if subject.value.chars().any(char::is_control) {
        problems.error(
            subject.span,
            "a subject is one line",
            "put the rest into text",
        );
    }
    subject.value.clone()
}

fn receivers(
    names: Option<&Many<String>>,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<String> {
    let names = names.iter().flat_map(|names| &names.0);
    let names = names.filter(|name| name.value != NOBODY);
    names
        .filter_map(|name| recipient(name, scenario, problems))
        .collect()
}

/// The names of files that go with a letter.
pub(super) fn attached(
    names: Option<&Many<String>>,
    files: &[File],
    problems: &mut Problems,
) -> Vec<String> {
    let files = || files.iter().filter(|file| file.content.is_some());
    let names = names.iter().flat_map(|names| &names.0);
    let mut attached = Vec::new();
    for name in names.filter(|name| name.value != NOTHING) {
        if files().any(|file| file.name == name.value) {
            attached.push(name.value.clone());
            continue;
        }
        let mut help = did_you_mean(
            &name.value,
            files().map(|file| file.name.as_str()),
            "its files are",
        );
        if help.is_empty() {
            help = format!(
                "add files = {{ \"{}\" = \"40 kB\" }} to its host",
                short(&name.value)
            );
        }
        problems.error(
            name.span,
            format!("there is no file `{}` to attach", short(&name.value)),
            help,
        );
    }
    attached
}

/// A person of a domain, or a mail address as it is.
pub(super) fn recipient(
    name: &At<String>,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Option<String> {
    if !name.value.contains('@') {
        let address = address_of(&name.value, scenario);
        if address.is_none() {
            let people = scenario.domains.iter().flat_map(|d| &d.people);
            let guess = did_you_mean(
                &name.value,
                people.map(|p| p.person.as_str()),
                "there are mailboxes of",
            );
            let stop = if guess.is_empty() || guess.ends_with('?') {
                ""
            } else {
                "."
            };
            problems.error(
                name.span,
                format!("nobody called `{}` has a mailbox", short(&name.value)),
                format!("{guess}{stop} A mail address will do, too.").trim_start(),
            );
        }
        return address;
    }
    let address = address(name, problems)?;
    let domain = domain_of(&address);
    if scenario.domains.iter().all(|d| d.name != domain) {
        problems.warning(
            name.span,
            format!("nobody takes letters for `{domain}`"),
            "add it to [domains], unless that is the lesson",
        );
    }
    Some(address)
}

/// An address's domain in small letters, as domains are kept.
pub(super) fn domain_of(address: &str) -> String {
    let domain = address.rsplit('@').next().unwrap_or_default();
    domain.to_ascii_lowercase()
}

/// A mail address of nobody's.
pub(super) fn address(name: &At<String>, problems: &mut Problems) -> Option<String> {
    let (local, domain) = name.value.rsplit_once('@').unwrap_or(("", &name.value));
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"._-+".contains(&b);
    if local.is_empty() || local.len() > 64 || !local.bytes().all(letters) || !is_example(domain) {
        problems.error(
            name.span,
            format!("`{}` is not an address to play with", short(&name.value)),
            "write one such as grace@example.net",
        );
        return None;
    }
    Some(name.value.clone())
}
