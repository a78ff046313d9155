//! Before the first step: the goal, who is who, and how lines are drawn.

use crate::model::Show;
use std::rc::Rc;
use wirestage_core::base::HostId;
use wirestage_core::base::sorted::Set;
use wirestage_core::view::facts::addresses;
use wirestage_core::view::outline::Stroke;
use wirestage_core::view::routers::what_it_does;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
}

/// The start.
#[component]
pub fn Start(props: &Props) -> Html {
    let show = &props.show;
    html! {
        <>
            <h2>{ "What you will see" }</h2>
            <p>{ show.run.scenario.summary.clone() }</p>
            <h2>{ "Who is who" }</h2>
            <ul class="cast">{ cast(show) }</ul>
            <h2>{ "How lines are drawn" }</h2>
            <ul class="strokes">{ strokes(show) }</ul>
            <p class="begin-here">{ "Press " }<kbd>{ "→" }</kbd>{ " to begin." }</p>
        </>
    }
}

fn cast(show: &Show) -> Html {
    let timeline = show.timeline();
    let nodes = timeline.nodes().iter().enumerate();
    let one = nodes.map(|(index, node)| {
        let host = HostId::from_index(index);
        let mut words: Vec<&str> = node.person.iter().map(String::as_str).collect();
        words.extend(node.runs.iter().map(String::as_str));
        match &node.router {
            Some(router) => words = what_it_does(router),
            None if words.is_empty() => words.push(&node.kind),
            None => {}
        }
        html! {
            <li>
                <b>{ node.name.clone() }</b>
                <span>{ words.join(", ") }</span>
                <span class="aside m">{ addresses(timeline, host).join(", ") }</span>
            </li>
        }
    });
    one.collect()
}

fn strokes(show: &Show) -> Html {
    let lines = show.outline.connections.iter().map(|line| line.stroke);
    let strokes: Set<Stroke> = lines.chain([Stroke::Housekeeping]).collect();
    let one = |stroke: Stroke| {
        let about = match stroke {
            Stroke::Control => "control: commands and replies",
            Stroke::Data => "data: a file’s bytes",
            Stroke::Mail => "mail: letters, and what is said about them",
            Stroke::Name => "names: questions and answers",
            Stroke::Housekeeping => "housekeeping: nobody’s words",
        };
        html! {
            <li>
                <svg width="44" height="10" aria-hidden="true"><path class={classes!("stroke", stroke.class())} d="M1 5H43" /></svg>
                { about }
            </li>
        }
    };
    html! {
        <>
            { strokes.into_iter().map(one).collect::<Html>() }
            <li><span class="lost sign" aria-hidden="true">{ "✕" }</span>{ "lost: it never arrives" }</li>
        </>
    }
}
