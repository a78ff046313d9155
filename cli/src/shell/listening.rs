//! Whether programs listen and speak in the reader's network.

use std::fs;

/// The states of sockets in the kernel's list: one that listens, …
const LISTENS: &str = "0A";
/// … and one that only waits for what is late.
const WAITS: &str = "06";

/// Whether a program listens on a TCP port in the network of this process.
pub fn somebody_listens(process: i32) -> bool {
    any(process, |state| state == LISTENS)
}

/// Whether a TCP connection is open there, or has not quite ended.
pub fn somebody_speaks(process: i32) -> bool {
    any(process, |state| state != LISTENS && state != WAITS)
}

fn any(process: i32, wanted: fn(&str) -> bool) -> bool {
    ["tcp", "tcp6"].iter().any(|list| {
        let text = fs::read_to_string(format!("/proc/{process}/net/{list}"));
        text.is_ok_and(|text| states(&text).any(wanted))
    })
}

fn states(list: &str) -> impl Iterator<Item = &str> {
    let lines = list.lines().skip(1);
    lines.filter_map(|line| line.split_whitespace().nth(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_that_listens_is_told_from_one_that_is_open() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue\n";
        let open = "   0: 0100007F:0019 0100007F:9C40 01 00000000:00000000\n";
        let waits = "   1: 00000000:0015 00000000:0000 0A 00000000:00000000\n";
        let all = format!("{head}{open}{waits}");
        assert_eq!(states(&all).collect::<Vec<_>>(), ["01", LISTENS]);
        assert_eq!(states(head).next(), None);
    }
}
