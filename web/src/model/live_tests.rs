//! A live run, as readers follow it.

use super::follower::Came;
use super::*;
use wirestage_core::base::{Duration, Time};
use wirestage_core::live::{Journal, Live, Plan};
use wirestage_core::scenario::{catalogue, load};
use wirestage_core::simulation::{Budget, Options};
use wirestage_core::timeline::StepSize;

/// A session in which the programs of another run stand for the reader's own, and a page that
/// follows it.
struct Session {
    /// The run of the session: somebody stands in for the laptop.
    run: Live,
    /// The laptop's programs, in a run where somebody stands in for the server.
    outside: Live,
    journal: Journal,
    now: Time,
    follower: Follower,
    model: Model,
}

fn plan(host: &str) -> Plan {
    let entry = catalogue::find("ftp-download").expect("it is in the catalogue");
    Plan {
        source: entry.id.to_owned(),
        id: entry.id.to_owned(),
        text: entry.text.to_owned(),
        settings: vec![("size".into(), "4 kB".into())],
        seed: 1,
        host: host.to_owned(),
    }
}

fn live(host: &str) -> Live {
    let plan = plan(host);
    let loaded = load(&plan.id, &plan.text, &plan.settings).expect("it loads");
    let options = Options::default();
    Live::begin(&plan.id, loaded.scenario, &options, Some(host)).expect("it begins")
}

impl Session {
    /// A session that has just begun, followed from an address.
    fn open(fragment: &str) -> Self {
        let mut model = Model::new(Settings::default());
        let effects = model.update(Msg::Visit(fragment.to_owned()));
        assert!(effects.contains(&Effect::Run));
        let mut outside = live("server");
        outside.begin_story(Time::ZERO);
        Self {
            run: live("laptop"),
            outside,
            journal: Journal::default(),
            now: Time::ZERO,
            follower: Follower::begin(&plan("laptop")).expect("it begins"),
            model,
        }
    }

    /// Goes on for so many milliseconds.
    fn goes_on(&mut self, ms: u64) {
        for _ in 0..ms {
            self.now += Duration::from_millis(1);
            self.run.advance(self.now);
            self.outside.advance(self.now);
            while let Some(frame) = self.run.next_out() {
                self.outside.enter(self.now, frame);
            }
            while let Some(frame) = self.outside.next_out() {
                self.journal.frame(self.now, frame);
                self.run.enter(self.now, frame);
            }
        }
        self.journal.now(self.now);
    }

    /// The page hears what happened, and is shown it.
    fn is_heard(&mut self) -> Came {
        let from = usize::try_from(self.follower.taken()).unwrap();
        self.follower.take(&self.journal.bytes()[from..]);
        let came = loop {
            let came = self.follower.advance(|| 1.0, 0.0);
            if came != Came::Partly {
                break came;
            }
        };
        self.model.update(Msg::Grew {
            show: Rc::new(Show::new(self.follower.so_far())),
            now: self.follower.now(),
            zero_ms: 0.0,
            aloud: true,
        });
        came
    }

    fn plays(&mut self, ms: u64) {
        self.goes_on(ms);
        assert_eq!(self.is_heard(), Came::Along);
    }

    fn steps(&self) -> usize {
        let show = self.model.show.as_ref().expect("a run is shown");
        show.outline.steps(self.model.address.place.size)
    }

    fn at(&self) -> usize {
        self.model.address.place.at
    }
}

/// What the page shows of a place: the row's words, and its packet.
fn shown(model: &Model) -> (String, Option<FrameId>) {
    let show = model.show.as_ref().expect("a run is shown");
    let here = show.outline.here(model.address.place);
    let label = here.map(|row| show.outline.rows[row].label.clone());
    (label.unwrap_or_default(), model.packet())
}

#[test]
fn a_reader_goes_along_with_the_run() {
    // Given a session in which nothing has happened yet.
    let mut session = Session::open("#/live");
    assert!(session.model.show.is_none());
    session.is_heard();
    assert_eq!((session.at(), session.model.address.follows), (0, true));
    // Then there is no step to go to.
    session.model.update(Msg::Next);
    assert_eq!(session.model.update(Msg::Play), []);
    assert_eq!(session.at(), 0);
    // When something happens, the last step is shown, and the address stays as it is.
    for _ in 0..12 {
        session.plays(40);
        assert_eq!(session.at(), session.steps());
        assert_eq!(session.model.address.fragment(), "#/live");
        assert_eq!(session.model.new_steps(), 0);
    }
    assert!(session.steps() > 5, "{}", session.steps());
    assert!(session.model.spoken.starts_with("Turn "));
    session.model.update(Msg::By(StepSize::Packet));
    assert_eq!(session.at(), session.steps());
    session.model.update(Msg::Next);
    assert_eq!(session.at(), session.steps(), "there is no end yet");
    assert!(session.model.settings.last.is_none() && session.model.settings.done.is_empty());
}

#[test]
fn a_reader_who_steps_back_stays_while_the_run_grows() {
    for size in [StepSize::Packet, StepSize::Turn] {
        let mut session = Session::open("#/live");
        session.plays(300);
        session.model.update(Msg::By(size));
        session.model.update(Msg::Back);
        session.model.update(Msg::Back);
        let (at, seen) = (session.at(), shown(&session.model));
        let before = session.steps();
        assert!(!session.model.address.follows);
        for _ in 0..20 {
            let motion = session.model.motion;
            session.plays(20);
            assert_eq!((session.at(), shown(&session.model)), (at, seen.clone()));
            assert_eq!(session.model.motion, motion, "nothing moves");
        }
        let new = session.steps() - before;
        assert!(new > 0);
        assert_eq!(session.model.new_steps(), new);
        assert_eq!(
            session.model.spoken.split(' ').next(),
            Some(&*new.to_string())
        );
        // Steps go on as in any run, and the end takes the reader along again.
        session.model.update(Msg::Next);
        assert_eq!(session.at(), at + 1);
        session.model.update(Msg::ToEnd);
        assert_eq!(
            (session.at(), session.model.new_steps()),
            (session.steps(), 0)
        );
        session.plays(40);
        assert_eq!(session.at(), session.steps());
    }
}

#[test]
fn a_chosen_packet_stays_and_a_step_to_the_last_follows() {
    let mut session = Session::open("#/live?tab=packets");
    session.plays(300);
    session
        .model
        .update(Msg::Choose(Some(FrameId::from_index(4))));
    let seen = shown(&session.model);
    assert_eq!(seen.1, Some(FrameId::from_index(4)));
    session.plays(100);
    assert_eq!(shown(&session.model), seen);
    let fragment = session.model.address.fragment();
    assert!(fragment.ends_with("&packet=5&tab=packets"), "{fragment}");
    while !session.model.address.follows {
        session.model.update(Msg::Next);
    }
    assert_eq!(session.at(), session.steps());
}

#[test]
fn a_place_in_the_address_is_kept_by_a_reload() {
    let mut session = Session::open("#/live?at=3");
    session.plays(400);
    assert_eq!((session.at(), session.model.address.follows), (3, false));
    session.plays(100);
    assert_eq!(session.model.address.fragment(), "#/live?at=3");
    assert!(session.model.new_steps() > 0);
}

#[test]
fn a_live_run_keeps_its_settings() {
    let mut session = Session::open("#/live?mode=active&seed=7");
    session.plays(300);
    let size = Msg::Turn {
        knob: "size".into(),
        value: "40 kB".into(),
    };
    for msg in [size, Msg::Reset, Msg::Undo, Msg::Redo] {
        assert_eq!(session.model.update(msg), []);
    }
    assert_eq!(session.model.address.fragment(), "#/live");
    assert_eq!(session.model.file_name(Format::Json), "ftp-download.json");
}

#[test]
fn who_goes_along_comes_to_the_end_of_the_session() {
    for back in [0, 3] {
        let mut session = Session::open("#/live");
        session.plays(1_000);
        for _ in 0..back {
            session.model.update(Msg::Back);
        }
        let at = session.at();
        session.journal.over(session.now);
        assert_eq!(session.is_heard(), Came::Over);
        session.model.update(Msg::Stands(Standing::Over));
        assert_eq!(session.model.spoken, "The session is over.");
        if back > 0 {
            assert_eq!(session.at(), at, "who stepped back stays");
            session.model.update(Msg::ToEnd);
        }
        assert_eq!(session.at(), session.steps() + 1);
        // What is over plays from the start, as any run.
        session.model.update(Msg::Play);
        assert_eq!(session.at(), 0);
    }
}

#[test]
fn what_was_there_stays_when_the_session_does_not_answer() {
    let mut session = Session::open("#/live");
    session.plays(400);
    let seen = shown(&session.model);
    for standing in [Standing::Silent, Standing::Gone] {
        session.model.update(Msg::Stands(standing));
        assert_eq!(session.model.spoken, standing.says());
        assert_eq!(shown(&session.model), seen);
        session.model.update(Msg::Back);
        session.model.update(Msg::ToEnd);
        assert_eq!(shown(&session.model), seen);
    }
    assert_eq!(session.model.update(Msg::AskAgain), [Effect::Ask]);
    session.model.update(Msg::Stands(Standing::Going));
    session.plays(100);
    assert_eq!(session.at(), session.steps());
}

#[test]
fn where_no_session_is_the_page_says_how_to_start_one() {
    let mut model = Model::new(Settings::default());
    model.update(Msg::Visit("#/live".to_owned()));
    model.update(Msg::Failed(Trouble::NoSession));
    let trouble = model.trouble.clone().unwrap();
    assert!(
        trouble.contains("wirestage shell ftp-download --page"),
        "{trouble}"
    );
    assert!(model.show.is_none() && model.wanted.is_none());
    model.update(Msg::Visit("#/".to_owned()));
    assert_eq!(model.trouble, Some(trouble), "it can be read at leisure");
    // And another scenario leaves nothing of a session behind.
    let mut session = Session::open("#/live");
    session.plays(100);
    session.model.update(Msg::Visit("#/mail-submit".to_owned()));
    assert!(session.model.live.is_none());
    assert!(!session.model.address.follows);
}

#[test]
fn a_run_that_outgrows_the_page_is_kept_as_far_as_it_came() {
    let mut session = Session::open("#/live");
    let small = Budget {
        frames: 20,
        ..Budget::default()
    };
    session.follower = Follower::within(&plan("laptop"), small).unwrap();
    session.goes_on(1_000);
    assert_eq!(session.is_heard(), Came::Full);
    session.model.update(Msg::Stands(Standing::Full));
    let show = session.model.show.clone().unwrap();
    assert!((20..40).contains(&show.timeline().frames().len()));
    assert!(show.run.info.stopped.is_some());
    assert_eq!(
        session.at(),
        session.steps() + 1,
        "the end is what there is"
    );
    assert!(
        session
            .model
            .spoken
            .contains("longer than this page can hold")
    );
}

#[test]
fn what_is_no_journal_breaks_nothing() {
    let mut session = Session::open("#/live");
    session.plays(200);
    session.follower.take(&[9; 30]);
    assert_eq!(session.follower.advance(|| 0.0, 1.0), Came::Broken);
    let mut other = plan("laptop");
    other.host = "nobody".into();
    let refused = Follower::begin(&other).unwrap_err();
    assert!(matches!(refused, Trouble::Refused(why) if why.contains("nobody")));
}

#[test]
fn a_slice_may_end_anywhere_and_the_run_is_the_same() {
    let mut session = Session::open("#/live");
    session.goes_on(1_500);
    session.is_heard();
    let mut whole = Follower::begin(&plan("laptop")).unwrap();
    for piece in session.journal.bytes().chunks(11) {
        whole.take(piece);
        while whole.advance(|| 0.0, 1.0) == Came::Partly {}
    }
    let json = |run: &wirestage_core::run::Run| {
        let mut bytes = Vec::new();
        wirestage_core::timeline::to_json(&run.timeline, &run.info, &mut bytes).unwrap();
        bytes
    };
    let expected = json(&session.run.so_far());
    assert_eq!(json(&session.follower.so_far()), expected);
    assert_eq!(json(&whole.so_far()), expected);
}
