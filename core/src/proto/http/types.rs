//! What is said: requests and responses, without their bodies.

/// Header fields in their order (RFC 9110 §5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

/// A request (RFC 9112 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is wanted: `GET`.
    pub method: String,
    /// Of what: `/docs/report.pdf`.
    pub target: String,
    /// The fields.
    pub fields: Fields,
}

/// A response (RFC 9112 §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Three digits (RFC 9110 §15).
    pub code: u16,
    /// A few words for people.
    pub reason: String,
    /// The fields.
    pub fields: Fields,
}

impl Fields {
    /// The first field of this name, in capitals or not.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// How many bytes the body has, where that is said and makes sense (RFC 9110 §8.6).
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        let text = self.get("Content-Length")?.trim();
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    }

    fn lines(&self, first: String) -> String {
        self.0.iter().fold(first, |mut text, (name, value)| {
            for part in ["\r\n", name, ": ", value] {
                text.push_str(part);
            }
            text
        })
    }
}

impl Request {
    /// A request to this host, after which the connection closes.
    #[must_use]
    pub fn new(method: &str, host: &str, target: &str) -> Self {
        let fields = Fields::default().with("Host", host);
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            fields: fields.with("Connection", "close"),
        }
    }

    /// Its head as it stands on the wire, without the empty line at its end.
    #[must_use]
    pub fn text(&self) -> String {
        let first = [&*self.method, " ", &self.target, " HTTP/1.1"].concat();
        self.fields.lines(first)
    }
}

impl Response {
    /// A response of this code, after which the connection closes.
    #[must_use]
    pub fn new(code: u16) -> Self {
        Self {
            code,
            reason: super::meaning::reason(code).to_owned(),
            fields: Fields::default().with("Connection", "close"),
        }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields = self.fields.with(name, value);
        self
    }

    /// Its head as it stands on the wire, without the empty line at its end.
    #[must_use]
    pub fn text(&self) -> String {
        let first = ["HTTP/1.1 ", &self.code.to_string(), " ", &self.reason].concat();
        self.fields.lines(first)
    }
}

/// A head's text as bytes for the wire.
pub(super) fn bytes_of(text: String) -> Vec<u8> {
    (text + "\r\n\r\n").into_bytes()
}
