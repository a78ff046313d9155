//! What each typed line is made of.

use super::job::{Bring, Fetch, Job, Step, own_name};
use super::listing::{By, Look};
use super::{DataMode, DataType, FtpUser, Outcome, Request, files};
use crate::proto::ftp::listed::{is_pattern, matches};
use crate::proto::ftp::typed::{self, Line, Midway};
use crate::proto::ftp::{Command, Form, TypeCode, emit, parse};

/// What happens midway, and when.
type Midways = Option<(Midway, u64)>;

impl FtpUser {
    /// Begins a line, or says at once what came of it.
    pub(super) fn read(&mut self, text: &str) {
        let line = match typed::parse(text) {
            Ok(line) => line,
            Err(fault) => {
                let mut text = format!("{}: {}.", fault.message, fault.help);
                if let Some(first) = text.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                return self.at_once(false, text);
            }
        };
        match self.plan(&line) {
            Ok(steps) => {
                let many = match &line {
                    Line::Get { name, .. } | Line::Put { name, .. } | Line::Delete(name) => {
                        is_pattern(name) || name.ends_with('/')
                    }
                    _ => false,
                };
                let mut job = Job::new(Some(line), steps);
                job.many = many;
                self.job = Some(job);
            }
            Err((ok, text)) => self.at_once(ok, text),
        }
    }

    fn at_once(&mut self, ok: bool, text: String) {
        let code = None;
        self.ask(Request::Outcome(Outcome { ok, code, text }));
    }

    /// The steps of a line, or what came of it at once.
    fn plan(&mut self, line: &Line) -> Result<Vec<Step>, (bool, String)> {
        let say = |command: Command| Ok(vec![Step::Say(vec![command])]);
        let look = |path: &str, by: By| Ok(vec![Step::Look(Look::new(path, by))]);
        match line {
            Line::Login { user, password } => self.plan_login(user.as_deref(), password.as_deref()),
            Line::Cd(path) if path == ".." => say(Command::Cdup),
            Line::Cd(path) => say(Command::Cwd(path.clone())),
            Line::Pwd => say(Command::Pwd),
            Line::Ls(path) => look(path, By::Facts),
            Line::Dir(path) => look(path, By::List),
            Line::Names(path) => look(path, By::Names),
            Line::Get {
                name,
                save_as,
                midway,
            } => Ok(plan_get(name, save_as.as_deref(), *midway)),
            Line::Put {
                name,
                save_as,
                midway,
            } => self.plan_put(name, save_as.as_deref(), *midway),
            Line::Append { name, to } => self.bring(name, to, true),
            Line::Resume(name) => self.plan_resume(name),
            Line::ResumePut(name) => {
                let _ = self.own_file(name)?;
                Ok(self.measure(own_name(name)))
            }
            Line::Rename { from, to } => Ok(rename(from, to.clone())),
            Line::Move { name, to } => Ok(rename(name, inside(to, &own_name(name)))),
            Line::Delete(name) if is_pattern(name) => Ok(vec![Step::Look(Look::among(name, None))]),
            Line::Delete(name) => say(Command::Dele(name.clone())),
            Line::Mkdir(name) => say(Command::Mkd(name.clone())),
            Line::Rmdir(name) => say(Command::Rmd(name.clone())),
            Line::Size(name) => Ok(self.measure(name.clone())),
            Line::Time(name) => say(Command::Mdtm(name.clone())),
            Line::Status => say(Command::Stat(String::new())),
            Line::Features => say(Command::Feat),
            Line::System => say(Command::Syst),
            Line::Help => say(Command::Help(String::new())),
            Line::Mode(mode) => Err((true, self.choose_mode(*mode))),
            Line::Type(wanted) => self.plan_type(*wanted),
            Line::Abort if !self.is_logged_in() => {
                Err((false, "There is nothing to break off.".to_owned()))
            }
            Line::Abort => say(Command::Abor),
            Line::Quote(text) => say(quoted(text)),
            Line::Wait(time) => Ok(vec![Step::Wait(*time)]),
            Line::Quit => Ok(vec![Step::Goodbye]),
        }
    }

    fn plan_login(
        &mut self,
        user: Option<&str>,
        password: Option<&str>,
    ) -> Result<Vec<Step>, (bool, String)> {
        if self.is_logged_in() && user.is_none() && password.is_none() {
            return Err((true, "Already logged in.".to_owned()));
        }
        let guest = matches!(user, Some("anonymous" | "ftp"));
        self.session.user = user.unwrap_or(&self.config.user).to_owned();
        // A guest's password is whatever they like (RFC 1635).
        self.session.password = match password {
            Some(password) => password.to_owned(),
            None if guest => "guest".to_owned(),
            None => self.config.password.clone(),
        };
        self.session.lost = None;
        self.session.folder.clear();
        Ok(match self.is_up() {
            true => vec![Step::LogIn],
            false => vec![Step::Connect, Step::LogIn],
        })
    }

    fn choose_mode(&mut self, mode: DataMode) -> String {
        self.mode = mode;
        if self.is_logged_in() {
            self.note_mode();
        }
        match mode {
            DataMode::Active => "The server opens data connections from now on.",
            DataMode::Passive => "The client opens data connections from now on.",
            DataMode::Extended => "The client opens data connections from now on, with EPSV.",
        }
        .to_owned()
    }

    pub(super) fn note_mode(&mut self) {
        let mode = match self.mode {
            DataMode::Active => "active",
            DataMode::Passive => "passive",
            DataMode::Extended => "extended",
        };
        self.note("mode", mode);
    }

    fn plan_type(&mut self, wanted: DataType) -> Result<Vec<Step>, (bool, String)> {
        self.wants = wanted;
        if !self.is_logged_in() || self.session.agreed == Some(wanted) {
            return Err((true, super::words::type_chosen(wanted)));
        }
        Ok(vec![Step::Say(vec![Command::Type(type_code(wanted))])])
    }

    fn plan_put(
        &self,
        name: &str,
        save_as: Option<&str>,
        midway: Midways,
    ) -> Result<Vec<Step>, (bool, String)> {
        let bring = |path: &str, to: String| {
            Step::Bring(Bring {
                name: path.trim_start_matches('/').to_owned(),
                to,
                appends: false,
                from: 0,
                midway,
            })
        };
        if name.ends_with('/') {
            return self.plan_folder(name, save_as, bring);
        }
        if !is_pattern(name) {
            let _ = self.own_file(name)?;
            let to = save_as.map_or_else(|| own_name(name), str::to_owned);
            return Ok(vec![bring(name, to)]);
        }
        let (folder, pattern) = parted(name);
        let names = self.files.list(folder);
        let names = names.filter(|(name, entry)| !entry.is_folder() && matches(pattern, name));
        let steps: Vec<Step> = names
            .map(|(name, _)| bring(&inside(folder, name), inside(save_as.unwrap_or(""), name)))
            .collect();
        match steps.is_empty() {
            true => Err((false, format!("No file here is like {name}."))),
            false => Ok(steps),
        }
    }

    /// A folder, and all that is in it: folders come before what lies in them.
    fn plan_folder(
        &self,
        name: &str,
        save_as: Option<&str>,
        bring: impl Fn(&str, String) -> Step,
    ) -> Result<Vec<Step>, (bool, String)> {
        let folder = files::normalise(name);
        if !self.files.is_folder(&folder) {
            return Err((false, format!("There is no folder {name} here.")));
        }
        let to = save_as.unwrap_or(files::last_name(&folder));
        let mut steps = Vec::new();
        if !to.trim_matches('/').is_empty() {
            steps.push(Step::MakeFolder(to.trim_end_matches('/').to_owned()));
        }
        let before = match folder.as_str() {
            "/" => "/".to_owned(),
            folder => format!("{folder}/"),
        };
        for (path, entry) in self.files.iter() {
            let Some(rest) = path.strip_prefix(&before) else {
                continue;
            };
            let there = inside(to, rest);
            steps.push(match entry.is_folder() {
                true => Step::MakeFolder(there),
                false => bring(path, there),
            });
        }
        Ok(steps)
    }

    fn bring(&self, name: &str, to: &str, appends: bool) -> Result<Vec<Step>, (bool, String)> {
        let _ = self.own_file(name)?;
        Ok(vec![Step::Bring(Bring {
            name: name.to_owned(),
            to: to.to_owned(),
            appends,
            from: 0,
            midway: None,
        })])
    }

    /// How long the file is that the person means.
    fn own_file(&self, name: &str) -> Result<u64, (bool, String)> {
        let file = self.files.get(name).map(crate::base::Content::len);
        file.ok_or_else(|| (false, format!("There is no file {name} here.")))
    }

    /// Asks how long a file is as it stands: as text it may be longer (RFC 3659 §4.1).
    fn measure(&self, name: String) -> Vec<Step> {
        let mut commands = Vec::new();
        if self.session.agreed != Some(DataType::Binary) {
            commands.push(Command::Type(TypeCode::Image));
        }
        commands.push(Command::Size(name));
        vec![Step::Say(commands)]
    }

    fn plan_resume(&self, name: &str) -> Result<Vec<Step>, (bool, String)> {
        let save_as = own_name(name);
        let from = self
            .files
            .get(&save_as)
            .map_or(0, crate::base::Content::len);
        if from > 0 && self.wants == DataType::Ascii {
            let text = "A text whose line ends may change has no place to go on from: \
                        type binary goes on, get fetches it anew.";
            return Err((false, text.to_owned()));
        }
        Ok(vec![Step::Fetch(Fetch {
            name: name.to_owned(),
            save_as,
            from,
            midway: None,
        })])
    }
}

fn plan_get(name: &str, save_as: Option<&str>, midway: Midways) -> Vec<Step> {
    if name.ends_with('/') {
        let path = name.trim_end_matches('/');
        let into = save_as.unwrap_or(files::last_name(name)).to_owned();
        let path = if path.is_empty() { "/" } else { path };
        return vec![Step::Look(Look::below(path, into))];
    }
    if is_pattern(name) {
        let into = save_as.unwrap_or("").to_owned();
        return vec![Step::Look(Look::among(name, Some(into)))];
    }
    vec![Step::Fetch(Fetch {
        name: name.to_owned(),
        save_as: save_as.map_or_else(|| own_name(name), str::to_owned),
        from: 0,
        midway,
    })]
}

fn rename(from: &str, to: String) -> Vec<Step> {
    let commands = vec![Command::Rnfr(from.to_owned()), Command::Rnto(to)];
    vec![Step::Say(commands)]
}

/// A command as it was typed. One that would be written in another way goes as it stands.
fn quoted(text: &str) -> Command {
    let line = parse::command(text.as_bytes());
    match line.command {
        Ok(command) if emit::command_text(&command) == text => command,
        _ => {
            let (verb, argument) = text.split_once(' ').unwrap_or((text, ""));
            Command::Unknown {
                verb: verb.to_owned(),
                argument: argument.to_owned(),
            }
        }
    }
}

/// How a type is asked for.
pub(super) fn type_code(wanted: DataType) -> TypeCode {
    match wanted {
        DataType::Binary => TypeCode::Image,
        DataType::Ascii => TypeCode::Ascii(Form::NonPrint),
    }
}

/// A name in a folder.
pub(super) fn inside(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder if folder.ends_with('/') => format!("{folder}{name}"),
        folder => format!("{folder}/{name}"),
    }
}

/// A path's folder, and its last name.
pub(super) fn parted(path: &str) -> (&str, &str) {
    match path.rfind('/') {
        Some(0) => ("/", &path[1..]),
        Some(at) => (&path[..at], &path[at + 1..]),
        None => ("", path),
    }
}
