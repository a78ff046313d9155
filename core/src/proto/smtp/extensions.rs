//! What the server can do beyond RFC 5321, and what parameters that gives to its commands.

use super::data;
use super::server::{Login, ServerOptions};
use super::types::{AuthWay, Param, Reply};

/// The lines behind the greeting in the answer to EHLO: what is truly understood, and
/// nothing else (RFC 1870 §3, RFC 6152 §2, RFC 2920 §3.2, RFC 2034 §3, RFC 4954 §4).
#[must_use]
pub fn offered(options: &ServerOptions) -> Vec<String> {
    let mut lines = Vec::new();
    if options.pipelining {
        lines.push("PIPELINING".into());
    }
    lines.push(format!("SIZE {}", options.max_letter));
    lines.push("8BITMIME".into());
    lines.push("ENHANCEDSTATUSCODES".into());
    if options.login != Login::Off {
        let ways = AuthWay::ALL.map(AuthWay::word);
        lines.push(format!("AUTH {}", ways.join(" ")));
    }
    // RFC 5321 §3.5.2: what is understood of these is said.
    if options.expands {
        lines.push("EXPN".into());
    }
    lines.push("HELP".into());
    lines
}

/// What a server offers beyond RFC 5321, as far as a client here makes use of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Commands in groups (RFC 2920).
    pub pipelining: bool,
    /// Sizes announced (RFC 1870).
    pub size: bool,
    /// Letters of 8-bit bytes (RFC 6152).
    pub eight_bit: bool,
    /// Logging in, in these ways (RFC 4954).
    pub auth: Vec<AuthWay>,
}

impl Offers {
    /// Reads the answer to EHLO.
    #[must_use]
    pub fn read(reply: &Reply) -> Self {
        let mut offers = Self::default();
        for line in reply.lines.iter().skip(1) {
            let mut words = line.split_ascii_whitespace();
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            match keyword.as_str() {
                "PIPELINING" => offers.pipelining = true,
                "SIZE" => offers.size = true,
                "8BITMIME" => offers.eight_bit = true,
                "AUTH" => {
                    let known = |word: &str| {
                        let is = |way: &AuthWay| way.word().eq_ignore_ascii_case(word);
                        AuthWay::ALL.into_iter().find(is)
                    };
                    offers.auth = words.filter_map(known).collect();
                }
                _ => {}
            }
        }
        offers
    }

    /// What `MAIL` says besides the sender.
    #[must_use]
    pub fn of_mail(&self, letter: &[u8]) -> Vec<Param> {
        let param = |key: &str, value: String| Param {
            key: key.into(),
            value: Some(value),
        };
        let mut params = Vec::new();
        if self.size {
            // RFC 1870 §5: line ends count as two, doubled dots and the last one do not.
            params.push(param("SIZE", data::size(letter).to_string()));
        }
        if self.eight_bit && !letter.is_ascii() {
            params.push(param("BODY", "8BITMIME".into()));
        }
        params
    }
}

/// What was said behind the sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// How large the letter will be.
    pub size: Option<u64>,
}

/// A refusal: code, enhanced code, text.
pub type Refusal = (u16, &'static str, &'static str);

/// What the parameters of `MAIL` say, else the refusal. Whoever said HELO (not `extended`)
/// has no parameters (RFC 5321 §2.2.1).
pub fn check_mail(
    params: &[Param],
    extended: bool,
    options: &ServerOptions,
) -> Result<Said, Refusal> {
    // RFC 5321 §4.1.1.11.
    const UNKNOWN: Refusal = (555, "5.5.4", "I do not know this parameter of MAIL");
    let mut said = Said::default();
    for param in params {
        if !extended {
            return Err(UNKNOWN);
        }
        let value = param.value.as_deref().unwrap_or("");
        match param.key.as_str() {
            "SIZE" => {
                // RFC 1870 §4: up to twenty digits.
                let is_number = (1..=20).contains(&value.len());
                if !is_number || !value.bytes().all(|b| b.is_ascii_digit()) {
                    return Err((501, "5.5.4", "SIZE needs a number"));
                }
                let size = value.parse().unwrap_or(u64::MAX);
                // RFC 1870 §6.1: a letter announced as too large need not be sent.
                if size > options.max_letter as u64 {
                    return Err((552, "5.3.4", "The letter is too large"));
                }
                said.size = Some(size);
            }
            // RFC 6152 §2: letters are kept byte for byte, so either is fine.
            "BODY" if value.eq_ignore_ascii_case("7BIT") => {}
            "BODY" if value.eq_ignore_ascii_case("8BITMIME") => {}
            "BODY" => return Err((501, "5.5.4", "BODY is 7BIT or 8BITMIME")),
            // RFC 4954 §5: who wrote it, as another server says; nobody here relies on it.
            "AUTH" if options.login != Login::Off && !value.is_empty() => {}
            _ => return Err(UNKNOWN),
        }
    }
    Ok(said)
}
