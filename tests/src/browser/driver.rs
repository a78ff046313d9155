//! A driver's process and its one session, ended together.

use super::wire;
use crate::tools::Tool;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

/// A running driver with a browser at its other side.
#[derive(Debug)]
pub struct Driver {
    process: Child,
    /// Held open: whoever has nobody to talk to may stop.
    _said: BufReader<ChildStdout>,
    port: u16,
    session: String,
}

/// How often the driver may fail to get a port.
const ATTEMPTS: usize = 5;

impl Driver {
    /// Starts the driver on a free port, and a browser with these capabilities.
    #[must_use]
    pub fn start(tool: &Tool, capabilities: &Value) -> Self {
        // A driver that finds its port taken under its hands ends without a word.
        let started = (0..ATTEMPTS).find_map(|_| listening(tool));
        let (process, said, port) = started.expect("the driver names its port");
        let mut driver = Self {
            process,
            _said: said,
            port,
            session: String::new(),
        };
        let wish = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = wire::call(port, "POST", "/session", &wish);
        let made = made.unwrap_or_else(|error| panic!("no browser: {error}"));
        made["sessionId"]
            .as_str()
            .expect("a session has a name")
            .clone_into(&mut driver.session);
        driver
    }

    /// Sends a command of the session.
    pub fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}/{command}", self.session);
        wire::call(self.port, "POST", &path, body)
    }

    /// Asks something of the session.
    pub fn get(&self, command: &str) -> Result<Value, String> {
        let path = format!("/session/{}/{command}", self.session);
        wire::call(self.port, "GET", &path, &Value::Null)
    }
}

impl Drop for Driver {
    /// The browser goes first: it would outlive a driver that is killed.
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let path = format!("/session/{}", self.session);
            wire::call(self.port, "DELETE", &path, &Value::Null).ok();
        }
        wire::call(self.port, "GET", "/shutdown", &Value::Null).ok();
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience {
            if self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A driver that listens, what it says, and where; none where it ended before.
fn listening(tool: &Tool) -> Option<(Child, BufReader<ChildStdout>, u16)> {
    let mut command = tool.command();
    command.arg("--port=0");
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("the driver starts");
    let said = process.stdout.take().expect("its output is ours");
    let mut said = BufReader::new(said);
    let mut lines = said.by_ref().lines().map_while(Result::ok);
    let Some(port) = lines.find_map(|line| port_in(&line)) else {
        process
            .wait()
            .expect("a driver that says no more has ended");
        return None;
    };
    Some((process, said, port))
}

/// `ChromeDriver was started successfully on port 41829.`
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}
