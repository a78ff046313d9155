//! Stories of a web server, of browsers and of peers that behave badly.

use super::*;
use crate::base::Content;
use crate::program::Kept;
use crate::program::browser::Browser;
use crate::program::rig::{Rig, Scripted, What};

const WEB: &str = "192.0.2.12";
const REPORT: Content = Content::Generated {
    seed: 7,
    len: 40_000,
};

fn server() -> WebServer {
    let files: Files = [
        ("report.pdf", REPORT),
        ("empty.txt", Content::from_bytes(b"")),
        ("docs/a b.txt", Content::from_bytes(b"at five\n")),
        ("site/index.html", Content::from_bytes(b"<h1>Hello</h1>")),
    ]
    .into_iter()
    .collect();
    WebServer::new(WebServerConfig { files })
}

/// A server (host 0), and a client (host 1) that says this.
fn asked(bytes: &str, finishes: bool) -> Rig {
    let mut rig = Rig::new(1460);
    rig.host(WEB, server());
    let to = [WEB, ":80"].concat();
    rig.host(
        "192.0.2.10",
        Scripted::client(&to, bytes.as_bytes(), finishes),
    );
    rig.run();
    assert_eq!((rig.open(0), rig.open(1)), (0, 0));
    assert_eq!(rig.notes(0)["sessions"], "0");
    rig
}

fn get(path: &str) -> String {
    ["GET ", path, " HTTP/1.1\r\nHost: web\r\n\r\n"].concat()
}

/// A browser (host 1) that opens these.
fn browsed(lines: &[&str]) -> Rig {
    let mut rig = Rig::new(1460);
    rig.name("web", WEB);
    rig.host(WEB, server());
    rig.host("192.0.2.10", Browser::new());
    for line in lines {
        rig.types(1, "Ada", line);
    }
    rig.run();
    rig
}

#[test]
fn a_file_comes_whole_and_says_what_it_is() {
    let rig = browsed(&["open web/report.pdf"]);
    let told = "web answered 200 OK: report.pdf, 40000 bytes.";
    assert_eq!(rig.outcomes(1)[0].text, told);
    assert_eq!(rig.kept(1)["/report.pdf"], Some(REPORT.read(0..40_000)));
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nDate: Mon, 05 Jan 2026 09:00:00 GMT\r\nContent-Type: application/pdf\r\n\
                Content-Length: 40000";
    assert_eq!(
        rig.turns(),
        [
            "GET /report.pdf HTTP/1.1\r\nHost: web\r\nConnection: close",
            head,
            "report.pdf"
        ]
    );
    assert!(rig.heard(1)[0].starts_with(&[head, "\r\n\r\n"].concat()));
}

#[test]
fn folders_are_pages_with_links() {
    let rig = browsed(&["open web", "open web/docs", "open web/site"]);
    let heard = rig.heard(1);
    assert!(heard[0].contains("<a href=\"./report.pdf\">report.pdf</a>, 40000 bytes"));
    assert!(
        heard[0].contains("<a href=\"./docs/\">docs/</a>"),
        "{}",
        heard[0]
    );
    assert!(heard[1].starts_with("HTTP/1.1 301 Moved Permanently\r\n"));
    assert!(heard[1].contains("\r\nLocation: /docs/\r\n"));
    assert!(
        heard[2].contains("href=\"./a%20b.txt\""),
        "the browser goes there"
    );
    assert!(heard[4].ends_with("\r\n\r\n<h1>Hello</h1>"), "{}", heard[4]);
    assert!(rig.outcomes(1).iter().all(|outcome| outcome.ok));
}

#[test]
fn the_server_says_what_it_keeps() {
    let rig = asked("", true);
    assert_eq!(rig.kept(0)["/empty.txt"], Some(Vec::new()));
    assert_eq!(rig.kept(0)["/docs"], None);
    assert!(rig.log.iter().any(|entry| {
        matches!(&entry.what, What::Keeps(path, Some(Kept::File(file)))
            if path == "/report.pdf" && *file == REPORT)
    }));
}

#[test]
fn what_is_not_there_or_not_done_is_said() {
    for (says, head) in [
        (get("/none"), "HTTP/1.1 404 Not Found\r\n"),
        (get("/report.pdf/"), "HTTP/1.1 404 Not Found\r\n"),
        (get("/../../etc/passwd"), "HTTP/1.1 404 Not Found\r\n"),
        (get("/%zz"), "HTTP/1.1 400 Bad Request\r\n"),
        ("hello\r\n\r\n".into(), "HTTP/1.1 400 Bad Request\r\n"),
        (
            "DELETE /report.pdf HTTP/1.1\r\nHost: web\r\n\r\n".into(),
            "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n",
        ),
    ] {
        let rig = asked(&says, true);
        let heard = rig.heard(1).concat();
        assert!(heard.starts_with(head), "{says}: {heard}");
    }
}

#[test]
fn a_head_alone_comes_without_the_body() {
    let says = "HEAD /report.pdf HTTP/1.1\r\nHost: web\r\n\r\n";
    let heard = asked(says, true).heard(1).concat();
    assert!(
        heard.ends_with("\r\nContent-Length: 40000\r\n\r\n"),
        "{heard}"
    );
}

#[test]
fn one_connection_carries_several_answers_in_order() {
    let says = [get("/docs/a%20b.txt"), get("/empty.txt"), get("/none")].concat();
    for finishes in [true, false] {
        let rig = asked(&says, finishes);
        assert_eq!(rig.heard(0).len(), 1);
        let heard = rig.heard(1).concat();
        let codes: Vec<&str> = heard.split("HTTP/1.1 ").skip(1).map(|a| &a[..3]).collect();
        assert_eq!(codes, ["200", "200", "404"]);
        assert!(
            heard.contains("\r\n\r\nat five\nHTTP/1.1 200 OK\r\n"),
            "{heard}"
        );
        assert!(!heard.contains("Connection: close"));
    }
}

#[test]
fn who_asks_for_nothing_is_let_go() {
    let rig = asked("", false);
    assert!(rig.heard(1)[0].starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    let rig = asked("GET / HTTP/1.1\r\nHos", false);
    assert!(rig.heard(1)[0].starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

#[test]
fn an_endless_head_and_endless_requests_are_cut_off() {
    let rig = asked(&"x".repeat(200_000), false);
    assert!(rig.heard(1)[0].starts_with("HTTP/1.1 431 "));
    let head = "HEAD / HTTP/1.1\r\nHost: web\r\n\r\n";
    let rig = asked(&head.repeat(10_000), false);
    assert_eq!(rig.heard(1)[0].matches("HTTP/1.1 200 OK").count(), 100);
}

#[test]
fn a_peer_that_vanishes_is_forgotten_in_time() {
    let mut rig = Rig::new(1460);
    rig.host(WEB, server());
    let says = get("/report.pdf");
    let to = [WEB, ":80"].concat();
    rig.host("192.0.2.10", Scripted::client(&to, says.as_bytes(), false));
    rig.run_until(Time(25_000_000));
    rig.vanish(1);
    rig.run();
    assert_eq!(rig.notes(0)["sessions"], "0");
}

#[test]
fn a_server_that_was_switched_off_comes_back_with_its_files() {
    let mut rig = Rig::new(1460);
    rig.name("web", WEB);
    rig.host(WEB, server());
    rig.host("192.0.2.10", Browser::new());
    rig.run();
    rig.stop(0);
    rig.run();
    assert_eq!(rig.listening(0), 0);
    assert!(!rig.notes(0).contains_key("listens"));
    rig.start_again(0, Duration::from_secs(5));
    rig.run();
    rig.types(1, "Ada", "open web/report.pdf");
    rig.run();
    assert!(rig.outcomes(1)[0].ok);
}
