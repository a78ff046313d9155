//! What people do, and what is said about it.

use super::{letters, lines, when};
use crate::base::Span;
use crate::base::units::parse_time;
use crate::base::{Duration, HostId};
use crate::scenario::file::{RunsWord, ScenarioFile, StoryValue};
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
    let robot = |runs: &Runs| matches!(runs, Runs::MailRobot(user) if !user.sends.is_empty());
    let robots = scenario
        .hosts()
        .any(|(_, host)| host.runs.iter().any(robot));
    if file.story.is_empty() && !robots && !problems.failed() {
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
            // Of who was refused all is said already.
            let mut files = file.hosts.iter().flat_map(|hosts| &hosts.0);
            let is_seated = |person: &At<String>| person.value == name.value;
            if !files.any(|(_, file)| file.person.as_ref().is_some_and(is_seated)) {
                nobody(name, scenario, problems);
            }
            continue;
        };
        let types = matches!(value.value, StoryValue::Lines(_));
        let node = &scenario.nodes[id.index()].name;
        let (wanted, able) = able(file, node, host, types);
        if wanted == 0 {
            unable(name, node, types, problems);
        }
        // Of programs that were refused all is said already.
        if able == 0 || able < wanted {
            continue;
        }
        let does = match &value.value {
            StoryValue::Lines(lines) => {
                lines::read(lines, value.span, host, file, scenario, problems)
            }
            StoryValue::Letter(letter) => {
                let letter = letters::written(letter, value.span, host, scenario, problems);
                Does::Writes(letter)
            }
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

/// How many programs of a host do what its person wants: as the file names them, and as they
/// run.
fn able(file: &ScenarioFile, node: &str, host: &Host, types: bool) -> (usize, usize) {
    let mut files = file.hosts.iter().flat_map(|hosts| &hosts.0);
    let file = files.find(|(name, _)| name.value == node);
    let words = file.iter().flat_map(|(_, file)| &file.runs);
    let wanted = words.flat_map(|runs| &runs.0).filter(|r| match r.value {
        RunsWord::FtpClient | RunsWord::Console | RunsWord::Browser | RunsWord::MailServer => types,
        RunsWord::MailClient => true,
        _ => false,
    });
    let able = host.runs.iter().filter(|r| match r {
        Runs::FtpUser(_) | Runs::Console | Runs::Browser | Runs::MailServer(_) => types,
        Runs::MailUser(_) => true,
        _ => false,
    });
    (wanted.count(), able.count())
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
        "an \"ftp client\", a \"mail client\", a \"browser\" or a \"console\""
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
