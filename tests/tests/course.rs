//! The course: cards made of runs, found by what a reader types; worksheets with blanks that
//! have answers.

use wirestage_core::course::{self, Ask, Card, Hit, Part, Worksheet};
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::view::outline::Outline;
use wirestage_tests::Run;
use wirestage_tests::runs::{Settings, scenario};

/// Larger files say nothing else, and take long.
const LONG: [&str; 3] = ["10 MB", "100 MB", "1 MB"];

fn card(id: &str) -> Card {
    let plain = Run::of(id, &[]);
    let outline = Outline::of(&plain.timeline, &plain.info);
    let mut card = Card::of(&plain.scenario, &plain.timeline, &outline);
    let settings = variants(&scenario(id, &Settings::new()));
    for setting in settings.iter().filter_map(|all| all.first()) {
        if LONG.contains(&setting.1.as_str()) {
            continue;
        }
        let run = Run::of(id, &[(&setting.0, &setting.1)]);
        let outline = Outline::of(&run.timeline, &run.info);
        card.hear(Some(setting), &run.timeline, &outline);
    }
    card
}

/// What the page is told of the catalogue is what the runs are. To renew it after a change that is
/// meant, run with WIRESTAGE_UPDATE_SNAPSHOTS=1 and read the difference.
#[test]
fn the_index_is_what_the_runs_are() {
    let cards: Vec<Card> = CATALOGUE.iter().map(|entry| card(entry.id)).collect();
    let made = course::written(&cards);
    let path = wirestage_tests::root().join("core/src/course/index.txt");
    if std::env::var_os("WIRESTAGE_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let lines = (1..).zip(kept.lines().zip(made.lines()));
    if let Some((line, (old, new))) = lines.into_iter().find(|(_, (old, new))| old != new) {
        panic!(
            "{}:{line} is stale\n  was: {old}\n  now: {new}\n\
             if that is meant: WIRESTAGE_UPDATE_SNAPSHOTS=1",
            path.display()
        );
    }
    assert!(kept == made, "{}: one is longer", path.display());
    assert_eq!(course::read(&made), cards, "what is written is read again");
}
