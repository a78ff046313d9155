//! What the page saves is what the program saves, byte for byte.

use wirestage_core::capture::Tap;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_core::view::transcript;
use wirestage_tests::Run;
use wirestage_tests::browser::{Key, Page};
use wirestage_tests::program::{output_of, wirestage};
use wirestage_tests::runs::{Settings, scenario};

/// A scenario, knobs as the program takes them, the same as the page's address has them.
type Case = (&'static str, &'static [&'static str], &'static str);

const CASES: &[Case] = &[
    ("ftp-download", &[], ""),
    ("ftp-download", &["mode=active"], "?mode=active&seed=5"),
    ("mail-submit", &[], ""),
    (
        "mail-submit",
        &["ip=6", "to=nobody@example.net"],
        "?ip=6&to=nobody@example.net&at=4",
    ),
];

#[test]
fn every_file_the_page_saves_is_the_programs() {
    let Some(page) = Page::served("page-exports") else {
        return;
    };
    for (scenario, settings, query) in CASES {
        page.open(&format!("/{scenario}{query}"));
        let seed = if query.contains("seed=5") { "5" } else { "1" };
        for format in Format::ALL {
            assert_saved_as_by_the_program(&page, scenario, settings, seed, format.ending());
        }
    }
    page.assert_quiet();
}

#[test]
fn a_long_run_is_the_same_in_the_browser() {
    let Some(page) = Page::served("page-long-run") else {
        return;
    };
    page.open("/ftp-download?size=10MB");
    assert_saved_as_by_the_program(&page, "ftp-download", &["size=10MB"], "1", "pcapng");
    page.assert_quiet();
}

/// Scenarios of which each setting is compared in every format: files, mail, a network that
/// rewrites, packets lost, and hosts that fail.
const WHOLE: &[&str] = &[
    "ftp-download",
    "mail-submit",
    "nat-translates",
    "lost-segment",
    "mail-refused",
];

#[test]
fn every_setting_of_every_scenario_is_the_same_in_the_browser() {
    let Some(page) = Page::served("page-every-run") else {
        return;
    };
    let mut compared = 0;
    for entry in CATALOGUE {
        for settings in variants(&scenario(entry.id, &Settings::new())) {
            // A longer run of the same; one is compared above.
            if settings.iter().any(|(_, value)| value == "10 MB") {
                continue;
            }
            let query: Vec<String> = settings
                .iter()
                .map(|(knob, value)| format!("{knob}={}", escaped(value)))
                .collect();
            page.open(&format!("/{}?{}", entry.id, query.join("&")));
            let run = Run::with(entry.id, &settings, &Options::default());
            // A timeline holds all that other formats are made of.
            let formats = if WHOLE.contains(&entry.id) {
                Format::ALL
            } else {
                &[Format::Json]
            };
            for format in formats {
                let ending = format.ending();
                let (name, bytes) = page.handed_out(ending);
                let what = format!("{} with {settings:?} as .{ending}", entry.id);
                assert_eq!(name, format!("{}.{ending}", entry.id), "{what}");
                assert!(bytes == written(&run, *format), "{what}");
                compared += 1;
            }
        }
    }
    println!("{compared} files are the same in the browser");
    page.assert_quiet();
}

/// As the program writes it where nothing else is asked for.
fn written(run: &Run, format: Format) -> Vec<u8> {
    let choice = Choice {
        tap: Tap::first(&run.timeline),
        transcript: transcript::Options::default(),
    };
    let mut bytes = Vec::new();
    save::write(format, (&run.timeline, &run.info), choice, &mut bytes).unwrap();
    bytes
}

/// As an address has it.
fn escaped(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric();
    let escape = |b: u8| {
        if plain(b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    value.bytes().map(escape).collect()
}

#[test]
fn one_file_does_all_this_without_a_server() {
    let Some(page) = Page::single_file("page-single") else {
        return;
    };
    page.open("");
    assert!(page.shows("#front"));
    page.click("a[data-scenario=ftp-download]");
    page.ready();
    page.browser.key(Key::Right);
    page.browser.key(Key::Right);
    page.browser.settle();
    page.click("[data-knob=mode] [data-value=active]");
    page.ready();
    page.rest();
    let before = page.moment();
    assert_eq!(before.fragment, "#/ftp-download?mode=active&at=2");
    page.browser.reload();
    page.ready();
    assert_eq!(page.moment().without_live(), before.without_live());
    for format in Format::ALL {
        let settings = ["mode=active"];
        assert_saved_as_by_the_program(&page, "ftp-download", &settings, "1", format.ending());
    }
    page.browser.history_back();
    page.browser.until("!location.hash.includes('mode')");
    page.ready();
    page.assert_quiet();
}

fn assert_saved_as_by_the_program(
    page: &Page,
    scenario: &str,
    settings: &[&str],
    seed: &str,
    ending: &str,
) {
    let file = page.browser.scratch().file(&format!("program.{ending}"));
    let mut command = wirestage();
    command.args(["run", scenario, "--seed", seed]);
    for setting in settings {
        command.args(["--set", setting]);
    }
    let _ = output_of(command.arg("-o").arg(&file));
    let expected = std::fs::read(&file).expect("the program wrote it");
    let (name, bytes) = page.export(ending);
    let what = format!("{scenario} with {settings:?} as .{ending}");
    assert_eq!(name, format!("{scenario}.{ending}"), "{what}");
    let differs = bytes.iter().zip(&expected).position(|(a, b)| a != b);
    assert!(
        bytes == expected,
        "{what}: the page saved {} bytes, the program {}; they differ first at {differs:?}",
        bytes.len(),
        expected.len()
    );
}
