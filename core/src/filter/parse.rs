//! A filter's grammar: tests, and what joins them.

use super::Fault;
use super::lex::{Token, What, tokens};
use super::names::{self, Fact, Named};
use super::value::{self, Sort, Value, sort_of};
use std::ops::Range;

/// What a filter says.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Anything,
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Xor(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    /// A field or layer is there; of a masked number, a bit of it is set.
    There(Term),
    Compare(Term, How, Right),
    In(Term, Vec<(Value, Option<Value>)>),
    /// Any of the frame's texts has this in it, whatever the letters' case.
    Says(String),
}

/// What is looked at.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub named: Named,
    /// Which of its bytes.
    pub slice: Option<(usize, Option<usize>)>,
    pub mask: Option<u64>,
    pub made: Option<Made>,
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
    Value(Value),
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

/// Brackets within brackets: so deep.
const DEEPEST: usize = 64;

pub(super) fn filter(text: &str) -> Result<Expr, Fault> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Ok(Expr::Anything);
    }
    let mut parser = Parser {
        end: text.len(),
        tokens,
        next: 0,
        depth: 0,
    };
    let expr = parser.either()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(Fault::new(
            token.at.clone(),
            "Join two tests with && or ||.",
        )),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Takes the next token where it is one of these marks or words.
    fn takes(&mut self, any: &[&str]) -> Option<String> {
        let token = self.peek()?;
        let word = match &token.what {
            What::Mark(mark) => (*mark).to_owned(),
            What::Word(word) => word.to_ascii_lowercase(),
            What::Text(_) => return None,
        };
        let found = any.contains(&word.as_str());
        self.next += usize::from(found);
        found.then_some(word)
    }

    fn needs(&mut self, mark: &str, says: &str) -> Result<(), Fault> {
        match self.takes(&[mark]) {
            Some(_) => Ok(()),
            None => Err(Fault::new(self.here(), says)),
        }
    }

    fn here(&self) -> Range<usize> {
        self.peek()
            .map_or(self.end..self.end, |token| token.at.clone())
    }

    fn either(&mut self) -> Result<Expr, Fault> {
        let mut left = self.xor()?;
        while self.takes(&["||", "or"]).is_some() {
            left = Expr::Or(Box::new(left), Box::new(self.xor()?));
        }
        Ok(left)
    }

    fn xor(&mut self) -> Result<Expr, Fault> {
        let mut left = self.both()?;
        while self.takes(&["^^", "xor"]).is_some() {
            left = Expr::Xor(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expr, Fault> {
        let mut left = self.not()?;
        while self.takes(&["&&", "and"]).is_some() {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        if self.takes(&["!", "not"]).is_some() {
            self.deeper()?;
            let inner = self.not();
            self.depth -= 1;
            return Ok(Expr::Not(Box::new(inner?)));
        }
        if self.takes(&["("]).is_some() {
            self.deeper()?;
            let inner = self.either()?;
            self.depth -= 1;
            self.needs(")", "A closing ) is missing.")?;
            return Ok(inner);
        }
        self.test()
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        match self.depth > DEEPEST {
            true => Err(Fault::new(self.here(), "There are too many brackets.")),
            false => Ok(()),
        }
    }

    fn test(&mut self) -> Result<Expr, Fault> {
        let Some(token) = self.peek().cloned() else {
            return Err(Fault::new(
                self.here(),
                "A test is missing: a field, or a text in quotes.",
            ));
        };
        match token.what {
            What::Text(text) => {
                self.next += 1;
                return Ok(Expr::Says(text.to_lowercase()));
            }
            What::Mark(mark) => {
                let says = format!("A field has to stand before `{mark}`.");
                return Err(Fault::new(token.at, says));
            }
            What::Word(word) => {
                let stands_for = names::WORDS
                    .iter()
                    .find(|(name, _)| word.eq_ignore_ascii_case(name));
                if let Some((_, meant)) = stands_for {
                    self.next += 1;
                    return filter(meant);
                }
            }
        }
        let term = self.term()?;
        let sort = term.sort();
        if let Some(word) = self.takes(&["in"]) {
            return self.set(term, sort, &word);
        }
        let Some(how) = self.how() else {
            return self.lone(term);
        };
        let right = self.right(&term, sort, how)?;
        Ok(Expr::Compare(term, how, right))
    }

    /// A term that is compared with nothing.
    fn lone(&self, term: Term) -> Result<Expr, Fault> {
        match term.made {
            None => Ok(Expr::There(term)),
            Some(_) => Err(Fault::new(
                self.here(),
                "It has to be compared with something: > 5.",
            )),
        }
    }

    fn how(&mut self) -> Option<How> {
        let word = self.takes(&[
            "==", "eq", "===", "!=", "ne", "~=", "!==", ">", "gt", "<", "lt", ">=", "ge", "<=",
            "le", "contains", "=",
        ])?;
        Some(match word.as_str() {
            "==" | "eq" | "=" => How::AnyEqual,
            "===" => How::AllEqual,
            "!=" | "ne" => How::NoneEqual,
            "~=" | "!==" => How::AnyUnequal,
            ">" | "gt" => How::More,
            "<" | "lt" => How::Less,
            ">=" | "ge" => How::AtLeast,
            "<=" | "le" => How::AtMost,
            _ => How::Contains,
        })
    }

    fn term(&mut self) -> Result<Term, Fault> {
        let Some(Token {
            what: What::Word(word),
            at,
        }) = self.peek().cloned()
        else {
            return Err(Fault::new(self.here(), "A field's name has to stand here."));
        };
        self.next += 1;
        let made = match word.to_ascii_lowercase().as_str() {
            "lower" => Some(Made::Lower),
            "upper" => Some(Made::Upper),
            "len" => Some(Made::Length),
            "count" => Some(Made::Count),
            _ => None,
        };
        if let Some(made) = made.filter(|_| self.takes(&["("]).is_some()) {
            self.deeper()?;
            let mut term = self.term()?;
            self.depth -= 1;
            self.needs(")", "A closing ) is missing.")?;
            if term.made.replace(made).is_some() {
                return Err(Fault::new(
                    at,
                    "One of lower, upper, len and count is enough.",
                ));
            }
            return Ok(term);
        }
        let Some(named) = names::find(&word) else {
            return Err(unknown(&word, at));
        };
        let mut term = Term {
            named,
            slice: None,
            mask: None,
            made: None,
        };
        if self.takes(&["["]).is_some() {
            term.slice = Some(self.slice()?);
        }
        if self.takes(&["&"]).is_some() {
            let at = self.here();
            let mask = match self.word() {
                Some((word, _)) => value::number(&word),
                None => None,
            };
            let says = "A number has to stand behind &: tcp.flags & 0x02.";
            term.mask = Some(mask.ok_or_else(|| Fault::new(at, says))?);
        }
        Ok(term)
    }

    /// The next token as a value: its text, and whether it stands in quotes.
    fn word(&mut self) -> Option<(String, bool)> {
        let found = match &self.peek()?.what {
            What::Word(word) => (word.clone(), false),
            What::Text(text) => (text.clone(), true),
            What::Mark(_) => return None,
        };
        self.next += 1;
        Some(found)
    }

    /// `[2]`, `[0:4]`, `[0-3]`, `[4:]`, `[:4]`: from where, and how many bytes.
    fn slice(&mut self) -> Result<(usize, Option<usize>), Fault> {
        let at = self.here();
        let says = "Write which bytes: [2], [0:4] for four, [0-3], [4:] for the rest.";
        let wrong = || Fault::new(at.clone(), says);
        let (word, _) = self.word().ok_or_else(wrong)?;
        self.needs("]", "A closing ] is missing.")?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
        if let Some((from, len)) = word.split_once(':') {
            let from = if from.is_empty() { 0 } else { number(from)? };
            let len = if len.is_empty() {
                None
            } else {
                Some(number(len)?)
            };
            return Ok((from, len));
        }
        match word.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (number(from)?, number(to)?);
                let len = (to + 1).checked_sub(from).ok_or_else(wrong)?;
                Ok((from, Some(len)))
            }
            None => Ok((number(&word)?, Some(1))),
        }
    }

    fn right(&mut self, term: &Term, sort: Sort, how: How) -> Result<Right, Fault> {
        let at = self.here();
        let next = self.next;
        let Some((word, quoted)) = self.word() else {
            return Err(Fault::new(at, "A value is missing behind it."));
        };
        let sort = match (how, sort) {
            (How::Contains, Sort::Text | Sort::Bytes) => sort,
            (How::Contains, _) => {
                let says = "Only texts and bytes contain something; compare it with ==.";
                return Err(Fault::new(at, says));
            }
            _ => sort,
        };
        if !quoted && names::find(&word).is_some_and(|_| word.contains('.')) {
            self.next = next;
            return Ok(Right::Term(self.term()?));
        }
        term.value(&word, quoted, sort)
            .map(Right::Value)
            .map_err(|says| Fault::new(at, says))
    }

    fn set(&mut self, term: Term, sort: Sort, _: &str) -> Result<Expr, Fault> {
        self.needs("{", "A set stands in braces: in {20, 21}.")?;
        let mut set = Vec::new();
        while self.takes(&["}"]).is_none() {
            let mut one = || {
                let at = self.here();
                let says = "A closing } is missing.";
                let (word, quoted) = self.word().ok_or_else(|| Fault::new(at.clone(), says))?;
                term.value(&word, quoted, sort)
                    .map_err(|says| Fault::new(at, says))
            };
            let from = one()?;
            let to = match self.takes(&[".."]) {
                Some(_) => {
                    let at = self.here();
                    let (word, quoted) = self
                        .word()
                        .ok_or_else(|| Fault::new(at.clone(), "The range's end is missing."))?;
                    let to = term.value(&word, quoted, sort);
                    Some(to.map_err(|says| Fault::new(at, says))?)
                }
                None => None,
            };
            set.push((from, to));
            self.takes(&[","]);
        }
        Ok(Expr::In(term, set))
    }
}

impl Term {
    /// What sort of value it has.
    pub fn sort(&self) -> Sort {
        if matches!(self.made, Some(Made::Length | Made::Count)) || self.mask.is_some() {
            return Sort::Number;
        }
        if self.slice.is_some() {
            return Sort::Bytes;
        }
        match &self.named {
            Named::Layer(_) | Named::Fact(Fact::Frame) => Sort::Bytes,
            Named::Fact(Fact::Number | Fact::Length) => Sort::Number,
            Named::Fact(Fact::Seconds) => Sort::Seconds,
            Named::Fact(Fact::Comment) => Sort::Text,
            Named::Fields(kinds) => kinds.first().map_or(Sort::Text, |kind| sort_of(kind)),
        }
    }

    /// Reads what it is compared with; numbers that have names may be named.
    fn value(&self, word: &str, quoted: bool, sort: Sort) -> Result<Value, String> {
        if let (Sort::Number, Named::Fields(kinds), None) = (sort, &self.named, self.made)
            && let Some(number) = kinds.iter().find_map(|kind| kind.number_named(word))
        {
            return Ok(Value::Number(number));
        }
        value::read(word, quoted, sort)
    }
}

fn unknown(word: &str, at: Range<usize>) -> Fault {
    let says = match names::meant(word) {
        Some(name) => format!("There is no field {word}. Did you mean {name}?"),
        None => format!("There is no field {word}. To find a text, put it in quotes: \"{word}\"."),
    };
    Fault::new(at, says)
}
