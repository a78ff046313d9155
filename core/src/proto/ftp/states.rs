//! The states of both sides of a control connection: every transition, in two tables.
//!
//! The engines keep a state and ask these functions; they hold no rule of their own.

use super::parse::is_known;
use super::types::{Class, Command, TypeCode};

/// What a server remembers of a session, as far as it decides what may come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Who is there.
    pub login: Login,
    /// Whether files go out as they are (`TYPE I`).
    pub binary: bool,
    /// Where the next data connection comes from.
    pub data: DataPlan,
}

/// How far logging in has come (RFC 959 §5.4, §6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Login {
    /// Nobody is logged in.
    #[default]
    Out,
    /// A name was given; the password is missing.
    Named,
    /// Logged in.
    In,
}

/// Where the next data connection comes from (RFC 959 §3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataPlan {
    /// Nothing was agreed.
    #[default]
    None,
    /// The client connects to the server.
    Passive,
    /// The server connects to the client.
    Active,
}

/// Whether a command may be carried out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The program decides.
    Ask,
    /// It is answered so without asking.
    Refuse(u16, &'static str),
}

/// Which command a server takes in which state.
#[must_use]
pub fn admit(session: Session, command: &Command) -> Verdict {
    use Command as C;
    use Verdict::{Ask, Refuse};
    match (session.login, command) {
        // RFC 959 §4.1.1: USER and QUIT may come at any time.
        (_, C::User(_) | C::Quit) => Ask,
        // RFC 959 §4.1.1: PASS comes right after USER.
        (Login::Named, C::Pass(_)) => Ask,
        (_, C::Pass(_)) => Refuse(503, "Tell me your name with USER first."),
        // RFC 959 §4.2.2: 502 for what is known, 500 for what is not.
        (_, C::Unknown { verb, .. }) if is_known(verb) => {
            Refuse(502, "This server does not offer that command.")
        }
        (_, C::Unknown { .. }) => Refuse(500, "I do not know that command."),
        // RFC 959 §5.4: 530 to whatever needs a user.
        (Login::Out | Login::Named, _) => Refuse(530, "Please log in with USER and PASS."),
        // RFC 959 §3.1.1.3, and §3.1.1.4 with bytes of eight bits: the file as it is.
        (Login::In, C::Type(TypeCode::Image | TypeCode::Local(8))) => Ask,
        (Login::In, C::Type(_)) => Refuse(504, "Only TYPE I is offered: no text conversion yet."),
        // RFC 959 §4.1.2.
        (Login::In, C::Pasv | C::Port(_)) => Ask,
        // RFC 959 §3.1.1.1: the type is ASCII until another is chosen.
        (Login::In, C::Retr(_)) if !session.binary => {
            Refuse(503, "Send TYPE I first: no text conversion yet.")
        }
        // RFC 959 §5.4: the default data port is no longer used.
        (Login::In, C::Retr(_)) if session.data == DataPlan::None => {
            Refuse(425, "Use PORT or PASV first.")
        }
        // RFC 959 §4.1.3.
        (Login::In, C::Retr(_)) => Ask,
        (Login::In, _) => Refuse(502, "This server does not offer that command."),
    }
}

/// The session after `command` was answered for good with a code of this class.
#[must_use]
pub fn after(session: Session, command: &Command, class: Class) -> Session {
    use Class::{Completion, Intermediate};
    use Command as C;
    match (command, class) {
        // RFC 959 §4.1.1: a new USER starts logging in afresh; 230 where no password is needed.
        (C::User(_), Intermediate) => with_login(session, Login::Named),
        (C::User(_) | C::Pass(_), Completion) => with_login(session, Login::In),
        (C::User(_) | C::Pass(_), _) => with_login(session, Login::Out),
        // RFC 959 §4.1.2: the type stays until changed.
        (C::Type(code), Completion) => Session {
            binary: matches!(code, TypeCode::Image | TypeCode::Local(8)),
            ..session
        },
        // RFC 959 §4.1.2: the later of PASV and PORT counts.
        (C::Pasv, Completion) => with_data(session, DataPlan::Passive),
        (C::Port(_), Completion) => with_data(session, DataPlan::Active),
        (C::Pasv | C::Port(_), _) => with_data(session, DataPlan::None),
        // RFC 959 §3.2: in stream mode a data connection carries one file.
        (C::Retr(_), _) => with_data(session, DataPlan::None),
        _ => session,
    }
}

fn with_login(session: Session, login: Login) -> Session {
    Session { login, ..session }
}

fn with_data(session: Session, data: DataPlan) -> Session {
    Session { data, ..session }
}

/// Where a client stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientState {
    /// Waits for the greeting.
    #[default]
    Opening,
    /// May send a command.
    Ready,
    /// Waits for the first reply to a command.
    Asked,
    /// Was told that the work has begun; waits for how it ends.
    Begun,
    /// It is over.
    Ended,
}

/// What happens to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// It sends a command.
    Sends,
    /// It hears a reply of this class.
    Hears(Class),
    /// It hears 421, or the reply to its QUIT.
    Dismissed,
    /// The connection is gone.
    Lost,
}

/// The client's next state; `None` where the server speaks out of turn.
#[must_use]
pub fn next(state: ClientState, event: ClientEvent) -> Option<ClientState> {
    use Class::{Completion, Intermediate, Permanent, Preliminary, Transient};
    use ClientEvent::{Dismissed, Hears, Lost, Sends};
    use ClientState::{Asked, Begun, Ended, Opening, Ready};
    Some(match (state, event) {
        // RFC 959 §5.4: 421 may come at any time.
        (_, Lost | Dismissed) => Ended,
        // RFC 959 §5.4: 120 announces a delay, 220 opens.
        (Opening, Hears(Preliminary)) => Opening,
        (Opening, Hears(Completion)) => Ready,
        (Opening, Hears(Intermediate | Transient | Permanent)) => Ended,
        (Ready, Sends) => Asked,
        // RFC 959 §4.2: 1yz is followed by another reply.
        (Asked | Begun, Hears(Preliminary)) => Begun,
        (Asked | Begun, Hears(Completion | Intermediate | Transient | Permanent)) => Ready,
        (Ready | Ended, Hears(_)) => return None,
        (Opening | Asked | Begun | Ended, Sends) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(session: Session, line: &str) -> Option<u16> {
        let command = crate::proto::ftp::parse::command(line.as_bytes());
        match admit(session, &command.command.unwrap()) {
            Verdict::Ask => None,
            Verdict::Refuse(code, _) => Some(code),
        }
    }

    #[test]
    fn nothing_but_logging_in_goes_before_login() {
        let out = Session::default();
        let named = with_login(out, Login::Named);
        for line in ["TYPE I", "PASV", "PORT 1,2,3,4,5,6", "RETR a"] {
            assert_eq!(refused(out, line), Some(530), "{line}");
            assert_eq!(refused(named, line), Some(530), "{line}");
        }
        assert_eq!(refused(out, "PASS x"), Some(503));
        assert_eq!(refused(named, "PASS x"), None);
        for line in ["USER ada", "QUIT"] {
            assert_eq!(refused(out, line), None, "{line}");
        }
    }

    #[test]
    fn retr_wants_a_type_and_a_data_connection() {
        let mut session = with_login(Session::default(), Login::In);
        assert_eq!(refused(session, "RETR a"), Some(503));
        let binary = Command::Type(TypeCode::Image);
        session = after(session, &binary, Class::Completion);
        assert_eq!(refused(session, "RETR a"), Some(425));
        session = after(session, &Command::Pasv, Class::Completion);
        assert_eq!(refused(session, "RETR a"), None);
        session = after(session, &Command::Retr("a".into()), Class::Permanent);
        assert_eq!(refused(session, "RETR a"), Some(425));
    }

    #[test]
    fn known_and_unknown_verbs_differ() {
        let session = with_login(Session::default(), Login::In);
        assert_eq!(refused(session, "STOR a"), Some(502));
        assert_eq!(refused(session, "XYZZY"), Some(500));
        assert_eq!(refused(session, "TYPE A"), Some(504));
    }

    #[test]
    fn a_failed_password_means_starting_again() {
        let named = with_login(Session::default(), Login::Named);
        let wrong = after(named, &Command::Pass("x".into()), Class::Permanent);
        assert_eq!(wrong.login, Login::Out);
    }

    #[test]
    fn a_server_that_speaks_out_of_turn_is_noticed() {
        let hears = ClientEvent::Hears(Class::Completion);
        assert_eq!(next(ClientState::Opening, hears), Some(ClientState::Ready));
        assert_eq!(next(ClientState::Ready, hears), None);
        assert_eq!(next(ClientState::Begun, hears), Some(ClientState::Ready));
    }
}
