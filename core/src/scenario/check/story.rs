//! What people do, and what is said about it.

use super::people::{address_of, is_example};
use super::{lines, when};
use crate::base::units::parse_time;
use crate::base::{Duration, HostId, Letter, Span};
use crate::scenario::file::{LetterFile, ScenarioFile, StoryValue};
use crate::scenario::model::{Caption, Does, Host, Runs, Scenario, Story};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::{At, Ordered};

/// How many words a caption may have.
const MOST_WORDS: usize = 12;

/// Fills in story and captions.
pub(super) fn read(file: &ScenarioFile, scenario: &mut Scenario, problems: &mut Problems) {
    for entry in &file.story {
        let at = entry.0.iter().find(|(key, _)| key.value == "at");
        let at = at.and_then(|(_, value)| moment(value, problems));
        let done = doings(file, entry, at, scenario, problems);
        scenario.story.extend(done);
    }
    if file.story.is_empty() && !problems.failed() {
        problems.warning(
            Span::default(),
            "nobody does anything",
            "add [[story]] and a line such as Ada = [\"login\", \"get report.pdf\"]",
        );
    }
    captions(file, scenario, problems);
}

fn moment(value: &At<StoryValue>, problems: &mut Problems) -> Option<Duration> {
    let line = match &value.value {
        StoryValue::Lines(lines) if lines.len() == 1 => lines[0].value.as_str(),
        _ => {
            problems.error(value.span, "`at` is a time", "write at = \"2 s\"");
            return None;
        }
    };
    match parse_time(line) {
        Ok(time) => Some(time),
        Err(e) => {
            problems.error(value.span, e.message, e.help);
            None
        }
    }
}

/// What each person of an entry does.
fn doings(
    file: &ScenarioFile,
    entry: &Ordered<At<StoryValue>>,
    at: Option<Duration>,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<Story> {
    let mut done = Vec::new();
    for (name, value) in entry.0.iter().filter(|(key, _)| key.value != "at") {
        let Some((id, host)) = seat(&name.value, scenario) else {
            nobody(name, scenario, problems);
            continue;
        };
        let types = matches!(value.value, StoryValue::Lines(_));
        let able = host.runs.iter().any(|r| match r {
            Runs::FtpUser(_) | Runs::Console | Runs::Browser => types,
            Runs::MailUser(_) => !types,
            _ => false,
        });
        if !able {
            unable(name, &scenario.nodes[id.index()].name, types, problems);
            continue;
        }
        let does = match &value.value {
            StoryValue::Lines(lines) => {
                lines::read(lines, value.span, host, file, scenario, problems)
            }
            StoryValue::Letter(letter) => writes(letter, value.span, scenario, problems),
        };
        let person = name.value.clone();
        let span = name.span;
        done.push(Story {
            person,
            host: id,
            at,
            does,
            span,
        });
    }
    if entry.0.iter().all(|(key, _)| key.value == "at")
        && let Some((key, _)) = entry.0.first()
    {
        problems.error(
            key.span,
            "nobody does anything at that time",
            "add Ada = [\"…\"]",
        );
    }
    done
}

/// There is no such person.
fn nobody(name: &At<String>, scenario: &Scenario, problems: &mut Problems) {
    let people = scenario.hosts().filter_map(|(_, h)| h.person.as_ref());
    let help = did_you_mean(
        &name.value,
        people.map(|p| p.name.as_str()),
        "the people are",
    );
    let help = if help.is_empty() {
        "add person = \"…\" to a host".into()
    } else {
        help
    };
    problems.error(
        name.span,
        format!("nobody called `{}` sits at a host", short(&name.value)),
        help,
    );
}

/// The person's host runs nothing that does this.
fn unable(name: &At<String>, host: &str, types: bool, problems: &mut Problems) {
    let client = if types {
        "an \"ftp client\", a \"browser\" or a \"console\""
    } else {
        "a \"mail client\""
    };
    problems.error(
        name.span,
        format!("`{host}` has nothing that does this for {}", name.value),
        format!("let the host run {client}"),
    );
}

fn seat<'s>(person: &str, scenario: &'s Scenario) -> Option<(HostId, &'s Host)> {
    scenario
        .hosts()
        .find(|(_, h)| h.person.as_ref().is_some_and(|p| p.name == person))
}

fn writes(letter: &LetterFile, whole: Span, scenario: &Scenario, problems: &mut Problems) -> Does {
    let mut to = Vec::new();
    for name in letter.send_to.iter().flat_map(|t| &t.0) {
        to.extend(recipient(name, scenario, problems));
    }
    if letter.send_to.as_ref().is_none_or(|t| t.0.is_empty()) {
        problems.error(
            whole,
            "this letter goes to nobody",
            "add send-to = \"Grace\"",
        );
    }
    let text = |t: &Option<At<String>>| t.as_ref().map(|t| t.value.clone()).unwrap_or_default();
    if let Some(subject) = letter
        .subject
        .as_ref()
        .filter(|s| s.value.chars().any(char::is_control))
    {
        problems.error(
            subject.span,
            "a subject is one line",
            "put the rest into text",
        );
    }
    Does::Writes(Letter {
        to,
        subject: text(&letter.subject),
        text: text(&letter.text).replace("\r\n", "\n"),
        ..Letter::default()
    })
}

/// A person of a domain, or a mail address as it is.
fn recipient(name: &At<String>, scenario: &Scenario, problems: &mut Problems) -> Option<String> {
    let Some((local, domain)) = name.value.rsplit_once('@') else {
        let address = address_of(&name.value, scenario);
        if address.is_none() {
            let people = scenario.domains.iter().flat_map(|d| &d.people);
            let guess = did_you_mean(
                &name.value,
                people.map(|p| p.person.as_str()),
                "there are mailboxes of",
            );
            problems.error(
                name.span,
                format!("nobody called `{}` has a mailbox", short(&name.value)),
                format!("{guess} A mail address will do, too.").trim_start(),
            );
        }
        return address;
    };
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"._-+".contains(&b);
    if local.is_empty() || local.len() > 64 || !local.bytes().all(letters) || !is_example(domain) {
        problems.error(
            name.span,
            format!("`{}` is not an address to play with", short(&name.value)),
            "write one such as grace@example.net",
        );
        return None;
    }
    if scenario.domains.iter().all(|d| d.name != domain) {
        problems.warning(
            name.span,
            format!("nobody takes letters for `{domain}`"),
            "add it to [domains], unless that is the lesson",
        );
    }
    Some(name.value.clone())
}

fn captions(file: &ScenarioFile, scenario: &mut Scenario, problems: &mut Problems) {
    for caption in &file.captions {
        let (Some(moment), Some(say)) = (&caption.value.when, &caption.value.say) else {
            let missing = if caption.value.when.is_none() {
                "when"
            } else {
                "say"
            };
            problems.error(
                caption.span,
                format!("this caption has no `{missing}`"),
                "write when = \"laptop says RETR\" and say = \"…\"",
            );
            continue;
        };
        let words = say.value.split_whitespace().count();
        if words > MOST_WORDS {
            problems.error(
                say.span,
                format!("this caption has {words} words"),
                format!("say one idea in at most {MOST_WORDS}"),
            );
        } else if words == 0 {
            problems.error(say.span, "this caption says nothing", "write a few words");
        }
        match when::parse(&moment.value, scenario) {
            Ok(when) => scenario.captions.push(Caption {
                when,
                say: say.value.trim().to_owned(),
                span: moment.span,
            }),
            Err((message, help)) => problems.error(moment.span, message, help),
        }
    }
}
