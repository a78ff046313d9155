//! Two runs beside each other, as readers meet them.

use super::*;
use crate::model::address::Address;

fn open(fragment: &str) -> Model {
    let mut model = Model::new(Settings::default());
    tell(&mut model, Msg::Visit(fragment.to_owned()));
    model
}

/// Takes a message, and makes the runs that it wants.
fn tell(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = model.update(msg);
    while effects.contains(&Effect::Run) {
        let wanted = model.making().expect("a run is wanted");
        let msg = match Job::begin(wanted) {
            Ok(mut job) => {
                let ended = job.advance(|| 0.0, 1.0).expect("it ends");
                Msg::Ran(Rc::new(Show::new(job.finish(&ended))))
            }
            Err(trouble) => Msg::Failed(trouble),
        };
        effects = model.update(msg);
    }
    effects
}

fn compare(model: &Model) -> &Compare {
    model.compare.as_ref().expect("two runs are compared")
}

fn title(model: &Model) -> &str {
    let made = compare(model).made.as_ref().expect("both were made");
    made.first().map_or("", |first| first.title.as_str())
}

const MODES: &str = "#/compare/ftp-download?with=ftp-download%3Fmode%3Dactive";

#[test]
fn an_address_of_two_runs_comes_back_as_it_was_written() {
    let odd = Address {
        knobs: vec![
            ("with".into(), "a & b=c?d".into()),
            ("at".into(), "100 %".into()),
            ("as".into(), "+".into()),
        ],
        seed: 7,
        ..Address::of("ftp-download")
    };
    for both in [
        Both::of(&Address::of("ftp-download"), &Address::of("mail-submit")),
        Both {
            at: Some(0),
            form: Some(Form::Table),
            ..Both::of(&odd, &Address::of("x/y"))
        },
        Both {
            at: Some(12),
            form: Some(Form::Picture),
            ..Both::of(&odd, &odd)
        },
        Both::default(),
    ] {
        let fragment = both.fragment();
        assert_eq!(Both::read(&fragment).as_ref(), Some(&both), "{fragment}");
        // As a browser hands it back.
        assert_eq!(Both::read(fragment.trim_start_matches('#')), Some(both));
    }
    assert_eq!(Both::read(MODES).unwrap().fragment(), MODES);
    for fragment in [
        "#/",
        "#/compared",
        "#/ftp-download?with=x",
        "",
        "#/guide/tcp",
    ] {
        assert_eq!(Both::read(fragment), None, "{fragment}");
    }
}

#[test]
fn a_place_of_a_lesson_is_no_part_of_a_comparison() {
    let here = Address::read("#/ftp-download?mode=active&at=9&tab=packets&filter=ftp");
    let both = Both::of(&Address::of("ftp-download"), &here);
    assert_eq!(both.fragment(), MODES);
    let read = Both::read("#/compare/ftp-download?at=3&with=ftp-download%3Fmode%3Dactive%26at%3D9");
    let read = read.unwrap();
    assert_eq!((read.at, read.sides[1].place.at), (Some(3), 0));
}

#[test]
fn without_a_second_run_it_is_the_scenario_as_it_is_or_with_its_first_knob_turned() {
    let read = Both::read("#/compare/ftp-download?mode=active").unwrap();
    assert_eq!(read.sides[1], Address::of("ftp-download"));
    let read = Both::read("#/compare/ftp-download").unwrap();
    assert_eq!(read.sides[1].knobs, [("mode".into(), "active".into())]);
    assert!(
        Both::read("#/compare/").unwrap().sides[0]
            .scenario
            .is_none()
    );
}

#[test]
fn it_opens_at_the_first_difference_and_n_goes_to_the_next_ones() {
    let mut model = open(MODES);
    assert_eq!(title(&model), "Who opens the data connection");
    assert_eq!(
        model.title(),
        "Your first FTP download · two runs · Wirestage".replace(
            "Your first FTP download",
            &compare(&model).shows[0].as_ref().unwrap().run.info.title
        )
    );
    let first = compare(&model).at;
    let made = Rc::clone(compare(&model).made.as_ref().unwrap());
    assert_eq!(first, made.first().unwrap().shown + 1);
    assert!(
        model.spoken.contains("PASV") && model.spoken.contains("PORT"),
        "{}",
        model.spoken
    );
    let mut seen = vec![first];
    for _ in 1..made.differences.len() {
        tell(&mut model, Msg::Compare(Do::Leap(true)));
        seen.push(compare(&model).at);
    }
    let places: Vec<_> = made.differences.iter().map(|d| d.shown + 1).collect();
    assert_eq!(seen, places);
    tell(&mut model, Msg::Compare(Do::Leap(true)));
    assert!(
        model
            .note
            .as_deref()
            .is_some_and(|note| note.starts_with("No further"))
    );
    tell(&mut model, Msg::Compare(Do::Leap(false)));
    assert_eq!(compare(&model).at, places[places.len() - 2]);
}

#[test]
fn one_transport_steps_both_to_the_end_and_back() {
    let mut model = open(&format!("{MODES}&at=0"));
    let last = compare(&model).last();
    let mut heard = Vec::new();
    for at in 1..=last {
        tell(&mut model, Msg::Next);
        assert_eq!(compare(&model).at, at);
        heard.push(model.spoken.clone());
        let made = compare(&model).made.as_ref().unwrap();
        let places = Compare::places(made, at);
        for (side, place) in places.iter().enumerate() {
            let row = made.pairs[at - 1].rows[side];
            assert!(row.is_none_or(|row| row + 1 == place.at), "{at}");
        }
    }
    assert!(
        heard.is_sorted_by(|a, b| a != b),
        "each is told in its own words"
    );
    assert_eq!(tell(&mut model, Msg::Next), []);
    tell(&mut model, Msg::ToStart);
    assert_eq!(compare(&model).at, 0);
    let fragment = model.fragment();
    assert!(fragment.ends_with("&at=0"), "{fragment}");
    let again = open(&fragment);
    assert_eq!(compare(&again).at, 0);
}

#[test]
fn a_knob_of_a_side_makes_that_run_anew_and_says_where_it_differs() {
    let mut model = open(MODES);
    let a = Rc::clone(compare(&model).shows[0].as_ref().unwrap());
    let turn =
        |side, knob: &str, value: &str| Msg::Compare(Do::Turn(side, knob.into(), value.into()));
    tell(&mut model, turn(1, "mode", "extended"));
    assert_eq!(title(&model), "What the client asks the server for");
    assert!(
        Rc::ptr_eq(&a, compare(&model).shows[0].as_ref().unwrap()),
        "A is not run again"
    );
    assert_eq!(
        model.fragment(),
        "#/compare/ftp-download?with=ftp-download%3Fmode%3Dextended"
    );
    // As it is by default: nothing of it stands in the address, and nothing differs.
    tell(&mut model, turn(1, "mode", "passive"));
    assert_eq!(model.fragment(), "#/compare/ftp-download?with=ftp-download");
    assert_eq!(title(&model), "");
    assert!(
        compare(&model)
            .made
            .as_ref()
            .unwrap()
            .alike
            .contains("byte for byte")
    );
    // What cannot be is told, and what was shown stays.
    tell(&mut model, turn(0, "size", "many"));
    let trouble = compare(&model).trouble.clone().expect("it is told");
    assert!(trouble.starts_with("Run A cannot be shown"), "{trouble}");
    assert_eq!(
        model.fragment().split("&at").next(),
        Some("#/compare/ftp-download?with=ftp-download")
    );
    assert!(compare(&model).made.is_some() && model.is_ready());
}

#[test]
fn sides_are_swapped_and_scenarios_chosen() {
    let mut model = open(MODES);
    let effects = tell(&mut model, Msg::Compare(Do::Swap));
    assert!(!effects.contains(&Effect::Run) && effects.contains(&Effect::Write { push: true }));
    assert_eq!(
        model.fragment(),
        "#/compare/ftp-download?mode=active&with=ftp-download"
    );
    let first = compare(&model)
        .made
        .as_ref()
        .unwrap()
        .first()
        .unwrap()
        .clone();
    assert!(first.says[0].starts_with("PORT"), "{first:?}");
    tell(
        &mut model,
        Msg::Compare(Do::Choose(1, "mail-submit".into())),
    );
    assert_eq!(title(&model), "Which protocol");
    assert_eq!(
        compare(&model).file_name(),
        "compare-ftp-download-mail-submit.txt"
    );
}

#[test]
fn c_compares_with_the_run_before_the_last_knob() {
    let mut model = open("#/ftp-download?at=5");
    tell(&mut model, Msg::Compare(Do::Open));
    assert_eq!(
        model.fragment(),
        MODES,
        "its first knob, where none was turned"
    );
    tell(&mut model, Msg::Visit("#/ftp-download?at=5".into()));
    assert!(model.compare.is_none());
    assert_eq!(model.address.place.at, 5, "the lesson is where it was");
    let turn = |value: &str| Msg::Turn {
        knob: "size".into(),
        value: value.into(),
    };
    tell(&mut model, turn("4 kB"));
    tell(&mut model, turn("1 MB"));
    tell(&mut model, Msg::Compare(Do::Open));
    assert_eq!(
        model.fragment(),
        "#/compare/ftp-download?size=4+kB&with=ftp-download%3Fsize%3D1%2BMB"
    );
    assert_eq!(title(&model), "What is sent");
    let model = {
        let mut model = open("#/ftp-download?mode=active");
        tell(&mut model, Msg::Compare(Do::Open));
        model
    };
    assert_eq!(model.fragment(), MODES, "else with the scenario as it is");
}

#[test]
fn what_cannot_be_compared_is_told_and_nothing_hangs() {
    let model = open("#/compare");
    assert!(model.is_ready() && compare(&model).made.is_none());
    let model = open("#/compare/no-such?with=ftp-download");
    let trouble = compare(&model).trouble.clone().expect("it is told");
    assert!(trouble.contains("no-such"), "{trouble}");
    assert!(model.is_ready());
    assert_eq!(model.fragment(), "#/compare");
    let mut model = Model::new(Settings::default());
    model.update(Msg::Compare(Do::Open));
    assert!(
        model.compare.is_none(),
        "there is nothing to compare on the front page"
    );
    // A run that is stopped while it is made.
    model.update(Msg::Visit(MODES.into()));
    assert!(!model.is_ready());
    model.update(Msg::Cancel);
    assert!(model.is_ready() && compare(&model).made.is_none());
}

#[test]
fn it_plays_to_its_end_and_stops_there() {
    let mut model = open(&format!("{MODES}&at=0"));
    let effects = tell(&mut model, Msg::Play);
    assert!(effects.contains(&Effect::Wait) && model.playing);
    for _ in 0..200 {
        tell(&mut model, Msg::Tick);
    }
    assert!(!model.playing);
    assert_eq!(compare(&model).at, compare(&model).last());
    tell(&mut model, Msg::Play);
    assert_eq!(compare(&model).at, 0, "from the start again");
    tell(&mut model, Msg::Next);
    assert!(!model.playing, "who steps takes over");
}
