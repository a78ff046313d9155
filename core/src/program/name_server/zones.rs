//! What an authority answers from its zones (RFC 1034 §4.3.2).

use crate::proto::dns::{Data, Kind, Name, Question, Rcode, Record, Zone};

/// So many aliases are followed.
const MOST_ALIASES: usize = 8;

/// What an authority says to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub rcode: Rcode,
    pub answers: Vec<Record>,
    pub authority: Vec<Record>,
    pub additional: Vec<Record>,
    pub end: End,
}

/// How it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// That is all.
    #[default]
    All,
    /// Others know of this zone.
    Referral(Name),
    /// The last alias leads to a name that belongs to others.
    Alias(Name),
}

/// What the zones say to a question. None where the name lies in none of them.
pub(super) fn tell(zones: &[Zone], asked: &Question) -> Option<Told> {
    zone_of(zones, &asked.name)?;
    let mut told = Told::default();
    let mut name = asked.name.clone();
    for _ in 0..=MOST_ALIASES {
        let Some(zone) = zone_of(zones, &name) else {
            told.end = End::Alias(name);
            break;
        };
        match step(zone, &name, asked.kind, &mut told) {
            Some(to) => name = to,
            None => break,
        }
    }
    add_addresses(zones, &mut told);
    Some(told)
}

/// The nearest zone that a name lies in.
fn zone_of<'a>(zones: &'a [Zone], name: &Name) -> Option<&'a Zone> {
    let fits = zones.iter().filter(|zone| name.is_in(&zone.name));
    fits.max_by_key(|zone| zone.name.depth())
}

fn records_of<'a>(zone: &'a Zone, name: &'a Name) -> impl Iterator<Item = &'a Record> {
    zone.records.iter().filter(move |r| r.name == *name)
}

/// What a zone says of one name. Answers where its alias leads, if it is one.
fn step(zone: &Zone, name: &Name, kind: Kind, told: &mut Told) -> Option<Name> {
    let is_ns = |record: &&Record| record.data.kind() == Kind::Ns;
    let between = name.upwards().filter(|above| {
        let is_below_top = above.is_in(&zone.name) && *above != zone.name;
        is_below_top && records_of(zone, above).any(|record| is_ns(&record))
    });
    if let Some(cut) = between.last() {
        told.authority = records_of(zone, &cut).filter(is_ns).cloned().collect();
        told.end = End::Referral(cut);
        return None;
    }
    let source = source_of(zone, name);
    let asked = |record: &Record| Record {
        name: name.clone(),
        ..record.clone()
    };
    let alias = records_of(zone, &source).find_map(|record| match &record.data {
        Data::Cname(to) => Some((record, to)),
        _ => None,
    });
    if let Some((record, to)) = alias.filter(|_| ![Kind::Cname, Kind::Any].contains(&kind)) {
        told.answers.push(asked(record));
        return Some(to.clone());
    }
    // RFC 8482 §4.1: who asks for any records gets some.
    let kind = match (kind, records_of(zone, &source).next()) {
        (Kind::Any, Some(record)) => record.data.kind(),
        (kind, _) => kind,
    };
    let before = told.answers.len();
    let fits = records_of(zone, &source).filter(|record| record.data.kind() == kind);
    told.answers.extend(fits.map(asked));
    if told.answers.len() == before {
        if !exists(zone, &source) {
            told.rcode = Rcode::NO_SUCH_NAME;
        }
        told.authority = soa(zone).into_iter().collect();
    }
    None
}

/// Whose records speak for a name: its own; where there is no such name, those of the `*` right
/// below the nearest name above it that there is (RFC 1034 §4.3.3, RFC 4592 §3.3.1).
fn source_of(zone: &Zone, name: &Name) -> Name {
    let nearest = name.upwards().find(|above| exists(zone, above));
    match nearest {
        Some(nearest) if nearest != *name => Name::new("*").below(&nearest),
        _ => name.clone(),
    }
}

/// A name without records exists where there are names below it (RFC 8020 §2).
fn exists(zone: &Zone, name: &Name) -> bool {
    zone.records.iter().any(|record| record.name.is_in(name))
}

/// A zone's SOA, to be kept as long as it may be kept that something is not there
/// (RFC 2308 §3).
fn soa(zone: &Zone) -> Option<Record> {
    records_of(zone, &zone.name).find_map(|record| match &record.data {
        Data::Soa(soa) => Some(Record {
            ttl_s: record.ttl_s.min(soa.minimum),
            ..record.clone()
        }),
        _ => None,
    })
}

/// The addresses of the hosts that were named, as far as the zones know them.
fn add_addresses(zones: &[Zone], told: &mut Told) {
    let named = told.answers.iter().chain(&told.authority);
    let hosts = named.filter_map(|record| match &record.data {
        Data::Mx(_, host) | Data::Ns(host) => Some(host),
        _ => None,
    });
    let mut additional: Vec<Record> = Vec::new();
    for host in hosts {
        let Some(zone) = glue_of(zones, host) else {
            continue;
        };
        for record in records_of(zone, host) {
            let is_address = matches!(record.data, Data::A(_) | Data::Aaaa(_));
            if is_address && !additional.contains(record) && !told.answers.contains(record) {
                additional.push(record.clone());
            }
        }
    }
    told.additional = additional;
}

/// The nearest zone that has addresses of a host: its own, or one above that keeps them for
/// who is sent on.
fn glue_of<'a>(zones: &'a [Zone], host: &Name) -> Option<&'a Zone> {
    let fits = zones
        .iter()
        .filter(|zone| host.is_in(&zone.name) && records_of(zone, host).next().is_some());
    fits.max_by_key(|zone| zone.name.depth())
}
