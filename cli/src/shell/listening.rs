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
    let lists = [("tcp", "sockstat"), ("tcp6", "sockstat6")];
    lists.iter().any(|(list, summary)| {
        // The kernel looks for what is in the list in all its networks: that takes a while.
        let summary = fs::read_to_string(format!("/proc/{process}/net/{summary}"));
        if summary.is_ok_and(|text| has_none(&text)) {
            return false;
        }
        let text = fs::read_to_string(format!("/proc/{process}/net/{list}"));
        text.is_ok_and(|text| states(&text).any(wanted))
    })
}

/// Whether the kernel counts no TCP sockets in this network.
fn has_none(summary: &str) -> bool {
    let mut lines = summary.lines();
    lines.any(|line| line.starts_with("TCP: inuse 0 ") || line == "TCP6: inuse 0")
}

fn states(list: &str) -> impl Iterator<Item = &str> {
    let lines = list.lines().skip(1);
    lines.filter_map(|line| line.split_whitespace().nth(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_list_is_read_only_where_something_stands_in_it() {
        let summary =
            "sockets: used 1\nTCP: inuse 0 orphan 0 tw 3 alloc 6 mem 1\nUDP: inuse 2 mem 1\n";
        assert!(has_none(summary) && has_none("TCP6: inuse 0\nUDP6: inuse 1\n"));
        assert!(!has_none(&summary.replace("TCP: inuse 0", "TCP: inuse 10")));
        assert!(!has_none("TCP6: inuse 1\nUDP6: inuse 0\n") && !has_none(""));
    }

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
