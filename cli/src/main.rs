//! The program `wirestage`.
fn main() {}
