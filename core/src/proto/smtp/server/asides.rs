//! What a server says beside letters: help, and logging in.

use super::{Prompt, Question, Reply, Report, Ruling, Server, ServerState, Verb, login, states};
use crate::base::Time;
use crate::proto::smtp::login::Heard;

impl Server {
    /// Something was said, so it waits on; but never for ever.
    pub(super) fn touch(&mut self, now: Time) {
        self.deadline = (now + self.options.idle).min(self.until);
    }

    /// Goodbye to who does not mean well.
    pub(super) fn send_away(&mut self, verb: Verb, why: &str) {
        // RFC 5321 §3.8 names 421 for any command; RFC 3463 §3.8 its reason.
        let text = format!("{} closing: {why}", self.options.hostname);
        self.say_to(verb, 421, "4.7.0", &text);
        self.report(Report::Exhausted);
        self.close();
    }

    /// RFC 5321 §4.1.1.8: what can be said here, or how.
    pub(super) fn help(&mut self, about: &str) {
        let verb = Verb::of_word(about.as_bytes());
        let text = match verb {
            _ if about.is_empty() => {
                let known = |verb: &Verb| match states::server(
                    ServerState::Ready,
                    *verb,
                    self.standing(),
                ) {
                    Ruling::Take(_) => *verb != Verb::Expn || self.options.expands,
                    Ruling::Refuse(code, ..) => matches!(code, 503 | 530),
                };
                let words = Verb::ALL.into_iter().filter(known).map(Verb::word);
                format!("I know {}", words.collect::<Vec<_>>().join(" "))
            }
            Verb::Ehlo | Verb::Helo => format!("{} your.host.name", verb.word()),
            Verb::Mail => "MAIL FROM:<address>".into(),
            Verb::Rcpt => "RCPT TO:<address>".into(),
            Verb::Data | Verb::Rset | Verb::Noop | Verb::Quit | Verb::Help => verb.word().into(),
            Verb::Vrfy => "VRFY user".into(),
            Verb::Expn => "EXPN list".into(),
            Verb::Auth => "AUTH PLAIN or AUTH LOGIN".into(),
            _ => return self.refuse(Verb::Help, 504, "5.5.4", "I have nothing to say of that"),
        };
        self.say_to(Verb::Help, 214, "2.0.0", &text);
    }

    pub(super) fn go_on_with_login(&mut self, heard: Heard) {
        match heard {
            Heard::Asks(exchange, reply) => {
                self.exchange = Some(exchange);
                self.say(reply, Prompt::Command(Verb::Auth));
            }
            Heard::Done { user, password } => {
                self.question = Some(Question::Login(user.clone()));
                self.report(Report::Login { user, password });
            }
            Heard::No(reply) => self.say_to_login(reply),
        }
    }

    /// The login has ended in this way.
    pub(super) fn say_to_login(&mut self, reply: Reply) {
        self.exchange = None;
        self.state = states::AFTER_LOGIN;
        if reply.is_permanent() {
            self.say_no(reply, Verb::Auth);
        } else {
            self.say(reply, Prompt::Command(Verb::Auth));
        }
    }

    /// A line that answers 334; none where it did not end as a line does.
    pub(super) fn hear_answer(&mut self, line: Option<&[u8]>) {
        let heard = match (self.exchange.take(), line) {
            (Some(exchange), Some(line)) => login::hear(exchange, line),
            _ => Heard::No(Reply::coded(501, "5.5.2", "A line must end with CRLF")),
        };
        self.go_on_with_login(heard);
    }
}
