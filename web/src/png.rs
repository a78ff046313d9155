//! A picture as pixels: the browser draws the SVG on a canvas, and the canvas gives its PNG.

use crate::browser::document;
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Twice as many pixels as the picture's own, for sharp letters on slides.
const SCALE: f64 = 2.0;
/// What every browser's canvas can hold: the longer side, and all of it.
const MOST_SIDE: f64 = 16_000.0;
const MOST_PIXELS: f64 = 48e6;

// What of the browser's own is used here alone.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = HTMLImageElement)]
    type Image;
    #[wasm_bindgen(method, setter)]
    fn set_src(this: &Image, address: &str);
    #[wasm_bindgen(method)]
    fn decode(this: &Image) -> Promise;

    #[wasm_bindgen(js_name = HTMLCanvasElement)]
    type Canvas;
    #[wasm_bindgen(method, setter)]
    fn set_width(this: &Canvas, width: f64);
    #[wasm_bindgen(method, setter)]
    fn set_height(this: &Canvas, height: f64);
    #[wasm_bindgen(method, js_name = getContext)]
    fn context(this: &Canvas, kind: &str) -> Option<Context>;
    #[wasm_bindgen(method, catch, js_name = toBlob)]
    fn to_blob(this: &Canvas, then: &js_sys::Function, kind: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = CanvasRenderingContext2D)]
    type Context;
    #[wasm_bindgen(method, setter, js_name = fillStyle)]
    fn set_fill(this: &Context, colour: &str);
    #[wasm_bindgen(method, js_name = fillRect)]
    fn fill_rect(this: &Context, x: f64, y: f64, width: f64, height: f64);
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw(
        this: &Context,
        image: &Image,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;

    type Bytes;
    #[wasm_bindgen(method, js_name = arrayBuffer)]
    fn array_buffer(this: &Bytes) -> Promise;
}

/// The PNG of an SVG of this size, and how much larger it is.
///
/// # Errors
/// What the browser says that cannot draw it.
pub async fn of_svg(svg: String, (width, height): (f64, f64)) -> Result<(Vec<u8>, f64), JsValue> {
    let scale = scale(width, height);
    let image: Image = document().create_element("img")?.unchecked_into();
    // Its own address: a picture from elsewhere would shut the canvas, and the page's policy
    // lets no other in.
    let text = js_sys::encode_uri_component(&svg);
    image.set_src(&format!(
        "data:image/svg+xml;charset=utf-8,{}",
        String::from(text)
    ));
    JsFuture::from(image.decode()).await?;
    let canvas: Canvas = document().create_element("canvas")?.unchecked_into();
    let (wide, high) = ((width * scale).round(), (height * scale).round());
    canvas.set_width(wide);
    canvas.set_height(high);
    let context = canvas.context("2d").ok_or("no canvas")?;
    context.set_fill("#fff");
    context.fill_rect(0.0, 0.0, wide, high);
    context.draw(&image, 0.0, 0.0, wide, high)?;
    let blob = Promise::new(&mut |then, fails| {
        if let Err(why) = canvas.to_blob(&then, "image/png") {
            let _ = fails.call1(&JsValue::NULL, &why);
        }
    });
    let blob = JsFuture::from(blob).await?;
    if blob.is_null() {
        return Err("too large".into());
    }
    let blob: Bytes = blob.unchecked_into();
    let buffer: ArrayBuffer = JsFuture::from(blob.array_buffer()).await?.unchecked_into();
    Ok((Uint8Array::new(&buffer).to_vec(), scale))
}

/// Twice the size, or as much as a canvas holds.
fn scale(width: f64, height: f64) -> f64 {
    let by_side = MOST_SIDE / width.max(height).max(1.0);
    let by_area = (MOST_PIXELS / (width * height).max(1.0)).sqrt();
    SCALE.min(by_side).min(by_area)
}
