//! `wirestage replay`.
use crate::args::ReplayOrder;
use crate::fault::Fault;

/// Not yet.
pub fn replay(_: &ReplayOrder) -> Result<(), Fault> {
    Err(Fault::failed("not yet"))
}
