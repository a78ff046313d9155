//! The words everything else is said in: time, ids, randomness, content, spans.

pub mod address;
pub mod content;
pub mod digits;
pub mod headers;
pub mod icmp;
pub mod ids;
pub mod letter;
pub mod picture;
pub mod rng;
pub mod sequence;
pub mod sorted;
pub mod span;
pub mod time;
pub mod units;
pub mod visible;
pub mod words;

pub use content::{Content, Converter, Kept, Part, Reader, Reading, Transform};
pub use icmp::{Icmp, IcmpSays};
pub use ids::{ConnId, EventId, FrameId, HostId, LinkId, ProgramId, RuleId};
pub use letter::Letter;
pub use rng::Rng;
pub use sequence::Sequence;
pub use span::Span;
pub use time::{Duration, Time};
pub use words::{CloseReason, Outcome, Turn, TurnKind, Unreachable};
