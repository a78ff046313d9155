//! Whether a scenario makes sense: names meet, addresses fit, partners exist. What passes
//! is resolved: every default filled in, every name an index.

mod addresses;
mod domains;
mod faults;
mod firewall;
mod ftp;
mod kept;
mod letters;
mod lines;
mod links;
mod mail;
mod network;
mod people;
mod programs;
mod records;
mod routers;
mod routes;
mod segments;
mod stacks;
mod story;
#[cfg(test)]
mod tests;
mod when;
mod words;

use super::file::ScenarioFile;
use super::model::{Group, Names, Runs, Scenario};
use super::problem::{Problems, did_you_mean, short};
use super::value::{At, Many};
use crate::base::Span;

/// Resolves a file. What it answers is whole only if no problem was found.
pub(super) fn check(
    id: &str,
    text: &str,
    file: &ScenarioFile,
    problems: &mut Problems,
) -> Scenario {
    if file
        .title
        .as_ref()
        .is_none_or(|t| t.value.trim().is_empty())
    {
        let span = file.title.as_ref().map_or(Span::default(), |t| t.span);
        problems.error(
            span,
            "the scenario has no title",
            "begin with title = \"…\"",
        );
    }
    let mut scenario = Scenario {
        id: id.to_owned(),
        title: text_of(file.title.as_ref()),
        summary: text_of(file.summary.as_ref()),
        group: Group::Networks,
        lesson: None,
        level: file.level.as_ref().map(|l| l.value).unwrap_or_default(),
        symptoms: symptoms(file.symptoms.as_ref(), problems),
        ip: file.ip.as_ref().map(|i| i.value).unwrap_or_default(),
        arp: file.arp.as_ref().map(|a| a.value).unwrap_or_default(),
        names: Names::Hosts,
        nodes: Vec::new(),
        links: Vec::new(),
        domains: Vec::new(),
        knobs: Vec::new(),
        story: Vec::new(),
        captions: Vec::new(),
    };
    let hosts = network::read(text, file, &mut scenario, problems);
    if problems.failed() {
        return scenario;
    }
    programs::read(file, &hosts, &mut scenario, problems);
    course(file.course.as_ref(), &mut scenario, problems);
    story::read(file, &mut scenario, problems);
    scenario
}

fn text_of(text: Option<&At<String>>) -> String {
    text.map(|t| t.value.trim().to_owned()).unwrap_or_default()
}

/// How long what somebody sees may be, in letters: it is shown on one line.
const SYMPTOM: usize = 60;

/// What somebody sees who looks for this.
fn symptoms(file: Option<&Many<String>>, problems: &mut Problems) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for symptom in file.iter().flat_map(|all| &all.0) {
        let text = symptom.value.trim();
        let length = text.chars().count();
        let (what, todo) = if length == 0 {
            (
                "a symptom is empty",
                "write what somebody sees, or leave it out",
            )
        } else if length > SYMPTOM {
            (
                "a symptom is longer than 60 letters",
                "write what somebody would type to find it",
            )
        } else if known.iter().any(|other| other == text) {
            ("a symptom stands there twice", "leave it out")
        } else {
            known.push(text.to_owned());
            continue;
        };
        problems.error(symptom.span, what, todo);
    }
    known
}

/// `files 7`: a group, and the lesson's number.
fn course(course: Option<&At<String>>, scenario: &mut Scenario, problems: &mut Problems) {
    const GROUPS: [(&str, Group); 3] = [
        ("files", Group::Files),
        ("mail", Group::Mail),
        ("networks", Group::Networks),
    ];
    let Some(course) = course else {
        scenario.group = group_of(scenario);
        return;
    };
    let mut words = course.value.split_whitespace();
    let word = words.next().unwrap_or("");
    match GROUPS.iter().find(|(name, _)| *name == word) {
        Some((_, group)) => scenario.group = *group,
        None => problems.error(
            course.span,
            format!("there is no course `{}`", short(word)),
            did_you_mean(word, GROUPS.map(|(name, _)| name), "the courses are"),
        ),
    }
    match (words.next(), words.next()) {
        (None, _) => {}
        (Some(number), None) if number.parse::<u8>().is_ok_and(|n| n > 0) => {
            scenario.lesson = number.parse().ok();
        }
        _ => problems.error(
            course.span,
            "a lesson is a number from 1 to 255",
            format!("write \"{} 7\", or \"{}\" alone", short(word), short(word)),
        ),
    }
}

/// What a scenario is about, judged by its programs.
fn group_of(scenario: &Scenario) -> Group {
    let runs: Vec<&Runs> = scenario.hosts().flat_map(|(_, host)| &host.runs).collect();
    let asks_the_network =
        |r: &&Runs| matches!(r, Runs::Console | Runs::EchoServer | Runs::DiscardServer(_));
    if runs.iter().any(asks_the_network) {
        return Group::Networks;
    }
    match runs.first() {
        Some(Runs::FtpUser(_) | Runs::FtpServer(_) | Runs::WebPage(_) | Runs::Browser) => {
            Group::Files
        }
        Some(Runs::MailUser(_) | Runs::MailRobot(_) | Runs::MailServer(_)) => Group::Mail,
        _ => Group::Networks,
    }
}
