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

    /// Whether it has an address of version 6.
    pub fn speaks_ipv6(&self) -> bool {
        self.addresses.iter().any(|(ip, _)| ip.is_ipv6())
    }
}

/// How names are looked up: in the file alone.
pub const RESOLVER: &str = "# There is no name server here.\noptions timeout:1 attempts:1\n";

/// The rules of looking things up, with the line on hosts rewritten: the file alone, and none
/// of this machine's helpers.
pub fn lookups(rules: &str) -> String {
    let is_hosts = |line: &str| line.trim_start().starts_with("hosts:");
    let kept = rules.lines().filter(|line| !is_hosts(line));
    let mut text: String = kept.flat_map(|line| [line, "\n"]).collect();
    text.push_str("hosts: files\n");
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
            mtu: 1500,
        };
        let text = serde_json::to_string(&place).unwrap();
        assert!(!text.contains('\n'), "it is one line");
        assert_eq!(serde_json::from_str::<Place>(&text).unwrap(), place);
        assert!(place.hosts().ends_with("192.0.2.11 server\n") && place.speaks_ipv6());
    }

    #[test]
    fn names_are_looked_up_in_the_file_alone_and_users_as_before() {
        let rules = "# rules\npasswd: files systemd\nhosts: files mdns4_minimal resolve dns\n";
        let told = lookups(rules);
        assert_eq!(told, "# rules\npasswd: files systemd\nhosts: files\n");
        assert_eq!(lookups(""), "hosts: files\n");
    }
}
