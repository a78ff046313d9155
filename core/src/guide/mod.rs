//! The field guide: every header and command that is known, drawn as the RFCs draw them, with
//! bytes of a run. It is made of the dissector's own tables.

mod examples;
mod find;
mod forms;
mod sheet;
mod speech;
pub mod terms;
#[cfg(test)]
mod tests;

pub use find::{Hit, find};
pub use sheet::{Cell, Entry, Piece, Row, Sheet};
pub use speech::{Word, Words};
pub use terms::Term;

use crate::base::FrameId;
use crate::dissect::{Dissection, FieldKind, LAYERS, Layer, LayerKind, Talks};
use crate::timeline::Timeline;
use forms::{FORMS, Form};

/// So many frames of a run are looked at.
const LOOKED_AT: usize = 20_000;

/// What the guide has of a layer.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Which layer.
    pub kind: &'static LayerKind,
    /// Its forms that there are specimens of.
    pub specimens: Vec<Specimen>,
    /// Whether they are drawn: lines of text are not.
    pub drawn: bool,
    /// Its commands and replies.
    pub words: Vec<Words>,
    /// Fields that none of the specimens has.
    pub others: Vec<&'static FieldKind>,
}

/// A layer of one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Specimen {
    /// What form it has: `Echo request`.
    pub title: &'static str,
    /// The frame of the run that it is from. None for an example that is in no run.
    pub from: Option<FrameId>,
    /// Its fields and cells.
    pub sheet: Sheet,
}

/// The layer of this name in filters.
#[must_use]
pub fn layer_named(filter: &str) -> Option<&'static LayerKind> {
    LAYERS.iter().find(|kind| kind.filter == filter).copied()
}

impl Chapter {
    /// What there is to show of a layer, by a run where it occurs in one.
    #[must_use]
    pub fn of(kind: &'static LayerKind, run: Option<&Timeline>) -> Self {
        let mut forms: Vec<(&Form, Option<Specimen>)> = FORMS
            .iter()
            .filter(|form| std::ptr::eq(form.layer, kind))
            .map(|form| (form, None))
            .collect();
        let drawn = forms.iter().any(|(form, _)| !form.example.is_empty());
        let mut words = speech::tables(kind);
        if let Some(run) = run {
            look(run, &mut forms, &mut words, kind);
        }
        let specimens: Vec<Specimen> = forms
            .into_iter()
            .filter_map(|(form, found)| found.or_else(|| example(form)))
            .collect();
        let mut others = kind.fields.to_vec();
        others.retain(|kind| {
            let mut shown = specimens.iter().flat_map(|one| &one.sheet.fields);
            !shown.any(|entry| std::ptr::eq(entry.kind, *kind))
        });
        Self {
            kind,
            specimens,
            drawn,
            words,
            others,
        }
    }

    /// The specimen that has a field, the one at hand where it does, and the field's place among
    /// the specimen's.
    #[must_use]
    pub fn place(&self, filter: &str, hand: usize) -> Option<(usize, usize)> {
        let field = |index: usize| {
            let fields = &self.specimens.get(index)?.sheet.fields;
            let found = fields.iter().position(|field| field.kind.filter == filter);
            found.map(|field| (index, field))
        };
        let all = [hand].into_iter().chain(0..self.specimens.len());
        all.filter_map(field).next()
    }
}

/// Finds the first frame of each form, and the first line of each word.
fn look(
    run: &Timeline,
    forms: &mut [(&Form, Option<Specimen>)],
    words: &mut [Words],
    kind: &'static LayerKind,
) {
    let mut dissection = Dissection::default();
    // As one tap sees them: what routers and switches pass on was sent before.
    let mut talks = Talks::new();
    let bytes = |number: u32| Some(run.bytes(FrameId(number)));
    for (number, sent) in (0..).zip(run.frames()).take(LOOKED_AT) {
        if sent.forwards.is_some() {
            continue;
        }
        let id = FrameId(number);
        let frame = run.bytes(id);
        dissection.follow(number, frame, &mut talks, &bytes);
        let mut layers = dissection.layers().iter();
        let Some(layer) = layers.find(|layer| std::ptr::eq(layer.kind, kind)) else {
            continue;
        };
        for (form, found) in forms.iter_mut().filter(|(_, found)| found.is_none()) {
            if form.fits(&dissection, layer) {
                *found = Some(specimen(form, Some(id), (&dissection, layer), frame));
            }
        }
        speech::hear(words, (&dissection, layer), (id, frame));
        if words.is_empty() && forms.iter().all(|(_, found)| found.is_some()) {
            break;
        }
    }
}

fn example(form: &Form) -> Option<Specimen> {
    let dissection = Dissection::of(form.example);
    let mut layers = dissection.layers().iter();
    let layer = layers.find(|layer| form.fits(&dissection, layer))?;
    Some(specimen(form, None, (&dissection, layer), form.example))
}

fn specimen(
    form: &Form,
    from: Option<FrameId>,
    (dissection, layer): (&Dissection, &Layer),
    frame: &[u8],
) -> Specimen {
    Specimen {
        title: form.title,
        from,
        sheet: Sheet::of(dissection, layer, frame),
    }
}
