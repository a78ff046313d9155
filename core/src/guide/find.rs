//! Finds layers, fields, commands, codes and words by what a reader types.

use super::{speech, terms};
use crate::dissect::LAYERS;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is called.
    pub name: String,
    /// What it belongs to: `TCP`; for a word of the glossary, nothing.
    pub of: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Where it stands in the guide: `tcp/tcp.flags.syn`, `words/nat`.
    pub at: String,
}

/// So many are told.
const MOST: usize = 40;

/// What has these words, whole names first, then beginnings, then the rest.
#[must_use]
pub fn find(typed: &str) -> Vec<Hit> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(u8, Hit)> = Vec::new();
    if typed.is_empty() {
        return Vec::new();
    }
    let mut weigh = |names: &[&str], meaning: &'static str, of: &'static str, at: String| {
        if let Some(rank) = rank(&typed, names, meaning) {
            let name = names.first().copied().unwrap_or_default().to_owned();
            found.push((
                rank,
                Hit {
                    name,
                    of,
                    meaning,
                    at,
                },
            ));
        }
    };
    for term in terms::all() {
        weigh(
            term.words,
            term.note().says,
            "",
            format!("words/{}", term.id),
        );
    }
    for layer in LAYERS {
        let at = layer.filter.to_owned();
        weigh(&[layer.name, layer.filter], layer.meaning, "", at);
        for table in speech::tables(layer) {
            for word in table.rows {
                let at = format!("{}/{}", layer.filter, word.word);
                weigh(&[&word.word], word.meaning, layer.name, at);
            }
        }
        for field in layer.fields {
            let at = format!("{}/{}", layer.filter, field.filter);
            let names = [field.name, field.filter];
            weigh(&names, field.meaning(), layer.name, at);
        }
    }
    crate::base::sorted::sort_by_key(&mut found, |(rank, _)| *rank);
    let mut hits: Vec<Hit> = found.into_iter().map(|(_, hit)| hit).collect();
    hits.dedup_by(|a, b| a.at == b.at);
    hits.truncate(MOST);
    hits
}

fn rank(typed: &str, names: &[&str], meaning: &str) -> Option<u8> {
    let by_name = names.iter().filter_map(|name| {
        let name = name.to_lowercase();
        match (name == typed, name.starts_with(typed), name.contains(typed)) {
            (true, ..) => Some(0),
            (_, true, _) => Some(1),
            (.., true) => Some(2),
            _ => None,
        }
    });
    let meaning = meaning.to_lowercase();
    let means = typed.len() > 2 && typed.split(' ').all(|word| meaning.contains(word));
    by_name.min().or(means.then_some(3))
}
