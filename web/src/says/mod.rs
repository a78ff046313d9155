//! All words of the page, a file a room: what a translation replaces.

pub mod compare;
pub mod desk;
pub mod end;
pub mod front;
pub mod guide;
pub mod header;
pub mod help;
pub mod hosts;
pub mod knobs;
pub mod ladder;
pub mod lesson;
pub mod look;
pub mod messages;
pub mod more;
pub mod packet;
pub mod paper;
pub mod step;
pub mod transport;
pub mod versus;
pub mod why;
