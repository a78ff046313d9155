//! `wirestage serve`: the page, from inside the program, for browsers on this machine alone.

mod answer;
mod browser;
mod connection;
mod files;
mod follow;
mod request;

#[cfg(target_os = "linux")]
pub use browser::{start as start_browser, wait as wait_for_browser};
pub use follow::Follow;

use crate::fault::Fault;
use crate::print;
use files::File;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Where the page is, if nothing else is said.
pub const DEFAULT_PORT: u16 = 8080;

/// So many browsers are answered at once; the others wait.
const WORKERS: usize = 16;

/// Serves the page until the program is ended.
pub fn serve(port: u16, open: bool) -> Result<(), Fault> {
    let (listener, address) = listen_for_page(port)?;
    print(&format!("{address}\n"))?;
    eprintln!("The page is there until you press Ctrl-C.");
    if open {
        browser::open(&address);
    }
    let site = Site {
        page: files::PAGE,
        run: None,
    };
    for worker in start_workers(listener, &site)? {
        if worker.join().is_err() {
            return Err(Fault::failed(
                "cannot serve the page any longer: a worker failed",
            ));
        }
    }
    Ok(())
}

/// What is handed out.
#[derive(Clone)]
struct Site {
    /// The page.
    page: &'static [File],
    /// A run that goes on, where there is one.
    run: Option<Arc<dyn Follow>>,
}

/// Takes a port for the page, and says its address.
pub fn listen_for_page(port: u16) -> Result<(TcpListener, String), Fault> {
    if files::PAGE.is_empty() {
        return Err(Fault::failed(NO_PAGE));
    }
    let listener = listen(port)?;
    let address = listener.local_addr().map_err(|e| cannot(&e))?;
    Ok((listener, format!("http://{address}/")))
}

/// Serves the page and a run that goes on, in threads of its own.
#[cfg(target_os = "linux")]
pub fn follow(listener: TcpListener, run: Arc<dyn Follow>) -> Result<(), Fault> {
    let site = Site {
        page: files::PAGE,
        run: Some(run),
    };
    start_workers(listener, &site).map(drop)
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
fn start_workers(listener: TcpListener, site: &Site) -> Result<Vec<JoinHandle<()>>, Fault> {
    let listener = Arc::new(listener);
    let start = |_| {
        let (listener, site) = (Arc::clone(&listener), site.clone());
        thread::Builder::new().spawn(move || work(&listener, &site))
    };
    let workers: io::Result<Vec<_>> = (0..WORKERS).map(start).collect();
    workers.map_err(|e| cannot(&e))
}

fn work(listener: &TcpListener, site: &Site) {
    loop {
        match listener.accept() {
            // What a single browser does wrong, or how it goes away, concerns nobody else.
            Ok((stream, _)) => drop(connection::answer(&stream, site)),
            // Out of descriptors, most likely: others will be given back.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

#[cfg(test)]
mod tests;
