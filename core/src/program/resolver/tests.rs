//! The resolver alone, and with name servers of whom much is wrong.

use super::*;
use crate::program::name_server::{NameServer, NameServerConfig, Trouble};
use crate::program::rig::{Rig, What};
use crate::proto::dns::{Soa, Zone, emit, message::Message, parse};

const LAPTOP: &str = "192.0.2.10";
const SERVER: &str = "192.0.2.53";
const OTHER: &str = "192.0.2.54";

fn config(servers: &[&str]) -> ResolverConfig {
    ResolverConfig {
        servers: servers.iter().map(|addr| addr.parse().unwrap()).collect(),
        search: vec!["example.net".into()],
        ipv6: false,
        patience: Duration::from_secs(2),
        tries: 2,
        rng: Rng::from_seed(1),
    }
}

fn record(name: &str, ttl_s: u32, data: Data) -> Record {
    Record {
        name: Name::new(name),
        ttl_s,
        data,
    }
}

fn zone() -> Zone {
    let soa = Soa {
        server: Name::new("ns.example.net"),
        person: Name::new("admin.example.net"),
        serial: 1,
        refresh: 1,
        retry: 1,
        expire: 1,
        minimum: 30,
    };
    let name = "example.net";
    Zone {
        name: Name::new(name),
        records: vec![
            record(name, 600, Data::Soa(Box::new(soa))),
            record(name, 60, Data::Mx(20, Name::new("mx2.example.net"))),
            record(name, 60, Data::Mx(10, Name::new("mx1.example.net"))),
            record("mx1.example.net", 60, Data::A([192, 0, 2, 1].into())),
            record(
                "www.example.net",
                20,
                Data::Cname(Name::new("mx1.example.net")),
            ),
            record(
                "odd.example.net",
                20,
                Data::Cname(Name::new("even.example.net")),
            ),
            record(
                "even.example.net",
                20,
                Data::Cname(Name::new("odd.example.net")),
            ),
            record(
                "six.example.net",
                20,
                Data::Aaaa("2001:db8::6".parse().unwrap()),
            ),
        ],
    }
}

fn server(trouble: Option<Trouble>) -> NameServer {
    NameServer::new(NameServerConfig {
        hostname: "ns.example.net".into(),
        zones: vec![zone()],
        recursive: false,
        hints: Vec::new(),
        ipv6: false,
        trouble,
        largest: 512,
        rng: Rng::from_seed(2),
    })
}

/// A resolver, and two name servers; their numbers are 0, 1 and 2.
fn rig(troubles: [Option<Trouble>; 2]) -> Rig {
    rig_with(config(&[SERVER, OTHER]), troubles)
}

fn rig_with(config: ResolverConfig, troubles: [Option<Trouble>; 2]) -> Rig {
    let mut rig = Rig::new(7);
    rig.host(LAPTOP, Resolver::new(config));
    rig.host(SERVER, server(troubles[0]));
    rig.host(OTHER, server(troubles[1]));
    rig.run();
    rig
}

fn ask(rig: &mut Rig, name: &str, kind: NameKind) -> Result<Vec<NameAnswer>, NameError> {
    rig.log.clear();
    rig.asks(0, 7, name, kind);
    rig.run();
    let mut answers = answers_of(rig);
    assert_eq!(answers.len(), 1, "one answer to one question");
    answers.remove(0).1
}

fn answers_of(rig: &Rig) -> Vec<(u32, Result<Vec<NameAnswer>, NameError>)> {
    let answers = rig.log.iter().filter_map(|entry| match &entry.what {
        What::Answer(question, answers) => Some((*question, answers.clone())),
        _ => None,
    });
    answers.collect()
}

fn texts(answers: Result<Vec<NameAnswer>, NameError>) -> Vec<String> {
    let answers = answers.expect("an answer").into_iter();
    answers
        .map(|answer| format!("{:?} {}", answer.data, answer.ttl_s))
        .collect()
}

#[test]
fn what_was_learnt_is_kept_as_long_as_it_may_be() {
    let mut rig = rig([None; 2]);
    let first = texts(ask(&mut rig, "example.net", NameKind::Mx));
    let expected = [
        "Mx(10, \"mx1.example.net\") 60",
        "Mx(20, \"mx2.example.net\") 60",
    ];
    assert_eq!(first, expected);
    assert_eq!(rig.turns()[0], "MX example.net");
    let note = rig.notes(0)["name.example.net.MX"];
    assert_eq!(
        note,
        "20 mx2.example.net, 10 mx1.example.net (until 60.020 s)"
    );
    rig.run_until(Time::ZERO + Duration::from_secs(50));
    let again = texts(ask(&mut rig, "Example.NET.", NameKind::Mx));
    assert_eq!(again[0], "Mx(10, \"mx1.example.net\") 11");
    assert!(rig.turns().is_empty(), "nobody was asked");
    rig.run_until(Time::ZERO + Duration::from_secs(61));
    assert_eq!(texts(ask(&mut rig, "example.net", NameKind::Mx)), first);
    assert_eq!(rig.turns().len(), 2);
}

#[test]
fn what_is_not_there_is_kept_too() {
    let mut rig = rig([None; 2]);
    let nobody = "nobody.example.net";
    assert_eq!(
        ask(&mut rig, nobody, NameKind::Mx),
        Err(NameError::NoSuchName)
    );
    assert_eq!(
        rig.notes(0)["name.nobody.example.net"],
        "no such name (until 30.020 s)"
    );
    assert_eq!(
        ask(&mut rig, nobody, NameKind::A),
        Err(NameError::NoSuchName)
    );
    assert!(
        rig.turns().is_empty(),
        "no such name has no records of any kind"
    );
    assert_eq!(
        ask(&mut rig, "mx1.example.net", NameKind::Mx),
        Err(NameError::NoData)
    );
    assert!(ask(&mut rig, "mx1.example.net", NameKind::A).is_ok());
    rig.run_until(Time::ZERO + Duration::from_secs(40));
    assert_eq!(
        ask(&mut rig, nobody, NameKind::A),
        Err(NameError::NoSuchName)
    );
    assert_eq!(rig.turns().len(), 2, "it is out of date");
}

#[test]
fn aliases_are_followed_and_those_in_a_circle_given_up() {
    let mut rig = rig([None; 2]);
    let found = texts(ask(&mut rig, "www", NameKind::Addresses));
    assert_eq!(
        found,
        ["Address(192.0.2.1) 20"],
        "as long as the alias holds"
    );
    assert_eq!(
        ask(&mut rig, "odd.example.net", NameKind::A),
        Err(NameError::Failed)
    );
}

#[test]
fn a_bare_name_is_looked_for_in_each_domain() {
    let mut config = config(&[SERVER]);
    config.search = vec!["sub.example.net".into(), "example.net".into()];
    let mut rig = rig_with(config, [None; 2]);
    let found = texts(ask(&mut rig, "mx1", NameKind::Addresses));
    assert_eq!(found, ["Address(192.0.2.1) 60"]);
    let turns = rig.turns();
    assert_eq!(turns[1], "A mx1.sub.example.net: no such name");
    assert_eq!(turns[3], "A mx1.example.net: 192.0.2.1");
    assert_eq!(
        ask(&mut rig, "mx9", NameKind::A),
        Err(NameError::NoSuchName)
    );
    assert_eq!(
        ask(&mut rig, "mx1.", NameKind::A),
        Err(NameError::Failed),
        "refused"
    );
}

#[test]
fn who_prefers_ipv6_takes_ipv4_where_there_is_nothing_else() {
    let mut config = config(&[SERVER]);
    config.ipv6 = true;
    let mut rig = rig_with(config, [None; 2]);
    let six = texts(ask(&mut rig, "six", NameKind::Addresses));
    assert_eq!(six, ["Address(2001:db8::6) 20"]);
    let four = texts(ask(&mut rig, "mx1", NameKind::Addresses));
    assert_eq!(four, ["Address(192.0.2.1) 60"]);
}

#[test]
fn the_next_server_is_asked_where_one_does_not_help() {
    for trouble in [Trouble::Silent, Trouble::Fails, Trouble::Refuses] {
        let mut rig = rig([Some(trouble), None]);
        assert!(
            ask(&mut rig, "example.net", NameKind::Mx).is_ok(),
            "{trouble:?}"
        );
        assert!(!rig.notes(0).keys().any(|key| key.starts_with("asks.")));
        let mut worse = self::rig([Some(trouble); 2]);
        let error = match trouble {
            Trouble::Silent => NameError::TimedOut,
            Trouble::Fails | Trouble::Refuses => NameError::Failed,
        };
        assert_eq!(ask(&mut worse, "example.net", NameKind::Mx), Err(error));
        let asked = worse.turns().iter().filter(|t| !t.contains(':')).count();
        assert_eq!(asked, if trouble == Trouble::Silent { 4 } else { 2 });
        assert!(!worse.notes(0).keys().any(|key| key.starts_with("asks.")));
    }
    let mut rig = rig_with(config(&[]), [None; 2]);
    assert_eq!(
        ask(&mut rig, "example.net", NameKind::Mx),
        Err(NameError::Failed)
    );
}

#[test]
fn who_asks_the_same_shares_one_question() {
    let mut rig = rig([None; 2]);
    for question in 1..=5 {
        rig.asks(0, question, "example.net", NameKind::Mx);
    }
    rig.asks(0, 6, "example.net", NameKind::A);
    rig.run();
    assert_eq!(rig.turns().len(), 4);
    let mut told: Vec<u32> = answers_of(&rig).iter().map(|answer| answer.0).collect();
    told.sort_unstable();
    assert_eq!(told, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn there_are_never_too_many_questions() {
    let mut rig = rig([Some(Trouble::Silent); 2]);
    for question in 0..2000 {
        rig.asks(
            0,
            question,
            &format!("n{question}.example.net"),
            NameKind::A,
        );
    }
    rig.run();
    let answers = answers_of(&rig);
    assert_eq!(answers.len(), 2000, "each is answered once");
    let failed = answers.iter().filter(|a| a.1 == Err(NameError::Failed));
    assert_eq!(failed.count(), 2000 - MOST_QUESTIONS);
}

#[test]
fn a_host_that_goes_down_forgets() {
    let mut rig = rig([None; 2]);
    assert!(ask(&mut rig, "example.net", NameKind::Mx).is_ok());
    rig.asks(0, 8, "mx1.example.net", NameKind::A);
    rig.stop(0);
    rig.run();
    assert!(rig.notes(0).is_empty(), "{:?}", rig.notes(0));
    assert_eq!(
        answers_of(&rig).len(),
        1,
        "what was asked before it fell is not answered"
    );
}

/// An answer to the one question that the resolver has sent.
fn answer_to(resolver: &mut Resolver) -> (Message, Vec<Request>) {
    let requests: Vec<Request> = std::iter::from_fn(|| resolver.poll_request()).collect();
    let sent = requests.iter().find_map(|request| match request {
        Request::SendTo { bytes, .. } => parse::parse(bytes).message(),
        _ => None,
    });
    let asked = sent.expect("a question");
    let question = asked.questions.first().cloned();
    let mut answer = Message::answer_to(&asked.header, question, Rcode::NO_ERROR);
    let found = record("mx1.example.net", 60, Data::A([6, 6, 6, 6].into()));
    answer.answers.push(found);
    (answer, requests)
}

#[test]
fn only_the_answer_of_who_was_asked_is_believed() {
    let mut resolver = Resolver::new(config(&[SERVER]));
    let (name, kind) = ("mx1.example.net", NameKind::A);
    let question = 1;
    resolver.handle(
        Time::ZERO,
        Input::Asked {
            question,
            name,
            kind,
        },
    );
    let Some(Request::BindUdp { token, .. }) = resolver.poll_request() else {
        panic!("it binds a port first");
    };
    let at = "192.0.2.10:50000".parse().unwrap();
    resolver.handle(Time::ZERO, Input::Listening { token, at });
    let (answer, _) = answer_to(&mut resolver);
    let right = "192.0.2.53:53".parse().unwrap();
    let mut tell = |from, message: &Message| {
        let bytes = &emit::whole(message);
        let input = Input::Datagram {
            token,
            from,
            to: at,
            bytes,
        };
        resolver.handle(Time::ZERO, input);
        let mut told = std::iter::from_fn(|| resolver.poll_request());
        told.any(|request| matches!(request, Request::Answer { .. }))
    };
    let other = "192.0.2.54:53".parse().unwrap();
    assert!(!tell(other, &answer), "another answers");
    let mut wrong = answer.clone();
    wrong.header.id ^= 1;
    assert!(!tell(right, &wrong), "it answers another question");
    let mut wrong = answer.clone();
    wrong.questions[0].name = Name::new("mx2.example.net");
    assert!(!tell(right, &wrong), "it answers what was not asked");
    assert!(tell(right, &answer));
    assert!(!tell(right, &answer), "it comes twice");
}
