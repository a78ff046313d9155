//! One request to the web page, and the FTP session that answers it.

mod dialogue;

use super::Cx;
use crate::base::{ConnId, Content, Duration, Time, Transform};
use crate::program::contract::{CloseReason, NameAnswer, NameError, NameKind, Request, Turn};
use crate::program::files::last_name;
use crate::program::http_turns;
use crate::program::web_pages as page;
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::{CONTROL_PORT, Client, Command, Reply, listed};
use crate::proto::http::parse::path_of;
use crate::proto::http::{self, Response, Server, ServerReport};
use std::net::SocketAddr;

/// No longer list is read.
const MOST_LIST: usize = 1 << 20;

/// A request on its way.
#[derive(Debug)]
pub(super) struct Job {
    number: u32,
    /// The browser's connection, while it is open.
    web: Option<ConnId>,
    http: Server,
    /// What is wanted, once that is known and not yet answered.
    wants: Option<Wants>,
    /// The session with the FTP server, while it is open.
    session: Option<Session>,
    /// What is being opened: a session, or a data connection.
    opening: bool,
    data: Data,
    /// Why the server gives no such file, while it is asked whether it is a folder.
    refusal: Option<Reply>,
    deadline: Option<Time>,
    /// What has come changes nothing, and does not start the clock anew.
    idle: bool,
    turn: Option<Turn>,
}

#[derive(Clone, Debug)]
struct Wants {
    path: String,
    /// Only the head is wanted.
    head_only: bool,
}

impl Wants {
    fn is_folder(&self) -> bool {
        self.path.ends_with('/')
    }
}

#[derive(Debug)]
struct Session {
    conn: ConnId,
    at: SocketAddr,
    client: Client,
    turn: Option<Turn>,
}

/// What comes over the data connection.
#[derive(Debug, Default)]
struct Data {
    /// The connection, while it is open.
    open: Option<ConnId>,
    /// It has ended well: all of it is there.
    ended: Option<ConnId>,
    /// How many bytes came.
    len: u64,
    /// The bytes of a list.
    list: Vec<u8>,
    /// The list is one of MLSD.
    facts: bool,
    /// The server says that all was sent.
    confirmed: bool,
}

impl Job {
    pub fn new(number: u32, conn: ConnId, now: Time, patience: Duration) -> Self {
        Self {
            number,
            web: Some(conn),
            http: Server::new(now, patience),
            wants: None,
            session: None,
            opening: false,
            data: Data::default(),
            refusal: None,
            deadline: None,
            idle: false,
            turn: None,
        }
    }

    /// Nothing is left open.
    pub fn is_over(&self) -> bool {
        self.web.is_none() && self.session.is_none() && self.data.open.is_none() && !self.opening
    }

    pub fn deadline(&self) -> Option<Time> {
        [self.deadline, self.http.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Does what the engines say, and starts the clock anew.
    pub fn say(&mut self, cx: &mut Cx<'_>) {
        while self.say_web(cx) || self.say_ftp(cx) {}
        if !std::mem::take(&mut self.idle) {
            self.deadline = (!self.is_over()).then(|| cx.now + cx.config.patience);
        }
    }

    fn say_web(&mut self, cx: &mut Cx<'_>) -> bool {
        let Some(conn) = self.web else { return false };
        match self.http.poll_output() {
            Some(Output::Send(bytes)) => {
                let turn = self.turn.take();
                cx.desk.ask(Request::Send { conn, bytes, turn });
            }
            Some(Output::Report(ServerReport::Says(response))) => {
                self.turn = Some(http_turns::response(&response));
            }
            Some(Output::Report(ServerReport::Asks(request))) => self.asked(&request, cx),
            Some(Output::Report(ServerReport::Left)) => {}
            Some(Output::Finish) => cx.desk.ask(Request::Finish { conn }),
            Some(Output::Abort) => cx.desk.ask(Request::Abort { conn }),
            None => return false,
        }
        true
    }

    fn say_ftp(&mut self, cx: &mut Cx<'_>) -> bool {
        let Some(session) = &mut self.session else {
            return false;
        };
        let conn = session.conn;
        match session.client.poll_output() {
            Some(Output::Send(bytes)) => {
                let turn = session.turn.take();
                cx.desk.ask(Request::Send { conn, bytes, turn });
            }
            Some(Output::Report(report)) => self.told(report, cx),
            Some(Output::Finish) => cx.desk.ask(Request::Finish { conn }),
            Some(Output::Abort) => cx.desk.ask(Request::Abort { conn }),
            None => return false,
        }
        true
    }

    /// The browser asks.
    fn asked(&mut self, request: &http::Request, cx: &mut Cx<'_>) {
        let head_only = request.method == "HEAD";
        if request.method != "GET" && !head_only {
            let response = Response::new(405).with("Allow", "GET, HEAD");
            return self.answer(response, "This page is only to look at.", cx);
        }
        let Some(path) = path_of(&request.target) else {
            return self.answer(Response::new(400), "That is no path.", cx);
        };
        self.wants = Some(Wants { path, head_only });
        let name = "ask the FTP server";
        cx.desk.ask(Request::Phase { name });
        self.opening = true;
        match cx.config.server.parse() {
            Ok(address) => self.connect(SocketAddr::new(address, CONTROL_PORT), cx),
            Err(_) => {
                let token = cx.desk.token_for(self.number);
                cx.desk.ask(Request::Resolve {
                    token,
                    name: cx.config.server.clone(),
                    kind: NameKind::Addresses,
                });
            }
        }
    }

    pub fn resolved(&mut self, answers: Result<Vec<NameAnswer>, NameError>, cx: &mut Cx<'_>) {
        let mut addresses = answers.into_iter().flatten();
        let found = addresses.find_map(|answer| answer.address());
        match found {
            Some(address) => self.connect(SocketAddr::new(address, CONTROL_PORT), cx),
            None => {
                self.opening = false;
                self.fail(502, "No address is known for the FTP server.", cx);
            }
        }
    }

    fn connect(&mut self, to: SocketAddr, cx: &mut Cx<'_>) {
        self.opening = true;
        let token = cx.desk.token_for(self.number);
        cx.desk.ask(Request::Connect {
            token,
            to,
            local_port: None,
        });
    }

    pub fn connected(&mut self, conn: ConnId, at: SocketAddr, cx: &mut Cx<'_>) {
        self.opening = false;
        if self.wants.is_none() {
            return cx.desk.ask(Request::Abort { conn });
        }
        cx.desk.conns.insert(conn, self.number);
        if self.session.is_some() {
            self.data.open = Some(conn);
            return self.transfer();
        }
        let client = Client::new();
        let turn = None;
        self.session = Some(Session {
            conn,
            at,
            client,
            turn,
        });
    }

    pub fn not_connected(&mut self, reason: CloseReason, cx: &mut Cx<'_>) {
        self.opening = false;
        let code = if reason == CloseReason::TimedOut {
            504
        } else {
            502
        };
        let text = [
            "The FTP server cannot be reached: ",
            &reason.to_string(),
            ".",
        ]
        .concat();
        self.fail(code, &text, cx);
    }

    pub fn heard(&mut self, conn: ConnId, bytes: &[u8], cx: &mut Cx<'_>) {
        if self.web == Some(conn) {
            // What stands behind the request is not read.
            self.idle = self.http.poll_timeout().is_none();
            self.http.handle_input(cx.now, bytes);
        } else if self.data.open == Some(conn) {
            self.data.len += bytes.len() as u64;
            let room = MOST_LIST.saturating_sub(self.data.list.len());
            if self.wants.as_ref().is_some_and(Wants::is_folder) {
                self.data.list.extend(bytes.iter().take(room));
            }
        } else if let Some(session) = &mut self.session {
            session.client.handle_input(cx.now, bytes);
        }
    }

    /// So much of the answer has been taken: it goes on.
    pub fn taken(&mut self, _: &mut Cx<'_>) {}

    pub fn eof(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        if self.web == Some(conn) {
            self.http.handle_eof(cx.now);
        } else if self.data.open == Some(conn) {
            self.data.ended = Some(conn);
            cx.desk.ask(Request::Finish { conn });
            self.complete_if_done(cx);
        } else if let Some(session) = &mut self.session {
            session.client.handle_eof(cx.now);
        }
    }

    pub fn closed(&mut self, conn: ConnId, reason: CloseReason, cx: &mut Cx<'_>) {
        if self.web == Some(conn) {
            self.web = None;
            if self.wants.take().is_some() {
                self.drop_all(cx);
            }
        } else if self.data.open == Some(conn) {
            self.data.open = None;
            if reason != CloseReason::Finished && self.data.ended.is_none() {
                let text = ["The data connection broke: ", &reason.to_string(), "."].concat();
                self.fail(502, &text, cx);
            }
        } else if self
            .session
            .as_ref()
            .is_some_and(|session| session.conn == conn)
        {
            self.session = None;
            self.fail(502, "The FTP server hung up.", cx);
        }
    }

    pub fn time_out(&mut self, cx: &mut Cx<'_>) {
        if self.http.poll_timeout().is_some() {
            return self.http.handle_timeout(cx.now);
        }
        if self.deadline.is_none_or(|deadline| deadline > cx.now) {
            return;
        }
        match self.wants {
            Some(_) => {
                self.fail(504, "The FTP server does not answer.", cx);
                self.drop_session(cx);
            }
            // Nobody takes the answer.
            None => self.drop_all(cx),
        }
    }

    /// Done when the server has said so and closed the data connection, in either order.
    fn complete_if_done(&mut self, cx: &mut Cx<'_>) {
        if let (Some(wants), Some(conn), true) =
            (self.wants.clone(), self.data.ended, self.data.confirmed)
        {
            if !wants.is_folder() {
                let (start, len) = (0, self.data.len);
                let file = Content::Received { conn, start, len };
                return self.give(&wants, Some(len), Some(file), cx);
            }
            let listed = match self.data.facts {
                true => listed::facts(&self.data.list),
                false => listed::list(&self.data.list),
            };
            let text = page::folder(&wants.path, &listed);
            let response = Response::new(200);
            self.answer_page(response, &text, cx);
        }
    }

    /// A file, or only what there is to say of it.
    fn give(&mut self, wants: &Wants, len: Option<u64>, file: Option<Content>, cx: &mut Cx<'_>) {
        let name = last_name(&wants.path);
        let mut response = Response::new(200).with("Content-Type", page::content_type(name));
        if let Some(len) = len {
            response = response.with("Content-Length", len.to_string());
        }
        self.respond(response, name, file, cx);
    }

    /// The FTP server's reply is why there is nothing.
    fn refused(&mut self, code: u16, reply: &Reply, cx: &mut Cx<'_>) {
        let (number, text) = (reply.code.to_string(), reply.text());
        let text = ["The FTP server says: ", &number, " ", &text].concat();
        self.fail(code, &text, cx);
    }

    fn fail(&mut self, code: u16, text: &str, cx: &mut Cx<'_>) {
        if self.wants.is_some() {
            self.answer(Response::new(code), text, cx);
        }
    }

    fn answer(&mut self, response: Response, text: &str, cx: &mut Cx<'_>) {
        let title = [&response.code.to_string(), " ", &*response.reason].concat();
        let text = page::sentence(&title, text);
        self.answer_page(response, &text, cx);
    }

    fn answer_page(&mut self, response: Response, text: &str, cx: &mut Cx<'_>) {
        let head_only = self.wants.as_ref().is_some_and(|wants| wants.head_only);
        let response = response
            .with("Content-Type", page::content_type(".html"))
            .with("Content-Length", text.len().to_string());
        let body = (!head_only).then(|| Content::from_bytes(text.as_bytes()));
        self.respond(response, "the page", body, cx);
    }

    /// Says the answer, once, and leaves the FTP server.
    fn respond(&mut self, response: Response, name: &str, body: Option<Content>, cx: &mut Cx<'_>) {
        self.wants = None;
        if self.web.is_some() {
            let name = "answer the browser";
            cx.desk.ask(Request::Phase { name });
        }
        self.http.answer(response);
        while self.say_web(cx) {}
        if let (Some(conn), Some(content)) = (self.web, body.filter(|body| !body.is_empty())) {
            let len = content.len();
            cx.desk.ask(Request::SendContent {
                conn,
                range: 0..len,
                turn: Some(http_turns::data(name, len)),
                content,
                transform: Transform::AsIs,
            });
        }
        self.http.end();
        if self.data.ended.is_none()
            && let Some(conn) = self.data.open.take()
        {
            cx.desk.ask(Request::Abort { conn });
        }
        self.command(Command::Quit);
    }

    fn command(&mut self, command: Command) {
        if let Some(session) = &mut self.session {
            session.client.send(command);
        }
    }

    fn drop_session(&mut self, cx: &mut Cx<'_>) {
        let session = self.session.take().map(|session| session.conn);
        for conn in [session, self.data.open.take()].into_iter().flatten() {
            cx.desk.ask(Request::Abort { conn });
        }
        self.opening = false;
    }

    /// Lets go of everything.
    pub fn drop_all(&mut self, cx: &mut Cx<'_>) {
        self.wants = None;
        self.drop_session(cx);
        if let Some(conn) = self.web.take() {
            cx.desk.ask(Request::Abort { conn });
        }
    }
}
