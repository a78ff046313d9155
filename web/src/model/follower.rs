//! A live run, made again from its plan and its journal, in slices.

use super::job::{BETWEEN, BUDGET, Trouble, told};
use wirestage_core::base::Time;
use wirestage_core::live::{Entry, Live, Plan, Reader};
use wirestage_core::run::Run;
use wirestage_core::scenario::load;
use wirestage_core::simulation::{Budget, Options};

/// A live run that is followed.
#[derive(Debug)]
pub struct Follower {
    live: Live,
    journal: Reader,
    /// The entry at hand: what happens before it is not all done.
    entry: Option<Entry>,
    now: Time,
}

/// How far a slice came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// There is more to do.
    Partly,
    /// As far as the journal goes.
    Along,
    /// To the end of the run.
    Over,
    /// To the end of what the page can hold.
    Full,
    /// To something that is no journal.
    Broken,
}

impl Follower {
    /// Begins the run of a plan.
    ///
    /// # Errors
    /// Where the plan makes no sense here.
    pub fn begin(plan: &Plan) -> Result<Self, Trouble> {
        Self::within(plan, BUDGET)
    }

    /// The same, where the page could hold no more than this.
    pub(super) fn within(plan: &Plan, budget: Budget) -> Result<Self, Trouble> {
        let loaded = load(&plan.id, &plan.text, &plan.settings);
        let loaded = loaded.map_err(|problems| Trouble::Refused(told(&problems)))?;
        let options = Options {
            seed: plan.seed,
            budget,
            ..Options::default()
        };
        let host = Some(plan.host.as_str());
        let live = Live::begin(&plan.source, loaded.scenario, &options, host);
        Ok(Self {
            live: live.map_err(Trouble::Refused)?,
            journal: Reader::default(),
            entry: None,
            now: Time::ZERO,
        })
    }

    /// Takes what came next of the journal.
    pub fn take(&mut self, bytes: &[u8]) {
        self.journal.take(bytes);
    }

    /// Where to ask for more of it.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.journal.taken()
    }

    /// How late it is in the run.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many events there are.
    #[must_use]
    pub fn events(&self) -> usize {
        self.live.timeline().events().len()
    }

    /// The run so far.
    #[must_use]
    pub fn so_far(&self) -> Run {
        self.live.so_far()
    }

    /// Goes along until `until_ms` of the page's clock, or as far as the journal goes.
    pub fn advance(&mut self, now_ms: impl Fn() -> f64, until_ms: f64) -> Came {
        loop {
            if self.entry.is_none() {
                match self.journal.next_entry() {
                    Ok(entry) => self.entry = entry,
                    Err(_) => return Came::Broken,
                }
            }
            let Some(entry) = &self.entry else {
                return Came::Along;
            };
            // As an entry may be far off, what happens before it is done piece by piece.
            let mut full = false;
            let mut before = self.live.next_at().filter(|at| *at <= entry.at());
            for _ in 0..BETWEEN {
                let Some(at) = before else {
                    break;
                };
                full = self.live.advance(at).is_some();
                before = self.live.next_at().filter(|at| *at <= entry.at());
            }
            if before.is_none() {
                self.live.follow(entry);
                self.now = entry.at();
                full = self.live.advance(self.now).is_some();
                let over = matches!(self.entry.take(), Some(Entry::Over { .. }));
                if over && !full {
                    return Came::Over;
                }
            }
            // What goes out has gone to the reader's own programs.
            while self.live.next_out().is_some() {}
            if full {
                return Came::Full;
            }
            if now_ms() >= until_ms {
                return Came::Partly;
            }
        }
    }
}
