//! The address: all that a reader sees, in the URL's fragment.
//! `#/ftp-download?mode=active&by=packet&at=9&packet=31&tab=packets&field=tcp.ack`. Only what
//! differs from the usual stands there: `noise`, `hide`, `time` and `zoom`, too, which are the
//! ladder's. `#/live?at=9` is a run that goes on; without a place it is followed.

use super::paper::Paper;
use super::{Asked, Tab};
use wirestage_core::base::address::{self, KNOB, USUAL_SEED};
use wirestage_core::timeline::StepSize;
use wirestage_core::view::charts::Ask;
use wirestage_core::view::ladder::Rungs;
use wirestage_core::view::outline::Place;

/// What a reader sees of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// The scenario's name; none for the front page.
    pub scenario: Option<String>,
    /// Knobs that were turned, and how.
    pub knobs: Vec<(String, String)>,
    /// Where all chance comes from.
    pub seed: u64,
    /// The step.
    pub place: Place,
    /// The frame that was chosen, by index.
    pub packet: Option<usize>,
    /// The tab.
    pub tab: Tab,
    /// What is looked at in packets.
    pub looks: Looks,
    /// What of the ladder is shown, and how.
    pub rungs: Rungs,
    /// In a live run, whether the place is wherever the run has come.
    pub follows: bool,
    /// The sheet of paper that is looked at.
    pub paper: Option<Paper>,
}

/// What is looked at in packets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// The field that is chosen, by its name in filters, and which one of several:
    /// `tcp.option_kind.2`. It stays chosen from packet to packet.
    pub field: Option<String>,
    /// The fields that are watched.
    pub pins: Vec<String>,
    /// Which packets are listed.
    pub filter: String,
    /// Which chart is shown; the usual one where none is named.
    pub chart: Ask,
    /// Whether charts are tables instead.
    pub as_table: bool,
    /// Of what the causes are told.
    pub why: Option<Asked>,
}

/// Fields that can be watched at the same time.
pub const PINS: usize = 6;

/// What an address says where charts are tables.
const TABLE: &str = "table";

/// Stands where a scenario's name would, for the run that a session on this machine is in.
pub const LIVE: &str = "live";

impl Default for Address {
    fn default() -> Self {
        Self {
            scenario: None,
            knobs: Vec::new(),
            seed: USUAL_SEED,
            place: Place {
                size: StepSize::Turn,
                at: 0,
            },
            packet: None,
            tab: Tab::Step,
            looks: Looks::default(),
            rungs: Rungs::default(),
            follows: false,
            paper: None,
        }
    }
}

impl Address {
    /// The start of a scenario.
    #[must_use]
    pub fn of(scenario: &str) -> Self {
        Self {
            scenario: Some(scenario.to_owned()),
            ..Self::default()
        }
    }

    /// Reads a fragment, with its `#` or without. What it does not know it passes over.
    #[must_use]
    pub fn read(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#').trim_start_matches('/');
        let (scenario, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let mut address = Self::default();
        if !scenario.is_empty() {
            address.scenario = Some(decoded(scenario));
        }
        address.follows = address.is_live();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            address.take(&decoded(name), decoded(value));
        }
        if address.is_live() {
            // A session keeps its knobs and its seed.
            address.knobs.clear();
            address.seed = USUAL_SEED;
        }
        address
    }

    /// Whether it is a run that goes on.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.scenario.as_deref() == Some(LIVE)
    }

    fn take(&mut self, name: &str, value: String) {
        self.follows &= !matches!(name, "at" | "packet");
        match name {
            "seed" => self.seed = value.parse().unwrap_or(USUAL_SEED),
            "by" => {
                if let Some(size) = SIZES.iter().find(|(_, word)| *word == value) {
                    self.place.size = size.0;
                }
            }
            "at" => self.place.at = value.parse().unwrap_or(0),
            // The first packet is packet 1, as in the list.
            "packet" => self.packet = value.parse().ok().and_then(|n: usize| n.checked_sub(1)),
            "tab" => self.tab = Tab::named(&value).unwrap_or_default(),
            "field" => self.looks.field = Some(value).filter(|field| !field.is_empty()),
            "pins" => {
                for pin in value.split(',').filter(|pin| !pin.is_empty()) {
                    self.looks.pin(pin);
                }
            }
            "filter" => self.looks.filter = value,
            "chart" => self.looks.chart = Ask::read(&value).unwrap_or_default(),
            "as" => self.looks.as_table = value == TABLE,
            rung if self.rungs.take(rung, &value) => {}
            "paper" => self.paper = Paper::named(&value),
            "why" => self.looks.why = Asked::read(&value),
            knob => {
                let knob = knob.strip_prefix(KNOB).unwrap_or(knob).to_owned();
                self.knobs.retain(|(known, _)| *known != knob);
                self.knobs.push((knob, value));
            }
        }
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        let usual = Self::default();
        let Some(scenario) = &self.scenario else {
            return "#/".to_owned();
        };
        let mut more = Vec::new();
        if self.place.size != usual.place.size {
            more.push(("by", size_word(self.place.size).to_owned()));
        }
        let is_named = self.place.at != 0 || self.is_live();
        if is_named && !self.follows {
            more.push(("at", self.place.at.to_string()));
        }
        if let Some(packet) = self.packet {
            more.push(("packet", (packet + 1).to_string()));
        }
        if self.tab != usual.tab {
            more.push(("tab", self.tab.word().to_owned()));
        }
        self.looks.write(&mut more);
        more.extend(self.rungs.pairs());
        if let Some(paper) = self.paper {
            more.push(("paper", paper.word().to_owned()));
        }
        let more: Vec<_> = more.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let knobs = self.knobs.iter();
        let knobs: Vec<_> = knobs.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        address::fragment(scenario, &knobs, self.seed, &more)
    }

    /// Whether it asks for the same run.
    #[must_use]
    pub fn same_run(&self, other: &Self) -> bool {
        let sorted = |address: &Self| {
            let mut knobs = address.knobs.clone();
            knobs.sort();
            knobs
        };
        self.scenario == other.scenario && self.seed == other.seed && sorted(self) == sorted(other)
    }
}

impl Looks {
    /// Watches a field. Answers whether it is watched: there are not more than so many.
    pub fn pin(&mut self, field: &str) -> bool {
        if self.pins.iter().any(|pin| pin == field) {
            return true;
        }
        let has_room = self.pins.len() < PINS;
        if has_room {
            self.pins.push(field.to_owned());
        }
        has_room
    }

    fn write(&self, more: &mut Vec<(&'static str, String)>) {
        if let Some(field) = &self.field {
            more.push(("field", field.clone()));
        }
        if !self.pins.is_empty() {
            more.push(("pins", self.pins.join(",")));
        }
        if !self.filter.is_empty() {
            more.push(("filter", self.filter.clone()));
        }
        if self.chart != Ask::default() {
            more.push(("chart", self.chart.word()));
        }
        if self.as_table {
            more.push(("as", TABLE.to_owned()));
        }
        if let Some(why) = self.why {
            more.push(("why", why.word()));
        }
    }
}

const SIZES: [(StepSize, &str); 3] = [
    (StepSize::Packet, "packet"),
    (StepSize::Turn, "turn"),
    (StepSize::Phase, "phase"),
];

/// A step's size in a word.
#[must_use]
pub fn size_word(size: StepSize) -> &'static str {
    match size {
        StepSize::Packet => "packet",
        StepSize::Turn => "turn",
        StepSize::Phase => "phase",
    }
}

/// What the core's `address` wrote. A `%` that begins nothing stands for itself.
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| {
        let byte = *bytes.get(at)?;
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirestage_core::base::EventId;

    #[test]
    fn an_address_comes_back_as_it_was_written() {
        let mut rungs = Rungs::default();
        for (name, value) in [("noise", "acks,lookups"), ("hide", "2,11"), ("zoom", "125")] {
            assert!(rungs.take(name, value));
        }
        let address = Address {
            scenario: Some("ftp-download".into()),
            knobs: vec![
                ("size".into(), "40 kB".into()),
                ("at".into(), "100% & more = ü".into()),
                ("knob-at".into(), "x+y".into()),
            ],
            seed: 7,
            place: Place {
                size: StepSize::Packet,
                at: 9,
            },
            packet: Some(30),
            tab: Tab::Packets,
            looks: Looks {
                field: Some("tcp.option_kind.2".into()),
                pins: vec!["tcp.ack".into(), "tcp.window_size".into()],
                filter: "ip.src == 192.0.2.0/24 && ftp".into(),
                chart: Ask::read("flight-2-b").unwrap(),
                as_table: true,
                why: Some(Asked::Of(EventId(40))),
            },
            rungs,
            follows: false,
            paper: Some(Paper::Worksheet),
        };
        let fragment = address.fragment();
        assert!(
            fragment.starts_with("#/ftp-download?size=40+kB&knob-at="),
            "{fragment}"
        );
        assert!(
            fragment.ends_with(
                "&seed=7&by=packet&at=9&packet=31&tab=packets&field=tcp.option_kind.2\
                 &pins=tcp.ack,tcp.window_size&filter=ip.src+%3D%3D+192.0.2.0/24+%26%26+ftp\
                 &chart=flight-2-b&as=table&why=40&noise=acks,lookups&hide=2,11&zoom=125&paper=worksheet"
            ),
            "{fragment}"
        );
        assert_eq!(Address::read(&fragment), address);
        assert_eq!(Address::default().fragment(), "#/");
        assert_eq!(Address::of("mail-submit").fragment(), "#/mail-submit");
    }

    #[test]
    fn a_broken_address_is_read_as_far_as_it_goes() {
        let read = Address::read("#/ftp-download?at=many&by=mile&packet=0&tab=nose&&seed&=&%zz=%4");
        assert_eq!(read.scenario.as_deref(), Some("ftp-download"));
        assert_eq!(read.place, Address::default().place);
        assert_eq!((read.packet, read.tab, read.seed), (None, Tab::Step, 1));
        assert_eq!(
            read.knobs,
            [("".into(), "".into()), ("%zz".into(), "%4".into())]
        );
        assert_eq!(Address::read(""), Address::default());
        assert_eq!(Address::read("#"), Address::default());
    }

    #[test]
    fn a_live_run_is_followed_unless_a_place_is_named() {
        for (fragment, follows, at) in [
            ("#/live", true, 0),
            ("#/live?by=packet&tab=packets", true, 0),
            ("#/live?at=0", false, 0),
            ("#/live?at=7&packet=31", false, 7),
        ] {
            let read = Address::read(fragment);
            assert_eq!((read.follows, read.place.at), (follows, at), "{fragment}");
            assert_eq!(read.fragment(), fragment);
        }
        let read = Address::read("#/live?mode=active&seed=7");
        assert_eq!(read.fragment(), "#/live", "a session keeps its knobs");
        assert!(!Address::read("#/ftp-download").follows);
    }

    #[test]
    fn no_more_than_six_fields_are_watched() {
        let read = Address::read("#/x?pins=a,b,a,,c,d,e,f,g");
        assert_eq!(read.looks.pins, ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(read.fragment(), "#/x?pins=a,b,c,d,e,f");
    }

    #[test]
    fn the_order_of_knobs_makes_no_other_run() {
        let one = Address::read("#/x?a=1&b=2");
        let other = Address::read("#/x?b=2&a=1&at=3");
        assert!(one.same_run(&other));
        assert!(!one.same_run(&Address::read("#/x?a=1")));
    }
}
