//! Every view of the page, and how a reader comes there: what judges look at and what pictures
//! are taken of.

use super::{Key, Page};
use serde_json::json;

/// A view.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// What pictures of it are called.
    pub name: &'static str,
    /// The fragment that it begins with.
    pub address: &'static str,
    /// What the reader does then.
    pub way: &'static [Way],
    /// What is there once they have come.
    pub shows: &'static str,
}

/// A step on the way to a view.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// Presses what a selector finds; on a phone it may have to be unfolded first.
    Click(&'static str),
    /// Presses a key.
    Key(Key),
    /// Types into what has the focus.
    Type(&'static str),
}

use Way::{Click, Type};

const fn at(name: &'static str, address: &'static str, shows: &'static str) -> View {
    View {
        name,
        address,
        way: &[],
        shows,
    }
}

const fn by(
    name: &'static str,
    address: &'static str,
    way: &'static [Way],
    shows: &'static str,
) -> View {
    View {
        name,
        address,
        way,
        shows,
    }
}

const fn press(letter: char) -> Way {
    Way::Key(Key::Char(letter))
}

/// All of them, but for those of a session on this machine.
pub const VIEWS: &[View] = &[
    // The front page.
    at("front", "/", "#front .card"),
    by(
        "front-again",
        "/ftp-download?at=9999",
        &[Click("a.logo")],
        "#continue",
    ),
    at("trouble", "/nope", "#trouble"),
    at("trouble-knob", "/ftp-download?size=a+lot", "#trouble"),
    at("found", "/?find=425", "#front .results .cards"),
    at("found-nothing", "/?find=xyzzy", "#found-count"),
    // A lesson, from its start to its end.
    at("start", "/ftp-download", "#panel-step .cast"),
    at("turn", "/ftp-download?at=9", "#panel-step .said"),
    at("packet", "/ftp-download?by=packet&at=30", "#tree"),
    at("phase", "/ftp-download?by=phase&at=3", "#panel-step"),
    at(
        "field",
        "/ftp-download?by=packet&at=9&packet=12&field=tcp.flags&pins=tcp.ack,tcp.window_size",
        "#pins",
    ),
    at(
        "active",
        "/ftp-download?mode=active&at=9",
        "#panel-step .said",
    ),
    at("end", "/ftp-download?at=9999", "#panel-step .outcomes"),
    at(
        "dialogue",
        "/ftp-download?at=9&tab=dialogue",
        "#dialogue .here",
    ),
    at(
        "hosts",
        "/ftp-download?at=9&tab=hosts",
        "#panel-hosts .host",
    ),
    at(
        "files",
        "/ftp-ascii-image?at=9999&tab=hosts",
        "#panel-hosts .harmed",
    ),
    by(
        "file-open",
        "/ftp-ascii-image?at=9999&tab=hosts",
        &[Click(".held .file")],
        ".held .opened",
    ),
    at(
        "session",
        "/ftp-manage?at=20&tab=hosts",
        "#panel-hosts .session",
    ),
    at(
        "packets",
        "/ftp-download?at=9&tab=packets",
        "#packets .here",
    ),
    at(
        "filter",
        "/ftp-download?at=9&tab=packets&filter=ftp",
        "#packets .option",
    ),
    at(
        "filter-wrong",
        "/ftp-download?at=9&tab=packets&filter=tcp.prot+%3D%3D+21",
        "#filter[aria-invalid=true]",
    ),
    at(
        "filter-none",
        "/ftp-download?at=9&tab=packets&filter=smtp",
        "#panel-packets .note",
    ),
    by(
        "filter-help",
        "/ftp-download?at=9&tab=packets",
        &[press('/'), Type("tcp.f")],
        ".sift .menu:not([hidden])",
    ),
    // Mail, networks, and what goes wrong in them.
    at("mail", "/mail-submit?at=9", "#panel-step .said"),
    at("mail-end", "/mail-submit?at=9999", "#panel-step .outcomes"),
    at(
        "mail-hosts",
        "/mail-ada-grace?at=30&tab=hosts",
        "#panel-hosts .host",
    ),
    at("refused", "/mail-refused?at=9999", "#panel-step .outcomes"),
    at("nat", "/nat-translates?at=4", "#panel-step"),
    at(
        "nat-hosts",
        "/nat-translates?at=4&tab=hosts",
        "#panel-hosts .flows",
    ),
    at(
        "firewall",
        "/handshake?call=a%20silent%20firewall&at=2",
        "#panel-step",
    ),
    at("way", "/ping-traceroute?at=9", "#panel-step"),
    at("link-down", "/link-down?at=14", "#panel-step"),
    at("lost", "/lost-segment?by=packet&at=20", "#tree"),
    // What opens over a lesson.
    by(
        "note",
        "/ftp-download?at=9",
        &[Click("[data-knob=mode] button[aria-pressed=false]")],
        "#note",
    ),
    by(
        "word",
        "/ftp-download?at=9",
        &[Click("#caption .word")],
        ".explained",
    ),
    by(
        "export",
        "/ftp-download?at=9",
        &[Click("#export")],
        "[data-export=pcapng]",
    ),
    by(
        "look",
        "/ftp-download?at=9",
        &[Click("#look")],
        "[data-theme-choice=dark]",
    ),
    by(
        "scenarios",
        "/ftp-download?at=9",
        &[Click("#scenarios")],
        ".menu [href='#/mail-submit']",
    ),
    by("help", "/ftp-download?at=9", &[press('?')], "dialog[open]"),
    by(
        "present",
        "/ftp-download?at=9",
        &[press('.')],
        "body.present #stage",
    ),
    by(
        "blank",
        "/ftp-download?at=9",
        &[press('.'), press('.')],
        "#blank",
    ),
    at("why", "/ftp-active-nat?by=packet&at=47&why=1", "#why-links"),
    at(
        "charts",
        "/ftp-download?at=14&tab=charts",
        "#panel-charts svg",
    ),
    at(
        "charts-table",
        "/mail-attachment?at=9&tab=charts&chart=weight&as=table",
        "#panel-charts table",
    ),
    at("text", "/ftp-download?at=9&tab=text", "#transcript .here"),
    at(
        "rungs",
        "/ftp-download?at=9&noise=acks,lookups&time=scale&zoom=125",
        "#ladder",
    ),
    // Paper, two runs beside each other, and three protocols.
    at("worksheet", "/ftp-active-nat?paper=worksheet", "#paper"),
    at("handout", "/ftp-active-nat?paper=handout", "#paper"),
    at(
        "compare",
        "/compare/ftp-download?with=ftp-download%3Fmode%3Dactive",
        "#cmp-first",
    ),
    at(
        "compare-table",
        "/compare/ftp-download?with=mail-ada-grace&as=table",
        "#cmp-turns",
    ),
    at("versus", "/ftp-and-smtp?row=ports", "#versus table"),
    // The field guide and the glossary.
    at("guide", "/guide", "#guide main .card"),
    at("guide-lost", "/guide/nope", "#guide .trouble"),
    at("guide-tcp", "/guide/tcp/tcp.flags.syn", "#guide .bits"),
    by(
        "guide-run",
        "/ftp-download?at=9",
        &[press('?'), Click("dialog [href='#/guide']")],
        "#back-to-lesson",
    ),
    at("guide-ftp", "/guide/ftp/RETR", "#guide .here"),
    at("guide-words", "/guide/words/nat", "#guide .term.here"),
    by(
        "guide-found",
        "/guide",
        &[Click("#guide nav input"), Type("window")],
        "#guide .hits",
    ),
    by(
        "guide-nothing",
        "/guide",
        &[Click("#guide nav input"), Type("zzzz")],
        "#guide main",
    ),
];

impl Page {
    /// Goes to a view, and fails where it does not come there.
    pub fn come_to(&self, view: &View) {
        let is_lesson = !view.address.starts_with("/guide") && view.address.len() > 1;
        if is_lesson && self.browser.address().starts_with(self.site.address()) {
            // What lies open is closed by going to another lesson, but for the picture alone.
            self.turn_to("/dns-lookup");
            while self.presents() {
                self.browser.key(Key::Escape);
                self.browser.settle();
            }
            self.turn_to(view.address);
        } else {
            self.open(view.address);
        }
        for step in view.way {
            match *step {
                Way::Click(selector) => {
                    self.unfold(selector);
                    self.click(selector);
                }
                Way::Key(key) => self.browser.key(key),
                Way::Type(text) => self.type_slowly(text),
            }
            self.browser.settle();
        }
        let there = format!(
            "document.querySelector(`{}`)?.checkVisibility()",
            view.shows
        );
        self.browser.until(&there);
        self.ready();
    }

    /// Goes to a fragment as a link does, and waits until it can be used: much less than to open it.
    pub fn turn_to(&self, fragment: &str) {
        let script = "const fragment = '#' + arguments[0];
            const drawn = done => requestAnimationFrame(() => setTimeout(done));
            if (location.hash === fragment) return null;
            return new Promise(done => {
              addEventListener('hashchange', () => drawn(done), { once: true });
              location.hash = fragment;
            });";
        self.browser.eval_with(script, &json!([fragment]));
        self.ready();
    }

    /// Types letter by letter, as hands do: each is drawn before the next.
    pub fn type_slowly(&self, text: &str) {
        for letter in text.chars() {
            self.browser.key(Key::Char(letter));
            self.browser.settle();
        }
    }

    /// On a phone, unfolds the header or the knobs where something stands in them.
    fn unfold(&self, selector: &str) {
        for button in ["#more", "#knobs-toggle"] {
            let button = format!("{button}[aria-expanded=false]");
            if !self.shows(selector) && self.shows(&button) {
                self.click(&button);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_view_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = VIEWS.iter().map(|view| view.name).collect();
        assert_eq!(names.len(), VIEWS.len());
        for view in VIEWS {
            assert!(view.address.starts_with('/'), "{view:?}");
        }
    }
}
