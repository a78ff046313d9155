//! Pictures of each view of the page, in every window it is made for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wirestage_tests::browser::{DESK, Key, Look, PHONE, PROJECTOR, Page, TABLET, VIEWS};

/// Every view is taken in each of these.
const WINDOWS: &[(&str, Look)] = &[
    ("1440", DESK),
    ("1440-dark", DESK.dark()),
    ("390", PHONE),
    ("390-dark", PHONE.dark()),
];

/// Views that a class sees on the wall, and those that a small window makes narrower.
const PRESENTED: &[&str] = &[
    "start", "turn", "end", "mail", "nat", "firewall", "lost", "way",
];
const NARROW: &[&str] = &["front", "turn", "packets", "mail", "guide-tcp"];

/// Pictures that README.md shows: a view, its window, and the name of the file in `web/pictures`.
const README: &[(&str, &str, &str)] = &[
    ("front", "1440", "front.png"),
    ("turn", "1440", "lesson.png"),
    ("letter", "1440-dark", "letter-dark.png"),
];

/// Shown in README.md alone.
const LETTER: (&str, &str) = ("letter", "/mail-submit?at=9&tab=dialogue");

fn main() -> ExitCode {
    let Some(page) = Page::served("shots") else {
        return ExitCode::FAILURE;
    };
    let only: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| only.is_empty() || only.iter().any(|wanted| wanted == name);
    let folder = wirestage_tests::target_dir().join("shots");
    std::fs::create_dir_all(&folder).expect("a folder under the build folder");
    let album = Album { page, folder };
    for (window, look) in WINDOWS {
        album.page.browser.look(look.still());
        for view in VIEWS.iter().filter(|view| is_wanted(view.name)) {
            album.page.come_to(view);
            album.take(view.name, window);
        }
        if is_wanted(LETTER.0) {
            album.page.open(LETTER.1);
            album.take(LETTER.0, window);
        }
    }
    album.page.browser.look(TABLET.still());
    for view in VIEWS.iter().filter(|view| NARROW.contains(&view.name)) {
        if is_wanted(view.name) {
            album.page.come_to(view);
            album.take(view.name, "1024");
        }
    }
    for (window, look) in [("1920", PROJECTOR), ("1920-dark", PROJECTOR.dark())] {
        album.page.browser.look(look.still());
        for view in VIEWS.iter().filter(|view| PRESENTED.contains(&view.name)) {
            if is_wanted(view.name) {
                album.page.come_to(view);
                album.page.browser.key(Key::Char('.'));
                album.page.browser.settle();
                album.take(view.name, window);
            }
        }
    }
    ExitCode::SUCCESS
}

struct Album {
    page: Page,
    folder: PathBuf,
}

impl Album {
    /// Takes what the window shows, and says where it lies.
    fn take(&self, name: &str, window: &str) {
        let path = self.folder.join(format!("{name}-{window}.png"));
        self.page.take(&path);
        println!("{}", path.display());
        for (view, its, file) in README {
            if (*view, *its) == (name, window) {
                let shown = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/pictures");
                self.page.take(&shown.join(file));
            }
        }
    }
}
