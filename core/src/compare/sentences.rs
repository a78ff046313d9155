//! What is said of a difference: a title, and a short sentence for each run.

use super::Side;
use super::difference::{Kind, wait};
use super::glance;
use super::pairs::{Mark, Pair, first_word};
use crate::base::{Time, TurnKind};
use crate::view::outline::{Line, Row, Stroke, What};
use crate::view::rewriting::on_its_way;
use crate::view::words::counted;

/// No more letters of what was said are repeated.
const LONG: usize = 56;

/// A title and a sentence for each run.
type Told = (String, [String; 2]);

/// The difference that a pair shows.
pub(super) fn told(sides: [Side<'_>; 2], pairs: &[Pair], at: usize, kind: Kind) -> Told {
    match (kind, both(sides, pairs[at])) {
        (Kind::Waits, _) => waits(sides, pairs, at),
        (Kind::Lost, Some(rows)) => lost(sides, rows),
        (Kind::Rewritten, Some(rows)) => rewritten(sides, rows),
        (Kind::Packets, Some(rows)) => packets(sides, rows),
        (Kind::Time, Some(rows)) => late(sides, pairs[at], rows),
        (_, Some(rows)) => {
            let (title, says) = instead(sides, pairs, at, rows);
            let says = if says[0] == says[1] {
                closer(sides, rows)
            } else {
                says
            };
            (title, says)
        }
        (_, None) => alone(sides, pairs, at),
    }
}

/// Where the beginnings are alike: the first words that are not, or else what they mean.
fn closer(sides: [Side<'_>; 2], rows: [&Row; 2]) -> [String; 2] {
    let texts = rows.map(|row| row.text.as_str());
    let apart = if texts[0] == texts[1] {
        rows.map(|row| row.meaning.as_str())
    } else {
        texts
    };
    let lines = apart.map(|text| text.lines().collect::<Vec<_>>());
    let line = (0..).find(|at| lines[0].get(*at) != lines[1].get(*at));
    let lines = lines.map(|lines| line.and_then(|at| lines.get(at).copied()).unwrap_or(""));
    let letters = lines.map(|line| line.chars().collect::<Vec<_>>());
    let alike = letters[0].iter().zip(&letters[1]);
    let alike = alike.take_while(|(x, y)| x == y).count();
    // Some words before it, so that one sees where it stands.
    let from = alike.saturating_sub(LONG / 2);
    let says = |side: usize| {
        let (sign, rest): (_, String) = match from {
            0 => ("", letters[side].iter().collect()),
            _ => ("…", letters[side][from..].iter().collect()),
        };
        let who = name(&sides[side], rows[side]);
        match rest.is_empty() {
            true => format!("{who} says no more."),
            false => format!("{who}: {sign}{}.", cut(rest.trim_start())),
        }
    };
    [says(0), says(1)]
}

/// Where the runs speak other versions of IP; `six` says which one does in A.
pub(super) fn family(six: bool) -> Told {
    let says = |six: bool| {
        if six {
            "IPv6: headers of 40 bytes, and no address in four numbers.".to_owned()
        } else {
            "IPv4: headers of 20 bytes, and addresses in four numbers.".to_owned()
        }
    };
    ("Which version of IP".to_owned(), [says(six), says(!six)])
}

/// What there is to say where no turn differs.
pub(super) fn alike(sides: [Side<'_>; 2]) -> &'static str {
    let [a, b] = sides.map(|side| side.timeline);
    let frames = a.frames().iter().zip(b.frames());
    let same_number = a.frames().len() == b.frames().len();
    let at = |time: crate::base::EventId, side: &Side<'_>| side.timeline.event(time).time;
    let same_times = same_number
        && frames
            .clone()
            .all(|(x, y)| at(x.sent, &sides[0]) == at(y.sent, &sides[1]));
    let same_bytes = same_number
        && frames
            .into_iter()
            .all(|(x, y)| a.arena().get(x.slot) == b.arena().get(y.slot));
    match (same_times, same_bytes) {
        (true, true) => "The same turns, and the same packets, byte for byte.",
        (true, false) => "The same turns at the same times; only bytes inside packets differ.",
        (false, _) => "The same turns; only packets between them come at other times.",
    }
}

/// In which run a client goes on though the answer has not come, while it waits in the other;
/// and its next turn in each.
pub(super) fn waiting(
    sides: [Side<'_>; 2],
    pairs: &[Pair],
    at: usize,
) -> Option<(usize, [usize; 2])> {
    let next = |side: usize| pairs[at..].iter().find_map(|pair| pair.rows[side]);
    let next = [next(0)?, next(1)?];
    let goes_on = |side: usize| {
        let row = sides[side].row(next[side]);
        let before = before(&sides[side], next[side])?;
        let words = row.stroke != Stroke::Name && row.connection.is_some();
        let after_command = words && before.what == What::Says(TurnKind::Command);
        match row.what {
            What::Says(TurnKind::Command) if after_command && before.from == row.from => Some(true),
            What::Says(TurnKind::Reply) if after_command => Some(false),
            _ => None,
        }
    };
    match [goes_on(0)?, goes_on(1)?] {
        [true, false] => Some((0, next)),
        [false, true] => Some((1, next)),
        _ => None,
    }
}

/// What was said before a turn on its connection.
fn before<'a>(side: &Side<'a>, row: usize) -> Option<&'a Row> {
    let outline = side.outline;
    let connection = outline.rows[row].connection;
    let mut earlier = outline.rows[..row].iter().rev();
    earlier.find(|before| before.connection == connection)
}

fn both<'a>(sides: [Side<'a>; 2], pair: Pair) -> Option<[&'a Row; 2]> {
    let [Some(a), Some(b)] = pair.rows else {
        return None;
    };
    Some([sides[0].row(a), sides[1].row(b)])
}

fn waits(sides: [Side<'_>; 2], pairs: &[Pair], at: usize) -> Told {
    let Some((on, next)) = waiting(sides, pairs, at) else {
        return alone(sides, pairs, at);
    };
    let command = sides[on].row(next[on]);
    let waits = sides[1 - on].row(next[1 - on]);
    let who = name(&sides[on], command);
    let mut says = [String::new(), String::new()];
    says[on] = format!(
        "{who} goes on without waiting: {}.",
        first_word(&command.short)
    );
    says[1 - on] = format!("{who} waits: first comes {}.", waits.short);
    ("Who waits for the answer".to_owned(), says)
}

fn lost(sides: [Side<'_>; 2], rows: [&Row; 2]) -> Told {
    let says = |side: usize| {
        let (of, row) = (&sides[side], rows[side]);
        let what = said(row);
        if row.lost == 0 {
            return format!("{what}: no packet is lost.");
        }
        let lost = of.outline.lost_carrier(of.timeline, row);
        let mut losses = of.timeline.losses();
        let found = losses.find(|loss| match lost {
            Some(frame) => loss.frame == frame,
            None => row.packets.contains(&loss.frame.index()),
        });
        match found {
            Some(loss) => {
                let (place, why) = (loss.whereabouts(), loss.why());
                format!("{what}: a packet is lost {place} ({why}).")
            }
            None => format!("{what}: {} lost.", counted(row.lost as u64, "packet")),
        }
    };
    ("What is lost".to_owned(), [says(0), says(1)])
}

fn rewritten(sides: [Side<'_>; 2], rows: [&Row; 2]) -> Told {
    let found = [0, 1].map(|side| {
        let carrier = rows[side].carrier?;
        let found = on_its_way(sides[side].timeline, carrier)?;
        let at = sides[side].timeline.node(found.at).name.clone();
        let words = found.edits.iter().find(|edit| edit.what == "text");
        let edit = words.or(found.edits.first())?.clone();
        Some((at, edit))
    });
    let who = found.iter().flatten().map(|(at, _)| at.clone()).next();
    let who = who.unwrap_or_else(|| "the router".to_owned());
    // Words that a router writes anew weigh more than addresses, which it may write in both.
    let words = found.iter().flatten().any(|(_, edit)| edit.what == "text");
    let says = |side: usize| match &found[side] {
        Some((at, edit)) if edit.what == "text" => {
            let after = edit.after.lines().next().unwrap_or_default();
            format!("{at} writes its own address into it: {}.", cut(after))
        }
        Some((at, edit)) if !words => format!("{at}: {}.", edit.words()),
        _ => {
            let text = said(rows[side]);
            format!("{who} passes on {text} as it is.")
        }
    };
    let title = format!("What {who} writes into {}", verb(rows[0]));
    (title, [says(0), says(1)])
}

fn packets(sides: [Side<'_>; 2], rows: [&Row; 2]) -> Told {
    let [a, b] = rows.map(|row| row.packets.len() as u64);
    let by_number = a != b;
    let says = |side: usize| {
        let row = rows[side];
        let words = if by_number {
            counted(row.packets.len() as u64, "packet")
        } else {
            let frames = &sides[side].timeline.frames()[row.packets.clone()];
            counted(frames.iter().map(|f| f.slot.len() as u64).sum(), "byte")
        };
        format!("{} takes {words}.", said(row))
    };
    let title = if by_number {
        "How many packets"
    } else {
        "How many bytes"
    };
    (title.to_owned(), [says(0), says(1)])
}

fn late(sides: [Side<'_>; 2], pair: Pair, rows: [&Row; 2]) -> Told {
    let says = |side: usize| {
        let waited = pair.rows[side].map_or(0, |row| wait(&sides[side], row));
        format!("{} comes after {}.", said(rows[side]), Time(waited))
    };
    ("How long it takes".to_owned(), [says(0), says(1)])
}

/// Two turns, one in place of the other.
fn instead(sides: [Side<'_>; 2], pairs: &[Pair], at: usize, rows: [&Row; 2]) -> Told {
    let [a, b] = rows;
    let says = [
        sentence(phrase(&sides[0], a)),
        sentence(phrase(&sides[1], b)),
    ];
    if a.what == What::Opens && b.what == What::Opens {
        return calls(sides, rows);
    }
    if a.what != b.what {
        return ("What happens next".to_owned(), says);
    }
    let names = a.stroke == Stroke::Name;
    let title = match a.what {
        What::Says(TurnKind::Command) if names => format!("What {} asks", name(&sides[0], a)),
        What::Says(TurnKind::Reply) if names => format!("What {} answers", name(&sides[0], a)),
        What::Says(TurnKind::Command) => return commands(sides, rows),
        What::Says(TurnKind::Reply) => return answers(sides, pairs[at], rows),
        What::Says(TurnKind::Data) => "What is sent".to_owned(),
        What::Says(TurnKind::Probe) => "What is asked of the network".to_owned(),
        What::Ends => "Who finishes first".to_owned(),
        What::Breaks(_) => "How the connection breaks".to_owned(),
        _ => "What happens next".to_owned(),
    };
    (title, says)
}

/// Two answers to one command.
fn answers(sides: [Side<'_>; 2], pair: Pair, rows: [&Row; 2]) -> Told {
    let asked = (0..2).find_map(|side| before(&sides[side], pair.rows[side]?));
    let asked = asked.filter(|row| row.what == What::Says(TurnKind::Command));
    let asked = asked.map_or(String::new(), |row| [" to ", verb(row)].concat());
    let title = format!("What {} answers{asked}", name(&sides[0], rows[0]));
    (
        title,
        [0, 1].map(|side| sentence(phrase(&sides[side], rows[side]))),
    )
}

/// Whether what was said last before a pair is a command in both runs, and the only one.
fn sides_before(sides: [Side<'_>; 2], pairs: &[Pair], at: usize) -> Option<bool> {
    let last = |side: usize| pairs[..at].iter().rev().find_map(|pair| pair.rows[side]);
    let is_command = |side: usize| {
        let last = last(side)?;
        let command = What::Says(TurnKind::Command);
        // Of several commands that wait it would be the first that is answered.
        let waits = before(&sides[side], last).is_some_and(|row| row.what == command);
        Some(sides[side].row(last).what == command && !waits)
    };
    Some(is_command(0)? && is_command(1)?)
}

/// Of a call for data that one run has here: the pair in which the other host calls, in the
/// other run.
pub(super) fn made_by_other(sides: [Side<'_>; 2], pairs: &[Pair], at: usize) -> Option<usize> {
    const NEAR: usize = 8;
    let side = usize::from(pairs[at].rows[0].is_none());
    let is_call = |of: usize, pair: &Pair| {
        pair.mark == Mark::Only(of)
            && pair.rows[of].is_some_and(|row| {
                let row = sides[of].row(row);
                row.what == What::Opens && row.stroke == Stroke::Data
            })
    };
    if !is_call(side, &pairs[at]) {
        return None;
    }
    let mut near = at.saturating_sub(NEAR)..(at + NEAR + 1).min(pairs.len());
    near.find(|other| is_call(1 - side, &pairs[*other]))
}

/// A call for data that the one host makes in one run, and the other in the other.
fn called_by(sides: [Side<'_>; 2], pairs: &[Pair], at: usize, elsewhere: usize) -> Told {
    let row = |of: usize| {
        let found = [at, elsewhere]
            .into_iter()
            .find_map(|pair| pairs[pair].rows[of]);
        found.map_or(String::new(), |row| {
            sentence(phrase(&sides[of], sides[of].row(row)))
        })
    };
    if at < elsewhere {
        return ("Who opens the data connection".to_owned(), [row(0), row(1)]);
    }
    let side = usize::from(pairs[at].rows[0].is_none());
    let mut says = [row(0), row(1)];
    says[1 - side] = "It is open by now.".to_owned();
    ("When the data connection opens".to_owned(), says)
}

/// Two commands. Who announces an address decides who calls.
fn commands(sides: [Side<'_>; 2], rows: [&Row; 2]) -> Told {
    let who = name(&sides[0], rows[0]);
    let calls = rows.map(|row| match verb(row) {
        "PASV" | "EPSV" => Some(true),
        "PORT" | "EPRT" => Some(false),
        _ => None,
    });
    let plain = || [0, 1].map(|side| sentence(phrase(&sides[side], rows[side])));
    match calls {
        [Some(a), Some(b)] if a != b => {
            let says = [0, 1].map(|side| match calls[side] {
                Some(true) => format!("{}: the client calls.", verb(rows[side])),
                _ => format!("{}: the server calls back.", verb(rows[side])),
            });
            ("Who opens the data connection".to_owned(), says)
        }
        [Some(true), Some(true)] if verb(rows[0]) != verb(rows[1]) => {
            let says = rows.map(|row| match verb(row) {
                "EPSV" => "EPSV: the server answers with a port alone.".to_owned(),
                _ => "PASV: the server answers with address and port.".to_owned(),
            });
            ("What the client asks the server for".to_owned(), says)
        }
        [Some(false), Some(false)] => ("Which address the client announces".to_owned(), plain()),
        _ => (format!("What {who} says"), plain()),
    }
}

/// Two calls: by another host, to another port, or one of them in vain.
fn calls(sides: [Side<'_>; 2], rows: [&Row; 2]) -> Told {
    let lines = [0, 1].map(|side| line(&sides[side], rows[side]));
    let says = [0, 1].map(|side| sentence(phrase(&sides[side], rows[side])));
    let data = rows.iter().all(|row| row.stroke == Stroke::Data);
    if name(&sides[0], rows[0]) != name(&sides[1], rows[1]) {
        let title = if data {
            "Who opens the data connection"
        } else {
            "Who calls"
        };
        return (title.to_owned(), says);
    }
    let in_vain = rows.map(|row| row.meaning.ends_with("in vain"));
    if in_vain[0] != in_vain[1] {
        let says = [0, 1].map(|side| {
            let becomes = if in_vain[side] {
                "in vain"
            } else {
                "it is taken"
            };
            format!("{}: {becomes}.", phrase(&sides[side], rows[side]))
        });
        return ("What becomes of the call".to_owned(), says);
    }
    let protocols = lines.map(|line| line.map(glance::protocol));
    if let [Some(a), Some(b)] = protocols
        && a != b
    {
        let says = [(0, a), (1, b)].map(|(side, protocol)| {
            let port = lines[side].map_or(0, |line| line.port);
            match glance::errand(&sides[side]) {
                Some(errand) => format!("{protocol}, port {port}: {errand}."),
                None => format!("{protocol}, port {port}."),
            }
        });
        return ("Which protocol".to_owned(), says);
    }
    ("Which port is called".to_owned(), says)
}

/// A turn that one run has and the other has not.
fn alone(sides: [Side<'_>; 2], pairs: &[Pair], at: usize) -> Told {
    let side = usize::from(pairs[at].rows[0].is_none());
    let Some(row) = pairs[at].rows[side].map(|row| sides[side].row(row)) else {
        return Told::default();
    };
    let other = 1 - side;
    if let Some(elsewhere) = made_by_other(sides, pairs, at) {
        return called_by(sides, pairs, at, elsewhere);
    }
    let next = pairs[at..].iter().find_map(|pair| pair.rows[other]);
    // Two answers to one command: they have other codes.
    if let Some(next) = next.map(|next| sides[other].row(next))
        && row.what == What::Says(TurnKind::Reply)
        && next.what == row.what
        && name(&sides[side], row) == name(&sides[other], next)
        && phrase(&sides[side], row) != phrase(&sides[other], next)
        && sides_before(sides, pairs, at) == Some(true)
    {
        let mut rows = [row, next];
        rows.rotate_left(side);
        return answers(sides, pairs[at], rows);
    }
    let mut says = [String::new(), String::new()];
    says[side] = sentence(phrase(&sides[side], row));
    says[other] = match next {
        Some(next) => {
            let next = phrase(&sides[other], sides[other].row(next));
            sentence(format!("Not here. Next: {next}"))
        }
        None => "Not here: it is over.".to_owned(),
    };
    let title = match row.what {
        What::Says(_) if row.stroke == Stroke::Name => "Asking for names",
        What::Says(TurnKind::Command) => "One command more",
        What::Says(TurnKind::Reply) => "One answer more",
        What::Says(TurnKind::Data) => "Something more is sent",
        What::Says(TurnKind::Probe) => "One question more to the network",
        What::Opens => "One connection more",
        What::Ends => "How it closes",
        What::Breaks(_) => "A connection breaks",
        What::Network => "The network speaks",
        What::Power | What::Other => "Something fails",
    };
    (title.to_owned(), says)
}

/// What happens in a turn: `laptop says PASV`.
#[must_use]
pub fn phrase(side: &Side<'_>, row: &Row) -> String {
    let who = name(side, row);
    let to = row.to.map(|to| side.timeline.node(to).name.as_str());
    let label = cut(&row.label);
    match row.what {
        What::Says(TurnKind::Command) if row.stroke == Stroke::Name => {
            format!("{who} asks {}: {label}", to.unwrap_or("around"))
        }
        What::Says(TurnKind::Command) => format!("{who} says {label}"),
        What::Says(TurnKind::Reply) => format!("{who} answers {label}"),
        What::Says(TurnKind::Data) => format!("{who} sends {}", cut(&said(row))),
        What::Says(TurnKind::Probe) => format!("{who} sends a {label}"),
        What::Opens => match (to, line(side, row)) {
            (Some(to), Some(line)) => format!("{who} calls {to} at port {}", line.port),
            (None, Some(line)) => format!("{who} calls port {}", line.port),
            _ => format!("{who} calls"),
        },
        What::Ends => format!("{who} has no more to say (FIN)"),
        What::Breaks(reason) => format!("{who} loses the connection: {reason}"),
        What::Network => format!("{who}: {label}"),
        What::Power => format!("{who} {}", row.text),
        What::Other => label,
    }
}

/// A turn's words, as something that is spoken of.
fn said(row: &Row) -> String {
    match row.what {
        What::Opens => "the call".to_owned(),
        What::Ends => "the ending".to_owned(),
        What::Breaks(_) => "the breaking off".to_owned(),
        What::Says(TurnKind::Data) => row.text.trim_start_matches("▤ ").to_owned(),
        _ => row.short.clone(),
    }
}

/// A command without its arguments, a code alone.
fn verb(row: &Row) -> &str {
    match row.what {
        What::Opens => "the call",
        _ => first_word(row.short.trim_start_matches("▤ ")),
    }
}

fn line<'a>(side: &Side<'a>, row: &Row) -> Option<&'a Line> {
    let number = row.connection?.checked_sub(1)?;
    side.outline.connections.get(number as usize)
}

fn name<'a>(side: &Side<'a>, row: &Row) -> &'a str {
    &side.timeline.node(row.from).name
}

/// A phrase as a sentence of its own.
fn sentence(mut phrase: String) -> String {
    if !phrase.ends_with(['?', '.']) {
        phrase.push('.');
    }
    phrase
}

/// As much as fits into a sentence, without the stop at its end.
fn cut(text: &str) -> String {
    let text = text.trim_end_matches('.');
    if text.chars().count() <= LONG {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONG - 1).collect();
    short.truncate(short.trim_end().len());
    short + "…"
}

/// Whether a pair is one of those that differ.
pub(super) fn differs(pair: &Pair) -> bool {
    pair.mark != Mark::Same
}
