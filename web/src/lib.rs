//! The page: plays a run step by step in a browser, forwards and back.

mod app;
mod browser;
mod drawing;
mod focus;
mod front;
mod guide;
mod inspector;
mod keys;
mod lesson;
mod model;
mod parts;
mod save;
mod says;
mod watch;
mod width;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the page.
#[wasm_bindgen(start)]
pub fn start() {
    let Some(root) = browser::document().get_element_by_id("app") else {
        return;
    };
    // What stood there until now was the shell's.
    root.set_inner_html("");
    yew::Renderer::<app::App>::with_root(root).render();
}
