//! FTP: what servers and clients keep, who may do what, and what they are told besides.

use super::addresses::fits4;
use super::kept::{could_be, folders, line_ends};
use super::people::{one_word, password_of, user_of};
use super::programs::Place;
use crate::base::{Content, Duration, HostId};
use crate::scenario::file::{HostFile, LoginFile, May, OnOff, ScenarioFile, StoryValue, Trusts};
use crate::scenario::model::{
    Account, FtpMode, FtpServer, FtpUser, Login, Nat, Place as Room, Runs, Scenario,
};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::At;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

/// More would be no try, but a siege.
const MOST_RETRIES: u32 = 100;

impl Place<'_> {
    /// An FTP client of this place's person, that uses `server`.
    pub(super) fn ftp_user(
        &self,
        server: HostId,
        login: Login,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> FtpUser {
        let file = self.host;
        let retries = file.retries.as_ref();
        if let Some(retries) = retries.filter(|r| r.value.0 > MOST_RETRIES) {
            let help = format!("write {MOST_RETRIES} at most");
            problems.error(retries.span, "nobody tries so often", help);
        }
        let pause = file.retry_after.as_ref().map(|p| p.value.0);
        FtpUser {
            server,
            mode: file.mode.as_ref().map(|m| m.value).unwrap_or_default(),
            login,
            announces: self.address(file.announces.as_ref(), scenario, problems),
            trusts: file.trusts.as_ref().is_none_or(|t| t.value == Trusts::Any),
            retries: (
                retries.map_or(0, |r| r.value.0),
                pause.unwrap_or(Duration::from_secs(5)),
            ),
            files: self.kept.to_vec(),
            line_ends: line_ends(file),
        }
    }

    /// An FTP server at this place.
    pub(super) fn ftp_server(&self, scenario: &Scenario, problems: &mut Problems) -> FtpServer {
        let file = self.host;
        let is_on = |word: &Option<At<OnOff>>| word.as_ref().is_none_or(|w| w.value == OnOff::On);
        let disk = file.disk.as_ref().and_then(|d| Some((d.value.0?, d.span)));
        let held: u64 = self
            .kept
            .iter()
            .filter_map(|f| f.content.as_ref())
            .map(Content::len)
            .sum();
        if let Some((_, span)) = disk.filter(|(disk, _)| *disk < held) {
            let message = format!("the files here hold {held} bytes already");
            problems.error(span, message, "write a larger disk, or smaller files");
        }
        let sessions = file.sessions.as_ref();
        if let Some(none) = sessions.filter(|s| s.value.0 == Some(0)) {
            problems.error(
                none.span,
                "nobody could ever log in",
                "write 1 at least, or any",
            );
        }
        let attempts = file.attempts.as_ref();
        if let Some(none) = attempts.filter(|a| a.value.0 == 0) {
            problems.error(none.span, "nobody could ever log in", "write 1 at least");
        }
        let at_once = "every session would end at once";
        let idle = file.idle.as_ref().and_then(|i| Some((i.value.0?, i.span)));
        if let Some((_, span)) = idle.filter(|(time, _)| *time == Duration::ZERO) {
            problems.error(span, at_once, "write 1 s or more, or off");
        }
        let patience = file.data_patience.as_ref();
        if let Some(none) = patience.filter(|p| p.value.0 == Duration::ZERO) {
            let message = "no data connection could ever open in time";
            problems.error(none.span, message, "write 1 s or more");
        }
        FtpServer {
            files: self.kept.to_vec(),
            logins: self.logins(scenario, problems),
            guests: self.guests(problems),
            port_check: is_on(&file.port_check),
            extended: is_on(&file.extended),
            sessions: sessions.and_then(|s| s.value.0),
            attempts: attempts.map_or(3, |a| a.value.0),
            idle: idle.map(|(time, _)| time),
            data_patience: patience.map_or(Duration::from_secs(60), |p| p.value.0),
            disk: disk.map(|(disk, _)| disk),
            quota: file.quota.as_ref().and_then(|q| q.value.0),
            passive_ports: self.ports(problems),
            passive_address: self.address(file.passive_address.as_ref(), scenario, problems),
            line_ends: line_ends(file),
        }
    }

    /// Who may log in: those that the file lists, or everybody who sits somewhere.
    fn logins(&self, scenario: &Scenario, problems: &mut Problems) -> Vec<Account> {
        let Some(logins) = &self.host.logins else {
            let people = scenario.hosts().filter_map(|(_, h)| h.person.as_ref());
            return people
                .map(|p| {
                    account(
                        user_of(&p.name),
                        password_of(&p.name),
                        self.room(None, May::Both),
                    )
                })
                .collect();
        };
        let mut known = Vec::new();
        for (user, login) in &logins.value.0 {
            one_word(user, problems);
            let mut guests = ["anonymous", "ftp"].iter();
            if guests.any(|guest| user.value.eq_ignore_ascii_case(guest)) {
                problems.error(
                    user.span,
                    format!("`{}` is what guests say", user.value),
                    "say what they may do with guests = { may = \"read\" }",
                );
            }
            let (password, room) = match &login.value {
                LoginFile::Password(text) => {
                    let span = login.span;
                    let value = text.clone();
                    (Some(At { value, span }), self.room(None, May::Both))
                }
                LoginFile::Account(account) => {
                    let may = account.may.as_ref().map_or(May::Both, |m| m.value);
                    self.is_folder(account.home.as_ref(), problems);
                    (
                        account.password.clone(),
                        self.room(account.home.as_ref(), may),
                    )
                }
            };
            match password {
                Some(password) => {
                    one_word(&password, problems);
                    known.push(account(user.value.clone(), password.value, room));
                }
                None => problems.error(
                    login.span,
                    format!("`{}` has no password", short(&user.value)),
                    "add password = \"…\"",
                ),
            }
        }
        known
    }

    fn guests(&self, problems: &mut Problems) -> Option<Room> {
        let guests = self.host.guests.as_ref();
        let home = guests.and_then(|g| g.value.home.as_ref());
        let may = guests.and_then(|g| g.value.may.as_ref());
        self.is_folder(home, problems);
        let anonymous = self.host.anonymous.as_ref();
        if anonymous.is_some_and(|a| a.value == OnOff::Off) {
            return None;
        }
        Some(self.room(home, may.map_or(May::Read, |m| m.value)))
    }

    fn room(&self, home: Option<&At<String>>, may: May) -> Room {
        Room {
            home: format!("/{}", home.map_or("", |h| h.value.trim_matches('/'))),
            reads: matches!(may, May::Read | May::Both),
            writes: matches!(may, May::Write | May::Both),
        }
    }

    /// Tells a home that is no folder here.
    fn is_folder(&self, home: Option<&At<String>>, problems: &mut Problems) {
        let Some(home) = home else { return };
        let name = home.value.trim_matches('/');
        let folders = folders(self.kept);
        if !name.is_empty() && !folders.contains(&name) {
            let guess = did_you_mean(name, folders, "the folders here are");
            let such = match name {
                _ if self.kept.iter().any(|f| f.name == name) => {
                    "a home is a folder, and this is a file: name another".to_owned()
                }
                _ if could_be(name) => format!("add folders = [\"{}\"]", short(name)),
                _ => "write the name of a folder here, such as docs".to_owned(),
            };
            problems.error(
                home.span,
                format!("there is no folder `{}` here", short(name)),
                if guess.is_empty() { such } else { guess },
            );
        }
    }

    /// `50000-50009`, `any`.
    fn ports(&self, problems: &mut Problems) -> Option<RangeInclusive<u16>> {
        let text = self.host.passive_ports.as_ref()?;
        if text.value == "any" {
            return None;
        }
        let port = super::firewall::port;
        let (first, last) = text
            .value
            .split_once('-')
            .unwrap_or((&text.value, &text.value));
        let (message, help) = match (port(first.trim()), port(last.trim())) {
            (Some(first), Some(last)) if first <= last => return Some(first..=last),
            (Some(first), Some(last)) => (
                format!("{first} comes after {last}"),
                format!("write {last}-{first}"),
            ),
            _ => (
                format!("`{}` is no range of ports", short(&text.value)),
                "write two numbers from 1 to 65535, such as 50000-50009, or any".into(),
            ),
        };
        problems.error(text.span, message, help);
        None
    }

    /// `own address` (which is none), `router's address`, `192.0.2.7`.
    fn address(
        &self,
        text: Option<&At<String>>,
        scenario: &Scenario,
        problems: &mut Problems,
    ) -> Option<Ipv4Addr> {
        let text = text?;
        let name = &scenario.nodes[self.id.index()].name;
        let (message, help) = match text.value.as_str() {
            "own address" => return None,
            "router's address" => match outside(scenario, self.id) {
                Some((address, nat)) => {
                    if nat == Nat::Off {
                        problems.warning(
                            text.span,
                            "the router on the way out translates no addresses",
                            "add nat = \"on\" to it, unless that is the lesson",
                        );
                    }
                    return Some(address);
                }
                None => (
                    format!("`{name}` stands behind no router"),
                    format!("put one right of it, \"{name} - router - …\", with nat = \"on\""),
                ),
            },
            other => match other.parse() {
                Ok(address) if fits4(address) => return Some(address),
                Ok(address) => (
                    format!("{address} is not an address to play with"),
                    "take one such as 192.0.2.7 or 10.0.0.7".into(),
                ),
                Err(_) => (
                    format!("`{}` is not an IPv4 address", short(other)),
                    "write own address, router's address, or one such as 192.0.2.7".into(),
                ),
            },
        };
        problems.error(text.span, message, help);
        None
    }
}

fn account(user: String, password: String, place: Room) -> Account {
    let login = Login { user, password };
    Account { login, place }
}

/// The address by which the nearest router with NAT is known outside, on a host's way out;
/// that of the nearest router, where none has NAT.
fn outside(scenario: &Scenario, host: HostId) -> Option<(Ipv4Addr, Nat)> {
    let mut hop = scenario.host(host)?.gateway?.0;
    let mut nearest = None;
    for _ in 0..scenario.nodes.len() {
        let mut routers = scenario.routers();
        let (_, router) = routers.find(|(_, r)| r.ports.iter().any(|p| p.address.v4 == hop))?;
        let onward = router
            .routes
            .iter()
            .find(|r| r.prefix == 0 && r.to.is_ipv4());
        let here = router.ports.iter().find(|p| p.address.v4 == hop)?;
        let mut others = router.ports.iter().filter(|p| !p.inside);
        let way_out = onward.and_then(|r| router.ports.get(r.port));
        let way_out = way_out.filter(|p| !p.inside).or_else(|| others.next());
        if let Some(port) = way_out.filter(|_| here.inside) {
            if router.nat != Nat::Off {
                return Some((port.address.v4, router.nat));
            }
            nearest = nearest.or(Some((port.address.v4, Nat::Off)));
        }
        match onward.map(|r| r.via) {
            Some(IpAddr::V4(via)) => hop = via,
            _ => break,
        }
    }
    nearest
}

/// Keys of FTP clients and servers that change nothing beside another one.
pub(super) fn idle_keys(
    file: &ScenarioFile,
    host: &HostFile,
    name: &str,
    runs: &[Runs],
    problems: &mut Problems,
) {
    let mode = runs.iter().find_map(|r| match r {
        Runs::FtpUser(user) => Some(user.mode),
        _ => None,
    });
    let announces = host.announces.as_ref().map(|k| k.span);
    let trusts = host.trusts.as_ref().map(|k| k.span);
    let idle = match mode {
        Some(FtpMode::Active) => trusts.map(|span| ("trusts", span, "active")),
        Some(FtpMode::Passive) => announces.map(|span| ("announces", span, "passive")),
        Some(FtpMode::Extended) => announces.map(|span| ("announces", span, "extended")),
        None => None,
    };
    if let Some((key, span, mode)) = idle.filter(|_| !may_change_mode(file, name)) {
        problems.warning(
            span,
            format!("`{key}` changes nothing: the mode of `{name}` is {mode}"),
            "take it out, or change the mode",
        );
    }
    let guests = host.guests.as_ref().filter(|_| {
        let knobs = knobs_set(file, &format!("{name}.anonymous"));
        !knobs
            && host
                .anonymous
                .as_ref()
                .is_some_and(|a| a.value == OnOff::Off)
    });
    if let Some(guests) = guests {
        problems.warning(
            guests.span,
            "`guests` changes nothing: they may not log in",
            "take it out, or write anonymous = \"on\"",
        );
    }
}

/// Whether the mode of a host's FTP client is a knob, or somebody says `mode`.
fn may_change_mode(file: &ScenarioFile, host: &str) -> bool {
    let lines = file.story.iter().flat_map(|entry| &entry.0);
    let mut lines = lines.flat_map(|(_, value)| match &value.value {
        StoryValue::Lines(lines) => &lines[..],
        StoryValue::Letter(_) => &[],
    });
    let said = lines.any(|line| line.value.trim_start().starts_with("mode "));
    said || knobs_set(file, &format!("{host}.mode")) || knobs_set(file, "story.")
}

/// Whether a knob sets a place that begins so.
fn knobs_set(file: &ScenarioFile, place: &str) -> bool {
    let knobs = file.knobs.0.iter().flat_map(|(_, knob)| &knob.sets);
    let mut places = knobs.flat_map(|sets| &sets.0);
    places.any(|at| at.value.trim_start_matches("hosts.").starts_with(place))
}
