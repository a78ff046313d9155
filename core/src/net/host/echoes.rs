//! Echoes: what a host asks others to send back (ICMP and ICMPv6), and what comes back.

use super::Host;
use super::datagrams::Waiting;
use crate::base::{ProgramId, Turn, Unreachable};
use crate::net::wires::Wires;
use crate::program::{Input, Token};
use crate::timeline::{Moment, TurnRecord};
use smoltcp::iface::SocketHandle;
use smoltcp::socket::icmp;
use std::collections::VecDeque;
use std::net::IpAddr;

/// Questions that a program may still get answers to.
const REMEMBERED: usize = 256;
/// Bytes and answers that wait for a program.
const BUFFER: usize = 64 << 10;
const PACKETS: usize = 16;
/// Type, code, checksum, number of the asker, number of the question.
const HEADER: usize = 8;

/// What a program asks to be echoed.
pub(super) struct Question {
    pub token: Token,
    pub to: IpAddr,
    pub sequence: u16,
    pub len: u16,
    pub hop_limit: Option<u8>,
    pub turn: Option<Turn>,
}

/// A program that asks, and what it has asked.
pub(super) struct Asker {
    program: ProgramId,
    ident: u16,
    handle: SocketHandle,
    asked: VecDeque<(u16, Token)>,
}

impl Host {
    pub(super) fn send_echo(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        question: Question,
    ) {
        let Question {
            token,
            to,
            sequence,
            len,
            hop_limit,
            turn,
        } = question;
        let turn = turn.map(|turn| {
            let range = (0, u64::from(len));
            let record = TurnRecord {
                conn: None,
                to: Some(to),
                range,
                turn,
                carried: None,
            };
            wires.timeline.record_turn(at, record)
        });
        let whole = HEADER + usize::from(len);
        let own = match self.sends_whole(to, whole) {
            Ok(own) => own,
            Err(reason) => {
                let from = self.address_like(to).unwrap_or(to);
                return self.answer(program, undelivered(token, sequence, from, reason));
            }
        };
        let index = self.asker(program);
        let asker = &mut self.datagrams.askers[index];
        if asker.asked.len() == REMEMBERED {
            asker.asked.pop_front();
        }
        asker.asked.push_back((sequence, token));
        let ident = asker.ident;
        let mut waiting = Waiting::new(program, token, (sequence, own), at.now, turn);
        let buffer = |size: usize| {
            icmp::PacketBuffer::new(vec![icmp::PacketMetadata::EMPTY; 1], vec![0; size.max(1)])
        };
        let mut socket = icmp::Socket::new(buffer(0), buffer(whole));
        socket.set_hop_limit(hop_limit.map(|limit| limit.max(1)));
        socket
            .bind(icmp::Endpoint::Ident(ident))
            .expect("a fresh socket binds");
        socket
            .send_slice(&request(to, (ident, sequence), whole), to.into())
            .expect("it has room for just this");
        waiting.set.add(socket);
        self.expect_neighbour(at, own, to);
        self.post(wires, at, waiting);
    }

    /// Tells programs of the echoes that arrived.
    pub(super) fn read_echoes(&mut self, wires: &mut Wires, at: Moment, hop_limit: u8) {
        for index in 0..self.datagrams.askers.len() {
            while let Some((program, input)) = self.read_echo(index, hop_limit) {
                self.tell(wires, at, program, input);
            }
        }
    }

    fn read_echo(&mut self, index: usize, hop_limit: u8) -> Option<(ProgramId, Input<'static>)> {
        let asker = &self.datagrams.askers[index];
        let (program, handle) = (asker.program, asker.handle);
        let socket = self.datagrams.set.get_mut::<icmp::Socket<'_>>(handle);
        while let Ok((bytes, from)) = socket.recv() {
            let Some(&[kind, _, _, _, _, _, high, low]) = bytes.first_chunk::<HEADER>() else {
                continue;
            };
            let sequence = u16::from_be_bytes([high, low]);
            let is_reply = matches!(
                (IpAddr::from(from), kind),
                (IpAddr::V4(_), 0) | (IpAddr::V6(_), 129)
            );
            let mut asked = asker.asked.iter().rev();
            let token = asked.find(|(asked, _)| *asked == sequence);
            if let Some(&(_, token)) = token.filter(|_| is_reply) {
                let input = Input::Echoed {
                    token,
                    from: from.into(),
                    sequence,
                    len: u16::try_from(bytes.len() - HEADER).unwrap_or(u16::MAX),
                    hop_limit,
                };
                return Some((program, input));
            }
        }
        None
    }

    /// Whose question an echo's two numbers name.
    pub(super) fn asked(&self, ident: u16, sequence: u16) -> Option<(ProgramId, Token)> {
        let mut askers = self.datagrams.askers.iter();
        let asker = askers.find(|asker| asker.ident == ident)?;
        let mut asked = asker.asked.iter().rev();
        let (_, token) = asked.find(|(asked, _)| *asked == sequence)?;
        Some((asker.program, *token))
    }

    /// A program that asks; the first time, it gets a number and a place for answers.
    fn asker(&mut self, program: ProgramId) -> usize {
        let mut askers = self.datagrams.askers.iter();
        if let Some(index) = askers.position(|asker| asker.program == program) {
            return index;
        }
        let own = u16::try_from(program.index()).unwrap_or(0);
        let ident = self.ident.wrapping_add(own);
        let buffer =
            || icmp::PacketBuffer::new(vec![icmp::PacketMetadata::EMPTY; PACKETS], vec![0; BUFFER]);
        let mut socket = icmp::Socket::new(buffer(), buffer());
        socket
            .bind(icmp::Endpoint::Ident(ident))
            .expect("a fresh socket binds");
        let handle = self.datagrams.set.add(socket);
        self.datagrams.askers.push(Asker {
            program,
            ident,
            handle,
            asked: VecDeque::new(),
        });
        self.datagrams.askers.len() - 1
    }
}

/// What a program is told of a packet that did not get where it was sent.
pub(super) fn undelivered(
    token: Token,
    sequence: u16,
    from: IpAddr,
    reason: Unreachable,
) -> Input<'static> {
    Input::Undelivered {
        token,
        sequence,
        from,
        reason,
    }
}

/// An echo request of `len` bytes. The stack fills in the checksum; the bytes to be echoed
/// count up, so that what comes back can be told.
fn request(to: IpAddr, (ident, sequence): (u16, u16), len: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=u8::MAX).cycle().take(len - HEADER).collect();
    let kind = if to.is_ipv4() { 8 } else { 128 };
    let [a, b] = ident.to_be_bytes();
    let [c, d] = sequence.to_be_bytes();
    bytes.splice(..0, [kind, 0, 0, 0, a, b, c, d]);
    bytes
}
