//! What a server tells of itself.

use super::Cx;
use super::session::Session;
use crate::proto::ftp::listing::Facts;
use crate::proto::ftp::types::BadArgument;
use crate::proto::ftp::{Command, Reply, parse};

/// All that it speaks, as HELP lists it.
const SPOKEN: [&str; 5] = [
    " USER PASS ACCT CWD CDUP REIN QUIT PORT PASV EPRT EPSV",
    " TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO",
    " ABOR DELE RMD MKD PWD LIST NLST MLSD MLST SIZE MDTM",
    " SITE SYST STAT HELP NOOP FEAT OPTS LANG",
    " Say HELP and one of them to hear what it takes.",
];

impl Session {
    /// The commands about the server; answers nothing to any other.
    pub(super) fn tell(&mut self, command: &Command) -> Option<Reply> {
        use Command as C;
        Some(match command {
            // RFC 959 §4.1.3: the form of its lists is that of Unix.
            C::Syst => Reply::new(215, "UNIX Type: L8"),
            C::Noop => Reply::new(200, "I am here."),
            C::Feat => self.features(),
            C::Opts(words) => self.options(words),
            C::Lang(tag) => language(tag),
            C::Help(verb) => self.help(verb),
            C::Site(words) => match words.trim().eq_ignore_ascii_case("HELP") {
                true => Reply::new(214, "SITE knows HELP alone here."),
                false => Reply::new(504, "SITE knows HELP alone here."),
            },
            _ => Reply::new(502, "This server does not offer that command."),
        })
    }

    /// FEAT: what is offered besides RFC 959, a line each (RFC 2389 §3).
    fn features(&self) -> Reply {
        let mut lines = vec!["Besides RFC 959 there is:".to_owned()];
        if self.engine.session().extended {
            lines.extend([" EPRT", " EPSV"].map(str::to_owned));
        }
        lines.push(" LANG EN*".to_owned());
        lines.push(" MDTM".to_owned());
        lines.push(format!(" MLST {}", self.facts.offered()));
        lines
            .extend([" REST STREAM", " SIZE", " TVFS", " UTF8", "That is all."].map(str::to_owned));
        Reply { code: 211, lines }
    }

    /// OPTS: how another command works (RFC 2389 §4).
    fn options(&mut self, words: &str) -> Reply {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match verb.to_ascii_uppercase().as_str() {
            // RFC 3659 §7.9: the answer says what was chosen.
            "MLST" => {
                self.facts = Facts::named(rest);
                let text = format!("MLST OPTS {}", self.facts.names());
                Reply::new(200, text.trim_end())
            }
            "UTF8" if rest.trim().eq_ignore_ascii_case("ON") => {
                Reply::new(200, "Names are in UTF-8, always.")
            }
            "UTF8" => Reply::new(504, "Names are in UTF-8, always."),
            _ => Reply::new(501, "There are options for MLST and UTF8 alone."),
        }
    }

    fn help(&self, verb: &str) -> Reply {
        let verb = verb.trim().to_ascii_uppercase();
        if verb.is_empty() {
            let mut lines = vec!["These commands are spoken here:".to_owned()];
            lines.extend(SPOKEN.map(str::to_owned));
            lines.push("That is all.".to_owned());
            return Reply { code: 214, lines };
        }
        match parse::command(verb.as_bytes()).command {
            Ok(Command::Unknown { .. }) => Reply::new(502, format!("{verb} is not spoken here.")),
            Err(BadArgument { verb, takes }) => Reply::new(214, format!("{verb} takes {takes}.")),
            Ok(command) => Reply::new(214, format!("{} may stand alone.", command.verb())),
        }
    }

    /// STAT alone: how the session stands (RFC 959 §4.1.3).
    pub(super) fn status(&self, cx: &Cx<'_>) -> Reply {
        let kind = match self.engine.session().binary {
            true => "binary",
            false => "text",
        };
        let sessions = cx.desk.live;
        let lines = vec![
            "How things stand:".to_owned(),
            format!(" You are {}, at {}.", self.user, self.remote.ip()),
            format!(" You are in the folder {}.", self.dir),
            format!(" Files go as {kind}, made of bytes, as they come."),
            format!(" Sessions here: {sessions}."),
            "That is all.".to_owned(),
        ];
        Reply { code: 211, lines }
    }
}

/// LANG: English is spoken (RFC 2640 §4).
fn language(tag: &str) -> Reply {
    let tag = tag.trim().to_ascii_lowercase();
    match tag.is_empty() || tag == "en" || tag.starts_with("en-") {
        true => Reply::new(200, "English is spoken."),
        false => Reply::new(504, "Only English is spoken."),
    }
}
