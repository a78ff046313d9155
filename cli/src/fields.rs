//! `wirestage fields`: what stands in the frames of a capture or of a run, a line each, for
//! people and for other programs.

use crate::args::{FieldsOrder, Order};
use crate::fault::Fault;
use crate::filter;
use crate::run::capture_of;
use crate::stream::{Head, Stream};
use std::fs::File;
use std::io::{self, BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wirestage_core::dissect::{Dissection, FieldKind, Frames, LAYERS, Talks, summary};
use wirestage_core::filter::{Filter, Subject};

/// What a column shows.
#[derive(Clone, Debug)]
enum Column {
    /// What is known of the frame beside its bytes.
    Frame(Fact),
    /// Fields of this name, with commas between where there are several.
    Field(Vec<&'static FieldKind>),
    /// Whether a layer is there: its name.
    Layer(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
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
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let header = names.join("\t") + "\n";
    let begun = match order.header {
        true => out.write_all(header.as_bytes()),
        false => Ok(()),
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
        line: String::new(),
    };
    let written = begun.and_then(|()| showing.show(&source, &mut out));
    match written.and_then(|()| out.flush()) {
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
    line: String,
    /// Which fields of the frame stand in which column.
    found: Vec<(usize, usize)>,
}

/// The kinds of fields that columns show, found by their places in memory: a frame has many
/// fields, and few of them are asked for.
struct Wanted {
    /// A bit for each, so that most others are told apart at once.
    some: u64,
    /// Each with its column.
    all: Vec<(&'static FieldKind, usize)>,
}

impl Wanted {
    fn of(columns: &[Column]) -> Self {
        let mut wanted = Self {
            some: 0,
            all: Vec::new(),
        };
        for (column, what) in columns.iter().enumerate() {
            if let Column::Field(kinds) = what {
                for kind in kinds {
                    wanted.some |= Self::bit(kind);
                    wanted.all.push((kind, column));
                }
            }
        }
        wanted
    }

    fn bit(kind: &'static FieldKind) -> u64 {
        let place = std::ptr::from_ref(kind).addr();
        1 << (place / size_of::<FieldKind>() % 64)
    }

    /// The fields that are asked for, in the order of the columns: column and place.
    fn find(&self, dissection: &Dissection, found: &mut Vec<(usize, usize)>) {
        found.clear();
        for (index, field) in dissection.fields().iter().enumerate() {
            if self.some & Self::bit(field.kind) == 0 {
                continue;
            }
            let same = self
                .all
                .iter()
                .filter(|(kind, _)| std::ptr::eq(*kind, field.kind));
            found.extend(same.map(|(_, column)| (*column, index)));
        }
        found.sort_unstable();
    }
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
            if !self.line.is_empty() {
                out.write_all(self.line.as_bytes())?;
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
        self.line.clear();
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
                self.line.push('\t');
            }
            match column {
                Column::Field(_) => {
                    let mut between = "";
                    while let [(of, at), rest @ ..] = found
                        && *of == index
                    {
                        found = rest;
                        let field = &self.dissection.fields()[*at];
                        self.line.push_str(between);
                        let bytes = self.dissection.source(frame, field.source);
                        field.plain(bytes, &mut self.line);
                        between = ",";
                    }
                }
                Column::Layer(name) => {
                    let mut layers = self.dissection.layers().iter();
                    if layers.any(|layer| layer.kind.filter == *name) {
                        self.line.push_str(name);
                    }
                }
                Column::Frame(fact) => {
                    fact.push(&mut self.line, head, since, frame, &self.dissection);
                }
            }
        }
        self.line.push('\n');
    }
}

fn text_of(fault: Fault) -> String {
    match fault {
        Fault::Input(text) | Fault::Scenario(text) | Fault::Failed(text) => text,
    }
}

/// The column of a name.
fn column(name: &str) -> Result<Column, Fault> {
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
    fn push(
        self,
        line: &mut String,
        head: &Head,
        since: Duration,
        frame: &[u8],
        dissection: &Dissection,
    ) {
        let layers = dissection.layers();
        match self {
            Self::Number => line.push_str(&head.number.to_string()),
            Self::Length => line.push_str(&head.length.to_string()),
            Self::Seconds => {
                line.push_str(&format!("{}.{:09}", since.as_secs(), since.subsec_nanos()));
            }
            Self::Comment => {
                line.push_str(&head.comments.join(" ").replace(['\t', '\n', '\r'], " "));
            }
            Self::Protocols => {
                let names: Vec<_> = layers.iter().map(|layer| layer.kind.filter).collect();
                line.push_str(&names.join(":"));
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
                    line.push_str(layer.kind.name);
                } else if let Some(layer) = last {
                    let text = summary(dissection, layer, frame);
                    line.push_str(&text.replace(['\t', '\n', '\r'], " "));
                }
            }
        }
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
