//! Files that a run is saved to: which format, and never half a file.

use crate::fault::Fault;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use wirestage_core::save::Format;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub format: Format,
}

impl Output {
    /// The file at this path, its format by its ending.
    pub fn of(path: PathBuf) -> Result<Self, String> {
        let ending = path.extension().and_then(OsStr::to_str);
        let Some(format) = ending.and_then(Format::with_ending) else {
            return Err(format!(
                "cannot tell from its ending what to write to {}: choose {}",
                path.display(),
                endings()
            ));
        };
        Ok(Self { path, format })
    }
}

/// `.pcapng, .pcap, … or .txt`.
fn endings() -> String {
    let all: Vec<_> = Format::ALL.iter().map(|f| f.ending()).collect();
    let (last, first) = all.split_last().expect("there are formats");
    format!(".{} or .{last}", first.join(", ."))
}

/// Refuses to write a file over another one of the outputs, or over what is run.
pub fn apart(outputs: &[Output], scenario: &OsStr) -> Result<(), Fault> {
    let scenario = fs::canonicalize(scenario).ok();
    let mut places: Vec<(PathBuf, &Path)> = Vec::new();
    for output in outputs {
        let shown = output.path.display();
        let place = place(&output.path);
        if scenario.as_ref() == Some(&place) {
            let text = format!("-o {shown} would write over the scenario itself");
            return Err(Fault::input(text + ": choose another file"));
        }
        if let Some((_, first)) = places.iter().find(|(other, _)| *other == place) {
            let first = first.display();
            let text = format!("-o names one file twice: {first} and {shown}");
            return Err(Fault::input(text));
        }
        places.push((place, &output.path));
    }
    Ok(())
}

/// Where a file stands or will stand, whichever way it is written.
fn place(path: &Path) -> PathBuf {
    if let Ok(found) = fs::canonicalize(path) {
        return found;
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

/// A file being written beside the place where it will stand. Unless it is `keep`t, it is
/// gone in the end, and what stood there before stays as it was. Where the system can, it has
/// no name until then: even of a program that is killed nothing stays.
pub struct Draft {
    target: PathBuf,
    beside: PathBuf,
    has_name: bool,
    writer: Option<BufWriter<File>>,
}

impl Draft {
    /// Begins a file. What cannot be written there is told before a long run.
    pub fn begin(target: &Path) -> Result<Self, Fault> {
        let told = |e: &dyn std::fmt::Display| {
            Fault::input(format!("cannot write {}: {e}", target.display()))
        };
        // What a link points at is replaced, not the link.
        let target = match fs::canonicalize(target) {
            Ok(found) if found.is_dir() => return Err(told(&"it is a folder")),
            Ok(found) if !found.is_file() => return Err(told(&"it is not a plain file")),
            Ok(found) => found,
            Err(_) => target.to_path_buf(),
        };
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.exists()) {
            return Err(told(&format!("there is no folder {}", folder.display())));
        }
        let name = target.file_name().unwrap_or_default();
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", std::process::id()));
        let beside = target.with_file_name(hidden);
        let nameless = nameless(folder.unwrap_or(Path::new(".")));
        let has_name = nameless.is_none();
        let named = || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).open(&beside)
        };
        let file = nameless.map_or_else(named, Ok).map_err(|e| told(&e))?;
        Ok(Self {
            target,
            beside,
            has_name,
            writer: Some(BufWriter::with_capacity(1 << 20, file)),
        })
    }

    /// Where its bytes go.
    pub fn writer(&mut self) -> &mut impl Write {
        self.writer.as_mut().expect("it is taken in `keep` alone")
    }

    /// For who goes on writing when the file has its place.
    #[cfg(target_os = "linux")]
    pub fn whole(&self) -> io::Result<Whole> {
        let writer = self.writer.as_ref().expect("it is taken in `keep` alone");
        Ok(Whole {
            file: writer.get_ref().try_clone()?,
            written: 0,
            waiting: Vec::new(),
        })
    }

    /// Puts the finished file in its place.
    pub fn keep(mut self) -> io::Result<()> {
        let writer = self.writer.take().expect("it is taken here alone");
        let file = writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        if !self.has_name {
            // Where nothing stands, it takes its place at once.
            match give_name(&file, &self.target) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                done => return done,
            }
            give_name(&file, &self.beside)?;
        }
        drop(file);
        self.has_name = true;
        fs::rename(&self.beside, &self.target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        drop(self.writer.take());
        if self.has_name {
            // After `keep` it is no longer there.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// A file without a name in this folder, where the system has such and can name them later.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use nix::fcntl::OFlag;
    use std::os::unix::fs::OpenOptionsExt;
    if !Path::new("/proc/self/fd").exists() {
        return None;
    }
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(OFlag::O_TMPFILE.bits());
    options.open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

/// Gives a file its first name, which nothing may have yet.
#[cfg(target_os = "linux")]
fn give_name(file: &File, name: &Path) -> io::Result<()> {
    use nix::fcntl::{AT_FDCWD, AtFlags};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    let follow = AtFlags::AT_SYMLINK_FOLLOW;
    nix::unistd::linkat(AT_FDCWD, open.as_str(), AT_FDCWD, name, follow)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn give_name(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Writes in one go what came between two flushes, so that who reads the file meanwhile
/// finds no half of a frame.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub struct Whole {
    file: File,
    written: u64,
    waiting: Vec<u8>,
}

#[cfg(target_os = "linux")]
impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Err(e) = self.file.write_all(&self.waiting) {
            // On a disk that is full, what has its end is still worth reading.
            let _ = self.file.set_len(self.written);
            return Err(e);
        }
        self.written += u64::try_from(self.waiting.len()).unwrap_or(0);
        self.waiting.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_takes_its_place_when_it_is_whole_and_leaves_nothing_otherwise() {
        let folder = std::env::temp_dir().join(format!("wirestage-draft-{}", std::process::id()));
        fs::create_dir(&folder).expect("an empty folder");
        let file = folder.join("a.txt");
        let begin = |text: &str| {
            let mut draft = Draft::begin(&file).unwrap_or_else(|_| panic!("it can be written"));
            draft.writer().write_all(text.as_bytes()).expect("room");
            draft
        };
        let read = || fs::read_to_string(&file).ok();
        drop(begin("thrown away"));
        assert_eq!(read(), None);
        for text in ["first", "second"] {
            let draft = begin(text);
            draft.keep().expect("it takes its place");
            assert_eq!(read().as_deref(), Some(text));
        }
        drop(begin("thrown away"));
        assert_eq!(read().as_deref(), Some("second"));
        let names = fs::read_dir(&folder).expect("a folder");
        assert_eq!(names.count(), 1, "nothing lies beside it");
        fs::remove_dir_all(&folder).expect("own folder");
    }

    #[test]
    fn the_ending_says_the_format_in_either_case() {
        let format = |name: &str| Output::of(name.into()).map(|o| o.format);
        assert_eq!(format("a.pcapng"), Ok(Format::Pcapng));
        assert_eq!(format("x/a.b.PCAP"), Ok(Format::Pcap));
        assert_eq!(format("a.svg"), Ok(Format::Svg));
        assert_eq!(format("a.mmd"), Ok(Format::Mermaid));
        assert_eq!(format("a.json"), Ok(Format::Json));
        assert_eq!(format("a.txt"), Ok(Format::Text));
        for name in ["a", "a.doc", ".pcap", "", "a.pcap/"] {
            match format(name) {
                Err(text) => assert!(text.contains(".pcapng, .pcap, .svg, .mmd, .json or .txt")),
                Ok(format) => assert_eq!((name, format), ("a.pcap/", Format::Pcap)),
            }
        }
    }
}
