//! Every view of the page, judged: in each of its colours, at twice the size, on a phone, and by
//! keyboard.

use wirestage_tests::browser::{
    Axe, DESK, Findings, Key, Look, PHONE, PROJECTOR, Page, TABLET, VIEWS, View,
};

/// Windows in which nothing may be cut off: at twice and at two and a quarter of the size, on a
/// phone, and as narrow as WCAG 1.4.10 has it.
const WINDOWS: &[(&str, Look)] = &[
    ("a tablet", TABLET),
    (
        "twice the size",
        Look {
            width: 720,
            height: 450,
            ..DESK
        },
    ),
    (
        "640 wide",
        Look {
            width: 640,
            height: 400,
            ..DESK
        },
    ),
    ("a phone", PHONE),
    (
        "320 wide",
        Look {
            width: 320,
            height: 640,
            ..DESK
        },
    ),
];

fn at_a_desk() -> Look {
    DESK.still()
}

#[test]
fn axe_finds_nothing_at_a_desk() {
    axe_finds_nothing("views-axe-desk", at_a_desk(), usize::MAX);
}

#[test]
fn axe_finds_nothing_on_a_phone() {
    // Colours are the same in every window.
    axe_finds_nothing("views-axe-phone", PHONE.still(), 0);
}

/// All its rules in the colours that the page begins with; of the others what differs in them.
fn axe_finds_nothing(name: &str, look: Look, most: usize) {
    let Some((page, axe)) = Page::served(name).zip(Axe::require()) else {
        return;
    };
    page.browser.look(look);
    page.open("/ftp-download");
    let themes = page.themes();
    assert!(themes.len() >= 3, "{themes:?}");
    let mut findings = Findings::default();
    for view in VIEWS {
        page.come_to(view);
        findings.add(view.name, &axe.faults(&page.browser));
        for theme in themes.iter().take(most) {
            page.wear(theme);
            let what = format!("{} in {theme}", view.name);
            findings.add(&what, &axe.contrast_faults(&page.browser));
        }
    }
    findings.assert_none();
    page.assert_quiet();
}

#[test]
fn auto_has_the_colours_that_the_machine_prefers() {
    let Some(page) = Page::served("views-auto") else {
        return;
    };
    let colours = "const style = getComputedStyle(document.documentElement);
        const names = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
          .filter(rule => rule.selectorText === ':root').flatMap(rule => [...rule.style])
          .filter(name => name.startsWith('--'));
        return JSON.stringify([names.length, style.backgroundColor, style.colorScheme,
          names.map(name => name + style.getPropertyValue(name))]);";
    for (look, theme) in [(DESK, "light"), (DESK.dark(), "dark")] {
        page.browser.look(look);
        page.open("/ftp-download");
        page.choose_theme(theme);
        let chosen = page.browser.text(colours);
        assert!(!chosen.starts_with("[0"), "{chosen}");
        page.choose_theme("auto");
        assert_eq!(page.browser.text(colours), chosen, "{theme}");
    }
    page.assert_quiet();
}

#[test]
fn nothing_is_cut_off_in_small_windows() {
    let Some(page) = Page::served("views-cut") else {
        return;
    };
    let mut findings = Findings::default();
    for (what, look) in WINDOWS {
        page.browser.look(look.still());
        for view in VIEWS.iter().filter(|view| view.name != "blank") {
            page.come_to(view);
            let place = format!("{} at {what}", view.name);
            findings.add(&place, &page.browser.cut_faults());
        }
    }
    findings.assert_none();
    page.assert_quiet();
}

#[test]
fn nothing_is_cut_off_at_a_desk_or_on_a_projector() {
    let Some(page) = Page::served("views-cut-large") else {
        return;
    };
    let mut findings = Findings::default();
    for (what, look) in [("a desk", DESK), ("a projector", PROJECTOR)] {
        page.browser.look(look.still());
        for view in VIEWS {
            page.come_to(view);
            let place = format!("{} at {what}", view.name);
            findings.add(&place, &page.browser.cut_faults());
        }
    }
    findings.assert_none();
    page.assert_quiet();
}

#[test]
fn escape_closes_what_is_open() {
    let Some(page) = Page::served("views-escape") else {
        return;
    };
    let opened = [
        "word",
        "export",
        "look",
        "scenarios",
        "help",
        "filter-help",
        "blank",
        "present",
    ];
    for look in [DESK, PHONE] {
        page.browser.look(look.still());
        for name in opened {
            let view = VIEWS.iter().find(|view| view.name == name);
            let view = view.unwrap_or_else(|| panic!("{name} is a view"));
            page.come_to(view);
            page.browser.key(Key::Escape);
            page.browser.settle();
            assert!(!page.shows(view.shows), "{name} is closed by Escape");
            assert!(page.shows("#lesson"), "{name}: nothing else is");
        }
    }
    page.assert_quiet();
}

#[test]
fn a_menu_that_the_focus_leaves_is_closed() {
    let Some(page) = Page::served("views-leave") else {
        return;
    };
    for name in ["export", "look", "scenarios"] {
        let view = VIEWS.iter().find(|view| view.name == name);
        let view = view.unwrap_or_else(|| panic!("{name} is a view"));
        page.come_to(view);
        page.browser
            .eval(&format!("document.querySelector('#{name}').focus()"));
        page.browser.key(Key::Tab);
        page.browser.settle();
        assert!(page.shows(view.shows), "{name}: its own entries come next");
        page.browser.shift_key(Key::Tab);
        page.browser.shift_key(Key::Tab);
        page.browser.settle();
        assert!(!page.shows(view.shows), "{name} is closed");
        page.assert_focus_is_seen(name);
    }
    page.assert_quiet();
}

#[test]
fn tab_leads_round_every_view() {
    // A black screen is black: its one button shows nothing.
    let views = VIEWS.iter().filter(|view| view.name != "blank");
    tab_leads_round("views-round", at_a_desk(), views);
}

#[test]
fn tab_leads_round_at_twice_the_size() {
    let views = VIEWS.iter().filter(|view| {
        [
            "front",
            "turn",
            "packets",
            "end",
            "export",
            "help",
            "guide-tcp",
        ]
        .contains(&view.name)
    });
    tab_leads_round("views-round-large", WINDOWS[1].1.still(), views);
}

/// Each stop is seen, none is stopped at twice, and a round has an end.
fn tab_leads_round<'a>(name: &str, look: Look, views: impl Iterator<Item = &'a View>) {
    let Some(page) = Page::served(name) else {
        return;
    };
    page.browser.look(look);
    let mut findings = Findings::default();
    for view in views {
        page.come_to(view);
        let (stops, mut faults) = page.tab_round();
        if stops.is_empty() {
            faults.push("nothing can be reached".to_owned());
        }
        faults.extend(page.order_faults());
        findings.add(view.name, &faults);
    }
    findings.assert_none();
    page.assert_quiet();
}
