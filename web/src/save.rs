//! What the inspector hands to the reader as files: charts, and what came with letters.

use crate::browser;
use crate::model::{Effect, Model};
use crate::says::messages::{not_saved, saved};
use wirestage_core::base::Kept;
use wirestage_core::proto::mail::read::read;
use wirestage_core::view::charts::chart_sheet;

/// Does it; answers what to tell.
pub fn desk(model: &Model, effect: Effect) -> Option<String> {
    match effect {
        Effect::SaveChart => chart(model),
        Effect::HandOverPart(row, part) => hand_over_part(model, row, part),
        _ => None,
    }
}

fn chart(model: &Model) -> Option<String> {
    let show = model.show.as_ref()?;
    let ask = model.address.looks.chart;
    let name = format!("{}-{}.svg", show.run.info.id, ask.word());
    Some(match chart_sheet(show.timeline(), &show.run.info, ask) {
        Err(why) => why,
        Ok(text) => told(&name, text.as_bytes()),
    })
}

/// Saves a file that came with a letter, decoded.
fn hand_over_part(model: &Model, row: u32, part: usize) -> Option<String> {
    let timeline = model.show.as_ref()?.timeline();
    let Some(Kept::File(content)) = &timeline.kept(row).what else {
        return None;
    };
    let letter = read(&timeline.content(content));
    let part = letter.parts.get(part)?;
    // A name that a stranger chose leads nowhere.
    let name = part.name.as_deref().unwrap_or("part");
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.trim_start_matches('.');
    let name = if name.is_empty() { "part" } else { name };
    Some(told(name, &part.bytes))
}

/// Saves a file; answers what to tell.
pub fn told(name: &str, bytes: &[u8]) -> String {
    match browser::download(name, bytes) {
        Ok(()) => saved(name),
        Err(_) => not_saved(name),
    }
}
