//! `wirestage live`.
use crate::args::LiveOrder;
use crate::fault::Fault;

/// Not yet.
pub fn live(_: &LiveOrder) -> Result<(), Fault> {
    Err(Fault::failed("not yet"))
}
