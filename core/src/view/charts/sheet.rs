//! A chart as a file: a picture that stands alone, or its numbers as text.

use super::draw::draw_bars;
use super::table::{Table, table};
use super::{Ask, ChartKind, Frame, Gathered, Series, Weighed, draw, weighed};
use crate::timeline::{RunInfo, Timeline};
use crate::view::draw::letters::{Face, Sizes, fit};
use crate::view::draw::svg::stacked;
use crate::view::draw::{Anchor, Drawing, Shape};
use crate::view::sheet::coloured;
use crate::view::words::grouped;

const WIDTH: f64 = 980.0;
const HEIGHT: f64 = 460.0;
const EDGE: f64 = 20.0;
const SIZES: Sizes = Sizes::DESK;

/// What is drawn, once it is chosen.
enum Numbers {
    Series(Series),
    Weight(Weighed, String),
}

/// What a chart is a chart of.
///
/// # Errors
/// A sentence, where the run has no such connection.
fn numbers(timeline: &Timeline, ask: Ask) -> Result<Numbers, String> {
    let gathered = Gathered::of(timeline);
    let many = gathered.talks.len();
    if let Some(number) = ask.connection.filter(|number| *number as usize > many) {
        return Err(match many {
            0 => "this run has no connection".to_owned(),
            1 => format!("there is no connection {number}: this run has one alone"),
            many => format!("there is no connection {number}: this run has {many}"),
        });
    }
    if ask.kind == ChartKind::Weight {
        let of = match ask.connection {
            Some(number) => format!("connection {number}"),
            None => "all packets, each once".to_owned(),
        };
        return Ok(Numbers::Weight(weighed(&gathered, ask.connection), of));
    }
    let series = Series::of(&gathered, timeline, ask);
    series
        .map(Numbers::Series)
        .ok_or_else(|| "this run has no connection to draw".to_owned())
}

/// A chart as an SVG file.
///
/// # Errors
/// A sentence, where the run has no such connection.
pub fn chart_sheet(timeline: &Timeline, info: &RunInfo, ask: Ask) -> Result<String, String> {
    let (of, chart) = match numbers(timeline, ask)? {
        Numbers::Series(series) => {
            let frame = Frame {
                size: (WIDTH, HEIGHT),
                edge: EDGE,
                sizes: SIZES,
                here: None,
                cursor: None,
                window: None,
            };
            (series.title.clone(), draw(&series, &frame).drawing)
        }
        Numbers::Weight(weighed, of) => {
            let drawing = draw_bars(&weighed, &of, (WIDTH, EDGE), SIZES);
            (of, drawing)
        }
    };
    let title = format!("{}: {}, {of}", ask.kind.label(), info.title);
    let head = head(&[
        ("sheet title", 22.0, format!("{}: {of}", ask.kind.label())),
        ("sheet", 15.0, info.title.clone()),
        ("sheet mute", SIZES.text, ask.kind.about().to_owned()),
    ]);
    let foot = foot(info);
    let css = concat!(
        include_str!("../draw/sheet.css"),
        include_str!("../draw/charts.css")
    );
    Ok(stacked(&title, &[&head, &chart, &foot], &coloured(css)))
}

fn foot(info: &RunInfo) -> Drawing {
    let text = format!("Make this run again: {}", info.command());
    head(&[("sheet mute mono", SIZES.text, text)])
}

/// Lines of words.
fn head(lines: &[(&str, f64, String)]) -> Drawing {
    let mut drawing = Drawing {
        width: WIDTH,
        height: EDGE / 2.0,
        ..Drawing::default()
    };
    for (class, size, text) in lines {
        drawing.height += 1.5 * size;
        let (text, full) = fit(text, Face::Bold, *size, WIDTH - 2.0 * EDGE);
        drawing.shapes.push(Shape::Text {
            class: (*class).to_owned(),
            at: (EDGE, drawing.height - 0.4 * size),
            anchor: Anchor::Start,
            text,
            full,
        });
    }
    drawing.height += EDGE / 2.0;
    drawing
}

/// A chart's numbers as text, all of them.
///
/// # Errors
/// A sentence, where the run has no such connection.
pub fn chart_text(timeline: &Timeline, info: &RunInfo, ask: Ask) -> Result<String, String> {
    let (of, table, more) = match numbers(timeline, ask)? {
        Numbers::Series(series) => {
            let all = table(&series, usize::MAX);
            (series.title, all, String::new())
        }
        Numbers::Weight(weighed, of) => {
            let more = match weighed.decoded {
                0 => String::new(),
                decoded => format!(
                    "\nBase64 says about {} bytes: three for each four.\n",
                    grouped(decoded)
                ),
            };
            (of, Table::of_weight(&weighed), more)
        }
    };
    let kind = ask.kind.label();
    let table = table.text();
    Ok(format!(
        "{}\n{kind}: {of}\n{}\n\n{table}{more}",
        info.title,
        ask.kind.about()
    ))
}
