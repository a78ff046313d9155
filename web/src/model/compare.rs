//! Two runs beside each other: which, where the reader is, and what keys and knobs do there.
//! `#/compare/ftp-download?with=ftp-download%3Fmode%3Dactive&at=7`: the one before `with` is A,
//! the one after it B. Without `with`, A is compared with the scenario as it is.

use super::address::decoded;
use super::{Address, Effect, Model, Msg, Show, Trouble};
use crate::says::compare as says;
use std::rc::Rc;
use wirestage_core::base::address;
use wirestage_core::compare::{Comparison, NAMES, Side, other, phrase};
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::Place;

/// What stands first in the addresses of comparisons.
pub const COMPARE: &str = "compare";

/// Which two runs, and where in them a reader is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Both {
    /// The runs; without a scenario there is nothing to compare yet.
    pub sides: [Address; 2],
    /// So many pairs of turns are shown; the first difference where nothing is said.
    pub at: Option<usize>,
    /// How they are shown, where the reader chose.
    pub form: Option<Form>,
}

/// How two runs are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Two ladders.
    Picture,
    /// A table of turns.
    Table,
}

/// What is done to a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Do {
    /// The run that is shown is compared with the one before, or the scenario as it is.
    Open,
    /// To the next difference, or to the one before where it is false.
    Leap(bool),
    /// A becomes B.
    Swap,
    /// A table, or the picture.
    Form(Form),
    /// The other of the two.
    OtherForm,
    /// A knob of a side is turned: which side, which knob, to what.
    Turn(usize, String, String),
    /// A side shows another scenario.
    Choose(usize, String),
    /// All of it as text.
    Save,
}

/// A comparison that is open.
#[derive(Debug, Default)]
pub struct Compare {
    /// Which.
    pub both: Both,
    /// The runs, as soon as they are made.
    pub shows: [Option<Rc<Show>>; 2],
    /// What they are runs of.
    shown: [Address; 2],
    /// How they compare, once both are there.
    pub made: Option<Rc<Comparison>>,
    /// Which of the two is in the making.
    pub pending: Option<usize>,
    /// What went wrong.
    pub trouble: Option<String>,
    /// So many pairs are shown.
    pub at: usize,
}

impl Both {
    /// Reads a fragment, where it is one of a comparison.
    #[must_use]
    pub fn read(fragment: &str) -> Option<Self> {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let (first, id) = path.split_once('/').unwrap_or((path, ""));
        if first != COMPARE {
            return None;
        }
        let mut both = Self::default();
        let mut with = None;
        let mut own: Vec<&str> = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "with" => with = Some(only_run(&Address::read(&decoded(value)))),
                "at" => both.at = value.parse().ok(),
                "as" => both.form = Form::named(value),
                _ => own.push(pair),
            }
        }
        if id.is_empty() {
            return Some(Self::default());
        }
        both.sides[0] = only_run(&Address::read(&[id, "?", &own.join("&")].concat()));
        both.sides[1] = match with.filter(|with| with.scenario.is_some()) {
            Some(with) => with,
            None => against(&both.sides[0]),
        };
        Some(both)
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        let [a, b] = &self.sides;
        let Some(id) = &a.scenario else {
            return format!("#/{COMPARE}");
        };
        let with = only_run(b).fragment();
        let with = with.trim_start_matches("#/");
        let mut more = vec![("with", with)];
        let at = self.at.map(|at| at.to_string());
        more.extend(at.as_deref().map(|at| ("at", at)));
        more.extend(self.form.map(|form| ("as", form.word())));
        let knobs = a.knobs.iter();
        let knobs: Vec<_> = knobs.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let own = address::fragment(id, &knobs, a.seed, &more);
        own.replacen("#/", &format!("#/{COMPARE}/"), 1)
    }

    /// Two runs, from their first difference on.
    #[must_use]
    pub fn of(a: &Address, b: &Address) -> Self {
        Self {
            sides: [only_run(a), only_run(b)],
            ..Self::default()
        }
    }
}

impl Form {
    /// Its name in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Table => "table",
        }
    }

    fn named(word: &str) -> Option<Self> {
        [Self::Picture, Self::Table]
            .into_iter()
            .find(|form| form.word() == word)
    }
}

/// An address without a place in the run.
fn only_run(address: &Address) -> Address {
    Address {
        scenario: address.scenario.clone(),
        knobs: address.knobs.clone(),
        seed: address.seed,
        ..Address::default()
    }
}

/// What a run is compared with where nobody says.
fn against(run: &Address) -> Address {
    let id = run.scenario.as_deref().unwrap_or_default();
    Address {
        knobs: other(id, &run.knobs).unwrap_or_default(),
        ..only_run(run)
    }
}

/// A run as one side of a comparison.
#[must_use]
pub fn side(show: &Show) -> Side<'_> {
    Side {
        timeline: show.timeline(),
        info: &show.run.info,
        outline: &show.outline,
    }
}

impl Compare {
    /// The two runs, once both are there.
    #[must_use]
    pub fn sides(&self) -> Option<[Side<'_>; 2]> {
        Some([side(self.shows[0].as_ref()?), side(self.shows[1].as_ref()?)])
    }

    /// How many pairs there are.
    #[must_use]
    pub fn last(&self) -> usize {
        self.made.as_ref().map_or(0, |made| made.pairs.len())
    }

    /// The place of each run, in turns.
    #[must_use]
    pub fn places(made: &Comparison, at: usize) -> [Place; 2] {
        let seen = at.checked_sub(1).map_or([0, 0], |pair| made.seen(pair));
        seen.map(|at| Place {
            size: StepSize::Turn,
            at,
        })
    }

    /// The next difference after a pair's number, or the one before.
    fn leap(&self, forward: bool) -> Option<usize> {
        let made = self.made.as_ref()?;
        let places = made.differences.iter().map(|d| d.shown + 1);
        if forward {
            places.into_iter().find(|at| *at > self.at)
        } else {
            places.rev().find(|at| *at < self.at)
        }
    }

    /// What is read aloud of the pair that is shown.
    fn spoken(&self) -> String {
        let (Some(made), Some(sides)) = (&self.made, self.sides()) else {
            return String::new();
        };
        let Some(pair) = self.at.checked_sub(1).and_then(|at| made.pairs.get(at)) else {
            return says::start(made.pairs.len());
        };
        let words = [0, 1].map(|side| match pair.rows[side] {
            Some(row) => phrase(&sides[side], &sides[side].outline.rows[row]),
            None => says::NOTHING.to_owned(),
        });
        let title = made.at(self.at - 1).map(|d| d.title.as_str());
        says::spoken((self.at, made.pairs.len()), pair.mark.word(), &words, title)
    }

    /// What the window is called.
    #[must_use]
    pub fn title(&self) -> String {
        let titles = self
            .shows
            .iter()
            .flatten()
            .map(|show| show.run.info.title.as_str());
        let titles: Vec<_> = titles.collect();
        says::window(&titles)
    }

    /// What the text form is called as a file.
    #[must_use]
    pub fn file_name(&self) -> String {
        let ids = self
            .both
            .sides
            .iter()
            .filter_map(|side| side.scenario.clone());
        let mut ids: Vec<String> = ids.collect();
        ids.dedup();
        format!("compare-{}.txt", ids.join("-"))
    }
}

impl Model {
    /// What is to be run now: a side of a comparison, or what the lesson wants.
    #[must_use]
    pub fn making(&self) -> Option<&Address> {
        match &self.compare {
            Some(compare) => compare.pending.map(|side| &compare.both.sides[side]),
            None => self.wanted.as_ref().map(|wanted| &wanted.address),
        }
    }

    /// Whether nothing is in the making.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.making().is_none()
    }

    /// A comparison is opened, or another one.
    pub(super) fn open_compare(&mut self, both: Both) -> Vec<Effect> {
        (self.guide, self.versus) = (None, None);
        self.menu = None;
        self.playing = false;
        self.blank = false;
        self.note = None;
        self.give_up();
        let mut known: Vec<(Address, Rc<Show>)> = Vec::new();
        if let Some(compare) = self.compare.take() {
            let shown = compare.shown.into_iter().zip(compare.shows);
            known.extend(shown.filter_map(|(address, show)| Some((address, show?))));
        }
        if let Some(show) = self.show.as_ref().filter(|_| self.live.is_none()) {
            known.push((self.address.clone(), Rc::clone(show)));
        }
        let mut compare = Compare {
            both,
            ..Compare::default()
        };
        for side in [0, 1] {
            let wanted = &compare.both.sides[side];
            if let Some((_, show)) = known.iter().find(|(known, _)| known.same_run(wanted)) {
                compare.shown[side] = wanted.clone();
                compare.shows[side] = Some(Rc::clone(show));
            }
        }
        self.compare = Some(compare);
        let mut effects = vec![Effect::Stop];
        effects.extend(self.make_next());
        effects
    }

    /// Begins the run that is still missing; compares, where none is.
    fn make_next(&mut self) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        let missing = [0, 1].into_iter().find(|side| {
            let wanted = &compare.both.sides[*side];
            let there = compare.shows[*side].is_some() && compare.shown[*side].same_run(wanted);
            wanted.scenario.is_some() && !there
        });
        compare.pending = missing;
        if missing.is_some() {
            self.progress.clear();
            return vec![Effect::Run];
        }
        let made = compare.sides().map(Comparison::of);
        let first = made.as_ref().and_then(Comparison::first);
        let first = first.map_or(0, |first| first.shown + 1);
        compare.made = made.map(Rc::new);
        compare.at = compare.both.at.unwrap_or(first).min(compare.last());
        self.spoken = compare.spoken();
        vec![Effect::Shown]
    }

    /// What a message means where a comparison is open; none where it means what it always does.
    pub(super) fn compare_takes(&mut self, msg: &Msg) -> Option<Vec<Effect>> {
        let compare = self.compare.as_mut()?;
        let (at, last) = (compare.at, compare.last());
        let go = match msg {
            Msg::Compare(what) => return Some(self.do_compare(what.clone())),
            Msg::Next => Some(at + 1),
            Msg::Back => Some(at.saturating_sub(1)),
            Msg::ToStart => Some(0),
            Msg::ToEnd => Some(last),
            Msg::Seek(to) => Some(*to),
            Msg::Leap(forward) => Some(compare.leap(*forward).unwrap_or(at)),
            Msg::Play => return Some(self.play_both()),
            Msg::Tick => return Some(self.tick_both()),
            Msg::Ran(show) => return Some(self.side_ran(show)),
            Msg::Failed(trouble) => return Some(self.side_failed(trouble)),
            Msg::Cancel => return Some(self.side_given_up()),
            Msg::Turn { .. }
            | Msg::Reset
            | Msg::Undo
            | Msg::Redo
            | Msg::GoTo(_)
            | Msg::By(_)
            | Msg::Choose(_)
            | Msg::Fold(_)
            | Msg::Export(_)
            | Msg::SaveFile(_)
            | Msg::ToFilter
            | Msg::Faster(_)
            | Msg::SetSpeed(_) => None,
            _ => {
                if *msg == Msg::Dismiss {
                    compare.trouble = None;
                }
                return None;
            }
        };
        self.playing = false;
        Some(go.map_or_else(Vec::new, |to| self.go_both(to)))
    }

    fn go_both(&mut self, to: usize) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        let to = to.min(compare.last());
        if compare.made.is_none() || to == compare.at {
            return Vec::new();
        }
        compare.at = to;
        compare.both.at = Some(to);
        self.spoken = compare.spoken();
        self.motion.serial = self.motion.serial.wrapping_add(1);
        vec![Effect::Write { push: false }]
    }

    fn play_both(&mut self) -> Vec<Effect> {
        self.playing = !self.playing;
        if !self.playing {
            return Vec::new();
        }
        let ended = self.compare.as_ref().is_none_or(|c| c.at >= c.last());
        let to = if ended {
            0
        } else {
            self.compare.as_ref().map_or(0, |c| c.at + 1)
        };
        let mut effects = self.go_both(to);
        effects.push(Effect::Wait);
        effects
    }

    fn tick_both(&mut self) -> Vec<Effect> {
        if !self.playing {
            return Vec::new();
        }
        let at = self.compare.as_ref().map_or(0, |compare| compare.at);
        let mut effects = self.go_both(at + 1);
        self.playing = self.compare.as_ref().is_some_and(|c| c.at < c.last());
        if self.playing {
            effects.push(Effect::Wait);
        }
        effects
    }

    fn do_compare(&mut self, what: Do) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        let mut both = compare.both.clone();
        match what {
            Do::Open => return Vec::new(),
            Do::Leap(forward) => {
                self.playing = false;
                let to = compare.leap(forward);
                return match to {
                    Some(to) => self.go_both(to),
                    None => {
                        self.spoken = says::no_more(forward).to_owned();
                        self.note = Some(self.spoken.clone());
                        Vec::new()
                    }
                };
            }
            Do::Form(form) => {
                compare.both.form = Some(form);
                return vec![Effect::Write { push: false }];
            }
            Do::OtherForm => {
                let other = match compare.both.form {
                    Some(Form::Table) => Form::Picture,
                    _ => Form::Table,
                };
                compare.both.form = Some(other);
                return vec![Effect::Write { push: false }];
            }
            Do::Save => return vec![Effect::SaveComparison],
            Do::Swap => both.sides.swap(0, 1),
            Do::Turn(side, knob, value) => {
                let knobs = &mut both.sides[side].knobs;
                knobs.retain(|(known, _)| *known != knob);
                knobs.push((knob, value));
                // What is as the scenario has it need not be said.
                if let Some(show) = &compare.shows[side] {
                    let known = &show.run.scenario.knobs;
                    both.sides[side].knobs.retain(|(name, value)| {
                        !known
                            .iter()
                            .any(|knob| knob.name == *name && knob.default == *value)
                    });
                }
            }
            Do::Choose(side, id) => both.sides[side] = Address::of(&id),
        }
        both.at = None;
        let mut effects = self.open_over(both);
        effects.push(Effect::Write { push: true });
        effects
    }

    /// Another comparison, over the one that is shown until the runs are made.
    fn open_over(&mut self, both: Both) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        let swapped = both.sides[0].same_run(&compare.shown[1])
            && both.sides[1].same_run(&compare.shown[0])
            && !both.sides[0].same_run(&both.sides[1]);
        if swapped {
            compare.shows.swap(0, 1);
            compare.shown.swap(0, 1);
        }
        compare.both = both;
        compare.trouble = None;
        self.playing = false;
        self.note = None;
        let mut effects = vec![Effect::Stop];
        effects.extend(self.make_next());
        effects
    }

    fn side_ran(&mut self, show: &Rc<Show>) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        let Some(side) = compare.pending.take() else {
            return Vec::new();
        };
        compare.shown[side] = compare.both.sides[side].clone();
        compare.shows[side] = Some(Rc::clone(show));
        self.make_next()
    }

    /// A run that cannot be: what is shown stays, where there is something.
    fn side_failed(&mut self, trouble: &Trouble) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        let name = compare.pending.take().map_or("", |side| NAMES[side]);
        let told = match trouble {
            Trouble::Unknown(id) => says::unknown(name, id),
            Trouble::Refused(why) => says::refused(name, why),
            Trouble::NoSession => String::new(),
        };
        let mut effects = self.side_given_up();
        if let Some(compare) = &mut self.compare {
            compare.trouble = Some(told);
        }
        effects.push(Effect::Shown);
        effects
    }

    /// The run in the making is not wanted: what was compared before stays.
    fn side_given_up(&mut self) -> Vec<Effect> {
        let Some(compare) = &mut self.compare else {
            return Vec::new();
        };
        compare.pending = None;
        compare.both.sides = if compare.made.is_some() {
            compare.shown.clone()
        } else {
            [Address::default(), Address::default()]
        };
        compare.both.at = compare.made.as_ref().map(|_| compare.at);
        vec![Effect::Stop, Effect::Write { push: false }, Effect::Shown]
    }

    /// From a lesson: what is shown beside what was shown before a knob was turned; else beside
    /// the scenario as it is, or with its first knob turned.
    pub(super) fn compare_this(&mut self) -> Vec<Effect> {
        if self.show.is_none() || self.live.is_some() || self.guide.is_some() {
            return Vec::new();
        }
        let now = self.address.clone();
        let mut earlier = self.past.iter().rev();
        let before = earlier.find(|past| past.scenario == now.scenario && !past.same_run(&now));
        let both = match before {
            Some(before) => Both::of(before, &now),
            None if now.knobs.is_empty() => Both::of(&now, &against(&now)),
            None => Both::of(&against(&now), &now),
        };
        let mut effects = self.open_compare(both);
        effects.push(Effect::Write { push: true });
        effects
    }
}
