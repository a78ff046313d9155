//! How a line ended, in plain words.

use super::job::{Job, Step};
use super::{DataType, FtpUser};
use crate::proto::ftp::listed::moment;
use crate::proto::ftp::typed::Line;
use crate::proto::ftp::{Command, Reply};
use std::net::SocketAddr;

/// So many letters of a server's words are told.
const LETTERS: usize = 200;

impl FtpUser {
    /// No step is left: the line has come to its end.
    pub(super) fn finish(&mut self) {
        let Some(job) = &self.job else { return };
        let code = job.reply.as_ref().map(|reply| reply.code);
        if let Some((first_code, first)) = &job.first_missed {
            let first_code = *first_code;
            let done = self.done_words(job);
            let text = match (job.done, job.missed) {
                (0, 1) => first.clone(),
                (0, missed) => format!("Nothing of {missed} went well. First: {first}"),
                (_, missed) => format!("{done} {missed} did not go well. First: {first}"),
            };
            return self.end(false, first_code, text);
        }
        let nothing = match (&job.line, job.done) {
            (Some(Line::Get { name, .. } | Line::Delete(name)), 0) if !name.ends_with('/') => {
                Some(format!("No file there is like {name}."))
            }
            _ => None,
        };
        if let Some(text) = nothing {
            return self.end(false, code, text);
        }
        let mut text = self.done_words(job);
        // What moves a file says itself what was told meanwhile; a list is nothing else.
        let says = matches!(
            job.line,
            Some(
                Line::Rename { .. }
                    | Line::Move { .. }
                    | Line::Delete(_)
                    | Line::Mkdir(_)
                    | Line::Rmdir(_)
            )
        );
        if says && !job.told.is_empty() {
            text = format!("{text} {}", job.told);
        }
        self.end(true, code, text);
    }

    fn done_words(&self, job: &Job) -> String {
        let reply = job.reply.as_ref();
        let Some(line) = &job.line else {
            return "Logged out.".to_owned();
        };
        match line {
            Line::Get { .. } | Line::Put { .. } | Line::Append { .. } => moved(job, line),
            Line::Resume(_) | Line::ResumePut(_) => moved(job, line),
            Line::Ls(_) | Line::Dir(_) | Line::Names(_) => job.told.clone(),
            Line::Login { .. } => format!("Logged in as {}.", self.session.user),
            Line::Cd(_) | Line::Pwd => format!("The folder is {}.", self.folder()),
            Line::Rename { from, to } => format!("Renamed {from} to {to}."),
            Line::Move { name, to } => format!("Moved {name} to {to}."),
            Line::Delete(_) if job.many => format!("Deleted {}.", amount(job.done, "file")),
            Line::Delete(name) => format!("Deleted {name}."),
            Line::Mkdir(name) => format!("Made the folder {name}."),
            Line::Rmdir(name) => format!("Removed the folder {name}."),
            Line::Size(name) => match reply.and_then(size) {
                Some(size) => format!("{name} has {}.", amount(size, "byte")),
                None => says(reply),
            },
            Line::Time(name) => match reply.and_then(|reply| moment(reply.text().trim())) {
                Some(time) => format!("{name} was changed at {time}."),
                None => says(reply),
            },
            Line::Status | Line::Features | Line::System | Line::Help => says(reply),
            Line::Quote(_) => says(reply).replacen("says", "answered", 1),
            Line::Abort => says(reply),
            Line::Type(wanted) => type_chosen(*wanted),
            Line::Mode(_) => String::new(),
            Line::Wait(_) => "Waited.".to_owned(),
            Line::Quit => "Logged out.".to_owned(),
        }
    }

    /// What did not work where a command is refused.
    pub(super) fn refusal(&self, to: &Command) -> String {
        let line = self.job.as_ref().and_then(|job| job.line.as_ref());
        let step = self.job.as_ref().and_then(|job| job.step.as_ref());
        if let Some(Step::Return(folder)) = step {
            return format!("The way back to {folder} failed");
        }
        match (line, to) {
            (_, Command::Dele(name)) => format!("{name} was not deleted"),
            (Some(Line::Cd(name)), _) => format!("The folder {name} was not entered"),
            (Some(Line::Rename { from: name, .. }), _) => format!("{name} was not renamed"),
            (Some(Line::Move { name, .. }), _) => format!("{name} was not moved"),
            (Some(Line::Mkdir(name)), _) => format!("The folder {name} was not made"),
            (Some(Line::Rmdir(name)), _) => format!("The folder {name} was not removed"),
            (Some(Line::Size(name)), _) => format!("The size of {name} was not told"),
            (Some(Line::Time(name)), _) => format!("The time of {name} was not told"),
            _ => format!("The server refused {}", to.verb()),
        }
    }

    /// Says what begins with the first command of a line.
    pub(super) fn say_what_begins(&mut self) {
        let line = self.job.as_ref().and_then(|job| job.line.as_ref());
        match line {
            Some(
                Line::Cd(_)
                | Line::Pwd
                | Line::Size(_)
                | Line::Time(_)
                | Line::Status
                | Line::Features
                | Line::System
                | Line::Help,
            ) => self.look_around(),
            Some(
                Line::Rename { .. }
                | Line::Move { .. }
                | Line::Delete(_)
                | Line::Mkdir(_)
                | Line::Rmdir(_),
            ) => self.change_files(),
            _ => {}
        }
    }

    /// Says that looking around, or changing files, begins, where it has not.
    pub(super) fn look_around(&mut self) {
        if self.phase != "look around" {
            self.phase("look around");
        }
    }

    pub(super) fn change_files(&mut self) {
        if self.phase != "change files" {
            self.phase("change files");
        }
    }
}

/// What was fetched or brought.
fn moved(job: &Job, line: &Line) -> String {
    let (files, bytes) = (job.done, amount(job.bytes, "byte"));
    let text = match line {
        Line::Get { .. } if job.many => format!("Got {}, {bytes}.", amount(files, "file")),
        Line::Put { .. } if job.many => format!("Put {}, {bytes}.", amount(files, "file")),
        Line::Get { name, .. } | Line::Resume(name) => format!("Got {name}, {bytes}."),
        Line::Put { name, .. } | Line::ResumePut(name) => format!("Put {name}, {bytes}."),
        Line::Append { name, to } => format!("Added {name} to {to}, {bytes}."),
        _ => String::new(),
    };
    match job.told.as_str() {
        "" => text,
        told => format!("{text} {told}"),
    }
}

fn says(reply: Option<&Reply>) -> String {
    match reply {
        Some(reply) => super::dialogue::sentence("The server says", reply),
        None => "The server said nothing.".to_owned(),
    }
}

/// The number that answers SIZE.
pub(super) fn size(reply: &Reply) -> Option<u64> {
    reply.text().trim().parse().ok()
}

pub(super) fn type_chosen(wanted: DataType) -> String {
    match wanted {
        DataType::Ascii => "Files go as text from now on.",
        DataType::Binary => "Files go byte for byte from now on.",
    }
    .to_owned()
}

/// `1 file`, `3 files`.
pub(super) fn amount(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// `192.0.2.11 port 21`.
pub(super) fn at(to: SocketAddr) -> String {
    format!("{} port {}", to.ip(), to.port())
}

/// As much of a text as is told.
pub(super) fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
