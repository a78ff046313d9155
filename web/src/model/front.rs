//! The front page: what is looked for there. `#/?find=425` finds, `#/?find=` lists everything.

use super::address::decoded;
use super::{Effect, Model};
use wirestage_core::base::address::encode;

/// The key of what is looked for, in addresses.
const FIND: &str = "find";

/// What the front page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontPage {
    /// What is looked for among all scenarios; none where the lessons are shown.
    pub find: Option<String>,
}

impl FrontPage {
    /// Reads a fragment that names no scenario.
    #[must_use]
    pub fn read(fragment: &str) -> Self {
        let (_, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let pairs = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let mut found = pairs.filter(|(name, _)| *name == FIND);
        Self {
            find: found.next().map(|(_, value)| decoded(value)),
        }
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        let mut text = "#/".to_owned();
        if let Some(find) = &self.find {
            text += "?find=";
            encode(find, &mut text);
        }
        text
    }
}

impl Model {
    /// Something else is looked for. Nothing typed is nothing looked for.
    pub(super) fn find(&mut self, find: Option<String>) -> Vec<Effect> {
        self.trouble = None;
        self.front.find = find;
        vec![Effect::Write { push: false }]
    }

    /// Everything that is remembered goes; what is shown stays.
    pub(super) fn forget(&mut self) -> Vec<Effect> {
        self.settings = super::Settings::default();
        vec![Effect::Remember]
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Msg, Settings};
    use super::*;

    #[test]
    fn what_is_looked_for_comes_back_as_it_was_written() {
        for fragment in [
            "#/",
            "#/?find=",
            "#/?find=425",
            "#/?find=hangs+after+150",
            "#/?find=%26%3D%23",
        ] {
            let mut model = Model::new(Settings::default());
            model.update(Msg::Visit(fragment.to_owned()));
            assert_eq!(model.fragment(), fragment);
        }
        let read = |fragment| FrontPage::read(fragment).find;
        assert_eq!(read("#/?at=3"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("#/?a=b&find=x&find=y").as_deref(), Some("x"));
    }

    #[test]
    fn typing_writes_the_address_and_an_empty_field_leads_back_to_the_lessons() {
        let mut model = Model::new(Settings::default());
        let typed = model.update(Msg::Find(Some("bounce".to_owned())));
        assert_eq!(typed, [Effect::Write { push: false }]);
        assert_eq!(model.fragment(), "#/?find=bounce");
        model.update(Msg::Find(None));
        assert_eq!(model.fragment(), "#/");
    }

    #[test]
    fn what_is_forgotten_is_as_on_the_first_day() {
        let mut model = Model::new(Settings::read("theme dark\ndone a\nlast #/a?at=3"));
        assert_eq!(model.update(Msg::Forget), [Effect::Remember]);
        assert_eq!(model.settings, Settings::default());
        assert_eq!(model.settings.written(), "");
    }
}
