//! `wirestage run … --chart`: one chart of a run, as a picture or as numbers.

use crate::args::Order;
use crate::fault::Fault;
use crate::output::{Draft, Output};
use crate::print;
use std::io::Write;
use wirestage_core::run::Run;
use wirestage_core::save::Format;
use wirestage_core::view::charts::{Ask, ChartKind, chart_sheet, chart_text};

/// The chart that was named: `flight`, `flight-2`, `flight-2-b`.
pub fn named(word: &str) -> Result<Ask, Fault> {
    Ask::read(word).ok_or_else(|| {
        let kinds: Vec<&str> = ChartKind::ALL.iter().map(|kind| kind.word()).collect();
        let kinds = kinds.join(", ");
        Fault::input(format!(
            "there is no chart `{word}`: choose {kinds}, with a connection's number \
             behind it if you like: flight-2"
        ))
    })
}

/// What cannot be a chart is told before the run.
pub fn fits(order: &Order) -> Result<(), Fault> {
    if order.chart.is_none() {
        return Ok(());
    }
    if order.filter.is_some() || order.tap.is_some() {
        let text = "--chart shows whole connections: leave out --filter and --tap";
        return Err(Fault::input(text));
    }
    let takes = |output: &&Output| !matches!(output.format, Format::Svg | Format::Text);
    match order.outputs.iter().find(takes) {
        None => Ok(()),
        Some(output) => Err(Fault::input(format!(
            "a chart is a .svg or a .txt, not {}",
            output.path.display()
        ))),
    }
}

/// Draws it into the files, or tells its numbers on standard output.
pub fn write(run: &Run, ask: Ask, drafts: Vec<(&Output, Draft)>) -> Result<(), Fault> {
    let (timeline, info) = (&run.timeline, &run.info);
    if drafts.is_empty() {
        return print(&chart_text(timeline, info, ask).map_err(Fault::Input)?);
    }
    for (output, mut draft) in drafts {
        let text = match output.format {
            Format::Svg => chart_sheet(timeline, info, ask),
            _ => chart_text(timeline, info, ask),
        };
        let text = text.map_err(Fault::Input)?;
        let written = draft.writer().write_all(text.as_bytes());
        crate::run::keep(output, draft, written)?;
    }
    Ok(())
}
