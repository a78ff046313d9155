//! The field guide: where in it a reader is, and how keys move from field to field.
//! `#/guide/tcp/tcp.flags.syn?form=2` is a field, `#/guide/ftp/RETR` a command,
//! `#/guide/words/nat` a word of the glossary.

use super::address::decoded;
use super::{Effect, Model, Msg};
use crate::says;
use std::rc::Rc;
use wirestage_core::base::address::encode;
use wirestage_core::guide::{Chapter, Sheet, layer_named};

/// What stands first in the guide's addresses.
pub const GUIDE: &str = "guide";
/// What stands where a layer would, for the glossary.
pub const WORDS: &str = "words";

/// A place in the guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// A layer, by its name in filters; empty for the list of all.
    pub layer: String,
    /// A field by its name in filters, a command, a code, or a word of the glossary.
    pub item: String,
    /// Which of the layer's specimens.
    pub form: usize,
    /// Which of the fields of this name.
    pub nth: usize,
}

impl Spot {
    /// Reads a fragment, where it is one of the guide's.
    #[must_use]
    pub fn read(fragment: &str) -> Option<Self> {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let mut parts = path.splitn(3, '/');
        if parts.next() != Some(GUIDE) {
            return None;
        }
        let mut part = || decoded(parts.next().unwrap_or_default());
        let mut spot = Self {
            layer: part(),
            item: part(),
            ..Self::default()
        };
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let number = value.parse().ok().and_then(|n: usize| n.checked_sub(1));
            match name {
                "form" => spot.form = number.unwrap_or(0),
                "nth" => spot.nth = number.unwrap_or(0),
                _ => {}
            }
        }
        Some(spot)
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        let mut text = format!("#/{GUIDE}");
        for part in [&self.layer, &self.item] {
            if !part.is_empty() {
                text.push('/');
                encode(part, &mut text);
            }
        }
        let mut sign = '?';
        for (name, number) in [("form", self.form), ("nth", self.nth)] {
            if number > 0 {
                text.push(sign);
                text += name;
                text.push('=');
                text += &(number + 1).to_string();
                sign = '&';
            }
        }
        text
    }
}

/// From field to field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// To the next one.
    Next,
    /// To the one before.
    Back,
    /// To the one above, where rows have so many bits.
    Up(u32),
    /// To the one below.
    Down(u32),
    /// To the first.
    First,
    /// To the last.
    Last,
    /// To this one.
    To(usize),
}

/// The guide, opened.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Where.
    pub spot: Spot,
    /// What there is to see of the layer; none for the list and the glossary.
    pub chapter: Option<Rc<Chapter>>,
}

impl PartialEq for Guide {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.chapter, &other.chapter) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        same && self.spot == other.spot
    }
}

impl Guide {
    /// Which specimen is shown, and which of its fields is chosen.
    #[must_use]
    pub fn chosen(&self) -> (usize, Option<usize>) {
        let Some(chapter) = &self.chapter else {
            return (0, None);
        };
        let last = chapter.specimens.len().saturating_sub(1);
        let form = self.spot.form.min(last);
        let Some((form, first)) = chapter.place(&self.spot.item, form) else {
            return (form, None);
        };
        let fields = chapter.specimens[form].sheet.fields.iter().enumerate();
        let mut same = fields.filter(|(_, field)| field.kind.filter == self.spot.item);
        let nth = same.nth(self.spot.nth).map(|(index, _)| index);
        (form, Some(nth.unwrap_or(first)))
    }

    /// The place of a field of the specimen that is shown.
    #[must_use]
    pub fn spot_of(&self, sheet: &Sheet, field: usize) -> Spot {
        let filter = sheet.fields.get(field).map_or("", |f| f.kind.filter);
        let before = sheet.fields.iter().take(field);
        Spot {
            layer: self.spot.layer.clone(),
            item: filter.to_owned(),
            form: self.chosen().0,
            nth: before.filter(|f| f.kind.filter == filter).count(),
        }
    }

    /// Goes on from the field that is chosen.
    fn go(&self, go: Go) -> Option<Spot> {
        let (form, chosen) = self.chosen();
        let sheet = &self.chapter.as_ref()?.specimens.get(form)?.sheet;
        let last = sheet.fields.len().checked_sub(1)?;
        let to = match (go, chosen) {
            (Go::Last, _) => last,
            (Go::To(field), _) => field.min(last),
            (Go::First, _) | (_, None) => 0,
            (Go::Next, Some(at)) => (at + 1).min(last),
            (Go::Back, Some(at)) => at.saturating_sub(1),
            (Go::Up(width), Some(at)) => below(sheet, at, width, true)?,
            (Go::Down(width), Some(at)) => below(sheet, at, width, false)?,
        };
        Some(self.spot_of(sheet, to))
    }
}

/// The field a row further down, or up, in the same column.
fn below(sheet: &Sheet, field: usize, width: u32, up: bool) -> Option<usize> {
    let cell = &sheet.cells[sheet.cell_of(field)?];
    let mut bit = cell.bits.start;
    if up {
        bit = bit.checked_sub(width)?;
    } else {
        while bit < cell.bits.end {
            bit += width;
        }
    }
    let mut cells = sheet.cells.iter();
    cells.find(|cell| cell.bits.contains(&bit))?.field
}

/// What a message means in the guide: keys that go through a run go through its fields.
pub(super) fn meant(msg: Msg) -> Msg {
    match msg {
        Msg::Next => Msg::Guide(Go::Next),
        Msg::Back => Msg::Guide(Go::Back),
        Msg::ToStart => Msg::Guide(Go::First),
        Msg::ToEnd => Msg::Guide(Go::Last),
        other => other,
    }
}

impl Model {
    /// The guide is opened, or another page of it.
    pub(super) fn open_guide(&mut self, spot: Spot) -> Vec<Effect> {
        let known = self.guide.take();
        let same = known.filter(|guide| guide.spot.layer == spot.layer);
        let chapter = match same {
            Some(guide) => guide.chapter,
            None => {
                let run = self.show.as_ref().map(|show| show.timeline());
                layer_named(&spot.layer).map(|kind| Rc::new(Chapter::of(kind, run)))
            }
        };
        self.guide = Some(Guide { spot, chapter });
        self.versus = None;
        self.menu = None;
        self.playing = false;
        self.blank = false;
        let mut effects = vec![Effect::Shown];
        if self.wanted.is_some() {
            self.give_up();
            effects.push(Effect::Stop);
        }
        effects
    }

    /// Moves from field to field.
    pub(super) fn go_in_guide(&mut self, go: Go) -> Vec<Effect> {
        let Some(guide) = &mut self.guide else {
            return Vec::new();
        };
        match guide.go(go) {
            Some(spot) => {
                guide.spot = spot;
                vec![Effect::Write { push: false }]
            }
            None => Vec::new(),
        }
    }

    /// What the window is called.
    #[must_use]
    pub fn title(&self) -> String {
        if let Some(compare) = self.compare.as_ref().filter(|_| self.guide.is_none()) {
            return compare.title();
        }
        let (what, show) = match (&self.guide, &self.show) {
            (None, _) if self.versus.is_some() => (says::versus::TITLE, ""),
            (Some(guide), _) => match &guide.chapter {
                Some(chapter) => (chapter.kind.name, says::guide::NAME),
                None if guide.spot.layer == WORDS => (says::messages::GLOSSARY, says::guide::NAME),
                None => (says::guide::NAME, ""),
            },
            (None, Some(show)) => (show.run.info.title.as_str(), ""),
            (None, None) => ("", ""),
        };
        let mut title = String::new();
        for part in [what, show].into_iter().filter(|part| !part.is_empty()) {
            title += part;
            title += " · ";
        }
        title + "Wirestage"
    }

    /// The address of what is shown.
    #[must_use]
    pub fn fragment(&self) -> String {
        match (&self.guide, &self.versus, &self.compare) {
            (Some(guide), ..) => guide.spot.fragment(),
            (None, Some(place), _) => place.fragment(),
            (None, None, Some(compare)) => compare.both.fragment(),
            _ if self.address.scenario.is_none() => self.front.fragment(),
            _ => self.address.fragment(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    fn visited(fragment: &str) -> Model {
        let mut model = Model::new(Settings::default());
        model.update(Msg::Visit(fragment.to_owned()));
        model
    }

    #[test]
    fn a_place_in_the_guide_comes_back_as_it_was_written() {
        for fragment in [
            "#/guide",
            "#/guide/tcp",
            "#/guide/tcp/tcp.flags.syn",
            "#/guide/tcp/tcp.option_kind?form=5&nth=3",
            "#/guide/ftp/RETR",
            "#/guide/words/time-wait",
            "#/guide/pop/%5BIN-USE%5D",
        ] {
            let spot = Spot::read(fragment).expect(fragment);
            assert_eq!(spot.fragment(), fragment);
            assert_eq!(visited(fragment).fragment(), fragment);
        }
        for fragment in ["#/", "#/guided", "#/ftp-download", ""] {
            assert_eq!(Spot::read(fragment), None, "{fragment}");
        }
        let broken = Spot::read("#/guide/tcp/x?form=0&nth=many&&form").expect("a place");
        assert_eq!((broken.form, broken.nth), (0, 0));
    }

    #[test]
    fn keys_go_through_each_field_and_stop_at_the_ends() {
        let mut model = visited("#/guide/tcp");
        let mut seen = Vec::new();
        loop {
            model.update(Msg::Next);
            let fragment = model.fragment();
            if seen.last() == Some(&fragment) {
                break;
            }
            seen.push(fragment);
        }
        assert_eq!(seen[0], "#/guide/tcp/tcp.srcport");
        assert_eq!(seen[1], "#/guide/tcp/tcp.dstport");
        let fields = model.guide.as_ref().and_then(|guide| guide.chapter.clone());
        let fields = fields.map_or(0, |chapter| chapter.specimens[0].sheet.fields.len());
        assert_eq!(seen.len(), fields, "each is passed once: {seen:#?}");
        model.update(Msg::ToStart);
        assert_eq!(model.fragment(), seen[0]);
        model.update(Msg::Guide(Go::Down(32)));
        assert_eq!(model.fragment(), "#/guide/tcp/tcp.seq_raw");
        model.update(Msg::Guide(Go::Down(32)));
        model.update(Msg::Guide(Go::Down(32)));
        assert_eq!(model.fragment(), "#/guide/tcp/tcp.hdr_len");
        model.update(Msg::Guide(Go::Up(32)));
        assert_eq!(model.fragment(), "#/guide/tcp/tcp.ack_raw");
    }

    #[test]
    fn a_field_that_the_first_form_lacks_is_shown_in_one_that_has_it() {
        let model = visited("#/guide/tcp/tcp.options.sack");
        let guide = model.guide.as_ref().expect("the guide is open");
        let (form, field) = guide.chosen();
        let chapter = guide.chapter.as_ref().expect("of TCP");
        let entry = &chapter.specimens[form].sheet.fields[field.expect("it is there")];
        assert_eq!(entry.kind.filter, "tcp.options.sack");
        assert_eq!(
            visited("#/guide/tcp/nothing").guide.map(|g| g.chosen()),
            Some((0, None))
        );
    }

    #[test]
    fn who_leaves_the_guide_is_where_they_were() {
        let mut model = visited("#/guide/ip");
        assert_eq!(model.title(), "IPv4 · Field guide · Wirestage");
        model.update(Msg::Visit("#/".to_owned()));
        assert_eq!(
            (model.fragment().as_str(), model.guide.is_none()),
            ("#/", true)
        );
        assert_eq!(model.title(), "Wirestage");
    }
}
