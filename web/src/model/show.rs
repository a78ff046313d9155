//! A run that is shown: what happened, its outline, and the states on the way.

use std::cell::{OnceCell, RefCell};
use wirestage_core::run::Run;
use wirestage_core::timeline::{Arrival, State, States, Timeline};
use wirestage_core::view::outline::Outline;

/// A run and what is folded out of it once.
#[derive(Debug)]
pub struct Show {
    /// The run.
    pub run: Run,
    /// Its rows.
    pub outline: Outline,
    states: RefCell<States>,
    /// How files arrived; looked at when somebody asks.
    arrivals: OnceCell<Vec<Arrival>>,
}

impl Show {
    /// Makes a run ready to be shown.
    #[must_use]
    pub fn new(run: Run) -> Self {
        Self {
            outline: Outline::of(&run.timeline, &run.info),
            states: RefCell::new(States::new(&run.timeline)),
            arrivals: OnceCell::new(),
            run,
        }
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
