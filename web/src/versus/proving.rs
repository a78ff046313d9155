//! The runs behind the page, made in slices while it is read.

use crate::browser::now_ms;
use gloo_timers::callback::Timeout;
use wirestage_core::versus::{Answers, Maker};

/// Runs in the making, as the page sees them: the simulation comes with the second file.
pub trait Proves {
    /// Calls back at once, but lets the browser do its own work first.
    fn wait(&mut self, told: Box<dyn FnOnce()>);
    /// Goes on until then, by the page's clock. Answers what is known, where that is more than
    /// it was.
    fn advance(&mut self, until_ms: f64) -> Option<Answers>;
    /// Whether all is known.
    fn is_over(&self) -> bool;
}

/// Runs in the making.
#[derive(Default)]
pub struct Proving {
    maker: Maker,
    again: Option<Timeout>,
    /// So many runs were over when this was told last.
    told: usize,
}

impl Proves for Proving {
    fn wait(&mut self, told: Box<dyn FnOnce()>) {
        self.again = Some(Timeout::new(0, told));
    }

    fn advance(&mut self, until_ms: f64) -> Option<Answers> {
        self.again = None;
        while self.maker.step() && now_ms() < until_ms {}
        let runs = self.maker.answers.runs;
        (std::mem::replace(&mut self.told, runs) < runs).then(|| self.maker.answers.clone())
    }

    fn is_over(&self) -> bool {
        self.maker.answers.are_all()
    }
}
