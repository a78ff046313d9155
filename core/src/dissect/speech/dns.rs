//! DNS: questions and their answers, in datagrams and on connections.

use super::{Ear, Sort};
use crate::dissect::table::dns::message as m;
use crate::dissect::talks::{End, Place};
use std::collections::VecDeque;

/// Questions that were asked, the oldest first.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    asked: VecDeque<Asked>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    number: u16,
    asker: End,
    server: End,
    place: Place,
    is_answered: bool,
}

/// Questions that are remembered.
const MOST: usize = 256;
/// Up to the bit that tells answers from questions.
const BEGINNING: usize = 3;

impl Talk {
    /// A datagram is a message.
    pub fn datagram(&mut self, ear: &mut Ear) {
        let message = first_bytes(ear.bytes());
        ear.cut(ear.bytes().len(), Sort::Dns);
        self.relate(ear, message);
    }

    /// RFC 1035 §4.2.2: a length before each message.
    pub fn hear(&mut self, ear: &mut Ear) {
        while let Some([high, low]) = ear.bytes().first_chunk() {
            let len = usize::from(u16::from_be_bytes([*high, *low])) + 2;
            let message = ear.bytes().get(2..len).and_then(first_bytes);
            if ear.bytes().len() < len {
                break;
            }
            ear.cut(len, Sort::DnsInStream);
            self.relate(ear, message);
        }
        if ear.is_last() {
            ear.cut(ear.bytes().len(), Sort::DnsInStream);
        }
    }

    /// An answer has its question's number, and goes back between the same ends
    /// (RFC 5452 §9.1). Who hears nothing asks again under the same number.
    fn relate(&mut self, ear: &mut Ear, message: Option<[u8; BEGINNING]>) {
        let Some([high, low, flags]) = message.filter(|_| !ear.is_alone) else {
            return;
        };
        let number = u16::from_be_bytes([high, low]);
        if flags & 0x80 == 0 {
            let (asker, server) = ear.ends;
            if self.asked.len() == MOST {
                self.asked.pop_front();
            }
            self.asked.push_back(Asked {
                number,
                asker,
                server,
                place: ear.place(),
                is_answered: false,
            });
            return;
        }
        let (server, asker) = ear.ends;
        let is_it = |asked: &Asked| {
            asked.number == number && asked.asker == asker && asked.server == server
        };
        let (mut first, mut last) = (None, None);
        for asked in self.asked.iter_mut().filter(|asked| is_it(asked)) {
            last = Some(asked.place.frame);
            if !std::mem::replace(&mut asked.is_answered, true) {
                first.get_or_insert(asked.place.frame);
                ear.tell(asked.place, &m::ANSWER_IN, ear.frame.into());
            }
        }
        // An answer may come twice.
        let frame = first.or(last);
        if let Some(frame) = frame {
            ear.fact(&m::QUESTION_IN, frame.into());
        }
    }
}

fn first_bytes(message: &[u8]) -> Option<[u8; BEGINNING]> {
    message.first_chunk().copied()
}
