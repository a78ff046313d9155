//! Core's drawings as elements of the page.

use wirestage_core::view::draw::{Anchor, Shape, Target, svg};
use yew::prelude::*;
use yew::virtual_dom::AttrValue;

/// A coordinate, to a tenth.
pub fn number(value: f64) -> AttrValue {
    svg::number(value).into()
}

/// Shapes, back to front.
pub fn shapes(shapes: &[Shape]) -> Html {
    shapes.iter().map(shape).collect()
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
