//! Views: pure functions of a timeline and a moment.
