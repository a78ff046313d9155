//! Any bytes as what mail says: commands, replies, letters, to either side.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestage_tests::any_frames::as_mail;

fuzz_target!(|data: &[u8]| as_mail(data));
