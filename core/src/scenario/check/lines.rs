//! Lines that people type: whether a program of their host understands them, and has what
//! they name.

use super::kept::folders;
use super::letters::{attached, recipient};
use crate::base::{HostId, Span};
use crate::proto::ftp::typed::{self, Line as FtpLine};
use crate::proto::mail::typed::Line;
use crate::proto::{console, http, mail};
use crate::scenario::file::{ScenarioFile, StoryValue};
use crate::scenario::model::{Does, File, FtpUser, Host, MailUser, Names, Runs, Scenario};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::{At, Many};

/// What somebody at a host types.
pub(super) fn read(
    lines: &[At<String>],
    whole: Span,
    host: &Host,
    file: &ScenarioFile,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Does {
    if lines.is_empty() {
        problems.error(
            whole,
            "there is nothing to type",
            "write [\"login\", \"get report.pdf\"]",
        );
    }
    for line in lines {
        let span = if line.span == Span::default() {
            whole
        } else {
            line.span
        };
        if line.value.trim().is_empty() || line.value.chars().any(char::is_control) {
            problems.error(
                span,
                "this is not a line to type",
                "write one command on one line",
            );
            continue;
        }
        match host.served_by(&line.value).map(|index| &host.runs[index]) {
            Some(Runs::Browser) => at_browser(line, span, scenario, problems),
            Some(Runs::Console) => at_console(line, span, scenario, problems),
            Some(Runs::FtpUser(user)) => at_ftp_client(line, span, user, file, scenario, problems),
            Some(Runs::MailUser(user)) => at_mail(line, span, Some(user), scenario, problems),
            Some(Runs::MailServer(_)) => at_mail(line, span, None, scenario, problems),
            _ => {}
        }
    }
    Does::Types(lines.iter().map(|l| l.value.trim().to_owned()).collect())
}

/// Whether a console understands a line, and knows the host that it names.
fn at_console(line: &At<String>, span: Span, scenario: &Scenario, problems: &mut Problems) {
    let told = match console::parse(&line.value) {
        Ok(line) => line,
        Err(fault) => {
            let help = meant(&line.value, &console::WORDS, fault.help);
            problems.error(span, fault.message, help);
            return;
        }
    };
    if let Some(host) = told.host() {
        is_known(host, span, scenario, problems);
    }
}

/// Whether a browser understands a line, and the host that it names is there.
fn at_browser(line: &At<String>, span: Span, scenario: &Scenario, problems: &mut Problems) {
    match http::typed::parse(&line.value) {
        Ok(url) => is_known(&url.host, span, scenario, problems),
        Err(fault) => {
            let help = meant(&line.value, &http::typed::WORDS, fault.help);
            problems.error(span, fault.message, help);
        }
    }
}

/// Whether a mail client understands a line, and there is what it names; or without one, whether
/// it can be typed where mailboxes lie.
fn at_mail(
    line: &At<String>,
    span: Span,
    user: Option<&MailUser>,
    scenario: &Scenario,
    problems: &mut Problems,
) {
    let at_server = user.is_none();
    let words: &[&str] = match at_server {
        true => &mail::typed::AT_SERVER,
        false => &mail::typed::WORDS,
    };
    let told = match mail::typed::parse(&line.value) {
        Ok(told) => told,
        Err(fault) => {
            let help = meant(&line.value, words, fault.help);
            return problems.error(span, fault.message, help);
        }
    };
    let is_understood = match told {
        Line::Mail => at_server,
        Line::Read(_) => true,
        Line::Send(_) | Line::Retry | Line::Fetch | Line::List | Line::Delete(_) => !at_server,
    };
    if !is_understood {
        problems.error(
            span,
            format!("`{}` is not typed here", short(&line.value)),
            format!("there are: {}", words.join(", ")),
        );
    } else if let Line::Send(letter) = told {
        for value in letter.to {
            recipient(&At { value, span }, scenario, problems);
        }
        let names = letter.attach.into_iter().map(|value| At { value, span });
        let files = user.map_or(&[][..], |user| &user.files);
        attached(Some(&Many(names.collect())), files, problems);
    }
}

/// Tells a host that nobody knows.
fn is_known(host: &str, span: Span, scenario: &Scenario, problems: &mut Problems) {
    let known = || scenario.nodes.iter().filter(|n| n.kind.has_address());
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let mut ids = (0..scenario.nodes.len()).map(HostId::from_index);
    // What a name server knows besides is the lesson's.
    let is_known = known().any(|node| node.name.eq_ignore_ascii_case(host))
        || ids.any(|id| scenario.full_name(id) == name)
        || (scenario.names == Names::Dns && name.contains('.'))
        || scenario.domains.iter().any(|domain| domain.name == name);
    if !is_known && host.parse::<std::net::IpAddr>().is_err() {
        problems.error(
            span,
            format!("there is no host `{}`", short(host)),
            did_you_mean(host, known().map(|n| n.name.as_str()), "the hosts are"),
        );
    }
}

/// The word that may have been meant at the beginning of a line, or the help that there is.
fn meant(line: &str, words: &[&str], help: String) -> String {
    let word = line.split_whitespace().next().unwrap_or("");
    match did_you_mean(word, words.iter().copied(), "") {
        guess if guess.starts_with("did") && !words.contains(&word) => guess,
        _ => help,
    }
}

/// Whether an FTP client understands a line, and somebody has what it names.
fn at_ftp_client(
    line: &At<String>,
    span: Span,
    user: &FtpUser,
    file: &ScenarioFile,
    scenario: &Scenario,
    problems: &mut Problems,
) {
    let told = match typed::parse(&line.value) {
        Ok(told) => told,
        Err(fault) => {
            let help = meant(&line.value, &typed::WORDS, fault.help);
            problems.error(span, fault.message, help);
            return;
        }
    };
    let runs = scenario.host(user.server).map_or(&[][..], |h| &h.runs);
    let served = runs.iter().find_map(|r| match r {
        Runs::FtpServer(ftp) => Some(&ftp.files[..]),
        _ => None,
    });
    let (name, kept, own) = match &told {
        FtpLine::Get { name, .. } | FtpLine::Resume(name) => (name, served.unwrap_or(&[]), false),
        FtpLine::Put { name, .. } | FtpLine::Append { name, .. } | FtpLine::ResumePut(name) => {
            (name, &user.files[..], true)
        }
        _ => return,
    };
    if is_there(name, kept, own, file, scenario) {
        return;
    }
    // A file that is not there may be the lesson, or a slip.
    let holder = match own {
        true => "this ftp client".to_owned(),
        false => format!("`{}`", scenario.nodes[user.server.index()].name),
    };
    let (what, names) = match name.ends_with('/') {
        true => ("folder", folders(kept)),
        false => {
            let files = kept.iter().filter(|f| f.content.is_some());
            ("file", files.map(|f| f.name.as_str()).collect())
        }
    };
    let mut help = did_you_mean(name, names, &format!("its {what}s are"));
    if help.is_empty() {
        help = format!(
            "add files = {{ \"{}\" = \"40 kB\" }} to its host",
            short(name)
        );
    }
    problems.warning(
        span,
        format!("{holder} has no {what} `{}`", short(name)),
        help,
    );
}

/// Whether something of this name lies somewhere, or the story may bring it there.
fn is_there(
    name: &str,
    kept: &[File],
    own: bool,
    file: &ScenarioFile,
    scenario: &Scenario,
) -> bool {
    let last = last_name(name);
    let folder = name.ends_with('/');
    if last.contains(['*', '?']) || ["", ".", ".."].contains(&last) {
        return true;
    }
    let lies = |files: &[File]| match folder {
        true => folders(files).iter().any(|f| last_name(f) == last),
        false => files
            .iter()
            .any(|f| f.content.is_some() && last_name(&f.name) == last),
    };
    if lies(kept) {
        return true;
    }
    // What it fetches or gives another name is its own by then, and what others bring is the
    // server's.
    let told = file.story.iter().flat_map(|entry| &entry.0);
    let told = told.filter_map(|(_, value)| match &value.value {
        StoryValue::Lines(lines) => Some(lines),
        StoryValue::Letter(_) => None,
    });
    let mut told = told
        .flatten()
        .filter_map(|line| typed::parse(&line.value).ok());
    let comes = told.any(|line| match line {
        FtpLine::Get { name, save_as, .. } if own => {
            let name = save_as.unwrap_or(name);
            last_name(&name) == last || name.contains(['*', '?']) || name.ends_with('/')
        }
        FtpLine::Put { save_as, .. } if !own => {
            save_as.is_some_and(|name| last_name(&name) == last)
        }
        FtpLine::Append { to, .. } | FtpLine::Rename { to, .. } if !own => last_name(&to) == last,
        FtpLine::Mkdir(name) if !own => folder && last_name(&name) == last,
        _ => false,
    });
    let brought = |(_, host): (_, &Host)| {
        let mut users = host.runs.iter();
        users.any(|r| matches!(r, Runs::FtpUser(user) if lies(&user.files)))
    };
    comes || (!own && scenario.hosts().any(brought))
}

fn last_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}
