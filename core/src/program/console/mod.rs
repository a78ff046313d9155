//! A person at a command line: pings, finds the way, opens a connection and talks on it.

use super::contract::{Input, Program, Request};
use crate::base::{Rng, Time};
use std::collections::VecDeque;

/// What a console is told before it starts.
#[derive(Clone, Debug)]
pub struct ConsoleConfig {
    /// Where the text that `send` sends comes from.
    pub rng: Rng,
}

/// The program.
#[derive(Debug)]
pub struct Console {
    config: ConsoleConfig,
    requests: VecDeque<Request>,
}

impl Console {
    /// A console at which nobody has typed yet.
    #[must_use]
    pub fn new(config: ConsoleConfig) -> Self {
        Self {
            config,
            requests: VecDeque::new(),
        }
    }
}

impl Program for Console {
    fn handle(&mut self, _now: Time, input: Input<'_>) {
        if let Input::Typed { .. } = input {
            let _ = self.config.rng.next_u64();
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
