//! What the server can do beyond RFC 5321, and what parameters that gives to its commands.

use super::types::Param;

/// The lines behind the greeting in the answer to EHLO: what is truly understood, and
/// nothing else (RFC 1870 §3, RFC 6152 §2).
#[must_use]
pub fn offered(max_letter: usize) -> Vec<String> {
    vec![format!("SIZE {max_letter}"), "8BITMIME".into()]
}

/// Whether the parameters of `MAIL` can be met, else the code and text of the refusal.
/// Without EHLO (`max_letter` is none) there are no parameters (RFC 5321 §2.2.1).
pub fn check_mail(params: &[Param], max_letter: Option<usize>) -> Result<(), (u16, &'static str)> {
    // RFC 5321 §4.1.1.11.
    const UNKNOWN: (u16, &str) = (555, "I do not know this parameter of MAIL");
    for param in params {
        let max_letter = max_letter.ok_or(UNKNOWN)?;
        let value = param.value.as_deref().unwrap_or("");
        match param.key.as_str() {
            "SIZE" if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) => {
                return Err((501, "SIZE needs a number"));
            }
            // RFC 1870 §6.1: a letter announced as too large need not be sent.
            "SIZE" if value.parse::<usize>().is_ok_and(|n| n <= max_letter) => {}
            "SIZE" => return Err((552, "The letter is too large")),
            // RFC 6152 §2: letters are kept byte for byte, so either is fine.
            "BODY" if value.eq_ignore_ascii_case("7BIT") => {}
            "BODY" if value.eq_ignore_ascii_case("8BITMIME") => {}
            "BODY" => return Err((501, "BODY is 7BIT or 8BITMIME")),
            _ => return Err(UNKNOWN),
        }
    }
    Ok(())
}
