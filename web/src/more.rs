//! What comes with the page's second file. The first paints the front page, and is small;
//! whatever can be reached through `MORE` alone goes into the second, by itself.
//!
//! So nothing else may name what stands in `MORE`: one word too many, and it is in the first.

use crate::compare::{self, Beside};
use crate::guide::{self, FieldGuide};
use crate::lesson::{self, Lesson};
use crate::model::job::{Making, Works};
use crate::model::rest::{REST, Rest};
use crate::model::{Address, Job, Model, Show, Trouble};
use crate::says::more::WAITS;
use crate::versus::{self, Proves, Proving, VersusPage};
use crate::watch::{Follows, Heard, Watch};
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::io;
use wirestage_core::capture::Tap;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::view::ladder::Rungs;
use wirestage_core::view::sheet::{Ground, Sheet};
use wirestage_core::view::transcript;
use yew::prelude::*;

/// What comes later.
pub struct More {
    /// Shows what is seen of it.
    pub shows: fn(&Piece) -> Html,
    /// Begins a run.
    pub begin: fn(&Address) -> Result<Box<dyn Works>, Trouble>,
    /// Follows a session.
    pub follow: fn(Callback<Heard>) -> Box<dyn Follows>,
    /// Writes a run as a file.
    pub save: fn(&Show, (&Rungs, Option<&str>), Format) -> io::Result<Vec<u8>>,
    /// Draws a run, with the ladder as the reader wants it.
    pub picture: fn(&Show, &Rungs, Ground) -> Sheet,
    /// Saves a comparison as text. Answers what to tell.
    pub save_compared: fn(&Model) -> Option<String>,
    /// Begins the runs of FTP against SMTP.
    pub prove: fn() -> Box<dyn Proves>,
    /// What the reducer does.
    pub rest: &'static Rest,
}

/// What is seen of it.
#[derive(Clone, PartialEq)]
pub enum Piece {
    Lesson(lesson::Props),
    Guide(guide::Props),
    Beside(compare::Props),
    Versus(versus::Props),
}

static MORE: More = More {
    shows,
    begin: |address| Ok(Box::new(Making::Runs(Job::begin(address)?))),
    follow: |tell| Box::new(Watch::begin(tell)),
    save: saved,
    picture: Show::sheet,
    save_compared: compare::save,
    prove: || Box::<Proving>::default(),
    rest: &REST,
};

thread_local! {
    static HERE: Cell<Option<&'static More>> = const { Cell::new(None) };
    static WAITING: RefCell<Vec<Callback<()>>> = const { RefCell::new(Vec::new()) };
}

/// What came later, once it is here.
pub fn more() -> Option<&'static More> {
    HERE.get()
}

/// Calls back when it comes.
pub fn when_here(tell: Callback<()>) {
    WAITING.with_borrow_mut(|waiting| waiting.push(tell));
}

/// The second file is here. The compiler must not see that only `MORE` can be meant: it would
/// spare the way through `HERE`.
pub fn arrived() {
    HERE.set(Some(black_box(&MORE)));
    for tell in WAITING.take() {
        tell.emit(());
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub what: Piece,
}

/// Something that comes later: a sign of it until then.
#[component]
pub fn Later(props: &Props) -> Html {
    let again = use_force_update();
    let here = more();
    let lacks = here.is_none();
    use_effect_with((), move |()| {
        if lacks && more().is_none() {
            when_here(Callback::from(move |()| again.force_update()));
        } else if lacks {
            again.force_update();
        }
    });
    match here {
        Some(more) => (more.shows)(&props.what),
        None => html! { <p class="waits" role="status">{ WAITS }</p> },
    }
}

fn shows(what: &Piece) -> Html {
    match what.clone() {
        Piece::Lesson(props) => html! { <Lesson ..props /> },
        Piece::Guide(props) => html! { <FieldGuide ..props /> },
        Piece::Beside(props) => html! { <Beside ..props /> },
        Piece::Versus(props) => html! { <VersusPage ..props /> },
    }
}

fn saved(show: &Show, (rungs, tap): (&Rungs, Option<&str>), format: Format) -> io::Result<Vec<u8>> {
    if format == Format::Svg && !rungs.is_usual() {
        // The picture is the one on the screen.
        return Ok(show.sheet(rungs, Ground::AsIs).text.into_bytes());
    }
    let timeline = show.timeline();
    let tap = tap.and_then(|name| Tap::named(timeline, name).ok());
    let choice = Choice {
        tap: tap.unwrap_or_else(|| Tap::first(timeline)),
        transcript: transcript::Options::default(),
    };
    let mut bytes = Vec::new();
    let seen = (timeline, &show.run.info);
    save::write(format, seen, choice, &mut bytes)?;
    Ok(bytes)
}
