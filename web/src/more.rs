//! What comes with the page's second file: all that the page does and shows, but for the front
//! page as it stands there first.
//!
//! Whatever can be reached through `MORE` alone goes into the second file, by itself. So nothing
//! in `App`'s own four functions, before `more()` is there, may name what is large.

use crate::app::{App, Told};
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use yew::prelude::*;

/// What comes later.
pub struct More {
    /// Takes what the page is told; answers whether anything is to be shown of it.
    pub update: fn(&mut App, &Context<App>, Told) -> bool,
    /// All that can be seen.
    pub view: fn(&App, &Context<App>) -> Html,
}

static MORE: More = More {
    update: App::take_told,
    view: App::whole,
};

thread_local! {
    static HERE: Cell<Option<&'static More>> = const { Cell::new(None) };
    static WAITING: RefCell<Option<Callback<()>>> = const { RefCell::new(None) };
}

/// What came later, once it is here.
pub fn more() -> Option<&'static More> {
    HERE.get()
}

/// Calls back when it comes.
pub fn when_here(tell: Callback<()>) {
    WAITING.set(Some(tell));
}

/// The second file is here. The compiler must not see that only `MORE` can be meant: it would
/// spare the way through `HERE`.
pub fn arrived() {
    HERE.set(Some(black_box(&MORE)));
    if let Some(tell) = WAITING.take() {
        tell.emit(());
    }
}
