//! Any bytes as what POP3 says: commands, replies, letters, to either side.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::as_pop3;

fuzz_target!(|data: &[u8]| as_pop3(data));
