//! What the page asks of the browser, each in one place.

use js_sys::Function;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Document, HtmlAnchorElement, Performance, Url, Window};

/// Where settings are kept.
const STORE: &str = "wirestage";
/// A part of what is long, in milliseconds: a quarter of a frame.
const PART_MS: f64 = 4.0;

/// The window.
pub fn window() -> Window {
    web_sys::window().expect("a page has a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The page's clock.
pub fn performance() -> Performance {
    window().performance().expect("every browser has a clock")
}

/// Milliseconds since the page was opened.
pub fn now_ms() -> f64 {
    performance().now()
}

/// Something long, done in parts when the browser has nothing else to do. What is dropped goes no
/// further.
pub struct Slices {
    _held: Rc<()>,
}

impl Slices {
    /// `part` goes on until a time of the page's clock, and answers whether all is done.
    pub fn new(part: impl FnMut(f64) -> bool + 'static) -> Self {
        let held = Rc::default();
        go_on(Rc::downgrade(&held), Box::new(part));
        Self { _held: held }
    }
}

fn go_on(held: Weak<()>, mut part: Box<dyn FnMut(f64) -> bool>) {
    when_free(move || {
        if held.strong_count() > 0 && !part(now_ms() + PART_MS) {
            go_on(held, part);
        }
    });
}

/// Something long that borrows from what it holds: it rests now and then, and goes on when it is
/// asked to.
pub struct Work<T>(Pin<Box<dyn Future<Output = T>>>);

impl<T> Work<T> {
    /// Nothing of it is done before it is asked to go on.
    pub fn new(work: impl Future<Output = T> + 'static) -> Self {
        Self(Box::pin(work))
    }

    /// Goes on until a time of the page's clock; answers what came of it once it is done, and is
    /// not to be asked again.
    pub fn part(&mut self, until_ms: f64) -> Option<T> {
        loop {
            let mut nobody = Context::from_waker(Waker::noop());
            if let Poll::Ready(all) = self.0.as_mut().poll(&mut nobody) {
                return Some(all);
            }
            if now_ms() >= until_ms {
                return None;
            }
        }
    }
}

/// A moment at which work may be put down.
pub async fn rest() {
    let mut rested = false;
    let once = |_: &mut Context| {
        if std::mem::replace(&mut rested, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    };
    poll_fn(once).await;
}

/// Does something once nothing is left to be drawn; soon, where the browser does not tell.
fn when_free(act: impl FnOnce() + 'static) {
    let act: Function = Closure::once_into_js(act).unchecked_into();
    if window().request_idle_callback(&act).is_err() {
        let _ = window().set_timeout_with_callback(&act);
    }
}

/// The address's fragment, with its `#`.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// Writes the fragment: as a new entry of the history, or over the last one. Works for a page
/// from a file, too, where the history's own functions do not.
pub fn write_fragment(fragment: &str, push: bool) {
    let location = window().location();
    let _ = if push {
        location.set_hash(fragment)
    } else {
        location.replace(fragment)
    };
}

/// What was kept; nothing where the browser keeps nothing.
pub fn kept() -> String {
    let store = window().local_storage().ok().flatten();
    let text = store.and_then(|store| store.get_item(STORE).ok().flatten());
    text.unwrap_or_default()
}

/// Keeps a text; an empty one leaves no trace. A browser that keeps nothing is no fault.
pub fn keep(text: &str) {
    if let Ok(Some(store)) = window().local_storage() {
        let _ = match text {
            "" => store.remove_item(STORE),
            text => store.set_item(STORE, text),
        };
    }
}

/// Whether the reader wants nothing to move: the page's own setting counts before the machine's.
pub fn is_still() -> bool {
    let root = document().document_element();
    let chosen = root.and_then(|root| root.get_attribute("data-motion"));
    match chosen.as_deref() {
        Some("reduced") => return true,
        Some("full") => return false,
        _ => {}
    }
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// Whether the window is as narrow as a phone's, as the style sheets have it.
pub fn is_narrow() -> bool {
    let query = window().match_media("(max-width: 600px)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// Hands the reader a file.
pub fn download(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let kind = BlobPropertyBag::new();
    kind.set_type("application/octet-stream");
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has begun to take it by then.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// Puts a text on the clipboard. Pages that came over plain HTTP have none.
pub fn copy(text: &str) -> Option<js_sys::Promise> {
    let clipboard = window().navigator().clipboard();
    let is_there = !AsRef::<JsValue>::as_ref(&clipboard).is_undefined();
    is_there.then(|| clipboard.write_text(text))
}

/// An attribute of the document's own element, for style sheets.
pub fn mark_root(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

/// An attribute or a class of the body, for style sheets and tests.
pub fn mark_body(class: &str, on: bool) {
    if let Some(body) = document().body() {
        let _ = body.class_list().toggle_with_force(class, on);
    }
}
