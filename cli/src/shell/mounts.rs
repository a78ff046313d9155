//! What files say in the shell that say something else elsewhere: names, and how they are looked up.

use super::plan::{Place, lookups};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders in which helpers listen that would ask this machine's real name servers.
const HELPERS: &[&str] = &["/run/nscd", "/var/run/nscd", "/run/systemd/resolve"];

/// Where the files are laid out for a moment.
const WORKBENCHES: &[&str] = &["/tmp", "/run", "/mnt", "/var", "/etc"];

/// Lays files over files, in this mount namespace alone. They lie in memory, and are gone
/// with the last process that sees them.
pub fn lay(place: &Place) -> io::Result<()> {
    let none = None::<&str>;
    // What is mounted elsewhere from now on is seen here, never the other way round.
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_SLAVE, none)?;
    let mut benches = WORKBENCHES.iter().map(Path::new);
    let bench = benches.find(|path| path.is_dir());
    let bench = bench.ok_or(io::ErrorKind::NotFound)?;
    let rules = fs::read_to_string("/etc/nsswitch.conf");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(
        Some("wirestage"),
        bench,
        Some("tmpfs"),
        flags,
        Some("size=1m,mode=755"),
    )?;
    let laid = lay_from(bench, place, rules.ok().as_deref());
    umount2(bench, MntFlags::MNT_DETACH)?;
    laid
}

fn lay_from(bench: &Path, place: &Place, rules: Option<&str>) -> io::Result<()> {
    let helpers = bench.join("helpers");
    fs::create_dir(&helpers)?;
    // Where resolv.conf is a link to what a helper has written, it finds this.
    let resolver = place.resolver();
    fs::write(helpers.join("resolv.conf"), &resolver)?;
    fs::write(helpers.join("stub-resolv.conf"), &resolver)?;
    for folder in HELPERS {
        let folder = Path::new(folder);
        if folder.is_dir() && !folder.starts_with(bench) {
            bind(&helpers, folder)?;
        }
    }
    let asks = !place.name_servers.is_empty();
    let files = [
        ("hosts", Some(place.hosts())),
        ("resolv.conf", Some(resolver)),
        ("nsswitch.conf", rules.map(|rules| lookups(rules, asks))),
    ];
    for (name, text) in files {
        let Some(text) = text else { continue };
        let written = bench.join(name);
        fs::write(&written, text)?;
        let over = PathBuf::from("/etc").join(name);
        if over.is_file() {
            bind(&written, &over)?;
        } else if name == "hosts" {
            let text = "there is no /etc/hosts to lay another one over: create an empty one";
            return Err(io::Error::new(io::ErrorKind::NotFound, text));
        }
    }
    Ok(())
}

fn bind(from: &Path, over: &Path) -> io::Result<()> {
    let none = None::<&str>;
    mount(Some(from), over, none, MsFlags::MS_BIND, none)?;
    Ok(())
}

/// Shows the shell its own processes. Some containers do not allow it, and then it sees more.
pub fn own_processes() {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let _ = mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>);
}
