//! Any bytes as a message about names.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::as_dns;

fuzz_target!(|data: &[u8]| as_dns(data));
