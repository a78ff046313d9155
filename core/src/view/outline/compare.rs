//! What a knob changed: one run told against the one before, in a sentence.

use super::{Outline, What};
use crate::base::TurnKind;
use crate::base::sorted::Set;
use crate::timeline::Timeline;
use crate::view::words::{counted, grouped, with_code};

/// What is different in a run from the one before it, the outcome first.
#[must_use]
pub fn what_changed(old: (&Timeline, &Outline), new: (&Timeline, &Outline)) -> String {
    let mut told = Vec::new();
    let (was, is) = (old.0.outcomes(), new.0.outcomes());
    if let Some(outcome) = is.iter().find(|outcome| !was.contains(outcome)) {
        let text = outcome.text.trim_end_matches('.');
        told.push(with_code(outcome.code, text));
    } else if is.len() < was.len() {
        told.push("it ends earlier".to_owned());
    }
    let (before, after) = (commands(old.1), commands(new.1));
    let list = |set: &Set<&str>| set.iter().copied().collect::<Vec<_>>().join(", ");
    let is_or_are = |set: &Set<&str>| if set.len() == 1 { "is" } else { "are" };
    let (gone, came) = (&before - &after, &after - &before);
    match (gone.is_empty(), came.is_empty()) {
        (false, false) => told.push(format!("{} instead of {}", list(&came), list(&gone))),
        (false, true) => told.push(format!("{} {} not said", list(&gone), is_or_are(&gone))),
        (true, false) => told.push(format!("{} {} said, too", list(&came), is_or_are(&came))),
        (true, true) => {}
    }
    let (before, after) = (old.0.frames().len(), new.0.frames().len());
    if before != after {
        let packets = counted(after as u64, "packet");
        told.push(format!("{packets}, not {}", grouped(before as u64)));
    }
    let time = |timeline: &Timeline| timeline.last_time().to_string();
    let (before, after) = (time(old.0), time(new.0));
    if before != after && told.len() < 3 {
        told.push(format!("over after {after}, not {before}"));
    }
    if told.is_empty() {
        return "nothing that can be seen".to_owned();
    }
    told.join("; ")
}

/// The verbs that clients said.
fn commands(outline: &Outline) -> Set<&str> {
    let said = outline.rows.iter();
    said.filter(|row| row.what == What::Says(TurnKind::Command))
        .filter_map(|row| row.short.split(' ').next())
        .collect()
}
