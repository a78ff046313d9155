//! The moments a caption can wait for: a grammar of six sentences.

use crate::base::HostId;
use crate::scenario::model::{NodeKind, Scenario, When};
use crate::scenario::problem::{did_you_mean, short};

/// Reads a moment; if it is none, says what is wrong and what to write.
pub(super) fn parse(text: &str, scenario: &Scenario) -> Result<When, (String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["connection", "opens"] => Ok(When::ConnectionOpens),
        ["connection", "closes"] => Ok(When::ConnectionCloses),
        ["packet", "lost", "at", host] => Ok(When::PacketLost {
            host: node(host, scenario)?,
        }),
        [host, "says", verb] => Ok(When::Says {
            host: speaker(host, scenario)?,
            verb: verb_of(verb)?,
        }),
        [host, "replies", code] => Ok(When::Replies {
            host: speaker(host, scenario)?,
            code: code_of(code)?,
        }),
        [host, "asks", kind, name] => Ok(When::Asks {
            host: speaker(host, scenario)?,
            kind: kind_of(kind)?,
            name: name.to_ascii_lowercase(),
        }),
        _ => Err((
            format!("`{}` is not a moment", short(text)),
            "write HOST says VERB, HOST replies CODE, HOST asks TYPE NAME, packet lost at HOST, \
             connection opens, or connection closes"
                .into(),
        )),
    }
}

fn node(name: &str, scenario: &Scenario) -> Result<HostId, (String, String)> {
    scenario.node(name).ok_or_else(|| {
        let names = scenario.nodes.iter().map(|n| n.name.as_str());
        (
            format!("there is no host `{}`", short(name)),
            did_you_mean(name, names, "the hosts are"),
        )
    })
}

fn speaker(name: &str, scenario: &Scenario) -> Result<HostId, (String, String)> {
    let id = node(name, scenario)?;
    match &scenario.nodes[id.index()].kind {
        NodeKind::Host(_) => Ok(id),
        kind => Err((
            format!("`{name}` is a {}, and nobody speaks there", kind.word()),
            "name a host".into(),
        )),
    }
}

fn verb_of(verb: &str) -> Result<String, (String, String)> {
    if (3..=8).contains(&verb.len()) && verb.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(verb.to_owned());
    }
    Err((
        format!("`{}` is not a command's verb", short(verb)),
        "write it in capitals, as on the wire: RETR, MAIL".into(),
    ))
}

fn code_of(code: &str) -> Result<u16, (String, String)> {
    match code.parse::<u16>() {
        Ok(number) if (100..=599).contains(&number) && code.len() == 3 => Ok(number),
        _ => Err((
            format!("`{}` is not a reply's code", short(code)),
            "write three digits, from 100 to 599".into(),
        )),
    }
}

fn kind_of(kind: &str) -> Result<String, (String, String)> {
    const KINDS: [&str; 6] = ["A", "AAAA", "MX", "CNAME", "PTR", "TXT"];
    if KINDS.contains(&kind) {
        return Ok(kind.to_owned());
    }
    Err((
        format!("`{}` is not a kind of record", short(kind)),
        did_you_mean(kind, KINDS, "the kinds are"),
    ))
}
