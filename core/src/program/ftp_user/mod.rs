//! A person's FTP program: does what is typed, line after line.
//!
//! `login`, `get NAME [as NAME]`, `quit`. Each line ends with an outcome. When nothing is
//! left to do it logs out by itself.

mod dialogue;
mod get;
mod task;
#[cfg(test)]
mod tests;

use super::contract::{
    CloseReason, Input, NameAnswer, NameData, NameError, NameKind, Outcome, Program, Request,
    Token, Turn,
};
use super::files::{Files, LineEnds};
use crate::base::{ConnId, Duration, Time};
use crate::proto::engine::Engine;
pub use crate::proto::ftp::typed::DataMode;
use crate::proto::ftp::{CONTROL_PORT, Client, Command};
use get::Get;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use task::Task;

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
    queue: VecDeque<Task>,
    task: Option<Task>,
    control: Control,
    /// The file being fetched.
    get: Option<Get>,
    /// Whether the server agreed to `TYPE I`.
    binary: bool,
    /// When the program stops waiting for whatever it waits for.
    deadline: Option<Time>,
    /// What the next bytes on the control connection say.
    turn: Option<Turn>,
    last_token: Token,
    requests: VecDeque<Request>,
}

/// How far the control connection has come.
#[derive(Debug)]
enum Control {
    /// There is none.
    Down,
    /// The server's name is being looked up.
    Resolving(Token),
    /// It is being opened.
    Connecting(Token, SocketAddr),
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
            config,
            queue: VecDeque::new(),
            task: None,
            control: Control::Down,
            get: None,
            binary: false,
            deadline: None,
            turn: None,
            last_token: 0,
            requests: VecDeque::new(),
        }
    }

    /// The files it has received.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Starts the next task where none is running.
    fn run_next(&mut self) {
        if self.task.is_some() {
            return;
        }
        let task = match (&self.control, self.queue.pop_front()) {
            (_, Some(task)) => task,
            (Control::Up(up), None) if self.config.logs_out && !up.leaving => Task::LogOut,
            (_, None) => return self.deadline = None,
        };
        self.task = Some(task.clone());
        match task {
            Task::Login => self.log_in(),
            Task::Get { name, save_as } => self.start_get(name, save_as),
            Task::Quit | Task::LogOut => self.log_out(),
            Task::Unknown(text) => self.fail(
                None,
                format!("I do not know \"{text}\": say login, get NAME [as NAME] or quit."),
            ),
        }
    }

    fn log_in(&mut self) {
        match &self.control {
            Control::Up(up) if up.logged_in && !up.leaving => {
                return self.succeed(None, "Already logged in.".to_owned());
            }
            Control::Down => {}
            // The old connection goes; what comes on it finds nobody.
            _ => self.hang_up(),
        }
        self.phase("connect");
        self.note("state", "connecting");
        if let Ok(addr) = self.config.server.parse() {
            return self.connect(addr);
        }
        let token = self.new_token();
        self.control = Control::Resolving(token);
        self.ask(Request::Resolve {
            token,
            name: self.config.server.clone(),
            kind: NameKind::Addresses,
        });
    }

    fn connect(&mut self, addr: IpAddr) {
        let token = self.new_token();
        let to = SocketAddr::new(addr, CONTROL_PORT);
        self.control = Control::Connecting(token, to);
        self.ask(Request::Connect {
            token,
            to,
            local_port: None,
        });
    }

    fn log_out(&mut self) {
        match &self.control {
            Control::Up(up) if !up.leaving => {
                self.phase("say goodbye");
                self.command(Command::Quit);
            }
            _ => self.fail(None, "There is no session to quit.".to_owned()),
        }
    }

    fn resolved(&mut self, token: Token, answers: Result<Vec<NameAnswer>, NameError>) {
        if !matches!(self.control, Control::Resolving(ours) if ours == token) {
            return;
        }
        let addresses = answers.into_iter().flatten();
        let mut addresses = addresses.filter_map(|answer| match answer.data {
            NameData::Address(addr) => Some(addr),
            NameData::Mx(..) => None,
        });
        if let Some(addr) = addresses.next() {
            return self.connect(addr);
        }
        let text = format!("No address is known for {}.", self.config.server);
        self.lost(None, text);
    }

    fn connected(&mut self, token: Token, conn: ConnId, local: SocketAddr, remote: SocketAddr) {
        match self.control {
            Control::Connecting(ours, _) if ours == token => {
                self.control = Control::Up(Box::new(Up {
                    conn,
                    local,
                    remote,
                    client: Client::new(),
                    logged_in: false,
                    leaving: false,
                }));
                self.binary = false;
                self.note("state", "connected");
            }
            _ => self.data_opened(token, conn, remote),
        }
    }

    fn connect_failed(&mut self, token: Token, reason: CloseReason) {
        match self.control {
            Control::Connecting(ours, to) if ours == token => {
                let server = &self.config.server;
                let text = format!("{server} cannot be reached at {to}: {reason}.");
                self.lost(None, text);
            }
            _ => self.data_not_opened(token, reason),
        }
    }

    fn heard(&mut self, now: Time, conn: ConnId, bytes: &[u8]) {
        match (&mut self.get, &mut self.control) {
            (Some(get), _) if get.is_on(conn) => self.count(bytes.len() as u64),
            (_, Control::Up(up)) if up.conn == conn => up.client.handle_input(now, bytes),
            _ => {}
        }
    }

    fn eof(&mut self, now: Time, conn: ConnId) {
        match &mut self.control {
            Control::Up(up) if up.conn == conn => up.client.handle_eof(now),
            _ => self.data_ended(conn),
        }
    }

    fn closed(&mut self, conn: ConnId, reason: CloseReason) {
        match &self.control {
            Control::Up(up) if up.conn == conn => {
                self.lost(None, format!("The control connection broke: {reason}."));
            }
            _ => self.data_closed(conn, reason),
        }
    }

    fn time_out(&mut self, now: Time) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.hang_up();
            let seconds = self.config.patience.0 / 1_000_000_000;
            self.lost(None, format!("Nothing happened for {seconds} seconds."));
        }
    }

    /// The session is gone: what runs has failed, and what was to come is dropped.
    fn lost(&mut self, code: Option<u16>, text: String) {
        self.control = Control::Down;
        self.note("state", "");
        self.queue.clear();
        if self.task.is_some() {
            self.fail(code, text);
        }
    }

    /// Lets go of the control connection, if there is one: one that is ending anyway may
    /// end in peace, any other is reset.
    fn hang_up(&mut self) {
        if let Control::Up(up) = &self.control {
            let conn = up.conn;
            self.ask(match up.leaving {
                true => Request::Finish { conn },
                false => Request::Abort { conn },
            });
        }
        self.control = Control::Down;
    }

    fn succeed(&mut self, code: Option<u16>, text: String) {
        self.finish_task(true, code, text);
    }

    fn fail(&mut self, code: Option<u16>, text: String) {
        self.drop_get();
        self.finish_task(false, code, text);
    }

    fn finish_task(&mut self, ok: bool, code: Option<u16>, text: String) {
        // Nobody asked for a logging out that goes well, so nobody is told.
        if self.task.take() != Some(Task::LogOut) || !ok {
            self.ask(Request::Outcome(Outcome { ok, code, text }));
        }
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
        match input {
            Input::Typed { text, .. } => self.queue.push_back(Task::read(text)),
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
            Input::Data { conn, bytes, .. } => self.heard(now, conn, bytes),
            Input::Eof { conn } => self.eof(now, conn),
            Input::Closed { conn, reason } => self.closed(conn, reason),
            Input::Timeout => self.time_out(now),
            Input::Stopped => self.lost(None, "This host was switched off.".to_owned()),
            Input::Started { .. }
            | Input::Sent { .. }
            | Input::Datagram { .. }
            | Input::Echoed { .. }
            | Input::Undelivered { .. }
            | Input::Wrote { .. } => {}
        }
        // Tasks may end in what they say, and what is said may end tasks.
        loop {
            self.run_next();
            if !self.say_next() && (self.task.is_some() || self.queue.is_empty()) {
                break;
            }
        }
        let waits = self.task.is_some();
        self.deadline = waits.then(|| now + self.config.patience);
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
