//! A host's resolver: asks a name server for the host's programs, and keeps what it learnt.

use crate::base::{Duration, Rng};
use std::net::IpAddr;

/// What a resolver is told before it starts.
#[derive(Clone, Debug)]
pub struct ResolverConfig {
    /// The name servers, the first one asked first.
    pub servers: Vec<IpAddr>,
    /// What is put behind a name without a point, one after the other: the host's own domain first.
    pub search: Vec<String>,
    /// Whether addresses are those of IPv6.
    pub ipv6: bool,
    /// How long it waits for an answer.
    pub patience: Duration,
    /// How often it asks each server.
    pub tries: u32,
    /// For question numbers.
    pub rng: Rng,
}
