//! What the page says where two runs stand beside each other.

/// The page's name.
pub const TITLE: &str = "Compare two runs";
/// What it is for.
pub const PURPOSE: &str = "The same turns side by side, and the first difference that matters.";
/// Where nothing is chosen yet.
pub const CHOOSE: &str = "Choose two runs. These are worth a look:";
/// How to get here from a lesson.
pub const FROM_LESSON: &str = "Or open a lesson, turn a knob, and press C.";
/// Where a run does nothing of the kind.
pub const NOTHING: &str = "nothing of the kind";
/// The button in a lesson.
pub const COMPARE: &str = "Compare";
/// What it does.
pub const COMPARE_WHY: &str = "Compare with the run before, or the scenario as it is (C)";
/// The button that swaps the sides.
pub const SWAP: &str = "⇄ Swap";
/// What it does.
pub const SWAP_WHY: &str = "A becomes B (X)";
/// Saves the text form.
pub const SAVE: &str = "Save as text";
/// Copies the address.
pub const COPY: &str = "Copy link";
/// To the next difference.
pub const NEXT_DIFFERENCE: &str = "Next difference";
/// Its key.
pub const NEXT_DIFFERENCE_KEY: &str = "N; Shift+N goes back";
/// Two ladders.
pub const PICTURE: &str = "picture";
/// Text.
pub const TABLE: &str = "table";
/// The choice between them.
pub const SHOWN_AS: &str = "Shown as";
/// The heading over the first difference.
pub const FIRST: &str = "The first difference that matters";
/// The way to it.
pub const GO_THERE: &str = "Go there";
/// The heading over all of them.
pub const ALL: &str = "All differences";
/// The heading over the numbers.
pub const NUMBERS: &str = "In numbers";
/// The last column of the numbers.
pub const MORE: &str = "B − A";
/// The heading over the turns that are shown.
pub const HERE: &str = "This turn";
/// Before the first turn.
pub const AT_START: &str = "Nothing is said yet. Press → to begin.";
/// The table of turns.
pub const TURNS: &str = "Turns of both runs, side by side";
/// The column of signs.
pub const SIGN: &str = "How they compare";
/// What is shown while runs are made.
pub const WORKING: &str = "The hosts are at work";
/// Ends the making.
pub const STOP: &str = "Stop";
/// The same settings on both sides.
pub const SAME_SETTINGS: &str = "as it is";
/// Round trips, explained.
pub const ROUND_TRIPS: &str = "A round trip: somebody waits for an answer.";
/// Overhead, explained.
pub const OVERHEAD: &str = "Overhead: all that is sent besides files and letters.";
/// Knobs of a side, on a phone.
pub const KNOBS: &str = "Knobs";
/// The window that closes a note.
pub const CLOSE: &str = "Close this note";
/// Presents, and back.
pub const PRESENT: &str = "Present";
/// Ends presenting.
pub const LEAVE: &str = "Leave";
/// Its key.
pub const LEAVE_KEY: &str = "Esc";

/// The bar below.
pub const TRANSPORT: &str = "Transport";
/// Its buttons.
pub const TO_START: &str = "To the start";
/// Its key.
pub const TO_START_KEY: &str = "Home";
/// A step back.
pub const BACK: &str = "◀ Back";
/// A step forwards.
pub const NEXT: &str = "Next ▶";
/// Plays by itself.
pub const PLAY: &str = "Play";
/// Its key.
pub const PLAY_KEY: &str = "Space";
/// The scrubber.
pub const STEP: &str = "Step";
/// Ends the black screen.
pub const SHOW_AGAIN: &str = "Show the picture again";

/// A knob of a side.
#[must_use]
pub fn knob(label: &str, name: &str) -> String {
    format!("{label}, run {name}")
}

/// The scenario of a side.
#[must_use]
pub fn scenario(name: &str) -> String {
    format!("Scenario of run {name}")
}

/// A side.
#[must_use]
pub fn run(name: &str) -> String {
    format!("Run {name}")
}

/// The ladder of a side.
#[must_use]
pub fn ladder(name: &str) -> String {
    format!("Ladder of run {name}")
}

/// What opens a side alone.
#[must_use]
pub fn alone(name: &str) -> String {
    format!("{name} alone")
}

/// What the window is called.
#[must_use]
pub fn window(titles: &[&str]) -> String {
    match titles {
        [a, b] if a == b => format!("{a} · two runs · Wirestage"),
        [a, b] => format!("{a} against {b} · Wirestage"),
        _ => format!("{TITLE} · Wirestage"),
    }
}

/// What is read aloud before the first turn.
#[must_use]
pub fn start(turns: usize) -> String {
    format!("Start. {turns} lines of turns side by side.")
}

/// What is read aloud of a pair of turns.
#[must_use]
pub fn spoken(
    (at, last): (usize, usize),
    mark: &str,
    words: &[String; 2],
    title: Option<&str>,
) -> String {
    let [a, b] = words;
    let about = title.map_or(String::new(), |title| format!(" {title}."));
    if a == b && title.is_none() {
        return format!("{at} of {last}. Both: {a}.");
    }
    format!("{at} of {last}, {mark}.{about} A: {a}. B: {b}.")
}

/// Where there is no further difference.
#[must_use]
pub fn no_more(forward: bool) -> &'static str {
    if forward {
        "No further difference after this turn."
    } else {
        "No difference before this turn."
    }
}

/// A scenario that is not there.
#[must_use]
pub fn unknown(name: &str, id: &str) -> String {
    format!("Run {name} cannot be shown: there is no scenario “{id}”. Choose another.")
}

/// A knob that cannot be turned so.
#[must_use]
pub fn refused(name: &str, why: &str) -> String {
    format!("Run {name} cannot be shown: {why}.")
}

/// `9/27`.
#[must_use]
pub fn place(at: usize, last: usize) -> String {
    match at {
        0 => "start".to_owned(),
        _ => format!("{at}/{last}"),
    }
}

/// The outcome of saving.
#[must_use]
pub fn saved(name: &str, is_saved: bool) -> String {
    if is_saved {
        format!("Saved {name}.")
    } else {
        format!("{name} could not be saved: the browser refused it.")
    }
}
