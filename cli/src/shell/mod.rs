//! `wirestage shell`: the reader's own shell, whose network is the simulated one.

mod banner;
mod events;
mod files;
mod init;
mod inside;
mod listening;
mod mounts;
mod namespaces;
mod page;
mod pipes;
mod plan;
mod prompt;
mod running;
mod session;
mod signals;
mod stages;
mod terminal;

pub use session::run;
pub use signals::Signals;

use std::ffi::OsString;

/// Becomes a stage inside, as the program asked itself to. The answer is the exit code.
pub fn stage(words: &[OsString]) -> u8 {
    let texts: Vec<&str> = words.iter().map_while(|word| word.to_str()).collect();
    let number = |at: usize| texts.get(at).and_then(|text| text.parse().ok());
    let command = |from: usize| words.get(from..).unwrap_or_default().to_vec();
    match texts.first().copied() {
        Some(inside::WORD) => {
            let (Some(lifeline), Some(say), Some(parent)) = (number(1), number(2), number(3))
            else {
                return NOT_BY_HAND;
            };
            inside::run(&inside::Order {
                lifeline,
                say,
                parent,
                command: command(5),
            })
        }
        Some(init::WORD) => {
            let (Some(lifeline), Some(front)) = (number(1), number(2)) else {
                return NOT_BY_HAND;
            };
            init::run(&init::Order {
                lifeline,
                in_front: front != 0,
                command: command(4),
            })
        }
        _ => NOT_BY_HAND,
    }
}

/// Nobody but the program itself calls a stage.
const NOT_BY_HAND: u8 = 2;
