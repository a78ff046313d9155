//! What of the model comes with the page's second file, and what is put off until it is there.

use super::guide::{Go, Spot};
use super::{Effect, Model, Msg};

/// What the reducer hands on.
#[derive(Debug)]
pub struct Rest {
    /// Opens the field guide.
    pub open_guide: fn(&mut Model, Spot) -> Vec<Effect>,
    /// Goes from field to field.
    pub go_in_guide: fn(&mut Model, Go) -> Vec<Effect>,
}

/// All of it. The page's first file names this nowhere: whatever does is in the second.
pub static REST: Rest = Rest {
    open_guide: Model::open_guide,
    go_in_guide: Model::go_in_guide,
};

/// There is one, so that it is the same as any other.
impl PartialEq for Rest {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Model {
    /// What is there from the beginning: everything, but for a browser.
    pub(super) fn rest_at_first() -> Option<&'static Rest> {
        #[cfg(target_arch = "wasm32")]
        let rest = None;
        #[cfg(not(target_arch = "wasm32"))]
        let rest = Some(&REST);
        rest
    }

    /// The second file is there: what waited for it is done now.
    pub(super) fn is_whole(&mut self, rest: &'static Rest) -> Vec<Effect> {
        self.rest = Some(rest);
        match self.waits.take() {
            Some(msg) => self.update(msg),
            None => Vec::new(),
        }
    }

    /// The guide is opened, at once or as soon as it is there.
    pub(super) fn visit_guide(&mut self, fragment: &str, spot: Spot) -> Vec<Effect> {
        if let Some(rest) = self.rest {
            return (rest.open_guide)(self, spot);
        }
        self.waits = Some(Msg::Visit(fragment.to_owned()));
        Vec::new()
    }
}
