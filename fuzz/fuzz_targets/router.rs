//! Any bytes on the wires around a router that translates, helps FTP and filters.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::through_a_router;

fuzz_target!(|data: &[u8]| through_a_router(data));
