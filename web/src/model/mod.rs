//! The page's one state and its one reducer: a message in, a new state and effects out.
//! Nothing here touches the browser.

pub mod address;
pub mod compare;
#[cfg(test)]
mod compare_tests;
mod desk;
mod fields;
pub mod follower;
pub mod front;
pub mod guide;
mod history;
pub mod job;
pub mod live;
#[cfg(test)]
mod live_tests;
pub mod msg;
pub mod paper;
pub mod rungs;
pub mod settings;
pub mod show;
pub mod spoken;
#[cfg(test)]
mod tests;
mod travel;
pub mod versus;
pub mod why;

pub use address::{Address, Looks};
pub use compare::{Both, Compare, Do, Form};
pub use follower::Follower;
pub use front::FrontPage;
pub use guide::{Go, Guide, Spot};
pub use job::{Job, Trouble};
pub use live::{Session, Standing};
pub use msg::{Effect, Menu, Msg, Tab};
pub use rungs::Rung;
pub use settings::Settings;
pub use show::Show;
pub use versus::Versus;
pub use why::Asked;

use crate::says::messages;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::save::Format;
use wirestage_core::versus::Answers;
use wirestage_core::view::ladder::Folds;
use wirestage_core::view::outline::what_changed;

/// All that the page knows.
#[derive(Debug, Default)]
pub struct Model {
    /// What is shown.
    pub address: Address,
    /// The run that is shown; none on the front page, and before the first run is over.
    pub show: Option<Rc<Show>>,
    /// The field guide, where it is open: it lies over what is shown.
    pub guide: Option<Guide>,
    /// Two runs beside each other, where they are open: they lie over the lesson.
    pub compare: Option<Compare>,
    /// FTP against SMTP, where it is open: it lies over what is shown.
    pub versus: Option<Versus>,
    /// What is known for it; kept once it has been opened.
    pub answers: Option<Rc<Answers>>,
    /// The run in the making, and why.
    pub wanted: Option<Wanted>,
    /// How far it has come.
    pub progress: String,
    /// The session that the run is in, where it is live.
    pub live: Option<Session>,
    /// What went wrong.
    pub trouble: Option<String>,
    /// What undo brings back, the last one last.
    pub past: Vec<Address>,
    /// What redo brings back.
    pub future: Vec<Address>,
    /// What the last re-run changed.
    pub note: Option<String>,
    /// What is read aloud.
    pub spoken: String,
    /// What the reader folded or unfolded.
    pub folds: Folds,
    /// Counts moves, so that each is animated once.
    pub motion: Motion,
    /// Whether the run plays by itself.
    pub playing: bool,
    /// It was stopped while packets were under way: they hang where they were.
    pub frozen: bool,
    /// Which of `SPEEDS`.
    pub speed: Speed,
    /// Which menu is open.
    pub menu: Option<Menu>,
    /// On a phone, whether the header's buttons are unfolded.
    pub header_open: bool,
    /// On a phone, whether the knobs are unfolded.
    pub knobs_open: bool,
    /// Large, for a projector: stage, ladder and caption alone.
    pub present: bool,
    /// The screen is black, so that a class looks at the teacher.
    pub blank: bool,
    /// The inspector is as wide as the page.
    pub wide: bool,
    /// Passwords are shown as they were said.
    pub passwords: bool,
    /// Where captures are taken; the first person's host where nothing is chosen.
    pub tap: Option<String>,
    /// What is remembered from visit to visit.
    pub settings: Settings,
    /// What the front page shows.
    pub front: FrontPage,
}

/// A run that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which.
    pub address: Address,
    /// Why, which decides where the reader finds themselves in it.
    pub why: Why,
    /// What undo and redo would bring back if this run never comes to be.
    pub before: (Vec<Address>, Vec<Address>),
}

/// Why a run is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody opened it: the address says where.
    Opened,
    /// A knob was turned: the place is kept, and what changed is told.
    Turned,
    /// What was there before is brought back, place and all.
    Returned,
}

/// The last move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Motion {
    /// Counts moves.
    pub serial: u32,
    /// Whether it was one step forwards, which is shown moving.
    pub forward: bool,
}

/// How fast it plays: an index of `SPEEDS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(pub usize);

/// Words and quarters: ¼, ½, 1, 2, 4 times.
pub const SPEEDS: [(&str, u32); 5] = [("¼×", 1), ("½×", 2), ("1×", 4), ("2×", 8), ("4×", 16)];

impl Default for Speed {
    fn default() -> Self {
        Self(2)
    }
}

impl Speed {
    /// How long something takes that takes `ms` at the usual speed.
    #[must_use]
    pub fn of(self, ms: u32) -> u32 {
        ms * 4 / SPEEDS[self.0].1
    }
}

impl Model {
    /// The page as it opens.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Takes a message. What it says to do is done by the page.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let msg = match self.guide {
            Some(_) => guide::meant(msg),
            None => msg,
        };
        if let Some(effects) = self.compare_takes(&msg) {
            return effects;
        }
        match msg {
            Msg::Visit(fragment) => self.visit(&fragment),
            Msg::Guide(go) => self.go_in_guide(go),
            Msg::Find(find) => self.find(find),
            Msg::Forget => self.forget(),
            Msg::Compare(Do::Open) => self.compare_this(),
            Msg::Proved(answers) => self.proved(answers),
            Msg::Progress(text) => {
                self.progress = text;
                Vec::new()
            }
            Msg::Ran(show) => self.ran(&show),
            Msg::Failed(trouble) => self.failed(trouble),
            Msg::Cancel => self.cancel(),
            Msg::Grew {
                show,
                now,
                zero_ms,
                aloud,
            } => {
                let effects = self.grew(&self.with_passwords(&show), now, zero_ms);
                if aloud {
                    self.tell_growth();
                }
                effects
            }
            Msg::Stands(standing) => self.stands(standing),
            Msg::AskAgain => vec![Effect::Ask],
            // A live run keeps its settings.
            Msg::Turn { .. } | Msg::Reset | Msg::Undo | Msg::Redo if self.live.is_some() => {
                Vec::new()
            }
            Msg::Turn { knob, value } => self.turn(knob, value),
            Msg::Reset => self.reset(),
            Msg::Undo => self.undo(),
            Msg::Redo => self.redo(),
            Msg::ToLadderBar => vec![Effect::Focus("#rungs .rungs-parts button, #rungs-toggle")],
            Msg::Rung(rung) => self.set_rung(rung),
            Msg::Dismiss => {
                self.note = None;
                self.trouble = None;
                Vec::new()
            }
            Msg::Next
            | Msg::Back
            | Msg::Leap(_)
            | Msg::ToStart
            | Msg::ToEnd
            | Msg::Seek(_)
            | Msg::GoTo(_)
            | Msg::By(_)
            | Msg::Choose(_)
            | Msg::Tick
            | Msg::Play
            | Msg::Faster(_)
            | Msg::SetSpeed(_)
            | Msg::Fold(_) => self.travel(&msg),
            _ => self.arrange(msg),
        }
    }

    /// What has to do with how things look, not with where the reader is.
    fn arrange(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Tab(tab) => {
                self.address.tab = tab;
                return vec![Effect::Write { push: false }];
            }
            Msg::Menu(menu) => self.menu = menu.filter(|menu| self.menu != Some(*menu)),
            Msg::Header => self.header_open = !self.header_open,
            Msg::Knobs => self.knobs_open = !self.knobs_open,
            Msg::Theme(theme) => {
                self.settings.theme = theme;
                return vec![Effect::Remember];
            }
            Msg::Size(size) => {
                self.settings.size = size;
                return vec![Effect::Remember];
            }
            Msg::Motion(motion) => {
                self.settings.motion = motion;
                return vec![Effect::Remember];
            }
            Msg::TogglePresent => return self.arrange(Msg::Present(!self.present)),
            Msg::Present(on) => {
                self.present = on;
                self.blank = false;
                self.menu = None;
            }
            Msg::Blank => {
                if self.present {
                    self.blank = !self.blank;
                } else {
                    self.present = true;
                }
            }
            Msg::Escape if self.address.paper.is_some() => return self.lay_out(None),
            Msg::Escape => self.escape(),
            Msg::Paper(paper) => return self.lay_out(paper),
            Msg::TapAt(tap) => self.tap = Some(tap),
            Msg::Export(format) => {
                self.menu = None;
                return vec![Effect::Download(format)];
            }
            Msg::Png => {
                self.menu = None;
                return vec![Effect::Picture];
            }
            Msg::SaveFile(row) => return vec![Effect::HandOver(row)],
            Msg::SavePart(row, part) => return vec![Effect::HandOverPart(row, part)],
            Msg::CopyLink => return vec![Effect::Copy],
            Msg::Say(text) => {
                self.spoken.clone_from(&text);
                self.note = Some(text);
            }
            _ => return self.look_at(msg),
        }
        Vec::new()
    }

    /// Closes the one thing that lies on top.
    fn escape(&mut self) {
        if self.menu.take().is_some() || std::mem::take(&mut self.blank) {
            return;
        }
        if self.note.take().is_some() | self.trouble.take().is_some() {
            return;
        }
        if !std::mem::take(&mut self.present) {
            self.wide = false;
        }
    }

    /// Whether something lies over the lesson or the front page.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.guide.is_some() || self.compare.is_some() || self.versus.is_some()
    }

    /// Takes away what lies over them. Answers whether anything did.
    fn uncover(&mut self) -> bool {
        let was_covered = self.is_covered();
        (self.guide, self.compare, self.versus) = (None, None, None);
        was_covered
    }

    /// The address changed from outside: opened, Back, Forward, edited by hand.
    fn visit(&mut self, fragment: &str) -> Vec<Effect> {
        if let Some(spot) = Spot::read(fragment) {
            return self.open_guide(spot);
        }
        if let Some(both) = Both::read(fragment) {
            return self.open_compare(both);
        }
        if let Some(place) = Versus::read(fragment) {
            return self.open_versus(place);
        }
        let address = Address::read(fragment);
        let was_open = self.uncover();
        // On the front page what went wrong stays to be read: it wrote the address itself.
        let is_told = self.show.is_some() || self.trouble.is_some();
        if self.wanted.is_none() && address == self.address && is_told {
            return if was_open {
                vec![Effect::Stop, Effect::Shown]
            } else {
                Vec::new()
            };
        }
        self.give_up();
        self.menu = None;
        self.playing = false;
        self.trouble = None;
        self.note = None;
        if address.scenario.is_none() {
            self.leave();
            self.front = FrontPage::read(fragment);
            return vec![Effect::Stop, Effect::Remember, Effect::Shown];
        }
        if self.address.scenario != address.scenario {
            self.past.clear();
            self.future.clear();
            self.folds = Folds::default();
            self.tap = None;
            self.show = None;
            self.live = None;
            self.address = Address {
                scenario: address.scenario.clone(),
                ..Address::default()
            };
        }
        self.want(address, Why::Opened)
    }

    /// Back to the front page.
    fn leave(&mut self) {
        self.show = None;
        self.live = None;
        self.wanted = None;
        self.address = Address::default();
        self.present = false;
        self.blank = false;
    }

    /// Shows what an address asks for, by a run where this one is another.
    fn want(&mut self, address: Address, why: Why) -> Vec<Effect> {
        let same = self.address.same_run(&address);
        if let Some(show) = self.show.clone().filter(|_| same) {
            self.wanted = None;
            self.arrive(&show, address);
            return vec![
                Effect::Stop,
                Effect::Write { push: false },
                Effect::Remember,
            ];
        }
        let before = (self.past.clone(), self.future.clone());
        self.wanted = Some(Wanted {
            address,
            why,
            before,
        });
        self.progress.clear();
        vec![Effect::Run]
    }

    fn ran(&mut self, show: &Rc<Show>) -> Vec<Effect> {
        let Some(wanted) = self.wanted.take() else {
            return Vec::new();
        };
        let Wanted {
            mut address, why, ..
        } = wanted;
        address.knobs = turned(show);
        let old = self.show.take();
        if let (Why::Turned, Some(old)) = (why, &old) {
            address.place = show.outline.same_place(&old.outline, self.address.place);
            let was = (old.timeline(), &old.outline);
            let changed = what_changed(was, (show.timeline(), &show.outline));
            self.note = Some(messages::rerun(&changed));
            address.tab = self.address.tab;
            address.looks.clone_from(&self.address.looks);
            address.rungs.clone_from(&self.address.rungs);
            if address.knobs != self.address.knobs {
                self.past.push(self.address.clone());
                self.future.clear();
            }
        }
        let show = &self.with_passwords(show);
        self.show = Some(Rc::clone(show));
        self.arrive(show, address);
        if let Some(note) = self.note.as_ref().filter(|_| why == Why::Turned) {
            self.spoken = format!("{note} {}", self.spoken);
        }
        let push = why != Why::Opened;
        vec![Effect::Write { push }, Effect::Remember, Effect::Shown]
    }

    fn failed(&mut self, trouble: Trouble) -> Vec<Effect> {
        self.give_up();
        self.note = None;
        self.trouble = Some(match trouble {
            Trouble::Unknown(id) => messages::unknown(&id),
            Trouble::NoSession => messages::NO_SESSION.to_owned(),
            Trouble::Refused(why) if self.show.is_some() => why,
            Trouble::Refused(why) => messages::refused(&why),
        });
        if self.show.is_none() {
            self.leave();
        }
        // The address goes back to what is shown.
        vec![Effect::Stop, Effect::Write { push: false }, Effect::Shown]
    }

    /// The frame whose bytes are shown: the one that was chosen, else the step's own.
    #[must_use]
    pub fn packet(&self) -> Option<FrameId> {
        let show = self.show.as_ref()?;
        let frames = show.timeline().frames().len();
        let chosen = self.address.packet.filter(|frame| *frame < frames);
        chosen
            .map(FrameId::from_index)
            .or_else(|| travel::packet_of(&show.outline, self.address.place))
    }

    /// What files are called: the scenario's name.
    #[must_use]
    pub fn file_name(&self, format: Format) -> String {
        let id = self.show.as_ref().map_or("run", |show| &show.run.info.id);
        format!("{id}.{}", format.ending())
    }
}

/// The knobs of a run that are not as the scenario has them, in its order.
fn turned(show: &Show) -> Vec<(String, String)> {
    let knobs = show.run.scenario.knobs.iter();
    knobs
        .filter(|knob| knob.value != knob.default)
        .map(|knob| (knob.name.clone(), knob.value.clone()))
        .collect()
}
