//! The words of the field guide. What it explains stands in core: names, meanings, notes.

/// What it is called, and the way to it.
pub const NAME: &str = "Field guide";
/// The way to the front page.
pub const ALL_SCENARIOS: &str = "All scenarios";
/// The page of words.
pub const GLOSSARY: &str = "Glossary";

/// A group of layers: what is on the wire.
pub const ON_THE_WIRE: &str = "On the wire";
/// What goes from host to host.
pub const FROM_HOST_TO_HOST: &str = "From host to host";
/// What goes from program to program.
pub const FROM_PROGRAM_TO_PROGRAM: &str = "From program to program";
/// What programs say.
pub const WHAT_PROGRAMS_SAY: &str = "What programs say";

/// The first page's heading.
pub const TITLE: &str = "Every header, every field, every command.";
/// What it is. A link to the glossary follows, then a full stop.
pub const ABOUT: &str = "Drawn as the RFCs draw them, with bytes from your run. Choose a layer, or type what you are looking for. Words are in the ";
/// That link.
pub const THE_GLOSSARY: &str = "glossary";
/// An address that names no page.
pub const LOST: &str = "There is no such page in the guide. These are the pages that there are.";

/// What the glossary is.
pub const GLOSSARY_ABOUT: &str =
    "Words that this page uses. Where they are underlined with dots, they open the same note.";
/// Before links to other words.
pub const SEE: &str = "See";

/// The field where a reader types, read aloud.
pub const FIND_LABEL: &str = "Find in the field guide";
/// What may be typed there.
pub const FIND_EXAMPLE: &str = "Find: window, 425, MX …";
/// The heading over what was found.
pub const FIND: &str = "Find";

/// The forms that a layer has.
pub const FORMS: &str = "Forms";
/// Before the link to the packet whose bytes are shown.
pub const WITH_BYTES_OF: &str = "With the bytes of ";
/// An example, where no lesson is open. A link to the lessons follows, then a full stop.
pub const EXAMPLE: &str =
    "An example, made by hand. Opened from a lesson, the guide shows the bytes of its run: ";
/// That link.
pub const CHOOSE_ONE: &str = "choose one";

/// What the numbers before the rows of a drawing count.
pub const BYTE: &str = "byte";

/// The field that is chosen, read aloud.
pub const THE_FIELD: &str = "The field";
/// What a field holds.
pub const VALUE: &str = "Value";
/// Where it stands.
pub const STANDS_IN: &str = "Stands in";
/// Where one stands that is only derived.
pub const NO_BYTES: &str = "no bytes of its own: it follows from others";
/// Its bytes.
pub const BYTES: &str = "Bytes";
/// What to do where no field is chosen. A key follows.
pub const CHOOSE: &str = "Choose a field, or press ";
/// What that brings, behind the key.
pub const CHOOSE_BRINGS: &str = ": its value and its meaning stand here.";
/// The list of values that have names.
pub const NAMED_VALUES: &str = "Values with names";

/// The heading over the fields of what is drawn.
pub const ALL_FIELDS: &str = "All its fields";
/// What their places count.
pub const IN_BITS: &str = "in bits from its start";
/// The heading over fields that what is drawn lacks.
pub const OTHER_FIELDS: &str = "Other fields that it may have";
/// The heading over a layer's fields where nothing is drawn.
pub const ITS_FIELDS: &str = "Its fields";
/// The column of fields.
pub const FIELD: &str = "Field";
/// The column of places.
pub const BITS: &str = "Bits";
/// The column of meanings.
pub const MEANING: &str = "Meaning";
/// The column of standards.
pub const DEFINED_IN: &str = "Defined in";
/// The column of commands and replies.
pub const WORD: &str = "Word";
/// The column of lines that the run has.
pub const IN_THIS_RUN: &str = "In this run";

/// How many things were found.
pub fn found(count: usize, typed: &str) -> String {
    match count {
        0 => format!("Nothing here has “{typed}” in its name or meaning."),
        1 => "1 thing was found.".to_owned(),
        many => format!("{many} things were found."),
    }
}

/// A drawing, read aloud: `TCP, SYN: 32 bits a row`.
pub fn drawing(layer: &str, form: &str, width: u32) -> String {
    format!("{layer}, {form}: {width} bits a row")
}

/// What a drawing leaves out.
pub fn left_out(bytes: u32) -> String {
    format!("⋯ {bytes} bytes ⋯")
}

/// Whose bytes they are, behind the link to the packet.
pub fn of_lesson(title: &str) -> String {
    format!(" of “{title}”.")
}

/// An example, where the open lesson has nothing of the kind.
pub fn not_in_lesson(title: &str) -> String {
    format!("Not in “{title}”: an example, made by hand.")
}

/// A link to a packet.
pub fn packet(number: usize) -> String {
    format!("packet {number}")
}

/// Whole bytes, from the first to the last: `bytes 14 and 15`.
pub fn bytes((from, to): (u32, u32)) -> String {
    match to.saturating_sub(from) {
        0 => format!("byte {from}"),
        1 => format!("bytes {from} and {to}"),
        _ => format!("bytes {from} to {to}"),
    }
}

/// Some bits of bytes: `bits 4 to 7 of byte 12`.
pub fn bits_of((from, to): (u32, u32), of: (u32, u32)) -> String {
    let bits = match to.saturating_sub(from) {
        0 => format!("bit {from}"),
        1 => format!("bits {from} and {to}"),
        _ => format!("bits {from} to {to}"),
    };
    format!("{bits} of {}", bytes(of))
}
