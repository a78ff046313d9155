//! A web page that shows what an FTP server keeps: each request opens a session with the
//! server, and is answered with what it brought.

mod job;
#[cfg(test)]
mod tests;

use super::contract::{CloseReason, Input, Program, Request, Token};
use super::desk::Desk;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Time};
use crate::proto::http::PORT;
use job::Job;

/// What the program is told before it starts.
#[derive(Clone, Debug)]
pub struct WebPageConfig {
    /// The FTP server's name or address.
    pub server: String,
    /// Who logs in there.
    pub user: String,
    /// With which password.
    pub password: String,
    /// Whether data connections are asked for with EPSV, over IPv4, too.
    pub extended: bool,
    /// How long it waits when nothing comes.
    pub patience: Duration,
}

/// The program.
#[derive(Debug)]
pub struct WebPage {
    config: WebPageConfig,
    jobs: Map<u32, Job>,
    last_job: u32,
    desk: Desk,
}

/// What a job needs to act at a moment.
struct Cx<'a> {
    now: Time,
    config: &'a WebPageConfig,
    desk: &'a mut Desk,
}

/// The token under which it listens.
const LISTENS: Token = 0;

/// More requests at a time are not begun.
const MOST_JOBS: usize = 200;

impl WebPage {
    /// A page that is there once its host has started.
    #[must_use]
    pub fn new(config: WebPageConfig) -> Self {
        Self {
            config,
            jobs: Map::new(),
            last_job: 0,
            desk: Desk::default(),
        }
    }

    fn accept(&mut self, now: Time, conn: ConnId) {
        if self.jobs.len() >= MOST_JOBS {
            return self.desk.ask(Request::Abort { conn });
        }
        self.last_job += 1;
        let job = Job::new(self.last_job, conn, now, self.config.patience);
        self.desk.conns.insert(conn, self.last_job);
        self.jobs.insert(self.last_job, job);
        self.note_requests();
    }

    /// Lets a job act, and lets go of it where it is done. False where there is none.
    fn on(
        &mut self,
        now: Time,
        number: Option<u32>,
        act: impl FnOnce(&mut Job, &mut Cx<'_>),
    ) -> bool {
        let Some(number) = number else { return false };
        let Some(job) = self.jobs.get_mut(&number) else {
            return false;
        };
        let mut cx = Cx {
            now,
            config: &self.config,
            desk: &mut self.desk,
        };
        act(job, &mut cx);
        job.say(&mut cx);
        if job.is_over() {
            self.jobs.remove(&number);
            self.desk.forget(number);
            self.note_requests();
        }
        true
    }

    fn on_conn(&mut self, now: Time, conn: ConnId, act: impl FnOnce(&mut Job, &mut Cx<'_>)) {
        let number = self.desk.conns.get(&conn).copied();
        self.on(now, number, act);
    }

    fn on_token(
        &mut self,
        now: Time,
        token: Token,
        act: impl FnOnce(&mut Job, &mut Cx<'_>),
    ) -> bool {
        let number = self.desk.tokens.remove(&token);
        self.on(now, number, act)
    }

    fn closed(&mut self, now: Time, conn: ConnId, reason: CloseReason) {
        self.on_conn(now, conn, |job, cx| job.closed(conn, reason, cx));
        self.desk.conns.remove(&conn);
    }

    fn note_requests(&mut self) {
        self.desk.note("requests", self.jobs.len().to_string());
    }
}

impl Program for WebPage {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.desk.ask(Request::Listen {
                token: LISTENS,
                addr: None,
                port: Some(PORT),
            }),
            Input::Listening { token: LISTENS, at } => {
                let port = ["port ", &at.port().to_string()].concat();
                self.desk.note("listens", port);
            }
            Input::ListenFailed { token: LISTENS } => {
                let why = "nowhere, port 80 is taken";
                self.desk.note("listens", why.to_owned());
            }
            Input::Accepted { conn, .. } => self.accept(now, conn),
            Input::Resolved { token, answers } => {
                self.on_token(now, token, |job, cx| job.resolved(answers, cx));
            }
            Input::Connected {
                token,
                conn,
                remote,
                ..
            } => {
                let act = |job: &mut Job, cx: &mut Cx<'_>| job.connected(conn, remote, cx);
                if !self.on_token(now, token, act) {
                    self.desk.ask(Request::Abort { conn });
                }
            }
            Input::ConnectFailed { token, reason } => {
                self.on_token(now, token, |job, cx| job.not_connected(reason, cx));
            }
            Input::Data { conn, bytes, .. } => {
                self.on_conn(now, conn, |job, cx| job.heard(conn, bytes, cx));
            }
            Input::Eof { conn } => self.on_conn(now, conn, |job, cx| job.eof(conn, cx)),
            Input::Sending { conn, .. } | Input::Sent { conn } => {
                self.on_conn(now, conn, Job::taken);
            }
            Input::Closed { conn, reason } => self.closed(now, conn, reason),
            Input::Timeout => {
                let due = |job: &Job| job.deadline().is_some_and(|deadline| deadline <= now);
                let due = self.jobs.iter().filter(|(_, job)| due(job));
                let numbers: Vec<u32> = due.map(|(number, _)| *number).collect();
                for number in numbers {
                    self.on(now, Some(number), Job::time_out);
                }
            }
            Input::Stopped => {
                let numbers: Vec<u32> = self.jobs.keys().copied().collect();
                for number in numbers {
                    self.on(now, Some(number), Job::drop_all);
                }
            }
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.jobs.values().filter_map(Job::deadline).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.desk.requests.pop_front()
    }
}
