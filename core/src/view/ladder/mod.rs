//! The ladder: what was said, from top to bottom, a lane for each host. Laid out as numbers
//! first, so that only the lines in sight are drawn.

mod arrows;
mod draw;
mod left;
mod lines;
mod plan;
mod rungs;
#[cfg(test)]
mod tests;

pub use draw::{draw, draw_from};
pub use plan::{Folds, LineKind, Plan, PlanLine};
pub use rungs::{Noise, Pace, Rungs, ZOOMS, Zoom};
