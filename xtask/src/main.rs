//! The project's chores: `cargo xtask test | check | bench`.
fn main() {}
