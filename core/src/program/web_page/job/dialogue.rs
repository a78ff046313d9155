//! What a job says to the FTP server, and makes of the replies.

use super::super::Cx;
use super::Job;
use crate::program::contract::Request;
use crate::program::ftp_turns;
use crate::proto::ftp::{
    Class, ClientReport, Command, ExtendedPassive, Form, Reply, TypeCode, parse,
};
use crate::proto::http::Response;
use crate::proto::http::parse::encode;
use std::net::SocketAddr;

impl Job {
    pub(super) fn told(&mut self, report: ClientReport, cx: &mut Cx<'_>) {
        match report {
            ClientReport::Says(command) => {
                if let Some(session) = &mut self.session {
                    session.turn = Some(ftp_turns::command(&command));
                }
            }
            ClientReport::Greeting(reply) if reply.class() == Class::Completion => {
                self.command(Command::User(cx.config.user.clone()));
            }
            // No room there is no room here (RFC 959 §5.4).
            ClientReport::Greeting(reply) | ClientReport::Dismissed(reply) => {
                let code = if reply.code == 421 { 503 } else { 502 };
                self.refused(code, &reply, cx);
            }
            ClientReport::Reply { to, reply } => self.replied(&to, &reply, cx),
            ClientReport::Broken(_) | ClientReport::Gone => {
                self.fail(502, "The FTP server broke off.", cx);
            }
            ClientReport::Delayed(_) | ClientReport::Unexpected(_) => {}
        }
    }

    fn replied(&mut self, to: &Command, reply: &Reply, cx: &mut Cx<'_>) {
        let Some(wants) = self.wants.clone() else {
            return;
        };
        let done = reply.class() == Class::Completion;
        match (to, reply.code) {
            (_, 100..200) => {}
            (Command::User(_), 331) => self.command(Command::Pass(cx.config.password.clone())),
            (Command::User(_) | Command::Pass(_), _) if done => {
                // A list is text by its nature, and is read as text in any type.
                let folder = wants.is_folder();
                self.command(Command::Type(match folder {
                    true => TypeCode::Ascii(Form::NonPrint),
                    false => TypeCode::Image,
                }));
            }
            (Command::Type(_), _) if done && wants.head_only && !wants.is_folder() => {
                self.command(Command::Size(wants.path));
            }
            (Command::Type(_), _) if done => self.command(self.passive(cx)),
            (Command::Size(_), 213) => {
                let len = reply.text().trim().parse().ok();
                self.give(&wants, len, None, cx);
            }
            // Then a head need not say how long it is (RFC 9110 §9.3.2).
            (Command::Size(_), 500 | 502 | 504) => self.give(&wants, None, None, cx),
            (Command::Epsv(_), 229) => {
                let port = parse::extended_passive_port(&reply.text()).map(|(port, _)| port);
                self.open_data(port, cx);
            }
            // Whatever address it names: it is the server's own that is called.
            (Command::Pasv, 227) => {
                let at = parse::passive_endpoint(&reply.text());
                self.open_data(at.map(|(at, _)| at.port()), cx);
            }
            (Command::Epsv(_), 500..) if self.is_ipv4() => self.command(Command::Pasv),
            (Command::Mlsd(_), 500 | 502 | 504) => {
                self.data.facts = false;
                self.command(Command::List(wants.path));
            }
            (Command::Retr(_) | Command::Mlsd(_) | Command::List(_), _) if done => {
                self.data.confirmed = true;
                self.complete_if_done(cx);
            }
            (Command::Quit, _) => {}
            // No file: a folder, without the slash at its end?
            (Command::Retr(_) | Command::Size(_), 550) => {
                self.refusal = Some(reply.clone());
                if let Some(conn) = self.data.open.take() {
                    cx.desk.ask(Request::Abort { conn });
                }
                self.command(Command::Cwd(wants.path));
            }
            (Command::Cwd(_), _) if done => self.send_on(&wants.path, cx),
            (Command::Cwd(_), _) => {
                let refusal = self.refusal.take();
                self.refused(404, refusal.as_ref().unwrap_or(reply), cx);
            }
            (_, 421) => self.refused(503, reply, cx),
            (_, 550) => self.refused(404, reply, cx),
            _ => self.refused(502, reply, cx),
        }
    }

    /// It is a folder, and its name ends with a slash: links in it lead from there
    /// (RFC 9110 §15.4.2).
    fn send_on(&mut self, path: &str, cx: &mut Cx<'_>) {
        // Two slashes in front would lead to another host (RFC 3986 §4.2).
        let location = ["/", &encode(path.trim_start_matches('/')), "/"].concat();
        let response = Response::new(301).with("Location", location);
        self.answer(
            response,
            "This is a folder: its name ends with a slash.",
            cx,
        );
    }

    fn is_ipv4(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.at.is_ipv4())
    }

    /// EPSV with IPv6 (RFC 2428 §3), where the settings want it or not.
    fn passive(&self, cx: &Cx<'_>) -> Command {
        match cx.config.extended || !self.is_ipv4() {
            true => Command::Epsv(ExtendedPassive::Same),
            false => Command::Pasv,
        }
    }

    fn open_data(&mut self, port: Option<u16>, cx: &mut Cx<'_>) {
        let at = self.session.as_ref().map(|session| session.at.ip());
        match (at, port) {
            (Some(address), Some(port)) => self.connect(SocketAddr::new(address, port), cx),
            _ => self.fail(502, "The FTP server does not say where it listens.", cx),
        }
    }

    /// The data connection is open: the command that uses it.
    pub(super) fn transfer(&mut self) {
        let Some(wants) = &self.wants else { return };
        let path = wants.path.clone();
        self.data.facts = wants.is_folder();
        self.command(match self.data.facts {
            true => Command::Mlsd(path),
            false => Command::Retr(path),
        });
    }
}
