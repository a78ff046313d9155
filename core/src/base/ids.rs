//! Small numbers that name things, each its own type so they cannot be confused.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl $name {
            /// The id as an index into the table it belongs to.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the `index`th row. Panics where the table outgrew the id's width.
            #[must_use]
            pub fn from_index(index: usize) -> Self {
                Self(<$int>::try_from(index).expect(concat!(stringify!($name), " overflow")))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A node of the network: a host, or a box such as a switch.
    HostId(u16)
}
id! {
    /// A link between two nodes.
    LinkId(u16)
}
id! {
    /// One host's end of a connection. Two ends make a connection; each has its own id.
    ConnId(u32)
}
id! {
    /// A frame on a link. A switch that forwards a frame makes a new one with the same bytes.
    FrameId(u32)
}
id! {
    /// An event of the timeline, in the order in which it happened.
    EventId(u32)
}
id! {
    /// A rule of a firewall, counted over all of them.
    RuleId(u16)
}
id! {
    /// A program on a host, counted per host.
    ProgramId(u16)
}
