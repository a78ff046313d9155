//! The same file by each of the three, counted.

use super::find::calls;
use super::{Claim, Figure, Measure, On, Row, Source};
use Source::ThreeWays;

/// Each connection begins with a call.
const FTP_CALLS: &[Figure] = &[(ThreeWays, Measure::Count(calls(On::Ftp)))];
const SMTP_CALLS: &[Figure] = &[(ThreeWays, Measure::Count(calls(On::Smtp)))];
const HTTP_CALLS: &[Figure] = &[(ThreeWays, Measure::Count(calls(On::Http)))];

/// What is counted, a row each.
pub const COUNTS: &[Row] = &[
    row(
        "count-connections",
        "Connections",
        [FTP_CALLS, SMTP_CALLS, HTTP_CALLS],
    ),
    row(
        "count-trips",
        "Round trips until the file's first byte",
        [
            &[(ThreeWays, Measure::Trips(On::Ftp))],
            &[(ThreeWays, Measure::Trips(On::Smtp))],
            &[(ThreeWays, Measure::Trips(On::Http))],
        ],
    ),
    row(
        "count-time",
        "Time until the other side has it",
        [
            &[(ThreeWays, Measure::Took(On::Ftp))],
            &[(ThreeWays, Measure::Took(On::Smtp))],
            &[(ThreeWays, Measure::Took(On::Http))],
        ],
    ),
    row(
        "count-packets",
        "Packets",
        [
            &[(ThreeWays, Measure::Packets(On::Ftp))],
            &[(ThreeWays, Measure::Packets(On::Smtp))],
            &[(ThreeWays, Measure::Packets(On::Http))],
        ],
    ),
    row(
        "count-bytes",
        "Bytes on the wire, headers and all",
        [
            &[(ThreeWays, Measure::Wire(On::Ftp))],
            &[(ThreeWays, Measure::Wire(On::Smtp))],
            &[(ThreeWays, Measure::Wire(On::Http))],
        ],
    ),
    row(
        "count-more",
        "More than the file itself",
        [
            &[(ThreeWays, Measure::Extra(On::Ftp, On::Data))],
            &[(ThreeWays, Measure::Extra(On::Smtp, On::Data))],
            &[(ThreeWays, Measure::Extra(On::Http, On::Data))],
        ],
    ),
];

const fn row(
    id: &'static str,
    name: &'static str,
    [ftp, smtp, http]: [&'static [Figure]; 3],
) -> Row {
    Row {
        id,
        name,
        cells: [count(ftp), count(smtp), count(http)],
    }
}

const fn count(figures: &'static [Figure]) -> Claim {
    Claim {
        text: "{}",
        figures,
        proofs: &[],
        reference: "",
    }
}
