//! Every header is drawn whole, every word is explained, and every link leads somewhere.

use super::*;
use crate::dissect::table;

fn all_sheets() -> impl Iterator<Item = (String, Sheet)> {
    let chapters = LAYERS.iter().map(|kind| Chapter::of(kind, None));
    chapters.flat_map(|chapter| {
        let name = chapter.kind.name;
        let specimens = chapter.specimens.into_iter();
        specimens.map(move |one| (format!("{name}: {}", one.title), one.sheet))
    })
}

/// The cells follow each other without a gap, each bit in one; and so do the rows' pieces.
fn assert_whole(what: &str, sheet: &Sheet) {
    let mut at = 0;
    for cell in &sheet.cells {
        assert_eq!(cell.bits.start, at, "{what}: {sheet:#?}");
        assert!(cell.bits.end > at, "{what}: an empty cell");
        at = cell.bits.end;
    }
    assert_eq!(at, sheet.bits, "{what}: the last bit");
    for width in [16, 32] {
        let rows = sheet.rows(width);
        let mut bits = 0;
        for row in &rows {
            assert_eq!(row.at * 8, bits, "{what}: rows of {width}");
            let drawn: u32 = row.pieces.iter().map(|piece| piece.bits).sum();
            assert!(drawn <= width, "{what}: a row too wide");
            bits += if row.open > 0 { row.open * 8 } else { drawn };
        }
        assert_eq!(bits, sheet.bits, "{what}: rows of {width} hold all bits");
        let named = rows.iter().flat_map(|row| &row.pieces);
        let named = named.filter(|piece| piece.named).count();
        assert_eq!(named, sheet.cells.len(), "{what}: each cell is named once");
    }
}

#[test]
fn each_bit_of_each_example_is_in_one_cell_with_a_field() {
    let mut drawn = 0;
    for (what, sheet) in all_sheets() {
        assert_whole(&what, &sheet);
        let nameless = sheet.cells.iter().filter(|cell| cell.field.is_none());
        assert_eq!(nameless.count(), 0, "{what}: {sheet:#?}");
        drawn += 1;
    }
    assert!(drawn > 45, "{drawn} examples");
}

#[test]
fn a_header_of_tcp_is_drawn_as_its_rfc_draws_it() {
    let chapter = Chapter::of(&table::transport::TCP, None);
    let sheet = &chapter.specimens[0].sheet;
    let rows = sheet.rows(32);
    let names = |row: &Row| -> Vec<(&str, u32)> {
        let pieces = row.pieces.iter();
        let name = |piece: &Piece| {
            let field = sheet.cells[piece.cell].field.expect("all have fields");
            (sheet.fields[field].kind.name, piece.bits)
        };
        pieces.map(name).collect()
    };
    assert_eq!(
        names(&rows[0]),
        [("Source port", 16), ("Destination port", 16)]
    );
    assert_eq!(names(&rows[1]), [("Sequence number", 32)]);
    assert_eq!(names(&rows[2]), [("Acknowledgment number", 32)]);
    let flags = names(&rows[3]);
    assert_eq!(flags[0], ("Header length", 4));
    assert_eq!(flags[9..11], [("SYN", 1), ("FIN", 1)]);
    assert_eq!(flags.last(), Some(&("Window", 16)));
    assert_eq!(names(&rows[4]), [("Checksum", 16), ("Urgent pointer", 16)]);
    assert_eq!(names(&rows[5])[2], ("Largest segment", 16));
}

#[test]
fn where_there_is_little_room_bits_have_the_names_that_rfcs_give_them() {
    let initials = |kind, filter: &str| {
        let chapter = Chapter::of(kind, None);
        let mut fields = chapter.specimens.iter().flat_map(|one| &one.sheet.fields);
        let found = fields.find(|field| field.kind.filter == filter);
        found.map(Entry::initials).unwrap_or_default()
    };
    assert_eq!(initials(&table::dns::DNS, "dns.flags.response"), "QR");
    assert_eq!(initials(&table::ip::IPV4, "ip.flags.df"), "DF");
    assert_eq!(initials(&table::icmp6::ICMPV6, "icmpv6.nd.ra.flag.m"), "M");
    assert_eq!(initials(&table::transport::TCP, "tcp.flags.syn"), "SYN");
    assert_eq!(
        initials(&table::ip6::HOP_BY_HOP, "ipv6.opt.type.action"),
        "IU"
    );
}

#[test]
fn what_is_long_is_drawn_open_and_counts_what_it_leaves_out() {
    let chapter = Chapter::of(&table::icmp6::ICMPV6, None);
    let open = chapter.specimens.iter().map(|one| one.sheet.rows(32));
    let open: u32 = open.flatten().map(|row| row.open).sum();
    assert!(open > 0, "the quoted packet of a redirect is long");
}

#[test]
fn every_layer_has_a_chapter_and_every_field_is_in_it() {
    for kind in LAYERS {
        let chapter = Chapter::of(kind, None);
        let shown: Vec<&str> = chapter
            .specimens
            .iter()
            .flat_map(|one| one.sheet.fields.iter().map(|field| field.kind.filter))
            .chain(chapter.others.iter().map(|field| field.filter))
            .collect();
        for field in kind.fields {
            assert!(
                shown.contains(&field.filter),
                "{} of {}",
                field.name,
                kind.name
            );
        }
        assert_eq!(layer_named(kind.filter).map(|k| k.name), Some(kind.name));
    }
}

/// What no example can show: what is broken, cut short, or in several frames.
const NEVER_WHOLE: &[&str] = &[
    "wirestage.rest",
    "wirestage.cut",
    "wirestage.ip.options.broken",
    "wirestage.tcp.options.broken",
    "dns.extraneous.data",
    // What hardware other than Ethernet asks, and what an error tells behind what it quotes.
    "data.data",
    "icmpv6.length",
    "wirestage.dns.part",
    // Parts of other fields, and what stands in a layer of its own.
    "eth.dst.lg",
    "eth.dst.ig",
    "eth.src.lg",
    "eth.src.ig",
    "eth.padding",
    "ip.cur_rt",
    "tcp.options.tfo.request",
];

#[test]
fn every_field_of_a_drawn_header_is_in_some_example() {
    let mut missing = Vec::new();
    // Two headers of IPv6 have the same options: one shows them for both.
    let shown: Vec<&str> = all_sheets()
        .flat_map(|(_, sheet)| sheet.fields)
        .map(|field| field.kind.filter)
        .collect();
    for kind in LAYERS {
        let chapter = Chapter::of(kind, None);
        for field in chapter.others.iter().filter(|_| chapter.drawn) {
            let known = NEVER_WHOLE.contains(&field.filter) || shown.contains(&field.filter);
            if !field.derived && !known {
                missing.push(format!("{}: {}", kind.name, field.filter));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_command_and_code_is_in_the_guide() {
    for (kind, commands, codes) in [
        (&table::ftp::FTP, table::ftp::COMMANDS, table::ftp::CODES),
        (
            &table::smtp::SMTP,
            table::smtp::COMMANDS,
            table::smtp::CODES,
        ),
        (
            &table::http::HTTP,
            table::http::COMMANDS,
            table::http::CODES,
        ),
        (&table::pop3::POP3, table::pop3::COMMANDS, &[]),
    ] {
        let chapter = Chapter::of(kind, None);
        let words = chapter.words.iter().flat_map(|table| &table.rows);
        let words: Vec<&str> = words.map(|word| word.word.as_str()).collect();
        for (command, ..) in commands {
            assert!(words.contains(command), "{command} of {}", kind.name);
        }
        for (code, ..) in codes {
            assert!(words.contains(&code.to_string().as_str()), "{code}");
        }
    }
}

#[test]
fn every_note_is_short_and_has_links_that_lead_somewhere() {
    let ids: Vec<&str> = terms::all().map(|term| term.id).collect();
    assert!(ids.len() >= 70, "{} terms", ids.len());
    for term in terms::all() {
        let words = term.note().says.split_whitespace().count();
        assert!(words <= 40, "{}: {words} words", term.id);
        assert!(
            term.note().says.ends_with('.') || term.note().says.ends_with('”'),
            "{}",
            term.id
        );
        assert_eq!(
            ids.iter().filter(|id| **id == term.id).count(),
            1,
            "{}",
            term.id
        );
        for other in term.note().see {
            assert!(
                ids.contains(other) && *other != term.id,
                "{} → {other}",
                term.id
            );
        }
        assert!(
            is_in_the_guide(term.note().at),
            "{} → {}",
            term.id,
            term.note().at
        );
        let own = terms::marks(term.words[0]);
        let own = own.first().map(|(_, known)| known.id);
        let marked = (!terms::EVERYDAY.contains(&term.id)).then_some(term.id);
        assert_eq!(own, marked, "its own name is found as itself");
    }
}

fn is_in_the_guide(at: &str) -> bool {
    let (layer, item) = at.split_once('/').unwrap_or((at, ""));
    if at.is_empty() {
        return true;
    }
    let Some(kind) = layer_named(layer) else {
        return false;
    };
    let chapter = Chapter::of(kind, None);
    let mut words = chapter.words.iter().flat_map(|table| &table.rows);
    item.is_empty()
        || kind.fields.iter().any(|field| field.filter == item)
        || words.any(|word| word.word == item)
}

#[test]
fn a_term_is_marked_once_where_it_is_first_and_the_longer_one_wins() {
    let marked = |text: &'static str| -> Vec<(&str, &str)> {
        let marks = terms::marks(text).into_iter();
        marks.map(|(range, term)| (&text[range], term.id)).collect()
    };
    assert_eq!(
        marked("The data connection, the connection, a data connection"),
        [
            ("data connection", "data-connection"),
            ("connection", "connection")
        ]
    );
    assert_eq!(
        marked("Ports and PORT: SYNs, syn"),
        [("Ports", "port"), ("SYNs", "syn")]
    );
    assert_eq!(
        marked("“NAT” (TIME-WAIT) — ümlaut reporter"),
        [("NAT", "nat"), ("TIME-WAIT", "time-wait")]
    );
    assert_eq!(marked(""), []);
}

#[test]
fn what_is_looked_for_is_found_by_name_filter_and_meaning() {
    let first = |typed: &str| find(typed).first().map(|hit| hit.at.clone());
    assert_eq!(first("syn").as_deref(), Some("words/syn"));
    assert_eq!(first("RETR").as_deref(), Some("ftp/RETR"));
    assert_eq!(first("425").as_deref(), Some("ftp/425"));
    assert_eq!(
        first("tcp.window_size_value").as_deref(),
        Some("tcp/tcp.window_size_value")
    );
    assert!(
        find("room for")
            .iter()
            .any(|hit| hit.at == "tcp/tcp.window_size_value")
    );
    assert_eq!(find("  ").len(), 0);
    assert_eq!(find("qqqq").len(), 0);
    for typed in ["e", "a b", "…", "tcp"] {
        for hit in find(typed) {
            let leads = match hit.at.strip_prefix("words/") {
                Some(id) => terms::named(id).is_some(),
                None => is_in_the_guide(&hit.at),
            };
            assert!(leads, "{hit:?}");
        }
    }
}
