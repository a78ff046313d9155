//! All words of the page, a file a room: what a translation replaces.

pub mod desk;
