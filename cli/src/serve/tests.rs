//! Tests of the server, over real connections.

use super::files::File;
use super::{Site, work};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const PAGE: &[File] = &[
    File {
        name: "index.html",
        hash: "1",
        raw: b"<p>hello",
        gzip: None,
        brotli: None,
    },
    File {
        name: "page-0123456789abcdef.js",
        hash: "2",
        raw: b"raw",
        gzip: Some(b"gz"),
        brotli: Some(b"br"),
    },
];

/// A server with this many workers.
fn server(workers: usize) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    for _ in 0..workers {
        let listener = listener.try_clone().unwrap();
        let site = Site {
            page: PAGE,
            run: None,
        };
        thread::spawn(move || work(&listener, &site));
    }
    address
}

/// What it answers, to the end of the connection.
fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn get(address: SocketAddr, path: &str, more: &str) -> String {
    ask(
        address,
        &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n"),
    )
}

#[test]
fn files_come_as_the_browser_takes_them() {
    let address = server(2);
    let page = get(address, "/", "Accept-Encoding: br\r\n");
    assert!(
        page.starts_with("HTTP/1.1 200 ") && page.ends_with("\r\n\r\n<p>hello"),
        "{page}"
    );
    assert!(page.contains("\r\nCache-Control: no-cache\r\n") && page.contains("Length: 8\r\n"));
    let path = "/page-0123456789abcdef.js";
    for (encodings, body) in [
        ("gzip, br", "br"),
        ("gzip", "gz"),
        ("br;q=0", "raw"),
        ("", "raw"),
    ] {
        let answer = get(address, path, &format!("Accept-Encoding: {encodings}\r\n"));
        assert!(
            answer.ends_with(&format!("\r\n\r\n{body}")),
            "{encodings}: {answer}"
        );
        assert!(answer.contains("immutable") && answer.contains("Vary: Accept-Encoding"));
    }
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let address = server(1);
    let answer = get(address, "/", "If-None-Match: W/\"0\", W/\"1\"\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 304 ") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
    assert!(get(address, "/", "If-None-Match: W/\"0\"\r\n").starts_with("HTTP/1.1 200 "));
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let address = server(1);
    let long = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(20_000));
    for (request, status) in [
        ("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (
            "GET /../Cargo.toml HTTP/1.1\r\nHost: localhost\r\n\r\n",
            404,
        ),
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("HELO there\r\n\r\n", 400),
        (&long, 431),
        (
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody",
            405,
        ),
    ] {
        let answer = ask(address, request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request:.40}: {answer}"
        );
        assert!(answer.contains("\r\nContent-Security-Policy: default-src 'none';"));
        assert!(answer.contains("\r\nX-Content-Type-Options: nosniff\r\n"));
    }
    let answer = ask(address, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(
        answer.contains("Length: 8\r\n") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
}

#[test]
fn silent_and_vanishing_clients_keep_nobody_waiting() {
    let address = server(3);
    let begun = Instant::now();
    let silent = TcpStream::connect(address).unwrap();
    let mut slow = TcpStream::connect(address).unwrap();
    slow.write_all(b"GET / HT").unwrap();
    for _ in 0..20 {
        let mut gone = TcpStream::connect(address).unwrap();
        gone.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
    }
    assert!(get(address, "/", "").ends_with("<p>hello"));
    assert!(begun.elapsed() < Duration::from_secs(5));
    drop((silent, slow));
}
