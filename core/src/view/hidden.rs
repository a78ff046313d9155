//! Passwords in what is shown: found in a packet's fields and in what was said, and hidden there.

use super::reading::Leaves;
use super::words::without_passwords;
use crate::base::{FrameId, TurnKind};
use crate::dissect::{ShownField, ShownLayer, Shows};
use crate::proto::mail::base64;
use crate::timeline::Timeline;
use std::ops::Range;

/// Stands where a password would.
pub const HIDDEN: &str = "••••";
/// Shorter ones are parts of too many words to be looked for.
const SHORT: usize = 4;

/// What was hidden of a packet: whose bytes (0 the packet's own, else a message's), and which.
pub type Hidden = (u8, Range<usize>);

/// Fields whose bytes are a password, or hold one in base64.
const SECRETS: [&str; 2] = ["smtp.auth.username_password", "http.authorization"];
/// The words of commands that say a password, what they are called, and what follows them.
const SAID: [(&str, &str); 2] = [
    ("ftp.request.command", "ftp.request.arg"),
    ("pop.request.command", "pop.request.parameter"),
];

/// Hides passwords in what is read of a packet, and says there where their bytes lie.
pub fn hide(leaves: &mut Leaves, id: FrameId, frame: &[u8]) {
    let mut hidden: Vec<Hidden> = Vec::new();
    let mut pieces: Vec<Hidden> = Vec::new();
    for layer in &leaves.layers {
        for field in secrets(layer) {
            hidden.push((layer.source, field.range.clone()));
            // Of a line that came in pieces the packet holds one.
            let own = field.pieces.iter().filter(|piece| piece.frame == id.0 + 1);
            pieces.extend(own.map(|piece| (0, piece.range.clone())));
        }
    }
    if hidden.is_empty() {
        return;
    }
    let text = |(source, range): &Hidden| {
        let bytes = match usize::from(*source).checked_sub(1) {
            None => frame,
            Some(at) => leaves.gathered.get(at).map_or(&[][..], |g| &g.bytes),
        };
        let bytes = bytes.get(range.clone()).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    };
    let words: Vec<String> = hidden.iter().map(text).collect();
    for layer in &mut leaves.layers {
        let own = layer.source;
        let mut any = false;
        for field in &mut layer.fields {
            let touched = hidden
                .iter()
                .any(|(source, range)| *source == own && meets(range, &field.range));
            if touched {
                field.value = without(field, &words);
                any = true;
            }
        }
        if any {
            layer.summary = replaced(&layer.summary, &words);
        }
    }
    hidden.append(&mut pieces);
    leaves.hidden = hidden;
}

/// Whether a field's value tells a password.
#[must_use]
pub fn is_hidden(field: &ShownField) -> bool {
    field.value.contains(HIDDEN)
}

fn meets(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// A field's value without the password that its bytes hold.
fn without(field: &ShownField, words: &[String]) -> String {
    // Who logs in is no secret; it stands in the same base64.
    if matches!(field.kind.shows, Shows::Flag | Shows::Number)
        || field.kind.filter == "smtp.auth.username"
    {
        return field.value.clone();
    }
    let value = replaced(&field.value, words);
    let is_all = field.kind.filter == "smtp.auth.password"
        || SECRETS.contains(&field.kind.filter)
        || SAID
            .iter()
            .any(|(_, argument)| *argument == field.kind.filter);
    match is_all && value == field.value {
        true => HIDDEN.to_owned(),
        false => value,
    }
}

fn replaced(text: &str, words: &[String]) -> String {
    let mut text = text.to_owned();
    for word in words.iter().filter(|word| !word.is_empty()) {
        if text.contains(word.as_str()) {
            text = text.replace(word.as_str(), HIDDEN);
        } else if let Some(start) = text.strip_suffix('…').and_then(|cut| cut_off(cut, word)) {
            // The line was cut within the password.
            text = format!("{}{HIDDEN}…", &text[..start]);
        }
    }
    text
}

/// Where a text that was cut ends with the beginning of a word.
fn cut_off(text: &str, word: &str) -> Option<usize> {
    let starts = word.char_indices().skip(1).map(|(at, _)| at);
    let mut starts: Vec<usize> = starts.collect();
    starts.reverse();
    let at = starts.into_iter().find(|at| text.ends_with(&word[..*at]))?;
    Some(text.len() - at)
}

/// A layer's fields that hold passwords.
fn secrets(layer: &ShownLayer) -> impl Iterator<Item = &ShownField> {
    let mut is_password = false;
    layer.fields.iter().filter(move |field| {
        let name = field.kind.filter;
        if SAID.iter().any(|(verb, _)| *verb == name) {
            let verb = field.value.trim();
            is_password = ["PASS", "ACCT"]
                .iter()
                .any(|word| verb.eq_ignore_ascii_case(word));
        }
        let is_argument = SAID.iter().any(|(_, argument)| *argument == name);
        let tells = is_password && is_argument || SECRETS.contains(&name);
        tells && !field.range.is_empty()
    })
}

/// The passwords that were said in a run, as they were said and as they are read.
#[must_use]
pub fn said(timeline: &Timeline) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut asks_for_name = false;
    for record in timeline.turns() {
        let turn = &record.turn;
        if turn.kind == TurnKind::Reply {
            asks_for_name = turn.verb == "334" && asks_for_user(&turn.text);
        }
        if turn.kind != TurnKind::Command {
            continue;
        }
        let (shown, _) = without_passwords(turn);
        if shown == turn.text {
            continue;
        }
        let word = match shown.strip_suffix(HIDDEN) {
            // A name is no secret.
            Some("") if asks_for_name => continue,
            Some(before) => turn.text.get(before.len()..).unwrap_or_default(),
            None => continue,
        };
        all.push(word.to_owned());
        if let Some(read) = base64::decode(word.as_bytes())
            && let Ok(read) = String::from_utf8(read)
        {
            // RFC 4616: who acts, who logs in, the password.
            all.extend(read.rsplit('\0').next().map(str::to_owned));
        }
    }
    all.retain(|word| word.len() >= SHORT);
    all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    all.dedup();
    all
}

/// Whether a server asks for the name: `334 VXNlcm5hbWU6`.
fn asks_for_user(reply: &str) -> bool {
    let asked = reply.split_once(' ').map_or("", |(_, asked)| asked);
    let asked = base64::decode_loosely(asked.as_bytes());
    asked.to_ascii_lowercase().starts_with(b"user")
}

/// A sentence with these words hidden, where they stand as words.
#[must_use]
pub fn hidden_in(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(secret.as_str())) {
            let (start, end) = (from + at, from + at + secret.len());
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let inside = is_letter(text[..start].chars().next_back())
                || is_letter(text[end..].chars().next());
            if inside {
                from = end;
            } else {
                text.replace_range(start..end, HIDDEN);
                from = start + HIDDEN.len();
            }
        }
    }
    text
}
