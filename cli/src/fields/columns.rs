//! The columns of a table of frames: what they are called, and what stands in them.

use crate::fault::Fault;
use crate::stream::Head;
use std::time::Duration;
use wirestage_core::base::digits::push_decimal;
use wirestage_core::dissect::{Dissection, FieldKind, LAYERS, summary};
use wirestage_core::filter::Filter;

/// What a column shows.
#[derive(Clone, Debug)]
pub enum Column {
    /// What is known of the frame beside its bytes.
    Frame(Fact),
    /// Fields of this name, with commas between where there are several.
    Field(Vec<&'static FieldKind>),
    /// Whether a layer is there: its name.
    Layer(&'static str),
}

/// What is known of a frame beside its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Number,
    Seconds,
    Length,
    Protocols,
    Comment,
    From,
    To,
    Protocol,
    Info,
}

/// What else than fields a column may be named after.
const FACTS: [(&str, Fact); 9] = [
    ("frame.number", Fact::Number),
    ("frame.time_relative", Fact::Seconds),
    ("frame.len", Fact::Length),
    ("frame.protocols", Fact::Protocols),
    ("frame.comment", Fact::Comment),
    ("source", Fact::From),
    ("destination", Fact::To),
    ("protocol", Fact::Protocol),
    ("info", Fact::Info),
];

/// The column of a name.
pub fn column(name: &str) -> Result<Column, Fault> {
    if let Some((_, fact)) = FACTS.iter().find(|(known, _)| *known == name) {
        return Ok(Column::Frame(*fact));
    }
    if let Some(layer) = LAYERS.iter().find(|layer| layer.filter == name) {
        return Ok(Column::Layer(layer.filter));
    }
    let fields = LAYERS.iter().flat_map(|layer| layer.fields).copied();
    let named: Vec<_> = fields.filter(|kind| kind.filter == name).collect();
    if named.is_empty() {
        return Err(Fault::input(match Filter::parse(name) {
            Err(fault) => fault.says,
            Ok(_) => format!("{name} stands for several fields: name one of them"),
        }));
    }
    Ok(Column::Field(named))
}

impl Fact {
    /// Appends it.
    pub fn push(
        self,
        line: &mut Vec<u8>,
        head: &Head,
        since: Duration,
        frame: &[u8],
        dissection: &Dissection,
    ) {
        let layers = dissection.layers();
        match self {
            Self::Number => push_decimal(line, u64::from(head.number)),
            Self::Length => push_decimal(line, u64::from(head.length)),
            Self::Seconds => {
                let text = format!("{}.{:09}", since.as_secs(), since.subsec_nanos());
                line.extend_from_slice(text.as_bytes());
            }
            Self::Comment => {
                let text = head.comments.join(" ").replace(['\t', '\n', '\r'], " ");
                line.extend_from_slice(text.as_bytes());
            }
            Self::Protocols => {
                let names: Vec<_> = layers.iter().map(|layer| layer.kind.filter).collect();
                line.extend_from_slice(names.join(":").as_bytes());
            }
            Self::From | Self::To => {
                let names = match self {
                    Self::From => ["ip.src", "ipv6.src", "eth.src"],
                    _ => ["ip.dst", "ipv6.dst", "eth.dst"],
                };
                let fields = dissection.fields();
                let find = |name| fields.iter().find(|field| field.kind.filter == name);
                if let Some(field) = names.into_iter().find_map(find) {
                    field.plain(frame, line);
                }
            }
            Self::Protocol | Self::Info => {
                let mut told = layers.iter().rev();
                let says = |kind: &str| !["eth.padding", "wirestage.padding"].contains(&kind);
                let last = told.find(|layer| says(layer.kind.filter));
                if let (Self::Protocol, Some(layer)) = (self, last) {
                    line.extend_from_slice(layer.kind.name.as_bytes());
                } else if let Some(layer) = last {
                    let text = summary(dissection, layer, frame);
                    let text = text.replace(['\t', '\n', '\r'], " ");
                    line.extend_from_slice(text.as_bytes());
                }
            }
        }
    }
}
