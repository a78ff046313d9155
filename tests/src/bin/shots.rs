//! Pictures of each view of the page, in every window it is made for.

use std::path::PathBuf;
use std::process::ExitCode;
use wirestage_tests::browser::{DESK, Key, PHONE, PROJECTOR, Page, TABLET};

const VIEWS: &[(&str, &str)] = &[
    ("front", "/"),
    ("start", "/ftp-download"),
    ("turn", "/ftp-download?at=9"),
    ("packet", "/ftp-download?by=packet&at=30"),
    ("phase", "/ftp-download?by=phase&at=3"),
    ("active", "/ftp-download?mode=active&at=9"),
    ("dialogue", "/ftp-download?at=9&tab=dialogue"),
    ("hosts", "/ftp-download?at=9&tab=hosts"),
    ("packets", "/ftp-download?at=9&tab=packets"),
    ("end", "/ftp-download?at=9999"),
    ("mail", "/mail-submit?at=9"),
    ("mail-end", "/mail-submit?at=9999"),
    ("nat", "/nat-translates?at=4"),
    ("nat-hosts", "/nat-translates?at=4&tab=hosts"),
    ("firewall", "/handshake?call=a%20silent%20firewall&at=2"),
    ("way", "/ping-traceroute?at=9"),
    ("link-down", "/link-down?at=14"),
    ("trouble", "/nope"),
];

/// What a key opens.
const OPENED: &[(&str, char)] = &[("help", '?'), ("present", '.')];

fn main() -> ExitCode {
    let Some(page) = Page::served("shots") else {
        return ExitCode::FAILURE;
    };
    let folder = wirestage_tests::target_dir().join("shots");
    std::fs::create_dir_all(&folder).expect("a folder under the build folder");
    let mut taken = Vec::new();
    for (window, look) in [
        ("1440", DESK),
        ("1024", TABLET),
        ("390", PHONE),
        ("1440-dark", DESK.dark()),
        ("390-dark", PHONE.dark()),
    ] {
        page.browser.look(look.still());
        for (view, address) in VIEWS {
            page.open(address);
            taken.push(take(&page, folder.join(format!("{view}-{window}.png"))));
        }
        page.open("/ftp-download?at=9");
        page.show_header();
        page.click("#export");
        taken.push(take(&page, folder.join(format!("export-{window}.png"))));
        opened(&page, window, &["help"], &mut taken);
    }
    for (window, look) in [("1920", PROJECTOR), ("1920-dark", PROJECTOR.dark())] {
        page.browser.look(look.still());
        opened(&page, window, &["present"], &mut taken);
    }
    for path in &taken {
        println!("{}", path.display());
    }
    ExitCode::SUCCESS
}

fn opened(page: &Page, window: &str, names: &[&str], taken: &mut Vec<PathBuf>) {
    let folder = wirestage_tests::target_dir().join("shots");
    for (name, key) in OPENED.iter().filter(|(name, _)| names.contains(name)) {
        page.open("/ftp-download?at=9");
        page.browser.key(Key::Char(*key));
        page.browser.settle();
        taken.push(take(page, folder.join(format!("{name}-{window}.png"))));
    }
}

fn take(page: &Page, path: PathBuf) -> PathBuf {
    std::fs::write(&path, page.browser.picture()).expect("a picture can be written");
    path
}
