//! Which hosts may take a letter for a domain, and in what order they are asked
//! (RFC 5321 §5.1, RFC 7505).

use super::queue::{Fate, Trouble};
use crate::base::Rng;
use crate::program::contract::{NameAnswer, NameData, NameError};
use std::net::IpAddr;

/// So many exchangers of a domain are asked at most.
const MOST: usize = 10;

/// The hosts to ask, in their order; or what becomes of the letters for this domain.
pub(super) fn exchangers(
    domain: &str,
    own: &str,
    answers: Result<Vec<NameAnswer>, NameError>,
    rng: &mut Rng,
) -> Result<Vec<String>, Fate> {
    let mut all: Vec<(u16, String)> = match answers {
        Ok(answers) => answers.into_iter().filter_map(exchanger).collect(),
        // RFC 5321 §5.1: a domain without MX takes its letters itself.
        Err(NameError::NoData) => Vec::new(),
        Err(NameError::NoSuchName) => {
            let said = format!("There is no domain {domain}");
            return Err(Fate::Failed(Trouble::own("5.1.2", said)));
        }
        Err(NameError::TimedOut | NameError::Failed) => {
            let said = format!("Nobody could tell who takes letters for {domain}");
            return Err(Fate::Later(Trouble::own("4.4.3", said)));
        }
    };
    if all.is_empty() {
        all.push((0, domain.to_owned()));
    }
    // RFC 7505 §3.
    if all.iter().all(|(_, host)| host == "." || host.is_empty()) {
        let said = format!("556 5.1.10 {domain} takes no letters (null MX)");
        return Err(Fate::Failed(Trouble::own("5.1.10", said)));
    }
    all.retain(|(_, host)| host != "." && !host.is_empty());
    shuffle(&mut all, rng);
    all.sort_by_key(|(preference, _)| *preference);
    // RFC 5321 §5.1: one that is named itself hands on only to those before it.
    let same = |host: &str| bare(host).eq_ignore_ascii_case(bare(own));
    let ours = all.iter().find(|(_, host)| same(host));
    if let Some(limit) = ours.map(|(preference, _)| *preference) {
        all.retain(|(preference, _)| *preference < limit);
        if all.is_empty() {
            let said = format!("Letters for {domain} come back to me");
            return Err(Fate::Failed(Trouble::own("5.4.6", said)));
        }
    }
    all.truncate(MOST);
    Ok(all.into_iter().map(|(_, host)| host).collect())
}

fn exchanger(answer: NameAnswer) -> Option<(u16, String)> {
    match answer.data {
        NameData::Mx(preference, host) => Some((preference, host)),
        NameData::Address(_) | NameData::Name(_) | NameData::Text(_) => None,
    }
}

/// A name without the dot at its end.
fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// RFC 5321 §5.1: those of the same preference are asked in any order.
fn shuffle(all: &mut [(u16, String)], rng: &mut Rng) {
    for last in (1..all.len()).rev() {
        let other = usize::try_from(rng.below(last as u64 + 1)).unwrap_or(last);
        all.swap(last, other);
    }
}

/// The address in an address literal: `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
pub(super) fn literal(domain: &str) -> Option<Option<IpAddr>> {
    let inner = domain.strip_prefix('[')?.strip_suffix(']')?;
    let v6 = inner
        .get(..5)
        .filter(|tag| tag.eq_ignore_ascii_case("IPv6:"));
    let addr = match v6 {
        Some(_) => inner.get(5..).unwrap_or_default(),
        None => inner,
    };
    Some(addr.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mx(all: &[(u16, &str)]) -> Result<Vec<NameAnswer>, NameError> {
        let answer = |(preference, host): &(u16, &str)| NameAnswer {
            data: NameData::Mx(*preference, (*host).to_owned()),
            ttl_s: 60,
        };
        Ok(all.iter().map(answer).collect())
    }

    fn ask(answers: Result<Vec<NameAnswer>, NameError>, seed: u64) -> Result<Vec<String>, Fate> {
        exchangers(
            "example.net",
            "mx2.example.net",
            answers,
            &mut Rng::from_seed(seed),
        )
    }

    fn status(answers: Result<Vec<NameAnswer>, NameError>) -> String {
        match ask(answers, 1).unwrap_err() {
            Fate::Failed(trouble) | Fate::Later(trouble) => trouble.status,
            Fate::Taken => panic!("nobody has taken anything"),
        }
    }

    #[test]
    fn the_least_preference_is_asked_first_and_equal_ones_in_any_order() {
        let all = [(20, "c"), (10, "a"), (10, "b"), (30, "d")];
        let orders: Vec<String> = (0..40)
            .map(|seed| ask(mx(&all), seed).unwrap().concat())
            .collect();
        assert!(
            orders.iter().all(|o| o == "abcd" || o == "bacd"),
            "{orders:?}"
        );
        assert!(orders.contains(&"abcd".to_owned()) && orders.contains(&"bacd".to_owned()));
    }

    #[test]
    fn one_that_is_named_itself_asks_only_those_before_it() {
        let all = [
            (10, "mx1.example.net"),
            (20, "MX2.example.net."),
            (20, "x"),
            (30, "y"),
        ];
        assert_eq!(ask(mx(&all), 1).unwrap(), ["mx1.example.net"]);
        assert_eq!(status(mx(&all[1..])), "5.4.6");
    }

    #[test]
    fn a_domain_without_exchangers_takes_its_letters_itself_or_nobody_does() {
        assert_eq!(ask(Err(NameError::NoData), 1).unwrap(), ["example.net"]);
        assert_eq!(ask(Ok(vec![]), 1).unwrap(), ["example.net"]);
        assert_eq!(status(mx(&[(0, ".")])), "5.1.10");
        assert_eq!(status(Err(NameError::NoSuchName)), "5.1.2");
        assert_eq!(status(Err(NameError::TimedOut)), "4.4.3");
        assert_eq!(status(Err(NameError::Failed)), "4.4.3");
    }

    #[test]
    fn a_literal_needs_no_names() {
        assert_eq!(literal("[192.0.2.1]"), Some("192.0.2.1".parse().ok()));
        assert_eq!(
            literal("[ipv6:2001:db8::1]"),
            Some("2001:db8::1".parse().ok())
        );
        assert_eq!(literal("[x]"), Some(None));
        assert_eq!(literal("example.net"), None);
    }
}
