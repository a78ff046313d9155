//! Any bytes at all, said to both sides: nothing may panic, and nobody sees or deletes a
//! letter without a login.

use super::client::{self, Client, ClientOptions, Order};
use super::server::{Report, Server, ServerOptions};
use super::{Item, parse};
use crate::base::Time;
use crate::proto::{Engine, Output};

/// Tries parsers and engines on the same bytes, for fuzzing.
pub fn fuzz(bytes: &[u8]) {
    parse::fuzz(bytes);
    to_server(bytes);
    to_client(bytes);
}

fn to_server(bytes: &[u8]) {
    let mut server = Server::new(Time::ZERO, ServerOptions::new("server.example.net"));
    server.handle_input(Time::ZERO, bytes);
    server.handle_eof(Time::ZERO);
    let mut is_open = false;
    while let Some(output) = server.poll_output() {
        let Output::Report(report) = output else {
            continue;
        };
        let answered = match report {
            Report::Login { password, .. } => {
                is_open = password.len() % 2 == 0;
                let item = Item {
                    uid: "a".into(),
                    size: 9,
                };
                server.admit(Time::ZERO, is_open.then(|| vec![item]).ok_or("no".into()))
            }
            Report::Fetch { number, .. } => {
                assert!(is_open && number == 1);
                server.give(Time::ZERO, b"a: b\r\n\r\n.\r\n")
            }
            Report::Ends { deleted } => {
                assert!(is_open && (deleted.is_empty() || deleted == [1]));
                server.answer(Time::ZERO, Ok(()))
            }
            _ => continue,
        };
        answered.expect("it was a question");
    }
}

fn to_client(bytes: &[u8]) {
    let mut client = Client::new(Time::ZERO, ClientOptions::new("ada", "secret"));
    client.handle_input(Time::ZERO, bytes);
    let mut ends = 0;
    while let Some(output) = client.poll_output() {
        match output {
            Output::Report(client::Report::Free) => {
                let orders = [Order::Fetch(1), Order::Top(2, 3), Order::Delete(1)];
                client.order(Time::ZERO, &orders).expect("it is free");
            }
            Output::Report(client::Report::Ended(_)) => ends += 1,
            _ => {}
        }
    }
    assert!(ends <= 1);
}
