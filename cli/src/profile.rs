//! `wirestage profile`: the folder with which Wireshark shows what the page shows.

use crate::fault::Fault;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use wirestage_core::save::profile::FILES;

/// Writes the folder, whole or not at all. What stands in its place already stays.
pub fn profile(folder: &Path) -> Result<(), Fault> {
    let shown = folder.display();
    let Some(name) = folder.file_name() else {
        let text = format!("cannot write a profile to {shown}: name a folder of its own");
        return Err(Fault::input(text));
    };
    if fs::symlink_metadata(folder).is_ok() {
        let text = format!("{shown} is there already, and may hold settings of yours");
        return Err(Fault::input(text + ": choose another place, or remove it"));
    }
    let beside = format!(".{}.{}.part", name.to_string_lossy(), std::process::id());
    let beside = folder.with_file_name(beside);
    let written = write(&beside).and_then(|()| fs::rename(&beside, folder));
    if let Err(e) = written {
        // What is half written is of no use to anybody.
        let _ = fs::remove_dir_all(&beside);
        return Err(Fault::failed(format!("cannot write {shown}: {e}")));
    }
    if io::stderr().is_terminal() {
        eprintln!("wrote {shown}; Wireshark: Edit, Configuration Profiles, Import from directory");
    }
    Ok(())
}

fn write(folder: &Path) -> io::Result<()> {
    // A fresh Wireshark has no folder for profiles yet.
    if let Some(parent) = folder.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(folder)?;
    FILES
        .iter()
        .try_for_each(|(name, text)| fs::write(folder.join(name), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_written_whole_and_never_over_anything() {
        let root = format!("wirestage-profile-{}", std::process::id());
        let root = std::env::temp_dir().join(root);
        let folder = root.join("profiles/wirestage");
        profile(&folder).unwrap_or_else(|_| panic!("folders above it are made"));
        for (name, text) in FILES {
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), *text);
        }
        let own = folder.join("colorfilters");
        fs::write(&own, "mine").unwrap();
        assert!(matches!(profile(&folder), Err(Fault::Input(_))));
        assert_eq!(fs::read_to_string(&own).unwrap(), "mine");
        let below = own.join("wirestage");
        assert!(matches!(profile(&below), Err(Fault::Failed(_))));
        let beside = fs::read_dir(root.join("profiles")).unwrap();
        assert_eq!(beside.count(), 1, "nothing lies beside it");
        fs::remove_dir_all(root).unwrap();
    }
}
