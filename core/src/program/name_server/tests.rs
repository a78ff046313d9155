//! Name servers, asked by hand: what they answer, whom they ask, whom they bear with.

use super::*;
use crate::base::Duration;
use crate::program::rig::{Rig, Scripted};
use crate::proto::dns::{Data, Record, Soa};

fn record(name: &str, data: Data) -> Record {
    Record {
        name: Name::new(name),
        ttl_s: 600,
        data,
    }
}

fn a(name: &str, last: u8) -> Record {
    record(name, Data::A([192, 0, 2, last].into()))
}

fn ns(name: &str, host: &str) -> Record {
    record(name, Data::Ns(Name::new(host)))
}

fn zone(name: &str, mut records: Vec<Record>) -> Zone {
    let soa = Soa {
        server: Name::new("ns.net"),
        person: Name::new("admin.net"),
        serial: 1,
        refresh: 1,
        retry: 1,
        expire: 1,
        minimum: 30,
    };
    records.push(record(name, Data::Soa(Box::new(soa))));
    Zone {
        name: Name::new(name),
        records,
    }
}

fn net() -> Zone {
    zone(
        "net",
        vec![
            ns("net", "ns.net"),
            a("ns.net", 1),
            ns("example.net", "ns.example.net"),
            a("ns.example.net", 2),
            record("www.net", Data::Cname(Name::new("real.net"))),
            a("real.net", 9),
            record("out.net", Data::Cname(Name::new("www.example.org"))),
            record("down.net", Data::Cname(Name::new("www.example.net"))),
            a("a.deep.net", 8),
            record("mail.net", Data::Mx(5, Name::new("real.net"))),
        ],
    )
}

fn config(zones: Vec<Zone>) -> NameServerConfig {
    NameServerConfig {
        hostname: "ns.net".into(),
        zones,
        recursive: false,
        hints: Vec::new(),
        ipv6: false,
        trouble: None,
        largest: 1232,
        rng: Rng::from_seed(1),
    }
}

/// What it answers to these bytes, if it does.
fn answers(server: &mut NameServer, bytes: &[u8]) -> Option<(Message, usize)> {
    let (from, to) = ("192.0.2.9:5000", "192.0.2.1:53");
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    let token = TOKEN_UDP;
    server.handle(
        Time::ZERO,
        Input::Datagram {
            token,
            from,
            to,
            bytes,
        },
    );
    let sent = std::iter::from_fn(|| server.poll_request());
    let mut sent = sent.filter_map(|request| match request {
        Request::SendTo { bytes, .. } => Some((parse(&bytes).message().unwrap(), bytes.len())),
        _ => None,
    });
    sent.next()
}

fn question(name: &str, kind: Kind) -> Message {
    let name = Name::new(name);
    Message::ask(77, Question { name, kind }, false)
}

/// What is answered, in short: the code, whether as an authority, and each section.
fn told(config: NameServerConfig, name: &str, kind: Kind) -> String {
    let bytes = emit::whole(&question(name, kind));
    let (answer, _) = answers(&mut NameServer::new(config), &bytes).expect("an answer");
    let show = |records: &[Record]| {
        let record = |r: &Record| format!("{} {}", r.data.kind(), r.name);
        records.iter().map(record).collect::<Vec<_>>().join(", ")
    };
    let authoritative = if answer.header.authoritative {
        " AA"
    } else {
        ""
    };
    format!(
        "{}{authoritative} | {} | {} | {}",
        answer.header.rcode.word(),
        show(&answer.answers),
        show(&answer.authority),
        show(&answer.additional)
    )
}

#[test]
fn an_authority_answers_for_its_zone() {
    let told = |name, kind| told(config(vec![net()]), name, kind);
    for (name, kind, expected) in [
        ("real.net", Kind::A, "NOERROR AA | A real.net |  | "),
        ("REAL.Net", Kind::A, "NOERROR AA | A real.net |  | "),
        (
            "www.net",
            Kind::A,
            "NOERROR AA | CNAME www.net, A real.net |  | ",
        ),
        ("www.net", Kind::Cname, "NOERROR AA | CNAME www.net |  | "),
        ("out.net", Kind::A, "NOERROR AA | CNAME out.net |  | "),
        (
            "mail.net",
            Kind::Mx,
            "NOERROR AA | MX mail.net |  | A real.net",
        ),
        ("net", Kind::Ns, "NOERROR AA | NS net |  | A ns.net"),
        ("real.net", Kind::Mx, "NOERROR AA |  | SOA net | "),
        ("deep.net", Kind::A, "NOERROR AA |  | SOA net | "),
        ("none.net", Kind::A, "NXDOMAIN AA |  | SOA net | "),
        (
            "example.net",
            Kind::Mx,
            "NOERROR |  | NS example.net | A ns.example.net",
        ),
        (
            "a.b.example.net",
            Kind::A,
            "NOERROR |  | NS example.net | A ns.example.net",
        ),
        (
            "down.net",
            Kind::A,
            "NOERROR AA | CNAME down.net | NS example.net | A ns.example.net",
        ),
        ("example.org", Kind::A, "REFUSED |  |  | "),
        ("real.net", Kind::Any, "NOERROR AA | A real.net |  | "),
        ("net", Kind::Other(252), "REFUSED |  |  | "),
    ] {
        assert_eq!(told(name, kind), expected, "{name} {kind}");
    }
}

/// The zone of RFC 4592 §2.2.1, with an alias besides.
#[test]
fn a_star_speaks_for_names_that_are_not_there() {
    let zone = zone(
        "example",
        vec![
            ns("example", "ns.example.com"),
            record("*.example", Data::Txt(vec!["a wildcard".into()])),
            record("*.example", Data::Mx(10, Name::new("host1.example"))),
            record("sub.*.example", Data::Txt(vec!["no wildcard".into()])),
            a("host1.example", 1),
            record("_ssh._tcp.host1.example", Data::Txt(vec!["22".into()])),
            ns("subdel.example", "ns.example.com"),
            record("*.alias.example", Data::Cname(Name::new("host1.example"))),
        ],
    );
    for (name, kind, expected) in [
        ("host3", Kind::Mx, "NOERROR AA | MX host3 |  | A host1"),
        ("host3", Kind::A, "NOERROR AA |  | SOA example | "),
        ("host3", Kind::Any, "NOERROR AA | TXT host3 |  | "),
        ("foo.bar", Kind::Txt, "NOERROR AA | TXT foo.bar |  | "),
        ("*", Kind::Txt, "NOERROR AA | TXT * |  | "),
        ("host1", Kind::Mx, "NOERROR AA |  | SOA example | "),
        ("sub.*", Kind::Mx, "NOERROR AA |  | SOA example | "),
        (
            "_tel._tcp.host1",
            Kind::A,
            "NXDOMAIN AA |  | SOA example | ",
        ),
        ("host.subdel", Kind::Mx, "NOERROR |  | NS subdel | "),
        ("ghost.*", Kind::Mx, "NXDOMAIN AA |  | SOA example | "),
        (
            "x.alias",
            Kind::A,
            "NOERROR AA | CNAME x.alias, A host1 |  | ",
        ),
    ] {
        let asked = format!("{name}.example");
        let told = told(config(vec![zone.clone()]), &asked, kind);
        assert_eq!(told.replace(".example", ""), expected, "{name} {kind}");
    }
}

#[test]
fn who_serves_both_zones_answers_from_the_nearer() {
    let below = zone("example.net", vec![a("www.example.net", 7)]);
    let config = config(vec![net(), below]);
    let told = told(config, "down.net", Kind::A);
    assert_eq!(told, "NOERROR AA | CNAME down.net, A www.example.net |  | ");
}

#[test]
fn what_is_no_question_is_told_so_or_not_answered() {
    let mut server = NameServer::new(config(vec![net()]));
    let mut code = |bytes: &[u8]| answers(&mut server, bytes).map(|a| a.0.header.rcode);
    let good = emit::whole(&question("real.net", Kind::A));
    assert_eq!(code(&good), Some(Rcode::NO_ERROR));
    assert_eq!(code(b""), None);
    assert_eq!(code(&good[..11]), None);
    assert_eq!(code(&good[..12]), Some(Rcode::FORMAT_ERROR));
    let mut many = good.clone();
    many[4] = 0x27;
    assert_eq!(code(&many), Some(Rcode::FORMAT_ERROR), "10,000 questions");
    let mut update = good.clone();
    update[2] |= 5 << 3;
    assert_eq!(code(&update), Some(Rcode::NOT_IMPLEMENTED));
    let mut answer = good.clone();
    answer[2] |= 0x80;
    assert_eq!(code(&answer), None, "answers are not answered");
    let mut chaos = good.clone();
    let last = chaos.len() - 1;
    chaos[last] = 3;
    assert_eq!(code(&chaos), Some(Rcode::REFUSED));
    let mut extended = question("real.net", Kind::A);
    extended.extensions = Some(Extensions {
        size: 1232,
        version: 1,
    });
    assert_eq!(code(&emit::whole(&extended)), Some(Rcode::BAD_VERSION));
}

#[test]
fn no_datagram_is_longer_than_either_side_wants() {
    let host = |n: u32| record("net", Data::Mx(1, Name::new(&format!("mx{n}.net"))));
    let many = zone("net", (0..200).map(host).collect());
    for (largest, offers, most) in [
        (4096, None, 512),
        (4096, Some(1232), 1232),
        (4096, Some(100), 512),
        (700, Some(4096), 700),
        (300, None, 300),
    ] {
        let mut config = config(vec![many.clone()]);
        config.largest = largest;
        let mut asked = question("net", Kind::Mx);
        asked.extensions = offers.map(|size| Extensions { size, version: 0 });
        let (answer, len) =
            answers(&mut NameServer::new(config), &emit::whole(&asked)).expect("an answer");
        assert!(len <= most, "{len}");
        assert!(answer.header.truncated);
        assert_eq!(answer.extensions.is_some(), offers.is_some());
    }
}

/// Questions as they go over TCP.
fn framed(count: usize, name: &str) -> Vec<u8> {
    let bytes = emit::whole(&question(name, Kind::A));
    let len = u16::try_from(bytes.len()).unwrap();
    [&len.to_be_bytes()[..], &bytes].concat().repeat(count)
}

#[test]
fn many_questions_over_one_connection_are_all_answered() {
    for piece in [1, 50, 4000] {
        let mut rig = Rig::new(piece);
        let server = rig.host("192.0.2.1", NameServer::new(config(vec![net()])));
        let asker = Scripted::client("192.0.2.1:53", &framed(100, "real.net"), true);
        let client = rig.host("192.0.2.9", asker);
        rig.run();
        let heard = &rig.heard_bytes(client)[0];
        assert_eq!(heard.len(), framed(100, "real.net").len() + 100 * 16);
        assert_eq!((rig.open(client), rig.open(server)), (0, 0));
        assert_eq!(rig.notes(server)["connections"], "0");
    }
}

#[test]
fn nobody_may_stay_for_ever_or_crowd_others_out() {
    let mut rig = Rig::new(1000);
    let server = rig.host("192.0.2.1", NameServer::new(config(vec![net()])));
    for _ in 0..400 {
        let half = &framed(1, "real.net")[..9];
        rig.host("192.0.2.9", Scripted::client("192.0.2.1:53", half, false));
    }
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    assert_eq!(rig.notes(server)["connections"], "200");
    rig.run();
    assert_eq!(rig.open(server), 0);
    assert_eq!(rig.notes(server)["connections"], "0");
}

#[test]
fn a_resolving_server_bounds_what_it_asks() {
    let mut config = config(vec![]);
    config.recursive = true;
    config.hints = vec![(Name::default(), vec!["192.0.2.99".parse().unwrap()])];
    let mut server = NameServer::new(config);
    let mut failed = 0;
    for number in 0..1000 {
        let mut asked = question(&format!("n{number}.net"), Kind::A);
        asked.header.wants_recursion = true;
        if let Some((answer, _)) = answers(&mut server, &emit::whole(&asked)) {
            assert_eq!(answer.header.rcode, Rcode::SERVER_FAILURE);
            failed += 1;
        }
    }
    assert_eq!(failed, 1000 - 256);
    let mut now = Time::ZERO;
    while let Some(due) = server.poll_timeout() {
        now = due;
        server.handle(now, Input::Timeout);
        while server.poll_request().is_some() {}
    }
    assert!(server.tasks.is_empty());
    assert!(now <= Time::ZERO + Duration::from_secs(10));
}

/// What others say: to whom a question goes, and what comes back.
type Outside<'a> = dyn Fn(&str, &Message) -> Message + 'a;

/// Asks a server that finds out; the world answers at once. Answers what it says, and how many
/// questions it asked.
fn finds_out(server: &mut NameServer, name: &str, world: &Outside<'_>) -> (Option<Message>, usize) {
    let token = TOKEN_UDP;
    let (me, client) = (
        "192.0.2.1:53".parse().unwrap(),
        "192.0.2.9:5000".parse().unwrap(),
    );
    let mut asked = question(name, Kind::A);
    asked.header.wants_recursion = true;
    let bytes = &emit::whole(&asked);
    server.handle(
        Time::ZERO,
        Input::Datagram {
            token,
            from: client,
            to: me,
            bytes,
        },
    );
    let (mut answer, mut count) = (None, 0);
    while let Some(request) = server.poll_request() {
        match request {
            Request::BindUdp { token, .. } => {
                server.handle(Time::ZERO, Input::Listening { token, at: me });
            }
            Request::SendTo { to, bytes, .. } if to == client => answer = parse(&bytes).message(),
            Request::SendTo {
                token, to, bytes, ..
            } => {
                count += 1;
                let said = world(&to.ip().to_string(), &parse(&bytes).message().unwrap());
                let bytes = &emit::whole(&said);
                let from = to;
                server.handle(
                    Time::ZERO,
                    Input::Datagram {
                        token,
                        from,
                        to: me,
                        bytes,
                    },
                );
            }
            _ => {}
        }
    }
    (answer, count)
}

fn resolving(hints: &[(&str, &str)]) -> NameServer {
    let hint = |(zone, addr): &(&str, &str)| (Name::new(zone), vec![addr.parse().unwrap()]);
    NameServer::new(NameServerConfig {
        recursive: true,
        hints: hints.iter().map(hint).collect(),
        ..config(vec![])
    })
}

fn says(asked: &Message, answers: Vec<Record>, more: Vec<Record>) -> Message {
    let question = asked.questions.first().cloned();
    let mut message = Message::answer_to(&asked.header, question, Rcode::NO_ERROR);
    message.header.authoritative = !answers.is_empty();
    message.answers = answers;
    (message.authority, message.additional) = more
        .into_iter()
        .partition(|record| record.data.kind() == Kind::Ns);
    message
}

#[test]
fn nobody_is_believed_about_the_zones_of_others() {
    let mut server = resolving(&[("evil", "192.0.2.66"), ("good", "192.0.2.7")]);
    let world = |to: &str, asked: &Message| match to {
        "192.0.2.66" => says(
            asked,
            vec![
                record("www.evil", Data::Cname(Name::new("www.good"))),
                a("www.good", 66),
                a("mail.good", 66),
            ],
            vec![
                ns("good", "ns.evil"),
                ns("", "ns.evil"),
                a("ns.good", 66),
                a("ns.evil", 66),
            ],
        ),
        _ => says(
            asked,
            vec![a(&asked.questions[0].name.to_string(), 7)],
            vec![],
        ),
    };
    for (name, count) in [
        ("www.evil", 2),
        ("www.good", 0),
        ("mail.good", 1),
        ("ns.good", 1),
    ] {
        let (answer, asked) = finds_out(&mut server, name, &world);
        let answer = answer.expect("an answer");
        assert_eq!(
            answer.answers.last().unwrap().data,
            Data::A([192, 0, 2, 7].into()),
            "{name}"
        );
        assert_eq!(asked, count, "{name}");
    }
}

#[test]
fn a_server_that_sends_one_upwards_or_in_circles_is_left() {
    let mut server = resolving(&[("net", "192.0.2.66")]);
    for to in ["", "net", "example.org", "deeper.www.net"] {
        let world =
            |_: &str, asked: &Message| says(asked, vec![], vec![ns(to, "ns.net"), a("ns.net", 66)]);
        let (answer, asked) = finds_out(&mut server, "www.net", &world);
        assert_eq!(
            answer.expect("an answer").header.rcode,
            Rcode::SERVER_FAILURE
        );
        assert!(asked <= 4, "{asked}");
    }
}

#[test]
fn servers_whose_names_lie_in_each_others_zones_end_soon() {
    let mut server = resolving(&[("", "192.0.2.66")]);
    let world = |_: &str, asked: &Message| {
        let name = asked.questions[0].name.to_string();
        let (zone, other) = match name.ends_with("one") {
            true => ("one", "two"),
            false => ("two", "one"),
        };
        let hosts = ["a", "b", "c", "d"].map(|host| ns(zone, &format!("{host}.{other}")));
        says(asked, vec![], hosts.to_vec())
    };
    let (answer, asked) = finds_out(&mut server, "www.one", &world);
    assert_eq!(
        answer.expect("an answer").header.rcode,
        Rcode::SERVER_FAILURE
    );
    assert!(asked <= 20, "{asked}");
    assert!(server.tasks.is_empty());
}

#[test]
fn a_server_whose_address_nobody_has_told_is_looked_up_first() {
    let mut server = resolving(&[("", "192.0.2.66")]);
    let world = |to: &str, asked: &Message| {
        let name = asked.questions[0].name.to_string();
        match (to, name.as_str()) {
            ("192.0.2.66", "www.one") => says(asked, vec![], vec![ns("one", "ns.two")]),
            ("192.0.2.66", _) => says(asked, vec![], vec![ns("two", "x.two"), a("x.two", 2)]),
            ("192.0.2.2", "ns.two") if asked.questions[0].kind == Kind::A => {
                says(asked, vec![a("ns.two", 1)], vec![])
            }
            ("192.0.2.1", "www.one") => says(asked, vec![a("www.one", 7)], vec![]),
            _ => Message::answer_to(&asked.header, None, Rcode::REFUSED),
        }
    };
    let (answer, _) = finds_out(&mut server, "www.one", &world);
    let answer = answer.expect("an answer at once");
    assert_eq!(answer.answers[0].data, Data::A([192, 0, 2, 7].into()));
}

#[test]
fn aliases_in_a_circle_end_even_where_nothing_may_be_kept() {
    let mut server = resolving(&[("one", "192.0.2.11"), ("two", "192.0.2.22")]);
    let world = |to: &str, asked: &Message| {
        let other = if to == "192.0.2.11" {
            "www.two"
        } else {
            "www.one"
        };
        let name = asked.questions[0].name.to_string();
        let mut alias = record(&name, Data::Cname(Name::new(other)));
        alias.ttl_s = 0;
        says(asked, vec![alias], vec![])
    };
    let (answer, asked) = finds_out(&mut server, "www.one", &world);
    assert_eq!(
        answer.expect("an answer").header.rcode,
        Rcode::SERVER_FAILURE
    );
    assert!(asked <= 10, "{asked}");
}

#[test]
fn messages_of_no_length_are_passed_over() {
    let mut rig = Rig::new(3);
    let server = rig.host("192.0.2.1", NameServer::new(config(vec![net()])));
    let says = [&[0; 2000][..], &framed(1, "real.net"), &[0; 8]].concat();
    let client = rig.host("192.0.2.9", Scripted::client("192.0.2.1:53", &says, true));
    rig.run();
    assert_eq!(
        rig.heard_bytes(client)[0].len(),
        framed(1, "real.net").len() + 16
    );
    assert_eq!(rig.open(server), 0);
}
