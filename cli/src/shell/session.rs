//! A session: the simulation and the reader's machine side by side, until the shell ends.

use super::plan::Place;
use super::signals::exit_code;
use super::stages::{self, Stages};
use super::terminal::Terminal;
use super::namespaces;
use crate::fault::Fault;
use nix::sys::signal::Signal;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::thread;

/// Trial.
pub fn run(command: &[OsString]) -> Result<u8, Fault> {
    let terminal = Terminal::here();
    let place = Place {
        scenario: "trial".into(), host: "laptop".into(), mac: [2, 0, 0, 0, 0, 1],
        addresses: vec![("192.0.2.1".parse().unwrap(), 24)],
        gateways: vec!["192.0.2.254".parse().unwrap()],
        neighbours: vec![],
        names: vec![("192.0.2.2".parse().unwrap(), "server".into()), ("192.0.2.1".parse().unwrap(), "laptop".into())],
        mtu: 1500,
    };
    namespaces::enter()?;
    let mut stages = stages::start(&place, command)?;
    stages.go()?;
    let asker = stages.asker();
    let Stages { mut child, signals, mut sender, mut receiver, .. } = stages;
    thread::spawn(move || while let Ok(s) = signals.wait() {
        if let Some(s @ (Signal::SIGTERM | Signal::SIGHUP)) = s { asker.ask(s) }
    });
    thread::spawn(move || loop {
        let Ok((_, f)) = receiver.next() else { break };
        let mut f = f.to_vec();
        if std::env::var_os("SEE").is_some() { eprintln!("{} {:02x?}", f.len(), &f[..f.len().min(60)]); }
        if f.len() >= 42 && f[12..14] == [8, 6] && f[21] == 1 {
            let (src, t): ([u8; 10], [u8; 4]) = (f[22..32].try_into().unwrap(), f[38..42].try_into().unwrap());
            f[0..6].copy_from_slice(&src[..6]);
            f[6..12].copy_from_slice(&[2, 0, 0, 0, 0, 2]);
            f[21] = 2;
            f[22..28].copy_from_slice(&[2, 0, 0, 0, 0, 2]);
            f[28..32].copy_from_slice(&t);
            f[32..42].copy_from_slice(&src);
            let _ = sender.send(&f);
        } else if f.len() > 34 && f[12..14] == [8, 0] && f[23] == 1 && f[34] == 8 {
            let d: [u8; 12] = f[0..12].try_into().unwrap();
            f[0..6].copy_from_slice(&d[6..]); f[6..12].copy_from_slice(&d[..6]);
            let ip: [u8; 8] = f[26..34].try_into().unwrap();
            f[26..30].copy_from_slice(&ip[4..]); f[30..34].copy_from_slice(&ip[..4]);
            f[34] = 0;
            let sum = u32::from(u16::from_be_bytes([f[36], f[37]])) + 0x800;
            let sum = ((sum & 0xffff) + (sum >> 16)) as u16;
            f[36..38].copy_from_slice(&sum.to_be_bytes());
            let _ = sender.send(&f);
        }
    });
    let status = child.wait().map_err(|e| Fault::failed(e.to_string()))?;
    if let Some(t) = terminal { t.take_back(false); }
    let _ = exit_code;
    Ok(status.code().map_or_else(|| 128 + status.signal().unwrap_or(0) as u8, |c| c as u8))
}
