//! A router takes any bytes: random ones, and good frames gone bad.

use wirestage_core::base::Rng;
use wirestage_core::scenario::load;
use wirestage_core::simulation::{Options, Simulation};
use wirestage_tests::any_frames::{
    as_dns, as_filter, as_frames, as_ftp, spoiled, through_a_router,
};

/// What an FTP download through a helper puts on wires: ARP, TCP, commands and a file; and
/// what a ping and a traceroute do: ICMP, errors, UDP.
fn good_frames() -> Vec<Vec<u8>> {
    let download = r#"
title = "Frames"
links = ["laptop - router - server"]
[hosts]
laptop = { person = "Ada", runs = "ftp client", mode = "active" }
router = { nat = "helper" }
server = { runs = "ftp server", files = { "a.txt" = "4 kB" } }
[[story]]
Ada = ["login", "get a.txt", "quit"]
"#;
    let questions = r#"
title = "Frames"
links = ["laptop - router - server"]
[hosts]
laptop = { person = "Ada", runs = "console" }
server = { runs = "echo server" }
[[story]]
Ada = ["ping server 1", "traceroute server", "ping 198.51.100.77 1", "connect server 7", "say hello", "hear", "close"]
"#;
    let mut frames = Vec::new();
    for text in [
        download,
        questions,
        &questions.replace("title", "ip = 6\ntitle"),
    ] {
        let scenario = load("frames", text, &[]).unwrap().scenario;
        let mut simulation = Simulation::new(&scenario, &Options::default()).unwrap();
        simulation.run_to_end();
        let timeline = simulation.timeline();
        frames.extend(
            timeline
                .frames()
                .iter()
                .map(|f| timeline.arena().get(f.slot).to_vec()),
        );
    }
    frames
}

#[test]
fn spoiled_frames_neither_stop_a_router_nor_get_lost_unseen() {
    let good = good_frames();
    assert!(good.len() > 50);
    let rounds = 3000;
    let mut rng = Rng::from_seed(11);
    for _ in 0..rounds {
        let bytes = spoiled(&mut rng, &good);
        through_a_router(&bytes);
        as_ftp(&bytes);
        as_dns(&bytes);
        as_filter(&bytes);
        as_frames(&bytes);
        // The frames without the byte that says at which side they are put on the wire.
        let frame = &good[usize::try_from(rng.below(good.len() as u64)).unwrap()];
        as_frames(frame);
    }
    println!("{rounds} handfuls of spoiled frames");
}
