//! Why, in text: a chain of causes as a person reads it alone.

use crate::timeline::{Chain, Matter, Timeline};
use std::fmt::Write as _;

/// A chain: what is explained, what decided it, and each link with its time, node and packet.
#[must_use]
pub fn told(timeline: &Timeline, chain: &Chain) -> String {
    let name = |host| timeline.node(host).name.as_str();
    let mut text = String::new();
    if let Some(last) = chain.links.last() {
        let _ = writeln!(text, "Why? {}: {}", name(last.host), last.says);
    }
    let times = chain.links.iter().map(|link| link.time.to_string());
    let times: Vec<String> = times.collect();
    let wide = times.iter().map(String::len).max().unwrap_or(0);
    let names = chain
        .links
        .iter()
        .map(|link| name(link.host).chars().count());
    let names = names.max().unwrap_or(0);
    for (link, time) in chain.links.iter().zip(&times) {
        let packet = link
            .frame
            .map(|frame| format!("  (packet {})", frame.0 + 1));
        let packet = packet.unwrap_or_default();
        let who = name(link.host);
        let _ = writeln!(text, "  {time:>wide$}  {who:names$}  {}{packet}", link.says);
    }
    if let Some(trouble) = &chain.trouble {
        let _ = writeln!(text, "  {} {}", word(chain.matter), trouble.words());
    }
    text
}

/// What the trouble is called.
#[must_use]
pub fn word(matter: Matter) -> &'static str {
    match matter {
        Matter::Lost => "Lost at",
        Matter::Refused | Matter::Rejected => "Refused at",
        _ => "Went wrong at",
    }
}
