//! Folders and names: what a user looks at and changes without a data connection.

use super::Cx;
use super::session::{PATH, Session};
use super::transfer::denied;
use crate::program::files::{is_below, last_name, parent};
use crate::proto::ftp::{Command, Reply, listing};

impl Session {
    /// The commands about folders and names; answers nothing to any other.
    pub(super) fn manage(&mut self, command: &Command, cx: &mut Cx<'_>) -> Option<Reply> {
        use Command as C;
        if let C::Mkd(path) | C::Rmd(path) | C::Dele(path) | C::Rnfr(path) | C::Rnto(path) = command
            && !self.place.writes
        {
            return Some(denied(path));
        }
        if let C::Size(path) | C::Mdtm(path) = command
            && !self.place.reads
        {
            return Some(denied(path));
        }
        Some(match command {
            C::Cwd(path) => self.change_folder(path, cx),
            C::Cdup => self.change_folder("..", cx),
            C::Pwd => Reply::new(257, format!("{} is the current folder.", quoted(&self.dir))),
            C::Mkd(path) => self.make_folder(path, cx),
            C::Rmd(path) => self.remove_folder(path, cx),
            C::Dele(path) => self.delete(path, cx),
            C::Rnfr(path) => self.rename_from(path, cx),
            C::Rnto(path) => self.rename_to(path, cx),
            C::Size(path) => self.size(path, cx),
            C::Mdtm(path) => self.changed(path, cx),
            C::Allo(len) => self.allocate(*len, cx),
            _ => return None,
        })
    }

    fn change_folder(&mut self, path: &str, cx: &mut Cx<'_>) -> Reply {
        if !cx.files.is_folder(&self.real(path)) {
            return Reply::new(550, format!("{path}: no such folder."));
        }
        self.dir = self.seen(path);
        let dir = self.dir.clone();
        self.note("dir", dir.clone(), cx);
        Reply::new(250, format!("You are in {dir} now."))
    }

    /// MKD makes one folder, in one that is there (RFC 959 §4.1.3, App. II).
    fn make_folder(&mut self, path: &str, cx: &mut Cx<'_>) -> Reply {
        let real = self.real(path);
        if let Some(why) = Self::bad_name(path, &real) {
            return Reply::new(550, why);
        }
        if cx.files.is_folder(&real) || cx.files.entry(&real).is_some() {
            return Reply::new(550, format!("{path} is there already."));
        }
        if !cx.files.is_folder(parent(&real)) {
            return Reply::new(
                550,
                format!("{path}: there is no such folder to make it in."),
            );
        }
        cx.files.make_folders(&real, cx.now);
        cx.desk.keeps(&real, cx.files.entry(&real));
        Reply::new(257, format!("{} is made.", quoted(&self.seen(path))))
    }

    fn remove_folder(&mut self, path: &str, cx: &mut Cx<'_>) -> Reply {
        let real = self.real(path);
        let why = if self.seen(path) == "/" {
            "the root cannot be removed"
        } else if cx
            .files
            .entry(&real)
            .is_some_and(|entry| !entry.is_folder())
        {
            "a file, not a folder: use DELE"
        } else if !cx.files.is_folder(&real) {
            "no such folder"
        } else if cx.files.list(&real).next().is_some() {
            "the folder is not empty"
        } else {
            cx.files.remove(&real);
            cx.desk.keeps(&real, None);
            return Reply::new(250, format!("{path} is removed."));
        };
        Reply::new(550, format!("{path}: {why}."))
    }

    fn delete(&mut self, path: &str, cx: &mut Cx<'_>) -> Reply {
        let real = self.real(path);
        let why = if cx.files.is_folder(&real) {
            "a folder, not a file: use RMD"
        } else if cx.files.remove(&real).is_none() {
            "no such file"
        } else {
            cx.desk.keeps(&real, None);
            return Reply::new(250, format!("{path} is removed."));
        };
        Reply::new(550, format!("{path}: {why}."))
    }

    /// RNFR names what RNTO, right behind it, is to rename (RFC 959 §4.1.3).
    fn rename_from(&mut self, path: &str, cx: &mut Cx<'_>) -> Reply {
        if self.seen(path) == "/" || cx.files.entry(&self.real(path)).is_none() {
            return Reply::new(550, format!("{path}: no such file or folder."));
        }
        self.old_name = self.seen(path);
        self.note("rename", path, cx);
        Reply::new(350, "It is there. What shall it be called? Send RNTO.")
    }

    fn rename_to(&mut self, path: &str, cx: &mut Cx<'_>) -> Reply {
        let old = std::mem::take(&mut self.old_name);
        let (from, to) = (self.real(&old), self.real(path));
        if let Some(why) = Self::bad_name(path, &to) {
            return Reply::new(553, why);
        }
        let is_file = |at: &str| cx.files.get(at).is_some();
        // What lies in a folder moves with it.
        let inside = cx.files.iter().filter(|(at, _)| is_below(&from, at));
        let longest = inside.map(|(at, _)| at.len()).max().unwrap_or(0);
        let why = if cx.files.entry(&from).is_none() {
            "what was to be renamed is gone"
        } else if !cx.files.is_folder(parent(&to)) {
            "there is no such folder to put it into"
        } else if cx.files.is_folder(&to) || (is_file(&to) && !is_file(&from)) {
            // A file takes the place of another, as on Unix; a folder of nothing.
            "that name is taken"
        } else if is_below(&from, &to) {
            "a folder cannot be put into itself"
        } else if longest.saturating_sub(from.len()) + to.len() > PATH {
            "what lies in it would have too long a name"
        } else {
            self.rename(&from, &to, cx);
            return Reply::new(250, format!("{} is called {path} now.", last_name(&old)));
        };
        Reply::new(553, format!("{path}: {why}."))
    }

    /// Renames, and says of all that moved where it lies now.
    fn rename(&mut self, from: &str, to: &str, cx: &mut Cx<'_>) {
        let all = cx.files.iter();
        let moved: Vec<String> = all
            .filter(|(at, _)| is_below(from, at))
            .map(|(at, _)| at.to_owned())
            .collect();
        cx.files.rename(from, to);
        for at in moved {
            cx.desk.keeps(&at, None);
            let now = format!("{to}{}", &at[from.len()..]);
            cx.desk.keeps(&now, cx.files.entry(&now));
        }
    }

    /// SIZE: how many bytes RETR would send now (RFC 3659 §4). As text from a host whose
    /// lines end with LF that is more than the file holds, by one for each line: to say so
    /// the whole file had to be read for each SIZE. RFC 3659 §4 lets a server refuse, as
    /// most do, and no client is told a wrong size.
    fn size(&self, path: &str, cx: &Cx<'_>) -> Reply {
        let real = self.real(path);
        match cx.files.get(&real) {
            None if cx.files.is_folder(&real) => {
                Reply::new(550, format!("{path} is a folder, it has no size."))
            }
            None => Reply::new(550, format!("{path}: no such file.")),
            Some(_) if self.converts(cx) => {
                let text = "As text it has another size than as a file: send TYPE I first.";
                Reply::new(550, text)
            }
            Some(content) => Reply::new(213, content.len().to_string()),
        }
    }

    /// MDTM: when a file was changed last (RFC 3659 §3).
    fn changed(&self, path: &str, cx: &Cx<'_>) -> Reply {
        match cx.files.entry(&self.real(path)) {
            Some(entry) if !entry.is_folder() => Reply::new(213, listing::moment(entry.changed)),
            _ => Reply::new(550, format!("{path}: no such file.")),
        }
    }
}

/// A path in quotes; those inside it are doubled (RFC 959 App. II).
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('"', "\"\""))
}
