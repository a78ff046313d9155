//! `wirestage serve`: the page, from inside the program, for browsers on this machine alone.

mod answer;
mod browser;
mod connection;
mod files;
mod request;

use crate::fault::Fault;
use crate::print;
use files::File;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Where the page is, if nothing else is said.
pub const DEFAULT_PORT: u16 = 8080;

/// So many browsers are answered at once; the others wait.
const WORKERS: usize = 16;

/// Serves the page until the program is ended.
pub fn serve(port: u16, open: bool) -> Result<(), Fault> {
    if files::PAGE.is_empty() {
        return Err(Fault::failed(NO_PAGE));
    }
    let listener = listen(port)?;
    let address = listener.local_addr().map_err(|e| cannot(&e))?;
    let address = format!("http://{address}/");
    print(&format!("{address}\n"))?;
    eprintln!("The page is there until you press Ctrl-C.");
    if open {
        browser::open(&address);
    }
    answer_all(listener, files::PAGE)
}

const NO_PAGE: &str = "this program was built without the page. In the project's folder, \
    `cargo xtask demo` builds and opens it, and `cargo xtask dist` makes a program that holds it";

fn listen(port: u16) -> Result<TcpListener, Fault> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|e| match e.kind() {
        ErrorKind::AddrInUse => Fault::failed(format!(
            "port {port} is taken by another program; `--port 0` takes one that is free"
        )),
        ErrorKind::PermissionDenied => Fault::failed(format!(
            "port {port} is not for everybody; take one from 1024 on, such as `--port {DEFAULT_PORT}`"
        )),
        _ => cannot(&e),
    })
}

fn cannot(error: &io::Error) -> Fault {
    Fault::failed(format!("cannot serve the page: {error}"))
}

/// Every worker takes one connection after another.
fn answer_all(listener: TcpListener, page: &'static [File]) -> Result<(), Fault> {
    let listener = Arc::new(listener);
    let start = |_| {
        let listener = Arc::clone(&listener);
        thread::Builder::new().spawn(move || work(&listener, page))
    };
    let workers: io::Result<Vec<_>> = (0..WORKERS).map(start).collect();
    for worker in workers.map_err(|e| cannot(&e))? {
        if worker.join().is_err() {
            return Err(Fault::failed(
                "cannot serve the page any longer: a worker failed",
            ));
        }
    }
    Ok(())
}

fn work(listener: &TcpListener, page: &'static [File]) {
    loop {
        match listener.accept() {
            // What a single browser does wrong, or how it goes away, concerns nobody else.
            Ok((stream, _)) => drop(connection::answer(&stream, page)),
            // Out of descriptors, most likely: others will be given back.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

#[cfg(test)]
mod tests;
