//! Whether a filter holds for a frame.

use super::Subject;
use super::expr::{Expr, How, Made, Right, Slice, Term};
use super::names::{Fact, Named};
use super::value::{Sort, Value, bytes_of, is_in, layer_bytes, sort_of, text_of, value_of};
use crate::dissect::FieldKind;
use std::borrow::Cow;
use std::cmp::Ordering;

pub(super) fn holds(expr: &Expr, subject: &Subject<'_>) -> bool {
    match expr {
        Expr::Anything => true,
        Expr::All(tests) => tests.iter().all(|test| holds(test, subject)),
        Expr::Any(tests) => tests.iter().any(|test| holds(test, subject)),
        Expr::Odd(tests) => tests.iter().filter(|test| holds(test, subject)).count() % 2 > 0,
        Expr::Not(inner) => !holds(inner, subject),
        Expr::There(term) if term.mask.is_some() => {
            let is_set = |value: &Value<'_>| matches!(value, Value::Number(number) if *number > 0);
            values(term, subject).iter().any(is_set)
        }
        Expr::There(term) => is_there(term, subject),
        Expr::Compare(term, how, right) => compare(&values(term, subject), *how, right, subject),
        Expr::In(term, set) => values(term, subject).iter().any(|value| {
            set.iter().any(|(from, to)| match to {
                None => is_equal(value, from),
                Some(to) => {
                    let above = order(value, from).is_some_and(Ordering::is_ge);
                    above && order(value, to).is_some_and(Ordering::is_le)
                }
            })
        }),
        Expr::Says(text) => says(text, subject),
    }
}

fn compare(left: &[Value<'_>], how: How, right: &Right, subject: &Subject<'_>) -> bool {
    let others;
    let right = match right {
        Right::Value(value) => std::slice::from_ref(value),
        Right::Term(term) => {
            others = values(term, subject);
            &others
        }
    };
    let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    if left.is_empty() || right.is_empty() {
        return false;
    }
    let ordered = |is: fn(Ordering) -> bool| pairs().any(|(a, b)| order(a, b).is_some_and(is));
    match how {
        How::AnyEqual => pairs().any(|(a, b)| is_equal(a, b)),
        How::AllEqual => pairs().all(|(a, b)| is_equal(a, b)),
        How::NoneEqual => pairs().all(|(a, b)| !is_equal(a, b)),
        How::AnyUnequal => pairs().any(|(a, b)| !is_equal(a, b)),
        How::More => ordered(Ordering::is_gt),
        How::Less => ordered(Ordering::is_lt),
        How::AtLeast => ordered(Ordering::is_ge),
        How::AtMost => ordered(Ordering::is_le),
        How::Contains => pairs().any(|(a, b)| contains(a, b)),
    }
}

fn is_there(term: &Term, subject: &Subject<'_>) -> bool {
    let dissection = subject.dissection;
    match &term.named {
        _ if term.slice.is_some() => !values(term, subject).is_empty(),
        Named::Fact(Fact::Comment) => !subject.comments.is_empty(),
        Named::Fact(_) => true,
        Named::Layer(kind) => {
            let mut layers = dissection.layers().iter();
            layers.any(|layer| std::ptr::eq(layer.kind, *kind))
        }
        Named::Fields(kinds) => {
            let mut fields = dissection.fields().iter();
            fields.any(|field| is_one_of(kinds, field.kind))
        }
    }
}

fn is_one_of(kinds: &[&'static FieldKind], kind: &'static FieldKind) -> bool {
    kinds.iter().any(|named| std::ptr::eq(*named, kind))
}

/// All values that a frame has of a term.
fn values<'a>(term: &Term, subject: &Subject<'a>) -> Vec<Value<'a>> {
    let mut all: Vec<Value<'a>> = match &term.named {
        Named::Fact(fact) => facts(*fact, subject),
        Named::Layer(kind) => {
            let layers = subject.dissection.layers().iter();
            let these = layers.filter(|layer| std::ptr::eq(layer.kind, *kind));
            these
                .map(|layer| Value::Bytes(Cow::Borrowed(layer_bytes(layer, subject))))
                .collect()
        }
        Named::Fields(kinds) => {
            let fields = subject.dissection.fields().iter();
            let these = fields.filter(|field| is_one_of(kinds, field.kind));
            let as_bytes = term.slice.is_some() && term.own_sort() != Sort::Text;
            these
                .map(|field| match as_bytes {
                    true => Value::Bytes(Cow::Borrowed(bytes_of(field, subject))),
                    false => value_of(field, subject),
                })
                .collect()
        }
    };
    if let Some(slice) = term.slice {
        all = all.into_iter().filter_map(|v| sliced(&v, slice)).collect();
    }
    if let Some(mask) = term.mask {
        all = all.iter().filter_map(|v| masked(v, mask)).collect();
    }
    match term.made {
        None => all,
        // As Wireshark does: of what is not there, there is no number.
        Some(Made::Count) if all.is_empty() => all,
        Some(Made::Count) => vec![Value::Number(all.len() as u64)],
        Some(made) => all.into_iter().map(|value| make(value, made)).collect(),
    }
}

fn facts<'a>(fact: Fact, subject: &Subject<'a>) -> Vec<Value<'a>> {
    vec![match fact {
        Fact::Frame => Value::Bytes(Cow::Borrowed(subject.frame)),
        Fact::Number => Value::Number(subject.number),
        Fact::Length => Value::Number(subject.frame.len() as u64),
        Fact::Time => Value::Number(subject.nanoseconds),
        Fact::Comment => {
            let comments = subject.comments.iter();
            return comments
                .map(|comment| Value::Text(Cow::Borrowed(comment.as_str())))
                .collect();
        }
    }]
}

fn sliced<'a>(value: &Value<'a>, slice: Slice) -> Option<Value<'a>> {
    let bytes = value.bytes()?;
    let distance = usize::try_from(slice.from.unsigned_abs()).ok()?;
    let from = match slice.from < 0 {
        true => bytes.len().checked_sub(distance)?,
        false => distance,
    };
    let to = match slice.len {
        Some(len) => from + usize::from(len),
        None => bytes.len(),
    };
    Some(match value {
        Value::Bytes(Cow::Borrowed(bytes)) => Value::Bytes(Cow::Borrowed(bytes.get(from..to)?)),
        _ => Value::Bytes(Cow::Owned(bytes.get(from..to)?.to_vec())),
    })
}

/// Some bits of a number, or of few bytes taken as one.
fn masked<'a>(value: &Value<'a>, mask: u64) -> Option<Value<'a>> {
    let number = match value {
        Value::Number(number) => *number,
        Value::Bytes(bytes) if bytes.len() <= 8 => {
            bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
        }
        _ => return None,
    };
    Some(Value::Number(number & mask))
}

fn make(value: Value<'_>, made: Made) -> Value<'_> {
    match (value, made) {
        (Value::Text(text), Made::Lower) => Value::Text(Cow::Owned(text.to_lowercase())),
        (Value::Text(text), Made::Upper) => Value::Text(Cow::Owned(text.to_uppercase())),
        (Value::Text(text), Made::Length) => Value::Number(text.len() as u64),
        (Value::Bytes(bytes), Made::Length) => Value::Number(bytes.len() as u64),
        (value, _) => value,
    }
}

fn is_equal(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Address(addr), Value::Network(network, bits))
        | (Value::Network(network, bits), Value::Address(addr)) => is_in(*addr, *network, *bits),
        _ => a == b,
    }
}

fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Address(a), Value::Address(b)) if a.is_ipv4() == b.is_ipv4() => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn contains(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a.bytes(), b.bytes()) {
        (Some(a), Some(b)) => b.is_empty() || a.windows(b.len()).any(|window| window == b),
        _ => false,
    }
}

/// Whether a text, in small letters, is anywhere in the frame: in its bytes, in what they say,
/// or in what is said at it.
fn says(text: &str, subject: &Subject<'_>) -> bool {
    let has = |words: &str| words.to_lowercase().contains(text);
    if has_ignoring_case(subject.frame, text.as_bytes()) || subject.comments.iter().any(|c| has(c))
    {
        return true;
    }
    let mut fields = subject.dissection.fields().iter();
    fields.any(|field| sort_of(field.kind) == Sort::Text && has(&text_of(field, subject)))
}

fn has_ignoring_case(bytes: &[u8], text: &[u8]) -> bool {
    let Some(first) = text.first() else {
        return true;
    };
    let mut windows = bytes.windows(text.len());
    windows
        .any(|window| window[0].to_ascii_lowercase() == *first && window.eq_ignore_ascii_case(text))
}
