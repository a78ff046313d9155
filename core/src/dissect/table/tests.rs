//! The table says of every layer and field what it means and where that is defined.

use super::LAYERS;
use crate::dissect::kinds::FieldKind;
use std::collections::BTreeMap;

/// Readers want no more at once.
const MOST_WORDS: usize = 40;

/// Names that several kinds share on purpose: to a filter they are one field.
const SHARED: &[&str] = &[
    // The data of a record of any type, and the name before it in any section.
    "dns.resp.name",
    // Behind the packet it is padding whichever layer finds it.
    "eth.padding",
    // The words of a reply, on its first line and on those that follow.
    "ftp.response.arg",
    // In every message that has room to spare.
    "icmpv6.reserved",
];

/// Every kind of field, once, and the layer that lists it first.
fn kinds() -> Vec<(&'static str, &'static FieldKind)> {
    let mut kinds: Vec<(&str, &FieldKind)> = Vec::new();
    for layer in LAYERS {
        for kind in layer.fields {
            if !kinds.iter().any(|(_, known)| std::ptr::eq(*known, *kind)) {
                kinds.push((layer.name, kind));
            }
        }
    }
    kinds
}

/// `RFC 9293 §3.1`, `RFC 826, Packet format`, `IEEE 802.3 §3.2.4`.
fn names_a_section(reference: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if let Some(rest) = reference.strip_prefix("RFC ") {
        let section = rest.split_once(" §").or(rest.split_once(", "));
        return section.is_some_and(|(rfc, place)| number(rfc) && !place.trim().is_empty());
    }
    let standard = reference.strip_prefix("IEEE 802.");
    let clause = standard.and_then(|rest| rest.split_once(" §"));
    clause.is_some_and(|(which, place)| !which.is_empty() && !place.is_empty())
}

/// What there is to say against an explanation.
fn against(name: &str, meaning: &str, reference: &str) -> Option<String> {
    let words = meaning.split_whitespace().count();
    if name.is_empty() || words == 0 {
        return Some("has no name or no meaning".into());
    }
    if words > MOST_WORDS {
        return Some(format!("is explained in {words} words"));
    }
    if !meaning.ends_with('.') {
        return Some("is explained in no whole sentence".into());
    }
    if !names_a_section(reference) {
        return Some(format!("refers to no section: {reference:?}"));
    }
    None
}

#[test]
fn every_layer_and_field_has_a_meaning_and_a_section() {
    let layers = LAYERS
        .iter()
        .map(|l| (l.name, l.name, l.meaning, l.reference));
    let fields = kinds()
        .into_iter()
        .map(|(layer, kind)| (layer, kind.name, kind.meaning(), kind.reference()));
    let wrong: Vec<String> = layers
        .chain(fields)
        .filter_map(|(layer, name, meaning, reference)| {
            let what = against(name, meaning, reference)?;
            Some(format!("{name} of {layer} {what}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(kinds().len() > 400);
}

#[test]
fn an_explanation_without_a_section_or_of_too_many_words_is_found() {
    let said = |meaning: &str, reference| against("Field", meaning, reference);
    assert_eq!(said("It counts.", "RFC 9293 §3.1"), None);
    assert_eq!(said("It counts.", "RFC 826, Packet format"), None);
    assert_eq!(said("It counts.", "IEEE 802.1Q §9.6"), None);
    assert!(said("It counts.", "RFC 9293").is_some());
    assert!(said("It counts.", "RFC §3").is_some());
    assert!(said("", "RFC 9293 §3.1").is_some());
    assert!(said("It counts", "RFC 9293 §3.1").is_some());
    assert!(said(&"word ".repeat(40), "RFC 9293 §3.1").is_some());
    let long = format!("{}end.", "word ".repeat(40));
    assert!(said(&long, "RFC 9293 §3.1").is_some());
}

#[test]
fn a_name_in_filters_is_one_field_or_is_shared_on_purpose() {
    let mut by_filter: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, kind) in kinds() {
        by_filter.entry(kind.filter).or_default().push(kind.name);
    }
    by_filter.retain(|_, names| names.len() > 1);
    let shared: Vec<&str> = by_filter.keys().copied().collect();
    assert_eq!(shared, SHARED, "{by_filter:#?}");
}

#[test]
fn names_in_filters_are_words_between_dots_and_no_layer_lists_a_field_twice() {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    for (layer, kind) in kinds() {
        let filter = kind.filter;
        assert!(filter.chars().all(plain), "{filter} of {layer}");
        assert!(filter.contains('.') && !filter.contains(".."), "{filter}");
    }
    for (index, layer) in LAYERS.iter().enumerate() {
        let twice = LAYERS[..index].iter().find(|l| l.filter == layer.filter);
        assert!(twice.is_none(), "{} twice", layer.filter);
        let mut before: Vec<&FieldKind> = Vec::new();
        for kind in layer.fields {
            let known = before.iter().any(|known| std::ptr::eq(*known, *kind));
            assert!(!known, "{} stands twice in {}", kind.name, layer.name);
            before.push(kind);
        }
    }
}
