//! Before the first step: the goal, who is who, and how lines are drawn.

use crate::model::Show;
use crate::says::step as words;
use crate::words::Explained;
use std::rc::Rc;
use wirestage_core::base::HostId;
use wirestage_core::base::sorted::Set;
use wirestage_core::scenario::model::{NodeKind, Runs};
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
            if show.is_live() {
                <h2>{ words::TO_TYPE }</h2>
                <ul class="typed">
                    { typed(show).into_iter().map(|line| html! { <li class="m">{ line }</li> }).collect::<Html>() }
                </ul>
                <p>{ words::ANY_PROGRAM }</p>
            }
            <h2>{ words::GOAL }</h2>
            <p><Explained text={show.run.scenario.summary.clone()} /></p>
            <h2>{ words::CAST }</h2>
            <ul class="cast">{ cast(show) }</ul>
            <h2>{ words::STROKES }</h2>
            <ul class="strokes">{ strokes(show) }</ul>
            if !show.is_empty() {
                <p class="begin-here">{ words::PRESS }<kbd>{ "→" }</kbd>{ words::TO_BEGIN }</p>
            }
        </>
    }
}

/// Commands worth trying at the host that the reader stands in for, the most telling first.
fn typed(show: &Show) -> Vec<String> {
    let scenario = &show.run.scenario;
    let outside = show.run.info.stands_in.as_deref();
    let (mut lines, mut pings) = (Vec::new(), Vec::new());
    for node in &scenario.nodes {
        let NodeKind::Host(host) = &node.kind else {
            continue;
        };
        let name = &node.name;
        let here = outside == Some(name);
        for runs in &host.runs {
            lines.extend(match (runs, here) {
                (Runs::FtpServer(server), false) => {
                    let file = server.files.first().map_or("", |file| &file.name);
                    Some(format!("curl ftp://{name}/{file}"))
                }
                (Runs::MailServer(_), false) => Some(format!("nc -C {name} 25")),
                (Runs::WebServer(server), false) => {
                    let file = server.files.first().map_or("", |file| &file.name);
                    Some(format!("curl http://{name}/{file}"))
                }
                (Runs::NameServer(_), false) => Some(format!("dig {name}")),
                (Runs::WebPage(_), false) => Some(format!("curl http://{name}/")),
                (Runs::EchoServer, false) => Some(format!("nc {name} 7")),
                (Runs::DiscardServer(_), false) => Some(format!("nc {name} 9")),
                (Runs::FtpServer(_), true) => Some("python3 -m pyftpdlib -p 21".to_owned()),
                (Runs::MailServer(_), true) => {
                    Some("python3 -m aiosmtpd -n -l 0.0.0.0:25".to_owned())
                }
                _ => None,
            });
        }
        if !here {
            pings.push(format!("ping {name}"));
        }
    }
    pings.truncate(2);
    lines.extend(pings);
    lines
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
    let lines = show.outline.strokes().into_iter().map(|(stroke, _)| stroke);
    let strokes: Set<Stroke> = lines.chain([Stroke::Housekeeping]).collect();
    let one = |stroke: Stroke| {
        html! {
            <li>
                <svg width="44" height="10" aria-hidden="true"><path class={classes!("stroke", stroke.class())} d="M1 5H43" /></svg>
                { words::stroke(stroke) }
            </li>
        }
    };
    html! {
        <>
            { strokes.into_iter().map(one).collect::<Html>() }
            <li><span class="lost sign" aria-hidden="true">{ "✕" }</span>{ words::LOST_LINE }</li>
        </>
    }
}
