//! Letters go to the server: one dialogue, one letter after the other.

use super::Cx;
use super::outbox::Job;
use super::sentences;
use crate::base::{ConnId, Time};
use crate::program::contract::{Request, Turn};
use crate::program::mail_turns;
use crate::proto::smtp::client::{Client, ClientOptions, Delivery, Report};
use crate::proto::{Engine, Output};

/// Where letters are submitted rather than relayed (RFC 6409 §3.1).
const SUBMISSION_PORT: u16 = 587;

/// The dialogue, and the letter it is at.
#[derive(Debug)]
pub(super) struct Handing {
    /// Until it is known how it ended.
    job: Option<Job>,
    engine: Option<Client>,
    /// What the next `Send` says.
    turn: Option<Turn>,
    phase: &'static str,
}

impl Handing {
    pub fn new(job: Job) -> Self {
        Self {
            job: Some(job),
            engine: None,
            turn: None,
            phase: "connect",
        }
    }

    /// The letter whose end is not known.
    pub fn into_job(self) -> Option<Job> {
        self.job
    }

    pub fn engine(&mut self) -> Option<&mut Client> {
        self.engine.as_mut()
    }

    pub fn poll_timeout(&self) -> Option<Time> {
        self.engine.as_ref()?.poll_timeout()
    }

    pub fn connected(&mut self, cx: &mut Cx<'_>) {
        let Some(job) = &self.job else { return };
        let config = cx.config;
        // Where letters are submitted, nobody is served without login (RFC 6409 §4.3).
        let login = config.login.clone();
        let options = ClientOptions {
            hostname: config.hostname.clone(),
            pipelining: config.pipelining,
            stuffs_dots: config.stuffs_dots,
            login: login.filter(|_| config.port == SUBMISSION_PORT),
            auth: config.auth.into(),
            one_letter: false,
            ..ClientOptions::default()
        };
        self.engine = Some(Client::new(cx.now, options, job.envelope.clone()));
    }

    /// The letter cannot even be offered to the server.
    pub fn fail(&mut self, why: String, cx: &mut Cx<'_>) {
        if let Some(job) = self.job.take() {
            let summary = format!("{}: not sent", sentences::whom(&job.envelope.to));
            let text = why + sentences::stays(job.typed);
            cx.outbox.hold(job, Some(cx.now), &summary, cx.desk);
            super::tell(cx.desk, false, None, text);
        }
    }

    /// Does what the engine puts out. True once the dialogue is over.
    pub fn say(&mut self, conn: ConnId, cx: &mut Cx<'_>) -> bool {
        while let Some(output) = self.engine().and_then(Client::poll_output) {
            match output {
                Output::Send(bytes) => {
                    let request = mail_turns::send(conn, bytes, self.turn.take());
                    cx.desk.ask(request);
                }
                Output::Report(report) => self.hear(report, cx),
                Output::Finish => {
                    cx.desk.ask(Request::Finish { conn });
                    return true;
                }
                Output::Abort => {
                    cx.desk.ask(Request::Abort { conn });
                    return true;
                }
            }
        }
        false
    }

    fn hear(&mut self, report: Report, cx: &mut Cx<'_>) {
        let phase = match report {
            Report::Says(command) => {
                self.turn = Some(mail_turns::command(&command));
                mail_turns::phase(&command)
            }
            Report::HandsOver => {
                let job = self.job.as_ref();
                self.turn = job.map(|job| mail_turns::letter(&job.envelope.letter));
                "hand over the letter"
            }
            Report::Hears { .. } => return,
            Report::Ended(deliveries) => return self.ended(deliveries, cx),
            Report::Free => return self.next(cx),
        };
        if std::mem::replace(&mut self.phase, phase) != phase {
            cx.desk.ask(Request::Phase { name: phase });
        }
    }

    /// It is known how it ended, for each recipient: who may still get the letter stays.
    fn ended(&mut self, deliveries: Vec<Delivery>, cx: &mut Cx<'_>) {
        let Some(mut job) = self.job.take() else {
            return;
        };
        let mut outcome = sentences::outcome(&deliveries);
        let stays = |delivery: &Delivery| sentences::is_worth_a_retry(&delivery.result);
        let (again, done): (Vec<_>, Vec<_>) = deliveries.into_iter().partition(stays);
        if !done.is_empty() {
            job.done.push(sentences::summary(&done));
        }
        if again.is_empty() {
            cx.outbox.done(&job, cx.desk);
        } else {
            outcome.text.push_str(sentences::stays(job.typed));
            let summary = sentences::summary(&again);
            let may_pass = again
                .iter()
                .any(|delivery| sentences::may_pass(&delivery.result));
            job.envelope.to = again.into_iter().map(|delivery| delivery.to).collect();
            let again = may_pass.then_some(cx.now);
            cx.outbox.hold(job, again, &summary, cx.desk);
        }
        cx.desk.ask(Request::Outcome(outcome));
    }

    /// The next letter over the same connection, or goodbye.
    fn next(&mut self, cx: &mut Cx<'_>) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        match cx.outbox.next(cx.desk) {
            None => {
                let _ = engine.leave(cx.now);
            }
            Some(job) => match engine.hand_over(cx.now, job.envelope.clone()) {
                Ok(()) => self.job = Some(job),
                Err(_) => cx.outbox.put_back(job, cx.desk),
            },
        }
    }
}
