//! The reducer, as readers meet it.

use super::*;
use wirestage_core::timeline::StepSize;

/// A page as a reader has it: a scenario open, the run made at once.
pub(super) fn open(fragment: &str) -> Model {
    let mut model = Model::new(Settings::default());
    tell(&mut model, Msg::Visit(fragment.to_owned()));
    model
}

/// Takes a message, and makes the run that it wants.
pub(super) fn tell(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = model.update(msg);
    while effects.contains(&Effect::Run) {
        let wanted = model.wanted.clone().expect("a run is wanted");
        let msg = match Job::begin(&wanted.address) {
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

fn caption(model: &Model) -> String {
    let show = model.show.as_ref().expect("a run is shown");
    let here = show.outline.here(model.address.place);
    here.map_or_else(String::new, |row| show.outline.rows[row].label.clone())
}

fn mode(value: &str) -> Msg {
    Msg::Turn {
        knob: "mode".into(),
        value: value.into(),
    }
}

#[test]
fn a_lesson_goes_to_its_end_and_back_in_steps_of_each_size() {
    for size in [StepSize::Packet, StepSize::Turn, StepSize::Phase] {
        let mut model = open("#/ftp-download");
        tell(&mut model, Msg::By(size));
        let last = model.show.as_ref().unwrap().outline.last(size);
        let mut heard = std::collections::BTreeSet::new();
        for at in 1..=last {
            tell(&mut model, Msg::Next);
            assert_eq!(model.address.place.at, at);
            heard.insert(model.spoken.clone());
        }
        assert_eq!(
            heard.len(),
            last,
            "each step of {size:?} is told in its own words"
        );
        assert!(model.spoken.starts_with("End."), "{}", model.spoken);
        tell(&mut model, Msg::Next);
        assert_eq!(
            model.address.place.at, last,
            "there is nothing after the end"
        );
        for at in (0..last).rev() {
            tell(&mut model, Msg::Back);
            assert_eq!(model.address.place.at, at);
        }
        assert!(model.settings.done.contains("ftp-download"));
    }
}

#[test]
fn a_knob_keeps_the_place_says_what_changed_and_undo_returns() {
    let mut model = open("#/ftp-download?at=9");
    while caption(&model) != "RETR report.pdf" {
        tell(&mut model, Msg::Next);
    }
    let before = model.address.clone();
    let said = caption(&model);
    tell(&mut model, mode("active"));
    let note = model.note.clone().unwrap();
    assert!(note.contains("PORT instead of PASV"), "{note}");
    assert_eq!(
        caption(&model),
        said,
        "the same is said at the place that is kept"
    );
    let turned = model.address.clone();
    tell(&mut model, Msg::Undo);
    assert_eq!(model.address, before);
    tell(&mut model, Msg::Redo);
    assert_eq!(model.address, turned);
    tell(&mut model, mode("passive"));
    assert_eq!(model.address.knobs, [], "as the scenario has it");
    assert!(model.future.is_empty());
}

#[test]
fn a_knob_that_cannot_be_set_so_changes_nothing() {
    let mut model = open("#/ftp-download?at=4");
    let before = model.address.clone();
    let size = Msg::Turn {
        knob: "size".into(),
        value: "many".into(),
    };
    tell(&mut model, size);
    let trouble = model.trouble.clone().unwrap();
    assert!(
        trouble.contains("many") && trouble.contains("40 kB"),
        "{trouble}"
    );
    assert_eq!(model.address, before);
    assert_eq!(caption(&model), caption(&open("#/ftp-download?at=4")));
    assert!(model.past.is_empty(), "there is nothing to undo");
}

#[test]
fn reset_loses_nothing() {
    let mut model = open("#/mail-submit?ip=6&by=packet&at=12&packet=3&tab=hosts");
    let before = model.address.clone();
    tell(&mut model, Msg::Reset);
    assert_eq!(model.address.place.at, 0);
    assert_eq!(model.address.knobs, []);
    tell(&mut model, Msg::Undo);
    assert_eq!(model.address, before);
}

#[test]
fn an_address_that_leads_nowhere_is_told_and_the_nearest_place_is_shown() {
    let model = open("#/nope");
    assert!(model.trouble.as_ref().unwrap().contains("nope"));
    assert!(model.show.is_none());
    let model = open("#/ftp-download?mode=weird");
    assert!(model.trouble.as_ref().unwrap().contains("weird"));
    let model = open("#/ftp-download?at=99999&packet=99999");
    let outline = &model.show.as_ref().unwrap().outline;
    assert!(outline.is_end(model.address.place));
    assert_eq!(model.address.packet, None);
}

#[test]
fn a_chosen_packet_is_shown_in_its_step_and_a_move_lets_go_of_it() {
    let mut model = open("#/ftp-download");
    tell(&mut model, Msg::Choose(Some(FrameId::from_index(30))));
    assert_eq!(model.packet(), Some(FrameId::from_index(30)));
    let show = model.show.clone().unwrap();
    let sent = show.outline.sent(FrameId::from_index(30)).index();
    assert!(show.outline.shown(model.address.place).contains(&sent));
    assert!(model.address.fragment().contains("packet=31"));
    tell(&mut model, Msg::Next);
    assert_eq!(model.address.packet, None);
}

#[test]
fn phases_are_leapt_over_both_ways() {
    let mut model = open("#/ftp-download");
    let mut starts = vec![0];
    while !model.spoken.starts_with("End.") {
        tell(&mut model, Msg::Leap(true));
        starts.push(model.address.place.at);
    }
    assert!(starts.windows(2).all(|w| w[0] < w[1]), "{starts:?}");
    let phases = model.show.as_ref().unwrap().outline.phases.len();
    assert_eq!(starts.len(), phases + 2, "the start, each phase, the end");
    for at in starts.iter().rev().skip(1) {
        tell(&mut model, Msg::Leap(false));
        assert_eq!(model.address.place.at, *at);
    }
}

#[test]
fn playing_goes_on_to_the_end_and_stops_where_the_reader_takes_over() {
    let mut model = open("#/mail-submit");
    let effects = tell(&mut model, Msg::Play);
    assert!(effects.contains(&Effect::Wait));
    assert_eq!(model.address.place.at, 1);
    tell(&mut model, Msg::Tick);
    tell(&mut model, Msg::Back);
    assert!(!model.playing);
    assert_eq!(tell(&mut model, Msg::Tick), [], "an old tick moves nobody");
    tell(&mut model, Msg::Play);
    while model.playing {
        tell(&mut model, Msg::Tick);
    }
    assert!(model.spoken.starts_with("End."));
    tell(&mut model, Msg::Play);
    assert_eq!(model.address.place.at, 0, "again from the start");
    tell(&mut model, Msg::Play);
    assert!(model.frozen);
    tell(&mut model, Msg::Play);
    assert_eq!(
        model.address.place.at, 0,
        "what hung in the air goes on first"
    );
}

#[test]
fn an_address_from_outside_leads_there_and_back() {
    let mut model = open("#/ftp-download?at=3");
    let first = model.address.fragment();
    tell(&mut model, Msg::Visit("#/mail-submit?at=2&ip=6".into()));
    assert_eq!(model.address.fragment(), "#/mail-submit?ip=6&at=2");
    tell(&mut model, Msg::Visit(first.clone()));
    assert_eq!(model.address.fragment(), first);
    tell(&mut model, Msg::Visit("#/".into()));
    assert!(model.show.is_none() && model.trouble.is_none());
    assert_eq!(model.settings.last.as_deref(), Some(first.as_str()));
}

/// A knob is turned, and the run that it wants is still in the making.
fn begin(model: &mut Model, msg: Msg) {
    assert!(model.update(msg).contains(&Effect::Run));
}

#[test]
fn a_run_that_is_stopped_leaves_all_as_it_was() {
    let mut model = open("#/ftp-download?at=4");
    tell(&mut model, mode("active"));
    let kept = (
        model.address.clone(),
        model.past.clone(),
        model.future.clone(),
    );
    for msg in [Msg::Undo, Msg::Reset, mode("passive")] {
        begin(&mut model, msg.clone());
        tell(&mut model, Msg::Cancel);
        let now = (
            model.address.clone(),
            model.past.clone(),
            model.future.clone(),
        );
        assert_eq!(now, kept, "after {msg:?}");
        assert_eq!(model.note, None, "nothing was done by {msg:?}");
    }
}

#[test]
fn undo_while_a_run_is_made_forgets_the_turn_or_goes_one_further() {
    let mut model = open("#/ftp-download?at=4");
    let first = model.address.clone();
    tell(&mut model, mode("active"));
    let second = model.address.clone();
    begin(&mut model, mode("passive"));
    tell(&mut model, Msg::Undo);
    assert_eq!(model.address, second, "the turn is forgotten");
    assert_eq!(model.past, std::slice::from_ref(&first));
    let size = Msg::Turn {
        knob: "size".into(),
        value: "4 kB".into(),
    };
    tell(&mut model, size);
    let third = model.address.clone();
    begin(&mut model, Msg::Undo);
    tell(&mut model, Msg::Undo);
    assert_eq!(model.address, first);
    assert_eq!(model.future, [third.clone(), second]);
    tell(&mut model, Msg::Redo);
    tell(&mut model, Msg::Redo);
    assert_eq!(model.address, third);
}

#[test]
fn a_knob_that_is_so_already_runs_nothing() {
    let mut model = open("#/ftp-download?at=4");
    let value = model.show.as_ref().unwrap().run.scenario.knobs[0]
        .value
        .clone();
    let knob = model.show.as_ref().unwrap().run.scenario.knobs[0]
        .name
        .clone();
    assert_eq!(tell(&mut model, Msg::Turn { knob, value }), []);
    assert!(model.past.is_empty());
}

#[test]
fn a_tab_that_is_opened_while_a_run_is_made_stays_open() {
    let mut model = open("#/ftp-download?at=4");
    begin(&mut model, mode("active"));
    model.update(Msg::Tab(Tab::Hosts));
    let wanted = model.wanted.clone().unwrap();
    let mut job = Job::begin(&wanted.address).unwrap();
    let ended = job.advance(|| 0.0, 1.0).unwrap();
    model.update(Msg::Ran(Rc::new(Show::new(job.finish(&ended)))));
    assert_eq!(model.address.tab, Tab::Hosts);
}

#[test]
fn escape_shows_the_picture_again_before_it_leaves_the_presentation() {
    let mut model = open("#/ftp-download");
    tell(&mut model, Msg::Present(true));
    tell(&mut model, Msg::Blank);
    tell(&mut model, Msg::Escape);
    assert!(model.present && !model.blank);
    tell(&mut model, Msg::Escape);
    assert!(!model.present);
}

#[test]
fn fields_are_chosen_and_watched_from_step_to_step() {
    // Given a run, and a field that somebody looks at.
    let mut model = open("#/ftp-download?by=packet&at=4");
    model.update(Msg::Field(Some("tcp.ack".into())));
    model.update(Msg::Pin("tcp.ack".into()));
    // When the reader goes on,
    model.update(Msg::Next);
    // then both stay, and stand in the address.
    let fragment = model.address.fragment();
    assert!(
        fragment.ends_with("&field=tcp.ack&pins=tcp.ack"),
        "{fragment}"
    );
    // No more than six are watched, and who asks for a seventh is told.
    for pin in ["a", "b", "c", "d", "e", "f"] {
        model.update(Msg::Pin(pin.into()));
    }
    assert_eq!(model.address.looks.pins.len(), 6);
    assert!(
        model
            .note
            .as_deref()
            .is_some_and(|note| note.contains("unpin"))
    );
    model.update(Msg::Pin("tcp.ack".into()));
    assert_eq!(model.address.looks.pins[0], "a");
    // A filter is typed where the packets are.
    let effects = model.update(Msg::SiftBy("ftp".into()));
    assert_eq!(
        (model.address.tab, model.address.looks.filter.as_str()),
        (Tab::Packets, "ftp")
    );
    assert!(effects.contains(&Effect::Focus("#filter")));
}
