//! Charts say what the packets say: numbers counted a second way, pictures within their bounds,
//! tables and files with the same numbers.

use wirestage_core::base::headers::Tcp;
use wirestage_core::base::{FrameId, Time};
use wirestage_core::scenario::catalogue::CATALOGUE;
use wirestage_core::view::charts::{
    Ask, ChartKind, Frame, Gathered, Mark, Part, Series, Table, chart_sheet, chart_text, draw,
    draw_bars, table, weighed,
};
use wirestage_core::view::draw::Shape;
use wirestage_core::view::draw::letters::Sizes;
use wirestage_tests::{Run, program};

fn ask(kind: ChartKind) -> Ask {
    Ask::of(kind)
}

fn series(run: &Run, word: &str) -> Series {
    let gathered = Gathered::of(&run.timeline);
    let ask = Ask::read(word).expect("it is a chart");
    Series::of(&gathered, &run.timeline, ask).expect("there is a connection")
}

/// Frames as they left their senders.
fn first_frames(run: &Run) -> impl Iterator<Item = FrameId> {
    let frames = run.timeline.frames().iter().enumerate();
    frames
        .filter(|(_, frame)| frame.forwards.is_none())
        .map(|(index, _)| FrameId::from_index(index))
}

#[test]
fn each_byte_on_the_wire_is_weighed_once() {
    for entry in CATALOGUE {
        let run = Run::of(entry.id, &[]);
        let gathered = Gathered::of(&run.timeline);
        let all = weighed(&gathered, None);
        let sum: usize = first_frames(&run)
            .map(|id| run.timeline.bytes(id).len())
            .sum();
        let count = first_frames(&run).count();
        let id = entry.id;
        assert_eq!((all.bytes, all.packets), (sum as u64, count as u64), "{id}");
        let parts: u64 = all.parts.iter().map(|share| share.bytes).sum();
        assert_eq!(parts, all.bytes, "{id}");
        // What the connections weigh is part of it.
        let numbers = 1..=u32::try_from(gathered.talks.len()).unwrap();
        let own: u64 = numbers.map(|n| weighed(&gathered, Some(n)).bytes).sum();
        assert!(own <= all.bytes, "{id}: {own} of {}", all.bytes);
        for share in &all.parts {
            assert!(share.bytes > 0 && share.frame.index() < run.timeline.frames().len());
        }
    }
}

#[test]
fn headers_are_as_long_as_they_are_and_payload_is_what_is_left() {
    let run = Run::of("ftp-download", &[]);
    let gathered = Gathered::of(&run.timeline);
    let weight = weighed(&gathered, None);
    let bytes = |part| {
        let found = weight.parts.iter().find(|share| share.part == part);
        found.map_or(0, |share| share.bytes)
    };
    let tcp: Vec<usize> = first_frames(&run)
        .filter_map(|id| Some(Tcp::read(run.timeline.bytes(id))?.payload.len()))
        .collect();
    let payload: usize = tcp.iter().sum();
    let said = [
        Part::Commands,
        Part::Replies,
        Part::File,
        Part::Again,
        Part::Other,
    ];
    assert_eq!(said.map(bytes).iter().sum::<u64>(), payload as u64);
    assert_eq!(bytes(Part::File), 40_000, "the file, each byte once");
    assert_eq!(bytes(Part::Other), 0, "all that was said is known");
    assert_eq!(bytes(Part::Ethernet) % 14, 0);
    assert!(bytes(Part::Tcp) >= 20 * tcp.len() as u64);
}

#[test]
fn a_letter_s_base64_weighs_four_thirds_of_its_picture() {
    let run = Run::of("mail-attachment", &[]);
    let gathered = Gathered::of(&run.timeline);
    let number = (1..=u32::try_from(gathered.talks.len()).unwrap())
        .find(|number| {
            let weight = weighed(&gathered, Some(*number));
            weight.parts.iter().any(|share| share.part == Part::Base64)
        })
        .expect("a connection carries the picture");
    let weight = weighed(&gathered, Some(number));
    let bytes = |part| {
        let found = weight.parts.iter().find(|share| share.part == part);
        found.map_or(0, |share| share.bytes)
    };
    let decoded = weight.decoded;
    let base64 = bytes(Part::Base64);
    assert!(
        base64 > decoded && base64 * 3 / 4 >= decoded,
        "{base64}, {decoded}"
    );
    assert!(
        decoded * 4 / 3 + base64 / 30 >= base64,
        "{base64}, {decoded}"
    );
    for part in [
        Part::Headers,
        Part::Mime,
        Part::Text,
        Part::Commands,
        Part::Replies,
    ] {
        assert!(bytes(part) > 0, "{part:?}");
    }
}

#[test]
fn sequence_numbers_run_from_the_syn_to_the_fin() {
    let run = Run::of("ftp-download", &[]);
    let series = series(&run, "sequence");
    let (first, last) = (series.items[0], series.items.last().unwrap());
    assert_eq!((first.low, first.high), (0, 1), "the SYN takes a number");
    assert_eq!(last.high, 40_002, "so does the FIN");
    let acks = &series.curves[0].points;
    assert_eq!(acks.last().unwrap().1, 40_002, "all of it is acknowledged");
    assert!(acks.is_sorted_by_key(|point| point.1) && acks.is_sorted_by_key(|point| point.0));
    assert!(series.items.is_sorted_by_key(|item| item.time));
    assert!(series.items.iter().all(|item| item.mark == Mark::Usual));
}

#[test]
fn what_was_lost_and_sent_again_is_marked_and_nothing_else() {
    let run = Run::of("lost-segment", &[]);
    let gathered = Gathered::of(&run.timeline);
    let timeline = &run.timeline;
    let marked = |mark| {
        let sides = gathered.talks.iter().flat_map(|talk| &talk.sides);
        let sent = sides.flat_map(|side| &side.sent);
        let these = sent.filter(|segment| segment.mark == mark);
        these.map(|segment| segment.frame).collect::<Vec<_>>()
    };
    let mut lost: Vec<FrameId> = timeline
        .losses()
        .map(|loss| timeline.origin(loss.frame))
        .filter(|id| timeline.frame(*id).conn.is_some())
        .collect();
    lost.sort_unstable();
    lost.dedup();
    let mut found = marked(Mark::Lost);
    found.sort_unstable();
    assert_eq!(found, lost);
    assert!(!lost.is_empty(), "something is lost in this lesson");
    assert!(!marked(Mark::Again).is_empty(), "and sent again");
    let weight = weighed(&gathered, None);
    assert!(weight.parts.iter().any(|share| share.part == Part::Again));
}

#[test]
fn nothing_stays_in_flight_and_never_more_than_the_window() {
    for id in ["ftp-download", "mail-submit", "zero-window"] {
        let run = Run::of(id, &[]);
        let series = series(&run, "flight");
        assert_eq!(
            series.items.last().unwrap().high,
            0,
            "{id}: all is acknowledged"
        );
        let most = series.top();
        let windows = series.curves[1].points.iter().map(|point| point.1);
        // A SYN and a FIN take numbers, and no room.
        assert!(most <= windows.max().unwrap() + 2, "{id}: {most}");
        assert!(most > 0, "{id}");
    }
}

#[test]
fn what_arrives_in_all_seconds_together_is_the_file() {
    let run = Run::of("ftp-download", &[("size", "400 kB")]);
    let series = series(&run, "throughput");
    let sum: u128 = series
        .items
        .iter()
        .map(|item| u128::from(item.high) * u128::from(series.bin))
        .sum();
    let bytes = u64::try_from(sum / 1_000_000_000).unwrap();
    let rounding = series.items.len() as u64;
    assert!(bytes.abs_diff(400_000) <= rounding, "{bytes}");
    assert!(series.items.len() <= 130, "{} items", series.items.len());
}

#[test]
fn gathering_by_parts_gives_what_gathering_at_once_gives() {
    let run = Run::of("lost-segment", &[]);
    let whole = Gathered::of(&run.timeline);
    let mut parts = Gathered::new(&run.timeline);
    let mut rounds = 0;
    while !parts.go_on(&run.timeline, 7) {
        rounds += 1;
    }
    assert!(rounds > 10);
    for (a, b) in whole.talks.iter().zip(&parts.talks) {
        for (a, b) in a.sides.iter().zip(&b.sides) {
            assert_eq!((&a.sent, &a.heard), (&b.sent, &b.heard));
        }
    }
    assert_eq!(weighed(&whole, None), weighed(&parts, None));
}

/// Counts shapes and looks that each lies within the picture.
fn count(shapes: &[Shape], (width, height): (f64, f64)) -> usize {
    let inside = |(x, y): (f64, f64)| {
        assert!(x >= -0.5 && x <= width + 0.5, "{x} of {width}");
        assert!(y >= -0.5 && y <= height + 0.5, "{y} of {height}");
    };
    let one = |shape: &Shape| match shape {
        Shape::Group { shapes, .. } => count(shapes, (width, height)),
        Shape::Line { from, to, .. } => {
            inside(*from);
            inside(*to);
            1
        }
        Shape::Rect { at, size, .. } => {
            inside(*at);
            inside((at.0 + size.0, at.1 + size.1));
            1
        }
        Shape::Text { at, .. } => {
            inside(*at);
            1
        }
        Shape::Path { d, .. } => d.matches(['M', 'L']).count() / 4,
    };
    shapes.iter().map(one).sum()
}

#[test]
fn a_picture_holds_no_more_than_can_be_seen() {
    let run = Run::of("ftp-download", &[("size", "4MB"), ("rate", "1Gbit/s")]);
    let gathered = Gathered::of(&run.timeline);
    for kind in [
        ChartKind::Sequence,
        ChartKind::Throughput,
        ChartKind::Flight,
    ] {
        let series = Series::of(&gathered, &run.timeline, ask(kind)).unwrap();
        for (width, sizes) in [
            (390.0, Sizes::DESK),
            (980.0, Sizes::DESK),
            (600.0, Sizes::LARGE),
        ] {
            let frame = Frame {
                size: (width, 320.0),
                edge: 0.0,
                sizes,
                here: Some(Time(50_000_000)),
                cursor: Some(series.items.len() / 2),
                window: None,
            };
            let chart = draw(&series, &frame);
            let shapes = count(&chart.drawing.shapes, frame.size);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "pixels"
            )]
            let most = 4 * width as usize + 100;
            assert!(shapes < most, "{kind:?} at {width}: {shapes} shapes");
            // Where a pointer is, there is the moment that is drawn there.
            let (left, _, wide, _) = chart.plot;
            assert_eq!(chart.time_at(left - 50.0), chart.span.0);
            assert_eq!(chart.time_at(left + wide), chart.span.1);
        }
    }
    let drawn = draw_bars(&weighed(&gathered, None), "all", (300.0, 0.0), Sizes::DESK);
    count(&drawn.shapes, (drawn.width, drawn.height));
}

#[test]
fn every_run_has_its_charts_and_each_file_is_whole() {
    for entry in CATALOGUE {
        let run = Run::of(entry.id, &[]);
        let connections = run.timeline.connections().len();
        for kind in ChartKind::ALL {
            let drawn = chart_sheet(&run.timeline, &run.info, ask(kind));
            let told = chart_text(&run.timeline, &run.info, ask(kind));
            if connections == 0 && kind != ChartKind::Weight {
                assert!(drawn.is_err() && told.is_err(), "{}", entry.id);
                continue;
            }
            let (drawn, told) = (drawn.unwrap(), told.unwrap());
            assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
            assert!(
                !drawn.contains("NaN") && !drawn.contains("var("),
                "{}",
                entry.id
            );
            assert!(told.contains(kind.label()), "{told}");
        }
    }
}

#[test]
fn a_table_keeps_what_went_wrong() {
    let run = Run::of("lost-segment", &[]);
    let all = series(&run, "sequence");
    let wrong = all.items.iter().filter(|item| item.mark != Mark::Usual);
    let wrong = wrong.count();
    let short = table(&all, 4);
    let told = short
        .rows
        .iter()
        .filter(|row| !row.cells.last().unwrap().is_empty());
    assert_eq!(told.count(), wrong);
    assert!(short.rows.len() <= 4 + 1 + wrong);
    assert_eq!(table(&all, usize::MAX).rows.len(), all.items.len());
    let text = Table::text(&short);
    assert!(text.lines().count() == short.rows.len() + 1 && text.starts_with("Time"));
}

#[test]
fn a_chart_is_asked_for_in_a_word() {
    for word in [
        "sequence",
        "throughput",
        "flight-2",
        "weight-1",
        "flight-12-a",
        "sequence-3-b",
    ] {
        assert_eq!(Ask::read(word).unwrap().word(), word);
    }
    for wrong in [
        "",
        "speed",
        "flight-0",
        "flight-x",
        "flight-1-c",
        "flight-1-a-a",
        "flight-",
    ] {
        assert_eq!(Ask::read(wrong), None, "{wrong}");
    }
    let run = Run::of("ftp-download", &[]);
    let ask = Ask::read("flight-9").unwrap();
    let why = chart_sheet(&run.timeline, &run.info, ask).unwrap_err();
    assert!(why.contains("connection 9") && why.contains('2'), "{why}");
}

#[test]
fn the_program_draws_and_tells_them() {
    let scratch = wirestage_tests::scratch::Scratch::new("charts");
    let file = scratch.path().join("weight.svg");
    let name = file.to_str().unwrap();
    let told =
        program::wirestage_says(&["run", "mail-attachment", "--chart", "weight", "-o", name]);
    assert_eq!(told, "");
    let drawn = std::fs::read_to_string(&file).unwrap();
    let run = Run::of("mail-attachment", &[]);
    let same = chart_sheet(&run.timeline, &run.info, ask(ChartKind::Weight));
    assert_eq!(Ok(drawn), same);
    let told = program::wirestage_says(&["run", "ftp-download", "--chart", "flight-1-a"]);
    assert!(told.contains("laptop → server, connection 1"), "{told}");
    for wrong in [
        &["run", "ftp-download", "--chart", "speed"][..],
        &["run", "ftp-download", "--chart", "flight", "-o", "x.pcap"],
        &[
            "run",
            "ftp-download",
            "--chart",
            "flight",
            "--filter",
            "ftp",
        ],
    ] {
        let output = program::wirestage().args(wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(!output.stderr.is_empty());
    }
}
