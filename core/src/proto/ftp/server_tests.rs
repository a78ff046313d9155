//! Stories of a server's control connection.

use super::*;
use crate::proto::laws::{self, Script, Step, says};

const IDLE: Duration = Duration::from_secs(300);

fn new() -> Server {
    Server::new(Time::ZERO, "Ready.", Some(IDLE), true)
}

/// A program that agrees to everything.
fn agree(server: &mut Server, now: Time, report: &ServerReport) {
    let command = match report {
        ServerReport::Asks(command) => command,
        ServerReport::Interrupts(Command::Abor) => {
            server.answer(now, Reply::new(426, "Broken off."));
            return server.answer_interrupt(now, Reply::new(226, "Done."));
        }
        ServerReport::Interrupts(_) => {
            return server.answer_interrupt(now, Reply::new(211, "Half of it."));
        }
        _ => return,
    };
    let code = match command {
        Command::User(_) => 331,
        Command::Pass(_) => 230,
        Command::Pasv => 227,
        Command::Quit => 221,
        // It goes on until it is broken off.
        Command::Stor(_) => return server.answer(now, Reply::new(150, "Begun.")),
        Command::Retr(_) | Command::List(_) => {
            server.answer(now, Reply::new(150, "Begun."));
            226
        }
        Command::Rnfr(_) | Command::Rest(_) => 350,
        Command::Rein => 220,
        _ => 200,
    };
    server.answer(now, Reply::new(code, "Fine."));
}

fn codes(lines: &[u8]) -> Vec<u16> {
    let mut server = new();
    server.handle_input(Time::ZERO, lines);
    let mut codes = Vec::new();
    while let Some(output) = server.poll_output() {
        if let Output::Report(report) = output {
            agree(&mut server, Time::ZERO, &report);
            if let ServerReport::Says { reply, .. } = report {
                codes.push(reply.code);
            }
        }
    }
    codes
}

const WHOLE: &[u8] =
    b"USER ada\r\nPASS x\r\nTYPE I\r\nPASV\r\nRETR a\r\nRETR a\r\nQUIT\r\nNOOP\r\n";

/// A transfer that is asked about, broken off, and followed by others.
const LONG: &[u8] =
    b"USER ada\r\nPASS x\r\nRNFR a\r\nRNTO b\r\nEPSV\r\nREST 9\r\nSTOR a\r\nSTAT\r\n\
    \xff\xf4\xf2STAT\r\nABOR\r\nABOR\r\nEPSV ALL\r\nPASV\r\nEPSV 2\r\nLIST -l\r\nEPSV\r\nSTOR b\r\n\
    NOOP\r\nABOR\r\nQUIT\r\n";

#[test]
fn the_five_laws_hold() {
    let faults = b"PASS\r\nNOOP\nXYZZY\r\nPORT 1,2\r\n\r\nuser ada\r\nRETR a\r\npass\r\n";
    let mut scripts: Vec<Script> = vec![says(WHOLE), says(faults)];
    scripts.push(says(&[b'x'; 5000]));
    scripts.push(says(LONG));
    scripts.push(vec![
        Step::Input(b"USER ada\r\nPA".to_vec()),
        Step::Timeout,
        Step::Input(b"SS x\r\n".to_vec()),
    ]);
    laws::check(1500, &scripts, new, agree);
    laws::check(500, &scripts, new, |_, _, _| {});
}

#[test]
fn a_pipelined_session_is_answered_in_order() {
    assert_eq!(
        codes(WHOLE),
        [220, 331, 230, 200, 227, 150, 226, 425, 221],
        "and nothing after QUIT"
    );
}

#[test]
fn each_fault_has_its_code() {
    let lines = b"RETR a\r\nPASS x\r\nUSER a\r\nPASS x\r\nXYZZY\r\nAUTH TLS\r\nTYPE E\r\n\
        TYPE X\r\nRETR a\r\nTYPE I\r\nRETR a\r\nUSER\r\n";
    assert_eq!(
        codes(lines),
        [
            220, 530, 503, 331, 230, 500, 502, 504, 501, 425, 200, 425, 501
        ]
    );
}

#[test]
fn a_refused_command_changes_nothing() {
    let lines = b"USER a\r\nPASS x\r\nPASV\r\nTYPE E\r\nPASS y\r\nTYPE I\r\nRETR a\r\n";
    assert_eq!(
        codes(lines),
        [220, 331, 230, 227, 504, 503, 200, 150, 226],
        "still logged in, and PASV still holds"
    );
}

#[test]
fn an_over_long_line_is_refused_once() {
    let mut lines = vec![b'x'; 1_000_000];
    lines.extend_from_slice(b"\r\nQUIT\r\n");
    assert_eq!(codes(&lines), [220, 500, 221]);
}

#[test]
fn silence_ends_the_session_with_421() {
    let mut server = new();
    let due = server.poll_timeout().unwrap();
    assert_eq!(due, Time::ZERO + IDLE);
    server.handle_timeout(Time(due.0 - 1));
    assert_eq!(server.poll_timeout(), Some(due));
    server.handle_timeout(due);
    let out: Vec<_> = std::iter::from_fn(|| server.poll_output()).collect();
    assert!(matches!(out[2], Output::Report(ServerReport::TimedOut)));
    assert!(matches!(&out[4], Output::Send(bytes) if bytes.starts_with(b"421 ")));
    assert_eq!(out[5], Output::Finish);
}

#[test]
fn while_a_command_is_answered_nobody_is_idle() {
    let mut server = new();
    server.handle_input(Time::ZERO, b"USER ada\r\nPWD \r\n");
    assert_eq!(server.poll_timeout(), None);
    assert_eq!(server.backlog(), 6);
    server.answer(Time(5), Reply::new(331, "Password?"));
    assert_eq!(server.poll_timeout(), Some(Time(5) + IDLE));
    assert_eq!(server.backlog(), 0);
}

#[test]
fn a_transfer_hears_stat_and_abor_and_nothing_else() {
    assert_eq!(
        codes(LONG),
        [
            220, 331, 230, 350, 200, 200, 350, 150, 211, 211, 426, 226, 200, 200, 503, 200, 150,
            226, 200, 150
        ],
        "NOOP waits, and ABOR behind it"
    );
}

#[test]
fn while_a_transfer_runs_nobody_is_idle() {
    let mut server = new();
    server.handle_input(
        Time::ZERO,
        b"USER ada\r\nPASS x\r\nPASV\r\nSTOR a\r\nSTAT\r\n",
    );
    while let Some(output) = server.poll_output() {
        if let Output::Report(report) = output {
            agree(&mut server, Time::ZERO, &report);
        }
    }
    assert_eq!(server.poll_timeout(), None);
    server.answer(Time(5), Reply::new(226, "Done."));
    assert_eq!(server.poll_timeout(), Some(Time(5) + IDLE));
}
