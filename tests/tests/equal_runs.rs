//! Same scenario, knobs, seed and actions: the same bytes. Another seed: another run.

use std::collections::BTreeSet;
use wirestage_core::base::Time;
use wirestage_core::base::headers::Tcp;
use wirestage_core::capture::{Tap, write_pcap};
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::{Ended, Options, Simulation};
use wirestage_core::timeline::{Act, Action, Kind, Timeline, to_json};
use wirestage_tests::Run;
use wirestage_tests::runs::{Settings, scenario};

fn json(run: &Run) -> Vec<u8> {
    let mut out = Vec::new();
    to_json(&run.timeline, &run.info, &mut out).unwrap();
    out
}

fn pcap(timeline: &Timeline) -> Vec<u8> {
    let mut out = Vec::new();
    write_pcap(timeline, Tap::first(timeline), &mut out).unwrap();
    out
}

fn seeded(seed: u64) -> Options {
    Options {
        seed,
        ..Options::default()
    }
}

#[test]
fn every_scenario_runs_twice_byte_for_byte_at_every_knob() {
    for entry in CATALOGUE {
        for settings in variants(&scenario(entry.id, &Settings::new())) {
            // Larger files add time and nothing else.
            if settings.iter().any(|(_, value)| value == "10 MB") {
                continue;
            }
            let [one, two] = [1, 2].map(|_| Run::with(entry.id, &settings, &seeded(5)));
            let place = format!("{} with {settings:?}", entry.id);
            assert!(json(&one) == json(&two), "JSON differs: {place}");
            assert!(
                pcap(&one.timeline) == pcap(&two.timeline),
                "captures differ: {place}"
            );
        }
    }
}

/// Of each SYN: its first sequence number and the port it came from.
fn first_numbers(timeline: &Timeline) -> (BTreeSet<u32>, BTreeSet<u16>) {
    let frames = timeline.frames().iter();
    let segments = frames.filter_map(|f| Tcp::read(timeline.arena().get(f.slot)));
    segments
        .filter(|tcp| tcp.syn)
        .map(|tcp| (tcp.seq, tcp.from.port()))
        .unzip()
}

#[test]
fn another_seed_draws_other_numbers_and_ports() {
    for entry in CATALOGUE {
        let runs = [1, 2].map(|seed| Run::with(entry.id, &Settings::new(), &seeded(seed)));
        let [(numbers, ports), (others, other_ports)] =
            runs.each_ref().map(|run| first_numbers(&run.timeline));
        assert!(numbers.is_disjoint(&others), "{}", entry.id);
        // Who only pings has neither.
        let calls = !runs[0].timeline.ends().is_empty();
        assert_eq!(calls, ports != other_ports, "{}", entry.id);
        let told = runs.map(|run| {
            let outcomes = run.timeline.outcomes().to_vec();
            let bare = |text: String| text.replace(|c: char| c.is_ascii_digit(), "");
            let outcomes = outcomes.into_iter();
            outcomes
                .map(|o| (o.ok, o.code, bare(o.text)))
                .collect::<Vec<_>>()
        });
        assert_eq!(told[0], told[1], "chance changes numbers, not the lesson");
    }
}

#[test]
fn a_run_in_steps_is_the_run_in_one_go() {
    for entry in CATALOGUE {
        let whole = Run::with(entry.id, &Settings::new(), &seeded(3));
        let scenario = scenario(entry.id, &Settings::new());
        let options = seeded(3);

        let mut stepped = Simulation::new(&scenario, &options).unwrap();
        let mut events = stepped.timeline().events().len();
        let ended = loop {
            if let Some(ended) = stepped.step() {
                break ended;
            }
            let now = stepped.timeline().events().len();
            assert!(now >= events);
            events = now;
        };
        let mut sliced = Simulation::new(&scenario, &options).unwrap();
        let mut until = Time::ZERO;
        while sliced.run_until(until).is_none() {
            let step = if until.0 < 60_000_000_000 {
                7_000_001
            } else {
                7_000_000_001
            };
            assert!(until < Time(86_400_000_000_000), "a day is too long");
            until = Time(until.0 + step);
        }
        for simulation in [stepped, sliced] {
            let run = Run::ended(scenario.clone(), &options, simulation, &ended);
            assert!(json(&run) == json(&whole), "{}", entry.id);
        }
    }
}

fn typed(at_ms: u64, text: &str) -> Action {
    Action {
        at: Time(at_ms * 1_000_000),
        host: "laptop".into(),
        person: "Ada".into(),
        program: None,
        act: Act::Type(text.into()),
    }
}

#[test]
fn an_action_in_mid_run_changes_what_follows_and_nothing_before() {
    let scenario = scenario("ftp-download", &Settings::new());
    let plain = Run::with("ftp-download", &Settings::new(), &seeded(1));
    let acted = || {
        let mut simulation = Simulation::new(&scenario, &seeded(1)).unwrap();
        assert_eq!(simulation.run_until(Time(50_000_000)), None);
        simulation.act(typed(50, "get report.pdf")).unwrap();
        assert_eq!(simulation.run_to_end(), Ended::Quiet);
        simulation.into_timeline()
    };
    let (one, two) = (acted(), acted());
    assert!(pcap(&one) == pcap(&two), "an action is part of the recipe");

    let added = |t: &Timeline| t.events().iter().filter(|e| e.kind == Kind::Acted).count();
    assert_eq!(added(&one), added(&plain.timeline) + 1);
    let before = |t: &Timeline| -> Vec<_> {
        let events = t.events().iter();
        events.take_while(|e| e.time < Time(50_000_000)).collect()
    };
    let events = before(&one);
    assert!(events.len() > 10, "something happened before");
    assert_eq!(events, before(&plain.timeline));
}

#[test]
fn an_action_at_a_host_that_is_not_there_is_refused() {
    let scenario = scenario("ftp-download", &Settings::new());
    let mut simulation = Simulation::new(&scenario, &seeded(1)).unwrap();
    let action = Action {
        host: "printer".into(),
        ..typed(0, "get report.pdf")
    };
    assert!(simulation.act(action).unwrap_err().contains("printer"));
}

#[test]
fn causes_lie_before_effects_and_lead_back_to_a_root() {
    for entry in CATALOGUE {
        let run = Run::of(entry.id, &[]);
        let t = &run.timeline;
        for event in t.events().iter() {
            let root = t.causes(event.id).last().unwrap();
            assert!(
                matches!(
                    root.kind,
                    Kind::Acted
                        | Kind::Started
                        | Kind::LinkDown
                        | Kind::LinkUp
                        | Kind::HostDown
                        | Kind::HostUp
                ),
                "{}: {event:?} goes back to {root:?}",
                entry.id
            );
        }
    }
}

#[test]
fn every_frame_arrives_or_is_lost_with_a_reason() {
    for entry in CATALOGUE {
        let run = Run::of(entry.id, &[]);
        let t = &run.timeline;
        let count = |kind| t.events().iter().filter(|e| e.kind == kind).count();
        assert_eq!(
            count(Kind::Sent),
            count(Kind::Delivered) + count(Kind::Dropped),
            "{}",
            entry.id
        );
    }
}
