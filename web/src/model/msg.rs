//! What can be said to the page, and what the page is told to do.

use super::compare::Do;
use super::guide::Go;
use super::paper::Paper;
use super::rungs::Rung;
use super::settings::{Moves, Size, Theme};
use super::{Asked, Show, Standing, Trouble};
use crate::says::lesson;
use std::rc::Rc;
use wirestage_core::base::{EventId, FrameId, Time};
use wirestage_core::save::Format;
use wirestage_core::timeline::StepSize;
use wirestage_core::versus::Answers;
use wirestage_core::view::charts::Ask;
use wirestage_core::view::outline::Place;

/// What happens to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The address is this fragment now.
    Visit(String),
    /// The run in the making has come so far.
    Progress(String),
    /// It is over.
    Ran(Rc<Show>),
    /// It could not begin.
    Failed(Trouble),
    /// It is not wanted any more.
    Cancel,

    /// The live run has come further.
    Grew {
        /// What there is of it now.
        show: Rc<Show>,
        /// How late it is in the run.
        now: Time,
        /// What the page's clock said, in milliseconds, when it was zero in the run.
        zero_ms: f64,
        /// Whether to tell of it aloud: not each time.
        aloud: bool,
    },
    /// How it stands with the session.
    Stands(Standing),
    /// The session that did not answer is asked again.
    AskAgain,

    /// A knob is turned.
    Turn {
        /// Which.
        knob: String,
        /// To what.
        value: String,
    },
    /// Everything as it was at first. Undo brings it back.
    Reset,
    /// Takes back the last turn or reset.
    Undo,
    /// Takes back the undoing.
    Redo,
    /// The note and the trouble were read.
    Dismiss,

    /// A step forwards.
    Next,
    /// A step back.
    Back,
    /// A phase forwards, or back where it is false.
    Leap(bool),
    /// To the start.
    ToStart,
    /// To the end.
    ToEnd,
    /// To a step, counted as places are.
    Seek(usize),
    /// To a place in steps of any size; the size stays.
    GoTo(Place),
    /// Steps of another size.
    By(StepSize),
    /// A frame is chosen, or none.
    Choose(Option<FrameId>),
    /// Plays, or stops playing.
    Play,
    /// Time for the next step, while playing.
    Tick,
    /// Faster, or slower where it is false.
    Faster(bool),
    /// One of the speeds.
    SetSpeed(usize),
    /// A phase is folded or unfolded.
    Fold(usize),

    /// To the ladder's bar.
    ToLadderBar,
    /// The ladder otherwise.
    Rung(Rung),

    /// So much is known for FTP against SMTP.
    Proved(Rc<Answers>),
    /// From field to field of the guide.
    Guide(Go),
    /// Two runs beside each other.
    Compare(Do),
    /// Another tab.
    Tab(Tab),
    /// A field of packets is chosen, or none.
    Field(Option<String>),
    /// A field is watched, or not any more.
    Pin(String),
    /// Packets are listed that a filter lets through.
    Sift(String),
    /// The same, and the list is shown.
    SiftBy(String),
    /// Opens the box of causes, and goes there.
    AskWhy,
    /// Tells the causes of something, or of nothing any more.
    Why(Option<Asked>),
    /// To one of the causes of an event, which stays explained.
    ToCause {
        /// What is explained.
        of: EventId,
        /// The cause.
        to: EventId,
        /// The packet that shows it.
        frame: Option<FrameId>,
    },
    /// To where the filter is typed.
    ToFilter,
    /// Another chart.
    Chart(Ask),
    /// Charts as tables, or as pictures where it is false.
    AsTable(bool),
    /// Saves the chart that is shown.
    SaveChart,
    /// To the transcript; from there, back to the step.
    ToText,
    /// Passwords as they were said, or hidden where it is false.
    Passwords(bool),
    /// The inspector as wide as the page, or as it was.
    Widen,
    /// Opens a menu, or closes it where it is open.
    Menu(Option<Menu>),
    /// Folds or unfolds the header's buttons on a phone.
    Header,
    /// Folds or unfolds the knobs on a phone.
    Knobs,
    /// Light, dark, or as the machine has it.
    Theme(Theme),
    /// How large text is.
    Size(Size),
    /// Whether things move.
    Motion(Moves),
    /// Something else is looked for on the front page; none is back to the lessons.
    Find(Option<String>),
    /// Nothing is remembered any more.
    Forget,
    /// A sheet of paper is looked at, or the lesson again.
    Paper(Option<Paper>),
    /// Large for a projector, or back.
    Present(bool),
    /// Presents, or stops.
    TogglePresent,
    /// Presents; while presenting, black screen on and off.
    Blank,
    /// Closes what is open.
    Escape,
    /// Where captures are taken.
    TapAt(String),
    /// Saves the run.
    Export(Format),
    /// Saves the run as a picture of pixels.
    Png,
    /// Saves a file that a host keeps: a row of the timeline's table.
    SaveFile(u32),
    /// Saves a file that came with a letter: the letter's row, and which of its files.
    SavePart(u32, usize),
    /// Puts the address on the clipboard.
    CopyLink,
    /// Something to be told in a note.
    Say(String),
}

/// What the page is to do in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Begin the run that is wanted.
    Run,
    /// Drop it.
    Stop,
    /// Make the runs of FTP against SMTP.
    Prove,
    /// Ask the session again.
    Ask,
    /// Write the address, as a new entry of the history or over the last.
    Write {
        /// A new entry.
        push: bool,
    },
    /// Something else is shown: the window's title follows.
    Shown,
    /// Keep the settings.
    Remember,
    /// The next step is due after a while.
    Wait,
    /// Save the run.
    Download(Format),
    /// Save the run as a picture of pixels.
    Picture,
    /// Hands the reader a file that a host keeps.
    HandOver(u32),
    /// Hands the reader a file that came with a letter.
    HandOverPart(u32, usize),
    /// Hands the reader the chart that is shown.
    SaveChart,
    /// Save the comparison as text.
    SaveComparison,
    /// Put the address on the clipboard.
    Copy,
    /// Give the focus to this element.
    Focus(&'static str),
}

/// The inspector's tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// This step.
    #[default]
    Step,
    /// What was said.
    Dialogue,
    /// What each host holds.
    Hosts,
    /// Every frame.
    Packets,
    /// What the packets come to, drawn.
    Charts,
    /// The transcript.
    Text,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Step,
        Self::Dialogue,
        Self::Hosts,
        Self::Packets,
        Self::Charts,
        Self::Text,
    ];

    /// Its name in addresses and ids.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Dialogue => "dialogue",
            Self::Hosts => "hosts",
            Self::Packets => "packets",
            Self::Charts => "charts",
            Self::Text => "text",
        }
    }

    /// Its name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        lesson::tab(self)
    }

    /// The tab of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.word() == word)
    }
}

/// What opens over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// The scenarios.
    Scenarios,
    /// The formats.
    Export,
    /// Keys and words.
    Help,
}
