//! Where the page comes from: served by the program, or one file that needs no server.

use crate::{program, tools};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

const HOW: &str = "cargo xtask test";

/// A place that has the page.
#[derive(Debug)]
pub struct Site {
    address: String,
    /// Lives as long as the site.
    _server: Option<Server>,
}

#[derive(Debug)]
struct Server {
    process: Child,
    /// Held open: whoever has nobody to talk to may stop.
    _said: BufReader<ChildStdout>,
}

impl Site {
    /// The program serves the page it carries, or a loud skip where it was built without.
    #[must_use]
    pub fn served() -> Option<Self> {
        tools::require_file("the page", "WIRESTAGE_PAGE", None, HOW)?;
        let mut command = program::wirestage();
        command.args(["serve", "--port", "0", "--no-open"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the program starts");
        let said = process.stdout.take().expect("its output is ours");
        let mut said = BufReader::new(said);
        let mut line = String::new();
        said.read_line(&mut line).expect("the program says where");
        let mut words = line.split_whitespace();
        let address = words.find(|word| word.starts_with("http://"));
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}"));
        Some(Self {
            address: format!("{}/", address.trim_end_matches('/')),
            _server: Some(Server {
                process,
                _said: said,
            }),
        })
    }

    /// The page as one file, or a loud skip.
    #[must_use]
    pub fn single_file() -> Option<Self> {
        let path = tools::require_file("the page in one file", "WIRESTAGE_SINGLE_PAGE", None, HOW)?;
        Some(Self {
            address: format!("file://{}", path.display()),
            _server: None,
        })
    }

    /// A server of the test's own, at an address such as `http://127.0.0.1:8000/`.
    #[must_use]
    pub fn at(address: String) -> Self {
        Self {
            address,
            _server: None,
        }
    }

    /// The page's own address, without a fragment.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether a request stays with the page.
    #[must_use]
    pub fn owns(&self, request: &str) -> bool {
        let inside = ["data:", "blob:"];
        if inside.iter().any(|scheme| request.starts_with(scheme)) {
            return true;
        }
        let plain = request.split('#').next().unwrap_or(request);
        if self.address.starts_with("http:") {
            plain.starts_with(&self.address)
        } else {
            plain == self.address
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
