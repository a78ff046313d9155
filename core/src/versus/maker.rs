//! Runs what the cells need, a little at a time, and keeps what they say.

use super::{Claim, Find, Source, Weight, claims};
use crate::run::Run;
use crate::scenario::{Scenario, catalogue, load};
use crate::simulation::{Ended, Options, Simulation};
use crate::view::outline::{Outline, Row};

/// So many events happen at a time.
const EVENTS: usize = 16;

/// A run that is over, in rows.
#[derive(Debug)]
pub(super) struct Seen {
    /// What happened.
    pub run: Run,
    /// In rows.
    pub outline: Outline,
}

impl Seen {
    /// The row that is meant.
    pub(super) fn row(&self, find: Find) -> Option<(usize, &Row)> {
        find.row(&self.run.timeline, &self.outline)
    }
}

/// What is known of all claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Of each, as `claims` has them.
    pub claims: Vec<Answer>,
    /// What the same file weighs by each of the three.
    pub weights: Option<[Weight; 3]>,
    /// So many runs are over.
    pub runs: usize,
}

/// What is known of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its figures; none for those that are not known yet.
    pub figures: Vec<Option<String>>,
    /// Where its proofs stand.
    pub proofs: Vec<Option<Shown>>,
}

/// Where something is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which turn of the run.
    pub at: usize,
    /// What stands on the wire there, in one line.
    pub label: String,
}

impl Default for Answers {
    fn default() -> Self {
        let unknown = |claim: &'static Claim| Answer {
            figures: vec![None; claim.figures.len()],
            proofs: vec![None; claim.proofs.len()],
        };
        Self {
            claims: claims().map(unknown).collect(),
            weights: None,
            runs: 0,
        }
    }
}

impl Answers {
    /// Whether all is known that can be.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.runs == Source::ALL.len()
    }

    /// All of them, at once.
    #[must_use]
    pub fn now() -> Self {
        let mut maker = Maker::default();
        while maker.step() {}
        maker.answers
    }

    /// What one claim asks of a run.
    fn take(&mut self, index: usize, claim: &Claim, source: Source, seen: &Seen) {
        let answer = &mut self.claims[index];
        for (figure, (of, measure)) in answer.figures.iter_mut().zip(claim.figures) {
            if *of == source {
                *figure = measure.of(seen);
            }
        }
        for (shown, (_, of, find)) in answer.proofs.iter_mut().zip(claim.proofs) {
            if *of == source {
                *shown = seen.row(*find).map(|(row, said)| Shown {
                    at: row + 1,
                    label: said.label.clone(),
                });
            }
        }
    }
}

/// Makes them.
#[derive(Debug, Default)]
pub struct Maker {
    /// What is known so far.
    pub answers: Answers,
    stage: Stage,
}

/// How far the run at hand has come.
#[derive(Debug, Default)]
enum Stage {
    /// There is none.
    #[default]
    Between,
    /// It goes on.
    Runs(Box<(Scenario, Simulation)>),
    /// It is over.
    Ended(Box<(Scenario, Simulation)>, Ended),
    /// It can be looked at.
    Told(Box<Run>),
    /// It is looked at for one claim after the other.
    Asked(Box<Seen>, usize),
}

impl Maker {
    /// Does a little. Answers whether there is more to do.
    pub fn step(&mut self) -> bool {
        let Some(&source) = Source::ALL.get(self.answers.runs) else {
            return false;
        };
        self.stage = match std::mem::take(&mut self.stage) {
            Stage::Between => match begun(source) {
                Some(run) => Stage::Runs(Box::new(run)),
                None => self.over(),
            },
            Stage::Runs(mut run) => match (0..EVENTS).find_map(|_| run.1.step()) {
                Some(ended) => Stage::Ended(run, ended),
                None => Stage::Runs(run),
            },
            Stage::Ended(run, ended) => {
                let (scenario, simulation) = *run;
                let (name, options) = (source.scenario(), Options::default());
                let run = Run::ended(name, scenario, &options, simulation, &ended);
                Stage::Told(Box::new(run))
            }
            Stage::Told(run) => {
                let outline = Outline::of(&run.timeline, &run.info);
                Stage::Asked(Box::new(Seen { run: *run, outline }), 0)
            }
            Stage::Asked(seen, index) => match claims().nth(index) {
                Some(claim) => {
                    self.answers.take(index, claim, source, &seen);
                    Stage::Asked(seen, index + 1)
                }
                None => {
                    if source == Source::ThreeWays {
                        self.answers.weights = Some(Weight::of_three(&seen));
                    }
                    self.over()
                }
            },
        };
        !self.answers.are_all()
    }

    fn over(&mut self) -> Stage {
        self.answers.runs += 1;
        Stage::Between
    }
}

/// A run at its first moment. Tests make sure that all of them can be.
fn begun(source: Source) -> Option<(Scenario, Simulation)> {
    let entry = catalogue::find(source.scenario())?;
    let knobs = source.knobs().iter();
    let knobs: Vec<_> = knobs
        .map(|(knob, value)| ((*knob).to_owned(), (*value).to_owned()))
        .collect();
    let scenario = load(entry.id, entry.text, &knobs).ok()?.scenario;
    let simulation = Simulation::new(&scenario, &Options::default()).ok()?;
    Some((scenario, simulation))
}
