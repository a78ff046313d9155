//! The scenarios that come with the program.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name: the file's name without the ending.
    pub id: &'static str,
    /// The file's text.
    pub text: &'static str,
}

/// All of them, in the order of the course.
pub static CATALOGUE: &[Entry] = &[
    entry(
        "ftp-download",
        include_str!("../../../scenarios/ftp-download.toml"),
    ),
    entry(
        "ftp-first-byte",
        include_str!("../../../scenarios/ftp-first-byte.toml"),
    ),
    entry("ftp-web", include_str!("../../../scenarios/ftp-web.toml")),
    entry(
        "handshake",
        include_str!("../../../scenarios/handshake.toml"),
    ),
    entry(
        "ftp-several-files",
        include_str!("../../../scenarios/ftp-several-files.toml"),
    ),
    entry(
        "ftp-upload-site",
        include_str!("../../../scenarios/ftp-upload-site.toml"),
    ),
    entry(
        "ftp-abort",
        include_str!("../../../scenarios/ftp-abort.toml"),
    ),
    entry(
        "ftp-backup",
        include_str!("../../../scenarios/ftp-backup.toml"),
    ),
    entry(
        "ftp-manage",
        include_str!("../../../scenarios/ftp-manage.toml"),
    ),
    entry(
        "ftp-resume",
        include_str!("../../../scenarios/ftp-resume.toml"),
    ),
    entry(
        "ftp-sniffed",
        include_str!("../../../scenarios/ftp-sniffed.toml"),
    ),
    entry(
        "ftp-ascii-image",
        include_str!("../../../scenarios/ftp-ascii-image.toml"),
    ),
    entry(
        "ftp-active-nat",
        include_str!("../../../scenarios/ftp-active-nat.toml"),
    ),
    entry(
        "ftp-active-firewall",
        include_str!("../../../scenarios/ftp-active-firewall.toml"),
    ),
    entry(
        "ftp-passive-firewall",
        include_str!("../../../scenarios/ftp-passive-firewall.toml"),
    ),
    entry(
        "ftp-server-nat",
        include_str!("../../../scenarios/ftp-server-nat.toml"),
    ),
    entry(
        "ftp-control-forgotten",
        include_str!("../../../scenarios/ftp-control-forgotten.toml"),
    ),
    entry(
        "ftp-bounce",
        include_str!("../../../scenarios/ftp-bounce.toml"),
    ),
    entry(
        "mail-ada-grace",
        include_str!("../../../scenarios/mail-ada-grace.toml"),
    ),
    entry(
        "mail-submit",
        include_str!("../../../scenarios/mail-submit.toml"),
    ),
    entry(
        "mail-login",
        include_str!("../../../scenarios/mail-login.toml"),
    ),
    entry("mail-dot", include_str!("../../../scenarios/mail-dot.toml")),
    entry(
        "mail-relay-denied",
        include_str!("../../../scenarios/mail-relay-denied.toml"),
    ),
    entry(
        "mail-automated",
        include_str!("../../../scenarios/mail-automated.toml"),
    ),
    entry(
        "mail-refused",
        include_str!("../../../scenarios/mail-refused.toml"),
    ),
    entry(
        "mail-by-hand",
        include_str!("../../../scenarios/mail-by-hand.toml"),
    ),
    entry(
        "mail-retry",
        include_str!("../../../scenarios/mail-retry.toml"),
    ),
    entry(
        "mail-lost-reply",
        include_str!("../../../scenarios/mail-lost-reply.toml"),
    ),
    entry(
        "mail-double-bounce",
        include_str!("../../../scenarios/mail-double-bounce.toml"),
    ),
    entry(
        "mail-too-large",
        include_str!("../../../scenarios/mail-too-large.toml"),
    ),
    entry(
        "mail-forged",
        include_str!("../../../scenarios/mail-forged.toml"),
    ),
    entry(
        "mail-mx-failover",
        include_str!("../../../scenarios/mail-mx-failover.toml"),
    ),
    entry(
        "mail-several",
        include_str!("../../../scenarios/mail-several.toml"),
    ),
    entry(
        "mail-pipelining",
        include_str!("../../../scenarios/mail-pipelining.toml"),
    ),
    entry(
        "mail-loop",
        include_str!("../../../scenarios/mail-loop.toml"),
    ),
    entry(
        "mail-read",
        include_str!("../../../scenarios/mail-read.toml"),
    ),
    entry(
        "one-file-three-ways",
        include_str!("../../../scenarios/one-file-three-ways.toml"),
    ),
    entry(
        "mail-attachment",
        include_str!("../../../scenarios/mail-attachment.toml"),
    ),
    entry(
        "dns-lookup",
        include_str!("../../../scenarios/dns-lookup.toml"),
    ),
    entry(
        "ping-traceroute",
        include_str!("../../../scenarios/ping-traceroute.toml"),
    ),
    entry(
        "lost-segment",
        include_str!("../../../scenarios/lost-segment.toml"),
    ),
    entry(
        "fast-retransmit",
        include_str!("../../../scenarios/fast-retransmit.toml"),
    ),
    entry("bad-link", include_str!("../../../scenarios/bad-link.toml")),
    entry(
        "link-down",
        include_str!("../../../scenarios/link-down.toml"),
    ),
    entry(
        "zero-window",
        include_str!("../../../scenarios/zero-window.toml"),
    ),
    entry(
        "nat-translates",
        include_str!("../../../scenarios/nat-translates.toml"),
    ),
    entry(
        "nat-forgets",
        include_str!("../../../scenarios/nat-forgets.toml"),
    ),
    entry(
        "drop-or-reject",
        include_str!("../../../scenarios/drop-or-reject.toml"),
    ),
];

/// The one with this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|e| e.id == id)
}

const fn entry(id: &'static str, text: &'static str) -> Entry {
    Entry { id, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, units::parse_size};
    use crate::scenario::model::{Does, FtpMode, IpFamily, Runs, Scenario};
    use crate::scenario::{Problem, load, variants};

    fn loaded(id: &str, settings: &[(&str, &str)]) -> Scenario {
        let text = find(id).expect("a built-in scenario").text;
        let settings: Vec<_> = settings
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        match load(id, text, &settings) {
            Ok(loaded) => {
                assert_eq!(loaded.warnings, [], "{id} with {settings:?}");
                loaded.scenario
            }
            Err(problems) => panic!("{}", told(id, text, &problems)),
        }
    }

    fn told(id: &str, text: &str, problems: &[Problem]) -> String {
        let lines: Vec<_> = problems.iter().map(|p| p.show(id, text)).collect();
        lines.join("\n")
    }

    #[test]
    fn the_folder_and_the_table_agree() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned()))
            .collect();
        files.sort();
        let mut table: Vec<_> = CATALOGUE.iter().map(|e| e.id).collect();
        table.sort_unstable();
        assert_eq!(files, table);
    }

    #[test]
    fn every_scenario_loads_without_warnings_at_every_knob() {
        for entry in CATALOGUE {
            let plain = loaded(entry.id, &[]);
            let runs = variants(&plain);
            assert!(runs.len() > 1, "{} has no knobs", entry.id);
            for settings in runs {
                let settings: Vec<_> = settings
                    .iter()
                    .map(|(k, v)| (k.as_str(), v.as_str()))
                    .collect();
                let turned = loaded(entry.id, &settings);
                assert_eq!(
                    turned == plain,
                    settings.is_empty(),
                    "{settings:?} changes nothing"
                );
                for (knob, was) in turned.knobs.iter().zip(&plain.knobs) {
                    assert_eq!(knob.default, was.default, "{settings:?}");
                }
            }
        }
    }

    #[test]
    fn the_knobs_of_the_download_reach_what_they_name() {
        let settings = [
            ("size", "100MB"),
            ("rate", "1Gbit/s"),
            ("delay", "1ms"),
            ("mode", "active"),
        ];
        let scenario = loaded("ftp-download", &settings);
        assert_eq!(scenario.links[0].rate_bps, 1_000_000_000);
        assert_eq!(scenario.links[0].delay, Duration::from_millis(1));
        let runs: Vec<&Runs> = scenario.hosts().flat_map(|(_, h)| &h.runs).collect();
        let [Runs::FtpUser(user), Runs::FtpServer(server)] = runs[..] else {
            panic!("{runs:?}");
        };
        assert_eq!(user.mode, FtpMode::Active);
        assert!(server.logins.iter().any(|known| known.login == user.login));
        let report = server.files[0].content.as_ref().unwrap();
        assert_eq!(report.len(), parse_size("100 MB").unwrap());
        let size = scenario
            .knobs
            .iter()
            .find(|knob| knob.name == "size")
            .unwrap();
        assert_eq!((&*size.value, &*size.default), ("100MB", "40 kB"));
    }

    #[test]
    fn the_letter_goes_where_the_knob_says() {
        let to = |settings: &[(&str, &str)]| {
            let scenario = loaded("mail-submit", settings);
            match &scenario.story[0].does {
                Does::Writes(letter) => (letter.to[0].clone(), scenario.ip),
                Does::Types(lines) => panic!("{lines:?}"),
            }
        };
        assert_eq!(to(&[]), ("grace@example.net".into(), IpFamily::V4));
        assert_eq!(
            to(&[("to", "nobody@example.net"), ("ip", "6")]),
            ("nobody@example.net".into(), IpFamily::V6)
        );
    }
}
