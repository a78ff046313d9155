//! The words of the header: the scenarios, its buttons, and what a run is saved as.

use wirestage_core::save::Format;
use wirestage_core::scenario::Scenario;
use wirestage_core::scenario::model::Group;

/// The way to the front page.
pub const ALL: &str = "All scenarios";
/// Unfolds the buttons on a phone.
pub const MORE: &str = "More";
/// Copies the address.
pub const COPY: &str = "Copy link";
/// Presents, and back.
pub const PRESENT: &str = "Present";
/// Ends presenting.
pub const LEAVE: &str = "Leave";

/// The formats, read aloud.
pub const EXPORT: &str = "Export";
/// The button that opens them.
pub const EXPORT_OPEN: &str = "Export ▾";
/// How captions are found in a capture, as far as the filter.
pub const IN_WIRESHARK: &str =
    "In Wireshark, captions, phases and turns are packet comments: filter with ";
/// How its colours come there, as far as the command.
pub const PROFILE: &str = ". A profile with the page’s colours: ";
/// What pixels are called.
pub const PNG: &str = ".png";
/// The filter that finds captions.
pub const FILTER: &str = "frame.comment contains";
/// The command that writes the profile.
pub const PROFILE_COMMAND: &str = "wirestage profile";
/// Before the choice of a host.
pub const TAKEN_AT: &str = "Captures are taken at ";
/// Captures of the whole network.
pub const EVERYWHERE: &str = "everywhere";

/// The scenario that is shown, with its lesson's number.
pub fn shown(scenario: &Scenario) -> String {
    match scenario.lesson {
        Some(number) => format!("Lesson {number} · {} ▾", scenario.title),
        None => format!("{} ▾", scenario.title),
    }
}

/// What the scenario is about.
pub fn group(group: Group) -> &'static str {
    match group {
        Group::Files => "files",
        Group::Mail => "mail",
        Group::Networks => "networks",
    }
}

/// What a format is for.
pub fn format(format: Format) -> &'static str {
    match format {
        Format::Pcapng => "capture with captions, for Wireshark",
        Format::Pcap => "capture, for older tools",
        Format::Svg => "the ladder as a picture",
        Format::Mermaid => "the ladder as Mermaid text",
        Format::Json => "the whole timeline",
        Format::Text => "the transcript",
    }
}
