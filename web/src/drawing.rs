//! Core's drawings as elements of the page.

use wirestage_core::view::draw::{Anchor, Shape, Target, svg};
use yew::prelude::*;
use yew::virtual_dom::AttrValue;

/// A coordinate, to a tenth.
pub fn number(value: f64) -> AttrValue {
    svg::number(value).into()
}

/// Shapes, back to front. A phase keeps its element when another part of the ladder is drawn:
/// it may have the focus.
pub fn shapes(shapes: &[Shape]) -> Html {
    let phase = |shape: &Shape| match shape {
        Shape::Group {
            target: Some(Target::Phase(phase)),
            ..
        } => Some(*phase),
        _ => None,
    };
    if !shapes.iter().any(|shape| phase(shape).is_some()) {
        return shapes.iter().map(shape).collect();
    }
    let (mut parts, mut between) = (Vec::new(), Vec::new());
    let mut last = None;
    for next in shapes {
        let here = phase(next);
        if here.is_some() && here != last {
            parts.push(keyed("after", last, between.drain(..).collect()));
            parts.push(keyed("phase", here, shape(next)));
            last = here;
        } else {
            between.push(shape(next));
        }
    }
    parts.push(keyed("after", last, between.into_iter().collect()));
    parts.into_iter().collect()
}

/// The same on paper, where nothing can be pressed.
pub fn on_paper(picture: &[Shape]) -> Html {
    fn bare(shape: &Shape) -> Shape {
        match shape {
            Shape::Group { class, shapes, .. } => Shape::Group {
                class: class.clone(),
                target: None,
                shapes: shapes.iter().map(bare).collect(),
            },
            other => other.clone(),
        }
    }
    shapes(&picture.iter().map(bare).collect::<Vec<_>>())
}

fn keyed(what: &str, phase: Option<usize>, inside: Html) -> Html {
    let key = format!("{what} {}", phase.map_or(0, |phase| phase + 1));
    html! { <key={key}>{ inside }</> }
}

fn shape(shape: &Shape) -> Html {
    match shape {
        Shape::Group {
            class,
            target,
            shapes: inside,
        } => group(class, *target, shapes(inside)),
        Shape::Line { class, from, to } => html! {
            <line class={class.clone()} x1={number(from.0)} y1={number(from.1)} x2={number(to.0)} y2={number(to.1)} />
        },
        Shape::Path { class, d } => html! { <path class={class.clone()} d={d.clone()} /> },
        Shape::Rect {
            class,
            at,
            size,
            radius,
        } => html! {
            <rect class={class.clone()} x={number(at.0)} y={number(at.1)} width={number(size.0)} height={number(size.1)} rx={number(*radius)} />
        },
        Shape::Text {
            class,
            at,
            anchor,
            text,
            full,
        } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            html! {
                <text class={class.clone()} x={number(at.0)} y={number(at.1)} text-anchor={anchor}>
                    { text.clone() }
                    if let Some(full) = full {
                        <title>{ full.clone() }</title>
                    }
                </text>
            }
        }
    }
}

fn group(class: &str, target: Option<Target>, inside: Html) -> Html {
    let class = class.to_owned();
    let index = |index: usize| AttrValue::from(index.to_string());
    match target {
        None => html! { <g {class}>{ inside }</g> },
        Some(Target::Row(row)) => html! { <g {class} data-row={index(row)}>{ inside }</g> },
        Some(Target::Packet(packet)) => {
            html! { <g {class} data-packet={index(packet)}>{ inside }</g> }
        }
        Some(Target::Host(host)) => html! { <g {class} data-host={index(host)}>{ inside }</g> },
        Some(Target::Phase(phase)) => {
            let expanded = crate::parts::flag(!class.contains("folded"));
            html! {
                <g {class} data-phase={index(phase)} role="button" tabindex="0" aria-expanded={expanded}>{ inside }</g>
            }
        }
    }
}
