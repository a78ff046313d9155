//! What the settings say.

use crate::model::settings::{Moves, Size, Theme};

/// The sign of the button: letters, light and dark.
pub const SIGN: &str = "Aa ◐";
/// Letters that show what a theme looks like.
pub const SAMPLE: &str = "Aa";
/// The button, and what it opens.
pub const NAME: &str = "Settings: colours, text, motion";
/// The choice of colours.
pub const COLOURS: &str = "Colours";
/// The choice of how large text is.
pub const TEXT: &str = "Text";
/// The choice whether things move.
pub const MOTION: &str = "Motion";
/// Where the settings are kept.
pub const HINT: &str = "Kept in this browser alone. “auto” is as the machine has it.";
/// Asks whether all is to be forgotten.
pub const FORGET: &str = "Forget everything …";
/// Forgets it.
pub const REALLY: &str = "Forget it";
/// Does not.
pub const KEEP: &str = "Keep it";

/// What is about to go.
pub fn goes(done: usize, has_place: bool) -> String {
    let mut parts = Vec::new();
    match done {
        0 => {}
        1 => parts.push("1 done mark".to_owned()),
        many => parts.push(format!("{many} done marks")),
    }
    if has_place {
        parts.push("your place".to_owned());
    }
    let last = "these settings";
    match parts.join(", ") {
        before if before.is_empty() => "These settings will be gone.".to_owned(),
        before => format!("{before} and {last} will be gone."),
    }
}

/// What colours are called.
pub fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::HighLight => "light, high contrast",
        Theme::HighDark => "dark, high contrast",
    }
}

/// What sizes are called.
pub fn size(size: Size) -> &'static str {
    match size {
        Size::Normal => "normal",
        Size::Large => "large",
        Size::Largest => "largest",
    }
}

/// What motion is called.
pub fn motion(moves: Moves) -> &'static str {
    match moves {
        Moves::Auto => "auto",
        Moves::Reduced => "reduced",
        Moves::Full => "full",
    }
}
