//! smoltcp's interfaces: one as wide as the link, and narrower ones for connections whose
//! segments have to be shorter. The stack knows one width for each interface.

use super::{Mac, device};
use smoltcp::iface::{Config, Interface, Route};
use smoltcp::time::Instant;
use smoltcp::wire::{EthernetAddress, IpCidr};
use std::net::IpAddr;

/// No frame is shorter than what every machine must take in one piece (RFC 791: 68 bytes).
const NARROWEST: usize = 14 + 68;

/// A host's interfaces, which share its addresses.
pub struct Stack {
    mac: Mac,
    seed: u64,
    addresses: Vec<IpCidr>,
    gateways: Vec<IpAddr>,
    /// The longest frame and the interface; the first is for all but narrow connections.
    widths: Vec<(usize, Interface)>,
}

impl Stack {
    pub fn new(mac: Mac, seed: u64, addresses: &[(IpAddr, u8)], gateways: Vec<IpAddr>) -> Self {
        let cidr = |(addr, prefix): &(IpAddr, u8)| IpCidr::new((*addr).into(), *prefix);
        let mut stack = Self {
            mac,
            seed,
            addresses: addresses.iter().map(cidr).collect(),
            gateways,
            widths: Vec::new(),
        };
        stack.fit(super::super::LinkConfig::default().longest_frame);
        stack
    }

    /// Makes the interface anew, as wide as the link that was plugged in.
    pub fn fit(&mut self, longest_frame: usize) {
        self.widths.clear();
        self.add(longest_frame);
    }

    /// Adds an interface of a width. Answers whether it is new.
    pub fn add(&mut self, longest_frame: usize) -> bool {
        if self.widths.iter().any(|(width, _)| *width == longest_frame) {
            return false;
        }
        let iface = self.interface(longest_frame);
        self.widths.push((longest_frame, iface));
        true
    }

    /// The interface for all but narrow connections.
    pub fn wide(&mut self) -> &mut Interface {
        &mut self.widths[0].1
    }

    /// The interface of a width that was added.
    pub fn of(&mut self, longest_frame: usize) -> &mut Interface {
        let mut widths = self.widths.iter();
        let found = widths.position(|(width, _)| *width == longest_frame);
        &mut self.widths[found.unwrap_or(0)].1
    }

    /// All interfaces but the first.
    pub fn narrow(&mut self) -> impl Iterator<Item = &mut Interface> {
        self.widths.iter_mut().skip(1).map(|(_, iface)| iface)
    }

    /// Its addresses, with the networks they are in.
    pub fn addresses(&self) -> &[IpCidr] {
        &self.addresses
    }

    /// Its addresses, as it was given them.
    pub fn given(&self) -> Vec<(IpAddr, u8)> {
        let own = self.addresses.iter();
        own.map(|cidr| (cidr.address().into(), cidr.prefix_len()))
            .collect()
    }

    /// Its routers.
    pub fn gateways(&self) -> &[IpAddr] {
        &self.gateways
    }

    /// Its hardware address.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    fn interface(&self, longest_frame: usize) -> Interface {
        let mut config = Config::new(EthernetAddress(self.mac).into());
        let others = self.widths.len() as u64;
        config.random_seed = self.seed.wrapping_add(others);
        let mut none = Vec::new();
        let mut device = device::Ingress {
            frame: None,
            reply: &mut none,
            longest_frame: longest_frame.max(NARROWEST),
        };
        let mut iface = Interface::new(config, &mut device, Instant::ZERO);
        iface.update_ip_addrs(|addrs| {
            for cidr in &self.addresses {
                addrs
                    .push(*cidr)
                    .expect("a host has at most eight addresses");
            }
        });
        iface.routes_mut().update(|routes| {
            for gateway in &self.gateways {
                let route = match *gateway {
                    IpAddr::V4(via) => Route::new_ipv4_gateway(via),
                    IpAddr::V6(via) => Route::new_ipv6_gateway(via),
                };
                routes.push(route).expect("a host has two gateways at most");
            }
        });
        iface
    }
}
