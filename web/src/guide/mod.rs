//! The field guide: each header drawn with its bits, each command with its meaning, and the
//! glossary.

mod drawing;
mod glossary;
mod search;
mod tables;

use crate::browser::document;
use crate::lesson::look::Look;
use crate::model::guide::{GUIDE, WORDS};
use crate::model::{Address, Guide, Settings, Spot, Versus};
use crate::parts::Tell;
use crate::says::guide as words;
use crate::says::versus;
use crate::words::Explained;
use drawing::Drawing;
use std::rc::Rc;
use wirestage_core::dissect::{LAYERS, LayerKind};
use wirestage_core::guide::{Chapter, Specimen};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub guide: Guide,
    /// The lesson that lies under it: its address and title.
    pub back: Option<(String, String)>,
    pub settings: Settings,
    pub tell: Tell,
}

/// Where groups of layers begin, by filters.
const GROUPS: &[(&str, &str)] = &[
    ("eth", words::ON_THE_WIRE),
    ("ip", words::FROM_HOST_TO_HOST),
    ("udp", words::FROM_PROGRAM_TO_PROGRAM),
    ("dns", words::WHAT_PROGRAMS_SAY),
];

/// The guide.
#[component]
pub fn FieldGuide(props: &Props) -> Html {
    let Props {
        guide, back, tell, ..
    } = props;
    let typed = use_state_eq(String::new);
    use_effect_with(guide.spot.layer.clone(), |_| {
        crate::browser::window().scroll_to_with_x_and_y(0.0, 0.0);
    });
    {
        let typed = typed.clone();
        use_effect_with(guide.spot.clone(), move |spot| {
            typed.set(String::new());
            bring_up(spot);
        });
    }
    let main = if typed.trim().is_empty() {
        page(props)
    } else {
        search::hits(&typed)
    };
    html! {
        <div id="guide">
            <header class="row top">
                <a class="logo" href="#/" title={words::ALL_SCENARIOS}>{ "Wirestage" }</a>
                <a class="pick" href={here("", "")}>{ words::NAME }</a>
                <span class="grow"></span>
                if let Some((address, title)) = back {
                    <a class="btn" id="back-to-lesson" href={address.clone()}><span aria-hidden="true">{ "◀ " }</span>{ title.clone() }</a>
                }
                <Look settings={props.settings.clone()} tell={tell.clone()} />
            </header>
            <nav aria-label={words::NAME}>
                { search::field(&typed) }
                { contents(&guide.spot) }
            </nav>
            <main>{ main }</main>
        </div>
    }
}

/// An address in the guide.
pub fn here(layer: &str, item: &str) -> String {
    let spot = Spot {
        layer: layer.to_owned(),
        item: item.to_owned(),
        ..Spot::default()
    };
    spot.fragment()
}

/// What an address names is brought into view, where it is a row of a table or a word.
fn bring_up(spot: &Spot) {
    let row = document().query_selector("#guide main .here-row");
    if let Some(row) = row.ok().flatten().filter(|_| !spot.item.is_empty()) {
        row.scroll_into_view();
    }
}

/// All layers, and the glossary.
fn contents(spot: &Spot) -> Html {
    let current = |layer: &str| (spot.layer == layer).then_some("page");
    let entry = |kind: &'static LayerKind| {
        html! {
            <li><a href={here(kind.filter, "")} aria-current={current(kind.filter)}>{ kind.name }</a></li>
        }
    };
    html! {
        <>
            <ul>
                <li><a href={here(WORDS, "")} aria-current={current(WORDS)}>{ words::GLOSSARY }</a></li>
                <li><a href={Versus::default().fragment()}>{ versus::LINK }</a></li>
            </ul>
            { groups(|name, kinds| html! {
                <>
                    <h2>{ name }</h2>
                    <ul>{ kinds.iter().map(|kind| entry(kind)).collect::<Html>() }</ul>
                </>
            }) }
        </>
    }
}

/// The layers in their groups.
fn groups(each: impl Fn(&'static str, &[&'static LayerKind]) -> Html) -> Html {
    let starts = |filter: &str| LAYERS.iter().position(|kind| kind.filter == filter);
    let all = GROUPS.iter().enumerate().map(|(index, (filter, name))| {
        let from = starts(filter).unwrap_or(0);
        let next = GROUPS.get(index + 1).and_then(|(filter, _)| starts(filter));
        each(name, &LAYERS[from..next.unwrap_or(LAYERS.len())])
    });
    all.collect()
}

fn page(props: &Props) -> Html {
    let spot = &props.guide.spot;
    match &props.guide.chapter {
        Some(chapter) => self::chapter(props, chapter),
        None if spot.layer == WORDS => glossary::page(&spot.item),
        None => start(!spot.layer.is_empty()),
    }
}

/// The first page: every layer with what it is for.
fn start(lost: bool) -> Html {
    let entry = |kind: &&'static LayerKind| {
        html! {
            <li><a class="card" href={here(kind.filter, "")}>
                <b>{ kind.name }</b>
                <span class="about">{ kind.meaning }</span>
            </a></li>
        }
    };
    html! {
        <>
            if lost {
                <p class="trouble" role="alert">{ words::LOST }</p>
            }
            <h1>{ words::TITLE }</h1>
            <p class="sub">{ words::ABOUT }<a href={here(WORDS, "")}>{ words::THE_GLOSSARY }</a>{ "." }</p>
            { groups(|name, kinds| html! {
                <section>
                    <h2>{ name }</h2>
                    <ul class="cards">{ kinds.iter().map(entry).collect::<Html>() }</ul>
                </section>
            }) }
        </>
    }
}

fn chapter(props: &Props, chapter: &Rc<Chapter>) -> Html {
    let kind = chapter.kind;
    let (form, field) = props.guide.chosen();
    let specimen = chapter.specimens.get(form);
    html! {
        <>
            <h1>{ kind.name }{ " " }<small class="reference">{ kind.reference }</small></h1>
            <p class="sub"><Explained key={kind.filter} text={kind.meaning} /></p>
            if crate::versus::compares(kind.filter) {
                <p class="source"><a href={Versus::default().fragment()}>{ versus::SIDE_BY_SIDE }</a></p>
            }
            { forms(props, chapter, form) }
            if let Some(specimen) = specimen {
                { source(props, specimen) }
                if chapter.drawn {
                    <div class="drawn">
                        <Drawing guide={props.guide.clone()} tell={props.tell.clone()} />
                        { tables::detail(chapter, &props.guide, (specimen, field)) }
                    </div>
                } else {
                    { tables::detail(chapter, &props.guide, (specimen, field)) }
                }
            } else {
                { tables::other(chapter, &props.guide.spot.item) }
            }
            { tables::words(chapter, props) }
            { tables::fields(chapter, &props.guide, specimen) }
        </>
    }
}

/// The forms that a layer has, each a link.
fn forms(props: &Props, chapter: &Chapter, chosen: usize) -> Html {
    if chapter.specimens.len() < 2 {
        return html! {};
    }
    let one = |(index, specimen): (usize, &Specimen)| {
        let spot = Spot {
            layer: props.guide.spot.layer.clone(),
            form: index,
            ..Spot::default()
        };
        let current = (index == chosen).then_some("true");
        let class = classes!("chip", specimen.from.is_none().then_some("example"));
        html! {
            <li><a {class} href={spot.fragment()} aria-current={current}>{ specimen.title }</a></li>
        }
    };
    let all = chapter.specimens.iter().enumerate().map(one);
    html! { <ul class="forms" aria-label={words::FORMS}>{ all.collect::<Html>() }</ul> }
}

/// Where the bytes are from.
fn source(props: &Props, specimen: &Specimen) -> Html {
    match (specimen.from, &props.back) {
        (Some(frame), Some((address, title))) => html! {
            <p class="source">
                { words::WITH_BYTES_OF }
                { packet(address, frame.index()) }
                { words::of_lesson(title) }
            </p>
        },
        (_, Some((_, title))) => html! {
            <p class="source">{ words::not_in_lesson(title) }</p>
        },
        (_, None) => html! {
            <p class="source">
                { words::EXAMPLE }
                <a href="#/">{ words::CHOOSE_ONE }</a>{ "." }
            </p>
        },
    }
}

/// A link to a packet of the lesson.
pub fn packet(address: &str, index: usize) -> Html {
    let address = Address {
        packet: Some(index),
        ..Address::read(address)
    };
    html! { <a href={address.fragment()}>{ words::packet(index + 1) }</a> }
}

/// The way into the guide.
pub fn link() -> Html {
    html! { <a class="btn" id="field-guide" href={format!("#/{GUIDE}")}>{ words::NAME }</a> }
}
