//! Which of a function's locals are still wanted where.

use super::code::Code;
use wasmparser::Operator;

/// For each instruction of a function, the locals whose values somebody reads after it begins.
pub struct Live {
    words: usize,
    before: Vec<u64>,
}

impl Live {
    /// Of a function; nothing where its ways cannot be followed.
    pub fn of(code: &Code) -> Option<Self> {
        let ways: Vec<Vec<usize>> = (0..code.ops.len())
            .map(|at| ways(code, at))
            .collect::<Option<_>>()?;
        let words = code.locals.len().div_ceil(64);
        let mut live = Self {
            words,
            before: vec![0; words * code.ops.len()],
        };
        let mut wanted = vec![0; words];
        let mut changes = true;
        while changes {
            changes = false;
            for (at, ways) in ways.iter().enumerate().rev() {
                wanted.fill(0);
                for next in ways {
                    let next = &live.before[next * words..][..words];
                    wanted
                        .iter_mut()
                        .zip(next)
                        .for_each(|(to, from)| *to |= from);
                }
                match code.ops[at].operator {
                    Operator::LocalGet { local_index } => {
                        wanted[local_index as usize / 64] |= 1 << (local_index % 64);
                    }
                    Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                        wanted[local_index as usize / 64] &= !(1 << (local_index % 64));
                    }
                    _ => {}
                }
                let before = &mut live.before[at * words..][..words];
                if *before != *wanted {
                    before.copy_from_slice(&wanted);
                    changes = true;
                }
            }
        }
        Some(live)
    }

    /// Whether a local is wanted before an instruction.
    pub fn wants(&self, at: usize, local: u32) -> bool {
        let word = self.before[at * self.words + local as usize / 64];
        word & 1 << (local % 64) != 0
    }
}

/// What may be run after an instruction.
fn ways(code: &Code, at: usize) -> Option<Vec<usize>> {
    let to = |depth: u32| code.entry(code.target(at, depth));
    let frame = &code.frames[code.ops[at].frame];
    Some(match &code.ops[at].operator {
        Operator::Br { relative_depth } => vec![to(*relative_depth)],
        Operator::BrIf { relative_depth } => vec![at + 1, to(*relative_depth)],
        Operator::BrTable { targets } => {
            let depths = targets.targets().collect::<Result<Vec<_>, _>>().ok()?;
            let all = depths.into_iter().chain([targets.default()]);
            all.map(to).collect()
        }
        Operator::Return | Operator::Unreachable => Vec::new(),
        Operator::If { .. } => vec![at + 1, frame.otherwise.map_or(frame.end, |other| other + 1)],
        Operator::Else => vec![frame.end],
        Operator::End if at + 1 == code.ops.len() => Vec::new(),
        operator if is_of_control(operator) => return None,
        _ => vec![at + 1],
    })
}

/// Whether an instruction may go elsewhere in a way that is not followed here.
fn is_of_control(operator: &Operator) -> bool {
    matches!(
        operator,
        Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. }
            | Operator::TryTable { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Try { .. }
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Delegate { .. }
            | Operator::Rethrow { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::super::code;
    use super::super::module::Module;
    use super::super::parts::tests::program_of;
    use super::*;

    #[test]
    fn a_local_is_wanted_until_it_is_read_last_or_written() {
        // 0 loop, 1 local.get 0, 2 br_if 0, 3 local.get 1, 4 local.set 0, 5 end, 6 local.get 0,
        // 7 drop, 8 end
        let text = [
            1, 1, 0x7f, 0x03, 0x40, 0x20, 0, 0x0d, 0, 0x20, 1, 0x21, 0, 0x0b, 0x20, 0, 0x1a, 0x0b,
        ];
        let whole = program_of(&text);
        let module = Module::read(&whole).unwrap();
        let live = Live::of(&code::read(&module).unwrap()[0]).unwrap();
        let wanted = |local| -> Vec<usize> { (0..9).filter(|at| live.wants(*at, local)).collect() };
        // At the branch both are: they are read again in the loop, or behind it.
        assert_eq!(wanted(0), [0, 1, 2, 5, 6]);
        assert_eq!(wanted(1), [0, 1, 2, 3]);
    }
}
