//! The page: plays a run step by step in a browser, forwards and back.

mod app;
mod browser;
mod compare;
mod drawing;
mod focus;
mod front;
mod guide;
mod inspector;
mod keys;
mod lesson;
mod model;
mod more;
mod paper;
mod parts;
mod png;
mod save;
mod says;
mod versus;
mod watch;
mod width;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

/// The page's second file is here: this function is in it.
#[wasm_bindgen]
pub fn later() {
    more::arrived();
}

#[wasm_bindgen]
extern "C" {
    /// Has what is missing of the program fetched at once.
    #[wasm_bindgen(js_name = bringRest)]
    fn bring_rest();
}

/// Called where something is needed of the page's last file before it is here.
#[wasm_bindgen]
pub fn bring() {
    bring_rest();
}

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
