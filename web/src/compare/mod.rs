//! Two runs beside each other: their knobs above, two ladders or a table of turns, what
//! differs at the right, one transport below.

mod bar;
mod beginning;
mod differences;
mod ladders;
mod sides;
mod table;

use crate::browser;
use crate::lesson::help::Help;
use crate::lesson::look::Look;
use crate::model::{Both, Compare, Do, Form, Menu, Model, Motion, Msg, Settings, Show};
use crate::parts::{Tell, flag, says};
use crate::says::compare as words;
use std::rc::Rc;
use wirestage_core::compare::{Comparison, text};
use yew::prelude::*;

/// All that is shown of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub both: Both,
    pub at: usize,
    pub shows: [Option<Rc<Show>>; 2],
    pub made: Option<Rc<Comparison>>,
    /// How far the next run has come, while one is made.
    pub running: Option<String>,
    pub trouble: Option<String>,
    pub note: Option<String>,
    pub spoken: String,
    pub motion: Motion,
    pub playing: bool,
    pub present: bool,
    pub blank: bool,
    pub help: bool,
    pub settings: Settings,
    /// The lesson that lies under it: its address and title.
    pub back: Option<(String, String)>,
}

#[derive(Clone, Properties, PartialEq)]
pub struct Props {
    pub seen: Seen,
    pub tell: Tell,
}

/// The comparison that is open, as one value.
pub fn seen(model: &Model, open: &Compare) -> Seen {
    let lesson = model.show.as_ref();
    let title = |show: &Rc<Show>| show.run.info.title.clone();
    Seen {
        both: open.both.clone(),
        at: open.at,
        shows: open.shows.clone(),
        made: open.made.clone(),
        running: open.pending.map(|_| model.progress.clone()),
        trouble: open.trouble.clone(),
        note: model.note.clone(),
        spoken: model.spoken.clone(),
        motion: model.motion,
        playing: model.playing,
        present: model.present,
        blank: model.blank,
        help: model.menu == Some(Menu::Help),
        settings: model.settings.clone(),
        back: lesson.map(|show| (model.address.fragment(), title(show))),
    }
}

/// Hands the reader the comparison as text. Answers what to tell.
pub fn save(model: &Model) -> Option<String> {
    let open = model.compare.as_ref()?;
    let told = text(open.made.as_ref()?, open.sides()?);
    let name = open.file_name();
    let is_saved = browser::download(&name, told.as_bytes()).is_ok();
    Some(words::saved(&name, is_saved))
}

/// The comparison.
#[component]
pub fn Beside(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let all = seen
        .made
        .as_ref()
        .zip(seen.shows[0].as_ref())
        .zip(seen.shows[1].as_ref());
    html! {
        <div id="compare-page" class={classes!("cmp", seen.present.then_some("cmp-present"))}>
            { header(props) }
            if let Some(((made, a), b)) = all {
                <sides::Sides seen={seen.clone()} tell={tell.clone()} />
                <main class="cmp-main">
                    if seen.present {
                        <h1 class="unseen">{ words::TITLE }</h1>
                    }
                    { turns(props, made, [a, b]) }
                    <section class="cmp-aside" aria-label={words::ALL}>
                        <differences::Differences made={Rc::clone(made)} shows={[Rc::clone(a), Rc::clone(b)]} at={seen.at} tell={tell.clone()} />
                    </section>
                </main>
                <bar::Bar seen={seen.clone()} last={made.pairs.len()} tell={tell.clone()} />
            } else if seen.running.is_some() {
                { working(props) }
            } else {
                <beginning::Beginning trouble={seen.trouble.clone()} />
            }
            { toast(props) }
            <div id="live" class="unseen" aria-live="polite" role="status">{ seen.spoken.clone() }</div>
            if seen.blank {
                <button id="blank" aria-label={words::SHOW_AGAIN} onclick={says(tell, Msg::Blank)}></button>
            }
            if seen.help {
                <Help tell={tell.clone()} />
            }
        </div>
    }
}

fn header(props: &Props) -> Html {
    let Props { seen, tell } = props;
    let shown = seen.made.is_some();
    html! {
        <header class="row top cmp-top">
            <a class="logo" href="#/">{ "Wirestage" }</a>
            <h1 class="cmp-title">{ words::TITLE }</h1>
            <span class="grow"></span>
            if let Some((address, title)) = &seen.back {
                <a class="btn cmp-back" id="back-to-lesson" href={address.clone()}><span aria-hidden="true">{ "◀ " }</span>{ title.clone() }</a>
            }
            if shown {
                <button id="cmp-swap" class="btn" title={words::SWAP_WHY} onclick={says(tell, Msg::Compare(Do::Swap))}>{ words::SWAP }</button>
                <button id="cmp-save" class="btn" onclick={says(tell, Msg::Compare(Do::Save))}>{ words::SAVE }</button>
                <button id="copy-link" class="btn" onclick={says(tell, Msg::CopyLink)}>{ words::COPY }</button>
                <button id="present" class="btn" aria-pressed={flag(seen.present)} onclick={says(tell, Msg::TogglePresent)}>
                    { if seen.present { words::LEAVE } else { words::PRESENT } }
                </button>
            }
            <Look settings={seen.settings.clone()} tell={tell.clone()} />
        </header>
    }
}

/// Two ladders; or a table, where the reader wants it or there is no room for two.
fn turns(props: &Props, made: &Rc<Comparison>, [a, b]: [&Rc<Show>; 2]) -> Html {
    let Props { seen, tell } = props;
    let form = seen.both.form.unwrap_or(if browser::is_narrow() {
        Form::Table
    } else {
        Form::Picture
    });
    let shows = [Rc::clone(a), Rc::clone(b)];
    let made = Rc::clone(made);
    match form {
        Form::Picture => html! {
            <ladders::Ladders {made} {shows} at={seen.at} serial={seen.motion.serial} present={seen.present} settings={seen.settings.clone()} tell={tell.clone()} />
        },
        Form::Table => html! {
            <table::Table {made} {shows} at={seen.at} tell={tell.clone()} />
        },
    }
}

fn working(props: &Props) -> Html {
    let progress = props.seen.running.clone().unwrap_or_default();
    html! {
        <main id="waiting">
            <p><span role="status">{ words::WORKING }</span>{ ": " }{ progress }{ " …" }</p>
            <button class="btn" onclick={says(&props.tell, Msg::Cancel)}>{ words::STOP }</button>
        </main>
    }
}

/// What happened to the last wish; how far the next run has come.
fn toast(props: &Props) -> Html {
    let Props { seen, tell } = props;
    if seen.made.is_none() {
        return html! {};
    }
    if let Some(progress) = &seen.running {
        return html! {
            <div class="toast">
                <span><span role="status">{ words::WORKING }</span>{ ": " }{ progress.clone() }{ " …" }</span>
                <button class="btn" onclick={says(tell, Msg::Cancel)}>{ words::STOP }</button>
            </div>
        };
    }
    let (text, trouble) = match (&seen.trouble, &seen.note) {
        (Some(trouble), _) => (trouble, true),
        (None, Some(note)) => (note, false),
        (None, None) => return html! {},
    };
    html! {
        <div class={classes!("toast", trouble.then_some("trouble"))} id={if trouble { "trouble" } else { "note" }} role={trouble.then_some("alert")}>
            <span>{ text.clone() }</span>
            <button class="btn plain" aria-label={words::CLOSE} onclick={says(tell, Msg::Dismiss)}>{ "✕" }</button>
        </div>
    }
}
