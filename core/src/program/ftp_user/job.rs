//! One typed line at work: its steps, one after the other, and what is tried again.

use super::listing::Look;
use super::moving::Transfer;
use super::{Control, DataType, Doing, FtpUser, Outcome, Request, files};
use crate::base::Duration;
use crate::proto::ftp::typed::{Line, Midway};
use crate::proto::ftp::{Command, Reply};
use std::collections::VecDeque;

/// A line at work.
#[derive(Debug)]
pub(super) struct Job {
    /// What was typed; none where nobody asked, and the program logs out by itself.
    pub(super) line: Option<Line>,
    pub(super) steps: VecDeque<Step>,
    /// The step that has begun.
    pub(super) step: Option<Step>,
    /// How often it was tried again.
    pub(super) retried: u32,
    /// Whether it stands for many: what fails of them does not stop the others.
    pub(super) many: bool,
    /// How many files or names it dealt with, and how many bytes of them.
    pub(super) done: u64,
    pub(super) bytes: u64,
    /// Of many: how many failed, and what was said of the first.
    pub(super) missed: u64,
    pub(super) first_missed: Option<(Option<u16>, String)>,
    /// What a list said, in words.
    pub(super) told: String,
    /// The last reply that ended something.
    pub(super) reply: Option<Reply>,
    /// What was said last when the session was lost: it may have been done, unheard.
    pub(super) unsure: Option<Command>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Open the control connection, and be greeted.
    Connect,
    /// USER, and PASS where it is asked for.
    LogIn,
    /// Go back to the folder where we were before the session was lost.
    Return(String),
    /// Say commands, each once the one before it went well.
    Say(Vec<Command>),
    /// MKD, where it does not matter whether the folder is there.
    MakeFolder(String),
    /// Fetch a list.
    Look(Look),
    /// Fetch a file.
    Fetch(Fetch),
    /// Bring a file.
    Bring(Bring),
    /// Do nothing.
    Wait(Duration),
    /// QUIT.
    Goodbye,
}

/// A file to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fetch {
    /// Its name on the server.
    pub(super) name: String,
    /// Its name here.
    pub(super) save_as: String,
    /// How much of it is here already.
    pub(super) from: u64,
    /// What happens when so much has come.
    pub(super) midway: Option<(Midway, u64)>,
}

/// A file to bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bring {
    /// Its name here.
    pub(super) name: String,
    /// Its name on the server.
    pub(super) to: String,
    /// Whether it goes behind what is there (APPE).
    pub(super) appends: bool,
    /// How much of it is there already.
    pub(super) from: u64,
    /// What happens when so much has gone.
    pub(super) midway: Option<(Midway, u64)>,
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Passing,
    Final,
}

impl Job {
    pub(super) fn new(line: Option<Line>, steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            line,
            steps: steps.into_iter().collect(),
            step: None,
            retried: 0,
            many: false,
            done: 0,
            bytes: 0,
            missed: 0,
            first_missed: None,
            told: String::new(),
            reply: None,
            unsure: None,
        }
    }

    /// Whether the step at hand may be done twice without harm.
    fn may_try_again(&self) -> bool {
        match (&self.line, &self.step) {
            (None | Some(Line::Quote(_) | Line::Quit | Line::Abort), _) => false,
            // What was added before the break would be added again.
            (_, Some(Step::Bring(bring))) => !bring.appends,
            _ => true,
        }
    }
}

impl Step {
    fn needs_session(&self, line: Option<&Line>) -> bool {
        match self {
            Self::Connect | Self::LogIn | Self::Wait(_) | Self::Goodbye => false,
            // These may be said to a server that does not know us yet.
            Self::Say(_) => !matches!(line, Some(Line::Quote(_))),
            _ => true,
        }
    }
}

impl FtpUser {
    /// Begins what comes next, where nothing goes on. Answers whether something began or ended.
    pub(super) fn move_on(&mut self) -> bool {
        if !matches!(self.doing, Doing::Nothing) {
            return false;
        }
        if let Some(job) = &mut self.job {
            match job.steps.pop_front() {
                Some(step) => self.begin(step),
                None => self.finish(),
            }
            return true;
        }
        match self.queue.pop_front() {
            Some(text) => self.read(&text),
            None if self.config.logs_out && self.is_up() => {
                self.job = Some(Job::new(None, [Step::Goodbye]));
            }
            None => return false,
        }
        true
    }

    fn begin(&mut self, step: Step) {
        let line = self.job.as_ref().and_then(|job| job.line.as_ref());
        let needs = step.needs_session(line);
        let quotes = matches!(line, Some(Line::Quote(_)));
        if needs && !self.is_logged_in() {
            return self.come_back(step);
        }
        if !needs && (quotes || step == Step::Goodbye) && !self.is_up() {
            let text = match step {
                Step::Goodbye => "There is no session to quit.".to_owned(),
                _ => self.no_session(),
            };
            return self.fail(Trouble::Final, None, text);
        }
        if step == Step::LogIn && !self.is_up() {
            self.push_first(&[Step::Connect, Step::LogIn]);
            return;
        }
        if let Some(job) = &mut self.job {
            job.step = Some(step.clone());
        }
        match step {
            Step::Connect => self.start_to_connect(),
            Step::LogIn => self.start_to_log_in(),
            Step::Return(folder) => self.say_first(Command::Cwd(folder)),
            Step::Say(commands) => {
                self.say_what_begins();
                if let Some(first) = commands.first() {
                    self.say_first(first.clone());
                }
            }
            Step::MakeFolder(path) => {
                self.change_files();
                self.say_first(Command::Mkd(path));
            }
            Step::Look(_) | Step::Fetch(_) | Step::Bring(_) => self.start_transfer(step),
            Step::Wait(time) => self.doing = Doing::Waiting(self.now + time),
            Step::Goodbye => {
                self.doing = Doing::Saying(0);
                self.say_goodbye();
            }
        }
    }

    fn say_first(&mut self, command: Command) {
        self.doing = Doing::Saying(0);
        self.command(command);
    }

    /// A step needs a session, and there is none: one that was lost is opened again, where
    /// the program may try again.
    fn come_back(&mut self, step: Step) {
        let retries = self.config.retries;
        let text = self.no_session();
        let Some(job) = &mut self.job else { return };
        let was_lost = self.session.lost.is_some();
        if !was_lost || (job.retried == 0 && retries == 0) {
            return self.fail(Trouble::Final, None, text);
        }
        let mut steps = vec![Step::Connect, Step::LogIn];
        let folder = std::mem::take(&mut self.session.folder);
        if !folder.is_empty() && !matches!(step, Step::Return(_)) {
            steps.push(Step::Return(folder));
        }
        steps.push(step);
        self.push_first(&steps);
    }

    fn push_first(&mut self, steps: &[Step]) {
        if let Some(job) = &mut self.job {
            for step in steps.iter().rev() {
                job.steps.push_front(step.clone());
            }
        }
    }

    fn no_session(&self) -> String {
        match &self.session.lost {
            Some(why) => format!("There is no session any more: type login first. ({why})"),
            None => "There is no session: type login first.".to_owned(),
        }
    }

    /// The step at hand went well.
    pub(super) fn step_done(&mut self) {
        self.doing = Doing::Nothing;
        if let Some(job) = &mut self.job {
            job.step = None;
        }
    }

    /// What was waited for is over: a pause, or the time before another try.
    pub(super) fn waited(&mut self) {
        self.step_done();
    }

    /// The step at hand failed. What may work later is tried again, as often as may be.
    pub(super) fn fail(&mut self, trouble: Trouble, code: Option<u16>, text: String) {
        let transfer = self.end_transfer();
        let text_type = self.wants == DataType::Ascii;
        let said = self.said_now();
        self.doing = Doing::Nothing;
        let Some(job) = &mut self.job else { return };
        let may = trouble == Trouble::Passing && job.may_try_again();
        if may && job.retried < self.config.retries {
            job.retried += 1;
            let tries = format!("{} of {}: {text}", job.retried + 1, self.config.retries + 1);
            job.unsure = said.filter(|_| code.is_none());
            if let Some(step) = job.step.take() {
                let step = again(step, transfer.as_deref(), text_type);
                job.steps.push_front(step);
            }
            self.note("try", tries);
            self.doing = Doing::Waiting(self.now + self.config.retry_after);
            return;
        }
        let still_up = matches!(&self.control, Control::Up(up) if !up.leaving && up.logged_in);
        let Some(job) = &mut self.job else { return };
        if job.many && still_up {
            job.step = None;
            job.missed += 1;
            job.first_missed.get_or_insert((code, text));
            return;
        }
        self.end(false, code, text);
        if !still_up {
            self.drop_lines();
        }
    }

    /// The command of a step that is open.
    fn said_now(&self) -> Option<Command> {
        let step = self.job.as_ref().and_then(|job| job.step.as_ref());
        match (&self.doing, step) {
            (Doing::Saying(at), Some(Step::Say(commands))) => commands.get(*at).cloned(),
            _ => None,
        }
    }

    /// Somebody thought better of what is to be tried again. False where nothing waits for that.
    pub(super) fn gives_up_trying(&mut self) -> bool {
        let tries = |job: &Job| job.step.is_none() && job.retried > 0;
        let waits = matches!(self.doing, Doing::Waiting(_)) && self.job.as_ref().is_some_and(tries);
        if waits {
            self.end(false, None, "It was not tried again.".to_owned());
            if !self.is_logged_in() {
                self.drop_lines();
            }
            let text = "Nothing more is tried.".to_owned();
            self.ask(Request::Outcome(Outcome {
                ok: true,
                code: None,
                text,
            }));
        }
        waits
    }

    /// Without a session nothing that was to follow can work, until the next login.
    fn drop_lines(&mut self) {
        let word = |line: &String| line.split_whitespace().next().map(str::to_owned);
        let login = |line: &String| word(line).as_deref() == Some("login");
        let Some(next) = self.queue.iter().position(login) else {
            return self.queue.clear();
        };
        let rest = self.queue.split_off(next);
        self.queue
            .retain(|line| matches!(word(line).as_deref(), Some("wait" | "mode" | "type")));
        self.queue.extend(rest);
    }

    /// The line has come to its end, one way or the other.
    pub(super) fn end(&mut self, ok: bool, code: Option<u16>, text: String) {
        self.doing = Doing::Nothing;
        let Some(job) = self.job.take() else { return };
        let mut text = text;
        if job.retried > 0 {
            self.note("try", "");
            text = format!("{} (try {})", text, job.retried + 1);
        }
        // Nobody asked for a logging out that goes well, so nobody is told.
        if job.line.is_some() || !ok {
            self.ask(Request::Outcome(Outcome { ok, code, text }));
        }
    }
}

/// The step as it is tried again: what has come of a file need not come twice.
/// A text comes anew: its line ends may change here or there, and nobody knows where in it to
/// go on.
fn again(step: Step, transfer: Option<&Transfer>, text_type: bool) -> Step {
    match (step, transfer) {
        (Step::Fetch(fetch), Some(transfer)) => {
            let from = if text_type { 0 } else { transfer.reached() };
            Step::Fetch(Fetch { from, ..fetch })
        }
        (step, _) => step,
    }
}

/// Where a file is saved that nobody gave another name.
pub(super) fn own_name(name: &str) -> String {
    files::last_name(name).to_owned()
}
