//! A whole run on one sheet: what it is, the stage as it was left, the ladder unfolded, the
//! outcome. This is what an `.svg` file holds.

use super::draw::letters::{Face, Sizes, fit, width};
use super::draw::svg::stacked;
use super::draw::{Anchor, Drawing, Shape};
use super::ladder::{self, Plan, Rungs};
use super::moment::Moment;
use super::outline::{Outline, Place};
use super::stage;
use super::words::{counted, with_code};
use crate::timeline::{RunInfo, States, StepSize, Timeline};

/// How wide a sheet is at least, and how much of it each host needs beside the names of phases.
const WIDTH: f64 = 980.0;
const LANE: f64 = 150.0;
const MOST_LANES: f64 = 33.0;
/// More turns make a file that programs open slowly.
const MOST_ROWS: usize = 2000;
const SIZES: Sizes = Sizes::DESK;
const EDGE: f64 = 20.0;
const STAGE: &str = include_str!("draw/stage.css");
const LADDER: &str = include_str!("draw/ladder.css");
const SHEET: &str = include_str!("draw/sheet.css");

/// Each colour's name, by day and by night.
const COLOURS: &[(&str, &str, &str)] = &[
    ("--panel", "#fff", "#191f25"),
    ("--ink", "#171c21", "#e8ebee"),
    ("--mute", "#545f69", "#a3adb7"),
    ("--line", "#d9dee2", "#303941"),
    ("--edge", "#8a949d", "#77828c"),
    ("--soft", "#eef1f2", "#222930"),
    ("--control", "#0a5fa8", "#6cb2f2"),
    ("--data", "#a84a00", "#f2a65a"),
    ("--mail", "#00735a", "#4cc9a4"),
    ("--name", "#7a3aa0", "#c99ae6"),
    ("--tcp", "#5f6a74", "#9aa7b3"),
    ("--bad", "#b3261e", "#ff8a80"),
    ("--here", "#ffe9ad", "#4d3f12"),
];

/// The text of the file.
#[must_use]
pub fn sheet(timeline: &Timeline, info: &RunInfo, outline: &Outline) -> String {
    sheet_as((timeline, info, outline), &Rungs::default(), Ground::AsIs).text
}

/// A picture of a whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The text of an SVG file.
    pub text: String,
    /// How wide and how high it is.
    pub size: (f64, f64),
}

/// On what a picture stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// As light or as dark as the reader's machine has it.
    AsIs,
    /// White, as paper: for pictures that go elsewhere.
    Paper,
}

/// The same with the ladder as the reader wants it.
#[must_use]
pub fn sheet_as(
    (timeline, info, outline): (&Timeline, &RunInfo, &Outline),
    rungs: &Rungs,
    ground: Ground,
) -> Sheet {
    let all = drawings_as((timeline, info, outline), rungs);
    let [head, stage, ladder, foot] = &all;
    let title = format!("{}. {}", info.title, info.summary);
    let style = style(ground);
    let width = all.iter().map(|drawing| drawing.width).fold(0.0, f64::max);
    let height = all.iter().map(|drawing| drawing.height).sum();
    Sheet {
        text: stacked(title.trim(), &[head, stage, ladder, foot], &style),
        size: (width, height),
    }
}

/// Its parts, from top to bottom.
#[must_use]
pub fn drawings(timeline: &Timeline, info: &RunInfo, outline: &Outline) -> [Drawing; 4] {
    drawings_as((timeline, info, outline), &Rungs::default())
}

fn drawings_as(
    (timeline, info, outline): (&Timeline, &RunInfo, &Outline),
    rungs: &Rungs,
) -> [Drawing; 4] {
    let size = StepSize::Turn;
    let at = outline.last(size);
    let place = Place { size, at };
    let state = States::new(timeline).after(timeline, outline.seen(place));
    let moment = Moment {
        timeline,
        outline,
        place,
        before: &state,
        state: &state,
        packet: None,
    };
    // A file has no screen to fit: every host of a class room has its lane.
    let nodes = u32::try_from(timeline.nodes().len()).unwrap_or(u32::MAX);
    let lanes = f64::from(nodes) + 1.0;
    let width = if lanes <= MOST_LANES {
        WIDTH.max(LANE * lanes)
    } else {
        WIDTH
    };
    let lanes = stage::lanes(timeline, outline, place, width, SIZES);
    let large = rungs.lanes(&lanes);
    let plan = Plan::whole(timeline, outline, &large, rungs, MOST_ROWS);
    let ladder = ladder::draw(&plan, 0..plan.lines.len(), &moment, &large);
    let more = outline.rows.len().saturating_sub(MOST_ROWS);
    [
        head(info),
        stage::draw(&moment, &lanes).drawing,
        ladder,
        foot(timeline, info, more),
    ]
}

/// What was run.
fn head(info: &RunInfo) -> Drawing {
    let mut page = Page::new();
    page.paragraph("title", Face::Bold, 22.0, &info.title);
    page.paragraph("", Face::Plain, 15.0, &info.summary);
    let settings = info.settings.iter();
    let settings = settings.map(|set| format!("{}: {}", set.label, set.value));
    let mut settings: Vec<String> = settings.collect();
    settings.push(format!("seed {}", info.seed));
    let settings = settings.join(" · ");
    page.paragraph("mute", Face::Plain, SIZES.text, &settings);
    page.drawing.height += EDGE;
    page.drawing
}

/// How it ended, and how to make it again.
fn foot(timeline: &Timeline, info: &RunInfo, more: usize) -> Drawing {
    let mut page = Page::new();
    if more > 0 {
        let text = format!("… {} more", counted(more as u64, "turn"));
        page.paragraph("mute", Face::Plain, SIZES.text, &text);
    }
    for outcome in timeline.outcomes() {
        let (sign, class) = if outcome.ok {
            ('✓', "good")
        } else {
            ('✕', "bad")
        };
        let text = format!("{sign} {}", with_code(outcome.code, &outcome.text));
        page.paragraph(class, Face::Bold, 15.0, &text);
    }
    if let Some(why) = &info.stopped {
        let text = format!("✕ Stopped early: {why}");
        page.paragraph("bad", Face::Bold, 15.0, &text);
    }
    let text = format!("Make this run again: {}", info.command());
    page.paragraph("mute mono", Face::Mono, SIZES.text, &text);
    page.drawing.height += EDGE;
    page.drawing
}

/// Paragraphs, one below the other.
struct Page {
    drawing: Drawing,
}

impl Page {
    fn new() -> Self {
        let drawing = Drawing {
            width: WIDTH,
            height: EDGE,
            ..Drawing::default()
        };
        Self { drawing }
    }

    fn paragraph(&mut self, class: &str, face: Face, size: f64, text: &str) {
        for line in wrapped(text, face, size, WIDTH - 2.0 * EDGE) {
            self.drawing.height += 1.5 * size;
            let (text, full) = fit(&line, face, size, WIDTH - 2.0 * EDGE);
            self.drawing.shapes.push(Shape::Text {
                class: format!("sheet {class}"),
                at: (EDGE, self.drawing.height - 0.4 * size),
                anchor: Anchor::Start,
                text,
                full,
            });
        }
    }
}

/// Lines that fit, broken at spaces. None for no text.
fn wrapped(text: &str, face: Face, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if width(&longer, face, size) <= room {
                *line = longer;
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

/// Colours stand in it themselves: not every program that opens such files knows variables.
fn style(ground: Ground) -> String {
    painted(&[SHEET, STAGE, LADDER].concat(), ground == Ground::Paper)
}

/// A style sheet with its colours in it, by day and by night.
pub(super) fn coloured(all: &str) -> String {
    painted(all, false)
}

fn painted(all: &str, only_by_day: bool) -> String {
    let mut day = all.to_owned();
    let mut night = all.to_owned();
    for (name, by_day, by_night) in COLOURS {
        let variable = format!("var({name})");
        day = day.replace(&variable, by_day);
        night = night.replace(&variable, by_night);
    }
    if only_by_day {
        return day;
    }
    format!("{day}@media (prefers-color-scheme: dark) {{\n{night}}}\n")
}
