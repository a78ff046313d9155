//! An interface of this machine, found by its name.

pub mod echoes;

use crate::fault::Fault;
use crate::netlink::{Link, Routes, Sort};
use crate::wire::{self, Receiver, Sender};
use std::io::{self, ErrorKind};
use wirestage_core::scenario::problem::did_you_mean;

/// An interface.
#[derive(Debug)]
pub struct Interface {
    /// As the kernel calls it.
    pub name: String,
    /// What the kernel says of it.
    pub link: Link,
}

impl Interface {
    /// Finds one. It must be switched on, and carry Ethernet frames.
    pub fn named(name: &str) -> Result<Self, Fault> {
        let link = Routes::open().and_then(|mut routes| routes.link(name));
        let link = link.map_err(|_| {
            let all = pnet_datalink::interfaces();
            let names = all.iter().map(|interface| interface.name.as_str());
            let help = did_you_mean(name, names, "there are");
            Fault::input(format!("there is no interface `{name}`: {help}"))
        })?;
        if link.sort() == Sort::NoEthernet {
            let text = "goes by without Ethernet, which is all that can be shown here";
            return Err(Fault::input(format!("what passes {name} {text}")));
        }
        if !link.is_up {
            return Err(Fault::failed(format!(
                "{name} is switched off: sudo ip link set {name} up"
            )));
        }
        let name = name.to_owned();
        Ok(Self { name, link })
    }

    /// Whether it is still there, and on.
    pub fn is_on(&self) -> bool {
        let link = Routes::open().and_then(|mut routes| routes.link(&self.name));
        link.is_ok_and(|link| link.is_up)
    }

    /// Whether it leads back to this machine.
    pub fn is_loopback(&self) -> bool {
        self.link.sort() == Sort::Contained("loopback")
    }

    /// Listens to all that goes by.
    pub fn listen(&self) -> Result<Receiver, Fault> {
        let opened = wire::open(&self.name, self.link.index, true);
        let refused = |e| self.refused("capture on", "live", &e);
        opened.map(|(_, receiver)| receiver).map_err(refused)
    }

    /// Opens it to send.
    pub fn open(&self) -> Result<Sender, Fault> {
        let opened = wire::open(&self.name, self.link.index, false);
        let refused = |e| self.refused("send on", "replay", &e);
        opened.map(|(sender, _)| sender).map_err(refused)
    }

    fn refused(&self, what: &str, word: &str, error: &io::Error) -> Fault {
        let name = &self.name;
        if error.kind() != ErrorKind::PermissionDenied {
            return Fault::failed(format!("cannot {what} {name}: {error}"));
        }
        Fault::failed(format!(
            "you may not {what} {name}: it takes root or the capability CAP_NET_RAW\n  \
             as root: sudo wirestage {word} …\n  \
             or once and for all: sudo setcap cap_net_raw+ep \"$(command -v wirestage)\""
        ))
    }
}
