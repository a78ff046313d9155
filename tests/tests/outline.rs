//! The outline of real runs: a knob keeps the reader's place.

use wirestage_core::base::TurnKind;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::{Outline, Place, What, what_changed};
use wirestage_tests::Run;

const SIZES: [StepSize; 3] = [StepSize::Packet, StepSize::Turn, StepSize::Phase];

fn run(id: &str, settings: &[(&str, &str)]) -> (Run, Outline) {
    let run = Run::of(id, settings);
    let outline = Outline::of(&run.timeline, &run.info);
    (run, outline)
}

fn changed(old: &(Run, Outline), new: &(Run, Outline)) -> String {
    what_changed((&old.0.timeline, &old.1), (&new.0.timeline, &new.1))
}

/// The short word of the row shown.
fn said(outline: &Outline, size: StepSize, at: usize) -> Option<&str> {
    let row = outline.here(Place { size, at })?;
    Some(&outline.rows[row].short)
}

#[test]
fn a_reader_who_turns_a_knob_stays_where_the_same_thing_is_said() {
    let (_, passive) = run("ftp-download", &[]);
    let (_, active) = run("ftp-download", &[("mode", "active")]);
    for (old, new) in [(&passive, &active), (&active, &passive)] {
        for size in SIZES {
            let place = |at| Place { size, at };
            let last = old.last(size);
            assert_eq!(new.same_place(old, place(0)), place(0));
            assert_eq!(new.same_place(old, place(last)), place(new.last(size)));
            for at in 0..=last {
                // Without a change, nothing moves.
                assert_eq!(old.same_place(old, place(at)), place(at));
                let same = new.same_place(old, place(at));
                assert!(same.at <= new.last(size));
                let here = said(old, size, at);
                let row = old.here(place(at)).map(|row| &old.rows[row]);
                let is_command = row.is_some_and(|row| row.what == What::Says(TurnKind::Command));
                let exists = new.rows.iter().any(|row| Some(row.short.as_str()) == here);
                let phase = |outline: &Outline, place| {
                    Some(outline.phases[outline.phase_here(place)?].name)
                };
                if is_command && exists && size == StepSize::Turn {
                    assert_eq!(said(new, size, same.at), here, "{size:?} {at}");
                }
                if size == StepSize::Phase {
                    assert_eq!(phase(new, same), phase(old, place(at)));
                }
            }
        }
    }
}

#[test]
fn what_is_not_said_any_more_leaves_the_reader_in_its_phase() {
    let (_, passive) = run("ftp-download", &[]);
    let (_, active) = run("ftp-download", &[("mode", "active")]);
    let size = StepSize::Turn;
    let asks = passive.rows.iter().position(|row| row.short == "PASV");
    let at = asks.unwrap() + 1;
    let same = active.same_place(&passive, Place { size, at });
    assert_eq!(said(&active, size, same.at), Some("PORT"));
}

#[test]
fn a_packet_s_place_stays_in_its_turn() {
    let (_, small) = run("ftp-download", &[]);
    let (_, large) = run("ftp-download", &[("size", "1 MB")]);
    let size = StepSize::Packet;
    for at in 1..=small.steps(size) {
        let same = large.same_place(&small, Place { size, at });
        assert_eq!(said(&large, size, same.at), said(&small, size, at), "{at}");
    }
    let back = small.same_place(&large, Place { size, at: 400 });
    assert_eq!(said(&small, size, back.at), Some("▤ report.pdf"));
}

#[test]
fn what_a_knob_changed_reads_well() {
    let plain = run("ftp-download", &[]);
    let active = run("ftp-download", &[("mode", "active")]);
    let told = changed(&plain, &active);
    assert!(told.starts_with("PORT instead of PASV"), "{told}");
    let large = run("ftp-download", &[("size", "1 MB")]);
    let told = changed(&plain, &large);
    assert!(
        told.starts_with("226: Got report.pdf, 1000000 bytes; "),
        "{told}"
    );
    let slow = run("ftp-download", &[("delay", "100 ms")]);
    let told = changed(&plain, &slow);
    assert!(told.contains("over after "), "{told}");
    let grace = run("mail-submit", &[]);
    let nobody = run("mail-submit", &[("to", "nobody@example.net")]);
    let told = changed(&grace, &nobody);
    assert!(told.starts_with("550: "), "{told}");
    assert!(told.contains("DATA") && told.contains("not said"), "{told}");
}
