//! Stories of a browser and of servers that answer well or badly.

use super::*;
use crate::program::rig::{Rig, Scripted, What};

const WEB: &str = "192.0.2.12";

/// A laptop (host 1) whose browser opens `lines` at a server that says `answer`.
fn story(answer: &'static str, lines: &[&str]) -> Rig {
    let mut rig = Rig::new(7);
    rig.name("web", WEB);
    rig.host(WEB, Scripted::server(80, "", &[answer; 64]));
    let laptop = rig.host("192.0.2.10", Browser::new());
    for line in lines {
        rig.types(laptop, "Ada", line);
    }
    rig.run();
    rig
}

fn outcomes(rig: &Rig) -> Vec<(bool, Option<u16>, &str)> {
    let outcomes = rig.outcomes(1).into_iter();
    outcomes.map(|o| (o.ok, o.code, o.text.as_str())).collect()
}

#[test]
fn a_file_is_kept_under_its_own_name() {
    let rig = story(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        &["open web/docs/a%20b.txt"],
    );
    let told = "web answered 200 OK: a b.txt, 5 bytes.";
    assert_eq!(outcomes(&rig), [(true, Some(200), told)]);
    let turns = rig.turns();
    let get = "GET /docs/a%20b.txt HTTP/1.1\r\nHost: web\r\nConnection: close";
    assert!(turns.contains(&get), "{turns:?}");
    let kept = rig.log.iter().find_map(|entry| match &entry.what {
        What::Keeps(path, Some(Kept::File(content))) => Some((path.as_str(), rig.read(content))),
        _ => None,
    });
    assert_eq!(kept, Some(("/a b.txt", b"hello".to_vec())));
    assert_eq!(rig.open(1), 0);
}

#[test]
fn what_goes_wrong_is_told() {
    for (answer, lines, told) in [
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "open http://web/",
            (
                false,
                Some(404),
                "web answered 404 Not Found: index.html, 0 bytes.",
            ),
        ),
        (
            "220 an ftp server\r\n\r\n",
            "open web",
            (false, None, "web answered with no HTTP."),
        ),
        (
            "",
            "open nowhere/",
            (false, None, "No address is known for nowhere."),
        ),
        (
            "",
            "go web",
            (
                false,
                None,
                "a browser does not know \"go\": write open web, or open web/docs/report.pdf.",
            ),
        ),
        (
            "",
            "open web:81/",
            (
                false,
                None,
                "web cannot be reached at 192.0.2.12:81: refused: nobody listens there.",
            ),
        ),
    ] {
        let rig = story(answer, &[lines]);
        assert_eq!(outcomes(&rig), [told]);
    }
}

#[test]
fn one_page_comes_after_the_other() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    let rig = story(answer, &["open web/a", "open web/b"]);
    assert_eq!(outcomes(&rig)[0].2, "web answered 200 OK: a, 2 bytes.");
    assert_eq!(outcomes(&rig).len(), 2);
}

#[test]
fn a_page_in_pieces_is_put_together() {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                  5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    let rig = story(answer, &["open web/a"]);
    assert_eq!(outcomes(&rig)[0].2, "web answered 200 OK: a, 11 bytes.");
    let kept = rig.log.iter().find_map(|entry| match &entry.what {
        What::Keeps(_, Some(Kept::File(content))) => Some(rig.read(content)),
        _ => None,
    });
    assert_eq!(kept, Some(b"hello world".to_vec()));
    let nothing = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let rig = story(nothing, &["open web/a"]);
    assert_eq!(outcomes(&rig)[0].2, "web answered 200 OK: a, 0 bytes.");
}

#[test]
fn a_browser_goes_where_it_is_sent_but_not_for_ever() {
    let answer = "HTTP/1.1 301 Moved Permanently\r\nLocation: /a/\r\nContent-Length: 0\r\n\r\n";
    let rig = story(answer, &["open web/a"]);
    let told = "web answered 301 Moved Permanently: index.html, 0 bytes.";
    assert_eq!(outcomes(&rig), [(false, Some(301), told)]);
    let turns = rig.turns();
    let asked = turns.iter().filter(|turn| turn.starts_with("GET /a/ "));
    assert_eq!(asked.count(), 5);
    assert_eq!(rig.open(1), 0);
}
