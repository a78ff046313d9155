//! Interfaces, their addresses, and the way out of them.

use super::Kernel;
use super::message::{CREATE, EXCLUSIVE, Message, REPLACE, REQUEST, attribute, number};
use nix::sys::socket::SockProtocol;
use std::io;
use std::net::IpAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

const NEW_LINK: u16 = 16;
const GET_LINK: u16 = 18;
const NEW_ADDRESS: u16 = 20;
const NEW_ROUTE: u16 = 24;
const NEW_NEIGHBOUR: u16 = 28;

const LINK_MAC: u16 = 1;
const LINK_NAME: u16 = 3;
const LINK_MTU: u16 = 4;
const LINK_OTHER: u16 = 5;
const LINK_STATE: u16 = 16;
const LINK_INFO: u16 = 18;
const LINK_NAMESPACE_OF: u16 = 19;
const LINK_FAMILIES: u16 = 26;
const LINK_OTHER_IN: u16 = 37;
const LINK_MOST_SEGMENTS: u16 = 40;
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;
const VETH_PEER: u16 = 1;
const IPV6: u8 = 10;
const IPV4: u8 = 2;
const ADDRESSES_MADE: u16 = 8;
const NONE_ARE_MADE: u8 = 1;
const IS_UP: u32 = 1;
/// RFC 2863 §6, as the kernel numbers it: packets go through.
const STATE_UP: u8 = 6;
/// Hardware, by the kernel's numbers.
const ETHERNET: u32 = 1;
const LOOPBACK: u32 = 772;

const ADDRESS: u16 = 1;
const ADDRESS_LOCAL: u16 = 2;
const ADDRESS_FLAGS: u16 = 8;
/// RFC 4862 §5.4: it is not asked whether somebody else has it.
const NOT_ASKED_FOR: u32 = 2;

const ROUTE_OUT: u16 = 4;
const ROUTE_GATEWAY: u16 = 5;
const MAIN_TABLE: u8 = 254;
const BY_AN_ADMINISTRATOR: u8 = 4;
const UNICAST: u8 = 1;

const NEIGHBOUR_IP: u16 = 1;
const NEIGHBOUR_MAC: u16 = 2;
const PERMANENT: u16 = 0x80;

/// An interface that carries nothing after so long will not do so.
const LONG: Duration = Duration::from_secs(2);
/// It is asked so often.
const MOMENT: Duration = Duration::from_millis(1);

/// Speaks with the kernel of interfaces, in the namespace in which it is opened.
#[derive(Debug)]
pub struct Routes {
    kernel: Kernel,
}

/// What the kernel says of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub index: u32,
    /// What hardware it is or plays, by the kernel's number (`ARPHRD_…`).
    pub hardware: u32,
    /// `veth`, `dummy`, `tun` …; nothing for hardware and for loopback.
    pub kind: Option<String>,
    /// Whether a cable's other end is in this namespace as well.
    pub ends_here: bool,
    /// The longest packet that it takes.
    pub mtu: u32,
    /// Whether it is switched on.
    pub is_up: bool,
    /// Whether packets go through, which on a cable takes both ends and a moment more.
    pub carries: bool,
}

/// What an interface is for who puts frames on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It leads to this machine alone, or to what was made here: so it is called.
    Contained(&'static str),
    /// It may lead to others.
    Real,
    /// What goes by on it are no Ethernet frames.
    NoEthernet,
}

impl Link {
    /// Which sort it is.
    pub fn sort(&self) -> Sort {
        match (self.hardware, self.kind.as_deref()) {
            (LOOPBACK, _) => Sort::Contained("loopback"),
            // A container's way out is a veth, too, and its other end is not seen from inside.
            (ETHERNET, Some("veth")) if self.ends_here => Sort::Contained("veth"),
            (ETHERNET, Some("dummy")) => Sort::Contained("dummy"),
            // TUN has another hardware, and no Ethernet.
            (ETHERNET, Some("tun")) => Sort::Contained("TAP"),
            (ETHERNET, _) => Sort::Real,
            _ => Sort::NoEthernet,
        }
    }
}

/// Two interfaces with a cable between them.
#[derive(Clone, Copy, Debug)]
pub struct Veth<'a> {
    /// The one here …
    pub name: &'a str,
    /// … and its hardware address.
    pub mac: [u8; 6],
    /// The one there …
    pub peer: &'a str,
    /// … which is where this process is.
    pub peer_in: u32,
    /// The longest packet that both take.
    pub mtu: u32,
}

impl Routes {
    /// Opens a conversation.
    pub fn open() -> io::Result<Self> {
        let kernel = Kernel::open(SockProtocol::NetlinkRoute)?;
        Ok(Self { kernel })
    }

    /// Asks for an interface.
    pub fn link(&mut self, name: &str) -> io::Result<Link> {
        let question = Message::new(GET_LINK, REQUEST, &link_head(0)).with_text(LINK_NAME, name);
        let replies = self.kernel.ask(question)?;
        let link = replies.iter().find(|reply| reply.kind == NEW_LINK);
        link.and_then(|reply| read_link(&reply.body))
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Makes two joined interfaces.
    pub fn make_veth(&mut self, veth: Veth<'_>) -> io::Result<()> {
        let mtu = veth.mtu.to_ne_bytes();
        let message = Message::new(NEW_LINK, REQUEST | CREATE | EXCLUSIVE, &link_head(0))
            .with_text(LINK_NAME, veth.name)
            .with(LINK_MAC, &veth.mac)
            .with(LINK_MTU, &mtu)
            .with_nest(LINK_INFO, |info| {
                info.with_text(INFO_KIND, "veth")
                    .with_nest(INFO_DATA, |data| {
                        data.with_nest(VETH_PEER, |peer| {
                            peer.with_head(&link_head(0))
                                .with_text(LINK_NAME, veth.peer)
                                .with(LINK_MTU, &mtu)
                                .with(LINK_NAMESPACE_OF, &veth.peer_in.to_ne_bytes())
                        })
                    })
            });
        self.kernel.ask(message).map(drop)
    }

    /// Lets an interface give itself no addresses of IPv6: what it says is what it is told to.
    pub fn keep_quiet(&mut self, name: &str) -> io::Result<()> {
        let message = Message::new(NEW_LINK, REQUEST, &link_head(0))
            .with_text(LINK_NAME, name)
            .with_nest(LINK_FAMILIES, |families| {
                families.with_nest(IPV6.into(), |six| {
                    six.with(ADDRESSES_MADE, &[NONE_ARE_MADE])
                })
            });
        self.kernel.ask(message).map(drop)
    }

    /// One segment at a time: none are joined to be cut by the device.
    pub fn one_segment(&mut self, name: &str) -> io::Result<()> {
        let message = Message::new(NEW_LINK, REQUEST, &link_head(0))
            .with_text(LINK_NAME, name)
            .with(LINK_MOST_SEGMENTS, &1_u32.to_ne_bytes());
        self.kernel.ask(message).map(drop)
    }

    /// Switches an interface on.
    pub fn up(&mut self, name: &str) -> io::Result<()> {
        let message = Message::new(NEW_LINK, REQUEST, &link_head(IS_UP));
        self.kernel
            .ask(message.with_text(LINK_NAME, name))
            .map(drop)
    }

    /// Waits until packets go through an interface that has just been switched on. Before
    /// that the kernel throws them away. It seldom takes long; if it does, nobody waits on.
    pub fn wait_until_carrying(&mut self, name: &str) -> io::Result<()> {
        let begun = Instant::now();
        while !self.link(name)?.carries && begun.elapsed() < LONG {
            sleep(MOMENT);
        }
        Ok(())
    }

    /// Gives an interface an address.
    pub fn add_address(&mut self, index: u32, ip: IpAddr, prefix: u8) -> io::Result<()> {
        let (family, bytes) = family(ip);
        let mut head = vec![family, prefix, 0, 0];
        head.extend_from_slice(&index.to_ne_bytes());
        let message = Message::new(NEW_ADDRESS, REQUEST | CREATE | EXCLUSIVE, &head)
            .with(ADDRESS_LOCAL, &bytes)
            .with(ADDRESS, &bytes)
            .with(ADDRESS_FLAGS, &NOT_ASKED_FOR.to_ne_bytes());
        self.kernel.ask(message).map(drop)
    }

    /// Sends to a gateway all that is for elsewhere.
    pub fn add_gateway(&mut self, index: u32, gateway: IpAddr) -> io::Result<()> {
        let (family, bytes) = family(gateway);
        let table = [MAIN_TABLE, BY_AN_ADMINISTRATOR, 0, UNICAST];
        let head = [[family, 0, 0, 0], table, [0; 4]].concat();
        let message = Message::new(NEW_ROUTE, REQUEST | CREATE | REPLACE, &head)
            .with(ROUTE_GATEWAY, &bytes)
            .with(ROUTE_OUT, &index.to_ne_bytes());
        self.kernel.ask(message).map(drop)
    }

    /// Says who has an address, so that nobody needs to ask.
    pub fn add_neighbour(&mut self, index: u32, ip: IpAddr, mac: [u8; 6]) -> io::Result<()> {
        let (family, bytes) = family(ip);
        let mut head = vec![family, 0, 0, 0];
        head.extend_from_slice(&index.to_ne_bytes());
        head.extend_from_slice(&PERMANENT.to_ne_bytes());
        head.extend_from_slice(&[0, UNICAST]);
        let message = Message::new(NEW_NEIGHBOUR, REQUEST | CREATE | REPLACE, &head)
            .with(NEIGHBOUR_IP, &bytes)
            .with(NEIGHBOUR_MAC, &mac);
        self.kernel.ask(message).map(drop)
    }
}

/// What a letter on interfaces begins with: any family, this interface by its name, its flags.
fn link_head(flags: u32) -> [u8; 16] {
    let mut head = [0; 16];
    head[8..12].copy_from_slice(&flags.to_ne_bytes());
    head[12..].copy_from_slice(&flags.to_ne_bytes());
    head
}

fn family(ip: IpAddr) -> (u8, Vec<u8>) {
    match ip {
        IpAddr::V4(ip) => (IPV4, ip.octets().to_vec()),
        IpAddr::V6(ip) => (IPV6, ip.octets().to_vec()),
    }
}

fn read_link(body: &[u8]) -> Option<Link> {
    let attributes = body.get(16..)?;
    let info = attribute(attributes, LINK_INFO).unwrap_or_default();
    let kind = attribute(info, INFO_KIND).map(|text| {
        let text = text.strip_suffix(b"\0").unwrap_or(text);
        String::from_utf8_lossy(text).into_owned()
    });
    Some(Link {
        hardware: number(body, 2..4)?,
        index: number(body, 4..8)?,
        kind,
        ends_here: attribute(attributes, LINK_OTHER).is_some()
            && attribute(attributes, LINK_OTHER_IN).is_none(),
        mtu: number(attribute(attributes, LINK_MTU)?, 0..4)?,
        is_up: number(body, 8..12)? & IS_UP != 0,
        carries: attribute(attributes, LINK_STATE) == Some(&[STATE_UP]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_knows_loopback_and_says_what_it_is() {
        let link = Routes::open().unwrap().link("lo").unwrap();
        assert_eq!((link.index, link.hardware, link.kind), (1, 772, None));
        assert!(link.mtu >= 1500);
    }

    #[test]
    fn only_what_leads_nowhere_else_is_contained() {
        let link = |hardware, kind: Option<&str>| Link {
            index: 1,
            hardware,
            kind: kind.map(str::to_owned),
            ends_here: true,
            mtu: 1500,
            is_up: true,
            carries: true,
        };
        let sort = |hardware, kind| link(hardware, kind).sort();
        assert_eq!(sort(LOOPBACK, None), Sort::Contained("loopback"));
        assert_eq!(sort(ETHERNET, Some("veth")), Sort::Contained("veth"));
        let elsewhere = Link {
            ends_here: false,
            ..link(ETHERNET, Some("veth"))
        };
        assert_eq!(elsewhere.sort(), Sort::Real, "a container's way out");
        assert_eq!(sort(ETHERNET, Some("tun")), Sort::Contained("TAP"));
        for kind in [
            None,
            Some("bridge"),
            Some("bond"),
            Some("vlan"),
            Some("macvlan"),
        ] {
            assert_eq!(sort(ETHERNET, kind), Sort::Real, "{kind:?}");
        }
        assert_eq!(sort(65534, Some("tun")), Sort::NoEthernet);
    }

    #[test]
    fn what_is_not_there_is_a_fault_of_its_own() {
        let fault = Routes::open().unwrap().link("nobody0").unwrap_err();
        assert_eq!(fault.raw_os_error(), Some(nix::libc::ENODEV));
    }
}
