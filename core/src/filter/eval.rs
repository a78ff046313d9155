//! Whether a filter holds for a frame.

use super::Subject;
use super::names::{Fact, Named};
use super::parse::{Expr, How, Made, Right, Term};
use super::value::{Sort, Value, is_in, sort_of, value_of};
use std::cmp::Ordering;

pub(super) fn holds(expr: &Expr, subject: &Subject<'_>) -> bool {
    match expr {
        Expr::Anything => true,
        Expr::And(a, b) => holds(a, subject) && holds(b, subject),
        Expr::Or(a, b) => holds(a, subject) || holds(b, subject),
        Expr::Xor(a, b) => holds(a, subject) != holds(b, subject),
        Expr::Not(inner) => !holds(inner, subject),
        Expr::There(term) if term.mask.is_some() => {
            let is_set = |value: &Value| matches!(value, Value::Number(number) if *number > 0);
            values(term, subject).iter().any(is_set)
        }
        Expr::There(term) => !values(term, subject).is_empty(),
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
        Expr::Says(text) => {
            let fields = subject.dissection.fields().iter();
            let mut texts = fields.filter(|field| sort_of(field.kind) == Sort::Text);
            texts.any(|field| {
                subject
                    .dissection
                    .value(field, subject.frame)
                    .to_lowercase()
                    .contains(text)
            }) || subject.comment.to_lowercase().contains(text)
        }
    }
}

fn compare(left: &[Value], how: How, right: &Right, subject: &Subject<'_>) -> bool {
    let right = match right {
        Right::Value(value) => vec![value.clone()],
        Right::Term(term) => values(term, subject),
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

/// All values that a frame has of a term.
fn values(term: &Term, subject: &Subject<'_>) -> Vec<Value> {
    let mut all = match &term.named {
        Named::Fact(fact) => vec![fact_of(*fact, subject)],
        Named::Layer(kind) => {
            let layers = subject.dissection.layers().iter();
            let these = layers.filter(|layer| std::ptr::eq(layer.kind, *kind));
            these
                .map(|layer| {
                    let bytes = subject.dissection.source(subject.frame, layer.source);
                    Value::Bytes(bytes[layer.range.start..].to_vec())
                })
                .collect()
        }
        Named::Fields(kinds) => {
            let fields = subject.dissection.fields().iter();
            let is_named = |kind| kinds.iter().any(|named| std::ptr::eq(*named, kind));
            let these = fields.filter(|field| is_named(field.kind));
            let slices = term.slice.is_some();
            these
                .map(|field| {
                    let bytes = subject.dissection.source(subject.frame, field.source);
                    match slices {
                        true => Value::Bytes(bytes[field.range.clone()].to_vec()),
                        false => value_of(field, bytes),
                    }
                })
                .collect()
        }
    };
    if let Some((from, len)) = term.slice {
        all = all
            .into_iter()
            .filter_map(|value| sliced(value, from, len))
            .collect();
    }
    if let Some(mask) = term.mask {
        all.retain_mut(|value| match value {
            Value::Number(number) => {
                *number &= mask;
                true
            }
            _ => false,
        });
    }
    match term.made {
        None => all,
        Some(Made::Count) => vec![Value::Number(all.len() as u64)],
        Some(made) => all.into_iter().map(|value| make(value, made)).collect(),
    }
}

fn fact_of(fact: Fact, subject: &Subject<'_>) -> Value {
    match fact {
        Fact::Frame => Value::Bytes(subject.frame.to_vec()),
        Fact::Number => Value::Number(subject.number),
        Fact::Length => Value::Number(subject.frame.len() as u64),
        Fact::Seconds => Value::Seconds(subject.seconds),
        Fact::Comment => Value::Text(subject.comment.to_owned()),
    }
}

fn sliced(value: Value, from: usize, len: Option<usize>) -> Option<Value> {
    let bytes = match value {
        Value::Bytes(bytes) => bytes,
        Value::Text(text) => text.into_bytes(),
        _ => return None,
    };
    let to = len.map_or(Some(bytes.len()), |len| from.checked_add(len))?;
    Some(Value::Bytes(bytes.get(from..to)?.to_vec()))
}

fn make(value: Value, made: Made) -> Value {
    match (value, made) {
        (Value::Text(text), Made::Lower) => Value::Text(text.to_lowercase()),
        (Value::Text(text), Made::Upper) => Value::Text(text.to_uppercase()),
        (Value::Text(text), Made::Length) => Value::Number(text.len() as u64),
        (Value::Bytes(bytes), Made::Length) => Value::Number(bytes.len() as u64),
        (value, _) => value,
    }
}

fn is_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Address(addr), Value::Network(network, bits))
        | (Value::Network(network, bits), Value::Address(addr)) => is_in(*addr, *network, *bits),
        _ => a == b,
    }
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Seconds(a), Value::Seconds(b)) => a.partial_cmp(b),
        (Value::Address(a), Value::Address(b)) if a.is_ipv4() == b.is_ipv4() => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn contains(a: &Value, b: &Value) -> bool {
    let bytes = |value: &Value| match value {
        Value::Bytes(bytes) => bytes.clone(),
        Value::Text(text) => text.clone().into_bytes(),
        _ => Vec::new(),
    };
    let (a, b) = (bytes(a), bytes(b));
    b.is_empty() || a.windows(b.len()).any(|window| window == b)
}
