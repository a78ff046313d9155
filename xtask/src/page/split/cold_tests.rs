//! Programs made at random do the same with their cold pieces taken out as before.

use super::super::rare;
use super::super::write::op;
use super::*;
use wasmparser::Operator;

/// Functions of this many values, and locals beside them.
const TAKES: u8 = 2;
const LOCALS: u8 = 6;

struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u8::try_from((self.0 >> 11) % u64::from(sides)).unwrap()
    }

    fn local(&mut self) -> u8 {
        self.throw(LOCALS)
    }
}

/// A sum of locals and a number.
fn value(out: &mut Vec<u8>, dice: &mut Dice) {
    out.extend([op::GET, dice.local()]);
    if dice.throw(2) == 0 {
        out.extend([op::GET, dice.local(), ADD]);
    }
    out.extend([op::CONST, dice.throw(5), ADD]);
}

const ELSE: u8 = 0x05;
const LOOP: u8 = 0x03;
const BR_TABLE: u8 = 0x0e;
const DROP: u8 = 0x1a;
const TEE: u8 = 0x22;
const GLOBAL_GET: u8 = 0x23;
const GLOBAL_SET: u8 = 0x24;
const ADD: u8 = 0x6a;
const AND: u8 = 0x71;
const XOR: u8 = 0x73;

/// A few statements; true where nothing behind them is run.
fn statements(out: &mut Vec<u8>, dice: &mut Dice, depth: u8) -> bool {
    for _ in 0..=dice.throw(5) {
        match dice.throw(if depth < 5 { 9 } else { 6 }) {
            0 | 1 => {
                value(out, dice);
                out.extend([op::SET, dice.local()]);
            }
            2 => {
                out.extend([GLOBAL_GET, 0, op::GET, dice.local(), XOR, GLOBAL_SET, 0]);
            }
            3 if depth > 0 => {
                out.extend([op::GET, dice.local(), op::CONST, 1, AND]);
                out.extend([op::BR_IF, dice.throw(depth)]);
            }
            4 if dice.throw(4) == 0 => {
                leave(out, dice, depth);
                return true;
            }
            3..6 => {
                value(out, dice);
                out.extend([TEE, dice.local(), DROP]);
            }
            kind @ (6 | 7) => {
                out.extend([if kind == 6 { op::BLOCK } else { LOOP }, op::NOTHING]);
                statements(out, dice, depth + 1);
                out.push(op::END);
            }
            _ => {
                out.extend([op::GET, dice.local(), op::CONST, 2, AND]);
                out.extend([op::IF, op::NOTHING]);
                statements(out, dice, depth + 1);
                if dice.throw(2) == 0 {
                    out.push(ELSE);
                    statements(out, dice, depth + 1);
                }
                out.push(op::END);
            }
        }
    }
    false
}

/// Goes elsewhere.
fn leave(out: &mut Vec<u8>, dice: &mut Dice, depth: u8) {
    match dice.throw(4) {
        0 => out.push(op::UNREACHABLE),
        1 if depth > 0 => out.extend([op::BR, dice.throw(depth)]),
        2 if depth > 0 => {
            out.extend([op::GET, dice.local(), BR_TABLE, 2]);
            out.extend((0..3).map(|_| dice.throw(depth)));
        }
        _ => {
            value(out, dice);
            out.push(op::RETURN);
        }
    }
}

/// A program of one function.
fn program(dice: &mut Dice) -> Vec<u8> {
    let mut code = vec![1, LOCALS - TAKES, 0x7f];
    if !statements(&mut code, dice, 0) {
        statements(&mut code, dice, 0);
    }
    value(&mut code, dice);
    code.push(op::END);
    let mut out = write::HEAD.to_vec();
    write::list(&mut out, 1, &[vec![0x60, 2, 0x7f, 0x7f, 1, 0x7f]]);
    write::list(&mut out, 3, &[vec![0]]);
    write::list(&mut out, 6, &[vec![0x7f, 1, 0x41, 0, 0x0b]]);
    write::list(&mut out, 10, &[write::measured(&code)]);
    wasmparser::validate(&out).unwrap();
    out
}

/// Why a program has no answer.
#[derive(Debug, PartialEq, Eq)]
enum Stop {
    Trap,
    TooLong,
}

/// Runs programs.
struct Machine<'a> {
    codes: Vec<Code<'a>>,
    takes: Vec<usize>,
    global: i32,
    steps: u32,
}

impl<'a> Machine<'a> {
    fn of(module: &Module<'a>) -> Self {
        let kinds = module.kinds.iter();
        Self {
            codes: code::read(module).unwrap(),
            takes: kinds
                .map(|kind| module.kinds_of[*kind as usize].params().len())
                .collect(),
            global: 0,
            steps: 0,
        }
    }

    fn call(&mut self, function: usize, mut locals: Vec<i32>) -> Result<Vec<i32>, Stop> {
        locals.resize(self.codes[function].locals.len(), 0);
        let (mut stack, mut labels, mut at) = (Vec::new(), Vec::new(), 0);
        loop {
            self.steps += 1;
            if self.steps > 3_000 {
                return Err(Stop::TooLong);
            }
            let code = &self.codes[function];
            let op = &code.ops[at];
            let frame = &code.frames[op.frame];
            let mut leads = None;
            at += 1;
            match &op.operator {
                Operator::Block { .. } | Operator::Loop { .. } => labels.push(stack.len()),
                Operator::If { .. } => {
                    labels.push(stack.len() - 1);
                    if stack.pop() == Some(0) {
                        at = frame.otherwise.map_or(frame.end, |other| other + 1);
                    }
                }
                Operator::Else => at = frame.end,
                Operator::End if labels.pop().is_some() => {}
                Operator::End | Operator::Return => {
                    let answers = code.results.len();
                    return Ok(stack.split_off(stack.len() - answers));
                }
                Operator::Unreachable => return Err(Stop::Trap),
                Operator::Br { relative_depth } => leads = Some(*relative_depth),
                Operator::BrIf { relative_depth } => {
                    leads = Some(*relative_depth).filter(|_| stack.pop() != Some(0));
                }
                Operator::BrTable { targets } => {
                    let which = stack.pop().unwrap();
                    let target = targets.targets().nth(which.cast_unsigned() as usize);
                    leads = Some(target.map_or(targets.default(), Result::unwrap));
                }
                Operator::Call { function_index } => {
                    let to = *function_index as usize;
                    let taken = stack.split_off(stack.len() - self.takes[to]);
                    stack.extend(self.call(to, taken)?);
                }
                operator => self.plain(&operator.clone(), &mut stack, &mut locals),
            }
            if let Some(depth) = leads {
                let code = &self.codes[function];
                let target = code.target(at - 1, depth);
                labels.truncate(labels.len() - depth as usize);
                stack.truncate(*labels.last().unwrap());
                at = code.entry(target);
                if code.frames[target].is_loop {
                    labels.pop();
                }
            }
        }
    }

    fn plain(&mut self, operator: &Operator, stack: &mut Vec<i32>, locals: &mut [i32]) {
        let mut two = |join: fn(i32, i32) -> i32| {
            let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
            stack.push(join(a, b));
        };
        match operator {
            Operator::I32Add => two(i32::wrapping_add),
            Operator::I32And => two(|a, b| a & b),
            Operator::I32Xor => two(|a, b| a ^ b),
            Operator::I32Eq => two(|a, b| i32::from(a == b)),
            Operator::I32Const { value } => stack.push(*value),
            Operator::LocalGet { local_index } => stack.push(locals[*local_index as usize]),
            Operator::LocalSet { local_index } => {
                locals[*local_index as usize] = stack.pop().unwrap();
            }
            Operator::LocalTee { local_index } => {
                locals[*local_index as usize] = *stack.last().unwrap();
            }
            Operator::GlobalGet { .. } => stack.push(self.global),
            Operator::GlobalSet { .. } => self.global = stack.pop().unwrap(),
            Operator::Drop => drop(stack.pop()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn programs_do_the_same_with_their_cold_pieces_taken_out() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut pieces, mut ways, mut answers) = (0, BTreeSet::new(), 0);
    for _ in 0..2_000 {
        let whole = program(&mut dice);
        let module = Module::read(&whole).unwrap();
        let codes = code::read(&module).unwrap();
        let stretches = codes[0].stretches();
        let runs: Vec<bool> = stretches.iter().map(|_| dice.throw(3) > 0).collect();
        let cold = match dice.throw(4) {
            // As somebody counts who means another function.
            0 => (1..=stretches.len()).collect(),
            _ => rare::unrun_within(&codes[0], &stretches, |at| at == 0 || runs[at]),
        };
        let live = Live::of(&codes[0]).unwrap();
        for stretch in cold.iter().filter_map(|at| stretches.get(*at)) {
            let region = Region::of(&codes[0], &live, *stretch);
            ways.extend(region.map(|region| region.exits.len()));
        }
        let parted = part(&module, |_, _| Some(cold.clone())).unwrap();
        pieces += parted.pieces.len();
        let parted = Module::read(&parted.bytes).unwrap();
        for (a, b) in [(0, 0), (1, 2), (3, 7), (-2, 6)] {
            let [before, after] = [&module, &parted].map(|module| {
                let mut machine = Machine::of(module);
                let answer = machine.call(0, vec![a, b]);
                (answer, machine.global)
            });
            let too_long = Err(Stop::TooLong);
            if before.0 != too_long && after.0 != too_long {
                assert_eq!(before, after);
                answers += usize::from(before.0.is_ok());
            }
        }
    }
    assert!(pieces > 1_000, "{pieces} pieces");
    assert!(answers > 4_000, "{answers} answers");
    assert!(ways.len() > 3, "pieces are left in {ways:?} ways");
}
