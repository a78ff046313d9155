//! The runs behind the page, made in slices while it is read.

use crate::browser::now_ms;
use gloo_timers::callback::Timeout;
use wirestage_core::versus::{Answers, Maker};

/// Runs in the making.
#[derive(Default)]
pub struct Proving {
    maker: Maker,
    again: Option<Timeout>,
    /// So many runs were over when this was told last.
    told: usize,
}

impl Proving {
    /// Calls back at once, but lets the browser do its own work first.
    pub fn wait(&mut self, told: impl FnOnce() + 'static) {
        self.again = Some(Timeout::new(0, told));
    }

    /// Goes on until then, by the page's clock. Answers what is known, where that is more than
    /// it was.
    pub fn advance(&mut self, until_ms: f64) -> Option<Answers> {
        self.again = None;
        while self.maker.step() && now_ms() < until_ms {}
        let runs = self.maker.answers.runs;
        (std::mem::replace(&mut self.told, runs) < runs).then(|| self.maker.answers.clone())
    }

    /// Whether all is known.
    pub fn is_over(&self) -> bool {
        self.maker.answers.are_all()
    }
}
