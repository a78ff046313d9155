//! `wirestage list`: the catalogue, for people and for programs.

use crate::fault::Fault;
use crate::print;
use serde_json::{Value, json};
use wirestage_core::scenario::model::{Group, Knob, KnobType, KnobValues, Level, Scenario};
use wirestage_core::scenario::{catalogue::CATALOGUE, load};

/// Shows all scenarios.
pub fn list(as_json: bool) -> Result<(), Fault> {
    let mut scenarios = Vec::new();
    for entry in CATALOGUE {
        let loaded = load(entry.id, entry.text, &[]).map_err(|problems| {
            let lines: Vec<String> = problems
                .iter()
                .map(|p| p.show(entry.id, entry.text))
                .collect();
            Fault::failed(lines.join("\n"))
        })?;
        scenarios.push(loaded.scenario);
    }
    if as_json {
        let array: Vec<Value> = scenarios.iter().map(row).collect();
        let text = serde_json::to_string_pretty(&array).expect("plain values");
        print(&(text + "\n"))
    } else {
        print(&table(&scenarios))
    }
}

fn row(scenario: &Scenario) -> Value {
    json!({
        "id": scenario.id,
        "title": scenario.title,
        "group": group(scenario.group),
        "level": level(scenario.level),
        "summary": scenario.summary,
        "symptoms": scenario.symptoms,
        "taps": taps(scenario),
        "knobs": scenario.knobs.iter().map(knob).collect::<Vec<_>>(),
    })
}

fn knob(knob: &Knob) -> Value {
    let mut row = json!({
        "name": knob.name,
        "label": knob.label,
        "default": knob.default,
    });
    match &knob.values {
        KnobValues::Choices(choices) => row["choices"] = json!(choices),
        KnobValues::Typed { kind, suggestions } => {
            row["type"] = json!(kind_name(*kind));
            row["suggestions"] = json!(suggestions);
        }
    }
    row
}

/// Each is a capture of its own; `all` joins them and is not listed.
fn taps(scenario: &Scenario) -> Vec<String> {
    let hosts = scenario.hosts().map(|(id, _)| &scenario.nodes[id.index()]);
    let links = scenario.links.iter().map(|link| link.name.clone());
    hosts.map(|node| node.name.clone()).chain(links).collect()
}

fn table(scenarios: &[Scenario]) -> String {
    let mut text = String::new();
    let names = |s: &Scenario| s.id.chars().count();
    let indent = scenarios.iter().map(names).max().unwrap_or(0) + 2;
    for scenario in scenarios {
        let lesson = scenario.lesson.map(|n| format!(", lesson {n}"));
        let about = format!("{}{}", group(scenario.group), lesson.unwrap_or_default());
        text += &format!("{:indent$}{} ({about})\n", scenario.id, scenario.title);
        text += &format!("{:indent$}{}\n", "", scenario.summary);
        let names = scenario.knobs.iter().map(|k| k.name.chars().count());
        let width = names.max().unwrap_or(0);
        for knob in &scenario.knobs {
            let start = format!("--set {}=…", knob.name);
            let values: Vec<String> = knob
                .values
                .worth_trying()
                .iter()
                .map(|v| {
                    let mark = if *v == knob.default { "*" } else { "" };
                    format!("{v}{mark}")
                })
                .collect();
            let width = width + 9;
            text += &format!("{:indent$}{start:width$} {}: ", "", knob.label);
            text += &values.join(", ");
            if matches!(knob.values, KnobValues::Typed { .. }) {
                text += ", …";
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text + "Run one with: wirestage run NAME      (* is what a knob is unless you set it)\n"
}

fn group(group: Group) -> &'static str {
    match group {
        Group::Files => "files",
        Group::Mail => "mail",
        Group::Networks => "networks",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Lesson => "lesson",
        Level::Deeper => "deeper",
        Level::BreakIt => "break-it",
    }
}

fn kind_name(kind: KnobType) -> &'static str {
    match kind {
        KnobType::Size => "size",
        KnobType::Rate => "rate",
        KnobType::Time => "time",
        KnobType::Count => "count",
        KnobType::Percent => "percent",
    }
}
