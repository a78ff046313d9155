//! Stories of letters that have to wait, or never arrive.

use super::tests_relay::{NET, ORG, Town, dialogue, net, org};
use super::*;
use crate::program::rig::Scripted;

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

#[test]
fn a_letter_waits_for_a_server_that_is_away_and_survives_a_restart() {
    let mut town = Town::new(org(), net());
    town.run_for(1);
    town.rig.stop(1);
    town.run_for(1);
    town.hands_in(&[&["grace@example.net", "alan@example.net"]]);
    town.run_for(2000);
    assert_eq!(town.rig.notes(0)["queue"], "1");
    let note = town.rig.notes(0)["queue.1.2"];
    assert!(
        note.starts_with("for alan@example.net: 2 tries, next at 01:00:0"),
        "{note}"
    );
    assert!(
        note.ends_with("last said No connection to mx.example.net: refused: nobody listens there"),
        "{note}"
    );
    town.rig.stop(0);
    town.rig.start_again(0, minutes(5));
    town.rig.start_again(1, minutes(20));
    town.run_for(60);
    assert_eq!(town.org.waiting().len(), 2, "the queue is on the disk");
    assert_eq!(town.rig.notes(0)["queue"], "1");
    town.rig.run();
    assert_eq!(town.net.letters("grace@example.net").len(), 1);
    assert_eq!(town.net.letters("alan@example.net").len(), 1);
    assert!(town.org.waiting().is_empty());
    assert!(town.org.letters("ada@example.org").is_empty());
    assert!(!town.rig.notes(0).contains_key("queue.1.1"));
}

#[test]
fn a_letter_that_waits_long_is_reported_late_and_then_given_up() {
    let mut town = Town::new(org(), net());
    town.rig.stop(1);
    town.hands_in(&[&["grace@example.net"]]);
    town.run_for(4 * 3600 - 60);
    assert!(town.org.letters("ada@example.org").is_empty());
    town.run_for(120);
    let late = town.org.letters("ada@example.org");
    assert_eq!(late.len(), 1);
    assert!(late[0].contains("Action: delayed"), "{}", late[0]);
    town.run_for(5 * 24 * 3600);
    let all = town.org.letters("ada@example.org");
    assert_eq!(all.len(), 2, "late once, failed once");
    assert!(
        all[1].contains("Action: failed") && all[1].contains("4.4.7"),
        "{}",
        all[1]
    );
    assert!(town.org.waiting().is_empty());
    town.rig.run();
}

#[test]
fn a_busy_mailbox_and_a_greylist_are_tried_again_until_they_open() {
    let busy = MailServerConfig {
        busy: vec![("grace@example.net".into(), Time::ZERO + minutes(45))],
        greylists: Some(minutes(5)),
        ..net()
    };
    let quick = MailServerConfig {
        retry_after: minutes(1),
        warns_after: None,
        ..org()
    };
    let mut town = Town::new(quick, busy);
    town.hands_in(&[&["grace@example.net", "alan@example.net"]]);
    town.run_for(30);
    assert!(town.rig.notes(0)["queue.1.2"].contains("451 4.7.1"));
    assert!(town.rig.notes(0)["queue.1.1"].contains("450 4.2.1"));
    let met = town.rig.notes(1)["greylist.1"];
    assert!(
        met.starts_with("192.0.2.1, <ada@example.org> to <alan@example.net>: welcome from 00:05:0")
    );
    town.run_for(600);
    assert_eq!(town.net.letters("alan@example.net").len(), 1);
    assert!(town.net.letters("grace@example.net").is_empty());
    town.rig.run();
    assert_eq!(town.net.letters("grace@example.net").len(), 1);
    assert!(town.org.letters("ada@example.org").is_empty());
}

#[test]
fn a_lost_answer_to_the_letter_means_that_it_arrives_twice_and_says_so() {
    let mut town = Town::new(org(), net());
    // The connection breaks as soon as the letter is there.
    town.rig.reset_after(1, 250);
    let long = "x".repeat(70) + "\r\n";
    let says = format!(
        "EHLO a\r\nMAIL FROM:<ada@example.org>\r\nRCPT TO:<grace@example.net>\r\nDATA\r\n\
         Subject: twice\r\n\r\n{}.\r\nQUIT\r\n",
        long.repeat(5)
    );
    town.says(&says);
    town.run_for(60);
    assert_eq!(town.net.letters("grace@example.net").len(), 1);
    assert_eq!(town.rig.notes(0)["may_arrive_twice"], "1");
    assert!(town.rig.notes(0)["queue.1"].contains("it may arrive twice"));
    town.rig.run();
    let letters = town.net.letters("grace@example.net");
    assert_eq!(letters.len(), 2);
    assert!(
        letters
            .iter()
            .all(|letter| letter.contains("Subject: twice"))
    );
}

#[test]
fn a_bounce_is_never_bounced() {
    let mut town = Town::new(org(), net());
    // Its sender does not exist.
    town.says(&dialogue("ghost@example.net", &[&["nobody@example.net"]]));
    town.rig.run();
    let doubles = town.org.letters("postmaster@example.org");
    assert_eq!(doubles.len(), 1);
    assert!(doubles[0].starts_with("Return-Path: <>\r\n"));
    assert!(doubles[0].contains("ghost@example.net"), "{}", doubles[0]);
    assert_eq!(town.rig.notes(0)["double_bounces"], "1");
    assert!(town.org.waiting().is_empty() && town.net.waiting().is_empty());
}

#[test]
fn a_bounce_goes_home_over_the_network_from_nobody() {
    let mut town = Town::new(org(), net());
    let client = Scripted::client(
        &format!("{NET}:25"),
        dialogue("ada@example.org", &[&["x@missing.example"]]).as_bytes(),
        true,
    );
    town.rig.host("192.0.2.9", client);
    town.rig.run();
    let bounces = town.org.letters("ada@example.org");
    assert_eq!(bounces.len(), 1);
    let bounce = &bounces[0];
    assert!(bounce.starts_with("Return-Path: <>\r\n"), "{bounce}");
    assert!(
        bounce.contains("Content-Type: multipart/report"),
        "{bounce}"
    );
    assert!(bounce.contains("report-type=delivery-status"), "{bounce}");
    assert!(bounce.contains("Final-Recipient: rfc822;"), "{bounce}");
    assert!(bounce.contains("Status: 5.1.2"), "{bounce}");
    assert!(
        bounce.contains("Subject: letter 1"),
        "the letter comes with it: {bounce}"
    );
    assert!(town.rig.heard(0)[0].contains("MAIL FROM:<>"));
}

#[test]
fn a_full_mailbox_refuses_and_a_full_disk_says_later() {
    let small = MailServerConfig {
        quota: Some(500),
        ..net()
    };
    let mut town = Town::new(org(), small);
    town.hands_in(&[
        &["grace@example.net"],
        &["grace@example.net"],
        &["grace@example.net"],
    ]);
    town.rig.run();
    assert_eq!(town.net.letters("grace@example.net").len(), 1);
    let bounces = town.org.letters("ada@example.org");
    assert_eq!(bounces.len(), 2);
    assert!(bounces[0].contains("552 5.2.2"), "{}", bounces[0]);

    let tiny = MailServerConfig {
        disk: Some(500),
        ..net()
    };
    let hurried = MailServerConfig {
        gives_up_after: minutes(90),
        ..org()
    };
    let mut town = Town::new(hurried, tiny);
    town.hands_in(&[&["grace@example.net"], &["alan@example.net"]]);
    town.run_for(60);
    assert_eq!(town.net.letters("grace@example.net").len(), 1);
    assert!(town.rig.notes(0)["queue.2"].contains("452 4.3.1"));
    town.rig.run();
    assert!(town.net.letters("alan@example.net").is_empty());
    let bounces = town.org.letters("ada@example.org");
    assert!(bounces[0].contains("452 4.3.1"), "{}", bounces[0]);
    let _ = ORG;
}

#[test]
fn a_letter_that_is_taken_fits_into_the_mailbox() {
    for quota in 150..500 {
        let small = MailServerConfig {
            quota: Some(quota),
            ..net()
        };
        let mut town = Town::new(org(), small);
        town.hands_in(&[&["grace@example.net"]]);
        town.rig.run();
        let came = town.net.letters("grace@example.net").len();
        let refused = town.org.letters("ada@example.org").len();
        assert_eq!(came + refused, 1, "quota {quota}");
        let other = town.net.letters("postmaster@example.net");
        assert!(town.net.waiting().is_empty() && other.is_empty());
        let said = town.rig.heard(0).concat();
        assert!(!said.contains("MAIL FROM:<>"), "refused at once: {said}");
    }
}
