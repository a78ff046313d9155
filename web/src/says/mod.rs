//! All words of the page, a file a room: what a translation replaces.

pub mod more;
pub mod ladder;
pub mod end;
pub mod front;
pub mod look;
pub mod paper;
pub mod why;
pub mod compare;
pub mod versus;
