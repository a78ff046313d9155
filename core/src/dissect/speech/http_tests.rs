//! HTTP: heads that lie over segments, and bodies in all ways they end.

use crate::dissect::scene::{Scene, said, torment, values};

const GET: &[u8] = b"GET /docs/a%20b?x=1 HTTP/1.1\r\nHost: web\r\nX-Odd:  yes \r\n\r\n";
const PART: &str = "http.file_data";

#[test]
fn a_request_is_read_from_its_method_to_its_last_header() {
    let mut scene = Scene::new(80);
    scene.say(0, GET);
    let frames = scene.read();
    let of = |filter| values(&frames[3], filter);
    assert_eq!(of("http.request.method"), ["GET"]);
    assert_eq!(of("http.request.uri"), ["/docs/a%20b?x=1"]);
    assert_eq!(of("http.request.uri.path"), ["/docs/a%20b"]);
    assert_eq!(of("http.request.version"), ["HTTP/1.1"]);
    assert_eq!(of("http.host"), ["web"]);
    assert_eq!(of("http.unknown_header"), ["X-Odd:  yes"]);
    assert_eq!(of("wirestage.http.header_name"), ["Host", "X-Odd"]);
    assert_eq!(of("wirestage.http.header_value"), ["web", "yes"]);
    assert_eq!(of("http.request"), ["yes"]);
    let host = frames[3].last().unwrap().fields.iter();
    let host = host.filter(|field| field.kind.filter == "http.host");
    let ranges: Vec<_> = host.map(|field| field.range.clone()).collect();
    assert_eq!(ranges.len(), 1);
    assert_eq!(ranges[0], 54 + 30..54 + 41, "its whole line");
}

#[test]
fn a_head_over_several_segments_is_read_where_it_ends() {
    for size in [1, 2, 7, 20, 40] {
        let mut scene = Scene::new(80);
        scene.bit_by_bit(0, GET, size);
        let frames = scene.read();
        let last = frames.last().unwrap();
        assert_eq!(said(last), ["TCP segment data", "HTTP"], "{size}");
        assert_eq!(values(last, "http.host"), ["web"]);
        let whole = (frames.len()).to_string();
        for part in &frames[3..frames.len() - 1] {
            assert_eq!(values(part, "tcp.reassembled_in"), [&*whole]);
        }
    }
}

#[test]
fn a_body_of_known_length_ends_and_the_next_response_begins() {
    let mut scene = Scene::new(80);
    scene
        .say(0, GET)
        .say(0, b"HEAD /b HTTP/1.1\r\nHost: web\r\n\r\n");
    scene.say(
        0,
        b"POST /c HTTP/1.1\r\nHost: web\r\nContent-Length: 5\r\n\r\nhello",
    );
    scene.say(1, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123");
    scene.say(1, b"45");
    scene.say(
        1,
        b"6789HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    );
    let frames = scene.read();
    assert_eq!(values(&frames[5], PART), ["5 bytes"]);
    assert_eq!(values(&frames[5], "http.content_length"), ["5 bytes"]);
    let bodies: Vec<_> = frames[6..].iter().map(|f| values(f, PART)).collect();
    assert_eq!(bodies, [["4 bytes"], ["2 bytes"], ["4 bytes"]]);
    assert_eq!(values(&frames[8], "wirestage.http.body_of"), ["7"]);
    assert_eq!(
        values(&frames[8], "wirestage.http.body_before"),
        ["6 bytes"]
    );
    assert_eq!(values(&frames[6], "http.request_in"), ["4"]);
    assert_eq!(values(&frames[8], "http.request_in"), ["5", "6"]);
    assert_eq!(
        values(&frames[8], "http.response.phrase"),
        ["OK", "No Content"]
    );
    assert_eq!(values(&frames[3], "http.response_in"), ["7"]);
    assert_eq!(values(&frames[5], "http.response_in"), ["9"]);
}

#[test]
fn a_body_in_pieces_is_cut_at_their_lengths() {
    let body = b"5;x=1\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrail: er\r\n\r\n";
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let all = [&head[..], body, b"HTTP/1.1 404 Not Found\r\n\r\nno"].concat();
    for size in [1, 3, 10, 400] {
        let mut scene = Scene::new(80);
        scene.say(0, GET).say(0, GET);
        scene.bit_by_bit(1, &all, size);
        let frames = scene.read();
        let of = |filter| -> Vec<&str> {
            let all = frames.iter().flat_map(|frame| values(frame, filter));
            all.collect()
        };
        assert_eq!(of("http.chunk_size"), ["5 bytes", "26 bytes", "0 bytes"]);
        assert_eq!(of("http.chunk_boundary").len(), 2, "{size}");
        let data = frames.iter().flatten().flat_map(|layer| &layer.fields);
        let data = data.filter(|field| field.kind.filter == "http.chunk_data");
        assert_eq!(data.map(|field| field.range.len()).sum::<usize>(), 31);
        assert_eq!(of("wirestage.http.header_name"), {
            let get = ["Host", "X-Odd"];
            [&get[..], &get, &["Transfer-Encoding", "Trail"]].concat()
        });
        assert_eq!(of("http.response.code").len(), 2, "{size}");
        assert_eq!(of("http.request_in"), ["4", "5"]);
    }
}

#[test]
fn a_body_without_a_length_lasts_until_the_end() {
    let mut scene = Scene::new(80);
    scene
        .say(0, GET)
        .say(1, b"HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
    scene.say(1, b"HTTP/1.1 is a protocol").end(1);
    let frames = scene.read();
    assert_eq!(values(&frames[4], "http.response.code").len(), 1);
    assert_eq!(values(&frames[5], PART), ["22 bytes"]);
}

#[test]
fn a_word_before_the_answer_takes_nothing_away() {
    let mut scene = Scene::new(80);
    scene.say(
        0,
        b"POST /c HTTP/1.1\r\nHost: web\r\nContent-Length: 2\r\n\r\n",
    );
    scene.say(1, b"HTTP/1.1 100 Continue\r\n\r\n").say(0, b"ok");
    scene.say(1, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
    scene
        .say(0, GET)
        .say(1, b"HTTP/1.1 101 Go on\r\n\r\n\x01\x02");
    scene.say(0, b"\x03\x04\r\n");
    let frames = scene.read();
    assert_eq!(values(&frames[4], "http.request_in"), ["4"]);
    assert_eq!(values(&frames[5], PART), ["2 bytes"]);
    assert_eq!(values(&frames[6], "http.request_in"), ["4"]);
    assert_eq!(values(&frames[8], "http.request_in"), ["8"]);
    assert_eq!(said(&frames[8]), ["HTTP", "Data"]);
    assert_eq!(said(&frames[9]), ["Data"]);
}

#[test]
fn who_comes_late_waits_for_the_next_head() {
    let mut scene = Scene::midway(80);
    scene.say(1, b"the end of a page\n");
    scene.say(0, GET).say(1, b"HTTP/1.1 204 No Content\r\n\r\n");
    let frames = scene.read();
    assert_eq!(values(&frames[0], PART), ["18 bytes"]);
    assert_eq!(values(&frames[2], "http.request_in"), ["2"]);
}

#[test]
fn what_comes_again_or_early_changes_no_head() {
    let mut scene = Scene::new(80);
    scene.bit_by_bit(0, GET, 20);
    scene.say(1, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let again = scene.frames[4].clone();
    scene.frames.swap(3, 4);
    scene.frames.insert(5, again);
    let frames = scene.read();
    assert_eq!(said(&frames[3]), ["TCP segment data"]);
    assert_eq!(said(&frames[5]), ["TCP segment data"]);
    assert_eq!(values(&frames[6], "http.host"), ["web"]);
    assert_eq!(values(&frames[7], "http.request_in"), ["7"]);
}

#[test]
fn a_header_may_go_on_in_the_next_line() {
    let mut scene = Scene::new(80);
    scene.say(
        0,
        b"GET / HTTP/1.1\r\nHost: web\r\nAccept: a,\r\n b\r\n\r\n",
    );
    let frames = scene.read();
    assert_eq!(values(&frames[3], "http.accept"), ["a,\r\n b"]);
    assert_eq!(values(&frames[3], "wirestage.http.end_of_head").len(), 1);
}

#[test]
fn no_bytes_are_too_odd() {
    let mut scene = Scene::new(80);
    scene.bit_by_bit(0, GET, 20).say(0, GET);
    scene.say(1, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123");
    scene.say(
        1,
        b"456789HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    scene.say(1, b"5\r\nhello\r\n0\r\n\r\n");
    torment(&scene.frames, 80, 500);
}
