//! Logging in, as a server hears it: AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616).

use super::types::{AuthWay, Reply};
use crate::proto::mail::base64;

/// What LOGIN asks for first: `Username:`.
const ASKS_USER: &str = "VXNlcm5hbWU6";
/// And then: `Password:`.
const ASKS_PASSWORD: &str = "UGFzc3dvcmQ6";

/// A login under way: what the next line will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// All of PLAIN.
    Plain,
    /// LOGIN's user name.
    User,
    /// LOGIN's password, for this user.
    Password(String),
}

/// What comes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The server asks for more.
    Asks(Exchange, Reply),
    /// All is known.
    Done {
        /// The user name.
        user: String,
        /// The password.
        password: String,
    },
    /// It comes to nothing.
    No(Reply),
}

/// The login of this way begins, perhaps with a first line in the command itself.
#[must_use]
pub fn begin(mechanism: &str, initial: Option<&str>) -> Heard {
    let way = AuthWay::ALL.into_iter().find(|way| way.word() == mechanism);
    let first = match way {
        Some(AuthWay::Plain) => Exchange::Plain,
        Some(AuthWay::Login) => Exchange::User,
        // RFC 4954 §4.
        None => return no(504, "5.5.4", "I know AUTH PLAIN and AUTH LOGIN"),
    };
    match initial {
        None => ask(first),
        // RFC 4954 §4: an empty first line is written as a `=`.
        Some("=") => hear(first, b""),
        Some(line) => hear(first, line.as_bytes()),
    }
}

/// The line that was asked for.
#[must_use]
pub fn hear(exchange: Exchange, line: &[u8]) -> Heard {
    if line == b"*" {
        return no(501, "5.7.0", "Given up");
    }
    let Some(bytes) = base64::decode(line) else {
        return no(501, "5.5.2", "That is no base64");
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return no(501, "5.5.2", "That is no UTF-8");
    };
    match exchange {
        Exchange::Plain => hear_plain(&text),
        Exchange::User => ask(Exchange::Password(text)),
        Exchange::Password(user) => Heard::Done {
            user,
            password: text,
        },
    }
}

/// RFC 4616 §2: on whose behalf (empty: one's own), who, password; a NUL between them.
fn hear_plain(text: &str) -> Heard {
    let parts: Vec<&str> = text.split('\0').collect();
    match parts[..] {
        [on_behalf, user, password] if !user.is_empty() => {
            if !(on_behalf.is_empty() || on_behalf == user) {
                // RFC 4616 §2: nobody here acts for anybody else.
                return no(535, "5.7.8", "You may act for yourself only");
            }
            Heard::Done {
                user: user.into(),
                password: password.into(),
            }
        }
        _ => no(501, "5.5.2", "PLAIN is: NUL, user name, NUL, password"),
    }
}

fn ask(exchange: Exchange) -> Heard {
    let text = match exchange {
        Exchange::Plain => "",
        Exchange::User => ASKS_USER,
        Exchange::Password(_) => ASKS_PASSWORD,
    };
    Heard::Asks(exchange, Reply::new(334, text))
}

fn no(code: u16, enhanced: &str, text: &str) -> Heard {
    Heard::No(Reply::coded(code, enhanced, text))
}
