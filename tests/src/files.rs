//! The files of a run: what each host kept at its beginning and at its end, in bytes.

use crate::Run;
use std::collections::BTreeMap;
use wirestage_core::base::Kept;
use wirestage_core::timeline::Kind;

/// What lies at a path: a folder, or a file's bytes.
pub type Lies = Option<Vec<u8>>;

/// What the hosts of a run keep, by host and path: `server`, `/docs/report.pdf`.
pub type Files = BTreeMap<(String, String), Lies>;

/// What there was at the beginning, and at the end.
#[must_use]
pub fn of(run: &Run) -> (Files, Files) {
    let t = &run.timeline;
    let (mut before, mut after) = (Files::new(), Files::new());
    // Programs say what they start with before anybody does anything.
    let acts = |kind| matches!(kind, Kind::Acted | Kind::Turn | Kind::Opening);
    let mut begun = false;
    for event in t.events().iter() {
        begun |= acts(event.kind);
        if event.kind != Kind::Kept {
            continue;
        }
        let kept = t.kept(event.arg);
        let key = (t.node(event.host).name.clone(), kept.path.clone());
        let lies = match &kept.what {
            None => {
                after.remove(&key);
                continue;
            }
            Some(Kept::Folder) => None,
            Some(Kept::File(content)) => Some(t.content(content)),
        };
        if !begun {
            before.insert(key.clone(), lies.clone());
        }
        after.insert(key, lies);
    }
    (before, after)
}

/// What became of the files, in words: `laptop/report.pdf whole`, `server/old.tmp gone`.
/// Folders are left out.
#[must_use]
pub fn changes(run: &Run) -> Vec<String> {
    let (before, after) = of(run);
    let mut words = Vec::new();
    for (key @ (host, path), lies) in &after {
        if let Some(bytes) = lies
            && before.get(key) != Some(lies)
        {
            let what = origin(bytes, key, &before);
            words.push(format!("{host}{path} {what}"));
        }
    }
    let gone = before
        .iter()
        .filter(|(key, lies)| lies.is_some() && !after.contains_key(key));
    words.extend(gone.map(|((host, path), _)| format!("{host}{path} gone")));
    words
}

/// How bytes stand to what the others had at the beginning.
fn origin(bytes: &[u8], (host, path): &(String, String), before: &Files) -> String {
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let files = || {
        let files = before.iter();
        files.filter_map(|((of, at), lies)| Some((of, at, lies.as_ref()?)))
    };
    let same = |(_, at, lies): &(&String, &String, &Vec<u8>)| {
        last(at) == last(path) && lies.as_slice() == bytes
    };
    if files().any(|file| same(&file)) {
        return "whole".to_owned();
    }
    if let Some((_, at, _)) = files().find(|(.., lies)| lies.as_slice() == bytes) {
        return format!("is {}", last(at));
    }
    let mut named =
        files().filter(|(of, at, _)| (*of, *at) != (host, path) && last(at) == last(path));
    let Some((_, _, whole)) = named.next() else {
        return format!("new, {} bytes", bytes.len());
    };
    let first = bytes.iter().zip(whole).position(|(a, b)| a != b);
    match first {
        Some(first) => format!(
            "differs at byte {first}, {} of {}",
            bytes.len(),
            whole.len()
        ),
        None => format!("begins so, {} of {}", bytes.len(), whole.len()),
    }
}
