//! The states of both sides of a control connection: every transition, in two tables.
//!
//! The engines keep a state and ask these functions; they hold no rule of their own.

use super::parse::is_known;
use super::types::{Class, Command, Extended, ExtendedPassive, Form, Mode, Structure, TypeCode};

/// What a server remembers of a session, as far as it decides what may come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Who is there.
    pub login: Login,
    /// Whether files go out as they are (`TYPE I`).
    pub binary: bool,
    /// Where the next data connection comes from.
    pub data: DataPlan,
    /// Whether a name was given that waits for its new one (`RNFR`).
    pub renames: bool,
    /// How many bytes the next transfer passes over (`REST`).
    pub restart: u64,
    /// Whether this server knows `EPSV` and `EPRT`.
    pub extended: bool,
    /// Whether nothing but `EPSV` is wanted any more (`EPSV ALL`).
    pub only_extended: bool,
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

/// How a command was answered for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What the reply's first digit says.
    pub class: Class,
    /// Whether 1yz was said before.
    pub begun: bool,
}

/// Which command a server takes in which state.
#[must_use]
pub fn admit(session: Session, command: &Command) -> Verdict {
    use Command as C;
    use Verdict::{Ask, Refuse};
    match (session.login, command) {
        // RFC 959 §4.1.1: USER, REIN and QUIT may come at any time.
        (_, C::User(_) | C::Rein | C::Quit) => Ask,
        // RFC 959 §4.1.1: PASS comes right after USER.
        (Login::Named, C::Pass(_)) => Ask,
        (_, C::Pass(_)) => Refuse(503, "Tell me your name with USER first."),
        // RFC 959 §4.2.2: 502 for what is known, 500 for what is not.
        (_, C::Unknown { verb, .. }) if is_known(verb) => {
            Refuse(502, "This server does not offer that command.")
        }
        (_, C::Unknown { .. }) => Refuse(500, "I do not know that command."),
        // RFC 959 §4.1.3, RFC 2389 §3, §4, RFC 2640 §4: what a client may ask of anybody.
        (_, C::Help(_) | C::Noop | C::Syst | C::Feat | C::Opts(_) | C::Lang(_)) => Ask,
        // RFC 959 §5.4: 530 to whatever needs a user.
        (Login::Out | Login::Named, _) => Refuse(530, "Please log in with USER and PASS."),
        (Login::In, command) => admit_user(session, command),
    }
}

/// The same, of a user who is logged in.
fn admit_user(session: Session, command: &Command) -> Verdict {
    use Command as C;
    use ExtendedPassive as E;
    use Verdict::{Ask, Refuse};
    const TYPES: &str = "Only TYPE A, TYPE I and TYPE L 8 are offered.";
    match command {
        // RFC 1123 §4.1.2.13: what every server offers; RFC 959 §3.1.1.4: L 8 is as good as I.
        C::Type(TypeCode::Ascii(Form::NonPrint) | TypeCode::Image | TypeCode::Local(8)) => Ask,
        C::Type(_) => Refuse(504, TYPES),
        C::Stru(Structure::File) | C::Mode(Mode::Stream) => Ask,
        C::Stru(_) => Refuse(504, "Only STRU F is offered: a file is made of bytes."),
        C::Mode(_) => Refuse(504, "Only MODE S is offered: bytes go as they come."),
        // As servers from before RFC 2428 answer, so that clients fall back.
        C::Epsv(_) | C::Eprt(_) if !session.extended => Refuse(500, "I do not know that command."),
        // RFC 2428 §4: after EPSV ALL no other way of agreeing is taken.
        C::Port(_) | C::Pasv | C::Eprt(_) if session.only_extended => {
            Refuse(503, "You said EPSV ALL: only EPSV is taken now.")
        }
        // RFC 2428 §2: 522 to a family that is not known; the program knows which it has.
        C::Port(_) | C::Pasv | C::Eprt(Extended::At(_) | Extended::Family(_)) => Ask,
        C::Epsv(E::Same | E::Family(_) | E::All) => Ask,
        // RFC 959 §4.1.3: RNTO comes right after RNFR.
        C::Rnto(_) if !session.renames => Refuse(503, "Tell me the old name with RNFR first."),
        // RFC 959 §3.2, §5.4: where nothing was agreed, there is the default data port, which
        // is out of use.
        command if command.transfers() && session.data == DataPlan::None => Refuse(
            425,
            "Say where the data connection goes: send PASV or PORT first.",
        ),
        _ => Ask,
    }
}

/// The session after `command` was answered for good.
#[must_use]
pub fn after(session: Session, command: &Command, answered: Answered) -> Session {
    use Class::{Completion, Intermediate, Transient};
    use Command as C;
    let session = after_any(session, command);
    match (command, answered.class) {
        // RFC 959 §4.1.1: a new USER starts logging in afresh; 230 where no password is needed.
        (C::User(_), Intermediate) => with_login(session, Login::Named),
        (C::User(_) | C::Pass(_), Completion) => with_login(session, Login::In),
        (C::User(_) | C::Pass(_), _) => with_login(session, Login::Out),
        // RFC 959 §4.1.1: REIN leaves nothing but the connection.
        (C::Rein, Completion) => Session::new(session.extended),
        // RFC 959 §4.1.2: the type stays until changed.
        (C::Type(code), Completion) => Session {
            binary: matches!(code, TypeCode::Image | TypeCode::Local(8)),
            ..session
        },
        // RFC 2428 §4.
        (C::Epsv(ExtendedPassive::All), Completion) => Session {
            only_extended: true,
            ..session
        },
        // RFC 959 §4.1.2, RFC 2428 §2, §3: the latest agreement counts.
        (C::Pasv | C::Epsv(_), Completion) => with_data(session, DataPlan::Passive),
        (C::Port(_) | C::Eprt(_), Completion) => with_data(session, DataPlan::Active),
        // The old port was given up to look for a new one, and there was none.
        (C::Pasv | C::Epsv(_), Transient) => with_data(session, DataPlan::None),
        // RFC 959 §4.1.3: 350 waits for RNTO.
        (C::Rnfr(_), Intermediate) => Session {
            renames: true,
            ..session
        },
        // RFC 959 §4.1.3, RFC 3659 §5: 350 waits for the transfer.
        (C::Rest(offset), Intermediate) => Session {
            restart: *offset,
            ..session
        },
        // RFC 959 §3.2: in stream mode a data connection carries one file. A transfer refused
        // before it began has used none up.
        (command, _) if command.transfers() && answered.begun => with_data(session, DataPlan::None),
        _ => session,
    }
}

/// The session after whatever command, answered or refused: RNTO must follow RNFR at once
/// (RFC 959 §4.1.3), and an offset is for the next transfer alone, whatever becomes of it.
#[must_use]
pub fn after_any(session: Session, command: &Command) -> Session {
    let restart = if command.transfers() {
        0
    } else {
        session.restart
    };
    Session {
        renames: false,
        restart,
        ..session
    }
}

/// Which commands are heard while a transfer runs (RFC 959 §4.1.3): to break it off, and
/// to ask how it stands. All others wait for its end.
#[must_use]
pub fn interrupts(command: &Command) -> bool {
    match command {
        Command::Abor => true,
        Command::Stat(of) => of.is_empty(),
        _ => false,
    }
}

impl Session {
    /// How a session begins, with a server that knows EPSV and EPRT or does not.
    #[must_use]
    pub fn new(extended: bool) -> Self {
        Self {
            extended,
            ..Self::default()
        }
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

    fn done(session: Session, line: &str, class: Class) -> Session {
        let command = crate::proto::ftp::parse::command(line.as_bytes());
        let answered = Answered {
            class,
            begun: class == Class::Completion,
        };
        after(session, &command.command.unwrap(), answered)
    }

    fn user() -> Session {
        with_login(Session::new(true), Login::In)
    }

    #[test]
    fn nothing_but_logging_in_goes_before_login() {
        let out = Session::default();
        let named = with_login(out, Login::Named);
        for line in [
            "TYPE I",
            "PASV",
            "PORT 1,2,3,4,5,6",
            "RETR a",
            "STAT",
            "LIST",
        ] {
            assert_eq!(refused(out, line), Some(530), "{line}");
            assert_eq!(refused(named, line), Some(530), "{line}");
        }
        assert_eq!(refused(out, "PASS x"), Some(503));
        assert_eq!(refused(named, "PASS x"), None);
        for line in ["USER ada", "QUIT", "REIN", "FEAT", "NOOP", "HELP"] {
            assert_eq!(refused(out, line), None, "{line}");
        }
    }

    #[test]
    fn a_transfer_wants_a_data_connection_and_uses_it_up() {
        let mut session = user();
        for line in ["RETR a", "STOR a", "STOU", "APPE a", "LIST", "NLST", "MLSD"] {
            assert_eq!(refused(session, line), Some(425), "{line}");
        }
        session = done(session, "PASV", Class::Completion);
        session = done(session, "RETR none", Class::Permanent);
        assert_eq!(refused(session, "RETR a"), None, "550 uses nothing up");
        session = done(session, "RETR a", Class::Completion);
        assert_eq!(refused(session, "RETR a"), Some(425));
        session = done(session, "PORT 1,2,3,4,5,6", Class::Completion);
        assert_eq!(session.data, DataPlan::Active);
        session = done(session, "PORT 9,9,9,9,5,6", Class::Permanent);
        assert_eq!(session.data, DataPlan::Active, "a refusal changes nothing");
        session = done(session, "PASV", Class::Transient);
        assert_eq!(session.data, DataPlan::None);
    }

    #[test]
    fn epsv_all_shuts_out_every_other_way() {
        let session = done(user(), "EPSV ALL", Class::Completion);
        assert_eq!(session.data, DataPlan::None);
        for line in ["PORT 1,2,3,4,5,6", "PASV", "EPRT |1|192.0.2.1|5000|"] {
            assert_eq!(refused(session, line), Some(503), "{line}");
        }
        assert_eq!(refused(session, "EPSV"), None);
        assert_eq!(
            refused(done(session, "REIN", Class::Completion), "PASV"),
            Some(530)
        );
        let old = with_login(Session::new(false), Login::In);
        assert_eq!(refused(old, "EPSV"), Some(500));
        assert_eq!(refused(old, "EPRT |1|192.0.2.1|5000|"), Some(500));
    }

    #[test]
    fn rnto_follows_rnfr_at_once() {
        assert_eq!(refused(user(), "RNTO b"), Some(503));
        let named = done(user(), "RNFR a", Class::Intermediate);
        assert_eq!(refused(named, "RNTO b"), None);
        let other = done(named, "NOOP", Class::Completion);
        assert_eq!(refused(other, "RNTO b"), Some(503));
        let renamed = done(named, "RNTO b", Class::Completion);
        assert_eq!(refused(renamed, "RNTO c"), Some(503));
    }

    #[test]
    fn an_offset_is_for_the_next_transfer_alone() {
        let session = done(user(), "REST 100", Class::Intermediate);
        let session = done(session, "PASV", Class::Completion);
        assert_eq!(session.restart, 100);
        assert_eq!(done(session, "RETR none", Class::Permanent).restart, 0);
        assert_eq!(done(session, "RETR a", Class::Completion).restart, 0);
    }

    #[test]
    fn known_and_unknown_verbs_differ() {
        for (line, code) in [
            ("AUTH TLS", 502),
            ("SMNT x", 502),
            ("XYZZY", 500),
            ("TYPE E", 504),
            ("TYPE A T", 504),
            ("TYPE L 36", 504),
            ("STRU R", 504),
            ("MODE B", 504),
        ] {
            assert_eq!(refused(user(), line), Some(code), "{line}");
        }
        assert_eq!(refused(user(), "TYPE A"), None);
        assert_eq!(refused(user(), "TYPE L 8"), None);
    }

    #[test]
    fn a_failed_password_means_starting_again() {
        let named = with_login(Session::default(), Login::Named);
        assert_eq!(done(named, "PASS x", Class::Permanent).login, Login::Out);
    }

    #[test]
    fn a_server_that_speaks_out_of_turn_is_noticed() {
        let hears = ClientEvent::Hears(Class::Completion);
        assert_eq!(next(ClientState::Opening, hears), Some(ClientState::Ready));
        assert_eq!(next(ClientState::Ready, hears), None);
        assert_eq!(next(ClientState::Begun, hears), Some(ClientState::Ready));
    }
}
