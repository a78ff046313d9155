//! Whether a program listens in the reader's network.

use std::fs;

/// The state of a socket that listens, in the kernel's list.
const LISTENS: &str = "0A";

/// Whether one listens on a TCP port in the network of this process.
pub fn somebody_listens(process: i32) -> bool {
    ["tcp", "tcp6"].iter().any(|list| {
        let text = fs::read_to_string(format!("/proc/{process}/net/{list}"));
        text.is_ok_and(|text| listens(&text))
    })
}

fn listens(list: &str) -> bool {
    let mut lines = list.lines().skip(1);
    lines.any(|line| line.split_whitespace().nth(3) == Some(LISTENS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_that_listens_is_told_from_one_that_is_open() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue\n";
        let open = "   0: 0100007F:0019 0100007F:9C40 01 00000000:00000000\n";
        let waits = "   1: 00000000:0015 00000000:0000 0A 00000000:00000000\n";
        assert!(!listens(head) && !listens(&format!("{head}{open}")));
        assert!(listens(&format!("{head}{open}{waits}")));
    }
}
