//! One connection: requests and their answers, one after the other.

use super::{Cx, PATIENCE};
use crate::base::time::Civil;
use crate::base::{ConnId, Content, Time, Transform};
use crate::program::contract::{Request, Turn};
use crate::program::files::{Entry, last_name, normalise};
use crate::program::{http_turns, web_pages};
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::listed::{Kind, Listed};
use crate::proto::http::parse::{encode, path_of};
use crate::proto::http::{self, Response, Server, ServerReport};

/// A connection and what is said on it.
#[derive(Debug)]
pub(super) struct Session {
    pub number: u32,
    conn: ConnId,
    http: Server,
    /// Only the head of the answer at hand is wanted.
    head_only: bool,
    /// Until when somebody has to take more of an answer, or to leave.
    deadline: Option<Time>,
    turn: Option<Turn>,
    over: bool,
}

/// What a browser finds in a folder without asking for it by name.
const INDEX: &str = "index.html";

impl Session {
    pub fn new(number: u32, conn: ConnId, now: Time) -> Self {
        Self {
            number,
            conn,
            http: Server::persistent(now, PATIENCE),
            head_only: false,
            deadline: None,
            turn: None,
            over: false,
        }
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    pub fn deadline(&self) -> Option<Time> {
        let both = [self.deadline, self.http.poll_timeout()];
        both.into_iter().flatten().min()
    }

    pub fn heard(&mut self, bytes: &[u8], cx: &mut Cx<'_>) {
        self.http.handle_input(cx.now, bytes);
    }

    pub fn eof(&mut self, cx: &mut Cx<'_>) {
        self.http.handle_eof(cx.now);
    }

    /// Some of an answer has been taken.
    pub fn taken(&mut self, cx: &mut Cx<'_>) {
        if self.deadline.is_some() && !self.http.has_ended() {
            self.deadline = Some(cx.now + PATIENCE);
        }
    }

    /// All of it has.
    pub fn sent(&mut self, cx: &mut Cx<'_>) {
        if self.deadline.take().is_some() {
            self.http.next(cx.now);
        }
    }

    pub fn closed(&mut self, _: &mut Cx<'_>) {
        self.over = true;
    }

    pub fn time_out(&mut self, cx: &mut Cx<'_>) {
        self.http.handle_timeout(cx.now);
        if self.deadline.is_some_and(|deadline| deadline <= cx.now) {
            let conn = self.conn;
            cx.desk.ask(Request::Abort { conn });
            self.over = true;
        }
    }

    /// Does what the engine says.
    pub fn say(&mut self, cx: &mut Cx<'_>) {
        let conn = self.conn;
        while !self.over {
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
                Some(Output::Finish) => {
                    self.deadline = Some(cx.now + PATIENCE);
                    cx.desk.ask(Request::Finish { conn });
                }
                Some(Output::Abort) => cx.desk.ask(Request::Abort { conn }),
                None => return,
            }
        }
    }

    fn asked(&mut self, request: &http::Request, cx: &mut Cx<'_>) {
        let name = "answer the browser";
        cx.desk.ask(Request::Phase { name });
        let said = [&*request.method, " ", &request.target].concat();
        cx.desk.note(note(self.number), said);
        self.head_only = request.method == "HEAD";
        if request.method != "GET" && !self.head_only {
            let response = Response::new(405).with("Allow", "GET, HEAD");
            return self.sentence(response, "This server only hands out.", cx);
        }
        match path_of(&request.target) {
            Some(path) => self.look_up(&path, cx),
            None => self.sentence(Response::new(400), "That is no path.", cx),
        }
    }

    fn look_up(&mut self, path: &str, cx: &mut Cx<'_>) {
        let index = [path, "/", INDEX].concat();
        if let Some(file) = cx.files.get(path).filter(|_| !path.ends_with('/')) {
            self.hand_out(last_name(path), file.clone(), cx);
        } else if !cx.files.is_folder(path) {
            let text = ["There is no ", path, " here."].concat();
            self.sentence(Response::new(404), &text, cx);
        } else if !path.ends_with('/') {
            // Links in the page are meant from inside the folder.
            let there = [&*encode(&normalise(path)), "/"].concat();
            let response = Response::new(301).with("Location", there);
            self.sentence(response, "It is a folder.", cx);
        } else if let Some(file) = cx.files.get(&index) {
            self.hand_out(INDEX, file.clone(), cx);
        } else {
            let listed: Vec<Listed> = cx.files.list(path).map(listed).collect();
            self.page(Response::new(200), &web_pages::folder(path, &listed), cx);
        }
    }

    fn sentence(&mut self, response: Response, text: &str, cx: &mut Cx<'_>) {
        let title = [&*response.code.to_string(), " ", &response.reason].concat();
        self.page(response, &web_pages::sentence(&title, text), cx);
    }

    fn page(&mut self, response: Response, text: &str, cx: &mut Cx<'_>) {
        let content = Content::from_bytes(text.as_bytes());
        self.respond(response, (INDEX, "the page"), content, cx);
    }

    fn hand_out(&mut self, name: &str, content: Content, cx: &mut Cx<'_>) {
        self.respond(Response::new(200), (name, name), content, cx);
    }

    /// Says the head, and the body behind it. The next request waits until both were taken.
    fn respond(
        &mut self,
        response: Response,
        (file, name): (&str, &str),
        content: Content,
        cx: &mut Cx<'_>,
    ) {
        let len = content.len();
        let response = response
            .with("Date", Civil::at(cx.now).rfc9110())
            .with("Content-Type", web_pages::content_type(file))
            .with("Content-Length", len.to_string());
        self.http.answer(response);
        self.say(cx);
        if self.head_only || len == 0 {
            return self.http.next(cx.now);
        }
        self.deadline = Some(cx.now + PATIENCE);
        cx.desk.ask(Request::SendContent {
            conn: self.conn,
            range: 0..len,
            turn: Some(http_turns::data(name, len)),
            content,
            transform: Transform::AsIs,
        });
    }
}

/// Under which key it is noted what a session was asked last.
pub(super) fn note(number: u32) -> String {
    ["session.", &number.to_string()].concat()
}

fn listed((name, entry): (&str, &Entry)) -> Listed {
    Listed {
        name: name.to_owned(),
        kind: match entry.is_folder() {
            true => Kind::Folder,
            false => Kind::File,
        },
        size: Some(entry.len()),
        changed: None,
    }
}
