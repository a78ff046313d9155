//! `wirestage ftp-and-smtp`: FTP against SMTP and HTTP, computed from runs.

use crate::fault::Fault;
use crate::print;
use wirestage_core::scenario::problem::did_you_mean;
use wirestage_core::versus::{Answers, ids, text};

/// Prints all of it, or one row.
pub fn versus(row: Option<&str>) -> Result<(), Fault> {
    if let Some(row) = row.filter(|row| !ids().any(|id| id == *row)) {
        let help = did_you_mean(row, ids(), "there are");
        return Err(Fault::input(format!(
            "nothing is compared under `{row}`: {help}"
        )));
    }
    print(&text(&Answers::now(), row).unwrap_or_default())
}
