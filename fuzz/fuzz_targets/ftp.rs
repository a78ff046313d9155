//! Any bytes as what FTP says: commands, replies, lists, and what a person types.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::as_ftp;

fuzz_target!(|data: &[u8]| as_ftp(data));
