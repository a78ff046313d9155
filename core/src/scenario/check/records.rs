//! What domains say besides: addresses, aliases, texts, by names below them.

use super::domains::{TOPS, seconds, zone_of};
use super::people::{is_example, somebodys};
use crate::base::{HostId, Span};
use crate::proto::dns::{Data, Name, Record};
use crate::scenario::file::ScenarioFile;
use crate::scenario::model::Scenario;
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::At;

/// Fills in the domains' further records; by now each host has its full name.
pub(super) fn read(file: &ScenarioFile, scenario: &mut Scenario, problems: &mut Problems) {
    for (name, domain) in &file.domains.0 {
        let zone = zone_of(name);
        let ttl_s = seconds(domain, &mut Problems::default());
        let mut read = Vec::new();
        for (owner, lines) in &domain.records.0 {
            let name = owner_of(owner, &zone, problems);
            for line in &lines.0 {
                let name = name.clone();
                match data(&line.value, &zone, scenario) {
                    Ok(data) => read.push((Record { name, ttl_s, data }, line.span)),
                    Err((message, help)) => problems.error(line.span, message, help),
                }
            }
        }
        aliases(&read, scenario, problems);
        let found = scenario.domains.iter_mut().find(|d| d.name == zone);
        if let Some(domain) = found {
            domain.records = read.into_iter().map(|(record, _)| record).collect();
        }
    }
}

/// Whether each alias is nothing but an alias (RFC 1034 §3.6.2).
fn aliases(records: &[(Record, Span)], scenario: &Scenario, problems: &mut Problems) {
    let hosts = scenario.nodes.iter().enumerate();
    let hosts = hosts.filter(|(_, node)| node.kind.has_address());
    let hosts: Vec<String> = hosts
        .map(|(index, _)| scenario.full_name(HostId::from_index(index)))
        .collect();
    for (record, span) in records {
        let (name, Data::Cname(to)) = (&record.name, &record.data) else {
            continue;
        };
        let all = records.iter().filter(|(other, _)| other.name == *name);
        let (why, help) = if scenario.domains.iter().any(|d| d.name == name.0) {
            let help = "write host = \"…\" for the domain to have a host's address";
            ("it is a domain, with other records", help)
        } else if to == name {
            ("it would be its own", "name the host that it stands for")
        } else if hosts.contains(&name.0) {
            let help = "take another name, or leave the CNAME out";
            ("a host of that name has an address", help)
        } else if all.count() > 1 {
            let help = "write the CNAME alone, or the others alone";
            ("it has other records", help)
        } else {
            continue;
        };
        let message = format!("`{name}` cannot be an alias: {why}");
        problems.error(*span, message, help);
    }
}

/// `www`, `@` for the domain itself, `_dmarc`, `*` for what is not there.
fn owner_of(owner: &At<String>, zone: &str, problems: &mut Problems) -> Name {
    if owner.value == "@" {
        return Name::new(zone);
    }
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    let label = |l: &str| l == "*" || (1..=63).contains(&l.len()) && l.bytes().all(letter);
    if owner.value.len() > 150 || !owner.value.split('.').all(label) {
        problems.error(
            owner.span,
            format!("`{}` is no name in a domain", short(&owner.value)),
            "write one such as www, @ for the domain itself, or * for all that have no records",
        );
    }
    below(&owner.value, zone)
}

fn below(name: &str, zone: &str) -> Name {
    match zone {
        "" => Name::new(name),
        zone => Name::new(&format!("{name}.{zone}")),
    }
}

/// `CNAME server`, `TXT v=spf1 -all`, `A 192.0.2.7`, `MX 10 server`.
fn data(text: &str, zone: &str, scenario: &Scenario) -> Result<Data, (String, String)> {
    const KINDS: [&str; 7] = ["A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"];
    let (kind, rest) = text
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((text.trim(), ""));
    let rest = rest.trim();
    let wrong = |help: &str| {
        let message = format!("`{}` is no record", short(text));
        Err((message, format!("write such as \"{help}\"")))
    };
    let address = |v6: bool| {
        let id = scenario.node(rest)?;
        let all = scenario.addresses(id);
        let address = all.first()?;
        Some(if v6 {
            Data::Aaaa(address.v6)
        } else {
            Data::A(address.v4)
        })
    };
    let target = |word: &str| target(word, zone, scenario);
    let found = match kind {
        "A" => rest.parse().ok().map(Data::A).or_else(|| address(false)),
        "AAAA" => rest.parse().ok().map(Data::Aaaa).or_else(|| address(true)),
        "CNAME" => target(rest).map(Data::Cname),
        "NS" => target(rest).map(Data::Ns),
        "PTR" => target(rest).map(Data::Ptr),
        "MX" => rest.split_once(char::is_whitespace).and_then(|(n, host)| {
            let preference = n.parse().ok()?;
            Some(Data::Mx(preference, target(host.trim())?))
        }),
        "TXT" if rest.len() <= 2000 && !rest.is_empty() => Some(Data::Txt(strings(rest))),
        "TXT" => None,
        _ => {
            let message = format!("`{}` is not a kind of record", short(kind));
            return Err((message, did_you_mean(kind, KINDS, "the kinds are")));
        }
    };
    match (found, kind) {
        (Some(data), _) => match named(&data).filter(|name| !may_be_named(name, zone)) {
            Some(name) => Err(somebodys(&name.0)),
            None => Ok(data),
        },
        (None, "A") => wrong("A 192.0.2.7"),
        (None, "AAAA") => wrong("AAAA 2001:db8::7"),
        (None, "MX") => wrong("MX 10 server"),
        (None, "TXT") => wrong("TXT v=spf1 -all"),
        (None, _) => wrong("CNAME server"),
    }
}

/// A host by its name, or a name: with points in full, without below the zone.
fn target(word: &str, zone: &str, scenario: &Scenario) -> Option<Name> {
    let sound = |b: u8| b.is_ascii_graphic();
    if word.is_empty() || word.len() > 200 || !word.bytes().all(sound) {
        return None;
    }
    Some(match scenario.node(word) {
        Some(id) => Name::new(&scenario.full_name(id)),
        None if word.contains('.') => Name::new(word),
        None => below(word, zone),
    })
}

/// The name that a record leads to.
fn named(data: &Data) -> Option<&Name> {
    match data {
        Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) | Data::Mx(_, name) => Some(name),
        _ => None,
    }
}

/// Whether a name is nobody's: the root, one of the same zone, one of an example's.
fn may_be_named(name: &Name, zone: &str) -> bool {
    name.0.is_empty()
        || name.is_in(&Name::new(zone)) && !TOPS.contains(&zone)
        || name.upwards().any(|above| is_example(&above.0))
}

/// Texts of at most 255 bytes (RFC 1035 §3.3).
fn strings(text: &str) -> Vec<String> {
    let mut strings = vec![String::new()];
    for letter in text.chars() {
        let last = strings.last_mut().expect("there is one");
        if last.len() + letter.len_utf8() > 255 {
            strings.push(letter.to_string());
        } else {
            last.push(letter);
        }
    }
    strings
}
