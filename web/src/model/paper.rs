//! The lesson on paper: which sheet is looked at, before it is printed. `paper=worksheet`.

use super::{Effect, Model};

/// A sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// The ladder, what is said of it, the numbers.
    Handout,
    /// The same with words left out, and the answers on a sheet of their own.
    Worksheet,
}

impl Paper {
    /// Both, with their words.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Handout, "handout"), (Self::Worksheet, "worksheet")];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Handout => "handout",
            Self::Worksheet => "worksheet",
        }
    }

    /// The sheet of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|(_, known)| *known == word);
        known.map(|(paper, _)| paper)
    }
}

impl Model {
    /// A sheet is looked at, or none any more. A live run has none: it is not over.
    pub(super) fn lay_out(&mut self, paper: Option<Paper>) -> Vec<Effect> {
        let Some(show) = self.show.as_ref().filter(|_| self.live.is_none()) else {
            return Vec::new();
        };
        let is_end = show.outline.is_end(self.address.place);
        let button = if is_end { "#back" } else { "#next" };
        let was = std::mem::replace(&mut self.address.paper, paper);
        self.menu = None;
        self.playing = false;
        let focus = match (was, paper) {
            (None, Some(_)) => vec![Effect::Focus("#print-now")],
            (Some(_), None) => vec![Effect::Focus(button)],
            _ => Vec::new(),
        };
        [vec![Effect::Write { push: false }], focus].concat()
    }
}
