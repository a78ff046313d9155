//! No input, in whatever order, may panic a program: hosts go wrong in ways of their own.

use super::browser::Browser;
use super::console::{Console, ConsoleConfig};
use super::contract::{
    CloseReason, Input, NameAnswer, NameData, NameError, NameKind, Program, Request,
};
use super::files::Files;
use super::ftp_server::Account;
use super::ftp_server::{FtpServer, FtpServerConfig};
use super::ftp_user::{FtpUser, FtpUserConfig};
use super::mail_server::{MailServer, MailServerConfig};
use super::mail_user::{MailUser, MailUserConfig};
use super::name_server::{NameServer, NameServerConfig};
use super::plain_server::{PlainServer, PlainServerConfig, Service};
use super::resolver::{Resolver, ResolverConfig};
use super::web_page::{WebPage, WebPageConfig};
use super::web_server::{WebServer, WebServerConfig};
use crate::base::{ConnId, Content, Duration, Letter, Rng, Time, Unreachable};
use crate::proto::dns::Name;
use crate::proto::ftp::typed::DataMode;
use std::net::SocketAddr;

/// What is said and typed, most of it in order somewhere.
const SAYINGS: [&str; 70] = [
    "USER ada\r\nPASS x\r\nTYPE A\r\n",
    "EPSV\r\n",
    "EPRT |1|192.0.2.10|2313|\r\n",
    "STOR b\r\n",
    "STOR b\r\nSTAT\r\nABOR\r\n",
    "APPE a\r\n",
    "STOU\r\n",
    "REST 2\r\n",
    "LIST\r\nMLSD\r\n",
    "NLST *\r\nMLST a\r\n",
    "RNFR a\r\nRNTO c\r\n",
    "DELE a\r\nSTAT .\r\n",
    "MKD d\r\nCWD d\r\nCDUP\r\nRMD d\r\n",
    "SIZE a\r\nMDTM a\r\nALLO 9\r\nREIN\r\n",
    "FEAT\r\nHELP RETR\r\nOPTS MLST type\r\nLANG\r\nSITE x\r\n",
    "ABOR\r\nSTAT\r\n",
    "\r",
    "\n",
    "USER ada\r\nPASS x\r\nTYPE I\r\n",
    "PASV\r\n",
    "PORT 192,0,2,10,9,9\r\n",
    "RETR a\r\n",
    "RETR empty\r\n",
    "QUIT\r\n",
    "EHLO laptop\r\n",
    "MAIL FROM:<>\r\n",
    "RCPT TO:<grace@example.net>\r\n",
    "DATA\r\n",
    "..\r\n.\r\n",
    "RSET\r\n",
    "220 a\r\n",
    "331 b\r\n230 c\r\n",
    "200 d\r\n",
    "227 192,0,2,11,9,9\r\n",
    "150 e (7 bytes)\r\n",
    "226 f\r\n",
    "250 g\r\n",
    "354 h\r\n",
    "421 i\r\n",
    "550 j\r\n",
    "250-k\r\n",
    "x",
    "login",
    "get a",
    "get empty as b",
    "quit",
    "send Grace Hi \"x\"",
    "\0\r\n.\n",
    "ping server 2",
    "traceroute server",
    "connect server 7",
    "say hello",
    "send 9 kB",
    "hear",
    "wait 20 s",
    "close",
    "abort",
    "open 192.0.2.11/a",
    "GET /a HTTP/1.0\r\n\r\n",
    "HEAD / HTTP/1.0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
    "type=file;size=1; a\r\n",
    "dig example.net MX @server",
    "\0\x07\x01\0\0\x01\0\0\0\0\0\0\x01a\x03net\0\0\x01\0\x01",
    "\0\x17\0\x07\x01\0\0\x01\0\0\0\0\0\0\x01a\x03net\0\0\x0f\0\x01",
    "fetch",
    "retry",
    "+OK 1 a\r\n.\r\n",
    "+OK b\r\n1 2\r\n.\r\n",
    "delete 1",
];

fn programs() -> Vec<Box<dyn Program>> {
    let config = FtpServerConfig {
        users: vec![Account::new("ada", "x")],
        files: [("a", "Hello."), ("empty", "")]
            .map(|(name, text)| (name, Content::from_bytes(text.as_bytes())))
            .into_iter()
            .collect::<Files>(),
        idle: Some(Duration::from_secs(30)),
        disk: Some(100),
        quota: Some(90),
        sessions: Some(3),
        passive_ports: Some(21..=23),
        port_check: false,
        ..FtpServerConfig::default()
    };
    let ftp_user = |mode| {
        Box::new(FtpUser::new(FtpUserConfig {
            server: "192.0.2.11".into(),
            mode,
            ..FtpUserConfig::default()
        }))
    };
    vec![
        Box::new(FtpServer::new(config)),
        ftp_user(DataMode::Passive),
        ftp_user(DataMode::Active),
        mail_server(),
        mail_user(),
        Box::new(Console::new(ConsoleConfig {
            rng: Rng::from_seed(2),
            name_servers: vec!["192.0.2.11".parse().unwrap()],
        })),
        plain(Service::Echo),
        plain(Service::Discard),
        Box::new(Browser::new()),
        resolver(),
        name_server(),
        Box::new(WebServer::new(WebServerConfig {
            files: [("a", Content::from_bytes(b"Hello."))]
                .into_iter()
                .collect(),
        })),
        Box::new(WebPage::new(WebPageConfig {
            server: "192.0.2.11".into(),
            user: "ada".into(),
            password: "x".into(),
            extended: false,
            patience: Duration::from_secs(60),
        })),
    ]
}

fn mail_server() -> Box<dyn Program> {
    let config = MailServerConfig {
        domains: vec!["example.net".into()],
        mailboxes: vec!["grace@example.net".into()],
        aliases: vec![(
            "grace".into(),
            vec!["grace@example.net".into(), "ada@example.org".into()],
        )],
        pop: true,
        quota: Some(2000),
        gives_up_after: Duration::from_secs(600),
        retry_after: Duration::from_secs(20),
        ..MailServerConfig::new("server.example.net")
    };
    Box::new(MailServer::new(config).unwrap())
}

fn mail_user() -> Box<dyn Program> {
    let config = MailUserConfig {
        server: "server.example.net".into(),
        port: 25,
        hostname: "laptop.example.org".into(),
        people: vec![
            ("Ada".into(), "ada@example.org".into()),
            ("Grace".into(), "grace@example.net".into()),
        ],
        login: Some(("ada".into(), "x".into())),
        files: [("a", Content::from_bytes(b"Hello."))]
            .into_iter()
            .collect(),
        sends: vec![(Duration::from_secs(50), letter())],
        ..MailUserConfig::default()
    };
    Box::new(MailUser::new(config, Rng::from_seed(1)))
}

fn resolver() -> Box<dyn Program> {
    Box::new(Resolver::new(ResolverConfig {
        servers: vec!["192.0.2.11".parse().unwrap()],
        search: vec!["example.net".into()],
        ipv6: true,
        patience: Duration::from_secs(5),
        tries: 2,
        rng: Rng::from_seed(3),
    }))
}

fn name_server() -> Box<dyn Program> {
    Box::new(NameServer::new(NameServerConfig {
        hostname: "ns".into(),
        zones: Vec::new(),
        recursive: true,
        hints: vec![(Name::default(), vec!["192.0.2.10".parse().unwrap()])],
        ipv6: false,
        trouble: None,
        largest: 512,
        rng: Rng::from_seed(4),
    }))
}

fn plain(service: Service) -> Box<dyn Program> {
    let pause = Some((20, Duration::from_secs(30)));
    Box::new(PlainServer::new(PlainServerConfig { service, pause }))
}

fn letter() -> Letter {
    Letter {
        to: vec!["Grace".into()],
        attach: vec!["a".into()],
        ..Letter::default()
    }
}

fn tell(program: &mut dyn Program, now: Time, rng: &mut Rng) {
    let pick = |rng: &mut Rng, n: u32| u32::try_from(rng.below(n.into())).unwrap();
    // Questions for names have tokens of their own.
    let names = if rng.below(4) == 0 { 1 << 24 } else { 0 };
    let (token, conn) = (names + pick(rng, 5), ConnId(pick(rng, 4)));
    let text = SAYINGS[pick(rng, 70) as usize];
    let (local, remote) = (
        "192.0.2.11:21".parse().unwrap(),
        "192.0.2.10:2313".parse().unwrap(),
    );
    let reasons = [
        CloseReason::Finished,
        CloseReason::Reset,
        CloseReason::Refused,
        CloseReason::TimedOut,
    ];
    let reason = reasons[pick(rng, 4) as usize];
    let letter = letter();
    let (offset, bytes, person) = (0, text.as_bytes(), "Ada");
    program.handle(
        now,
        match pick(rng, 31) {
            0 => Input::Started,
            30 => Input::Asked {
                question: token,
                name: ["example.net", "a", "a..b", ""][conn.index()],
                kind: NameKind::Addresses,
            },
            1 => Input::Stopped,
            2 | 3 => Input::Listening { token, at: local },
            4 => Input::ListenFailed { token },
            5 | 6 => Input::Accepted {
                token,
                conn,
                local,
                remote,
            },
            7 | 8 => Input::Connected {
                token,
                conn,
                local,
                remote,
            },
            9 => Input::ConnectFailed { token, reason },
            10 if (now.0 / 1_000_000_000).is_multiple_of(2) => Input::Sending { conn, bytes: 3 },
            10 => Input::Sent { conn },
            11 => Input::Eof { conn },
            12 => Input::Closed { conn, reason },
            14 => Input::Timeout,
            15 | 16 => Input::Typed { person, text },
            17 => Input::Wrote {
                person,
                letter: &letter,
            },
            13 | 18..=23 => answer(rng, token, (local, remote), bytes),
            _ => Input::Data {
                conn,
                offset,
                bytes,
            },
        },
    );
}

/// What comes without a connection.
fn answer<'a>(
    rng: &mut Rng,
    token: u32,
    (local, remote): (SocketAddr, SocketAddr),
    bytes: &'a [u8],
) -> Input<'a> {
    match rng.below(7) {
        0 => Input::Resolved {
            token,
            answers: Err(NameError::NoData),
        },
        1..=3 => Input::Resolved {
            token,
            answers: Ok(vec![NameAnswer {
                data: NameData::Address(remote.ip()),
                ttl_s: 1,
            }]),
        },
        4 => Input::Datagram {
            token,
            from: remote,
            to: local,
            bytes,
        },
        5 => Input::Echoed {
            token,
            from: remote.ip(),
            sequence: 1,
            len: 56,
            hop_limit: 64,
        },
        _ => Input::Undelivered {
            token,
            sequence: 1,
            from: remote.ip(),
            reason: Unreachable::HopLimit,
        },
    }
}

#[test]
fn any_inputs_in_any_order_panic_no_program() {
    let mut rng = Rng::from_seed(4);
    for _ in 0..2000 {
        for program in &mut programs() {
            let mut now = Time::ZERO;
            for _ in 0..60 {
                now += Duration::from_secs(rng.below(40));
                tell(program.as_mut(), now, &mut rng);
                let mut asked = 0;
                while let Some(request) = program.poll_request() {
                    asked += 1;
                    assert!(asked < 1000, "{request:?} and no end");
                    if let Request::Send { bytes, .. } = request {
                        assert!(bytes.len() <= 64 << 10);
                    }
                }
            }
            program.handle(now, Input::Timeout);
            assert!(program.poll_timeout().is_none_or(|due| due > now));
        }
    }
}
