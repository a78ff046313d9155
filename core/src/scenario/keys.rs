//! Keys that mean nothing, found by walking the parsed TOML against the file's shape.

use super::file::{
    AccountFile, CaptionFile, DomainFile, GuestsFile, HostFile, KnobFile, LetterFile, LinkFile,
    MadeFile, ScenarioFile, SendFile, TcpFile,
};
use super::problem::{Problems, did_you_mean, short};
use super::read::{Key, Table, Value, keys_of};
use crate::base::Span;
use toml::de::{DeTable, DeValue};

/// Reports every key that is not known, and every table that is not one.
pub(super) fn check_keys(root: &DeTable<'_>, problems: &mut Problems) {
    check::<ScenarioFile>(root, "a scenario", problems);
    tables::<HostFile>(root, "hosts", problems, |name, host, problems| {
        for (file, value) in entries(host, "files") {
            if let DeValue::Table(text) = value.get_ref() {
                let place = format!("file `{}` of `{name}`", short(file.get_ref()));
                check::<MadeFile>(text, &place, problems);
            }
        }
        for (user, value) in entries(host, "logins") {
            if let DeValue::Table(account) = value.get_ref() {
                let place = format!("login `{}` of `{name}`", short(user.get_ref()));
                check::<AccountFile>(account, &place, problems);
            }
        }
        for value in elements(host, "sends", problems) {
            let place = format!("a letter of `{name}`");
            if let Some(letter) = table(value, &place, problems) {
                check::<SendFile>(letter, &place, problems);
            }
        }
        if let Some(DeValue::Table(guests)) = host.get("guests").map(|v| v.get_ref()) {
            check::<GuestsFile>(guests, &format!("`hosts.{name}.guests`"), problems);
        }
        if let Some(DeValue::Table(tcp)) = host.get("tcp").map(|v| v.get_ref()) {
            check::<TcpFile>(tcp, &format!("`hosts.{name}.tcp`"), problems);
        }
    });
    tables::<LinkFile>(root, "link", problems, |_, _, _| ());
    tables::<DomainFile>(root, "domains", problems, |_, _, _| ());
    tables::<KnobFile>(root, "knobs", problems, |_, _, _| ());
    for value in elements(root, "captions", problems) {
        if let Some(caption) = table(value, "a caption", problems) {
            check::<CaptionFile>(caption, "a caption", problems);
        }
    }
    for value in elements(root, "story", problems) {
        let Some(entry) = table(value, "a story entry", problems) else {
            continue;
        };
        for does in entry.values() {
            if let DeValue::Table(letter) = does.get_ref() {
                check::<LetterFile>(letter, "a letter", problems);
            }
        }
    }
}

/// Checks each table of a table, and hands it on.
fn tables<T: Table>(
    root: &DeTable<'_>,
    key: &str,
    problems: &mut Problems,
    mut inner: impl FnMut(&str, &DeTable<'_>, &mut Problems),
) {
    for (name, value) in entries(root, key) {
        let name = short(name.get_ref());
        let place = format!("`{key}.{name}`");
        if let Some(found) = table(value, &place, problems) {
            check::<T>(found, &place, problems);
            inner(&name, found, problems);
        }
    }
}

/// The entries of the table at `key`, if it is one; if not, typing will say so.
fn entries<'a, 'i>(
    root: &'a DeTable<'i>,
    key: &str,
) -> impl Iterator<Item = (&'a Key<'i>, &'a Value<'i>)> {
    root.get(key)
        .and_then(|v| v.get_ref().as_table())
        .into_iter()
        .flat_map(|t| t.iter())
}

/// The elements of the array at `key`.
fn elements<'a, 'i>(root: &'a DeTable<'i>, key: &str, problems: &mut Problems) -> &'a [Value<'i>] {
    match root.get(key).map(|v| (v.span(), v.get_ref())) {
        Some((_, DeValue::Array(array))) => array,
        Some((span, DeValue::Table(_))) => {
            problems.error(
                Span::new(span),
                format!("`{key}` is a list, and this is one table"),
                format!("write [[{key}]], with two brackets"),
            );
            &[]
        }
        _ => &[],
    }
}

fn table<'a, 'i>(
    value: &'a Value<'i>,
    place: &str,
    problems: &mut Problems,
) -> Option<&'a DeTable<'i>> {
    let found = value.get_ref().as_table();
    if found.is_none() {
        problems.error(
            Span::new(value.span()),
            format!("{place} is a table, not {}", a_kind(value.get_ref())),
            "write { key = value, … }",
        );
    }
    found
}

/// A value's kind in plain words.
pub(super) fn a_kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

fn check<T: Table>(table: &DeTable<'_>, place: &str, problems: &mut Problems) {
    let known = keys_of::<T>();
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        if !known.contains(&name) {
            problems.error(
                Span::new(key.span()),
                format!("unknown key `{}` in {place}", short(name)),
                did_you_mean(name, known.iter().copied(), "the keys here are"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_that_are_read() {
        assert_eq!(keys_of::<MadeFile>(), ["text", "image"]);
        assert!(keys_of::<HostFile>().contains(&"port-check"));
    }
}
