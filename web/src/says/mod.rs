//! All words of the page, a file a room: what a translation replaces.

pub mod compare;
pub mod desk;
pub mod end;
pub mod front;
pub mod ladder;
pub mod look;
pub mod more;
pub mod paper;
pub mod versus;
pub mod why;
