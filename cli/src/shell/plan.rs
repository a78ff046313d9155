//! What the stages are told of the place that the reader takes.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A host, as the reader's machine is to look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the scenario is called.
    pub scenario: String,
    /// Whom the reader stands in for.
    pub host: String,
    /// Its hardware address.
    pub mac: [u8; 6],
    /// Its addresses and how long their network's part is.
    pub addresses: Vec<(IpAddr, u8)>,
    /// Who passes on what is for elsewhere.
    pub gateways: Vec<IpAddr>,
    /// Whose hardware addresses it knows from the first.
    pub neighbours: Vec<(IpAddr, [u8; 6])>,
    /// What each address is called.
    pub names: Vec<(IpAddr, String)>,
    /// Whom it asks for other names; nobody where the file says them all.
    pub name_servers: Vec<IpAddr>,
    /// The domains that are tried for a name without a point.
    pub search: Vec<String>,
    /// The longest packet that fits its link.
    pub mtu: u32,
}

/// The reader's end of the cable, …
pub const CARD: &str = "eth0";
/// … and the simulation's.
pub const DOOR: &str = "door";

impl Place {
    /// The file of names.
    pub fn hosts(&self) -> String {
        let mut text = String::from("127.0.0.1 localhost\n::1 localhost\n");
        for (ip, name) in &self.names {
            text += &format!("{ip} {name}\n");
        }
        text
    }

    /// Who is asked for names, and how.
    pub fn resolver(&self) -> String {
        if self.name_servers.is_empty() {
            return "# There is no name server here.\noptions timeout:1 attempts:1\n".to_owned();
        }
        // More than three are not asked, nor more than six domains tried (resolv.conf(5)).
        let mut text = String::new();
        for server in self.name_servers.iter().take(3) {
            text += &format!("nameserver {server}\n");
        }
        let search: Vec<&str> = self.search.iter().take(6).map(String::as_str).collect();
        if !search.is_empty() {
            text += &format!("search {}\n", search.join(" "));
        }
        text
    }

    /// Whether it has an address of version 6.
    pub fn speaks_ipv6(&self) -> bool {
        self.addresses.iter().any(|(ip, _)| ip.is_ipv6())
    }
}

/// The rules of looking things up, with the line on hosts rewritten: the file, then the
/// simulated name servers where there are any, and none of this machine's helpers.
pub fn lookups(rules: &str, asks: bool) -> String {
    let is_hosts = |line: &str| line.trim_start().starts_with("hosts:");
    let kept = rules.lines().filter(|line| !is_hosts(line));
    let mut text: String = kept.flat_map(|line| [line, "\n"]).collect();
    text.push_str(if asks {
        "hosts: files dns\n"
    } else {
        "hosts: files\n"
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_goes_to_the_stages_and_comes_back_the_same() {
        let place = Place {
            scenario: "ftp-download".into(),
            host: "laptop".into(),
            mac: [2, 0, 0, 0, 0, 1],
            addresses: vec![("2001:db8:1::10".parse().unwrap(), 64)],
            gateways: vec!["2001:db8:1::1".parse().unwrap()],
            neighbours: vec![("192.0.2.11".parse().unwrap(), [2; 6])],
            names: vec![("192.0.2.11".parse().unwrap(), "server".into())],
            name_servers: vec!["192.0.2.11".parse().unwrap()],
            search: vec!["example.net".into(), "lab.test".into()],
            mtu: 1500,
        };
        let text = serde_json::to_string(&place).unwrap();
        assert!(!text.contains('\n'), "it is one line");
        assert_eq!(serde_json::from_str::<Place>(&text).unwrap(), place);
        assert!(place.hosts().ends_with("192.0.2.11 server\n") && place.speaks_ipv6());
        let asked = "nameserver 192.0.2.11\nsearch example.net lab.test\n";
        assert_eq!(place.resolver(), asked);
        let alone = Place {
            name_servers: Vec::new(),
            ..place
        };
        assert!(alone.resolver().starts_with("# There is no name server"));
    }

    #[test]
    fn names_are_looked_up_in_the_simulation_alone_and_users_as_before() {
        let rules = "# rules\npasswd: files systemd\nhosts: files mdns4_minimal resolve dns\n";
        let told = lookups(rules, false);
        assert_eq!(told, "# rules\npasswd: files systemd\nhosts: files\n");
        assert_eq!(lookups("", false), "hosts: files\n");
        assert_eq!(lookups("", true), "hosts: files dns\n");
    }
}
