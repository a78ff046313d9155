//! Names: how hosts find each other's addresses, and who tells them.

use super::{Runs, Scenario};
use crate::base::HostId;

/// How hosts find the addresses that belong to names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Names {
    /// From a file on each of them.
    #[default]
    Hosts,
    /// They ask a name server.
    Dns,
}

/// The settings of a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameServer {
    /// Whether it finds out for others what it does not know itself.
    pub recursive: bool,
    /// What is wrong with it.
    pub trouble: Trouble,
    /// The largest answer it sends in a datagram, in bytes.
    pub largest: u32,
}

impl Default for NameServer {
    /// One that does all it should (RFC 1035 §4.2.1: 512 bytes).
    fn default() -> Self {
        Self {
            recursive: true,
            trouble: Trouble::None,
            largest: 512,
        }
    }
}

/// What a name server answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Trouble {
    /// What is asked.
    #[default]
    #[cfg_attr(feature = "schema", schemars(rename = "yes"))]
    None,
    /// That it could not find out (SERVFAIL).
    #[cfg_attr(feature = "schema", schemars(rename = "servfail"))]
    Fails,
    /// That it will not answer (REFUSED).
    #[cfg_attr(feature = "schema", schemars(rename = "refused"))]
    Refuses,
    /// Nothing at all.
    #[cfg_attr(feature = "schema", schemars(rename = "nothing"))]
    Silent,
}

/// The domain of who belongs to none.
pub const NO_DOMAIN: &str = "lab.test";

impl Scenario {
    /// A node's full name: `server.example.net`.
    #[must_use]
    pub fn full_name(&self, id: HostId) -> String {
        let node = &self.nodes[id.index()];
        format!("{}.{}", node.name, node.domain).to_ascii_lowercase()
    }

    /// The hosts whose name servers know what the file gives to no others: all that are not
    /// there for what lies above the domains.
    #[must_use]
    pub fn usual_name_servers(&self) -> Vec<HostId> {
        let is_one = |runs: &Runs| matches!(runs, Runs::NameServer(_));
        let all = self.hosts();
        let all: Vec<HostId> = all
            .filter(|(_, host)| host.runs.iter().any(is_one))
            .map(|(id, _)| id)
            .collect();
        let tops = self.domains.iter().filter(|d| !d.name.contains('.'));
        let tops: Vec<HostId> = tops.flat_map(|d| d.ns.iter().copied()).collect();
        let others = all.iter().copied().filter(|id| !tops.contains(id));
        let others: Vec<HostId> = others.collect();
        if others.is_empty() { all } else { others }
    }
}
