//! The runs that cells are computed from: scenarios of the catalogue, with their knobs.

/// A run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The same file by FTP, from the web, by letter.
    ThreeWays,
    /// A file by FTP in active mode.
    Active,
    /// Three files by FTP.
    SeveralFiles,
    /// Files that a client puts to a server.
    Upload,
    /// A server is asked to do things with files.
    Manage,
    /// One who says a wrong password, one who looks around.
    WrongPassword,
    /// A stranger at a hub hears FTP.
    Sniffed,
    /// An image is sent as text.
    Ascii,
    /// The server's firewall does not know of the port that the server offers.
    Firewall,
    /// A letter that goes over two servers.
    Relay,
    /// Two letters, the first of them to several.
    SeveralLetters,
    /// A letter to nobody whom the other server knows.
    NoSuchReader,
    /// The other mail server is off.
    Retry,
    /// A letter in somebody else's name.
    Forged,
    /// A stranger at a hub hears a login by mail.
    Login,
    /// A letter with a photo.
    Photo,
    /// A letter is fetched by its reader.
    Fetch,
    /// A letter with a dot on a line of its own.
    Dot,
    /// A web page in front of an FTP server.
    Web,
    /// The same, asked for what is not there.
    Missing,
}

impl Source {
    /// All of them, in the order in which they are run: what stands first on the page first.
    pub const ALL: [Self; 20] = [
        Self::ThreeWays,
        Self::Active,
        Self::Relay,
        Self::Web,
        Self::SeveralFiles,
        Self::Upload,
        Self::Manage,
        Self::SeveralLetters,
        Self::WrongPassword,
        Self::Ascii,
        Self::Photo,
        Self::Fetch,
        Self::Dot,
        Self::Missing,
        Self::NoSuchReader,
        Self::Retry,
        Self::Firewall,
        Self::Sniffed,
        Self::Login,
        Self::Forged,
    ];

    /// The scenario's name in the catalogue.
    #[must_use]
    pub fn scenario(self) -> &'static str {
        match self {
            Self::ThreeWays => "one-file-three-ways",
            Self::Active => "ftp-download",
            Self::SeveralFiles => "ftp-several-files",
            Self::Upload => "ftp-upload-site",
            Self::Manage | Self::WrongPassword => "ftp-manage",
            Self::Sniffed => "ftp-sniffed",
            Self::Ascii => "ftp-ascii-image",
            Self::Firewall => "ftp-passive-firewall",
            Self::Relay => "mail-ada-grace",
            Self::SeveralLetters => "mail-several",
            Self::NoSuchReader => "mail-refused",
            Self::Retry => "mail-retry",
            Self::Forged => "mail-forged",
            Self::Login => "mail-login",
            Self::Photo => "mail-attachment",
            Self::Fetch => "mail-read",
            Self::Dot => "mail-dot",
            Self::Web | Self::Missing => "ftp-web",
        }
    }

    /// The knobs that are turned, and how.
    #[must_use]
    pub fn knobs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Active => &[("mode", "active")],
            Self::WrongPassword => &[("who", "Ada, with a wrong password")],
            Self::Missing => &[("what", "a file that is not there")],
            _ => &[],
        }
    }
}
