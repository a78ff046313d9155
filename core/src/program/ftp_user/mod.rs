//! A person's FTP program: does what is typed, line after line.
//!
//! `proto/ftp/typed` is what may be typed. Each line becomes steps (`plan`), and ends with one
//! outcome (`words`). What fails for the moment is tried again, where the program is told to.
//! When nothing is left to do it logs out by itself.

mod control;
mod data;
mod dialogue;
mod job;
mod listing;
mod midway;
mod moving;
mod plan;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_files;
#[cfg(test)]
mod tests_harm;
#[cfg(test)]
mod tests_midway;
mod transfer;
mod words;

use super::contract::{
    CloseReason, Input, Kept, NameAnswer, NameError, NameKind, Outcome, Program, Request, Token,
    Turn,
};
use super::files::{self, Files, LineEnds};
use crate::base::{ConnId, Content, Duration, Time};
use crate::proto::engine::Engine;
use crate::proto::ftp::typed;
pub use crate::proto::ftp::typed::{DataMode, DataType};
use crate::proto::ftp::{Client, Command};
use job::Job;
use moving::Transfer;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// What the program is told before it starts.
#[derive(Clone, Debug)]
pub struct FtpUserConfig {
    /// The server's name or address.
    pub server: String,
    /// Who logs in.
    pub user: String,
    /// With which password.
    pub password: String,
    /// Which side opens data connections, until the person says otherwise.
    pub mode: DataMode,
    /// What PORT and EPRT name instead of the host's own address.
    pub announces: Option<IpAddr>,
    /// Whether it connects to whatever address a 227 names; otherwise to the server's own.
    pub trusts: bool,
    /// How often it tries again what failed for the moment: a lost connection, a 4yz.
    pub retries: u32,
    /// How long it waits before it does.
    pub retry_after: Duration,
    /// The files it has to bring.
    pub files: Files,
    /// How lines of text end in its files.
    pub line_ends: LineEnds,
    /// How long it waits when nothing comes.
    pub patience: Duration,
    /// Whether it logs out once nothing is left to do.
    pub logs_out: bool,
}

impl Default for FtpUserConfig {
    fn default() -> Self {
        Self {
            server: String::new(),
            user: "anonymous".to_owned(),
            password: "guest".to_owned(),
            mode: DataMode::default(),
            announces: None,
            trusts: true,
            retries: 0,
            retry_after: Duration::from_secs(5),
            files: Files::new(),
            line_ends: LineEnds::default(),
            patience: Duration::from_secs(120),
            logs_out: true,
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct FtpUser {
    config: FtpUserConfig,
    files: Files,
    now: Time,
    /// Lines that wait for those before them.
    queue: VecDeque<String>,
    job: Option<Job>,
    doing: Doing,
    control: Control,
    session: SessionState,
    /// What the person chose.
    mode: DataMode,
    wants: DataType,
    /// When the program stops waiting for whatever it waits for.
    deadline: Option<Time>,
    /// What the next bytes on the control connection say.
    turn: Option<Turn>,
    /// The phase that was begun last.
    phase: &'static str,
    last_token: Token,
    requests: VecDeque<Request>,
}

/// What the program is about.
#[derive(Debug)]
enum Doing {
    /// Nothing: the next step may begin.
    Nothing,
    /// The control connection is being opened.
    Connecting,
    /// USER, PASS.
    LoggingIn,
    /// The command of this number in the step.
    Saying(usize),
    /// A file or a list is on its way.
    Moving(Box<Transfer>),
    /// It waits until then, since it was told to, or before it tries again.
    Waiting(Time),
}

/// What is known of a session, and of the server.
#[derive(Debug, Default)]
struct SessionState {
    /// Who logs in.
    user: String,
    password: String,
    /// The folder, as seen from where the login led to; from the root where it begins with `/`.
    folder: String,
    /// The folder that the login led to, once the server said it.
    home: Option<String>,
    /// The type that the server agreed to; at first it is ASCII, by itself (RFC 959 §3.1.1.1).
    agreed: Option<DataType>,
    /// Who is there, and where, was noted.
    noted: bool,
    /// The server has refused EPSV.
    no_extended: bool,
    /// The server has refused MLSD.
    no_facts: bool,
    /// Somebody was logged in, and the session was lost: why.
    lost: Option<String>,
}

/// How far the control connection has come.
#[derive(Debug)]
enum Control {
    /// There is none.
    Down,
    /// The server's name is being looked up.
    Resolving(Token),
    /// It is being opened.
    Connecting {
        /// The request's.
        token: Token,
        /// Where to.
        to: SocketAddr,
        /// The server's other addresses.
        others: VecDeque<IpAddr>,
        /// What came of those before.
        failed: String,
    },
    /// It is open.
    Up(Box<Up>),
}

/// An open control connection.
#[derive(Debug)]
struct Up {
    conn: ConnId,
    local: SocketAddr,
    remote: SocketAddr,
    client: Client,
    logged_in: bool,
    /// Nothing more will be said on it.
    leaving: bool,
}

impl FtpUser {
    /// A program that waits for what is typed.
    #[must_use]
    pub fn new(config: FtpUserConfig) -> Self {
        Self {
            files: config.files.clone(),
            now: Time::ZERO,
            queue: VecDeque::new(),
            job: None,
            doing: Doing::Nothing,
            control: Control::Down,
            session: SessionState::default(),
            mode: config.mode,
            wants: DataType::Binary,
            config,
            deadline: None,
            turn: None,
            phase: "",
            last_token: 0,
            requests: VecDeque::new(),
        }
    }

    /// Its own files, and those that came.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// A line was typed. `abort` and `status` act at once on a file that is on its way.
    fn typed(&mut self, text: &str) {
        match typed::parse(text) {
            Ok(typed::Line::Abort) if self.interrupts(Command::Abor) => {}
            Ok(typed::Line::Abort) if self.gives_up_trying() => {}
            Ok(typed::Line::Status) if self.interrupts(Command::Stat(String::new())) => {}
            _ => self.queue.push_back(text.to_owned()),
        }
    }

    fn heard(&mut self, conn: ConnId, bytes: &[u8]) {
        match &mut self.control {
            Control::Up(up) if up.conn == conn => up.client.handle_input(self.now, bytes),
            _ => self.data_came(conn, bytes),
        }
    }

    fn eof(&mut self, conn: ConnId) {
        match &mut self.control {
            Control::Up(up) if up.conn == conn => up.client.handle_eof(self.now),
            _ => self.data_ended(conn),
        }
    }

    fn time_out(&mut self) {
        if self.deadline.is_none_or(|deadline| deadline > self.now) {
            return;
        }
        match &self.doing {
            Doing::Waiting(_) => self.waited(),
            Doing::Moving(transfer) if transfer.lingers() => self.lingered(),
            _ => self.out_of_patience(),
        }
    }

    /// When the program wants to go on by itself.
    fn next_deadline(&self) -> Option<Time> {
        match &self.doing {
            Doing::Waiting(until) => Some(*until),
            Doing::Moving(transfer) => {
                let patience = self.now + self.config.patience;
                Some(transfer.deadline().unwrap_or(patience))
            }
            _ => {
                let busy = self.job.is_some();
                busy.then(|| self.now + self.config.patience)
            }
        }
    }

    /// Puts a file among ours, and the folders it lies in.
    fn keep(&mut self, path: &str, content: Content) {
        let path = files::normalise(path);
        self.keep_folder(files::parent(&path));
        self.files.put(&path, content.clone(), self.now);
        let what = Some(Kept::File(content));
        self.ask(Request::Keeps { path, what });
    }

    fn keep_folder(&mut self, path: &str) {
        let path = files::normalise(path);
        if self.files.is_folder(&path) {
            return;
        }
        self.keep_folder(files::parent(&path));
        self.files.make_folders(&path, self.now);
        let what = Some(Kept::Folder);
        self.ask(Request::Keeps { path, what });
    }

    /// Says what it starts with.
    fn started(&mut self) {
        let kept: Vec<Request> = self
            .files
            .iter()
            .map(|(path, entry)| Request::Keeps {
                path: path.to_owned(),
                what: Some(match &entry.content {
                    Some(content) => Kept::File(content.clone()),
                    None => Kept::Folder,
                }),
            })
            .collect();
        self.requests.extend(kept);
    }

    /// Says a command once those before it are answered.
    fn command(&mut self, command: Command) {
        if let Control::Up(up) = &mut self.control {
            up.client.send(command);
        }
    }

    fn new_token(&mut self) -> Token {
        self.last_token += 1;
        self.last_token
    }

    fn phase(&mut self, name: &'static str) {
        self.phase = name;
        self.ask(Request::Phase { name });
    }

    fn note(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.ask(Request::Note {
            key: key.into(),
            value: value.into(),
        });
    }

    fn ask(&mut self, request: Request) {
        self.requests.push_back(request);
    }
}

impl Program for FtpUser {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        self.now = now;
        match input {
            Input::Started => self.started(),
            Input::Typed { text, .. } => self.typed(text),
            Input::Resolved { token, answers } => self.resolved(token, answers),
            Input::Connected {
                token,
                conn,
                local,
                remote,
            } => self.connected(token, conn, local, remote),
            Input::ConnectFailed { token, reason } => self.connect_failed(token, reason),
            Input::Listening { token, at } => self.listening(token, at),
            Input::ListenFailed { token } => self.not_listening(token),
            Input::Accepted {
                token,
                conn,
                remote,
                ..
            } => self.data_opened(token, conn, remote),
            Input::Data { conn, bytes, .. } => self.heard(conn, bytes),
            Input::Sending { conn, bytes } => self.data_sending(conn, bytes),
            Input::Sent { conn } => self.data_sent(conn),
            Input::Eof { conn } => self.eof(conn),
            Input::Closed { conn, reason } => self.closed(conn, reason),
            Input::Timeout => self.time_out(),
            Input::Stopped => self.switched_off(),
            Input::Datagram { .. }
            | Input::Echoed { .. }
            | Input::Undelivered { .. }
            | Input::Wrote { .. }
            | Input::Asked { .. } => {}
        }
        // Steps may end in what the server says, and begin by what we say.
        loop {
            while self.move_on() {}
            if !self.say_next() {
                break;
            }
        }
        self.deadline = self.next_deadline();
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
