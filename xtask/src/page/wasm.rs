//! The page's program, built for the browser: WebAssembly, and the JavaScript that joins them.

use crate::{project, run};
use std::error::Error;
use std::fs;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
const NAME: &str = "page";

/// The JavaScript and the WebAssembly.
pub fn build() -> Result<(String, Vec<u8>), Box<dyn Error>> {
    let arguments = [
        "build",
        "--package",
        "wirestage-web",
        "--lib",
        "--profile",
        "page",
        "--target",
        TARGET,
    ];
    if !run::shown(&mut run::cargo(&arguments))? {
        return Err("the page does not build; the compiler's words stand above".into());
    }
    let built = project::target_dir()
        .join(TARGET)
        .join("page/wirestage_web.wasm");
    let parts = project::target_dir().join("page-parts");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&built)
        .out_name(NAME)
        // A page from a disk may load scripts, but no modules.
        .no_modules(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(&parts)?;
    let glue = fs::read_to_string(parts.join(format!("{NAME}.js")))?;
    let wasm = fs::read(parts.join(format!("{NAME}_bg.wasm")))?;
    Ok((glue, wasm))
}
