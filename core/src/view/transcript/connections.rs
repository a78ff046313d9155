//! The connections of a run in a table: who called whom, what for, and how much it took.

use super::page::Page;
use super::traffic::Traffic;
use crate::base::ConnId;
use crate::timeline::{RunInfo, Timeline};
use crate::view::outline::{Line, lines};
use crate::view::words::{counted, grouped};

/// Further connections are counted only.
const MOST: usize = 12;

/// A line for each connection, where there is more than one.
pub(super) fn table(page: &mut Page, timeline: &Timeline, info: &RunInfo, traffic: &Traffic) {
    let lines = lines(timeline, info);
    if lines.len() < 2 {
        return;
    }
    let frames = frames(timeline, lines.len());
    let rows = (1..).zip(lines.iter().zip(frames)).take(MOST);
    let rows = rows.map(|(number, (line, frames))| {
        let ends = [Some(line.ends.client), line.ends.server];
        let ends = ends.into_iter().flatten();
        let payload: u64 = ends.map(|end| traffic.payload_of(end)).sum();
        [
            number.to_string(),
            between(timeline, line),
            format!("port {}", line.port),
            line.purpose.to_owned(),
            grouped(frames),
            grouped(payload),
        ]
    });
    let heads = ["", "", "", "", "frames", "payload"].map(str::to_owned);
    let rows: Vec<[String; 6]> = [heads].into_iter().chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|column| width(column).unwrap_or(0));
    page.line("");
    for [number, who, port, purpose, frames, payload] in &rows {
        page.paragraph(
            2,
            &format!(
                "{number:>a$}  {who:b$}  {port:c$}  {purpose:d$}  {frames:>e$}  {payload:>f$}"
            ),
        );
    }
    if lines.len() > MOST {
        let more = counted((lines.len() - MOST) as u64, "more connection");
        page.paragraph(2, &format!("⋯ {more}"));
    }
}

/// How many frames each connection took, on all links.
fn frames(timeline: &Timeline, connections: usize) -> Vec<u64> {
    let numbers = timeline.connection_numbers();
    let number = |end: ConnId| numbers[end.index()];
    let mut frames = vec![0; connections];
    for number in timeline.frames().iter().filter_map(|f| number(f.conn?)) {
        frames[number as usize - 1] += 1;
    }
    frames
}

/// `laptop → server`, or where nobody was called.
fn between(timeline: &Timeline, line: &Line) -> String {
    let to = match line.to {
        Some(host) => timeline.node(host).name.clone(),
        None => timeline.end(line.ends.client).remote.ip().to_string(),
    };
    format!("{} → {to}", timeline.node(line.from).name)
}
