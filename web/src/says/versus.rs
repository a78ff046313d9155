//! The words around FTP against SMTP. What is said in its cells stands in core, for the program
//! prints it, too.

/// The page's name.
pub const TITLE: &str = "FTP against SMTP, and HTTP";
/// Its name on a button.
pub const LINK: &str = "FTP against SMTP";
/// The way there, from one of the three.
pub const SIDE_BY_SIDE: &str = "FTP, SMTP and HTTP side by side";
/// What it is.
pub const ABOUT: &str = "Each figure is computed from a run, each link leads to the step that shows it. Follow one and come back: you are where you were.";
/// The parts: name in addresses, name on the page.
pub const SAME_FILE: (&str, &str) = ("same-file", "The same file, three ways");
/// The second.
pub const TABLE: (&str, &str) = ("table", "What each is");
/// The third.
pub const SAID: (&str, &str) = ("said", "Commonly said, and what the packets show");
/// What the parts are called together.
pub const PARTS: &str = "Parts of this page";
/// Before the name of a part of a file's weight.
pub const BYTES_OF: &str = "bytes:";
/// What the links below a cell are.
pub const STEPS: &str = "Steps that show it";
/// A figure that is not known yet, as it is read aloud.
pub const WAITS: &str = "not known yet";
/// The heading of the rows' names.
pub const ROW: &str = "Compared";
/// The button that saves the page's text.
pub const SAVE: &str = "Save as text";
/// The button that prints.
pub const PRINT: &str = "Print";
/// The way to the front page.
pub const ALL: &str = "All scenarios";
/// The way to the run that the first part counts.
pub const TRY: &str = "Step through that run, and turn its knobs";
/// An address that names no row.
pub const LOST: &str = "Nothing is compared under that name. These are the rows that there are.";
/// The link to a row itself.
pub const ANCHOR: &str = "Link to this row";

/// How far the runs are.
pub fn progress(done: usize, all: usize) -> String {
    if done < all {
        format!("Running: {done} of {all} runs are over. Words stand already, figures come.")
    } else {
        format!("All figures are from {all} runs, made just now on this page.")
    }
}

/// What a proof leads to.
pub fn leads_to(scenario: &str, at: Option<usize>) -> String {
    match at {
        Some(at) => format!("{scenario}, turn {at}"),
        None => scenario.to_owned(),
    }
}
