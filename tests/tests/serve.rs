//! `wirestage serve`, with the page inside: what browsers get, and what nobody gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;
use wirestage_tests::{tools, wirestage};

/// A server that ends with its test.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
struct Answer {
    status: u16,
    header: String,
    body: Vec<u8>,
}

impl Answer {
    fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.header.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The folder whose files are inside the program, or a loud skip and `None`.
fn page() -> Option<PathBuf> {
    tools::require_file("the page", "WIRESTAGE_PAGE", None, "cargo xtask test")
}

fn serve() -> Server {
    let mut command = wirestage();
    command.args(["serve", "--port", "0", "--no-open"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut says = BufReader::new(child.stdout.take().unwrap());
    says.read_line(&mut line).unwrap();
    let port = line.trim().strip_prefix("http://127.0.0.1:");
    let port = port.and_then(|port| port.strip_suffix('/'));
    let port = port.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
    Server { child, port }
}

impl Server {
    fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\n");
        if !fields.iter().any(|(name, _)| *name == "Host") {
            text += &format!("Host: 127.0.0.1:{}\r\n", self.port);
        }
        for (name, value) in fields {
            text += &format!("{name}: {value}\r\n");
        }
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        stream.write_all((text + "\r\n").as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let body = bytes.split_off(end.expect("a header") + 4);
        let header = String::from_utf8(bytes).unwrap();
        let status = header.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            header,
            body,
        }
    }
}

/// The files that the page names.
fn named(html: &str) -> Vec<&str> {
    let quoted = html.split('"').skip(1).step_by(2);
    quoted
        .filter(|word| word.starts_with("page-") || word.starts_with("boot-"))
        .collect()
}

#[test]
fn every_file_of_the_page_comes_whole_and_in_each_packing() {
    let Some(folder) = page() else {
        return;
    };
    let server = serve();
    let html = server.ask("GET", "/", &[]);
    assert_eq!(html.status, 200);
    assert_eq!(html.field("Cache-Control"), Some("no-cache"));
    let text = String::from_utf8(html.body).unwrap();
    let names = named(&text);
    assert_eq!(names.len(), 4, "{names:?}");
    for name in names {
        let path = format!("/{name}");
        for (coding, ending) in [("identity", ""), ("gzip", ".gz"), ("br", ".br")] {
            let answer = server.ask("GET", &path, &[("Accept-Encoding", coding)]);
            let file = folder.join(format!("{name}{ending}"));
            assert!(
                answer.body == std::fs::read(&file).unwrap(),
                "{}",
                file.display()
            );
            let said = answer.field("Content-Encoding").unwrap_or("identity");
            assert_eq!(said, coding);
            assert!(answer.field("Cache-Control").unwrap().contains("immutable"));
            let length = answer.field("Content-Length").unwrap();
            assert_eq!(length, answer.body.len().to_string());
        }
    }
}

#[test]
fn the_pages_policy_and_the_servers_are_one() {
    if page().is_none() {
        return;
    }
    let html = serve().ask("GET", "/", &[]);
    let policy = html.field("Content-Security-Policy").unwrap().to_owned();
    let text = String::from_utf8(html.body).unwrap();
    let own = policy.strip_suffix("; frame-ancestors 'none'").unwrap();
    assert!(text.contains(&format!("content=\"{own}\"")), "{policy}");
    assert!(own.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "));
    assert!(!text.contains("style=") && !text.contains("<style") && !text.contains("onclick"));
}

#[test]
fn only_this_machine_and_only_reading() {
    if page().is_none() {
        return;
    }
    let server = serve();
    let status = |method, path, fields: &[(&str, &str)]| {
        let answer = server.ask(method, path, fields);
        assert_eq!(answer.field("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(answer.field("Referrer-Policy"), Some("no-referrer"));
        answer.status
    };
    assert_eq!(status("GET", "/", &[("Host", "evil.example")]), 421);
    assert_eq!(status("GET", "/", &[("Host", "localhost:1")]), 200);
    assert_eq!(status("GET", "/nothing", &[]), 404);
    assert_eq!(status("GET", "/../README.md", &[]), 404);
    assert_eq!(status("POST", "/", &[]), 405);
    let tag = server.ask("HEAD", "/", &[]);
    assert_eq!((tag.status, tag.body.len()), (200, 0));
    let tag = tag.field("ETag").unwrap();
    assert_eq!(status("GET", "/", &[("If-None-Match", tag)]), 304);
    let outside = TcpStream::connect(("127.0.0.2", server.port));
    assert!(outside.is_err(), "it listens at 127.0.0.1 alone");
}

#[test]
fn a_port_that_is_taken_is_told_with_a_way_out() {
    if page().is_none() {
        return;
    }
    let other = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let output = wirestage()
        .args(["serve", "--no-open", "--port", &port])
        .output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&port) && said.contains("--port 0"), "{said}");
}

#[test]
fn a_program_without_the_page_says_how_to_get_one() {
    if std::env::var_os("WIRESTAGE_PAGE").is_some_and(|folder| !folder.is_empty()) {
        // This program holds the page; the tests above speak of it.
        return;
    }
    let output = wirestage().args(["serve", "--no-open"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cargo xtask demo"), "{said}");
}
