//! A lesson's ladder, as small as a card has room for.

use wirestage_core::course::{Line, Sketch};
use yew::prelude::*;

const WIDTH: usize = 92;
const HEIGHT: usize = 66;
const EDGE: usize = 8;

/// The picture: it says nothing that the words beside it do not say.
pub fn sketch(sketch: &Sketch) -> Html {
    let lanes = sketch.lanes.max(2);
    let across = |lane: usize| EDGE + lane * (WIDTH - 2 * EDGE) / (lanes - 1);
    let step = (HEIGHT - 12) / sketch.lines.len().max(1);
    let lane = |index: usize| {
        let x = across(index);
        html! { <path class="lane" d={format!("M{x} 3V{}", HEIGHT - 3)} /> }
    };
    let line = |(index, line): (usize, &Line)| {
        let y = 6 + index * step;
        drawn(
            line,
            (across(line.from), across(line.to)),
            (y, y + step * 2 / 3),
        )
    };
    html! {
        <svg class="sketch" width={WIDTH.to_string()} height={HEIGHT.to_string()} viewBox={format!("0 0 {WIDTH} {HEIGHT}")} aria-hidden="true">
            { (0..lanes).map(lane).collect::<Html>() }
            { sketch.lines.iter().enumerate().map(line).collect::<Html>() }
        </svg>
    }
}

/// One line; one that is lost ends on its way, with a cross.
fn drawn(line: &Line, (from, to): (usize, usize), (top, bottom): (usize, usize)) -> Html {
    let class = classes!("stroke", line.stroke.class());
    if !line.lost {
        let d = format!("M{from} {top}L{to} {bottom}");
        return html! { <path {class} {d} /> };
    }
    let (x, y) = ((2 * from + 3 * to) / 5, (2 * top + 3 * bottom) / 5);
    let d = format!("M{from} {top}L{x} {y}");
    let (left, right, up, down) = (x - 3, x + 3, y.saturating_sub(3), y + 3);
    let cross = format!("M{left} {up}L{right} {down}M{right} {up}L{left} {down}");
    html! { <><path {class} {d} /><path class="cross" d={cross} /></> }
}
