//! Any bytes at all, said to both sides: nothing may panic, and no letter may come of a
//! login that was refused.

use super::client::{self, Client, ClientOptions, Envelope};
use super::server::{Login, Report, Server, ServerOptions};
use super::types::{Path, Reply};
use super::{data, parse};
use crate::base::Time;
use crate::proto::{Engine, Output};

/// Tries parsers and engines on the same bytes, for fuzzing.
pub fn fuzz(bytes: &[u8]) {
    parse::fuzz(bytes);
    data::fuzz(bytes);
    for login in [Login::Off, Login::Offered, Login::Required] {
        to_server(bytes, login);
    }
    to_client(bytes);
}

fn to_server(bytes: &[u8], login: Login) {
    let options = ServerOptions {
        login,
        expands: true,
        max_letter: 4096,
        ..ServerOptions::new("server.example.net")
    };
    let mut server = Server::new(Time::ZERO, options);
    server.handle_input(Time::ZERO, bytes);
    server.handle_eof(Time::ZERO);
    while let Some(output) = server.poll_output() {
        let Output::Report(report) = output else {
            continue;
        };
        let reply = match report {
            Report::Login { password, .. } if password.len() % 2 == 0 => Reply::new(235, "In"),
            Report::Login { .. } => Reply::new(535, "No"),
            Report::Letter(letter) => {
                assert!(login != Login::Required || letter.login.is_some());
                assert!(letter.letter.len() <= 4096 && !letter.to.is_empty());
                Reply::new(250, "OK")
            }
            Report::MailFrom { .. }
            | Report::RcptTo { .. }
            | Report::Verify(_)
            | Report::Expand(_) => Reply::new(250, "OK"),
            _ => continue,
        };
        server.answer(Time::ZERO, reply).expect("it was a question");
    }
}

fn to_client(bytes: &[u8]) {
    let Ok(to) = parse::mailbox("grace@example.net") else {
        return;
    };
    let envelope = Envelope {
        from: Path::Null,
        to: vec![to.clone(), to],
        letter: (*b"Subject: x\n\n.\n").into(),
    };
    let options = ClientOptions {
        hostname: "laptop".into(),
        login: bytes
            .first()
            .filter(|b| **b % 2 == 0)
            .map(|_| ("ada".into(), "secret".into())),
        one_letter: false,
        ..ClientOptions::default()
    };
    let mut client = Client::new(Time::ZERO, options, envelope.clone());
    client.handle_input(Time::ZERO, bytes);
    while let Some(output) = client.poll_output() {
        match output {
            Output::Report(client::Report::Free) => {
                let next = client.hand_over(Time::ZERO, envelope.clone());
                next.expect("it is free");
            }
            Output::Report(client::Report::Ended(deliveries)) => assert_eq!(deliveries.len(), 2),
            _ => {}
        }
    }
}
