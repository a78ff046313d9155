//! What the person's FTP program makes of the server's replies.

use super::task::Task;
use super::{Control, FtpUser};
use crate::program::contract::Request;
use crate::program::ftp_turns;
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::{Class, ClientReport, Command, Reply};

impl FtpUser {
    /// Deals with the next thing that comes out of the engine; false where nothing does.
    pub(super) fn say_next(&mut self) -> bool {
        let Control::Up(up) = &mut self.control else {
            return false;
        };
        let conn = up.conn;
        let Some(output) = up.client.poll_output() else {
            return false;
        };
        match output {
            Output::Send(bytes) => {
                let turn = self.turn.take();
                self.ask(Request::Send { conn, bytes, turn });
            }
            Output::Report(report) => self.told(report),
            Output::Finish => {
                up.leaving = true;
                self.ask(Request::Finish { conn });
            }
            Output::Abort => {
                up.leaving = true;
                self.ask(Request::Abort { conn });
            }
        }
        true
    }

    fn told(&mut self, report: ClientReport) {
        match report {
            ClientReport::Says(command) => self.turn = Some(ftp_turns::command(&command)),
            ClientReport::Greeting(reply) if reply.class() == Class::Completion => {
                self.phase("log in");
                self.command(Command::User(self.config.user.clone()));
            }
            ClientReport::Greeting(reply) => {
                self.left(Some(&reply), "The server does not let us in");
            }
            ClientReport::Dismissed(reply) => {
                self.left(Some(&reply), "The server ended the session");
            }
            ClientReport::Reply { to, reply } if reply.code == 421 => {
                let what = format!("The server ended the session at {}", to.verb());
                self.left(Some(&reply), &what);
            }
            ClientReport::Reply { to, reply } => self.answered(&to, &reply),
            ClientReport::Broken(why) => self.left(None, &format!("The server sent {why}")),
            ClientReport::Gone => self.left(None, "The server hung up"),
            ClientReport::Delayed(_) | ClientReport::Unexpected(_) => {}
        }
    }

    fn answered(&mut self, to: &Command, reply: &Reply) {
        let class = reply.class();
        match to {
            Command::User(_) if reply.code == 331 => {
                self.command(Command::Pass(self.config.password.clone()));
            }
            Command::User(_) | Command::Pass(_) => self.login_answered(reply),
            Command::Quit => self.quit_answered(reply),
            Command::Retr(_) if class == Class::Preliminary => self.transfer_begun(reply),
            _ if class == Class::Preliminary => {}
            Command::Type(_) | Command::Pasv | Command::Port(_) | Command::Retr(_)
                if class != Class::Completion =>
            {
                self.get_refused(to, reply);
            }
            Command::Type(_) => {
                self.binary = true;
                self.open_data();
            }
            Command::Pasv => self.passive_at(reply),
            Command::Port(_) => self.retrieve(),
            Command::Retr(_) => self.transfer_confirmed(reply),
            _ => {}
        }
    }

    fn login_answered(&mut self, reply: &Reply) {
        match (&mut self.control, reply.class()) {
            (_, Class::Preliminary) => {}
            (Control::Up(up), Class::Completion) => {
                up.logged_in = true;
                let user = self.config.user.clone();
                self.note("state", format!("logged in as {user}"));
                self.succeed(Some(reply.code), format!("Logged in as {user}."));
            }
            _ => {
                // Without a login nothing that was to follow can work.
                self.queue.clear();
                let text = sentence("The login was refused", reply);
                self.fail(Some(reply.code), text);
            }
        }
    }

    fn quit_answered(&mut self, reply: &Reply) {
        if reply.class() == Class::Preliminary {
            return;
        }
        if let Control::Up(up) = &mut self.control {
            up.leaving = true;
            up.logged_in = false;
            let conn = up.conn;
            // A server that refuses to say goodbye is left all the same.
            if reply.class() != Class::Completion {
                self.ask(Request::Finish { conn });
            }
        }
        self.note("state", "logged out");
        self.succeed(Some(reply.code), "Logged out.".to_owned());
    }

    /// The server has ended the session: what runs has failed.
    fn left(&mut self, reply: Option<&Reply>, what: &str) {
        if let Control::Up(up) = &mut self.control {
            up.leaving = true;
            up.logged_in = false;
        }
        self.note("state", "dismissed");
        self.queue.clear();
        if matches!(self.task, None | Some(Task::LogOut)) {
            self.task = None;
            return;
        }
        match reply {
            Some(reply) => self.fail(Some(reply.code), sentence(what, reply)),
            None => self.fail(None, format!("{what}.")),
        }
    }
}

/// `what`, with the server's own words behind it, as one sentence.
pub(super) fn sentence(what: &str, reply: &Reply) -> String {
    let text = reply.text();
    match text.trim_end_matches('.') {
        "" => format!("{what} with {}.", reply.code),
        said => format!("{what}: {} {said}.", reply.code),
    }
}
