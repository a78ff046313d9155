//! Stories of letters that are fetched, read and thrown away.

use super::tests::letter;
use super::tests_sends::{ada, office, story};
use super::*;
use crate::base::Duration;
use crate::program::mail_server::tests::Watched;
use crate::program::rig::{Rig, Scripted};

/// Ada has sent herself these.
fn with_letters(user: MailUserConfig, subjects: &[&str]) -> (Rig, Watched) {
    let (mut rig, server) = story(office(), user);
    for subject in subjects {
        let letter = Letter {
            attach: vec!["pictures/photo.png".into()],
            ..letter(&["Ada"], subject, ".\nGrüße\n")
        };
        rig.writes(1, "Ada", letter);
    }
    rig.run();
    assert_eq!(server.letters("ada@example.org").len(), subjects.len());
    (rig, server)
}

/// Types a line, and gives the outcome told last.
fn typed(rig: &mut Rig, line: &str) -> (bool, String) {
    rig.types(1, "Ada", line);
    rig.run();
    let outcomes = rig.outcomes(1);
    let last = outcomes.last().unwrap();
    (last.ok, last.text.clone())
}

#[test]
fn letters_are_fetched_read_and_thrown_away() {
    let (mut rig, server) = with_letters(ada(), &["one", "two"]);
    let there = server.letters("ada@example.org");
    let (ok, text) = typed(&mut rig, "fetch");
    assert!(ok, "{text}");
    assert_eq!(text, "2 new letters, numbers 1 to 2.");
    assert!(
        server.letters("ada@example.org").is_empty(),
        "deleted there"
    );
    let kept = rig.kept(1);
    for (number, letter) in there.iter().enumerate() {
        let path = format!("/mail/{}.eml", number + 1);
        assert_eq!(
            kept[&*path].as_deref(),
            Some(letter.as_bytes()),
            "as it lay there"
        );
    }
    let size = there[0].len();
    let line = format!("\"one\" from Ada <ada@example.org>, {size} bytes");
    assert_eq!(rig.notes(1)["inbox.1"], line);
    let (_, list) = typed(&mut rig, "list");
    assert!(
        list.starts_with(&format!("1  {line}\n2  \"two\" from ")),
        "{list}"
    );
    let (ok, text) = typed(&mut rig, "read 2");
    assert_eq!(
        (ok, &*text),
        (
            true,
            "From: Ada <ada@example.org>\nTo: Ada <ada@example.org>\nSubject: two\n\n\
             .\nGrüße\nWith it: photo.png, 5000 bytes"
        )
    );
    assert_eq!(
        typed(&mut rig, "delete 1"),
        (true, "Letter 1 is gone.".into())
    );
    assert!(!typed(&mut rig, "read 1").0);
    assert!(!rig.kept(1).contains_key("/mail/1.eml"));
    assert!(!rig.notes(1).contains_key("inbox.1"));
    assert_eq!(typed(&mut rig, "fetch"), (true, "No new letters.".into()));
}

#[test]
fn what_is_left_there_is_not_fetched_twice() {
    let user = MailUserConfig {
        leaves_letters: true,
        ..ada()
    };
    let (mut rig, server) = with_letters(user, &["one"]);
    let (_, text) = typed(&mut rig, "fetch");
    assert!(
        text.starts_with("A new letter, number 1: \"one\" from Ada"),
        "{text}"
    );
    assert_eq!(typed(&mut rig, "fetch"), (true, "No new letters.".into()));
    rig.writes(1, "Ada", letter(&["Ada"], "two", "x"));
    rig.run();
    let (_, text) = typed(&mut rig, "fetch");
    assert!(
        text.starts_with("A new letter, number 2: \"two\""),
        "{text}"
    );
    assert_eq!(server.letters("ada@example.org").len(), 2);
    assert!(!rig.turns().iter().any(|turn| turn.starts_with("DELE")));
}

#[test]
fn a_fetch_cut_short_goes_on_where_it_was() {
    let (mut rig, server) = with_letters(ada(), &["one", "two"]);
    rig.reset_after(1, 9000);
    let (ok, text) = typed(&mut rig, "fetch");
    assert!(
        !ok && text.starts_with("The connection was lost before the server answered"),
        "{text}"
    );
    assert_eq!(
        server.letters("ada@example.org").len(),
        2,
        "no goodbye, nothing deleted"
    );
    let here = rig
        .kept(1)
        .keys()
        .filter(|path| path.ends_with(".eml"))
        .count();
    let (ok, _) = typed(&mut rig, "fetch");
    assert!(ok);
    assert!(server.letters("ada@example.org").is_empty());
    let kept = rig
        .kept(1)
        .keys()
        .filter(|path| path.ends_with(".eml"))
        .count();
    assert_eq!((here < 2, kept), (true, 2));
}

#[test]
fn a_wrong_password_fetches_nothing() {
    let login = Some(("ada".into(), "byron".into()));
    let (mut rig, _) = story(office(), MailUserConfig { login, ..ada() });
    let (ok, text) = typed(&mut rig, "fetch");
    assert!(
        !ok && text.starts_with("The server refused user name and password: "),
        "{text}"
    );
    assert_eq!(rig.open(1), 0);
}

#[test]
fn letters_are_fetched_from_another_server_than_they_are_sent_to() {
    let user = MailUserConfig {
        server: "192.0.2.99".into(),
        fetches_from: "192.0.2.25".into(),
        ..ada()
    };
    let (mut rig, _) = story(office(), user);
    assert_eq!(typed(&mut rig, "fetch"), (true, "No new letters.".into()));
    let phases = rig.phases(1);
    assert_eq!(
        phases,
        ["connect", "log in", "look into the mailbox", "say goodbye"]
    );
}

#[test]
fn letters_outlast_a_night_and_a_fetch_does_not() {
    let (mut rig, _) = with_letters(ada(), &["one"]);
    typed(&mut rig, "fetch");
    rig.types(1, "Ada", "fetch");
    let soon = rig.now + Duration::from_millis(30);
    rig.run_until(soon);
    rig.stop(1);
    rig.start_again(1, Duration::from_secs(60));
    rig.run();
    let text = "The computer went down before all letters were fetched. Type fetch again.";
    assert_eq!(rig.outcomes(1).last().unwrap().text, text);
    assert!(typed(&mut rig, "read 1").0);
    assert_eq!(typed(&mut rig, "fetch"), (true, "No new letters.".into()));
}

#[test]
fn what_could_not_be_fetched_is_not_deleted() {
    let mut rig = Rig::new(1460);
    let answers = [
        "+OK\r\n",
        "+OK\r\n",
        "+OK 2 20\r\n",
        "+OK\r\n1 10\r\n2 10\r\n.\r\n",
        "+OK\r\n1 a\r\n2 b\r\n.\r\n",
        "-ERR [SYS/TEMP] not now\r\n",
        "+OK\r\nx: y\r\n\r\n.\r\n",
        "+OK\r\n",
        "+OK\r\n",
    ];
    rig.host(
        "192.0.2.25",
        Scripted::server(110, "+OK hello\r\n", &answers),
    );
    let user = MailUserConfig {
        fetches_from: "192.0.2.25".into(),
        ..ada()
    };
    rig.host("192.0.2.10", MailUser::new(user, Rng::from_seed(1)));
    let (ok, text) = typed(&mut rig, "fetch");
    assert!(
        !ok && text.contains("refused one: [SYS/TEMP] not now"),
        "{text}"
    );
    let heard = rig.heard(0).concat();
    assert!(
        heard.ends_with("RETR 1\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n"),
        "{heard}"
    );
}
