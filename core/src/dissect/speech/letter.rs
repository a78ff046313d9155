//! Letters: headers, an empty line, the body (RFC 5322).

use crate::dissect::read::Reader;
use crate::dissect::table::mail::imf;

/// Reads a whole letter.
pub(super) fn letter(r: &mut Reader) -> Option<()> {
    r.rest(&imf::BODY)
}
