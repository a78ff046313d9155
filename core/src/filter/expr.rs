//! What a filter says, once it is understood.

use super::names::{Fact, Named};
use super::value::{Constant, Sort, sort_of};

/// What a filter says.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Anything,
    All(Vec<Expr>),
    Any(Vec<Expr>),
    /// An odd number of them.
    Odd(Vec<Expr>),
    Not(Box<Expr>),
    /// A field or layer is there; of a masked number, a bit of it is set.
    There(Term),
    Compare(Term, How, Right),
    In(Term, Vec<(Constant, Option<Constant>)>),
    /// This is somewhere in the frame, whatever the letters' case.
    Says(String),
}

/// What is looked at.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub named: Named,
    /// Which of its bytes.
    pub slice: Option<Slice>,
    pub mask: Option<u64>,
    pub made: Option<Made>,
}

/// Some of the bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    /// The first; below zero, counted from the end.
    pub from: i32,
    /// How many; all the others if it is not said.
    pub len: Option<u16>,
}

/// What is made of a field before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Lower,
    Upper,
    Length,
    Count,
}

/// What it is compared with.
#[derive(Clone, Debug)]
pub(super) enum Right {
    Value(Constant),
    Term(Term),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    AnyEqual,
    AllEqual,
    /// No value is equal: what `!=` means.
    NoneEqual,
    AnyUnequal,
    More,
    Less,
    AtLeast,
    AtMost,
    Contains,
}

impl How {
    /// What asks for an order.
    pub fn orders(self) -> bool {
        matches!(self, Self::More | Self::Less | Self::AtLeast | Self::AtMost)
    }
}

impl Term {
    /// All that has this name.
    pub fn of(named: Named) -> Self {
        Self {
            named,
            slice: None,
            mask: None,
            made: None,
        }
    }

    /// What sort of value it has.
    pub fn sort(&self) -> Sort {
        match (self.made, self.mask, self.slice) {
            (Some(Made::Length | Made::Count), ..) | (_, Some(_), _) => Sort::Number,
            (_, _, Some(_)) => Sort::Bytes,
            _ => self.own_sort(),
        }
    }

    /// What sort it has before anything is made of it.
    pub fn own_sort(&self) -> Sort {
        match &self.named {
            Named::Layer(_) | Named::Fact(Fact::Frame) => Sort::Bytes,
            Named::Fact(Fact::Number | Fact::Length) => Sort::Number,
            Named::Fact(Fact::Time) => Sort::Time,
            Named::Fact(Fact::Comment) => Sort::Text,
            Named::Fields(kinds) => kinds.first().map_or(Sort::Text, |kind| sort_of(kind)),
        }
    }

    /// Whether it is a layer, or the frame, as a whole.
    pub fn is_whole(&self) -> bool {
        let whole = matches!(self.named, Named::Layer(_) | Named::Fact(Fact::Frame));
        whole && self.slice.is_none() && self.made.is_none()
    }
}
