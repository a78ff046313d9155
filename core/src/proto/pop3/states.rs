//! Which word may follow which: both sides' whole transition tables.

use super::types::{Prompt, Verb};

/// Where a server stands in its dialogue (RFC 1939 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerState {
    /// Nobody has said who they are: AUTHORIZATION.
    Greeted,
    /// A name was said; the password comes next.
    Named,
    /// The mailbox is open: TRANSACTION.
    Open,
    /// Goodbye was said; what was marked is being deleted: UPDATE.
    Update,
    /// All is over.
    Closed,
}

impl ServerState {
    /// Each state there is.
    pub const ALL: [ServerState; 5] = [
        ServerState::Greeted,
        ServerState::Named,
        ServerState::Open,
        ServerState::Update,
        ServerState::Closed,
    ];
}

/// What a server makes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is in order. A yes leads to this state; a no leads to the second.
    Take(ServerState, ServerState),
    /// It is out of order: this text behind `-ERR`.
    Refuse(&'static str),
}

/// The server's table: what it makes of a command that can be read.
#[must_use]
pub fn server(state: ServerState, verb: Verb) -> Ruling {
    use Ruling::{Refuse, Take};
    use ServerState::{Closed, Greeted, Named, Open, Update};
    match (state, verb) {
        // RFC 1939 §6: after QUIT nothing is heard.
        (Update | Closed, _) => Refuse("Not now"),
        // RFC 1939 §3.
        (_, Verb::Unknown) => Refuse("I do not know this command"),
        // RFC 2449 §5: asked at any time.
        (_, Verb::Capa) => Take(state, state),
        // RFC 1939 §4: goodbye without a login deletes nothing. §6: behind one it does.
        (Greeted | Named, Verb::Quit) => Take(Closed, Closed),
        (Open, Verb::Quit) => Take(Update, Update),
        // RFC 1939 §7: USER, then PASS; after a no from the beginning.
        (Greeted | Named, Verb::User) => Take(Named, Greeted),
        (Named, Verb::Pass) => Take(Open, Greeted),
        (Greeted, Verb::Pass) => Refuse("Say USER first"),
        (Open, Verb::User | Verb::Pass) => Refuse("You are logged in already"),
        // RFC 1939 §5: all else needs the mailbox.
        (
            Greeted | Named,
            Verb::Stat
            | Verb::List
            | Verb::Uidl
            | Verb::Retr
            | Verb::Top
            | Verb::Dele
            | Verb::Rset
            | Verb::Noop,
        ) => Refuse("Log in first: USER, then PASS"),
        (
            Open,
            Verb::Stat
            | Verb::List
            | Verb::Uidl
            | Verb::Retr
            | Verb::Top
            | Verb::Dele
            | Verb::Rset
            | Verb::Noop,
        ) => Take(Open, Open),
    }
}

/// Whose answer a client waits for, or what it does at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientState {
    /// It waits for the greeting.
    Greeting,
    /// It has said whose mailbox.
    User,
    /// It has said the password.
    Pass,
    /// It has asked how much there is.
    Stat,
    /// It has asked how large each letter is.
    List,
    /// It has asked for unique ids.
    Uidl,
    /// It does what it was told: letters, deleting.
    Orders,
    /// It awaits nothing.
    Free,
    /// It has said goodbye.
    Quit,
    /// All is over.
    Closed,
}

impl ClientState {
    /// Each state there is.
    pub const ALL: [ClientState; 10] = [
        ClientState::Greeting,
        ClientState::User,
        ClientState::Pass,
        ClientState::Stat,
        ClientState::List,
        ClientState::Uidl,
        ClientState::Orders,
        ClientState::Free,
        ClientState::Quit,
        ClientState::Closed,
    ];

    /// What a reply in this state answers; for orders the order tells.
    #[must_use]
    pub fn prompt(self) -> Prompt {
        match self {
            Self::Greeting | Self::Orders | Self::Free | Self::Closed => Prompt::Connection,
            Self::User => Prompt::Command(Verb::User),
            Self::Pass => Prompt::Command(Verb::Pass),
            Self::Stat => Prompt::Command(Verb::Stat),
            Self::List => Prompt::Command(Verb::List),
            Self::Uidl => Prompt::Command(Verb::Uidl),
            Self::Quit => Prompt::Command(Verb::Quit),
        }
    }
}

/// What a client does about a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Go on: say what belongs to this state.
    Go(ClientState),
    /// Do the next thing that was asked for, whether this one came to something or not.
    NextOrder,
    /// The mailbox stays shut. Say goodbye.
    Refused,
    /// All is over: the server has done as it was told, or has not.
    Close,
    /// Nobody has asked it anything. Say goodbye.
    Nonsense,
}

/// The client's table: what it does about a yes or a no.
#[must_use]
pub fn client(state: ClientState, ok: bool) -> Step {
    use ClientState::{Closed, Free, Greeting, List, Orders, Pass, Quit, Stat, Uidl, User};
    match (state, ok) {
        // RFC 1939 §4: greeting, name, password.
        (Greeting, true) => Step::Go(User),
        (User, true) => Step::Go(Pass),
        // RFC 1939 §5: then the mailbox is open.
        (Pass, true) => Step::Go(Stat),
        (Stat, _) => Step::Go(List),
        (List, true) => Step::Go(Uidl),
        // RFC 1939 §7: a server need not know UIDL.
        (Uidl, _) => Step::Go(Free),
        (Orders, _) => Step::NextOrder,
        // RFC 1939 §6: goodbye, with a yes or a no.
        (Quit | Closed, _) => Step::Close,
        (Greeting | User | Pass | List, false) => Step::Refused,
        (Free, _) => Step::Nonsense,
    }
}
