//! Whole runs of the catalogue's scenarios.

use super::{Budget, Ended, Options, Simulation};
use crate::base::{Content, Duration, HostId, Time};
use crate::scenario::catalogue;
use crate::scenario::model::{Link, Node, NodeKind, Runs, Scenario};
use crate::timeline::{Act, Action, Kind, TurnRecord};

fn scenario(id: &str, settings: &[(&str, &str)]) -> Scenario {
    let text = catalogue::find(id).unwrap().text;
    let settings: Vec<_> = settings
        .iter()
        .map(|(knob, value)| ((*knob).to_owned(), (*value).to_owned()))
        .collect();
    crate::scenario::load(id, text, &settings).unwrap().scenario
}

fn simulation(scenario: &Scenario) -> Simulation {
    Simulation::new(scenario, &Options::default()).unwrap()
}

fn report(scenario: &Scenario) -> Content {
    scenario
        .hosts()
        .flat_map(|(_, host)| &host.runs)
        .find_map(|runs| match runs {
            Runs::FtpServer(server) => server.files[0].content.clone(),
            _ => None,
        })
        .unwrap()
}

fn said(turns: &[TurnRecord]) -> Vec<&str> {
    turns.iter().map(|t| t.turn.verb.as_str()).collect()
}

#[test]
fn the_file_arrives_over_either_kind_of_data_connection() {
    for mode in ["active", "passive"] {
        let scenario = scenario("ftp-download", &[("mode", mode)]);
        let mut run = simulation(&scenario);
        assert_eq!(run.run_to_end(), Ended::Quiet);
        let timeline = run.timeline();
        let outcomes = timeline.outcomes();
        assert!(outcomes.iter().all(|o| o.ok), "{outcomes:?}");
        let data = timeline.connections()[1];
        let server_connects = timeline.end(data.client).local.port() == 20;
        assert_eq!(server_connects, mode == "active");
        let receiver = if server_connects {
            data.server.unwrap()
        } else {
            data.client
        };
        let expected = report(&scenario);
        assert_eq!(
            timeline.received(receiver, 0..u64::MAX),
            expected.read(0..expected.len()),
            "{mode}"
        );
    }
}

#[test]
fn the_letter_is_taken_or_refused_over_either_version_of_ip() {
    for ip in ["4", "6"] {
        let mut run = simulation(&scenario("mail-submit", &[("ip", ip)]));
        assert_eq!(run.run_to_end(), Ended::Quiet);
        let timeline = run.timeline();
        assert!(timeline.outcomes()[0].ok, "{:?}", timeline.outcomes());
        let server = timeline.connections()[0].client;
        assert_eq!(timeline.end(server).remote.is_ipv6(), ip == "6");
        assert!(said(timeline.turns()).contains(&"354"));
    }
    let mut run = simulation(&scenario("mail-submit", &[("to", "nobody@example.net")]));
    run.run_to_end();
    let outcome = &run.timeline().outcomes()[0];
    assert_eq!((outcome.ok, outcome.code), (false, Some(550)));
}

#[test]
fn a_run_goes_by_event_by_time_or_to_the_end_all_the_same() {
    let scenario = scenario("ftp-download", &[]);
    let mut whole = simulation(&scenario);
    whole.run_to_end();
    let mut pieces = simulation(&scenario);
    for _ in 0..10 {
        assert_eq!(pieces.step(), None);
    }
    let half = Time(whole.now().0 / 2);
    assert_eq!(pieces.run_until(half), None);
    assert!(pieces.now() <= half);
    assert_eq!(pieces.run_until(Time(u64::MAX)), Some(Ended::Quiet));
    let frames = |run: &Simulation| {
        let timeline = run.timeline();
        let frames = timeline.frames().iter();
        frames
            .map(|f| timeline.arena().get(f.slot).to_vec())
            .collect::<Vec<_>>()
    };
    assert_eq!(frames(&whole), frames(&pieces));
}

#[test]
fn a_person_may_act_at_any_moment_even_after_all_grew_quiet() {
    let mut run = simulation(&scenario("ftp-download", &[]));
    run.run_to_end();
    let before = run.timeline().outcomes().len();
    let quiet_at = run.now();
    let action = |host: &str| Action {
        at: Time::ZERO,
        host: host.to_owned(),
        person: "Ada".to_owned(),
        program: None,
        act: Act::Type("login".to_owned()),
    };
    assert!(run.act(action("nowhere")).unwrap_err().contains("nowhere"));
    run.act(action("laptop")).unwrap();
    assert_eq!(run.run_to_end(), Ended::Quiet);
    assert!(run.timeline().outcomes().len() > before);
    assert!(run.now() > quiet_at);
}

#[test]
fn every_frame_goes_back_to_a_person_or_a_host_coming_up() {
    let mut run = simulation(&scenario("ftp-download", &[("mode", "active")]));
    run.run_to_end();
    let timeline = run.timeline();
    for event in timeline.events().iter() {
        let root = timeline.causes(event.id).last().unwrap();
        assert!(matches!(root.kind, Kind::Acted | Kind::Started), "{root:?}");
    }
    let data = timeline.connections()[1].client;
    let opening = timeline.end(data).opening;
    let why: Vec<Kind> = timeline.causes(opening).map(|e| e.kind).collect();
    assert_eq!(why.last(), Some(&Kind::Acted), "Ada asked: {why:?}");
}

/// The download with the laptop plugged into two switches that are joined twice.
fn with_a_loop() -> Scenario {
    let mut scenario = scenario("ftp-download", &[]);
    let switch = |name: &str| Node {
        domain: String::new(),
        name: name.to_owned(),
        kind: NodeKind::Switch,
        span: scenario.nodes[0].span,
    };
    let (one, two) = (switch("switch1"), switch("switch2"));
    scenario.nodes.extend([one, two]);
    let between = |a, b| Link {
        a: HostId(a),
        b: HostId(b),
        ..scenario.links[0].clone()
    };
    scenario.links = vec![between(0, 2), between(2, 3), between(3, 2), between(3, 1)];
    scenario
}

#[test]
fn a_runaway_is_stopped_and_what_was_recorded_stays_whole() {
    let budgets = [
        (
            "events",
            Budget {
                events: 20_000,
                ..Budget::default()
            },
        ),
        (
            "frames",
            Budget {
                frames: 20_000,
                ..Budget::default()
            },
        ),
    ];
    for (expected, budget) in budgets {
        let options = Options {
            budget,
            ..Options::default()
        };
        let mut run = Simulation::new(&with_a_loop(), &options).unwrap();
        let ended = run.run_to_end();
        let Ended::Budget { what, limit, at } = &ended else {
            panic!("{ended:?}");
        };
        assert_eq!((*what, *limit), (expected, 20_000));
        assert_eq!(*at, run.timeline().last_time());
        assert!(ended.to_string().contains("switches"), "{ended}");
        assert_eq!(run.step(), Some(ended), "it stays stopped");
        let mut states = crate::timeline::States::new(run.timeline());
        assert_eq!(states.after(run.timeline(), usize::MAX).hosts.len(), 4);
    }
    let options = Options {
        budget: Budget {
            bytes: 10_000,
            ..Budget::default()
        },
        ..Options::default()
    };
    let mut run = Simulation::new(&scenario("ftp-download", &[]), &options).unwrap();
    assert!(matches!(
        run.run_to_end(),
        Ended::Budget {
            what: "bytes of frames",
            ..
        }
    ));
}

#[test]
fn neighbours_may_be_known_from_the_start() {
    let mut quiet = scenario("mail-submit", &[]);
    quiet.arp = crate::scenario::model::Arp::Prefilled;
    let mut run = simulation(&quiet);
    run.run_to_end();
    let timeline = run.timeline();
    assert!(timeline.outcomes()[0].ok);
    let is_arp = |bytes: &[u8]| bytes[12..14] == [8, 6];
    assert!(
        timeline
            .frames()
            .iter()
            .all(|f| !is_arp(timeline.arena().get(f.slot)))
    );
    assert!(run.now() < Time::ZERO + Duration::from_secs(5));
}

#[test]
fn a_line_is_heard_by_the_program_it_is_meant_for() {
    let mut both = scenario("ftp-download", &[]);
    let mail = scenario("mail-submit", &[]);
    let NodeKind::Host(laptop) = &mut both.nodes[0].kind else {
        panic!("the laptop is a host");
    };
    let mail_user = mail.hosts().next().unwrap().1.runs[0].clone();
    laptop.runs.insert(0, mail_user);
    let mut run = simulation(&both);
    run.run_to_end();
    let outcomes = run.timeline().outcomes();
    assert!(outcomes.iter().all(|o| o.ok), "{outcomes:?}");
}

#[test]
fn what_is_said_first_leaves_first_also_on_another_connection() {
    for mode in ["active", "passive"] {
        let mut run = simulation(&scenario("ftp-download", &[("mode", mode)]));
        run.run_to_end();
        let timeline = run.timeline();
        let said = |verb: &str| {
            let mut turns = timeline.events().iter();
            let turn = turns.find(|event| {
                event.kind == Kind::Turn && timeline.turn(event.arg).turn.verb == verb
            });
            timeline.frame_of(turn.unwrap()).unwrap()
        };
        assert!(said("150") < said("data"), "{mode}");
    }
}
