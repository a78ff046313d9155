//! What the settings say.

use crate::model::settings::{Moves, Size, Theme};

pub const NAME: &str = "Settings: colours, text, motion";
pub const COLOURS: &str = "Colours";
pub const TEXT: &str = "Text";
pub const MOTION: &str = "Motion";
pub const HINT: &str = "Kept in this browser alone. “auto” is as the machine has it.";
pub const FORGET: &str = "Forget everything …";
pub const REALLY: &str = "Forget it";
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
