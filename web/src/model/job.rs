//! A run in the making: advanced in slices, so that the page never stands still.

use super::Show;
use super::address::Address;
use crate::says::messages;
use wirestage_core::run::Run;
use wirestage_core::scenario::{Problem, Scenario, catalogue, load};
use wirestage_core::simulation::{Budget, Ended, Options, Simulation};
use wirestage_core::timeline::Comparing;
use wirestage_core::view::outline::Again;

/// What a page can hold: browsers give it less than programs have.
pub(super) const BUDGET: Budget = Budget {
    events: 8_000_000,
    frames: 2_000_000,
    bytes: 600_000_000,
};
/// Events between two looks at the clock.
pub(super) const BETWEEN: usize = 4;
/// Packets of a run that is over between two looks at the clock.
const LOOKED_AT: usize = 500;

/// A run in the making.
#[derive(Debug)]
pub struct Job {
    scenario: Scenario,
    options: Options,
    simulation: Simulation,
}

/// A run from its first event until it is shown. What comes after its last event is done in
/// slices of its own, so that none is long.
#[derive(Debug)]
pub enum Making {
    /// It runs.
    Runs(Job),
    /// It is over.
    Over(Job, Ended),
    /// What was said is known.
    Told(Run),
    /// It is cut into rows; what is looked for in its packets is not all found.
    Cut(Show, Again),
    /// What is kept is not all compared with what was sent.
    Compared(Show, Comparing),
    /// All is ready to be drawn.
    Made(Show),
    /// It was handed over.
    Gone,
}

impl Making {
    /// Goes on until `until_ms` of the page's clock, or to the end of what cannot be cut in
    /// slices; answers the run once it can be shown.
    pub fn advance(&mut self, now_ms: fn() -> f64, until_ms: f64) -> Option<Show> {
        *self = match std::mem::replace(self, Self::Gone) {
            Self::Runs(mut job) => match job.advance(now_ms, until_ms) {
                Some(ended) => Self::Over(job, ended),
                None => Self::Runs(job),
            },
            Self::Over(job, ended) => Self::Told(job.finish(&ended)),
            Self::Told(run) => Self::Cut(Show::new(run), Again::default()),
            Self::Cut(show, mut again) => {
                let more = || !again.look(show.timeline(), LOOKED_AT);
                if goes_on(more, now_ms, until_ms) {
                    Self::Cut(show, again)
                } else {
                    show.outline.knows(again);
                    Self::Compared(show, Comparing::default())
                }
            }
            Self::Compared(show, mut comparing) => {
                let more = || comparing.go_on(show.timeline());
                if goes_on(more, now_ms, until_ms) {
                    Self::Compared(show, comparing)
                } else {
                    show.knows_arrivals(comparing.arrivals());
                    Self::Made(show)
                }
            }
            Self::Made(show) => return Some(show),
            Self::Gone => Self::Gone,
        };
        None
    }

    /// Whether the run is over, and only made ready.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Runs(_))
    }

    /// How far it has come, in words.
    #[must_use]
    pub fn progress(&self) -> String {
        match self {
            Self::Runs(job) | Self::Over(job, _) => job.progress(),
            _ => String::new(),
        }
    }
}

/// Does something bit by bit, while there is more to do, until a time of the page's clock.
/// Answers whether there is more.
fn goes_on(mut more: impl FnMut() -> bool, now_ms: fn() -> f64, until_ms: f64) -> bool {
    while more() {
        if now_ms() >= until_ms {
            return true;
        }
    }
    false
}

/// Why nothing runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The address names no scenario of ours.
    Unknown(String),
    /// A knob cannot be set so, or the scenario is broken: what to say of it.
    Refused(String),
    /// No session answers where this page comes from.
    NoSession,
}

impl Job {
    /// Begins what an address asks for.
    ///
    /// # Errors
    /// Where there is no such scenario, or it does not take these knobs.
    pub fn begin(address: &Address) -> Result<Self, Trouble> {
        let id = address.scenario.as_deref().unwrap_or_default();
        let Some(entry) = catalogue::find(id) else {
            return Err(Trouble::Unknown(id.to_owned()));
        };
        let loaded = load(entry.id, entry.text, &address.knobs);
        let loaded = loaded.map_err(|problems| Trouble::Refused(told(&problems)))?;
        let options = Options {
            seed: address.seed,
            budget: BUDGET,
            ..Options::default()
        };
        let simulation = Simulation::new(&loaded.scenario, &options).map_err(Trouble::Refused)?;
        Ok(Self {
            scenario: loaded.scenario,
            options,
            simulation,
        })
    }

    /// Runs until `until_ms` of the page's clock, or to the end; answers how it ended.
    pub fn advance(&mut self, now_ms: impl Fn() -> f64, until_ms: f64) -> Option<Ended> {
        loop {
            for _ in 0..BETWEEN {
                if let Some(ended) = self.simulation.step() {
                    return Some(ended);
                }
            }
            if now_ms() >= until_ms {
                return None;
            }
        }
    }

    /// How far it has come, in words.
    #[must_use]
    pub fn progress(&self) -> String {
        let frames = self.simulation.timeline().frames().len();
        messages::made(frames, self.simulation.now())
    }

    /// The run, now that it is over.
    #[must_use]
    pub fn finish(self, ended: &Ended) -> Run {
        let source = self.scenario.id.clone();
        Run::ended(
            &source,
            self.scenario,
            &self.options,
            self.simulation,
            ended,
        )
    }
}

/// A problem of a knob has no place in a file that a reader of the page could see.
pub(super) fn told(problems: &[Problem]) -> String {
    let sentences = problems.iter().map(|p| {
        let help = p.help.as_ref().map(|help| format!("; {help}"));
        format!("{}{}", p.message, help.unwrap_or_default())
    });
    sentences.collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_made_ready_in_slices_and_then_all_is_known_of_it() {
        let address = Address::read("#/ftp-ascii-image");
        let mut making = Making::Runs(Job::begin(&address).unwrap());
        let mut compared = 0;
        let show = loop {
            // The page's clock says that the time of each slice is over.
            if let Some(show) = making.advance(|| 1.0, 0.0) {
                break show;
            }
            compared += usize::from(matches!(making, Making::Compared(..)));
        };
        assert!(compared > 10, "{compared} slices");
        let arrivals = show.timeline().arrivals();
        assert!(arrivals.iter().any(|arrival| arrival.other > 0));
        assert_eq!(show.arrivals(), arrivals);
    }
}
