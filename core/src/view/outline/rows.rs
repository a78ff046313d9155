//! From the timeline to phases, rows and lines.

use super::{Line, Outline, Phase, Row, Stroke, What, carriers};
use crate::base::sorted::{Map, Set};
use crate::base::visible::visible;
use crate::base::{CloseReason, ConnId, FrameId, HostId, TurnKind};
use crate::timeline::{
    Connection, End, Event, Kind, RunInfo, Step, StepSize, Timeline, TurnRecord,
};
use crate::view::hidden::hidden_in;
use crate::view::words::{counted, without_passwords};

/// The phases, without their rows yet.
pub(super) fn phases(timeline: &Timeline) -> Vec<Phase> {
    let steps = timeline.steps(StepSize::Phase).into_iter();
    steps
        .map(|step| {
            let opens = timeline.event(step.opens);
            Phase {
                name: match opens.kind {
                    Kind::Phase => timeline.phase(opens.arg),
                    _ => "",
                },
                events: step.events,
                rows: 0..0,
            }
        })
        .collect()
}

/// The connections as lines.
pub(in crate::view) fn lines(timeline: &Timeline, info: &RunInfo) -> Vec<Line> {
    let connections = timeline.connections();
    let said = said_on(timeline, &connections);
    let lines = (1..).zip(connections.iter().zip(said));
    lines
        .map(|(number, (&ends, (words, data)))| {
            let client = timeline.end(ends.client);
            let tie = info.tie(number).cloned();
            let (stroke, purpose) = match &tie {
                Some(_) => (Stroke::Data, "data"),
                None => purpose(timeline, client, words, data),
            };
            Line {
                ends,
                from: client.host,
                to: callee(timeline, ends),
                port: client.remote.port(),
                stroke,
                purpose,
                tie,
            }
        })
        .collect()
}

/// Whether words and whether data were said on each connection.
fn said_on(timeline: &Timeline, connections: &[Connection]) -> Vec<(bool, bool)> {
    let numbers = timeline.connection_numbers();
    let mut said = vec![(false, false); connections.len()];
    for record in timeline.turns() {
        if let Some(number) = record.conn.and_then(|conn| numbers[conn.index()]) {
            let (words, data) = &mut said[number as usize - 1];
            let is_data = record.turn.kind == TurnKind::Data;
            *(if is_data { data } else { words }) = true;
        }
    }
    said
}

fn purpose(timeline: &Timeline, client: &End, words: bool, data: bool) -> (Stroke, &'static str) {
    match client.remote.port() {
        25 | 587 => return (Stroke::Mail, "mail"),
        110 => return (Stroke::Mail, "fetching"),
        53 => return (Stroke::Name, "names"),
        80 => return (Stroke::Control, "web"),
        _ => {}
    }
    let runs = &timeline.node(client.host).runs;
    let program = runs.get(usize::from(client.program.0));
    if program.is_some_and(|program| program.contains("mail")) {
        return (Stroke::Mail, "mail");
    }
    if program.is_some_and(|program| program == "console") {
        let only_data = data && !words;
        let stroke = if only_data {
            Stroke::Data
        } else {
            Stroke::Control
        };
        return (stroke, "talk");
    }
    let ftp_server = program.is_some_and(|program| program.contains("server"));
    // A server calls back for data alone; nothing may have been said when it came to nothing.
    if !words && (data || ftp_server || client.remote.port() != 21) {
        (Stroke::Data, "data")
    } else {
        (Stroke::Control, "control")
    }
}

/// Who was called, whether or not it answered.
fn callee(timeline: &Timeline, ends: Connection) -> Option<HostId> {
    if let Some(server) = ends.server {
        return Some(timeline.end(server).host);
    }
    timeline.node_at(timeline.end(ends.client).remote.ip())
}

/// The rows, in order.
pub(super) fn rows(timeline: &Timeline, info: &RunInfo, outline: &Outline) -> Vec<Row> {
    let maker = Maker {
        timeline,
        outline,
        carriers: carriers::of_turns(timeline),
        syns: first_frames(timeline),
    };
    let steps = timeline.steps(StepSize::Turn);
    let mut rows: Vec<Row> = steps.iter().map(|step| maker.row(step)).collect();
    put_captions(&mut rows, info, &secrets(timeline, true));
    rows
}

/// Each caption with the row in which it is said first.
fn put_captions(rows: &mut [Row], info: &RunInfo, secrets: &[String]) {
    let mut said = Set::new();
    for caption in &info.captions {
        let at = caption.event.index();
        let row = rows.partition_point(|row| row.events.start <= at);
        if let Some(row) = row.checked_sub(1).filter(|_| said.insert(&caption.say)) {
            let say = shown(&hidden_in(&caption.say, secrets));
            rows[row].captions.push(say);
        }
    }
}

/// The first frame of each end: its SYN.
fn first_frames(timeline: &Timeline) -> Map<ConnId, FrameId> {
    let mut first = Map::new();
    for (index, frame) in timeline.frames().iter().enumerate() {
        if let Some(conn) = frame.conn {
            first.get_or_insert_with(conn, || FrameId::from_index(index));
        }
    }
    first
}

pub(super) struct Maker<'a> {
    pub(super) timeline: &'a Timeline,
    outline: &'a Outline,
    carriers: Vec<Option<FrameId>>,
    syns: Map<ConnId, FrameId>,
}

impl Maker<'_> {
    fn row(&self, step: &Step) -> Row {
        let opens = self.timeline.event(step.opens);
        let packets = self.outline.packets_in(&step.events);
        let phase = self
            .outline
            .phases
            .partition_point(|phase| phase.events.start <= opens.id.index());
        let mut row = Row {
            what: What::Other,
            opens: opens.id,
            events: step.events.clone(),
            phase: phase.saturating_sub(1),
            time: opens.time,
            from: opens.host,
            to: None,
            connection: None,
            stroke: Stroke::Housekeeping,
            label: "what happened".into(),
            short: "…".into(),
            text: String::new(),
            meaning: String::new(),
            reference: "",
            captions: Vec::new(),
            lost: self.lost(packets.clone()),
            packets,
            carrier: None,
        };
        match opens.kind {
            Kind::Turn => self.says(&mut row, opens),
            Kind::Opening => self.opens(&mut row, opens, step),
            Kind::HeardFinish => self.ends(&mut row, opens),
            Kind::Closed => self.breaks(&mut row, opens),
            _ => self.network(&mut row, opens),
        }
        row
    }

    /// Frames that were lost on their way, or where they had arrived.
    fn lost(&self, packets: std::ops::Range<usize>) -> usize {
        let discarded = self.outline.discarded.iter();
        let discarded = discarded.filter(|frame| packets.contains(&frame.index()));
        let late = discarded.count();
        let fates = packets.filter_map(|frame| self.outline.fates[frame]);
        let dropped = fates.filter(|event| self.timeline.event(*event).kind == Kind::Dropped);
        late + dropped.count()
    }

    /// Who speaks to whom on the connection of `end`.
    pub(super) fn on(&self, row: &mut Row, end: ConnId) {
        row.from = self.timeline.end(end).host;
        if let Some((number, line)) = self.outline.line_of(end) {
            row.connection = Some(number);
            row.stroke = line.stroke;
            row.to = if line.ends.client == end {
                line.to
            } else {
                Some(line.from)
            };
        }
    }

    fn says(&self, row: &mut Row, event: Event) {
        let said = self.timeline.turn(event.arg);
        match said.conn {
            Some(conn) => self.on(row, conn),
            None => {
                row.to = said.to.and_then(|to| self.timeline.node_at(to));
                // Of what programs say in datagrams, all but probes is about names.
                if said.turn.kind != TurnKind::Probe {
                    row.stroke = Stroke::Name;
                }
            }
        }
        row.what = What::Says(said.turn.kind);
        row.carrier = self.carriers[event.arg as usize];
        row.reference = said.turn.reference;
        put_words(row, said, without_passwords(&said.turn));
    }

    fn opens(&self, row: &mut Row, event: Event, step: &Step) {
        let id = ConnId(event.arg);
        let end = self.timeline.end(id);
        self.on(row, id);
        row.what = What::Opens;
        row.carrier = self.syns.get(&id).copied();
        let (from, to) = (end.local.port(), end.remote.port());
        row.short = "SYN".into();
        row.label = format!("{from} → {to} SYN");
        row.text = format!("calls port {to} from port {from}");
        if let Some(tie) = self
            .outline
            .line_of(id)
            .and_then(|(_, line)| line.tie.as_ref())
        {
            row.text += &format!(", {}", tie.words());
        }
        row.reference = "RFC 9293 §3.5";
        let opened = end.opened.filter(|at| step.events.contains(&at.index()));
        if opened.is_some() {
            row.short = "SYN · SYN-ACK · ACK".into();
            row.label = format!("{from} → {to} SYN · SYN-ACK · ACK");
            row.meaning = "opens a connection: three packets, and both sides know".into();
        } else if end.opened.is_some() || end.closed.is_none() {
            // It opens later, or nobody knows yet.
            row.meaning = "asks for a connection".into();
        } else {
            row.meaning = "asks for a connection, in vain".into();
        }
    }

    /// The hearer's event; the one who finished speaks.
    fn ends(&self, row: &mut Row, event: Event) {
        let hearer = ConnId(event.arg);
        self.on(row, hearer);
        if let Some(to) = row.to.replace(row.from) {
            row.from = to;
        }
        let heard = self.timeline.causes(event.id);
        let mut heard = heard.filter(|cause| cause.kind == Kind::Delivered);
        row.what = What::Ends;
        row.carrier = heard.next().map(|cause| FrameId(cause.arg));
        row.short = "FIN".into();
        row.label = "FIN".into();
        row.text = "has no more to say".into();
        row.meaning = "has no more to say; the connection begins to close".into();
        row.reference = "RFC 9293 §3.6";
    }

    fn breaks(&self, row: &mut Row, event: Event) {
        let end = ConnId(event.arg);
        self.on(row, end);
        let reason = self.timeline.end(end).reason;
        let reason = reason.unwrap_or(CloseReason::Aborted);
        row.what = What::Breaks(reason);
        row.short = "✕".into();
        row.label = format!("✕ {reason}");
        row.text = format!("the connection is gone: {reason}");
        row.meaning = row.text.clone();
        row.reference = "RFC 9293 §3.10";
    }
}

/// What is said and what it means, with signs that nobody could see written out.
fn put_words(row: &mut Row, said: &TurnRecord, (text, meaning): (String, String)) {
    row.text = match said.turn.kind {
        TurnKind::Data => data(said),
        _ => text,
    };
    row.text = shown(&row.text);
    row.meaning = shown(&meaning);
    row.label = one_line(&row.text);
    row.short = short(said, &row.text);
    if row.stroke == Stroke::Name {
        name_row(row, &said.turn.verb);
    }
}

fn shown(text: &str) -> String {
    visible(text).into_owned()
}

/// Tells passwords as they were said, or hides them again.
pub(super) fn tell_passwords(rows: &mut [Row], timeline: &Timeline, info: &RunInfo, on: bool) {
    for row in &mut *rows {
        let opens = timeline.event(row.opens);
        row.captions.clear();
        if opens.kind != Kind::Turn {
            continue;
        }
        let said = timeline.turn(opens.arg);
        let hidden = without_passwords(&said.turn);
        if hidden.0 != said.turn.text || hidden.1 != said.turn.meaning {
            let words = match on {
                true => (said.turn.text.clone(), said.turn.meaning.clone()),
                false => hidden,
            };
            put_words(row, said, words);
        }
    }
    put_captions(rows, info, &secrets(timeline, !on));
}

/// The passwords that are to be hidden wherever somebody tells them.
fn secrets(timeline: &Timeline, hides: bool) -> Vec<String> {
    match hides {
        true => crate::view::hidden::said(timeline),
        false => Vec::new(),
    }
}
/// A question about a name with its sign, and an answer without the question, which stands
/// above it.
fn name_row(row: &mut Row, verb: &str) {
    const LONG: usize = 20;
    let is_short = |text: &str| text.chars().count() <= LONG;
    if row.what == What::Says(TurnKind::Command) {
        row.text.push('?');
        row.label.push('?');
        row.short = [verb, "?"].concat();
        if is_short(&row.label) {
            row.short.clone_from(&row.label);
        }
        return;
    }
    let says = row.label.split_once(": ").map_or("", |(_, says)| says);
    row.short = says.chars().take(LONG).collect();
    if !is_short(says) {
        row.short.push('…');
    } else if says.is_empty() {
        row.short = [verb, ": nothing"].concat();
    }
}

/// `▤ report.pdf: 40 000 bytes`.
fn data(said: &TurnRecord) -> String {
    let bytes = counted(said.range.1 - said.range.0, "byte");
    format!("▤ {}: {bytes}", visible(&said.turn.text))
}

fn one_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    match lines.count() {
        0 => first.to_owned(),
        more => format!("{first} (+{})", counted(more as u64, "line")),
    }
}

/// The code of a reply; a command with its first argument, where that is short.
fn short(said: &TurnRecord, text: &str) -> String {
    const LONG: usize = 14;
    match said.turn.kind {
        TurnKind::Reply | TurnKind::Probe => said.turn.verb.clone(),
        TurnKind::Data => format!("▤ {}", visible(&said.turn.text)),
        TurnKind::Command if text.chars().count() <= LONG && !text.contains('\n') => text.into(),
        TurnKind::Command => said.turn.verb.clone(),
    }
}
