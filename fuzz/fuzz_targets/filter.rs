//! Any text as a filter, and the frames that it is asked about.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::as_filter;

fuzz_target!(|data: &[u8]| as_filter(data));
