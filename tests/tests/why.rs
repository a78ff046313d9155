//! Why: every loss, refusal and bounce of the catalogue has a chain that a teacher could tell.

use std::fmt::Write as _;
use wirestage_core::explain::why::{self, Index};
use wirestage_core::scenario::catalogue;
use wirestage_core::timeline::{Chain, Matter, Timeline};
use wirestage_tests::Run;

fn told(timeline: &Timeline, chain: &Chain) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{:?} {}", chain.matter, chain.event);
    for link in &chain.links {
        let host = &timeline.node(link.host).name;
        let packet = link.frame.map_or(String::new(), |f| format!(" #{}", f.0 + 1));
        let _ = writeln!(text, "  {:>10}  {host}: {}{packet}", link.time.to_string(), link.says);
    }
    if let Some(trouble) = &chain.trouble {
        let _ = writeln!(text, "  → {}", trouble.words());
    }
    text
}

#[test]
fn dump() {
    let only = std::env::var("ONLY").ok();
    let mut all = String::new();
    for lesson in catalogue::CATALOGUE {
        if only.as_ref().is_some_and(|only| only != lesson.id) { continue; }
        let run = Run::of(lesson.id, &[]);
        let _ = writeln!(all, "=== {}", lesson.id);
        for chain in why::whys((&run.timeline, &run.info)) {
            all += &told(&run.timeline, &chain);
        }
    }
    std::fs::write("/tmp/w/why-dump.txt", all).unwrap();
}
