//! Where packets go: the longest prefix that fits (RFC 1812 §5.2.4.3).

use super::header::{is_link_local, network, shares};
use super::{PortConfig, Route};
use crate::timeline::Timeline;
use std::net::IpAddr;

/// A router's table of routes.
#[derive(Debug)]
pub struct Routes {
    /// The longest prefix first; among equals, its own networks first.
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    to: IpAddr,
    prefix: u8,
    port: usize,
    /// The router to give packets to; none where the network is at the port itself.
    via: Option<IpAddr>,
}

impl Routes {
    /// The networks of the ports, and the routes besides.
    pub fn new(ports: &[PortConfig], routes: &[Route]) -> Self {
        let mut rows = Vec::new();
        for (port, config) in ports.iter().enumerate() {
            for &(address, prefix) in &config.addresses {
                rows.push(Row {
                    to: network(address, prefix),
                    prefix,
                    port,
                    via: None,
                });
            }
        }
        rows.extend(routes.iter().map(|route| Row {
            to: network(route.to, route.prefix),
            prefix: route.prefix,
            port: route.port,
            via: Some(route.via),
        }));
        crate::base::sorted::sort_by_key(&mut rows, |row| std::cmp::Reverse(row.prefix));
        Self { rows }
    }

    /// By which port a packet leaves, and who is next on its way.
    pub fn find(&self, to: IpAddr) -> Option<(usize, IpAddr)> {
        if is_link_local(to) {
            return None;
        }
        let mut rows = self.rows.iter();
        let row = rows.find(|row| shares(row.to, to, row.prefix))?;
        Some((row.port, row.via.unwrap_or(to)))
    }

    /// The table for people to read.
    pub fn in_words(&self, timeline: &Timeline) -> Vec<(String, String)> {
        let words = self.rows.iter().map(|row| {
            let way = match row.via {
                Some(via) => format!("by {}", timeline.name_of(via)),
                None => "directly".to_owned(),
            };
            (format!("{}/{}", row.to, row.prefix), way)
        });
        words.collect()
    }
}
