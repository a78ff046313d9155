//! What is remembered from visit to visit: the look, the lessons that are done, the last place.

use wirestage_core::base::sorted::Set;

/// What is remembered. Lines of text, `name value`; nothing of it leaves the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// How large text is.
    pub size: Size,
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
}

/// How large text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// For a desk.
    #[default]
    Normal,
    /// For tired eyes.
    Large,
}

impl Theme {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Auto, "auto"),
        (Self::Light, "light"),
        (Self::Dark, "dark"),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Size {
    /// Both, with their words.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Normal, "normal"), (Self::Large, "large")];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
        }
    }
}

impl Settings {
    /// Reads what was kept. Lines that it does not know it passes over.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut settings = Self::default();
        for line in text.lines() {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            match name {
                "theme" => {
                    let known = Theme::ALL.iter().find(|(_, word)| *word == value);
                    settings.theme = known.map(|known| known.0).unwrap_or_default();
                }
                "size" => {
                    let known = Size::ALL.iter().find(|(_, word)| *word == value);
                    settings.size = known.map(|known| known.0).unwrap_or_default();
                }
                "done" => {
                    settings.done.insert(value.to_owned());
                }
                "last" => settings.last = Some(value.to_owned()),
                _ => {}
            }
        }
        settings
    }

    /// As it is kept.
    #[must_use]
    pub fn written(&self) -> String {
        let mut lines = vec![
            format!("theme {}", self.theme.word()),
            format!("size {}", self.size.word()),
        ];
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
            theme: Theme::Dark,
            size: Size::Large,
            done: ["a".to_owned(), "b".to_owned()].into_iter().collect(),
            last: Some("#/a?at=3".into()),
        };
        assert_eq!(Settings::read(&settings.written()), settings);
        let odd = Settings::read("theme pink\n\nsize\nwhat is this");
        assert_eq!(odd, Settings::default());
    }
}
