//! Any bytes as what FTP says: commands, replies, lists, and what a person types.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_core::proto::ftp::{listed, parse, typed};

fuzz_target!(|data: &[u8]| {
    parse::fuzz_all(data);
    listed::fuzz(data);
    typed::fuzz(data);
});
