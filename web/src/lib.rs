//! The page: plays a run step by step in a browser, forwards and back.

use wasm_bindgen::prelude::wasm_bindgen;
use wirestage_core::capture::*;
use wirestage_core::explain::captions;
use wirestage_core::scenario::{catalogue, load};
use wirestage_core::simulation::{Options, Simulation, run_info};
use wirestage_core::timeline::to_json;
use wirestage_core::view::transcript::{self, transcript};
use yew::prelude::*;

#[function_component]
fn App() -> Html {
    let entry = catalogue::find("ftp-download").unwrap();
    let loaded = load(entry.id, entry.text, &[]).unwrap();
    let options = Options::default();
    let mut simulation = Simulation::new(&loaded.scenario, &options).unwrap();
    let ended = simulation.run_to_end();
    let mut info = run_info(&loaded.scenario, &options, &ended);
    info.captions = captions(simulation.timeline(), &loaded.scenario);
    let text = transcript(simulation.timeline(), &info, transcript::Options::default());
    let mut out = Vec::new();
    let _ = write_pcapng(simulation.timeline(), Tap::All, &info, &mut out);
    let _ = write_pcap(simulation.timeline(), Tap::All, &mut out);
    let _ = to_json(simulation.timeline(), &info, &mut out);
    html! { <pre>{ text }{out.len()}</pre> }
}

/// Starts the page.
#[wasm_bindgen(start)]
pub fn start() {
    yew::Renderer::<App>::new().render();
}
