//! Which word may follow which: both sides' whole transition tables.
//!
//! The engines ask here and nowhere else. Each table is a function over two small enums,
//! so that a diagram can be made by asking for every pair.

use super::types::{Prompt, Reply, Verb};

/// Where a server stands in its dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerState {
    /// It has turned the client away, and waits for its goodbye.
    TurnedAway,
    /// Greeted, but the client has not said hello.
    Greeted,
    /// Hello was said; no letter is under way.
    Ready,
    /// It has asked the client for more, to log it in.
    Login,
    /// A sender is named.
    Sender,
    /// A sender and at least one recipient are named.
    Recipients,
    /// The letter is coming in.
    Letter,
    /// Goodbye was said.
    Closed,
}

impl ServerState {
    /// Each state there is.
    pub const ALL: [ServerState; 8] = [
        ServerState::TurnedAway,
        ServerState::Greeted,
        ServerState::Ready,
        ServerState::Login,
        ServerState::Sender,
        ServerState::Recipients,
        ServerState::Letter,
        ServerState::Closed,
    ];
}

/// What a server knows about who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It speaks no extensions at all, logging in among them: as in RFC 821.
    Plain,
    /// Nobody can log in here.
    Anyone,
    /// The client may log in, and has not.
    MayLogIn,
    /// The client has to log in, and has not.
    MustLogIn,
    /// The client has logged in.
    LoggedIn,
}

impl Standing {
    /// Each there is.
    pub const ALL: [Standing; 5] = [
        Standing::Plain,
        Standing::Anyone,
        Standing::MayLogIn,
        Standing::MustLogIn,
        Standing::LoggedIn,
    ];
}

/// What a server makes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is in order. A positive answer leads to this state; any other leaves all as it was.
    Take(ServerState),
    /// It is out of order: this code, enhanced code and text.
    Refuse(u16, &'static str, &'static str),
}

/// The server's table: what it makes of a command that can be read.
#[must_use]
pub fn server(state: ServerState, verb: Verb, standing: Standing) -> Ruling {
    use Ruling::{Refuse, Take};
    use ServerState::{Closed, Greeted, Letter, Login, Ready, Recipients, Sender, TurnedAway};
    use Standing::{Anyone, LoggedIn, MustLogIn, Plain};
    let order = |why| Refuse(503, "5.5.1", why);
    match (state, verb) {
        // RFC 5321 §4.1.1.4: while the letter comes in, no line is a command; nor is one that
        // answers 334 (RFC 4954 §4). After goodbye (RFC 5321 §4.1.1.10) nothing is.
        (Letter | Login | Closed, _) => order("Not now"),
        // RFC 5321 §4.1.1.10: goodbye at any time.
        (_, Verb::Quit) => Take(Closed),
        // RFC 5321 §3.1: who was turned away can only leave.
        (TurnedAway, _) => order("I take no mail from you: QUIT"),
        // RFC 5321 §3.2: a server of before extensions does not know their words.
        (_, Verb::Ehlo | Verb::Auth | Verb::StartTls) if standing == Plain => UNKNOWN,
        // RFC 5321 §4.1.4: hello at any time, and it resets what was under way.
        (_, Verb::Ehlo | Verb::Helo) => Take(Ready),
        // RFC 5321 §4.1.4: it needs no hello and changes nothing.
        (_, Verb::Noop) => Take(state),
        // RFC 5321 §4.1.1.5: forget the letter, keep the hello.
        (Greeted, Verb::Rset) => Take(Greeted),
        (Ready | Sender | Recipients, Verb::Rset) => Take(Ready),
        // RFC 5321 §4.2.4: a word nobody knows, and words known and not spoken.
        (_, Verb::Unknown) => UNKNOWN,
        (_, Verb::StartTls | Verb::Send | Verb::Soml | Verb::Saml | Verb::Turn) => {
            Refuse(502, "5.5.1", "I do not do this")
        }
        // RFC 4954 §4: not where it is not offered, not before the hello, not twice, not
        // within a letter.
        (_, Verb::Auth) if standing == Anyone => Refuse(502, "5.5.1", "Nobody logs in here"),
        (Greeted, Verb::Auth) => order("Say EHLO first"),
        (_, Verb::Auth) if standing == LoggedIn => order("You are logged in already"),
        (Ready, Verb::Auth) => Take(Login),
        (Sender | Recipients, Verb::Auth) => order("Not within a letter"),
        // RFC 5321 §4.1.4: a letter needs a hello first.
        (Greeted, Verb::Mail | Verb::Rcpt | Verb::Data) => order("Say EHLO or HELO first"),
        // RFC 4954 §6: nothing but hello, login and goodbye before the login.
        (_, Verb::Mail | Verb::Rcpt | Verb::Data | Verb::Vrfy | Verb::Expn | Verb::Help)
            if standing == MustLogIn =>
        {
            Refuse(530, "5.7.0", "Log in first: AUTH")
        }
        // RFC 5321 §3.3: MAIL begins a letter; letters are not nested (§4.1.4).
        (Ready, Verb::Mail) => Take(Sender),
        (Sender | Recipients, Verb::Mail) => order("A sender is named already"),
        // RFC 5321 §3.3: RCPT as often as there are recipients, after MAIL.
        (Sender | Recipients, Verb::Rcpt) => Take(Recipients),
        (Ready, Verb::Rcpt) => order("Name the sender first: MAIL"),
        // RFC 5321 §3.3: DATA needs a recipient that was accepted.
        (Recipients, Verb::Data) => Take(Letter),
        (Ready, Verb::Data) => order("Name the sender first: MAIL"),
        (Sender, Verb::Data) => order("Name a recipient first: RCPT"),
        // RFC 5321 §4.1.4: these need no hello and change nothing.
        (_, Verb::Vrfy | Verb::Expn | Verb::Help) => Take(state),
    }
}

/// RFC 5321 §4.2.4.
const UNKNOWN: Ruling = Ruling::Refuse(500, "5.5.1", "I do not know this command");

/// Where a server stands once a login has ended, however it did (RFC 4954 §4).
pub const AFTER_LOGIN: ServerState = ServerState::Ready;

/// Where a server stands once it has answered the letter, whatever the answer
/// (RFC 5321 §4.1.1.4: all buffers are cleared).
pub const AFTER_LETTER: ServerState = ServerState::Ready;

/// Whose answer a client waits for, or what it does at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientState {
    /// It waits for the greeting.
    Greeting,
    /// It has said EHLO.
    Ehlo,
    /// It has said HELO, since EHLO was not known.
    Helo,
    /// It logs in.
    Auth,
    /// It has taken back what was left of the letter before.
    Rset,
    /// It has named the sender.
    Mail,
    /// It has named a recipient.
    Rcpt,
    /// It has asked to hand over the letter.
    Data,
    /// It has handed over the letter.
    Letter,
    /// It has no letter at hand, and awaits nothing.
    Free,
    /// It has said goodbye.
    Quit,
    /// All is over.
    Closed,
}

impl ClientState {
    /// Each state there is.
    pub const ALL: [ClientState; 12] = [
        ClientState::Greeting,
        ClientState::Ehlo,
        ClientState::Helo,
        ClientState::Auth,
        ClientState::Rset,
        ClientState::Mail,
        ClientState::Rcpt,
        ClientState::Data,
        ClientState::Letter,
        ClientState::Free,
        ClientState::Quit,
        ClientState::Closed,
    ];

    /// What a reply in this state answers.
    #[must_use]
    pub fn prompt(self) -> Prompt {
        match self {
            Self::Greeting | Self::Free | Self::Closed => Prompt::Connection,
            Self::Ehlo => Prompt::Command(Verb::Ehlo),
            Self::Helo => Prompt::Command(Verb::Helo),
            Self::Auth => Prompt::Command(Verb::Auth),
            Self::Rset => Prompt::Command(Verb::Rset),
            Self::Mail => Prompt::Command(Verb::Mail),
            Self::Rcpt => Prompt::Command(Verb::Rcpt),
            Self::Data => Prompt::Command(Verb::Data),
            Self::Letter => Prompt::Letter,
            Self::Quit => Prompt::Command(Verb::Quit),
        }
    }
}

/// What a client does about a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Go on as hoped for: say what belongs to this state. From hello to sender a client
    /// that wants to log in does so first.
    Go(ClientState),
    /// This recipient is refused; the others may not be.
    NextRecipient,
    /// The letter is delivered to all who were accepted. Say goodbye.
    Delivered,
    /// The letter is refused. Say goodbye.
    Refused,
    /// The server ends the connection; say nothing more.
    Close,
    /// No server says this here. Say goodbye.
    Nonsense,
}

/// The client's table: what it does about a reply.
#[must_use]
pub fn client(state: ClientState, reply: &Reply) -> Step {
    use ClientState::{
        Auth, Closed, Data, Ehlo, Free, Greeting, Helo, Letter, Mail, Quit, Rcpt, Rset,
    };
    match (state, reply.code) {
        // RFC 5321 §4.1.1.10: whatever is said to QUIT, the connection closes.
        (Quit | Closed, _) => Step::Close,
        // RFC 5321 §3.8: 421 may answer anything, and then the server closes.
        (_, 421) => Step::Close,
        // Nobody has asked it anything.
        (Free, _) => Step::Nonsense,
        // RFC 5321 §4.3.2, connection establishment.
        (Greeting, 220) => Step::Go(Ehlo),
        // RFC 5321 §3.2: a server that does not know EHLO may know HELO.
        (Ehlo, 500 | 502) => Step::Go(Helo),
        // RFC 5321 §4.3.2, EHLO or HELO: 250.
        (Ehlo | Helo, 250) => Step::Go(Mail),
        // RFC 4954 §4: 334 asks for more, 235 lets in.
        (Auth, 334) => Step::Go(Auth),
        (Auth, 235) => Step::Go(Mail),
        // RFC 5321 §4.1.1.5, RSET: 250.
        (Rset, 250) => Step::Go(Mail),
        // RFC 5321 §4.3.2, MAIL: 250.
        (Mail, 250) => Step::Go(Rcpt),
        // RFC 5321 §4.3.2, RCPT: 250, or 251 where it is forwarded (§3.4).
        (Rcpt, 250 | 251) => Step::Go(Rcpt),
        // RFC 5321 §3.3: a refused recipient does not end the letter.
        (Rcpt, 400..=599) => Step::NextRecipient,
        // RFC 5321 §4.3.2, DATA: 354, then 250 behind the dot.
        (Data, 354) => Step::Go(Letter),
        (Letter, 200..=299) => Step::Delivered,
        // RFC 5321 §4.2.1: no, for now or for good.
        (_, 400..=599) => Step::Refused,
        // RFC 5321 §4.3.2: a code not listed goes by its first digit.
        (Greeting, 200..=299) => Step::Go(Ehlo),
        (Ehlo | Helo | Auth | Rset, 200..=299) => Step::Go(Mail),
        (Mail, 200..=299) => Step::Go(Rcpt),
        (Rcpt, 200..=299) => Step::Go(Rcpt),
        (Data, 300..=399) => Step::Go(Letter),
        (Greeting | Ehlo | Helo | Auth | Rset | Mail | Rcpt | Data | Letter, _) => Step::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_goes_one_way_through_the_server() {
        let mut state = ServerState::Greeted;
        for (verb, then) in [
            (Verb::Ehlo, ServerState::Ready),
            (Verb::Mail, ServerState::Sender),
            (Verb::Rcpt, ServerState::Recipients),
            (Verb::Rcpt, ServerState::Recipients),
            (Verb::Data, ServerState::Letter),
        ] {
            assert_eq!(server(state, verb, Standing::Anyone), Ruling::Take(then));
            state = then;
        }
        let Ruling::Take(last) = server(AFTER_LETTER, Verb::Quit, Standing::Anyone) else {
            panic!("goodbye is always in order");
        };
        assert_eq!(last, ServerState::Closed);
    }

    #[test]
    fn hello_and_reset_forget_the_letter_from_everywhere() {
        for state in [
            ServerState::Ready,
            ServerState::Sender,
            ServerState::Recipients,
        ] {
            for verb in [Verb::Ehlo, Verb::Helo, Verb::Rset] {
                assert_eq!(
                    server(state, verb, Standing::Anyone),
                    Ruling::Take(ServerState::Ready)
                );
            }
        }
    }

    #[test]
    fn no_reply_takes_a_client_back() {
        for state in ClientState::ALL {
            for code in 200..600 {
                if let Step::Go(then) = client(state, &Reply::new(code, "")) {
                    assert!(
                        then > state || matches!(then, ClientState::Rcpt | ClientState::Auth),
                        "{state:?} {code}"
                    );
                }
            }
        }
    }
}
