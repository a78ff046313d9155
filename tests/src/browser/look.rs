//! How big the window is, and what the reader has told the system.

use super::Browser;
use serde_json::{Value, json};

/// A window and its reader.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Its width in CSS pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Whether it is a phone: touched, not pointed at.
    pub phone: bool,
    /// Whether dark pages are preferred.
    pub dark: bool,
    /// Whether nothing should move.
    pub still: bool,
    /// Whether it is paper.
    pub print: bool,
}

/// A desk.
pub const DESK: Look = look(1440, 900, false);
/// A small window, or a tablet on its side.
pub const TABLET: Look = look(1024, 768, false);
/// A phone, upright.
pub const PHONE: Look = look(390, 844, true);
/// A projector.
pub const PROJECTOR: Look = look(1920, 1080, false);

const fn look(width: u32, height: u32, phone: bool) -> Look {
    Look {
        width,
        height,
        phone,
        dark: false,
        still: false,
        print: false,
    }
}

impl Look {
    /// The same, where dark pages are preferred.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same, where nothing should move.
    #[must_use]
    pub const fn still(self) -> Self {
        Self {
            still: true,
            ..self
        }
    }

    /// The same, on paper.
    #[must_use]
    pub const fn print(self) -> Self {
        Self {
            print: true,
            ..self
        }
    }
}

impl Browser {
    /// Shows the page so from now on.
    pub fn look(&self, look: Look) {
        let metrics = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": 1,
            "mobile": look.phone,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
        let touch = json!({ "enabled": look.phone, "maxTouchPoints": 1 });
        self.cdp("Emulation.setTouchEmulationEnabled", &touch);
        let feature = |name: &str, value: &str| json!({ "name": name, "value": value });
        let scheme = if look.dark { "dark" } else { "light" };
        let motion = if look.still {
            "reduce"
        } else {
            "no-preference"
        };
        let media = json!({
            "media": if look.print { "print" } else { "" },
            "features": [
                feature("prefers-color-scheme", scheme),
                feature("prefers-reduced-motion", motion),
            ],
        });
        self.cdp("Emulation.setEmulatedMedia", &media);
    }

    /// Where an element stands in the window: left, top, width, height. Panics where there
    /// is none.
    #[must_use]
    pub fn frame(&self, selector: &str) -> [f64; 4] {
        let script = "const b = document.querySelector(arguments[0]).getBoundingClientRect();
                      return [b.x, b.y, b.width, b.height];";
        let frame = self.eval_with(script, &json!([selector]));
        std::array::from_fn(|i| frame.get(i).and_then(Value::as_f64).unwrap_or(f64::NAN))
    }
}
