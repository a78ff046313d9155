//! What is remembered from visit to visit: the look, the lessons that are done, the last place.

use wirestage_core::base::sorted::Set;

/// What is remembered. Lines of text, `name value`; nothing of it leaves the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// How large text is.
    pub size: Size,
    /// Whether things move.
    pub motion: Moves,
    /// Scenarios that were seen to the end.
    pub done: Set<String>,
    /// The last place in a scenario: its fragment.
    pub last: Option<String>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the machine has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Black on white, with strong lines.
    HighLight,
    /// White on black, with strong lines.
    HighDark,
}

/// How large text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// For a desk.
    #[default]
    Normal,
    /// For tired eyes.
    Large,
    /// For eyes that need it, or for the last row.
    Largest,
}

/// Whether things move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moves {
    /// As the machine has it.
    #[default]
    Auto,
    /// Nothing moves by itself.
    Reduced,
    /// Packets travel, whatever the machine says.
    Full,
}

impl Theme {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Auto, "auto"),
        (Self::Light, "light"),
        (Self::Dark, "dark"),
        (Self::HighLight, "high-light"),
        (Self::HighDark, "high-dark"),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::ALL, self)
    }
}

impl Size {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Normal, "normal"),
        (Self::Large, "large"),
        (Self::Largest, "largest"),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::ALL, self)
    }
}

impl Moves {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Auto, "auto"),
        (Self::Reduced, "reduced"),
        (Self::Full, "full"),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::ALL, self)
    }
}

/// The word of one of a few.
fn word<T: Copy + PartialEq>(all: &[(T, &'static str)], one: T) -> &'static str {
    let known = all.iter().find(|(known, _)| *known == one);
    known.map_or("", |(_, word)| word)
}

/// The one that has a word; the usual one where none has.
fn named<T: Copy + Default>(all: &[(T, &'static str)], word: &str) -> T {
    let known = all.iter().find(|(_, known)| *known == word);
    known.map(|known| known.0).unwrap_or_default()
}

impl Settings {
    /// Reads what was kept. Lines that it does not know it passes over.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut settings = Self::default();
        for line in text.lines() {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            match name {
                "theme" => settings.theme = named(&Theme::ALL, value),
                "size" => settings.size = named(&Size::ALL, value),
                "motion" => settings.motion = named(&Moves::ALL, value),
                "done" => {
                    settings.done.insert(value.to_owned());
                }
                "last" => settings.last = Some(value.to_owned()),
                _ => {}
            }
        }
        settings
    }

    /// As it is kept: what is as on the first day is left out.
    #[must_use]
    pub fn written(&self) -> String {
        let usual = Self::default();
        let chosen = [
            ("theme", self.theme.word(), usual.theme.word()),
            ("size", self.size.word(), usual.size.word()),
            ("motion", self.motion.word(), usual.motion.word()),
        ];
        let chosen = chosen.into_iter().filter(|(_, word, usual)| word != usual);
        let mut lines: Vec<String> = chosen
            .map(|(name, word, _)| format!("{name} {word}"))
            .collect();
        lines.extend(self.done.iter().map(|id| format!("done {id}")));
        lines.extend(self.last.iter().map(|last| format!("last {last}")));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back_and_nonsense_does_no_harm() {
        let settings = Settings {
            theme: Theme::HighDark,
            size: Size::Largest,
            motion: Moves::Reduced,
            done: ["a".to_owned(), "b".to_owned()].into_iter().collect(),
            last: Some("#/a?at=3".into()),
        };
        assert_eq!(Settings::read(&settings.written()), settings);
        let odd = Settings::read("theme pink\n\nsize\nmotion 7\nwhat is this");
        assert_eq!(odd, Settings::default());
    }
}
