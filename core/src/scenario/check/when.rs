//! The moments a caption can wait for: a closed grammar of a dozen sentences.

use crate::base::{HostId, LinkId};
use crate::scenario::model::{NodeKind, PacketKind, Scenario, When};
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
        ["packet", "lost", "on", link] => Ok(When::PacketLostOn {
            link: link_of(link, scenario)?,
        }),
        ["link", link, "goes", "down"] => Ok(When::LinkDown {
            link: link_of(link, scenario)?,
        }),
        ["link", link, "goes", "up"] => Ok(When::LinkUp {
            link: link_of(link, scenario)?,
        }),
        [host, verb, ref rest @ ..] => of_node(text, (host, verb, rest), scenario),
        _ => Err(no_moment(text)),
    }
}

/// What a node says or does.
fn of_node(
    text: &str,
    (name, verb, rest): (&str, &str, &[&str]),
    scenario: &Scenario,
) -> Result<When, (String, String)> {
    match (verb, rest) {
        ("says", [verb]) => Ok(When::Says {
            host: speaker(name, scenario)?,
            verb: verb_of(verb)?,
        }),
        ("replies", [code]) => Ok(When::Replies {
            host: speaker(name, scenario)?,
            code: code_of(code)?,
        }),
        ("asks", [kind, question]) => Ok(When::Asks {
            host: speaker(name, scenario)?,
            kind: kind_of(kind)?,
            name: name_of(question, scenario),
        }),
        ("answers", [kind, question]) => Ok(When::Answers {
            host: speaker(name, scenario)?,
            kind: kind_of(kind)?,
            name: name_of(question, scenario),
        }),
        ("goes", ["down"]) => Ok(When::HostDown {
            host: speaker(name, scenario)?,
        }),
        ("goes", ["up"]) => Ok(When::HostUp {
            host: speaker(name, scenario)?,
        }),
        ("sends", [_, ..]) => Ok(When::Sends {
            host: sender(name, scenario)?,
            what: packet_of(&rest.join(" "), &PacketKind::NAMES)?,
        }),
        ("repeats", [_, ..]) => Ok(When::Repeats {
            host: speaker(name, scenario)?,
            what: packet_of(&rest.join(" "), &REPEATED)?,
        }),
        ("gives", ["up"]) => Ok(When::GivesUp {
            host: speaker(name, scenario)?,
        }),
        ("forbids", []) => Ok(When::Forbids {
            host: router(name, scenario)?,
        }),
        ("translates", []) => Ok(When::Translates {
            host: router(name, scenario)?,
        }),
        ("forgets", []) => Ok(When::Forgets {
            host: router(name, scenario)?,
        }),
        _ => Err(no_moment(text)),
    }
}

/// What can be sent again and seen to be the same.
const REPEATED: [(&str, PacketKind); 6] = [
    ("SYN", PacketKind::Syn),
    ("SYN-ACK", PacketKind::SynAck),
    ("FIN", PacketKind::Fin),
    ("data", PacketKind::Data),
    ("data early", PacketKind::AskedFor),
    ("data late", PacketKind::Overdue),
];

fn no_moment(text: &str) -> (String, String) {
    (
        format!("`{}` is not a moment", short(text)),
        "write HOST says VERB, HOST replies CODE, HOST asks TYPE NAME, \
         HOST answers TYPE NAME, HOST sends PACKET, HOST repeats PACKET, HOST gives up, HOST forbids, HOST translates, HOST forgets, \
         packet lost at HOST, packet lost on LINK, HOST goes down (or up), \
         link LINK goes down (or up), \
         connection opens, or connection closes"
            .into(),
    )
}

fn packet_of(
    name: &str,
    known: &[(&'static str, PacketKind)],
) -> Result<PacketKind, (String, String)> {
    let found = known.iter().find(|(known, _)| *known == name);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let names = known.iter().map(|(name, _)| *name);
        (
            format!("`{}` is not a packet to wait for", short(name)),
            did_you_mean(name, names, "there are"),
        )
    })
}

/// A link by its two ends, in either order: `laptop-router`.
fn link_of(name: &str, scenario: &Scenario) -> Result<LinkId, (String, String)> {
    let called = |from: HostId, to: HostId| {
        let name_of = |id: HostId| scenario.nodes[id.index()].name.as_str();
        [name_of(from), name_of(to)].join("-")
    };
    let mut links = scenario.links.iter();
    let found = links.position(|l| called(l.a, l.b) == name || called(l.b, l.a) == name);
    found.map(LinkId::from_index).ok_or_else(|| {
        let names: Vec<String> = scenario.links.iter().map(|l| called(l.a, l.b)).collect();
        let names = names.iter().map(String::as_str);
        (
            format!("there is no link `{}`", short(name)),
            did_you_mean(name, names, "the links are"),
        )
    })
}

/// A node that sends packets of its own: a host or a router.
fn sender(name: &str, scenario: &Scenario) -> Result<HostId, (String, String)> {
    let id = node(name, scenario)?;
    match &scenario.nodes[id.index()].kind {
        NodeKind::Host(_) | NodeKind::Router(_) => Ok(id),
        kind => Err((
            format!(
                "`{name}` is a {}, and sends nothing of its own",
                kind.word()
            ),
            "name a host or a router".into(),
        )),
    }
}

/// A node that keeps a table of flows.
fn router(name: &str, scenario: &Scenario) -> Result<HostId, (String, String)> {
    let id = node(name, scenario)?;
    match &scenario.nodes[id.index()].kind {
        NodeKind::Router(_) => Ok(id),
        kind => Err((
            format!("`{name}` is a {}, and only routers do that", kind.word()),
            "name a router".into(),
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

/// A name as it is asked for: a host's in full.
fn name_of(name: &str, scenario: &Scenario) -> String {
    let full = scenario.node(name).map(|id| scenario.full_name(id));
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    full.unwrap_or(name)
}

fn kind_of(kind: &str) -> Result<String, (String, String)> {
    const KINDS: [&str; 8] = ["A", "AAAA", "MX", "CNAME", "PTR", "TXT", "NS", "SOA"];
    if KINDS.contains(&kind) {
        return Ok(kind.to_owned());
    }
    Err((
        format!("`{}` is not a kind of record", short(kind)),
        did_you_mean(kind, KINDS, "the kinds are"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load;

    /// A laptop behind a switch and a router, and a server.
    fn scenario() -> Scenario {
        let text = "title = \"A\"\nsummary = \"B.\"\ncourse = \"networks 1\"\n\
                    links = [\"laptop - switch - router - server\"]\n\
                    [hosts]\nlaptop = { person = \"Ada\", runs = \"console\" }\n\
                    router = { nat = \"on\" }\nserver = { runs = \"echo server\" }\n\
                    [[story]]\nAda = [\"ping server\"]\n";
        load("a", text, &[]).unwrap().scenario
    }

    #[test]
    fn each_sentence_is_a_moment() {
        let scenario = scenario();
        let nodes = ["laptop", "router", "server"];
        let [laptop, router, server] = nodes.map(|name| scenario.node(name).unwrap());
        let link = LinkId(2);
        let sends = |host, what| When::Sends { host, what };
        for (text, when) in [
            ("connection opens", When::ConnectionOpens),
            ("packet lost at server", When::PacketLost { host: server }),
            ("packet lost on router-server", When::PacketLostOn { link }),
            ("link server-router goes down", When::LinkDown { link }),
            ("link router-server goes up", When::LinkUp { link }),
            ("laptop sends SYN", sends(laptop, PacketKind::Syn)),
            (
                "server sends echo reply",
                sends(server, PacketKind::EchoReply),
            ),
            (
                "laptop  sends  ARP question",
                sends(laptop, PacketKind::ArpQuestion),
            ),
            (
                "server repeats data",
                When::Repeats {
                    host: server,
                    what: PacketKind::Data,
                },
            ),
            ("laptop gives up", When::GivesUp { host: laptop }),
            ("router translates", When::Translates { host: router }),
            ("router forgets", When::Forgets { host: router }),
            (
                "router sends time exceeded",
                sends(router, PacketKind::TimeExceeded),
            ),
        ] {
            assert_eq!(parse(text, &scenario), Ok(when), "{text}");
        }
        for (name, what) in PacketKind::NAMES {
            let text = format!("laptop sends {name}");
            assert_eq!(parse(&text, &scenario), Ok(sends(laptop, what)));
        }
    }

    #[test]
    fn a_mistake_is_named_and_its_remedy_too() {
        let scenario = scenario();
        for (text, message, help) in [
            (
                "laptop sings",
                "`laptop sings` is not a moment",
                "write HOST says",
            ),
            (
                "laptop sends",
                "`laptop sends` is not a moment",
                "write HOST says",
            ),
            (
                "laptop sends SIN",
                "`SIN` is not a packet to wait for",
                "did you mean `SYN`?",
            ),
            (
                "laptop repeats echo reply",
                "`echo reply` is not a packet to wait for",
                "there are: SYN, SYN-ACK, FIN, data, data early, data late",
            ),
            (
                "latpop sends SYN",
                "there is no host `latpop`",
                "did you mean `laptop`?",
            ),
            (
                "packet lost on router-sever",
                "there is no link `router-sever`",
                "did you mean `router-server`?",
            ),
            (
                "laptop translates",
                "`laptop` is a host, and only routers do that",
                "name a router",
            ),
            (
                "switch sends SYN",
                "`switch` is a switch, and sends nothing of its own",
                "name a host or a router",
            ),
            (
                "laptop says retr",
                "`retr` is not a command's verb",
                "write it in",
            ),
        ] {
            let (said, remedy) = parse(text, &scenario).unwrap_err();
            assert_eq!(said, message);
            assert!(remedy.starts_with(help), "{text}: {remedy}");
        }
    }
}
