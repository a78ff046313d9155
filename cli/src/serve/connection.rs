//! One connection of a browser: a request, an answer, and a polite end.

use super::request::{Request, left, read_header};
use super::{Site, answer};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// The whole answer has to be taken within this time.
const MOST_TIME: Duration = Duration::from_secs(30);

/// What a browser still says after its answer is thrown away for so long …
const LINGER: Duration = Duration::from_secs(1);
/// … and as far as this, so that closing does not cut the answer off.
const LINGER_BYTES: usize = 1 << 20;

/// Answers one request. Whatever the other side does, this ends.
pub fn answer(stream: &TcpStream, site: &Site) -> io::Result<()> {
    let header = read_header(stream)?;
    if header.is_empty() {
        return Ok(());
    }
    let answer = answer::to(Request::parse(&header), site);
    let deadline = Instant::now() + MOST_TIME;
    send(stream, answer.header.as_bytes(), deadline)?;
    send(stream, &answer.body, deadline)?;
    stream.shutdown(Shutdown::Write)?;
    linger(stream)
}

fn send(mut stream: &TcpStream, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.set_write_timeout(Some(left(deadline)?))?;
        match stream.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

fn linger(mut stream: &TcpStream) -> io::Result<()> {
    let deadline = Instant::now() + LINGER;
    let mut unread = [0; 4096];
    let mut count = 0;
    while count < LINGER_BYTES {
        stream.set_read_timeout(Some(left(deadline)?))?;
        match stream.read(&mut unread)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(())
}
