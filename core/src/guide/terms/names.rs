//! Words of names.

use super::{Term, term};

pub(super) const TERMS: &[Term] = &[
    term!(
        "dns",
        &["DNS"],
        "The directory of the internet: for a name it tells the address, or who takes its mail. The data are spread over many servers, each for its part.",
        "RFC 1034 §2.4",
        &["resolver", "zone", "mx"],
        "dns",
    ),
    term!(
        "resolver",
        &["resolver"],
        "The part of a host that asks name servers for its programs, and keeps the answers for as long as they may be kept.",
        "RFC 1034 §5",
        &["dns", "name-server", "ttl"],
        "dns",
    ),
    term!(
        "name-server",
        &["name server"],
        "A program that answers questions about names: for its own zones from its own data, and, where it is asked to, by asking others.",
        "RFC 1034 §4",
        &["zone", "resolver", "recursion"],
        "dns",
    ),
    term!(
        "zone",
        &["zone"],
        "The part of all names that one set of name servers answers for: example.net and what is below it, unless that was handed on.",
        "RFC 1034 §4.2",
        &["name-server", "record"],
        "dns/dns.flags.authoritative",
    ),
    term!(
        "record",
        &["DNS record", "record", "A record"],
        "One fact about a name: its address (A, AAAA), who takes its mail (MX), another name for it (CNAME), a text (TXT).",
        "RFC 1035 §3.2",
        &["mx", "zone"],
        "dns/dns.resp.type",
    ),
    term!(
        "mx",
        &["MX"],
        "The record that says which host takes the mail of a domain. There may be several; the one with the lowest number is tried first.",
        "RFC 5321 §5.1",
        &["dns", "mta", "record"],
        "dns/dns.mx.mail_exchange",
    ),
    term!(
        "recursion",
        &["recursion", "recursive"],
        "Asking a name server to find the whole answer, by asking as many others as it takes, rather than to say who knows more.",
        "RFC 1034 §4.3.1",
        &["name-server", "resolver"],
        "dns/dns.flags.recdesired",
    ),
    term!(
        "domain",
        &["domain"],
        "A name that others can stand below, such as example.net. In a mail address it is what stands behind the @.",
        "RFC 1034 §3.1",
        &["dns", "zone", "mx"],
        "dns/dns.qry.name",
    ),
];
