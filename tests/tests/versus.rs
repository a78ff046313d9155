//! FTP against SMTP and HTTP: each figure counted a second time, each proof looked up in its run.

use std::collections::BTreeMap;
use wirestage_core::timeline::Kind;
use wirestage_core::versus::{
    Answers, COUNTS, Claim, GROUPS, Maker, SAYINGS, Shape, Source, address_of, claims, ids, text,
    told,
};
use wirestage_core::view::outline::Outline;
use wirestage_tests::recount::Recount;
use wirestage_tests::{Run, wirestage};

fn runs() -> BTreeMap<Source, Run> {
    let all = Source::ALL.into_iter();
    all.map(|source| (source, Run::of(source.scenario(), source.knobs())))
        .collect()
}

#[test]
fn the_tables_have_what_a_course_asks_for() {
    let rows: Vec<_> = GROUPS.iter().flat_map(|group| group.rows).collect();
    assert!(rows.len() >= 12 && SAYINGS.len() >= 8 && COUNTS.len() >= 5);
    for id in [
        "purpose",
        "model",
        "connections",
        "ports",
        "direction",
        "state",
        "login",
        "types",
        "persistence",
        "errors",
        "security",
        "overhead",
    ] {
        assert!(rows.iter().any(|row| row.id == id), "no row on {id}");
    }
    let mut names: Vec<_> = ids().collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "each has a name of its own");
    let counted = COUNTS.len() * 3;
    for (index, claim) in claims().enumerate() {
        let gaps = claim.text.matches("{}").count();
        assert_eq!(gaps, claim.figures.len(), "{}", claim.text);
        let words = claim.text.split_whitespace().count();
        assert!(words <= 40, "{words} words: {}", claim.text);
        if index >= counted {
            assert!(!claim.proofs.is_empty(), "no proof: {}", claim.text);
            let section = claim.reference.split_once(" §");
            assert!(
                section.is_some_and(|(rfc, _)| rfc.starts_with("RFC ")),
                "{}",
                claim.reference
            );
            // What is a figure is computed: no digits stand in the words but names of replies,
            // ports in question and versions.
            for word in claim.text.split_whitespace() {
                let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
                let known = [
                    "220", "221", "226", "250", "200", "20", "4", "5", "POP3", "1.1",
                ];
                let is_known = known.iter().any(|known| bare.ends_with(known)) || bare == "base64";
                let has_digits = bare.chars().any(|c| c.is_ascii_digit());
                assert!(!has_digits || is_known, "“{word}” in {}", claim.text);
            }
        }
    }
    for source in Source::ALL {
        let used = |claim: &Claim| {
            let figures = claim.figures.iter().map(|(of, _)| *of);
            let mut all = figures.chain(claim.proofs.iter().map(|(_, of, _)| *of));
            all.any(|of| of == source)
        };
        assert!(claims().any(used), "{source:?} is run for nothing");
    }
}

#[test]
fn each_figure_is_the_same_counted_another_way() {
    let runs = runs();
    let parts: BTreeMap<_, _> = runs
        .iter()
        .map(|(source, run)| (*source, Recount::of(&run.timeline)))
        .collect();
    let answers = Answers::now();
    let mut counted = 0;
    for (claim, answer) in claims().zip(&answers.claims) {
        for ((source, measure), figure) in claim.figures.iter().zip(&answer.figures) {
            let again = parts[source].figure(*measure);
            assert_eq!(
                figure.as_deref(),
                Some(again.as_str()),
                "{source:?} {measure:?} in {}",
                claim.text
            );
            counted += 1;
        }
    }
    assert!(counted > 100, "{counted} figures");
    let weights = answers.weights.expect("they are weighed");
    for (weight, on) in weights.iter().zip(wirestage_core::versus::On::COLUMNS) {
        use wirestage_core::versus::Measure;
        let of = |measure| {
            let figure = parts[&Source::ThreeWays].figure(measure);
            figure.replace(' ', "").parse::<u64>().unwrap()
        };
        assert_eq!(weight.all(), of(Measure::Wire(on)));
        assert_eq!(weight.headers, of(Measure::Headers(on)));
        assert_eq!(weight.words, of(Measure::Words(on)));
        assert_eq!(weight.file + weight.growth, of(Measure::Data(on)));
        assert_eq!(weight.file, 40_000);
    }
}

#[test]
fn each_proof_leads_to_a_step_that_shows_it() {
    let runs = runs();
    let answers = Answers::now();
    for (claim, answer) in claims().zip(&answers.claims) {
        for ((label, source, find), shown) in claim.proofs.iter().zip(&answer.proofs) {
            let run = &runs[source];
            let what = format!("“{label}” of {}", claim.text);
            let shown = shown.as_ref().unwrap_or_else(|| panic!("nowhere: {what}"));
            let address = address_of(*source, Some(shown.at));
            let (path, at) = address.rsplit_once("at=").unwrap();
            assert!(
                path.starts_with(&format!("#/{}?", source.scenario())),
                "{address}"
            );
            let outline = Outline::of(&run.timeline, &run.info);
            let row = &outline.rows[at.parse::<usize>().unwrap() - 1];
            let steps = Recount::of(&run.timeline).steps(find);
            let (event, text) = &steps[find.nth];
            assert_eq!(row.opens, *event, "{what}: {}", row.label);
            assert_eq!(row.label, shown.label, "{what}");
            assert!(row.text.contains(find.with), "{what}: {text}");
            match find.shape {
                Shape::Says(word) | Shape::Replies(word) => {
                    assert!(shown.label.starts_with(word), "{what}: {}", shown.label);
                }
                Shape::Brings => assert!(shown.label.starts_with('▤'), "{what}"),
                Shape::Calls => assert!(shown.label.contains("SYN"), "{what}"),
                Shape::Finishes => assert_eq!(shown.label, "FIN", "{what}"),
                Shape::Breaks => assert!(shown.label.starts_with('✕'), "{what}"),
            }
            let kind = run.timeline.event(*event).kind;
            assert_eq!(
                kind,
                match find.shape {
                    Shape::Says(_) | Shape::Replies(_) | Shape::Brings => Kind::Turn,
                    Shape::Calls => Kind::Opening,
                    Shape::Finishes => Kind::HeardFinish,
                    Shape::Breaks => Kind::Closed,
                }
            );
        }
    }
}

/// What is settled is settled by the runs as they are: were one of them another, this would be
/// untrue in words, and not in figures alone.
#[test]
fn what_the_words_say_is_so() {
    let runs = runs();
    let part = |source: Source| Recount::of(&runs[&source].timeline);
    use wirestage_core::versus::On;
    // In active mode the server calls; in passive mode nobody uses 20.
    let active = part(Source::Active);
    assert!(active.calls_on(On::Data).all(|call| call.from == "server"));
    let ports = |part: &Recount| -> Vec<u16> {
        let segments = part.segments.iter();
        segments
            .flat_map(|s| s.ends.iter().map(|end| end.1))
            .collect()
    };
    assert!(ports(&active).contains(&20));
    assert!(!ports(&part(Source::ThreeWays)).contains(&20));
    // The stranger hears password and file in full.
    let heard = |source: Source, what: &[u8]| {
        let timeline = &runs[&source].timeline;
        let here = timeline.events().iter().filter(|event| {
            event.kind == Kind::Delivered && timeline.node(event.host).name == "stranger"
        });
        let mut frames = here.map(|event| timeline.bytes(wirestage_core::base::FrameId(event.arg)));
        frames.any(|frame| frame.windows(what.len()).any(|some| some == what))
    };
    assert!(heard(Source::Sniffed, b"PASS "));
    assert!(heard(Source::Sniffed, b"226 "));
    assert!(heard(Source::Login, b"AUTH PLAIN "));
    assert!(heard(Source::Login, b"Are you free for lunch"));
    // The forged letter names the president, and nobody has logged in.
    let forged = part(Source::Forged);
    let said: Vec<u8> = forged
        .segments
        .iter()
        .flat_map(|s| s.payload.clone())
        .collect();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("From: president@example.com") && !said.contains("AUTH "));
    // Ada has said goodbye before her letter is refused, and hears of it by POP3.
    let refused = part(Source::NoSuchReader);
    let at = |what: &str, from: &str| {
        let mut segments = refused.segments.iter();
        let here = |s: &&wirestage_tests::recount::Segment| {
            s.host == from && String::from_utf8_lossy(&s.payload).contains(what)
        };
        segments.find(here).unwrap_or_else(|| panic!("{what}")).sent
    };
    assert!(at("QUIT", "laptop") < at("550 5.1.1", "mx"));
    assert!(at("550 5.1.1", "mx") < at("Your letter could not be delivered", "mail"));
    // The broken image is broken, and 226 was said all the same.
    assert!(!runs[&Source::Ascii].timeline.arrivals()[0].is_equal());
    // Every browser's request says close.
    let web = part(Source::Web);
    let gets = web
        .segments
        .iter()
        .filter(|s| s.payload.starts_with(b"GET "));
    assert!(gets.clone().count() == 2);
    for get in gets {
        assert!(String::from_utf8_lossy(&get.payload).contains("Connection: close"));
    }
}

#[test]
fn it_is_made_little_by_little_and_the_words_stand_from_the_start() {
    let mut maker = Maker::default();
    assert!(!maker.answers.are_all());
    let first = claims().next().unwrap();
    assert_eq!(told(first, &maker.answers.claims[0]), "…");
    let mut steps = 0;
    let mut runs = 0;
    while maker.step() {
        steps += 1;
        assert!(maker.answers.runs == runs || maker.answers.runs == runs + 1);
        runs = maker.answers.runs;
    }
    assert!(steps > 1_000, "{steps} steps are not little by little");
    assert!(maker.answers.are_all() && !maker.step());
    assert_eq!(maker.answers, Answers::now());
}

#[test]
fn the_program_prints_it_all_or_a_row() {
    let answers = Answers::now();
    let all = text(&answers, None).unwrap();
    for line in all.lines() {
        assert!(line.chars().count() <= 84, "{line}");
        assert!(!line.contains('…') && !line.contains("{}"), "{line}");
    }
    for (claim, answer) in claims().zip(&answers.claims).skip(COUNTS.len() * 3) {
        let told = told(claim, answer);
        let flat: Vec<&str> = all.split_whitespace().collect();
        let said: Vec<&str> = told.split_whitespace().collect();
        assert!(flat.windows(said.len()).any(|some| some == said), "{told}");
    }
    let call = |args: &[&str]| {
        let output = wirestage().args(args).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        (
            output.status.code(),
            out,
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(call(&["ftp-and-smtp"]), (Some(0), all, String::new()));
    for id in ids() {
        let row = text(&answers, Some(id)).unwrap();
        assert!(row.lines().count() < 30, "{row}");
    }
    let ports = text(&answers, Some("ports")).unwrap();
    assert!(
        ports.starts_with("Ports (ports)") && ports.contains("RFC 6409"),
        "{ports}"
    );
    assert_eq!(call(&["ftp-and-smtp", "ports"]).1, ports);
    let (code, out, told) = call(&["ftp-and-smtp", "port"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(told.contains("did you mean `ports`?"), "{told}");
    assert!(text(&answers, Some("nothing")).is_none());
    assert_eq!(call(&["help", "ftp-and-smtp"]).0, Some(0));
}
