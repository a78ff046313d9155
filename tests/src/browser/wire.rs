//! WebDriver, as far as we speak it: JSON over HTTP, to a driver on this machine.

use serde_json::Value;
use std::io::{BufRead, BufReader, Error, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Sends a command and returns its `value`. The driver's own words where it fails.
pub fn call(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let answer = exchange(port, method, path, body);
    let answer = answer.map_err(|error| format!("{method} {path}: {error}"))?;
    let json: Result<Value, _> = serde_json::from_slice(&answer);
    let mut json = json.map_err(|error| format!("{method} {path}: {error}"))?;
    let value = json["value"].take();
    match value["error"].as_str() {
        None => Ok(value),
        Some(error) => {
            let message = value["message"].as_str().unwrap_or_default();
            let first = message.lines().next().unwrap_or_default();
            Err(format!("{error}: {first}"))
        }
    }
}

/// One request, one connection: on this machine that costs next to nothing.
fn exchange(port: u16, method: &str, path: &str, body: &Value) -> Result<Vec<u8>, Error> {
    let body = if method == "POST" {
        body.to_string()
    } else {
        String::new()
    };
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    read_answer(&mut BufReader::new(stream))
}

/// By its own length: the driver's browser may hold the connection open.
fn read_answer(from: &mut impl BufRead) -> Result<Vec<u8>, Error> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(Error::other)?;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_it_says() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length:4\r\nA: b\r\n\r\nnull and more";
        assert_eq!(read_answer(&mut answer.as_slice()).unwrap(), b"null");
        let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnull";
        assert!(read_answer(&mut cut.as_slice()).is_err());
    }
}
