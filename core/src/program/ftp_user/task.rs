//! What a person may type.

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Connect and log in.
    Login,
    /// Fetch a file.
    Get {
        /// Its name on the server.
        name: String,
        /// Its name here.
        save_as: String,
    },
    /// End the session.
    Quit,
    /// End the session, unasked, since nothing is left to do.
    LogOut,
    /// Something else was typed.
    Unknown(String),
}

impl Task {
    /// Reads a typed line.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        match text.split_once(' ').map(|(verb, rest)| (verb, rest.trim())) {
            None if text == "login" => Self::Login,
            None if text == "quit" => Self::Quit,
            Some(("get", names)) => match names.rsplit_once(" as ") {
                Some((name, save_as)) => Self::get(name.trim(), save_as.trim()),
                None => Self::get(names, names.rsplit('/').next().unwrap_or(names)),
            },
            _ => Self::Unknown(text.to_owned()),
        }
    }

    fn get(name: &str, save_as: &str) -> Self {
        Self::Get {
            name: name.to_owned(),
            save_as: save_as.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_last_name_unless_told() {
        assert_eq!(Task::read("get a/b.txt"), Task::get("a/b.txt", "b.txt"));
        assert_eq!(Task::read(" get a b  as c d"), Task::get("a b", "c d"));
        assert_eq!(Task::read("login"), Task::Login);
        assert_eq!(Task::read("get"), Task::Unknown("get".into()));
        assert_eq!(Task::read("login now"), Task::Unknown("login now".into()));
    }
}
