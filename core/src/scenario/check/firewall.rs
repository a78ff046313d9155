//! A firewall's rules: a verdict, and what it fits: `reject tcp from laptop to port 20-21`.

use super::faults;
use super::routes::{net, network};
use super::segments::Segments;
use super::words::{Sentence, Wrong};
use crate::base::HostId;
use crate::scenario::model::{Firewall, Protocol, Rule, Scenario, Standing, Verdict};
use crate::scenario::problem::Problems;
use crate::scenario::value::{At, Ordered};
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// The rules of a router, in file order.
pub(super) fn read(
    text: &str,
    file: &Ordered<At<String>>,
    router: HostId,
    scenario: &Scenario,
    segments: &Segments,
    problems: &mut Problems,
) -> Firewall {
    let mut firewall = Firewall {
        rules: Vec::new(),
        otherwise: Verdict::Accept,
    };
    let place = Place {
        router,
        scenario,
        segments,
    };
    for (name, line) in &file.0 {
        if name.value == "otherwise" {
            match otherwise(text, line) {
                Ok(verdict) => firewall.otherwise = verdict,
                Err(wrong) => wrong.tell(problems),
            }
        } else if name.value.trim().is_empty() {
            problems.error(
                name.span,
                "this rule has no name",
                "give it one: \"no telnet\" = \"reject tcp to port 23\"",
            );
        } else if line.value.trim() != "nothing" {
            match place.rule(text, &name.value, line) {
                Ok(rule) => firewall.rules.push(rule),
                Err(wrong) => wrong.tell(problems),
            }
        }
    }
    firewall
}

fn otherwise(text: &str, line: &At<String>) -> Result<Verdict, Wrong> {
    let mut words = Sentence::new(text, line);
    let verdict = verdict(&mut words)?;
    match words.peek() {
        None => Ok(verdict),
        Some(_) => Err(words.wrong(
            "is too much: otherwise means everything else",
            "write accept, drop or reject alone",
        )),
    }
}

fn verdict(words: &mut Sentence<'_>) -> Result<Verdict, Wrong> {
    if words.take(&["reject", "by", "icmp"]) {
        return Ok(Verdict::RejectByIcmp);
    }
    let table = [
        ("accept", Verdict::Accept),
        ("drop", Verdict::Drop),
        ("reject", Verdict::Reject),
    ];
    words.one_of(&table).ok_or_else(|| {
        let help = "begin with accept, drop, reject or reject by icmp";
        words.wrong("is not a verdict", help)
    })
}

/// Where a rule stands.
struct Place<'a> {
    router: HostId,
    scenario: &'a Scenario,
    segments: &'a Segments,
}

const STANDINGS: [(&str, Standing); 4] = [
    ("new", Standing::New),
    ("established", Standing::Established),
    ("related", Standing::Related),
    ("invalid", Standing::Invalid),
];

const PROTOCOLS: [(&str, Protocol); 4] = [
    ("tcp", Protocol::Tcp),
    ("udp", Protocol::Udp),
    ("icmp", Protocol::Icmp),
    ("ping", Protocol::Icmp),
];

impl Place<'_> {
    fn rule(&self, text: &str, name: &str, line: &At<String>) -> Result<Rule, Wrong> {
        let mut words = Sentence::new(text, line);
        let all = Sentence::new(text, line).rest();
        let mut rule = Rule {
            name: name.trim().to_owned(),
            text: all,
            verdict: verdict(&mut words)?,
            inbound: None,
            standing: Vec::new(),
            protocol: None,
            from: Vec::new(),
            from_ports: None,
            to: Vec::new(),
            to_ports: None,
        };
        while words.peek().is_some() {
            self.clause(&mut words, &mut rule)?;
        }
        let ports = rule.from_ports.is_some() || rule.to_ports.is_some();
        if ports && !matches!(rule.protocol, Some(Protocol::Tcp | Protocol::Udp)) {
            return Err(Wrong {
                span: line.span,
                message: "only tcp and udp have ports".into(),
                help: "say which: \"drop tcp to port 23\"".into(),
            });
        }
        Ok(rule)
    }

    /// One thing that a rule asks for.
    fn clause(&self, words: &mut Sentence<'_>, rule: &mut Rule) -> Result<(), Wrong> {
        if let Some(standing) = words.one_of(&STANDINGS) {
            if rule.standing.contains(&standing) {
                return Err(twice(words));
            }
            rule.standing.push(standing);
            return Ok(());
        }
        if let Some(inbound) = words.one_of(&[("inbound", true), ("outbound", false)]) {
            return once(&mut rule.inbound, inbound, words);
        }
        if let Some(protocol) = words.one_of(&PROTOCOLS) {
            return once(&mut rule.protocol, protocol, words);
        }
        if words.take(&["from", "port"]) {
            let ports = ports(words)?;
            return once(&mut rule.from_ports, ports, words);
        }
        if words.take(&["to", "port"]) {
            let ports = ports(words)?;
            return once(&mut rule.to_ports, ports, words);
        }
        let side = match words.one_of(&[("from", true), ("to", false)]) {
            Some(true) => &mut rule.from,
            Some(false) => &mut rule.to,
            None => {
                return Err(words.wrong(
                    "is not understood here",
                    "a rule says inbound, outbound, new, established, related, invalid, tcp, udp, \
                     icmp, from HOST, from port N, to HOST, to port N",
                ));
            }
        };
        let networks = self.networks(words)?;
        if !side.is_empty() {
            return Err(twice(words));
        }
        *side = networks;
        Ok(())
    }

    /// `inside`, `outside`, an address, a network, or a host's name.
    fn networks(&self, words: &mut Sentence<'_>) -> Result<Vec<(IpAddr, u8)>, Wrong> {
        if let Some((address, prefix)) = words.peek().and_then(|word| network(word, true)) {
            words.word();
            return Ok(vec![(net(address, prefix), prefix)]);
        }
        if words.peek().is_some_and(|word| word.contains('/')) {
            return Err(words.wrong("is not a network", "write such as 192.0.2.0/24"));
        }
        if let Some(inside) = words.one_of(&[("inside", true), ("outside", false)]) {
            let found = self.side(inside);
            if found.is_empty() {
                let help =
                    "what stands left of a router is its inside, what stands right its outside";
                return Err(words.wrong_word("means nothing: this router has no such side", help));
            }
            return Ok(found);
        }
        let id = faults::host(words, self.scenario)?;
        let addresses = self.scenario.addresses(id).into_iter();
        Ok(addresses
            .flat_map(|a| [(a.v4.into(), 32), (a.v6.into(), 128)])
            .collect())
    }

    /// The networks on a side of the router.
    fn side(&self, inside: bool) -> Vec<(IpAddr, u8)> {
        let sides = self.segments.inside(self.scenario, self.router);
        let mut seen = vec![false; sides.len()];
        let mut found = Vec::new();
        for index in 0..self.scenario.nodes.len() {
            let id = HostId::from_index(index);
            let at = self.segments.at(self.scenario, id);
            for (segment, address) in at.into_iter().zip(self.scenario.addresses(id)) {
                if sides[segment] == inside && !seen[segment] {
                    seen[segment] = true;
                    for (addr, prefix) in address.both(self.scenario.ip) {
                        found.push((net(addr, prefix), prefix));
                    }
                }
            }
        }
        found
    }
}

fn once<T>(place: &mut Option<T>, value: T, words: &Sentence<'_>) -> Result<(), Wrong> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(twice(words)),
    }
}

fn twice(words: &Sentence<'_>) -> Wrong {
    words.wrong_word(
        "is said twice, or against what was said before",
        "say it once; write another rule for more",
    )
}

/// `23`, `20-21`.
pub(super) fn ports(words: &mut Sentence<'_>) -> Result<RangeInclusive<u16>, Wrong> {
    const SUCH: &str = "write a number from 1 to 65535, or two: 20-21";
    let Some(word) = words.word() else {
        return Err(words.wrong("", SUCH));
    };
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    match (port(first), port(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err(words.wrong_word("is not a port", SUCH)),
    }
}

/// A port's number.
pub(super) fn port(word: &str) -> Option<u16> {
    let digits = word.bytes().all(|b| b.is_ascii_digit());
    word.parse().ok().filter(|port| digits && *port > 0)
}
