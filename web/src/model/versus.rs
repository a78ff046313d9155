//! FTP against SMTP and HTTP: where on its page a reader is. `#/ftp-and-smtp?row=ports` is a row,
//! `#/ftp-and-smtp?row=ports&proof=2` a step that was followed from there.

use super::address::decoded;
use super::{Effect, Model};
use std::rc::Rc;
use wirestage_core::base::address::encode;
use wirestage_core::versus::{Answers, NAME};

/// A place on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versus {
    /// A row, a saying or a part, by its name; empty for the top.
    pub row: String,
    /// The row's proof that was followed, counted from 1; 0 for none.
    pub proof: usize,
}

impl Versus {
    /// Reads a fragment, where it is one of the page's.
    #[must_use]
    pub fn read(fragment: &str) -> Option<Self> {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (name, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        if name != NAME {
            return None;
        }
        let mut place = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("row", row)) => place.row = decoded(row),
                Some(("proof", proof)) => place.proof = proof.parse().unwrap_or(0),
                _ => {}
            }
        }
        Some(place)
    }

    /// A row's place.
    #[must_use]
    pub fn at(row: &str) -> Self {
        Self {
            row: row.to_owned(),
            proof: 0,
        }
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        let mut text = format!("#/{NAME}");
        if !self.row.is_empty() {
            text += "?row=";
            encode(&self.row, &mut text);
            if self.proof > 0 {
                text += &format!("&proof={}", self.proof);
            }
        }
        text
    }
}

impl Model {
    /// So much is known for it.
    pub(super) fn proved(&mut self, answers: Rc<Answers>) -> Vec<Effect> {
        self.answers = Some(answers);
        Vec::new()
    }

    /// The page is opened, or another place of it. Its runs are made while it is open, once.
    pub(super) fn open_versus(&mut self, place: Versus) -> Vec<Effect> {
        (self.guide, self.compare) = (None, None);
        self.versus = Some(place);
        self.menu = None;
        self.playing = false;
        self.blank = false;
        let mut effects = vec![Effect::Shown];
        if self.wanted.is_some() {
            self.give_up();
            effects.push(Effect::Stop);
        }
        if !self.answers.as_ref().is_some_and(|known| known.are_all()) {
            effects.push(Effect::Prove);
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Msg, Settings};
    use super::*;
    use std::rc::Rc;
    use wirestage_core::versus::Answers;

    fn visited(fragment: &str) -> (Model, Vec<Effect>) {
        let mut model = Model::new(Settings::default());
        let effects = model.update(Msg::Visit(fragment.to_owned()));
        (model, effects)
    }

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        for fragment in [
            "#/ftp-and-smtp",
            "#/ftp-and-smtp?row=ports",
            "#/ftp-and-smtp?row=ports&proof=3",
        ] {
            let place = Versus::read(fragment).expect(fragment);
            assert_eq!(place.fragment(), fragment);
            assert_eq!(visited(fragment).0.fragment(), fragment);
        }
        for fragment in ["#/", "#/ftp-and-smtps", "#/guide/ftp", ""] {
            assert_eq!(Versus::read(fragment), None, "{fragment}");
        }
        let broken = Versus::read("#/ftp-and-smtp?proof=x&row&row=%C3%BC&").expect("a place");
        assert_eq!((broken.row.as_str(), broken.proof), ("ü", 0));
    }

    #[test]
    fn its_runs_are_made_once_and_who_leaves_is_on_the_front_page() {
        let (mut model, effects) = visited("#/ftp-and-smtp");
        assert!(effects.contains(&Effect::Prove));
        assert_eq!(model.title(), "FTP against SMTP, and HTTP · Wirestage");
        model.update(Msg::Proved(Rc::new(Answers::now())));
        model.update(Msg::Visit("#/".to_owned()));
        assert_eq!(
            (model.versus.is_none(), model.title().as_str()),
            (true, "Wirestage")
        );
        let effects = model.update(Msg::Visit("#/ftp-and-smtp?row=end".to_owned()));
        assert!(!effects.contains(&Effect::Prove), "{effects:?}");
        model.update(Msg::Visit("#/guide/tcp".to_owned()));
        assert!(model.versus.is_none() && model.guide.is_some());
        model.update(Msg::Visit("#/ftp-and-smtp".to_owned()));
        assert!(model.versus.is_some() && model.guide.is_none());
    }
}
