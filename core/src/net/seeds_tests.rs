//! Many seeds over bad links: the file that arrives is the file that was sent, both ways.

use super::LinkConfig;
use super::tests::{at, does, note, notes, pair, run, to_connect, to_listen, to_send};
use crate::base::{CloseReason, ConnId, Content, Duration, Rng, Time};
use crate::program::{Input, Program, Request};
use crate::timeline::Kind;

/// One of two that send each other a file and finish, the server under `listens`.
fn sends(content: Content, listens: bool, finishes_last: bool) -> Box<dyn Program> {
    let key = if listens { "server" } else { "client" };
    does(move |_, input, out| match input {
        Input::Started { .. } if listens => out.push_back(to_listen(7)),
        Input::Started { .. } => out.push_back(to_connect(at(2, 7, false))),
        Input::Connected { conn, .. } | Input::Accepted { conn, .. } => {
            out.push_back(to_send(conn, content.clone()));
            if !finishes_last {
                out.push_back(Request::Finish { conn });
            }
        }
        Input::Eof { conn } if finishes_last => out.push_back(Request::Finish { conn }),
        Input::Closed { reason, .. } => out.push_back(note(key, &reason.to_string())),
        _ => {}
    })
}

#[test]
fn files_arrive_whole_over_links_that_lose_much() {
    for seed in 0..60 {
        let mut rng = Rng::from_seed(seed);
        let mut pick = |of: &[u64]| {
            let choices = of.len() as u64;
            of[usize::try_from(rng.below(choices)).unwrap()]
        };
        let mut file = || Content::Generated {
            seed,
            len: pick(&[0, 1, 1460, 20_000, 100_000]),
        };
        let files = [file(), file()];
        let link = LinkConfig {
            delay: Duration(pick(&[0, 1, 1000, 10_000_000, 300_000_000])),
            rate_bps: pick(&[300_000, 10_000_000, 1_000_000_000, u64::MAX]),
            queue_frames: u32::try_from(pick(&[2, 5, 20])).unwrap(),
            ..LinkConfig::default()
        };
        let client = sends(files[0].clone(), false, false);
        let server = sends(files[1].clone(), true, seed % 2 == 0);
        let mut network = pair(client, vec![server], link.clone());
        let timeline = run(&mut network);
        let count = |kind| timeline.events().iter().filter(|e| e.kind == kind).count();
        let arrived = count(Kind::Delivered) + count(Kind::Dropped);
        assert_eq!(count(Kind::Sent), arrived, "seed {seed}");
        let notes = notes(timeline);
        for (end, side) in ["client", "server"].into_iter().enumerate() {
            let finished = CloseReason::Finished.to_string();
            assert_eq!(notes.get(side), Some(&finished), "seed {seed}: {link:?}");
            let sent = files[1 - end].read(0..files[1 - end].len());
            let received = timeline.received(ConnId::from_index(end), 0..u64::MAX);
            assert!(received == sent, "seed {seed}: {side}");
        }
        assert!(timeline.last_time() < Time::ZERO + Duration::from_secs(900));
    }
}
