//! A name server: answers for the zones it has, and asks others for anybody who asks it to.

use crate::base::Rng;
use crate::proto::dns::{Name, Zone};
use std::net::IpAddr;

/// What a name server is told before it starts.
#[derive(Clone, Debug)]
pub struct NameServerConfig {
    /// Its own name: `ns.example.net`.
    pub hostname: String,
    /// The zones that it is an authority for.
    pub zones: Vec<Zone>,
    /// Whether it finds out, for who wants it, what it is no authority for.
    pub recursive: bool,
    /// Whom it asks then: the servers of the root, or of each zone, the longest fitting first.
    pub hints: Vec<(Name, Vec<IpAddr>)>,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
    /// The largest answer it sends in a datagram; longer ones are cut, and come over TCP.
    pub largest: usize,
    /// For question numbers and ports.
    pub rng: Rng,
}

/// What may be wrong with a name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It answers SERVFAIL.
    Fails,
    /// It does not answer.
    Silent,
    /// It answers REFUSED.
    Refuses,
}
