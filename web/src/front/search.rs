//! All scenarios behind a field: what is typed filters at once, arrows go through what is found,
//! Enter opens it.

use super::{sketch::sketch, tick};
use crate::browser::{self, document};
use crate::model::Msg;
use crate::model::front::FrontPage;
use crate::parts::Tell;
use crate::says::front as words;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use wirestage_core::base::sorted::Set;
use wirestage_core::course::{self, Card, Hit};
use yew::prelude::*;

/// What is found, and where it is typed.
const LIST: &str = "found";
const FIELD: &str = "find";

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    pub find: Option<String>,
    pub tell: Tell,
}

/// Where a reader types.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps { find, tell } = props;
    let oninput = {
        let tell = tell.clone();
        Callback::from(move |event: InputEvent| {
            let input: Option<HtmlInputElement> = event.target().and_then(|t| t.dyn_into().ok());
            let typed = input.map(|input| input.value());
            tell.emit(Msg::Find(typed.filter(|typed| !typed.is_empty())));
        })
    };
    let onkeydown = {
        let tell = tell.clone();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                go(0);
            }
            "Enter" => {
                event.prevent_default();
                open();
            }
            "Escape" => tell.emit(Msg::Find(None)),
            _ => {}
        })
    };
    html! {
        <div class="finder" role="search">
            <label class="lbl" for={FIELD}>{ words::FIND }{ " " }<kbd>{ "/" }</kbd></label>
            <input id={FIELD} type="text" placeholder={words::EXAMPLE} autocomplete="off" spellcheck="false" autocapitalize="off"
                aria-controls={find.as_ref().map(|_| LIST)} value={find.clone().unwrap_or_default()} {oninput} {onkeydown} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct ResultsProps {
    pub find: String,
    pub done: Set<String>,
    pub tell: Tell,
}

/// What is found.
#[component]
pub fn Results(props: &ResultsProps) -> Html {
    let ResultsProps { find, done, .. } = props;
    let cards = use_memo((), |()| course::cards());
    let typed = find.trim();
    let all = cards.clone();
    let found = use_memo(typed.to_owned(), move |typed| {
        if typed.is_empty() {
            by_lesson(&all)
        } else {
            course::find(&all, typed)
        }
    });
    let one = |hit: &Hit| {
        let card = &cards[hit.card];
        html! { <li key={card.id.clone()}>{ entry(card, hit, done.contains(&card.id)) }</li> }
    };
    html! {
        <section class="results" aria-label={words::FIND}>
            <p class="sub" role="status" id="found-count">{ words::found(found.len(), typed) }</p>
            if found.is_empty() { { nothing(typed) } }
            <ul id={LIST} class="cards" onkeydown={walk(&props.tell)}>{ found.iter().map(one).collect::<Html>() }</ul>
        </section>
    }
}

/// Everything, each lesson with what hangs on it.
fn by_lesson(cards: &[Card]) -> Vec<Hit> {
    let mut hits = course::find(cards, "");
    wirestage_core::base::sorted::sort_by_key(&mut hits, |hit| {
        let card = &cards[hit.card];
        (card.lesson.unwrap_or(u8::MAX), card.level)
    });
    hits
}

fn entry(card: &Card, hit: &Hit, done: bool) -> Html {
    let setting = hit.said.as_ref().and_then(|said| said.setting.as_ref());
    html! {
        <>
            <a class={classes!("card", "hit", done.then_some("done"))} data-scenario={card.id.clone()} href={card.address(setting, 0)}>
                <b>{ words::title(card) }{ tick(done) }</b>
                <span class="about">{ card.summary.clone() }</span>
                <span class="place">{ words::place(card) }</span>
                if let Some(symptom) = &hit.symptom { <span class="sees">{ words::symptom(symptom) }</span> }
                { sketch(&card.sketch) }
            </a>
            if let Some(said) = &hit.said {
                <a class="there" href={card.address(setting, said.at)}>{ words::said(card, said) }{ " ▶" }</a>
            }
        </>
    }
}

/// Nothing fits: what to do instead.
fn nothing(typed: &str) -> Html {
    let one = |text: &&'static str| {
        let page = FrontPage {
            find: Some((*text).to_owned()),
        };
        html! { <li><a class="btn" href={page.fragment()}>{ *text }</a></li> }
    };
    let term = wirestage_core::guide::find(typed).into_iter().next();
    html! {
        <div class="nothing">
            <p>{ words::NOTHING }</p>
            <ul class="tries">{ words::TRY.iter().map(one).collect::<Html>() }</ul>
            if let Some(term) = term {
                <p>{ words::IN_THE_GUIDE }{ ": " }<a href={format!("#/guide/{}", term.at)}>{ term.name }</a>{ "." }</p>
            }
        </div>
    }
}

/// Arrows go from find to find; above the first one is the field. Letters go on in the field.
fn walk(tell: &Tell) -> Callback<KeyboardEvent> {
    let tell = tell.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let all = hits();
        let active = document().active_element();
        let item = |element: &Element| element.closest("li").ok().flatten();
        let here = active.as_ref().and_then(item);
        let at = all.iter().position(|hit| item(hit) == here);
        let key = event.key();
        match (key.as_str(), at) {
            ("ArrowDown", at) => go(at.map_or(0, |at| at + 1)),
            ("ArrowUp", Some(at)) if at > 0 => go(at - 1),
            ("ArrowUp", _) => to_field(),
            ("Home", _) => go(0),
            ("End", _) => go(all.len().saturating_sub(1)),
            ("Escape", _) => {
                tell.emit(Msg::Find(None));
                to_field();
            }
            ("Backspace", _) => return to_field(),
            (key, _) if key.chars().count() == 1 && key != " " => return to_field(),
            _ => return,
        }
        event.prevent_default();
    })
}

/// What is found, as elements: each the first of its item.
fn hits() -> Vec<Element> {
    let list = document().get_element_by_id(LIST);
    let mut item = list.and_then(|list| list.first_element_child());
    let mut all = Vec::new();
    while let Some(one) = item {
        all.extend(one.first_element_child());
        item = one.next_element_sibling();
    }
    all
}

fn to_field() {
    if let Some(field) = document().get_element_by_id(FIELD) {
        crate::focus::give(&field);
        field.scroll_into_view_with_bool(false);
    }
}

/// To a find; past the last one to the last one.
fn go(at: usize) {
    let all = hits();
    if let Some(hit) = all.get(at).or(all.last()) {
        crate::focus::give(hit);
    }
}

/// Opens the first find. What is looked for is written first, so that Back finds it again.
fn open() {
    let first = hits().into_iter().next();
    let field = document().get_element_by_id(FIELD);
    let typed = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let (Some(first), Some(typed)) = (first, typed) {
        let find = Some(typed.value()).filter(|typed| !typed.is_empty());
        browser::write_fragment(&FrontPage { find }.fragment(), false);
        if let Ok(first) = first.dyn_into::<HtmlElement>() {
            first.click();
        }
    }
}
