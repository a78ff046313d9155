//! What programs say: who speaks which protocol, how what is said is cut into stretches of one
//! sort, and how each sort is read.

mod dns;
#[cfg(test)]
mod dns_tests;
mod ear;
mod ftp;
mod ftp_data;
mod ftp_lines;
#[cfg(test)]
mod ftp_tests;
mod http;
#[cfg(test)]
mod http_tests;
mod letter;
#[cfg(test)]
mod letter_tests;
mod lines;
mod mime;
mod pop3;
#[cfg(test)]
mod pop3_tests;
mod search;
mod shared;
mod smtp;
mod smtp_lines;
#[cfg(test)]
mod smtp_tests;

pub(super) use ear::Ear;
pub(super) use shared::Shared;

use super::Dissection;
use super::dns as names;
use super::kinds::LayerKind;
use super::read::Reader;
use super::table::{self, data};
use super::talks::{End, Stretch};

/// What a stretch of what is said is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Bytes that mean something only together with those of other frames.
    Part,
    /// Bytes that came before.
    Again,
    /// Bytes that wait for those before them.
    Early,
    FtpCommand,
    FtpReply,
    /// A line within a reply of several.
    FtpFurther,
    /// A line that is neither command nor reply.
    FtpLine,
    FtpData,
    /// A line of a list of files.
    FtpListLine,
    SmtpCommand,
    SmtpReply,
    /// A line of the answer to EHLO, behind the first.
    SmtpOffer,
    /// A line that is none of these, such as a line of a letter whose beginning was not seen.
    SmtpLine,
    /// Bytes of a letter.
    SmtpPart,
    /// The lone dot.
    SmtpEnd,
    /// A line of logging in: the user name.
    SmtpUser,
    /// A line of logging in: the password.
    SmtpPassword,
    /// A line of logging in: all there is to know.
    SmtpCredentials,
    /// A whole letter, as it goes over the wire.
    Letter,
    Pop(pop3::Line),
    Http(http::Part),
    /// A message behind its length.
    DnsInStream,
    Dns,
    TextLine,
    Bytes,
}

/// A service that is known, by its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Ftp,
    FtpData,
    Smtp,
    Pop3,
    Http,
    Dns,
}

/// Which service waits at a port.
pub(super) fn service(port: u16) -> Option<Service> {
    Some(match port {
        20 => Service::FtpData,
        21 => Service::Ftp,
        25 | 587 => Service::Smtp,
        53 => Service::Dns,
        80 => Service::Http,
        110 => Service::Pop3,
        _ => return None,
    })
}

/// What is spoken on a connection, and how far it has come.
#[derive(Debug)]
pub(super) enum Speech {
    Ftp(ftp::Talk),
    FtpData(ftp_data::Talk),
    Smtp(smtp::Talk),
    Pop3(pop3::Talk),
    Http(http::Talk),
    Dns(dns::Talk),
    /// Datagrams, which say by their ports what they are.
    Datagrams(dns::Talk),
    /// Nothing that is known.
    Other,
}

impl Default for Speech {
    fn default() -> Self {
        Self::Datagrams(dns::Talk::default())
    }
}

impl Speech {
    /// What is spoken between the one who opened a connection and the one who waited.
    pub fn between(opener: End, other: End, shared: &mut Shared) -> Self {
        let of_ports = service(other.port).or(service(opener.port));
        if let None | Some(Service::FtpData) = of_ports
            && let Some(agreed) = shared.opens(opener, other)
        {
            return Self::FtpData(ftp_data::Talk::of(agreed));
        }
        match of_ports {
            Some(Service::Ftp) => Self::Ftp(ftp::Talk::default()),
            Some(Service::FtpData) => Self::FtpData(ftp_data::Talk::default()),
            Some(Service::Smtp) => Self::Smtp(smtp::Talk::default()),
            Some(Service::Pop3) => Self::Pop3(pop3::Talk::default()),
            Some(Service::Http) => Self::Http(http::Talk::default()),
            Some(Service::Dns) => Self::Dns(dns::Talk::default()),
            None => Self::Other,
        }
    }

    /// Whether something is known of datagrams between these ports.
    pub fn is_about_datagrams(&self, from: u16, to: u16) -> Option<()> {
        (from == 53 || to == 53).then_some(())
    }

    /// Cuts what was said into stretches, as far as it is whole.
    pub fn hear(&mut self, ear: &mut Ear, shared: &mut Shared) {
        match self {
            Self::Ftp(talk) => talk.hear(ear, shared),
            Self::Smtp(talk) => talk.hear(ear),
            Self::Pop3(talk) => talk.hear(ear),
            Self::Http(talk) => talk.hear(ear),
            Self::FtpData(talk) => talk.hear(ear, shared),
            Self::Dns(talk) => talk.hear(ear),
            Self::Datagrams(talk) if is_about_names(ear) => talk.datagram(ear),
            Self::Datagrams(_) => other(ear),
            Self::Other => other(ear),
        }
    }
}

fn is_about_names(ear: &Ear) -> bool {
    let (from, to) = ear.ends;
    service(from.port) == Some(Service::Dns) || service(to.port) == Some(Service::Dns)
}

/// Text line by line, where it is text; else bytes as they are.
fn other(ear: &mut Ear) {
    if !lines::is_text(ear.bytes()) {
        ear.cut(ear.bytes().len(), Sort::Bytes);
    }
    while !ear.bytes().is_empty() {
        let len = lines::line(ear.bytes()).unwrap_or(ear.bytes().len());
        ear.cut(len, Sort::TextLine);
    }
}

/// In which kind of layer a sort is shown.
pub(super) fn layer(sort: Sort) -> &'static LayerKind {
    match sort {
        Sort::Part | Sort::Again | Sort::Early => &data::SEGMENT,
        Sort::FtpCommand | Sort::FtpReply | Sort::FtpFurther | Sort::FtpLine => &table::ftp::FTP,
        Sort::FtpData | Sort::FtpListLine => &table::ftp::FTP_DATA,
        Sort::SmtpCommand | Sort::SmtpReply | Sort::SmtpOffer | Sort::SmtpLine => {
            &table::smtp::SMTP
        }
        Sort::SmtpPart | Sort::SmtpEnd => &table::smtp::SMTP,
        Sort::SmtpUser | Sort::SmtpPassword | Sort::SmtpCredentials => &table::smtp::SMTP,
        Sort::Letter => &table::mail::IMF,
        Sort::Pop(_) => &table::pop3::POP3,
        Sort::Http(_) => &table::http::HTTP,
        Sort::DnsInStream | Sort::Dns => &table::dns::DNS,
        Sort::TextLine => &data::TEXT,
        Sort::Bytes => &data::DATA,
    }
}

/// In which kind of layer a stretch is shown in its frame: what ends here and began in others is
/// shown beside it.
pub(super) fn layer_here(stretch: &Stretch) -> &'static LayerKind {
    match stretch.whole.is_empty() {
        true => layer(stretch.sort),
        false => &data::SEGMENT,
    }
}

/// Reads a stretch: all that is left.
pub(super) fn read(r: &mut Reader, stretch: &Stretch) {
    let range = stretch.range.clone();
    if stretch.whole.is_empty() {
        read_as(r, stretch.sort);
        let _ = r.rest(&data::bytes::REST);
        for (kind, number) in &stretch.facts {
            r.put(kind, *number, range.clone());
        }
        return;
    }
    let _ = r.rest(&data::segment::PART);
    let len: usize = stretch.whole.iter().map(|piece| piece.range.len()).sum();
    r.put(
        &data::segment::COUNT,
        stretch.whole.len() as u64,
        range.clone(),
    );
    r.put(&data::segment::LENGTH, len as u64, range);
}

/// Reads what a frame completes, put together, as a layer of its own.
pub(super) fn read_whole(into: &mut Dissection, stretch: &Stretch, bytes: &[u8], source: u8) {
    let mut r = Reader::over(bytes, source, into);
    read_as(&mut r, stretch.sort);
    let _ = r.rest(&data::bytes::REST);
    for (kind, number) in &stretch.facts {
        r.put(kind, *number, 0..bytes.len());
    }
    r.finish(layer(stretch.sort));
}

fn read_as(r: &mut Reader, sort: Sort) {
    let _ = match sort {
        Sort::Part => r.rest(&data::segment::PART),
        Sort::Again => r.rest(&data::segment::AGAIN),
        Sort::Early => r.rest(&data::segment::EARLY),
        Sort::FtpCommand => ftp_lines::command(r),
        Sort::FtpReply => ftp_lines::reply(r),
        Sort::FtpFurther => ftp_lines::text(r, &table::ftp::control::FURTHER_LINE),
        Sort::FtpLine => ftp_lines::text(r, &table::ftp::control::LINE),
        Sort::FtpData => r.rest(&table::ftp::transfer::BYTES),
        Sort::FtpListLine => r.rest(&table::ftp::transfer::LINE),
        Sort::SmtpCommand => smtp_lines::command(r),
        Sort::SmtpReply => smtp_lines::reply(r, false),
        Sort::SmtpOffer => smtp_lines::reply(r, true),
        Sort::SmtpPart => r.rest(&table::smtp::dialogue::FRAGMENT),
        Sort::SmtpEnd => smtp_lines::end(r),
        Sort::SmtpUser | Sort::SmtpPassword | Sort::SmtpCredentials => {
            smtp_lines::credentials(r, sort)
        }
        Sort::Letter => letter::letter(r),
        Sort::SmtpLine => r.rest(&table::smtp::dialogue::LINE),
        Sort::Pop(line) => pop3::read(r, line),
        Sort::Http(part) => http::read(r, part),
        Sort::DnsInStream => names::dns(r, true),
        Sort::Dns => names::dns(r, false),
        Sort::TextLine => r.rest(&data::text::LINE),
        Sort::Bytes => r.rest(&data::bytes::DATA),
    };
}
