//! The code of functions, instruction by instruction, as far as it takes to find what of it runs,
//! and to take pieces out.

use super::module::Module;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::ops::Range;
use wasmparser::{
    BlockType, FuncValidator, FuncValidatorAllocations, Operator, Parser, ValType, ValidPayload,
    Validator, WasmModuleResources,
};

/// A function.
pub struct Code<'a> {
    pub ops: Vec<Op<'a>>,
    /// Its locals, those that it takes first.
    pub locals: Vec<ValType>,
    /// How its locals are declared, without those it takes.
    pub declared: Vec<(u32, ValType)>,
    pub results: Vec<ValType>,
    /// Blocks, in the order in which they begin; the function itself is the first.
    pub frames: Vec<Frame>,
}

/// An instruction.
pub struct Op<'a> {
    pub operator: Operator<'a>,
    /// Where it stands in the file.
    pub place: Range<usize>,
    /// The block around it; for one that begins a block, that block; and so for one that ends it.
    pub frame: usize,
    /// Whether its block has nothing on the stack before it.
    pub is_bare: bool,
    /// Whether it is run at all, as far as the standard's rules tell.
    pub is_reached: bool,
}

/// A block, a loop, a condition with both its arms, or the whole function.
pub struct Frame {
    /// The block around it; the function itself has itself.
    pub outer: usize,
    /// Its first instruction: that which begins it.
    pub start: usize,
    pub otherwise: Option<usize>,
    /// Its last instruction.
    pub end: usize,
    pub is_loop: bool,
    /// Whether it takes or leaves values.
    pub has_values: bool,
}

/// The code of all functions that a module defines.
///
/// # Errors
/// Where the module is not valid.
pub fn read<'a>(module: &Module<'a>) -> Result<Vec<Code<'a>>, Box<dyn Error>> {
    let mut validator = Validator::new();
    let mut codes = Vec::new();
    let mut allocations = FuncValidatorAllocations::default();
    for payload in Parser::new(0).parse_all(module.bytes) {
        let valid = validator.payload(&payload?)?;
        if let ValidPayload::Func(function, body) = valid {
            let kind = &module.kinds_of[module.kinds[codes.len()] as usize];
            let mut code = Code {
                ops: Vec::new(),
                locals: kind.params().to_vec(),
                declared: Vec::new(),
                results: kind.results().to_vec(),
                frames: Vec::new(),
            };
            let mut checks = function.into_validator(allocations);
            code.take(&body, &mut checks)?;
            allocations = checks.into_allocations();
            codes.push(code);
        }
    }
    Ok(codes)
}

impl<'a> Code<'a> {
    fn take<T: WasmModuleResources>(
        &mut self,
        body: &wasmparser::FunctionBody<'a>,
        checks: &mut FuncValidator<T>,
    ) -> Result<(), Box<dyn Error>> {
        let mut reader = body.get_binary_reader();
        checks.read_locals(&mut reader)?;
        for group in body.get_locals_reader()? {
            let (many, kind) = group?;
            self.declared.push((many, kind));
            let locals = std::iter::repeat_n(kind, many as usize);
            self.locals.extend(locals);
        }
        self.frames.push(Frame {
            outer: 0,
            start: 0,
            otherwise: None,
            end: 0,
            is_loop: false,
            has_values: !self.results.is_empty(),
        });
        let mut open = vec![0];
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let (operator, at) = operators.read_with_offset()?;
            let around = checks.get_control_frame(0).ok_or("code behind its end")?;
            let is_bare = checks.operand_stack_height() as usize == around.height;
            let is_reached = !around.unreachable;
            let here = self.ops.len();
            self.follow(&operator, here, &mut open);
            checks.op(at, &operator)?;
            let frame = *open.last().unwrap_or(&0);
            if matches!(operator, Operator::End) {
                open.pop();
            }
            self.ops.push(Op {
                operator,
                place: at..operators.original_position(),
                frame,
                is_bare,
                is_reached,
            });
        }
        Ok(())
    }

    fn follow(&mut self, operator: &Operator, here: usize, open: &mut Vec<usize>) {
        let around = *open.last().unwrap_or(&0);
        match operator {
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                open.push(self.frames.len());
                self.frames.push(Frame {
                    outer: around,
                    start: here,
                    otherwise: None,
                    end: here,
                    is_loop: matches!(operator, Operator::Loop { .. }),
                    has_values: *blockty != BlockType::Empty,
                });
            }
            Operator::Else => self.frames[around].otherwise = Some(here),
            Operator::End => self.frames[around].end = here,
            _ => {}
        }
    }

    /// Where its stretches begin: a stretch is run whole, or not at all; or until something in it
    /// goes elsewhere. The first begins the function.
    pub fn stretches(&self) -> Vec<usize> {
        let last = self.ops.len().saturating_sub(1);
        let begins_next = |op: &Op| {
            let operator = &op.operator;
            matches!(
                operator,
                Operator::If { .. } | Operator::Else | Operator::End | Operator::BrIf { .. }
            )
        };
        let behind = self.ops.iter().take(last).enumerate();
        let behind = behind.filter(|(_, op)| begins_next(op));
        std::iter::once(0)
            .chain(behind.map(|(at, _)| at + 1))
            .collect()
    }

    /// The block around what stands before an instruction, and the instruction that ends it there.
    pub fn around(&self, at: usize) -> (usize, usize) {
        let op = &self.ops[at];
        let frame = match op.operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.frames[op.frame].outer
            }
            _ => op.frame,
        };
        let Frame { otherwise, end, .. } = self.frames[frame];
        (frame, otherwise.filter(|other| at <= *other).unwrap_or(end))
    }

    /// The block that a branch out of so many blocks leads to, from an instruction.
    pub fn target(&self, at: usize, depth: u32) -> usize {
        let mut frame = self.ops[at].frame;
        for _ in 0..depth {
            frame = self.frames[frame].outer;
        }
        frame
    }

    /// The instruction that a branch to a block leads to.
    pub fn entry(&self, frame: usize) -> usize {
        let Frame {
            start,
            end,
            is_loop,
            ..
        } = self.frames[frame];
        if is_loop { start } else { end }
    }

    /// A number that stands for the code, whatever the numbers of what it calls and refers to.
    pub fn shape(&self, bytes: &[u8]) -> u32 {
        let mut shape = Sha256::new();
        for op in &self.ops {
            shape.update([bytes[op.place.start]]);
            match op.operator {
                Operator::LocalGet { local_index }
                | Operator::LocalSet { local_index }
                | Operator::LocalTee { local_index } => shape.update(local_index.to_le_bytes()),
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                    shape.update(relative_depth.to_le_bytes());
                }
                _ => {}
            }
        }
        let digest: [u8; 32] = shape.finalize().into();
        digest.first_chunk().copied().map_or(0, u32::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::tests::program_of;
    use super::*;

    #[test]
    fn stretches_begin_where_code_may_go_on_or_not() {
        // 0 block, 1 local.get 0, 2 br_if 0, 3 local.get 0, 4 if, 5 nop, 6 else, 7 nop, 8 end,
        // 9 end, 10 end
        let text = [
            0x02, 0x40, 0x20, 0, 0x0d, 0, 0x20, 0, 0x04, 0x40, 0x01, 0x05, 0x01, 0x0b, 0x0b, 0x0b,
        ];
        let whole = program_of(&[&[0][..], &text].concat());
        let module = Module::read(&whole).unwrap();
        let code = &read(&module).unwrap()[0];
        assert_eq!(code.stretches(), [0, 3, 5, 7, 9, 10]);
        // To the end of the block, of the arm, of the function.
        let ends: Vec<_> = [3, 5, 7, 10].map(|at| code.around(at)).into();
        assert_eq!(ends, [(1, 9), (2, 6), (2, 8), (0, 10)]);
        assert_eq!(code.target(2, 0), 1);
        assert_eq!(code.entry(1), 9);
        assert!(code.ops[3].is_bare && !code.ops[4].is_bare);
    }

    #[test]
    fn a_shape_is_of_the_code_and_not_of_its_numbers() {
        let shape = |text: &[u8]| {
            let whole = program_of(text);
            let module = Module::read(&whole).unwrap();
            read(&module).unwrap()[0].shape(&whole)
        };
        // i32.const, drop, end
        let one = shape(&[0, 0x41, 7, 0x1a, 0x0b]);
        assert_eq!(one, shape(&[0, 0x41, 0xe5, 0x8e, 0x26, 0x1a, 0x0b]));
        // local.get 0, drop, end
        let other = shape(&[0, 0x20, 0, 0x1a, 0x0b]);
        assert_ne!(one, other);
        // With a local of its own: local.get 1
        assert_ne!(other, shape(&[1, 1, 0x7f, 0x20, 1, 0x1a, 0x0b]));
    }
}
