//! What is known of FTP's frames once the frames around them were read.

use crate::dissect::{Dissection, Field, Piece, Talks};
use etherparse::PacketBuilder;

const CLIENT: [u8; 4] = [192, 0, 2, 10];
const SERVER: [u8; 4] = [192, 0, 2, 11];
/// The bytes of the headers before what is said.
const HEADERS: usize = 54;

/// What a tap saw.
struct Tap {
    frames: Vec<Vec<u8>>,
    talks: Talks,
}

/// A connection: both ends, the opener first, and how much each has said.
struct Line {
    ends: [([u8; 4], u16); 2],
    said: [u32; 2],
}

impl Tap {
    fn new() -> Self {
        Self {
            frames: Vec::new(),
            talks: Talks::new(),
        }
    }

    /// A session that has begun: frames 1 and 2 open it, and 3 greets.
    fn session() -> (Self, Line) {
        let mut tap = Self::new();
        let mut line = tap.opens((CLIENT, 50_000), (SERVER, 21));
        assert_eq!(tap.says(&mut line, 1, b"220 Ready.\r\n"), 3);
        (tap, line)
    }

    fn opens(&mut self, opener: ([u8; 4], u16), other: ([u8; 4], u16)) -> Line {
        let ends = [opener, other];
        self.segment(&ends, 0, 0, b"", b"S");
        self.segment(&ends, 1, 0, b"", b"SA");
        Line { ends, said: [1, 1] }
    }

    /// Answers the frame's number.
    fn says(&mut self, line: &mut Line, side: usize, bytes: &[u8]) -> u32 {
        let seq = line.said[side];
        line.said[side] += u32::try_from(bytes.len()).unwrap();
        self.segment(&line.ends, side, seq, bytes, b"A")
    }

    /// Says what comes `ahead` bytes behind what was said, or was said so many bytes ago.
    fn says_elsewhere(&mut self, line: &Line, side: usize, ahead: i32, bytes: &[u8]) -> u32 {
        let seq = line.said[side].wrapping_add_signed(ahead);
        self.segment(&line.ends, side, seq, bytes, b"A")
    }

    fn hangs_up(&mut self, line: &Line, side: usize) -> u32 {
        self.segment(&line.ends, side, line.said[side], b"", b"AF")
    }

    fn segment(
        &mut self,
        ends: &[([u8; 4], u16); 2],
        side: usize,
        seq: u32,
        bytes: &[u8],
        flags: &[u8],
    ) -> u32 {
        let (from, to) = (ends[side], ends[1 - side]);
        let mut segment = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4(from.0, to.0, 64)
            .tcp(from.1, to.1, seq, 64_000);
        for flag in flags {
            segment = match flag {
                b'S' => segment.syn(),
                b'F' => segment.fin(),
                _ => segment.ack(1),
            };
        }
        let mut frame = Vec::new();
        segment.write(&mut frame, bytes).unwrap();
        self.frames.push(frame);
        let number = u32::try_from(self.frames.len()).unwrap();
        let Self { frames, talks } = self;
        let by_number = |number: u32| frame_of(frames, number);
        let frame = by_number(number).unwrap();
        Dissection::default().follow(number, frame, talks, &by_number);
        number
    }

    /// What is known of a frame after all.
    fn look(&self, frame: u32) -> (Dissection, &[u8]) {
        let by_number = |number: u32| frame_of(&self.frames, number);
        let bytes = frame_of(&self.frames, frame).unwrap();
        let mut dissection = Dissection::default();
        dissection.read_again(frame, bytes, &self.talks, &by_number);
        (dissection, bytes)
    }

    /// All values of a field in a frame.
    fn all(&self, frame: u32, name: &str) -> Vec<String> {
        let (dissection, bytes) = self.look(frame);
        let fields = named(&dissection, name);
        fields.map(|field| dissection.value(field, bytes)).collect()
    }

    /// The one value of a field, or nothing.
    fn one(&self, frame: u32, name: &str) -> String {
        let all = self.all(frame, name);
        assert!(all.len() < 2, "{name} of frame {frame}: {all:?}");
        all.concat()
    }

    /// Where a field lies: frame, first and last byte, counted from what is said.
    fn span(&self, frame: u32, name: &str) -> Vec<(u32, usize, usize)> {
        let (dissection, _) = self.look(frame);
        let field = named(&dissection, name).next().expect(name);
        let pieces = match field.source {
            0 => vec![Piece {
                frame,
                range: field.range.clone(),
            }],
            source => dissection.span(source, &field.range),
        };
        let from_payload = |piece: &Piece| {
            let range = &piece.range;
            (piece.frame, range.start - HEADERS, range.end - HEADERS)
        };
        pieces.iter().map(from_payload).collect()
    }
}

fn frame_of(frames: &[Vec<u8>], number: u32) -> Option<&[u8]> {
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    frames.get(at).map(Vec::as_slice)
}

/// By a filter's name, as several fields share a shown one.
fn named<'a>(dissection: &'a Dissection, name: &str) -> impl Iterator<Item = &'a Field> {
    let name = name.to_owned();
    let fields = dissection.fields().iter();
    fields.filter(move |field| field.kind.filter == name)
}

const COMMAND: &str = "ftp.request.command";
const ARGUMENT: &str = "ftp.request.arg";
const CODE: &str = "ftp.response.code";
const TEXT: &str = "ftp.response.arg";
const ANSWERS: &str = "wirestage.ftp.answers";
const ANSWERS_FRAME: &str = "wirestage.ftp.answers_frame";
const ANSWERED_IN: &str = "wirestage.ftp.answered_in";
const FIRST: &str = "ftp.command-response.first-frame-num";
const LAST: &str = "ftp.command-response.last-frame-num";
const MOVED: &str = "ftp.command-response.bytes";
const DATA: &str = "wirestage.ftp-data.bytes";

#[test]
fn replies_answer_commands_in_their_order() {
    let (mut tap, mut line) = Tap::session();
    assert_eq!(tap.one(3, ANSWERS), "the connection");
    let both = tap.says(&mut line, 0, b"user ada\r\nPASS x\r\n");
    let name = tap.says(&mut line, 1, b"331 Password, please.\r\n");
    let welcome = tap.says(&mut line, 1, b"230-Welcome,\r\n221 ada.\r\n");
    let end = tap.says(&mut line, 1, b"230 Done.\r\n");
    let later = tap.says(&mut line, 1, b"421 Too long.\r\n");
    assert_eq!(tap.all(both, COMMAND), ["user", "PASS"]);
    let answered = [name.to_string(), welcome.to_string()];
    assert_eq!(tap.all(both, ANSWERED_IN), answered);
    assert_eq!(tap.one(name, ANSWERS), "USER");
    assert_eq!(tap.one(welcome, ANSWERS), "PASS");
    assert_eq!(tap.all(welcome, TEXT), ["Welcome,", "221 ada."]);
    assert_eq!(tap.one(end, ANSWERS), "PASS");
    assert_eq!(tap.one(end, ANSWERS_FRAME), both.to_string());
    assert_eq!(tap.one(later, ANSWERS), "", "nobody asked");
    assert_eq!(tap.one(later, CODE).get(..3), Some("421"));
}

#[test]
fn a_greeting_that_comes_late_greets() {
    let mut tap = Tap::new();
    let mut line = tap.opens((CLIENT, 50_000), (SERVER, 21));
    let hasty = tap.says(&mut line, 0, b"USER ada\r\n");
    let soon = tap.says(&mut line, 1, b"120 Soon.\r\n");
    let ready = tap.says(&mut line, 1, b"220 Ready.\r\n");
    let name = tap.says(&mut line, 1, b"331 Password.\r\n");
    assert_eq!(tap.one(soon, ANSWERS), "the connection");
    assert_eq!(tap.one(ready, ANSWERS), "the connection");
    assert_eq!(tap.one(name, ANSWERS), "USER");
    assert_eq!(tap.one(hasty, ANSWERED_IN), name.to_string());
}

#[test]
fn a_command_in_two_segments_is_one_command() {
    let (mut tap, mut line) = Tap::session();
    let first = tap.says(&mut line, 0, b"RETR repo");
    let second = tap.says(&mut line, 0, b"rt.pdf\r\nNOOP\r\n");
    let reply = tap.says(&mut line, 1, b"550 No.\r\n");
    assert_eq!(tap.one(first, COMMAND), "");
    assert_eq!(tap.one(first, "tcp.reassembled_in"), second.to_string());
    assert_eq!(tap.all(second, COMMAND), ["NOOP", "RETR"]);
    assert_eq!(tap.one(second, ARGUMENT), "report.pdf");
    assert_eq!(tap.span(second, ARGUMENT), [(first, 5, 9), (second, 0, 6)]);
    assert_eq!(tap.span(second, COMMAND), [(second, 8, 12)], "NOOP");
    assert_eq!(
        tap.one(second, ANSWERED_IN),
        reply.to_string(),
        "RETR alone"
    );
    assert_eq!(tap.one(reply, ANSWERS_FRAME), second.to_string());
}

#[test]
fn two_replies_in_one_segment_are_two() {
    let (mut tap, mut line) = Tap::session();
    tap.says(&mut line, 0, b"RETR a\r\n");
    tap.says(&mut line, 0, b"ABOR\r\n");
    let both = tap.says(&mut line, 1, b"426 Broken off.\r\n226 Done.\r\n");
    assert_eq!(tap.all(both, ANSWERS), ["RETR", "ABOR"]);
    assert_eq!(tap.all(both, TEXT), ["Broken off.", "Done."]);
    assert_eq!(tap.span(both, TEXT), [(both, 4, 15)]);
}

#[test]
fn a_reply_may_lie_in_many_segments() {
    let (mut tap, mut line) = Tap::session();
    let asked = tap.says(&mut line, 0, b"FEAT\r\n");
    let a = tap.says(&mut line, 1, b"211-Features:\r\n MD");
    let b = tap.says(&mut line, 1, b"T");
    let c = tap.says(&mut line, 1, b"M\r\n SIZE\r\n211 E");
    let d = tap.says(&mut line, 1, b"nd\r\n");
    assert_eq!(tap.one(asked, ANSWERED_IN), a.to_string());
    assert_eq!(tap.all(a, TEXT), ["Features:"]);
    assert_eq!(tap.all(c, TEXT), [" SIZE", " MDTM"]);
    let (whole, _) = tap.look(c);
    let lines: Vec<_> = named(&whole, TEXT).collect();
    let pieces = whole.span(lines[1].source, &lines[1].range);
    let places = pieces.iter().map(|piece| (piece.frame, piece.range.len()));
    assert_eq!(places.collect::<Vec<_>>(), [(a, 3), (b, 1), (c, 1)]);
    assert_eq!(tap.span(d, TEXT), [(c, 14, 15), (d, 0, 2)]);
    assert_eq!(tap.span(d, CODE), [(c, 10, 13)]);
    assert_eq!(tap.one(d, ANSWERS), "FEAT");
}

#[test]
fn what_comes_early_waits_and_what_comes_again_is_told_once() {
    let (mut tap, mut line) = Tap::session();
    let early = tap.says_elsewhere(&line, 0, 7, b"x.pdf\r\n");
    let late = tap.says(&mut line, 0, b"RETR re");
    line.said[0] += 7;
    let again = tap.says_elsewhere(&line, 0, -14, b"RETR rex.pdf\r\nNOOP\r\n");
    line.said[0] += 6;
    let refused = tap.says(&mut line, 1, b"550 No.\r\n");
    let fine = tap.says(&mut line, 1, b"200 Fine.\r\n");
    assert_eq!(tap.one(early, COMMAND), "");
    assert_eq!(tap.one(early, "tcp.reassembled_in"), late.to_string());
    assert_eq!(tap.span(late, ARGUMENT), [(late, 5, 7), (early, 0, 5)]);
    assert_eq!(tap.one(again, COMMAND), "NOOP");
    assert_eq!(tap.span(again, COMMAND), [(again, 14, 18)]);
    assert_eq!(tap.one(late, ANSWERED_IN), refused.to_string());
    assert_eq!(tap.one(again, ANSWERED_IN), fine.to_string());
}

#[test]
fn ports_are_found_where_they_stand() {
    /// Who says it, what, and the fields: name, value, from, up to.
    type Row = (
        usize,
        &'static [u8],
        &'static [(&'static str, &'static str, usize, usize)],
    );
    let frames: [Row; 5] = [
        (
            0,
            b"PORT 192,0,2,10,195,80\r\n",
            &[
                ("ftp.active.cip", "192.0.2.10", 5, 15),
                ("ftp.active.port", "50000", 16, 22),
                ("wirestage.ftp.port_means", "195 × 256 + 80 = 50000", 16, 22),
            ],
        ),
        (
            1,
            b"227 Entering (192,0,2,11,227,108).\r\n",
            &[
                ("ftp.passive.ip", "192.0.2.11", 14, 24),
                ("ftp.passive.port", "58220", 25, 32),
                (
                    "wirestage.ftp.port_means",
                    "227 × 256 + 108 = 58220",
                    25,
                    32,
                ),
            ],
        ),
        (
            0,
            b"EPRT |1|192.0.2.10|50000|\r\n",
            &[
                ("ftp.eprt.af", "1 (IPv4)", 6, 7),
                ("ftp.eprt.ip", "192.0.2.10", 8, 18),
                ("ftp.eprt.port", "50000", 19, 24),
            ],
        ),
        (
            0,
            b"EPRT |2|2001:db8::10|50000|\r\n",
            &[
                ("ftp.eprt.af", "2 (IPv6)", 6, 7),
                ("ftp.eprt.ipv6", "2001:db8::10", 8, 20),
                ("ftp.eprt.port", "50000", 21, 26),
            ],
        ),
        (
            1,
            b"229 Go (|||58220|)\r\n",
            &[
                ("ftp.epsv.ip", "192.0.2.11", 11, 16),
                ("ftp.epsv.port", "58220", 11, 16),
            ],
        ),
    ];
    for (side, said, fields) in frames {
        let (mut tap, mut line) = Tap::session();
        let frame = tap.says(&mut line, side, said);
        for (name, value, from, to) in fields {
            assert_eq!(tap.one(frame, name), *value, "{name}");
            assert_eq!(tap.span(frame, name), [(frame, *from, *to)], "{name}");
        }
    }
}

#[test]
fn an_address_that_is_not_the_speakers_own_is_a_sign_of_nat() {
    let (mut tap, mut line) = Tap::session();
    let own = tap.says(&mut line, 0, b"PORT 192,0,2,10,195,80\r\n");
    let other = tap.says(&mut line, 0, b"PORT 10,0,0,1,195,80\r\n");
    let server = tap.says(&mut line, 1, b"227 At 10,0,0,2,195,80\r\n");
    assert_eq!(tap.one(own, "ftp.active.nat"), "");
    assert_eq!(tap.one(other, "ftp.active.nat"), "yes");
    assert_eq!(tap.one(server, "ftp.passive.nat"), "yes");
}

/// A session in which PASV was answered: the next connection to port 58220 is its own.
fn passive() -> (Tap, Line, u32) {
    let (mut tap, mut line) = Tap::session();
    tap.says(&mut line, 0, b"PASV\r\n");
    let setup = tap.says(&mut line, 1, b"227 At (192,0,2,11,227,108)\r\n");
    (tap, line, setup)
}

/// What is known of a frame with data.
fn about(tap: &Tap, frame: u32) -> [String; 7] {
    [
        "wirestage.ftp-data.carries",
        "wirestage.ftp-data.command",
        "ftp-data.command-frame",
        "ftp-data.setup-method",
        "ftp-data.setup-frame",
        "wirestage.ftp-data.offset",
        "wirestage.ftp-data.to_server",
    ]
    .map(|name| tap.one(frame, name))
}

#[test]
fn a_file_is_known_by_what_was_said_on_the_other_connection() {
    let (mut tap, mut line, setup) = passive();
    tap.says(&mut line, 0, b"REST 1000\r\n");
    tap.says(&mut line, 1, b"350 Fine.\r\n");
    let mut data = tap.opens((CLIENT, 50_001), (SERVER, 58_220));
    let asked = tap.says(&mut line, 0, b"RETR big.iso\r\n");
    tap.says(&mut line, 1, b"150 Here it comes.\r\n");
    let first = tap.says(&mut data, 1, &[7; 500]);
    let second = tap.says(&mut data, 1, &[7; 500]);
    let again = tap.says_elsewhere(&data, 1, -500, &[7; 500]);
    tap.hangs_up(&data, 1);
    let done = tap.says(&mut line, 1, b"226 Done.\r\n");
    let (asked_in, setup) = (asked.to_string(), setup.to_string());
    for (frame, offset) in [(first, "1000"), (second, "1500")] {
        let known = [
            "1 (a file)",
            "RETR",
            &asked_in,
            "PASV",
            &setup,
            offset,
            "no",
        ];
        assert_eq!(about(&tap, frame), known);
        assert_eq!(tap.span(frame, DATA), [(frame, 0, 500)]);
    }
    assert_eq!(tap.one(again, DATA), "");
    assert_eq!(tap.one(asked, FIRST), first.to_string());
    assert_eq!(tap.one(asked, LAST), second.to_string());
    assert_eq!(tap.one(asked, MOVED), "1000 bytes");
    assert_eq!(tap.one(done, ANSWERS_FRAME), asked_in);
}

#[test]
fn the_server_may_call_the_client() {
    let (mut tap, mut line) = Tap::session();
    let setup = tap.says(&mut line, 0, b"PORT 192,0,2,10,195,81\r\n");
    tap.says(&mut line, 1, b"200 Fine.\r\n");
    let asked = tap.says(&mut line, 0, b"STOR a\r\n");
    let mut data = tap.opens((SERVER, 20), (CLIENT, 50_001));
    tap.says(&mut line, 1, b"150 Send it.\r\n");
    let bytes = tap.says(&mut data, 1, b"Dear Grace,\n");
    let odd = tap.says(&mut data, 0, b"?");
    let (asked_in, setup) = (asked.to_string(), setup.to_string());
    let known = ["1 (a file)", "STOR", &asked_in, "PORT", &setup, "0", "yes"];
    assert_eq!(about(&tap, bytes), known);
    let [carries, _, _, method, ..] = about(&tap, odd);
    assert_eq!((&*carries, &*method), ("", "PORT"), "against the way");
    // Nobody hangs up, but the last reply tells that all of it came.
    tap.says(&mut line, 1, b"226 Done.\r\n");
    assert_eq!(tap.one(asked, MOVED), "12 bytes");
    let more = tap.says(&mut data, 1, b"Ada\n");
    assert_eq!(tap.one(asked, MOVED), "16 bytes");
    assert_eq!(tap.one(asked, LAST), more.to_string());
}

#[test]
fn a_data_connection_is_known_where_nat_rewrote_its_addresses() {
    let (mut tap, mut line) = Tap::session();
    tap.says(&mut line, 0, b"EPSV\r\n");
    tap.says(&mut line, 1, b"229 Go (|||58220|)\r\n");
    tap.says(&mut line, 0, b"RETR a\r\n");
    let mut data = tap.opens(([10, 0, 0, 7], 4), ([10, 0, 0, 9], 58_220));
    let bytes = tap.says(&mut data, 1, b"abc");
    assert_eq!(about(&tap, bytes)[3], "EPSV");
    assert_eq!(about(&tap, bytes)[1], "RETR");
}

#[test]
fn of_two_that_wait_at_one_port_the_addresses_decide() {
    let mut tap = Tap::new();
    let mut asked = Vec::new();
    let clients = [[192, 0, 2, 10], [192, 0, 2, 12]];
    for client in clients {
        let mut line = tap.opens((client, 50_000), (SERVER, 21));
        tap.says(&mut line, 1, b"227 At (192,0,2,11,227,108)\r\n");
        asked.push(tap.says(&mut line, 0, b"RETR a\r\n").to_string());
    }
    let stranger = tap.opens(([10, 0, 0, 7], 9), ([10, 0, 0, 8], 58_220));
    for (client, asked) in clients.into_iter().zip(&asked) {
        let mut data = tap.opens((client, 50_001), (SERVER, 58_220));
        let bytes = tap.says(&mut data, 1, b"abc");
        assert_eq!(about(&tap, bytes)[2], *asked);
    }
    let mut stranger = stranger;
    let bytes = tap.says(&mut stranger, 1, b"abc");
    assert_eq!(about(&tap, bytes)[2], "", "nobody knows whose it is");
}

#[test]
fn a_list_is_read_line_by_line() {
    let (mut tap, mut line, _) = passive();
    let mut data = tap.opens((CLIENT, 50_001), (SERVER, 58_220));
    let asked = tap.says(&mut line, 0, b"MLSD\r\n");
    let first = tap.says(&mut data, 1, b"type=file; a\r\ntype=file; b\r\ntype=");
    let second = tap.says(&mut data, 1, b"dir; c\r\ntype=dir; d");
    let last = tap.hangs_up(&data, 1);
    let name = "wirestage.ftp-data.line";
    assert_eq!(tap.all(first, name), ["type=file; a", "type=file; b"]);
    assert_eq!(tap.all(second, name), ["type=dir; c"]);
    assert_eq!(tap.span(second, name), [(first, 28, 33), (second, 0, 8)]);
    assert_eq!(
        tap.all(last, name),
        ["type=dir; d"],
        "the end has no line end"
    );
    assert_eq!(about(&tap, first)[0], "2 (a list of files)");
    assert_eq!(about(&tap, second)[2], asked.to_string());
    assert_eq!(tap.one(asked, MOVED), "52 bytes");
    assert_eq!(tap.one(asked, LAST), second.to_string());
}

#[test]
fn a_transfer_can_be_asked_about_and_broken_off() {
    let (mut tap, mut line, _) = passive();
    let mut data = tap.opens((CLIENT, 50_001), (SERVER, 58_220));
    let asked = tap.says(&mut line, 0, b"RETR big.iso\r\n");
    tap.says(&mut line, 1, b"150 Here it comes.\r\n");
    let how = tap.says(&mut line, 0, b"STAT\r\n");
    let so = tap.says(&mut line, 1, b"213 Half of it.\r\n");
    tap.says(&mut data, 1, &[7; 100]);
    let stop = tap.says(&mut line, 0, b"\xff\xf4\xff\xf2ABOR\r\n");
    let broken = tap.says(&mut line, 1, b"426 Broken off.\r\n");
    let end = tap.says(&mut line, 1, b"226 You said ABOR.\r\n");
    assert_eq!(tap.one(so, ANSWERS_FRAME), how.to_string());
    assert_eq!(tap.span(stop, "wirestage.ftp.telnet"), [(stop, 0, 4)]);
    assert_eq!(tap.span(stop, COMMAND), [(stop, 4, 8)]);
    assert_eq!(tap.one(broken, ANSWERS_FRAME), asked.to_string());
    assert_eq!(tap.one(end, ANSWERS_FRAME), stop.to_string());
    assert_eq!(tap.one(end, ANSWERS), "ABOR");
    assert_eq!(tap.one(asked, MOVED), "100 bytes");
}

#[test]
fn a_transfer_that_is_refused_leaves_its_connection_to_the_next() {
    let (mut tap, mut line, _) = passive();
    let mut data = tap.opens((CLIENT, 50_001), (SERVER, 58_220));
    let refused = tap.says(&mut line, 0, b"RETR no\r\n");
    tap.says(&mut line, 1, b"550 There is none.\r\n");
    let asked = tap.says(&mut line, 0, b"RETR yes\r\n");
    let bytes = tap.says(&mut data, 1, b"abc");
    tap.hangs_up(&data, 1);
    assert_eq!(about(&tap, bytes)[2], asked.to_string());
    assert_eq!(tap.one(refused, MOVED), "");
    assert_eq!(tap.one(asked, MOVED), "3 bytes");
}

#[test]
fn a_transfer_may_be_asked_for_before_the_port_is_known() {
    let (mut tap, mut line) = Tap::session();
    let asked = tap.says(&mut line, 0, b"PASV\r\nSTOR a\r\n");
    tap.says(&mut line, 1, b"227 At (192,0,2,11,227,108)\r\n");
    let mut data = tap.opens((CLIENT, 50_001), (SERVER, 58_220));
    let bytes = tap.says(&mut data, 0, b"abc");
    tap.hangs_up(&data, 0);
    assert_eq!(about(&tap, bytes)[1], "STOR");
    assert_eq!(tap.one(asked, MOVED), "3 bytes");
}

#[test]
fn a_port_that_is_refused_is_not_waited_for() {
    let (mut tap, mut line) = Tap::session();
    tap.says(&mut line, 0, b"PORT 192,0,2,10,195,81\r\n");
    tap.says(&mut line, 1, b"500 Not to you.\r\n");
    let mut other = tap.opens((SERVER, 9), (CLIENT, 50_001));
    let bytes = tap.says(&mut other, 0, b"abc");
    assert_eq!(tap.one(bytes, DATA), "");
}

#[test]
fn a_protected_session_is_not_read() {
    let (mut tap, mut line) = Tap::session();
    tap.says(&mut line, 0, b"AUTH TLS\r\n");
    tap.says(&mut line, 1, b"234 Fine.\r\n");
    let veiled = tap.says(&mut line, 0, b"\x16\x03\x01\r\nUSER ada\r\n");
    assert_eq!(tap.one(veiled, COMMAND), "");
    assert_eq!(tap.one(veiled, "data.data"), "15 bytes");
}

/// What a frame says that nothing else is known of: no command that is answered, no lines over
/// several frames, no data connections. And still every command and reply.
#[test]
fn a_frame_that_is_read_alone_still_shows_commands_and_replies() {
    let frames: [((u16, u16), &[u8], &str); 9] = [
        ((9, 21), b"USER ada\r\n", "Command USER, Argument ada"),
        ((9, 21), b"QUIT", "Command QUIT"),
        ((9, 21), b"port.pdf\r\n", "Line port.pdf"),
        (
            (9, 21),
            b"\xff\xf2ABOR\r\n",
            "Telnet signals 2 bytes, Command ABOR",
        ),
        (
            (9, 21),
            b"PORT 192,0,2,10,0,9\r\n",
            "Command PORT, Argument 192,0,2,10,0,9, Client listens at 192.0.2.10, \
             Client's data port 9, Port worked out 0 × 256 + 9 = 9",
        ),
        (
            (21, 9),
            b"211-So\r\n it\r\n211 is\r\n",
            "Code 211, More lines follow yes, Text So, Further line  it, \
             Code 211, More lines follow no, Text is",
        ),
        (
            (21, 9),
            b" it\r\n211 is\r\n",
            "Line  it, Code 211, More lines follow no, Text is",
        ),
        ((21, 9), b"226\r\n", "Code 226"),
        ((20, 9), b"\x00\x01", "Bytes 2 bytes"),
    ];
    for ((from, to), said, shown) in frames {
        let mut tap = Tap::new();
        tap.segment(&[(CLIENT, from), (SERVER, to)], 0, 5, said, b"A");
        let alone = Dissection::of(&tap.frames[0]);
        let fields = alone.fields().iter().filter(|f| f.range.start >= HEADERS);
        let fields = fields.filter(|f| {
            let filter = f.kind.filter;
            !filter.contains("code.") && !filter.contains("line_end") && !IS.contains(&filter)
        });
        let words = fields.map(|f| {
            let value = alone.value(f, &tap.frames[0]);
            let value = value.split(" (").next().unwrap_or_default();
            format!("{} {value}", f.kind.name)
        });
        assert_eq!(words.collect::<Vec<_>>().join(", "), shown);
    }
}

const IS: [&str; 2] = ["ftp.request", "ftp.response"];
