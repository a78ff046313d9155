//! `wirestage fields`: what stands in the frames of a capture or of a run, a line each, for
//! people and for other programs.

mod columns;
mod wanted;

use crate::args::{FieldsOrder, Order};
use crate::fault::Fault;
use crate::filter;
use crate::run::capture_of;
use crate::stream::{Head, Stream};
use columns::{Column, column};
use std::fs::File;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wanted::Wanted;
use wirestage_core::dissect::{Dissection, Frames, Talks};
use wirestage_core::filter::{Filter, Subject};

/// The columns where none is asked for.
const USUAL: [&str; 7] = [
    "frame.number",
    "frame.time_relative",
    "source",
    "destination",
    "protocol",
    "frame.len",
    "info",
];

/// Bytes of lines that are written together.
const TOGETHER: usize = 1 << 16;

/// Shows them.
pub fn fields(order: &FieldsOrder) -> Result<(), Fault> {
    let names = match order.names.is_empty() {
        true => USUAL.map(str::to_owned).to_vec(),
        false => order.names.clone(),
    };
    let columns = names.iter().map(|name| column(name));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let filter = order.filter.as_deref().map(filter::read).transpose()?;
    let source = source(order)?;
    let talks = match order.twice {
        true => learn(&source)?,
        false => Talks::forgetful(),
    };
    let header = match order.header {
        true => names.join("\t") + "\n",
        false => String::new(),
    };
    let mut showing = Showing {
        talks,
        knows_all: order.twice,
        filter,
        wanted: Wanted::of(&columns),
        columns,
        found: Vec::new(),
        dissection: Dissection::default(),
        first: None,
        lines: header.into_bytes(),
    };
    let mut out = io::stdout().lock();
    let shown = showing.show(&source, &mut out);
    // What was read before a fault is shown as well.
    let rest = out.write_all(&showing.lines);
    match shown.and(rest).and_then(|()| out.flush()) {
        // A reader who has gone away, as `head` does, is no fault.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(Fault::input(e.to_string())),
        Err(e) => Err(Fault::failed(format!(
            "cannot write to standard output: {e}"
        ))),
        Ok(()) => Ok(()),
    }
}

/// Follows all connections to their ends.
fn learn(source: &Source) -> Result<Talks, Fault> {
    let mut stream = source.open()?;
    let (mut talks, mut dissection) = (Talks::new(), Dissection::default());
    while let Some(head) = stream.next().map_err(|why| source.cannot(&why))? {
        let frame = stream.frame(head.number).unwrap_or_default();
        dissection.follow(head.number, frame, &mut talks, &|number| {
            stream.frame(number)
        });
    }
    Ok(talks)
}

/// What is shown, and how far that has come.
struct Showing {
    talks: Talks,
    /// Whether the connections were followed to their ends already.
    knows_all: bool,
    filter: Option<Filter>,
    columns: Vec<Column>,
    wanted: Wanted,
    dissection: Dissection,
    first: Option<Duration>,
    /// What is not written yet.
    lines: Vec<u8>,
    /// Which fields of the frame stand in which column.
    found: Vec<(usize, usize)>,
}

impl Showing {
    fn show(&mut self, source: &Source, out: &mut impl Write) -> io::Result<()> {
        let invalid = |fault: String| io::Error::new(io::ErrorKind::InvalidData, fault);
        let mut stream = source.open().map_err(|fault| invalid(text_of(fault)))?;
        loop {
            let next = stream.next();
            let next = next.map_err(|why| invalid(text_of(source.cannot(&why))))?;
            let Some(head) = next else {
                return Ok(());
            };
            let frame = stream.frame(head.number).unwrap_or_default();
            self.read(&head, frame, &|number| stream.frame(number));
            if self.lines.len() >= TOGETHER {
                let written = out.write_all(&self.lines);
                self.lines.clear();
                written?;
            }
        }
    }

    /// Makes the line of a frame; none where the filter holds it back.
    fn read(&mut self, head: &Head, frame: &[u8], frames: Frames<'_>) {
        let (number, dissection) = (head.number, &mut self.dissection);
        match self.knows_all {
            true => dissection.read_again(number, frame, &self.talks, frames),
            false => dissection.follow(number, frame, &mut self.talks, frames),
        }
        let since = head.at.saturating_sub(*self.first.get_or_insert(head.at));
        let lets_through = |filter: &Filter| {
            filter.lets_through(&Subject {
                frame,
                dissection: &self.dissection,
                number: u64::from(number),
                nanoseconds: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX),
                comments: &head.comments,
            })
        };
        if !self.filter.as_ref().is_none_or(lets_through) {
            return;
        }
        self.wanted.find(&self.dissection, &mut self.found);
        let mut found = self.found.as_slice();
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                self.lines.push(b'\t');
            }
            match column {
                Column::Field(_) => {
                    let mut is_first = true;
                    while let [(of, at), rest @ ..] = found
                        && *of == index
                    {
                        found = rest;
                        let field = &self.dissection.fields()[*at];
                        if !is_first {
                            self.lines.push(b',');
                        }
                        is_first = false;
                        let bytes = self.dissection.source(frame, field.source);
                        field.plain(bytes, &mut self.lines);
                    }
                }
                Column::Layer(name) => {
                    let mut layers = self.dissection.layers().iter();
                    if layers.any(|layer| layer.kind.filter == *name) {
                        self.lines.extend_from_slice(name.as_bytes());
                    }
                }
                Column::Frame(fact) => {
                    fact.push(&mut self.lines, head, since, frame, &self.dissection);
                }
            }
        }
        self.lines.push(b'\n');
    }
}

fn text_of(fault: Fault) -> String {
    match fault {
        Fault::Input(text) | Fault::Scenario(text) | Fault::Failed(text) => text,
    }
}

/// The capture's bytes, to be read from the beginning.
enum Source {
    File(PathBuf),
    Run(Vec<u8>),
}

fn source(order: &FieldsOrder) -> Result<Source, Fault> {
    let path = Path::new(&order.source);
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    if ending == "pcap" || ending == "pcapng" {
        if order.tap.is_some() || order.seed.is_some() || !order.settings.is_empty() {
            let text = "--set, --seed and --tap are for scenarios, and this is a capture";
            return Err(Fault::input(text));
        }
        return Ok(Source::File(path.to_owned()));
    }
    let run = Order {
        scenario: order.source.clone(),
        settings: order.settings.clone(),
        seed: order.seed,
        tap: order.tap.clone(),
        ..Order::default()
    };
    capture_of(&run).map(Source::Run)
}

impl Source {
    fn open(&self) -> Result<Stream<'_>, Fault> {
        let begun = match self {
            Self::File(path) => match File::open(path) {
                Ok(file) => Stream::begin(Box::new(file)),
                Err(e) => Err(e.to_string()),
            },
            Self::Run(bytes) => Stream::begin(Box::new(Cursor::new(&bytes[..]))),
        };
        begun.map_err(|why| self.cannot(&why))
    }

    fn cannot(&self, why: &str) -> Fault {
        let name = match self {
            Self::File(path) => path.display().to_string(),
            Self::Run(_) => "the run's capture".to_owned(),
        };
        Fault::input(format!("cannot read {name}: {why}"))
    }
}
