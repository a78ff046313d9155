//! Writes a message, its names compressed, cut to the size that it may have (RFC 1035 §4.1).

use super::Name;
use super::message::{Header, Message};
use super::name::{LONGEST_LABEL, LONGEST_NAME};
use super::types::{Data, Record};
use crate::base::sorted::Map;

/// The most bytes of a message, over TCP (RFC 1035 §4.2.2).
pub const LARGEST: usize = 65_535;
/// Pointers lead no further.
const POINTED: usize = 0x4000;
/// The longest text of a record.
const LONGEST_TEXT: usize = 255;

/// Writes a message as it goes over TCP.
#[must_use]
pub fn whole(message: &Message) -> Vec<u8> {
    within(message, LARGEST)
}

/// Writes a message of at most so many bytes. Where it is longer, whole sections are left out:
/// first what is good to know, then the authorities, then the answers. The message says that
/// it was cut where what is missing was needed (RFC 2181 §9), as is the address of a server
/// that the other is sent to (RFC 9471 §2).
#[must_use]
pub fn within(message: &Message, most: usize) -> Vec<u8> {
    let refers = message.is_referral();
    for kept in [3, 2, 1, 0] {
        let is_cut = match kept {
            3 => false,
            2 => refers,
            _ => true,
        };
        let bytes = write(message, kept, is_cut);
        if bytes.len() <= most.min(LARGEST) || kept == 0 {
            return bytes;
        }
    }
    Vec::new()
}

/// Writes a message with this many of its sections.
fn write(message: &Message, kept: usize, is_cut: bool) -> Vec<u8> {
    let mut writer = Writer::default();
    let sections = [&message.answers, &message.authority, &message.additional];
    let records = |index: usize| -> &[Record] {
        let section = sections.get(index).filter(|_| index < kept);
        section.map_or(&[], |section| {
            section.get(..usize::from(u16::MAX)).unwrap_or(section)
        })
    };
    let extended = message.extensions.is_some();
    writer.word(message.header.id);
    writer.word(flags(&message.header, is_cut));
    writer.count(message.questions.len());
    for index in 0..3 {
        let own = usize::from(index == 2 && extended);
        writer.count(records(index).len() + own);
    }
    for question in message.questions.iter().take(usize::from(u16::MAX)) {
        writer.name(&question.name);
        writer.word(question.kind.number());
        writer.word(1);
    }
    for record in (0..3).flat_map(records) {
        writer.record(record);
        // It will be cut anyway.
        if writer.bytes.len() > 2 * LARGEST {
            break;
        }
    }
    if let Some(extensions) = message.extensions {
        // RFC 6891 §6.1.2: the root's name, the size as class, the rest of the code in the TTL.
        let [high, _] = (message.header.rcode.0 << 4).to_be_bytes();
        writer.bytes.push(0);
        writer.word(41);
        writer.word(extensions.size);
        writer.bytes.extend([high, extensions.version, 0, 0, 0, 0]);
    }
    writer.bytes
}

fn flags(header: &Header, is_cut: bool) -> u16 {
    let bit = |is: bool, bit: u16| if is { bit } else { 0 };
    bit(header.is_answer, 0x8000)
        | u16::from(header.opcode & 15) << 11
        | bit(header.authoritative, 0x0400)
        | bit(header.truncated || is_cut, 0x0200)
        | bit(header.wants_recursion, 0x0100)
        | bit(header.offers_recursion, 0x0080)
        | header.rcode.0 & 15
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    /// Where names stand that others may point to.
    known: Map<Name, u16>,
}

impl Writer {
    fn word(&mut self, word: u16) {
        self.bytes.extend(word.to_be_bytes());
    }

    fn long(&mut self, long: u32) {
        self.bytes.extend(long.to_be_bytes());
    }

    fn count(&mut self, count: usize) {
        self.word(u16::try_from(count).unwrap_or(u16::MAX));
    }

    fn record(&mut self, record: &Record) {
        self.name(&record.name);
        self.word(record.data.kind().number());
        self.word(1);
        self.long(record.ttl_s);
        let at = self.bytes.len();
        self.word(0);
        self.data(&record.data);
        let len = u16::try_from(self.bytes.len() - at - 2).unwrap_or(u16::MAX);
        if let Some(place) = self.bytes.get_mut(at..at + 2) {
            place.copy_from_slice(&len.to_be_bytes());
        }
    }

    fn data(&mut self, data: &Data) {
        match data {
            Data::A(addr) => self.bytes.extend(addr.octets()),
            Data::Aaaa(addr) => self.bytes.extend(addr.octets()),
            Data::Ns(name) | Data::Cname(name) | Data::Ptr(name) => self.name(name),
            Data::Mx(preference, host) => {
                self.word(*preference);
                self.name(host);
            }
            Data::Soa(soa) => {
                self.name(&soa.server);
                self.name(&soa.person);
                for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] {
                    self.long(number);
                }
            }
            Data::Txt(texts) => {
                for text in texts {
                    let bytes = text.as_bytes();
                    let cut = bytes.get(..LONGEST_TEXT).unwrap_or(bytes);
                    self.bytes.push(u8::try_from(cut.len()).unwrap_or(u8::MAX));
                    self.bytes.extend(cut);
                }
            }
            Data::Other(_, bytes) => {
                let cut = bytes.get(..usize::from(u16::MAX)).unwrap_or(bytes);
                self.bytes.extend(cut);
            }
        }
    }

    /// A name, the end of which points to where it stands already. One that is too long is cut.
    fn name(&mut self, name: &Name) {
        let mut len = 1;
        let mut rest = name.clone();
        for label in name.labels() {
            if let Some(at) = self.known.get(&rest) {
                return self.word(0xc000 | *at);
            }
            let here = u16::try_from(self.bytes.len()).ok();
            if let Some(at) = here.filter(|at| usize::from(*at) < POINTED) {
                self.known.insert(rest.clone(), at);
            }
            rest = rest.parent().unwrap_or_default();
            let cut = label.get(..LONGEST_LABEL).unwrap_or(&label);
            len += cut.len() + 1;
            if len > LONGEST_NAME {
                break;
            }
            self.bytes.push(u8::try_from(cut.len()).unwrap_or(0));
            self.bytes.extend(cut);
        }
        self.bytes.push(0);
    }
}
