//! Any bytes as a frame, or as frames of connections: each byte is in a layer and a field.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::as_frames;

fuzz_target!(|data: &[u8]| as_frames(data));
