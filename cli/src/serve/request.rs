//! A browser's request: read within bounds of length and time, and taken apart.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// No browser asks for a page at greater length.
const MOST_BYTES: usize = 16 * 1024;

/// No browser takes longer to say what it wants.
const MOST_TIME: Duration = Duration::from_secs(10);

/// What of a request matters here.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// `GET`, `HEAD` or another.
    pub method: &'a str,
    /// From its first slash on, without what follows a `?`.
    pub path: &'a str,
    /// What follows it.
    pub query: &'a str,
    /// Whom the browser believes to speak to.
    pub host: &'a str,
    /// How the answer may be packed.
    pub encodings: &'a str,
    /// What the browser has already.
    pub known: &'a str,
}

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is no HTTP.
    Malformed,
    /// Its header does not end.
    TooLong,
}

/// Reads to the end of the header. What a browser that says nothing leaves is empty.
pub fn read_header(mut stream: &TcpStream) -> io::Result<Vec<u8>> {
    let deadline = Instant::now() + MOST_TIME;
    let mut header = Vec::new();
    let mut part = [0; 2048];
    while header.len() < MOST_BYTES && !ends(&header) {
        stream.set_read_timeout(Some(left(deadline)?))?;
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => header.extend_from_slice(&part[..count]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(header)
}

/// The time left; an error where there is none.
pub fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(ErrorKind::TimedOut.into())
    } else {
        Ok(left)
    }
}

fn ends(header: &[u8]) -> bool {
    header.windows(4).any(|four| four == b"\r\n\r\n")
}

/// The lines up to the blank one, each of which has to end as it should.
fn lines(header: &[u8]) -> impl Iterator<Item = Result<&[u8], Trouble>> {
    let lines = header.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").ok_or(Trouble::Malformed));
    lines.take_while(|line| *line != Ok(b""))
}

impl<'a> Request<'a> {
    /// Takes a header apart (RFC 9112).
    pub fn parse(header: &'a [u8]) -> Result<Self, Trouble> {
        if !ends(header) {
            return Err(if header.len() < MOST_BYTES {
                Trouble::Malformed
            } else {
                Trouble::TooLong
            });
        }
        let mut lines = lines(header);
        let first = lines.next().unwrap_or(Ok(b""))?;
        let first = str::from_utf8(first).map_err(|_| Trouble::Malformed)?;
        let words: Vec<&str> = first.split(' ').collect();
        let [method, target, "HTTP/1.0" | "HTTP/1.1"] = words[..] else {
            return Err(Trouble::Malformed);
        };
        let mut request = Self {
            method,
            path: target,
            query: "",
            host: "",
            encodings: "",
            known: "",
        };
        let mut hosts = 0;
        for line in lines {
            let line = line?;
            let colon = line.iter().position(|byte| *byte == b':');
            let (name, value) = line.split_at(colon.ok_or(Trouble::Malformed)?);
            // Another program's cookie may be in any letters: what is not for us is not read.
            let (Ok(name), Ok(value)) = (str::from_utf8(name), str::from_utf8(value)) else {
                continue;
            };
            let value = value[1..].trim();
            match name.to_ascii_lowercase().as_str() {
                "host" => {
                    hosts += 1;
                    request.host = value;
                }
                "accept-encoding" => request.encodings = value,
                "if-none-match" => request.known = value,
                _ => {}
            }
        }
        if hosts != 1 {
            return Err(Trouble::Malformed);
        }
        // RFC 9112 §3.2.2: the whole address may stand there, and then it names the host.
        if let Some(rest) = target.strip_prefix("http://") {
            let at = rest.find('/').unwrap_or(rest.len());
            (request.host, request.path) = rest.split_at(at);
            if request.path.is_empty() {
                request.path = "/";
            }
        }
        if let Some((path, query)) = request.path.split_once('?') {
            (request.path, request.query) = (path, query);
        }
        Ok(request)
    }

    /// Whether the browser believes to speak to this machine. A name that somebody else has
    /// bent towards us would let a strange page read what we say.
    pub fn is_for_us(&self) -> bool {
        let host = self.host.to_ascii_lowercase();
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &host,
        };
        ["127.0.0.1", "localhost", "[::1]"].contains(&name)
    }

    /// Whether the answer may be packed in this way (RFC 9110 §12.5.3).
    pub fn takes(&self, coding: &str) -> bool {
        self.encodings.split(',').any(|entry| {
            let mut words = entry.split(';').map(str::trim);
            let is_it = words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(coding));
            let refused = words.any(|word| {
                let weight = word.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
                weight.is_some_and(|weight| weight <= 0.0)
            });
            is_it && !refused
        })
    }

    /// Whether the browser has this state of the file already.
    pub fn knows(&self, tag: &str) -> bool {
        let mut tags = self.known.split(',').map(str::trim);
        tags.any(|known| known == "*" || known == tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Request<'_>, Trouble> {
        Request::parse(text.as_bytes())
    }

    #[test]
    fn what_matters_is_read() {
        let text = "GET /page.js?x=1 HTTP/1.1\r\nHOST: localhost:80\r\nAccept-Encoding: gzip, br\r\n\
                    If-None-Match: W/\"1\"\r\n\r\n";
        let request = parse(text).unwrap();
        assert_eq!((request.method, request.path), ("GET", "/page.js"));
        assert!(request.is_for_us() && request.takes("br") && request.knows("W/\"1\""));
        let text = "GET http://127.0.0.1 HTTP/1.1\r\nHost: elsewhere\r\n\r\n";
        let request = parse(text).unwrap();
        assert_eq!((request.path, request.host), ("/", "127.0.0.1"));
    }

    #[test]
    fn what_is_no_request_is_told_from_what_is_too_long() {
        for text in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere\r\n\r\n",
            "GET /\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/2\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nno header\r\n\r\n",
        ] {
            assert_eq!(parse(text), Err(Trouble::Malformed), "{text:?}");
        }
        assert_eq!(parse(&"x".repeat(MOST_BYTES)), Err(Trouble::TooLong));
        let bytes: [&[u8]; 3] = [
            b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\xff\r\n\r\n",
        ];
        for bytes in bytes {
            assert_eq!(Request::parse(bytes), Err(Trouble::Malformed));
        }
    }

    #[test]
    fn a_strangers_cookie_may_be_in_any_letters() {
        let bytes = b"GET / HTTP/1.1\r\nCookie: caf\xe9=1\r\nHost: localhost\r\n\r\n";
        let request = Request::parse(bytes).unwrap();
        assert_eq!((request.path, request.host), ("/", "localhost"));
    }

    #[test]
    fn only_this_machines_names_are_ours() {
        let is_ours = |host| {
            let request = Request {
                method: "GET",
                path: "/",
                query: "",
                host,
                encodings: "",
                known: "",
            };
            request.is_for_us()
        };
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "LocalHost:1",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(is_ours(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "127.0.0.1.example.com",
            "localhost:80:80",
            "localhost:x",
            "::1",
        ] {
            assert!(!is_ours(host), "{host}");
        }
    }

    #[test]
    fn a_packing_with_no_weight_is_refused() {
        let takes = |encodings, coding| {
            Request {
                method: "",
                path: "",
                query: "",
                host: "",
                encodings,
                known: "",
            }
            .takes(coding)
        };
        assert!(takes("deflate, GZIP;q=0.5", "gzip") && takes("br", "br"));
        assert!(!takes("br;q=0, gzip", "br") && !takes("", "gzip") && !takes("brx", "br"));
    }
}
