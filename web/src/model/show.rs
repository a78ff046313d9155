//! A run that is shown: what happened, its outline, and the states on the way.

use super::why::Whys;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::filter::Filter;
use wirestage_core::run::Run;
use wirestage_core::timeline::{Arrival, State, States, Timeline};
use wirestage_core::view::ladder::Rungs;
use wirestage_core::view::outline::Outline;
use wirestage_core::view::reading::{Leaves, Node, Reading};
use wirestage_core::view::sheet::{Ground, Sheet, sheet_as};
use wirestage_core::view::sieve::Sieve;

/// A run and what is folded out of it once.
#[derive(Debug)]
pub struct Show {
    /// The run.
    pub run: Rc<Run>,
    /// Its rows.
    pub outline: Outline,
    states: RefCell<States>,
    /// How files arrived; looked at when somebody asks.
    arrivals: OnceCell<Vec<Arrival>>,
    /// How far its connections have been followed.
    reading: RefCell<Reading>,
    /// The last filter, and what it lets through.
    sieve: RefCell<Option<(String, Sieve)>>,
    /// What it takes to find causes, and those that were found last.
    pub(super) whys: RefCell<Whys>,
}

/// How far a filter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sifted {
    /// So many packets it lets through.
    pub found: usize,
    /// Of so many that it was asked about.
    pub asked: usize,
    /// Whether these are all.
    pub is_over: bool,
}

impl Show {
    /// Makes a run ready to be shown.
    #[must_use]
    pub fn new(run: Run) -> Self {
        Self {
            outline: Outline::of(&run.timeline, &run.info),
            states: RefCell::new(States::new(&run.timeline)),
            arrivals: OnceCell::new(),
            reading: RefCell::default(),
            sieve: RefCell::default(),
            whys: RefCell::default(),
            run: Rc::new(run),
        }
    }

    /// The same run, told by another outline.
    #[must_use]
    pub fn told(&self, outline: Outline) -> Self {
        let told = Self {
            outline,
            states: RefCell::new(States::new(&self.run.timeline)),
            arrivals: self.arrivals.clone(),
            reading: RefCell::default(),
            sieve: RefCell::default(),
            whys: RefCell::default(),
            run: Rc::clone(&self.run),
        };
        told.goes_on_from(self);
        told
    }

    /// The run as a picture, with the ladder as the reader wants it.
    #[must_use]
    pub fn sheet(&self, rungs: &Rungs, ground: Ground) -> Sheet {
        let run = (self.timeline(), &self.run.info, &self.outline);
        sheet_as(run, rungs, ground)
    }

    /// What happened.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.run.timeline
    }

    /// Whether somebody stands in for a host of it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.run.info.stands_in.is_some()
    }

    /// Whether nothing has happened in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.timeline().frames().is_empty()
    }

    /// How the files that hosts keep compare with those that were sent.
    #[must_use]
    pub fn arrivals(&self) -> &[Arrival] {
        self.arrivals.get_or_init(|| self.run.timeline.arrivals())
    }

    /// Takes what was found of it, so that nobody needs to look. It must be of all files.
    pub fn knows_arrivals(&self, all: Vec<Arrival>) {
        let _ = self.arrivals.set(all);
    }

    /// Follows the connections of a packet's link, at most so many packets further. Answers
    /// whether all that they say of it is known.
    #[must_use]
    pub fn follow(&self, id: FrameId, most: usize) -> bool {
        let (timeline, mut reading) = (self.timeline(), self.reading.borrow_mut());
        reading.knows(timeline, id) || reading.follow(timeline, timeline.frame(id).link, most)
    }

    /// How many packets it takes, at most, until all is known that a packet's link says of it.
    #[must_use]
    pub fn left_to_follow(&self, id: FrameId) -> usize {
        let timeline = self.timeline();
        let reading = self.reading.borrow();
        reading.left(timeline, timeline.frame(id).link)
    }

    /// A packet in words, with what is known so far.
    #[must_use]
    pub fn read(&self, id: FrameId) -> Leaves {
        self.reading.borrow_mut().read(self.timeline(), id)
    }

    /// A filter that finds what has the same value as a line of a packet.
    #[must_use]
    pub fn filter_for(&self, id: FrameId, node: &Node) -> String {
        let mut reading = self.reading.borrow_mut();
        reading.filter_for(self.timeline(), id, node)
    }

    /// Asks a filter about packets, at most so many more. None where it lets everything through,
    /// or is not understood.
    #[must_use]
    pub fn sift(&self, filter: &str, most: usize) -> Option<Sifted> {
        if filter.trim().is_empty() {
            return None;
        }
        let mut sieve = self.sieve.borrow_mut();
        if sieve.as_ref().is_none_or(|(known, _)| known != filter) {
            let read = Filter::parse(filter).ok()?;
            *sieve = Some((filter.to_owned(), Sieve::new(read)));
        }
        let (_, sieve) = sieve.as_mut()?;
        let seen = (self.timeline(), &self.outline);
        let is_over = sieve.go_on(&mut self.reading.borrow_mut(), seen, most);
        Some(Sifted {
            found: sieve.found().len(),
            asked: sieve.asked(),
            is_over,
        })
    }

    /// The packet of a line of the filtered list.
    #[must_use]
    pub fn sifted(&self, line: usize) -> Option<FrameId> {
        let sieve = self.sieve.borrow();
        let (_, sieve) = sieve.as_ref()?;
        sieve.found().get(line).copied().map(FrameId)
    }

    /// The line of a packet in the filtered list.
    #[must_use]
    pub fn line_of(&self, id: FrameId) -> Option<usize> {
        let sieve = self.sieve.borrow();
        let (_, sieve) = sieve.as_ref()?;
        sieve.found().binary_search(&id.0).ok()
    }

    /// What was found out of the run so far need not be found out again.
    pub fn goes_on_from(&self, before: &Self) {
        self.reading.swap(&before.reading);
        self.sieve.swap(&before.sieve);
        self.whys.swap(&before.whys);
    }

    /// What each host holds after so many events.
    #[must_use]
    pub fn state(&self, seen: usize) -> State {
        self.states.borrow_mut().after(&self.run.timeline, seen)
    }
}

/// A run is itself and no other, however alike.
impl PartialEq for Show {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
