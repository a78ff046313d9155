//! In which forms each layer occurs, and an example of each that is drawn.

use super::examples as e;
use crate::dissect::table::dns::message as dns;
use crate::dissect::table::dns_records::record;
use crate::dissect::table::ftp::control as ftp;
use crate::dissect::table::http::message as http;
use crate::dissect::table::icmp::icmp as i4;
use crate::dissect::table::icmp6::icmpv6 as i6;
use crate::dissect::table::ip::ipv4;
use crate::dissect::table::link::{arp, ethernet};
use crate::dissect::table::pop3::dialogue as pop3;
use crate::dissect::table::smtp::dialogue as smtp;
use crate::dissect::table::transport::tcp;
use crate::dissect::table::{self as t, ip_options, ip6_options, tcp_options};
use crate::dissect::{Dissection, FieldKind, Layer, LayerKind};

/// A form of a layer.
#[derive(Debug)]
pub(super) struct Form {
    /// Of which layer.
    pub layer: &'static LayerKind,
    /// In a few words: `Echo request`.
    pub title: &'static str,
    /// The field that makes the form, and its number where that matters too.
    pub by: Option<(&'static FieldKind, Option<u64>)>,
    /// A frame that has it. What is made of lines is not drawn, and needs none.
    pub example: &'static [u8],
}

impl Form {
    /// Whether a layer has this form.
    pub fn fits(&self, dissection: &Dissection, layer: &Layer) -> bool {
        if !std::ptr::eq(layer.kind, self.layer) || layer.quoted {
            return false;
        }
        let Some((kind, number)) = self.by else {
            return true;
        };
        let mut fields = dissection.fields_of(layer).iter();
        fields.any(|f| std::ptr::eq(f.kind, kind) && number.is_none_or(|n| n == f.number))
    }
}

const fn any(layer: &'static LayerKind, title: &'static str, example: &'static [u8]) -> Form {
    Form {
        layer,
        title,
        by: None,
        example,
    }
}

const fn with(
    layer: &'static LayerKind,
    title: &'static str,
    kind: &'static FieldKind,
    example: &'static [u8],
) -> Form {
    Form {
        layer,
        title,
        by: Some((kind, None)),
        example,
    }
}

const fn is(
    layer: &'static LayerKind,
    title: &'static str,
    (kind, number): (&'static FieldKind, u64),
    example: &'static [u8],
) -> Form {
    Form {
        layer,
        title,
        by: Some((kind, Some(number))),
        example,
    }
}

/// All forms, each layer's most usual first.
pub(super) static FORMS: &[Form] = &[
    with(
        &t::link::ETHERNET,
        "A frame",
        &ethernet::TYPE,
        &e::TCP_WORDS,
    ),
    with(
        &t::link::ETHERNET,
        "With a length",
        &ethernet::LENGTH,
        &e::LENGTH_FRAME,
    ),
    any(&t::link::VLAN, "A tag", &e::TAGGED_ARP),
    is(
        &t::link::ARP,
        "Question",
        (&arp::OPERATION, 1),
        &e::TAGGED_ARP,
    ),
    is(&t::link::ARP, "Answer", (&arp::OPERATION, 2), &e::ARP_REPLY),
    any(&t::ip::IPV4, "A packet", &e::TCP_WORDS),
    is(
        &t::ip::IPV4,
        "A piece of one",
        (&ipv4::MORE_FRAGMENTS, 1),
        &e::IPV4_PIECE,
    ),
    with(
        &t::ip::IPV4,
        "Route recorded",
        &ip_options::RECORD_ROUTE,
        &e::IPV4_ROUTE,
    ),
    with(
        &t::ip::IPV4,
        "Stamps and stops",
        &ip_options::TIMESTAMP,
        &e::IPV4_STOPS,
    ),
    with(
        &t::ip::IPV4,
        "No other way",
        &ip_options::STRICT_ROUTE,
        &e::IPV4_SECURITY,
    ),
    with(
        &t::ip::IPV4,
        "Router alert",
        &ip_options::ROUTER_ALERT,
        &e::IPV4_ALERT,
    ),
    any(&t::ip6::IPV6, "A packet", &e::IPV6),
    any(&t::ip6::HOP_BY_HOP, "Router alert", &e::IPV6_HEADERS),
    with(
        &t::ip6::HOP_BY_HOP,
        "Jumbo length",
        &ip6_options::JUMBO,
        &e::IPV6_JUMBO,
    ),
    any(&t::ip6::ROUTING, "Stops", &e::IPV6_HEADERS),
    with(
        &t::ip6::ROUTING,
        "Of an unknown kind",
        &t::ip6::routing::DATA,
        &e::IPV6_ROUTING_DATA,
    ),
    any(&t::ip6::FRAGMENT, "A piece", &e::IPV6_HEADERS),
    any(&t::ip6::DESTINATION_OPTIONS, "Padding", &e::IPV6_HEADERS),
    is(
        &t::icmp::ICMP,
        "Echo request",
        (&i4::KIND, 8),
        &e::ICMP_ECHO,
    ),
    is(&t::icmp::ICMP, "Echo reply", (&i4::KIND, 0), &e::ICMP_REPLY),
    is(
        &t::icmp::ICMP,
        "Unreachable",
        (&i4::KIND, 3),
        &e::ICMP_UNREACHABLE,
    ),
    with(&t::icmp::ICMP, "Too long", &i4::MTU, &e::ICMP_TOO_LONG),
    is(
        &t::icmp::ICMP,
        "Time exceeded",
        (&i4::KIND, 11),
        &e::ICMP_EXCEEDED,
    ),
    is(
        &t::icmp::ICMP,
        "Redirect",
        (&i4::KIND, 5),
        &e::ICMP_REDIRECT,
    ),
    is(
        &t::icmp::ICMP,
        "Parameter problem",
        (&i4::KIND, 12),
        &e::ICMP_PROBLEM,
    ),
    with(&t::icmp::ICMP, "Times", &i4::ORIGINATE, &e::ICMP_STAMPS),
    is(
        &t::icmp6::ICMPV6,
        "Who has it?",
        (&i6::KIND, 135),
        &e::SOLICIT,
    ),
    is(
        &t::icmp6::ICMPV6,
        "It is mine",
        (&i6::KIND, 136),
        &e::ADVERTISE,
    ),
    is(
        &t::icmp6::ICMPV6,
        "Is there a router?",
        (&i6::KIND, 133),
        &e::SOLICIT_ROUTER,
    ),
    is(
        &t::icmp6::ICMPV6,
        "I am a router",
        (&i6::KIND, 134),
        &e::ADVERTISE_ROUTER,
    ),
    is(
        &t::icmp6::ICMPV6,
        "Redirect",
        (&i6::KIND, 137),
        &e::REDIRECT6,
    ),
    is(
        &t::icmp6::ICMPV6,
        "Echo request",
        (&i6::KIND, 128),
        &e::ECHO6,
    ),
    is(
        &t::icmp6::ICMPV6,
        "Echo reply",
        (&i6::KIND, 129),
        &e::REPLY6,
    ),
    is(
        &t::icmp6::ICMPV6,
        "Unreachable",
        (&i6::KIND, 1),
        &e::UNREACHABLE6,
    ),
    is(&t::icmp6::ICMPV6, "Too big", (&i6::KIND, 2), &e::TOO_BIG6),
    is(
        &t::icmp6::ICMPV6,
        "Time exceeded",
        (&i6::KIND, 3),
        &e::EXCEEDED6,
    ),
    is(
        &t::icmp6::ICMPV6,
        "Parameter problem",
        (&i6::KIND, 4),
        &e::PROBLEM6,
    ),
    is(&t::icmp6::ICMPV6, "Groups", (&i6::KIND, 143), &e::GROUPS),
    any(&t::transport::UDP, "A datagram", &e::IPV6),
    is(&t::transport::TCP, "Opens", (&tcp::SYN, 1), &e::TCP_SYN),
    is(
        &t::transport::TCP,
        "Carries bytes",
        (&tcp::PSH, 1),
        &e::TCP_WORDS,
    ),
    is(&t::transport::TCP, "Ends", (&tcp::FIN, 1), &[]),
    is(&t::transport::TCP, "Breaks off", (&tcp::RST, 1), &[]),
    with(
        &t::transport::TCP,
        "With a gap",
        &tcp_options::SACK,
        &e::TCP_SACK,
    ),
    with(
        &t::transport::TCP,
        "Rare options",
        &tcp_options::MD5,
        &e::TCP_RARE,
    ),
    with(
        &t::transport::TCP,
        "Fast open",
        &tcp_options::COOKIE_REQUEST,
        &e::TCP_ASK,
    ),
    is(
        &t::dns::DNS,
        "Question",
        (&dns::IS_ANSWER, 0),
        &e::DNS_QUESTION,
    ),
    with(&t::dns::DNS, "Address", &record::A, &e::DNS_ANSWER),
    with(&t::dns::DNS, "Mail", &record::MX_HOST, &e::DNS_MAIL),
    with(&t::dns::DNS, "A no", &record::SOA_SERIAL, &e::DNS_NO),
    with(&t::dns::DNS, "Text", &record::TXT, &e::DNS_TEXT),
    with(&t::dns::DNS, "Over TCP", &dns::LENGTH, &e::DNS_TCP),
    with(&t::ftp::FTP, "A command", &ftp::COMMAND, &[]),
    with(&t::ftp::FTP, "A reply", &ftp::CODE, &[]),
    any(&t::ftp::FTP_DATA, "A part", &[]),
    with(&t::smtp::SMTP, "A command", &smtp::COMMAND, &[]),
    with(&t::smtp::SMTP, "A reply", &smtp::CODE, &[]),
    any(&t::mail::IMF, "A letter", &[]),
    any(&t::mail::MULTIPART, "Parts", &[]),
    with(&t::pop3::POP3, "A command", &pop3::COMMAND, &[]),
    with(&t::pop3::POP3, "A reply", &pop3::STATUS, &[]),
    with(&t::http::HTTP, "A request", &http::REQUEST_LINE, &[]),
    with(&t::http::HTTP, "An answer", &http::STATUS_LINE, &[]),
];
