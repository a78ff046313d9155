//! The files of the page, as they lie in the program.

/// A file, raw and packed.
#[derive(Debug)]
pub struct File {
    /// What it is called.
    pub name: &'static str,
    /// Tells one state of it from the next.
    pub hash: &'static str,
    /// What it holds.
    pub raw: &'static [u8],
    /// The same, packed with gzip.
    pub gzip: Option<&'static [u8]>,
    /// The same, packed with brotli.
    pub brotli: Option<&'static [u8]>,
}

/// The page; empty where the program was built without it.
pub const PAGE: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

impl File {
    /// Finds what a path asks for.
    pub fn find<'a>(page: &'a [Self], path: &str) -> Option<&'a Self> {
        let name = match path.strip_prefix('/')? {
            "" => "index.html",
            name => name,
        };
        page.iter().find(|file| file.name == name)
    }

    /// What kind of file it is.
    pub fn kind(&self) -> &'static str {
        match self.name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        }
    }

    /// Whether its name changes with what it holds, as in `page-0123456789abcdef.js`.
    pub fn lasts(&self) -> bool {
        let stem = self.name.split('.').next().unwrap_or_default();
        stem.rsplit_once('-').is_some_and(|(_, hash)| {
            hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }
}
