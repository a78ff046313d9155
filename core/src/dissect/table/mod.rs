//! All layers and fields that are known: their names, and what they mean.

pub mod data;
pub mod dns;
pub mod dns_records;
pub mod ftp;
pub mod ftp_words;
pub mod http;
pub mod http_words;
pub mod icmp;
pub mod icmp6;
pub mod ip;
pub mod ip6;
pub mod ip6_options;
pub mod ip_options;
pub mod link;
pub mod mail;
pub mod mime;
pub mod mld;
pub mod neighbors;
pub mod pop3;
pub mod smtp;
pub mod smtp_words;
pub mod tcp_options;
#[cfg(test)]
mod tests;
pub mod transport;

use super::kinds::LayerKind;

/// All layers, from the wire upwards.
pub static LAYERS: &[&LayerKind] = &[
    &link::ETHERNET,
    &link::VLAN,
    &link::ARP,
    &ip::IPV4,
    &ip6::IPV6,
    &ip6::HOP_BY_HOP,
    &ip6::ROUTING,
    &ip6::FRAGMENT,
    &ip6::DESTINATION_OPTIONS,
    &icmp::ICMP,
    &icmp6::ICMPV6,
    &transport::UDP,
    &transport::TCP,
    &dns::DNS,
    &ftp::FTP,
    &ftp::FTP_DATA,
    &smtp::SMTP,
    &mail::IMF,
    &mail::MULTIPART,
    &pop3::POP3,
    &http::HTTP,
    &data::SEGMENT,
    &data::TEXT,
    &data::DATA,
    &data::PADDING,
];
