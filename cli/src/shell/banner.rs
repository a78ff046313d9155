//! What a reader is told who opens a shell: who they are, who else is there, what to try.

use std::net::IpAddr;
use wirestage_core::base::HostId;
use wirestage_core::live::StandIn;
use wirestage_core::scenario::Scenario;
use wirestage_core::scenario::model::{FtpServer, Host, Runs};

/// A few lines.
pub fn banner(scenario: &Scenario, stand_in: &StandIn) -> String {
    let addresses = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join(", ");
    let own = addresses(&mut stand_in.addresses.iter().map(|(ip, _)| ip.to_string()));
    let whose = stand_in.person.as_ref();
    let whose = whose.map_or(String::new(), |name| format!(", {name}'s computer"));
    let mut text = format!(
        "You are at {} ({own}){whose}, in the scenario {}.\n",
        stand_in.name, scenario.id
    );
    let mut others = Vec::new();
    for (name, ips) in &known(scenario, stand_in) {
        let ips = addresses(&mut ips.iter().map(ToString::to_string));
        others.push(format!("{name} ({ips})"));
    }
    if !others.is_empty() {
        text += &format!("There are also: {}.\n", others.join(", "));
    }
    if let Some(server) = stand_in.name_servers.first() {
        text += &format!("The name server at {server} tells who has which name.\n");
    }
    if stand_in.serves {
        text += "The others come to you as soon as a program of yours listens.\n";
    }
    if let Some(line) = to_try(scenario, stand_in) {
        text += &format!("Try: {line}\n");
    }
    text + "Leave with: exit\n"
}

/// A command that reaches somebody: the first that serves something.
fn to_try(scenario: &Scenario, stand_in: &StandIn) -> Option<String> {
    let own = scenario.host(stand_in.host)?;
    let ids = (0..scenario.nodes.len()).map(HostId::from_index);
    let others = ids.filter(|id| *id != stand_in.host);
    let hosts = others.filter_map(|id| {
        let name = scenario.nodes[id.index()].name.as_str();
        Some((name, scenario.host(id)?))
    });
    let mut lines = hosts.clone().flat_map(|(name, host)| {
        let tries = host.runs.iter().map(move |runs| line(name, runs, own));
        tries.flatten()
    });
    let ping = || hosts.clone().next().map(|(name, _)| format!("ping {name}"));
    lines.next().or_else(ping)
}

/// The others by their short names, and their addresses.
fn known(scenario: &Scenario, stand_in: &StandIn) -> Vec<(String, Vec<IpAddr>)> {
    let is_v6 = stand_in
        .addresses
        .first()
        .is_some_and(|(ip, _)| ip.is_ipv6());
    let ids = (0..scenario.nodes.len()).map(HostId::from_index);
    let mut known: Vec<(String, Vec<IpAddr>)> = ids
        .filter(|id| *id != stand_in.host && scenario.nodes[id.index()].kind.has_address())
        .map(|id| {
            let name = scenario.nodes[id.index()].name.to_ascii_lowercase();
            let own = scenario.addresses(id).into_iter().map(|all| match is_v6 {
                true => IpAddr::V6(all.v6),
                false => IpAddr::V4(all.v4),
            });
            let said = stand_in.names.get(&name).cloned();
            (name, said.unwrap_or_else(|| own.collect()))
        })
        .collect();
    known.sort();
    known
}

fn line(name: &str, runs: &Runs, own: &Host) -> Option<String> {
    match runs {
        Runs::FtpServer(server) => {
            let file = server.files.first().map_or("", |file| &file.name);
            let login = login(server, own);
            Some(format!("curl ftp://{login}{name}/{file}"))
        }
        Runs::MailServer(server) => {
            let to = server.mailboxes.first()?;
            let from = own.person.as_ref()?.address.as_ref()?;
            let (to, from) = (&to.address, from);
            Some(format!(
                "echo Hello | curl smtp://{name} --mail-from {from} --mail-rcpt {to} -T -"
            ))
        }
        Runs::EchoServer => Some(format!("curl telnet://{name}:7")),
        Runs::DiscardServer(_) => Some(format!("curl telnet://{name}:9")),
        Runs::WebPage(_) => Some(format!("curl http://{name}/")),
        Runs::WebServer(server) => {
            let file = server.files.first().map_or("", |file| &file.name);
            Some(format!("curl http://{name}/{file}"))
        }
        Runs::NameServer(_) => Some(format!("dig @{name} {name}")),
        Runs::FtpUser(_)
        | Runs::Browser
        | Runs::MailUser(_)
        | Runs::MailRobot(_)
        | Runs::Console => None,
    }
}

/// `ada:secret@`, where guests may not log in.
fn login(server: &FtpServer, own: &Host) -> String {
    if server.guests.is_some() {
        return String::new();
    }
    let person = own.person.as_ref().map(|person| &person.login);
    let person = person.filter(|login| server.logins.iter().any(|known| known.login == **login));
    let login = person.or_else(|| server.logins.first().map(|known| &known.login));
    login.map_or(String::new(), |login| {
        format!("{}:{}@", login.user, login.password)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirestage_core::live::Live;
    use wirestage_core::scenario::{catalogue, load};
    use wirestage_core::simulation::Options;

    fn told(id: &str, host: Option<&str>) -> String {
        let entry = catalogue::find(id).expect("it is in the catalogue");
        let loaded = load(entry.id, entry.text, &[]).expect("it loads");
        let live = Live::begin(id, loaded.scenario, &Options::default(), host);
        let live = live.expect("it begins");
        banner(live.scenario(), live.stand_in())
    }

    #[test]
    fn a_reader_hears_who_they_are_who_else_is_there_and_what_to_try() {
        let text = told("ftp-download", None);
        assert!(
            text.contains("You are at laptop (192.0.2.10), Ada's computer"),
            "{text}"
        );
        assert!(text.contains("server (192.0.2.11)"), "{text}");
        assert!(
            text.contains("server/report.pdf") && text.ends_with("exit\n"),
            "{text}"
        );
        assert!(!text.contains("The others come"), "{text}");
        let text = told("mail-submit", None);
        assert!(text.contains("--mail-from ada@example.net"), "{text}");
    }

    #[test]
    fn who_stands_in_for_a_server_hears_what_the_others_wait_for() {
        let text = told("ftp-download", Some("server"));
        assert!(
            text.contains("as soon as a program of yours listens"),
            "{text}"
        );
        assert!(text.contains("Try: ping laptop"), "{text}");
    }
}
