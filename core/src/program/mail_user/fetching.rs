//! Letters come from the server: what is new is fetched, and deleted there or left.

use super::{Cx, sentences};
use crate::base::{ConnId, Time};
use crate::program::contract::{Request, Turn};
use crate::program::pop_turns;
use crate::proto::pop3::client::{Client, ClientOptions, Failure, Listed, Order, Report};
use crate::proto::{Engine, Output};
use std::collections::VecDeque;

/// The dialogue, and what it brought.
#[derive(Debug, Default)]
pub(super) struct Fetching {
    engine: Option<Client>,
    /// What the next `Send` says.
    turn: Option<Turn>,
    phase: &'static str,
    /// What is to be done next, while nothing of it has been said.
    orders: Vec<Order>,
    /// The lasting id of each letter that is being fetched, in their order.
    coming: VecDeque<Option<String>>,
    /// The numbers here of what came.
    came: Vec<u32>,
    /// What the server would not do, and why.
    refused: Option<String>,
}

impl Fetching {
    pub fn engine(&mut self) -> Option<&mut Client> {
        self.engine.as_mut()
    }

    pub fn poll_timeout(&self) -> Option<Time> {
        self.engine.as_ref()?.poll_timeout()
    }

    pub fn connected(&mut self, cx: &mut Cx<'_>) {
        let (user, password) = cx.config.login.clone().unwrap_or_default();
        let options = ClientOptions::new(user, password);
        self.engine = Some(Client::new(cx.now, options));
    }

    /// Does what the engine puts out. True once the dialogue is over.
    pub fn say(&mut self, conn: ConnId, cx: &mut Cx<'_>) -> bool {
        while let Some(output) = self.engine().and_then(Client::poll_output) {
            match output {
                Output::Send(bytes) => {
                    let turn = self.turn.take();
                    cx.desk.ask(Request::Send { conn, bytes, turn });
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
        match report {
            Report::Says(command) => {
                self.turn = Some(pop_turns::command(&command));
                let phase = pop_turns::phase(&command).unwrap_or(self.phase);
                if std::mem::replace(&mut self.phase, phase) != phase {
                    cx.desk.ask(Request::Phase { name: phase });
                }
            }
            Report::Listed(listed) => self.choose(listed, cx),
            Report::Fetched { number, letter } => {
                let uid = self.coming.pop_front().flatten();
                self.came.push(cx.inbox.add(letter, uid, cx.desk));
                // What is here may be deleted there, and nothing else.
                if !cx.config.leaves_letters {
                    self.orders.push(Order::Delete(number));
                }
            }
            Report::Refused(order, reply) => {
                if let Order::Fetch(_) = order {
                    self.coming.pop_front();
                }
                self.refused = Some(reply.text);
            }
            Report::Free => self.go_on(cx),
            Report::Ended(end) => self.ended(&end, cx),
            Report::Hears { .. } | Report::Done(_) => {}
        }
    }

    /// What is new is fetched. What was fetched before is deleted now where it should have
    /// been, and the goodbye did not come through.
    fn choose(&mut self, listed: Vec<Listed>, cx: &Cx<'_>) {
        let leaves = cx.config.leaves_letters;
        for Listed { number, uid, .. } in listed {
            if !uid.as_ref().is_some_and(|uid| cx.inbox.has_seen(uid)) {
                self.orders.push(Order::Fetch(number));
                self.coming.push_back(uid);
            } else if !leaves {
                self.orders.push(Order::Delete(number));
            }
        }
    }

    fn go_on(&mut self, cx: &Cx<'_>) {
        let orders = std::mem::take(&mut self.orders);
        if let Some(engine) = &mut self.engine {
            // It is free: it has just said so.
            let _ = match orders.is_empty() {
                true => engine.leave(cx.now),
                false => engine.order(cx.now, &orders),
            };
        }
    }

    fn ended(&mut self, end: &Result<(), Failure>, cx: &mut Cx<'_>) {
        let came = cx.inbox.tell_of(&self.came);
        let text = match (end, &self.refused) {
            (Err(failure), _) => {
                let why = sentences::fetching(failure);
                match self.came.is_empty() {
                    true => why,
                    false => [&*why, " Before that: ", &came].concat(),
                }
            }
            (Ok(()), Some(why)) => [&*came, " The server refused one: ", why, "."].concat(),
            (Ok(()), None) => came,
        };
        let ok = end.is_ok() && self.refused.is_none();
        super::tell(cx.desk, ok, None, text);
    }
}
