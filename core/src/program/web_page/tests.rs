//! Stories of a browser, a web page, and the FTP server behind it.

use super::*;
use crate::base::Content;
use crate::program::browser::Browser;
use crate::program::files::Files;
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig, Place};
use crate::program::rig::{Rig, Scripted, What};
use crate::program::{Kept, TurnKind};

const FTP: &str = "192.0.2.11";
const WEB: &str = "192.0.2.12";
const REPORT: Content = Content::Generated {
    seed: 7,
    len: 40_000,
};

fn ftp() -> FtpServerConfig {
    let files: Files = [
        ("report.pdf", REPORT),
        ("docs/notes.txt", Content::from_bytes(b"at five\n")),
        ("docs/old/a<b>.txt", Content::from_bytes(b"")),
    ]
    .into_iter()
    .collect();
    FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        guests: Some(Place {
            writes: false,
            ..Place::default()
        }),
        files,
        ..FtpServerConfig::default()
    }
}

fn config() -> WebPageConfig {
    WebPageConfig {
        server: "ftp".into(),
        user: "anonymous".into(),
        password: "guest".into(),
        extended: false,
        patience: Duration::from_secs(60),
    }
}

/// An FTP server (host 0), a web page (host 1), and what somebody asks it (host 2).
fn story(server: FtpServerConfig, web: WebPageConfig, asks: &str) -> Rig {
    let mut rig = Rig::new(1460);
    rig.name("ftp", FTP);
    rig.host(FTP, FtpServer::new(server));
    rig.host(WEB, WebPage::new(web));
    let text = [asks, " HTTP/1.1\r\nHost: web\r\n\r\n"].concat();
    let to = [WEB, ":80"].concat();
    rig.host("192.0.2.10", Scripted::client(&to, text.as_bytes(), false));
    rig.run();
    rig
}

/// What the asker heard: the head, and the body.
fn heard(rig: &Rig) -> (String, Vec<u8>) {
    let bytes = rig.heard_bytes(2).concat();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
    let (head, body) = bytes.split_at(end.expect("a head") + 4);
    (String::from_utf8_lossy(head).into_owned(), body.to_vec())
}

#[test]
fn a_file_comes_through_both_servers_unchanged() {
    for extended in [false, true] {
        let web = WebPageConfig {
            extended,
            ..config()
        };
        let rig = story(ftp(), web, "GET /report.pdf");
        let (head, body) = heard(&rig);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("\r\nContent-Length: 40000\r\n"), "{head}");
        assert!(
            head.contains("\r\nContent-Type: application/pdf\r\n"),
            "{head}"
        );
        assert!(body == REPORT.read(0..40_000));
        assert_eq!(rig.notes(1)["requests"], "0");
        assert_eq!((rig.open(0), rig.open(1), rig.open(2)), (0, 0, 0));
        let phases = rig.phases(1);
        assert_eq!(phases, ["ask the FTP server", "answer the browser"]);
    }
}

#[test]
fn a_folder_is_shown_as_a_list_of_links() {
    let rig = story(ftp(), config(), "GET /docs/");
    let (head, body) = heard(&rig);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let page = String::from_utf8(body).unwrap();
    assert!(page.contains("<h1>/docs/</h1>"), "{page}");
    assert!(page.contains("<a href=\"./old/\">old/</a>"), "{page}");
    assert!(
        page.contains("<a href=\"./notes.txt\">notes.txt</a>, 8 bytes"),
        "{page}"
    );
    let rig = story(ftp(), config(), "GET /docs/old/");
    let page = String::from_utf8(heard(&rig).1).unwrap();
    assert!(
        page.contains("\"./a%3Cb%3E.txt\">a&lt;b&gt;.txt</a>"),
        "{page}"
    );
}

#[test]
fn a_head_is_a_head_alone() {
    for asks in ["HEAD /report.pdf", "HEAD /docs/"] {
        let rig = story(ftp(), config(), asks);
        let (head, body) = heard(&rig);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(body.is_empty());
        if asks.ends_with("pdf") {
            assert!(head.contains("\r\nContent-Length: 40000\r\n"), "{head}");
        }
    }
}

#[test]
fn why_there_is_nothing_is_told_with_the_code_of_ftp() {
    let nobody = FtpServerConfig {
        guests: None,
        ..ftp()
    };
    for (server, asks, line, said) in [
        (ftp(), "GET /nothing.txt", "404 Not Found", "550"),
        (nobody, "GET /report.pdf", "502 Bad Gateway", "530"),
        (ftp(), "GET /a%0d%0aDELE%20b", "400 Bad Request", "no path"),
        (
            ftp(),
            "POST /report.pdf",
            "405 Method Not Allowed",
            "look at",
        ),
    ] {
        let rig = story(server, config(), asks);
        let (head, body) = heard(&rig);
        assert!(
            head.starts_with(&["HTTP/1.1 ", line].concat()),
            "{asks}: {head}"
        );
        let page = String::from_utf8(body).unwrap();
        assert!(page.contains(said), "{asks}: {page}");
        assert_eq!(rig.open(1), 0, "{asks}");
    }
}

#[test]
fn a_server_that_is_not_there_or_says_nothing_is_told_apart() {
    let gone = WebPageConfig {
        server: "192.0.2.99".into(),
        ..config()
    };
    let (head, _) = heard(&story(ftp(), gone, "GET /"));
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    let mut rig = Rig::new(1460);
    rig.name("ftp", FTP);
    rig.host(FTP, Scripted::server(21, "", &[]));
    rig.host(WEB, WebPage::new(config()));
    let to = [WEB, ":80"].concat();
    let text = b"GET / HTTP/1.1\r\nHost: web\r\n\r\n";
    rig.host("192.0.2.10", Scripted::client(&to, text, false));
    rig.run();
    let (head, _) = heard(&rig);
    assert!(
        head.starts_with("HTTP/1.1 504 Gateway Timeout\r\n"),
        "{head}"
    );
    assert_eq!(rig.open(1), 0);
}

#[test]
fn a_browser_opens_what_the_ftp_server_keeps() {
    let mut rig = Rig::new(1460);
    rig.name("ftp", FTP);
    rig.name("web", WEB);
    rig.host(FTP, FtpServer::new(ftp()));
    let user = WebPageConfig {
        user: "ada".into(),
        password: "lovelace".into(),
        ..config()
    };
    rig.host(WEB, WebPage::new(user));
    let laptop = rig.host("192.0.2.10", Browser::new());
    for line in ["open web", "open web/docs/notes.txt"] {
        rig.types(laptop, "Ada", line);
    }
    rig.run();
    let told: Vec<&str> = rig.outcomes(laptop).iter().map(|o| &*o.text).collect();
    assert!(
        told[0].starts_with("web answered 200 OK: index.html, "),
        "{told:?}"
    );
    assert_eq!(told[1], "web answered 200 OK: notes.txt, 8 bytes.");
    let notes = rig.log.iter().rev().find_map(|entry| match &entry.what {
        What::Keeps(path, Some(Kept::File(content))) if path == "/notes.txt" => {
            Some(rig.read(content))
        }
        _ => None,
    });
    assert_eq!(notes.as_deref(), Some(&b"at five\n"[..]));
    let data = |entry: &&crate::program::rig::Entry| match &entry.what {
        What::Turn(_, turn) => turn.kind == TurnKind::Data && turn.text == "notes.txt",
        _ => false,
    };
    let hosts: Vec<usize> = rig
        .log
        .iter()
        .filter(data)
        .map(|entry| entry.host)
        .collect();
    assert!(
        hosts.contains(&1),
        "the page says the file's bytes: {hosts:?}"
    );
}

#[test]
fn a_browser_that_leaves_ends_the_session_behind() {
    let mut rig = Rig::new(1460);
    rig.name("ftp", FTP);
    rig.host(FTP, Scripted::server(21, "220 hi\r\n", &[]));
    rig.host(WEB, WebPage::new(config()));
    let laptop = rig.host("192.0.2.10", Browser::new());
    rig.name("web", WEB);
    rig.types(laptop, "Ada", "open web");
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    assert!(rig.open(1) > 1);
    rig.stop(laptop);
    rig.run();
    assert_eq!(rig.open(1), 0);
}

#[test]
fn a_folder_without_its_slash_is_found_at_the_one_with_it() {
    for asks in ["GET /docs", "HEAD /docs", "GET //docs"] {
        let (head, body) = heard(&story(ftp(), config(), asks));
        assert!(
            head.starts_with("HTTP/1.1 301 Moved Permanently\r\n"),
            "{head}"
        );
        assert!(head.contains("\r\nLocation: /docs/\r\n"), "{head}");
        assert_eq!(body.is_empty(), asks.starts_with("HEAD"));
    }
    let mut rig = Rig::new(1460);
    rig.name("ftp", FTP);
    rig.name("web", WEB);
    rig.host(FTP, FtpServer::new(ftp()));
    rig.host(WEB, WebPage::new(config()));
    let laptop = rig.host("192.0.2.10", Browser::new());
    rig.types(laptop, "Ada", "open web/docs");
    rig.run();
    let told = &rig.outcomes(laptop)[0].text;
    assert!(
        told.starts_with("web answered 200 OK: index.html, "),
        "{told}"
    );
    assert_eq!((rig.open(0), rig.open(1), rig.open(2)), (0, 0, 0));
}

#[test]
fn a_server_without_room_is_no_bad_gateway() {
    let mut rig = Rig::new(1460);
    rig.name("ftp", FTP);
    rig.host(FTP, Scripted::server(21, "421 Too many.\r\n", &[]));
    rig.host(WEB, WebPage::new(config()));
    let to = [WEB, ":80"].concat();
    let text = b"GET / HTTP/1.1\r\nHost: web\r\n\r\n";
    rig.host("192.0.2.10", Scripted::client(&to, text, false));
    rig.run();
    let (head, body) = heard(&rig);
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert!(String::from_utf8(body).unwrap().contains("421 Too many."));
    assert_eq!(rig.open(1), 0);
}
