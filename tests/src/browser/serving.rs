//! A server of a test's own, on loopback: for pages that get other answers than usual.

use super::Site;
use std::io::{BufRead, BufReader, Error, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

impl Site {
    /// A place where each path has what `answer` says, each request in a thread of its own; nothing
    /// where it says nothing. It lives as long as the test.
    ///
    /// # Panics
    /// Where loopback has no port left.
    #[must_use]
    pub fn answered(answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let at = listener.local_addr().expect("it has an address");
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answer = Arc::clone(&answer);
                // A browser may change its mind.
                std::thread::spawn(move || drop(reply(&stream, &*answer)));
            }
        });
        Self::at(format!("http://{at}/"))
    }
}

/// Answers one request: what a path has, nothing where it has nothing.
///
/// # Errors
/// Where the browser is gone.
pub fn reply(
    mut stream: &TcpStream,
    answer: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<(), Error> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or("/");
    let body = answer(path);
    let status = if body.is_some() {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let body = body.unwrap_or_default();
    let kind = match path.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("/") => "text/html",
        _ => "application/octet-stream",
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

/// What the page's own folder has for a path.
#[must_use]
pub fn file(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let name = if path == "/" {
        "index.html"
    } else {
        &path[1..]
    };
    let is_plain = !name.contains(['/', '?']) && Path::new(name).extension().is_some();
    is_plain.then(|| std::fs::read(folder.join(name)).ok())?
}

/// Holds a file back until it is let go.
#[derive(Clone, Debug, Default)]
pub struct Held(Arc<(Mutex<bool>, Condvar)>);

impl Held {
    /// Lets it go.
    ///
    /// # Panics
    /// Where a thread that waited for it did.
    pub fn let_go(&self) {
        *self.0.0.lock().expect("nobody panics") = true;
        self.0.1.notify_all();
    }

    /// Waits until it is let go; not for ever, where a test has failed.
    ///
    /// # Panics
    /// Where another thread that waited for it did.
    pub fn wait(&self) {
        let held = self.0.0.lock().expect("nobody panics");
        let patience = Duration::from_secs(60);
        drop(self.0.1.wait_timeout_while(held, patience, |gone| !*gone));
    }
}
