//! A filter's grammar: tests, and what joins them.

use super::Fault;
use super::expr::{Expr, How, Right, Term};
use super::lex::{Token, What, tokens};
use super::value::Sort;
use super::{names, words};
use std::ops::Range;

/// Brackets within brackets: so deep.
const DEEPEST: usize = 64;

/// What compares, in marks and in words.
pub(super) const COMPARISONS: [(&str, &str, How); 17] = [
    ("==", "equals", How::AnyEqual),
    ("!=", "differs", How::NoneEqual),
    (">", "is more than", How::More),
    ("<", "is less than", How::Less),
    (">=", "is at least", How::AtLeast),
    ("<=", "is at most", How::AtMost),
    ("contains", "has this in it", How::Contains),
    ("eq", "equals", How::AnyEqual),
    ("ne", "differs", How::NoneEqual),
    ("gt", "is more than", How::More),
    ("lt", "is less than", How::Less),
    ("ge", "is at least", How::AtLeast),
    ("le", "is at most", How::AtMost),
    ("===", "all of them equal", How::AllEqual),
    ("~=", "one of them differs", How::AnyUnequal),
    ("!==", "one of them differs", How::AnyUnequal),
    ("=", "equals", How::AnyEqual),
];

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
        Some(token) => Err(Fault::new(token.at.clone(), left_over(&token.what))),
    }
}

/// What is wrong with a word that follows a whole test.
fn left_over(what: &What) -> String {
    match what {
        What::Mark(mark @ (")" | "}" | "]")) => format!("This {mark} closes nothing."),
        What::Mark(mark) if COMPARISONS.iter().any(|(known, ..)| known == mark) => {
            "One comparison is enough in a test; join two with && or ||.".to_owned()
        }
        _ => "Join two tests with && or ||.".to_owned(),
    }
}

pub(super) struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    pub fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Takes the next token where it is one of these marks or words.
    pub fn takes(&mut self, any: &[&str]) -> bool {
        let found = self.peek().is_some_and(|token| match &token.what {
            What::Mark(mark) => any.contains(mark),
            What::Word(word) => any.iter().any(|known| known.eq_ignore_ascii_case(word)),
            What::Text(_) => false,
        });
        self.next += usize::from(found);
        found
    }

    pub fn needs(&mut self, mark: &str, says: &str) -> Result<(), Fault> {
        match self.takes(&[mark]) {
            true => Ok(()),
            false => Err(Fault::new(self.here(), says)),
        }
    }

    /// Where the next token stands; or the filter's end.
    pub fn here(&self) -> Range<usize> {
        self.peek()
            .map_or(self.end..self.end, |token| token.at.clone())
    }

    /// The next token as a value: its text, and whether it stands in quotes.
    pub fn word(&mut self) -> Option<(String, bool)> {
        let found = match &self.peek()?.what {
            What::Word(word) => (word.clone(), false),
            What::Text(text) => (text.clone(), true),
            What::Mark(_) => return None,
        };
        self.next += 1;
        Some(found)
    }

    pub fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        match self.depth > DEEPEST {
            true => Err(Fault::new(self.here(), "There are too many brackets.")),
            false => Ok(()),
        }
    }

    pub fn shallower(&mut self) {
        self.depth -= 1;
    }

    fn either(&mut self) -> Result<Expr, Fault> {
        self.joined(&["||", "or"], Self::xor, Expr::Any)
    }

    fn xor(&mut self) -> Result<Expr, Fault> {
        self.joined(&["^^", "xor"], Self::both, Expr::Odd)
    }

    fn both(&mut self) -> Result<Expr, Fault> {
        self.joined(&["&&", "and"], Self::not, Expr::All)
    }

    /// One, or several with these words between them.
    fn joined(
        &mut self,
        by: &[&str],
        one: fn(&mut Self) -> Result<Expr, Fault>,
        join: fn(Vec<Expr>) -> Expr,
    ) -> Result<Expr, Fault> {
        let first = one(self)?;
        let mut all = vec![first];
        while self.takes(by) {
            all.push(one(self)?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => join(all),
        })
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        if self.takes(&["!", "not"]) {
            self.deeper()?;
            let inner = self.not()?;
            self.shallower();
            return Ok(Expr::Not(Box::new(inner)));
        }
        if self.takes(&["("]) {
            self.deeper()?;
            let inner = self.either()?;
            self.shallower();
            self.needs(")", "A closing ) is missing.")?;
            return Ok(inner);
        }
        self.test()
    }

    fn test(&mut self) -> Result<Expr, Fault> {
        let Some(token) = self.peek().cloned() else {
            let says = "A test is missing: a field, or a text in quotes.";
            return Err(Fault::new(self.here(), says));
        };
        match token.what {
            What::Text(text) => {
                self.next += 1;
                self.alone(&token.at)?;
                return Ok(Expr::Says(text.to_lowercase()));
            }
            What::Mark(")") => {
                return Err(Fault::new(token.at, "A test is missing before this )."));
            }
            What::Mark(mark) => {
                let says = match names_join(mark) {
                    true => format!("A test is missing before `{mark}`."),
                    false => format!("A field has to stand before `{mark}`."),
                };
                return Err(Fault::new(token.at, says));
            }
            What::Word(word) => {
                let stands_for = names::word(&word).map(filter).transpose()?;
                let known = names::find(&word).is_some();
                let plain = || words::plain(&word).filter(|_| !known);
                if let Some(meant) = stands_for.or_else(plain) {
                    self.next += 1;
                    self.alone(&token.at)?;
                    return Ok(meant);
                }
            }
        }
        let term = self.term()?;
        let negated = self.takes(&["not"]);
        if self.takes(&["in"]) {
            let set = self.set(term)?;
            return Ok(match negated {
                true => Expr::Not(Box::new(set)),
                false => set,
            });
        }
        if negated {
            return Err(Fault::new(
                self.here(),
                "Behind `not` stands `in`: not in {20, 21}.",
            ));
        }
        let Some(how) = self.how()? else {
            return self.lone(term);
        };
        let right = self.right(&term, how)?;
        Ok(Expr::Compare(term, how, right))
    }

    /// A text or plain word is a test of its own: nothing is compared with it.
    fn alone(&mut self, at: &Range<usize>) -> Result<(), Fault> {
        let next = self.next;
        let compares = self.takes(&["in", "matches", "~"]) || self.how()?.is_some();
        self.next = next;
        match compares {
            true => Err(Fault::new(
                at.clone(),
                "The field comes first, and a value behind it: tcp.port == 21.",
            )),
            false => Ok(()),
        }
    }

    /// A term that is compared with nothing.
    fn lone(&self, term: Term) -> Result<Expr, Fault> {
        let bare = term.made.is_none();
        let says = match self.peek().map(|token| &token.what) {
            _ if !bare => "It has to be compared with something: > 5.",
            Some(What::Text(_)) => "A comparison is missing: ==, != or contains.",
            Some(What::Word(word)) if !joins(word) && !term.is_whole() => {
                match word.bytes().next().is_some_and(|b| b.is_ascii_digit()) {
                    true => "A comparison is missing: ==, != or <.",
                    false if names::find(word).is_some() => return Ok(Expr::There(term)),
                    false => "This compares nothing. Write ==, !=, <, >, contains or in.",
                }
            }
            _ => return Ok(Expr::There(term)),
        };
        Err(Fault::new(self.here(), says))
    }

    fn how(&mut self) -> Result<Option<How>, Fault> {
        let at = self.here();
        if self.takes(&["matches", "~"]) {
            let says = "There are no regular expressions here. Write contains \"text\", with lower(…) around the field where capitals are not to count.";
            return Err(Fault::new(at, says));
        }
        let mut known = COMPARISONS.iter();
        let found = known.find(|(mark, ..)| self.takes(&[mark]));
        Ok(found.map(|(_, _, how)| *how))
    }

    fn right(&mut self, term: &Term, how: How) -> Result<Right, Fault> {
        let at = self.here();
        let sort = term.sort();
        if how == How::Contains && !matches!(sort, Sort::Text | Sort::Bytes | Sort::Mac) {
            let says = "Only texts and bytes contain something; compare it with ==.";
            return Err(Fault::new(at, says));
        }
        if term.is_whole() && how != How::Contains {
            let says =
                "A whole layer is compared with nothing; take one of its fields, or `contains`.";
            return Err(Fault::new(at, says));
        }
        if let Some(What::Word(word)) = self.peek().map(|token| &token.what)
            && word.contains('.')
            && names::find(word).is_some()
        {
            let other = self.term()?;
            let end = self.tokens[self.next - 1].at.end;
            let says = match other.sort() {
                other if !sort.goes_with(other) => {
                    format!(
                        "This is {}, and what stands before {}: they are never equal.",
                        other.words(),
                        sort.words()
                    )
                }
                _ => return Ok(Right::Term(other)),
            };
            return Err(Fault::new(at.start..end, says));
        }
        self.value(term, how).map(Right::Value)
    }
}

/// Whether a mark joins tests.
fn names_join(mark: &str) -> bool {
    matches!(mark, "&&" | "||" | "^^")
}

/// Whether a word joins tests.
fn joins(word: &str) -> bool {
    ["and", "or", "xor"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
}
