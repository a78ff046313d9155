//! Files and folders that a host starts with.

use super::people::hash;
use crate::base::{Content, Span, picture};
use crate::scenario::file::{FileFile, HostFile, MadeFile};
use crate::scenario::model::{File, LineEnds};
use crate::scenario::problem::{Problems, short};
use crate::scenario::value::At;

/// How large a file may be: its frames are all kept, and a run may fill 3 GB with them.
const MOST_BYTES: u64 = 2_000_000_000;

/// How large a picture may be: it is made as a whole.
const MOST_PICTURE: u64 = 1_000_000;

/// The files and folders that a host starts with, in file order.
pub(super) fn kept(host: &HostFile, problems: &mut Problems) -> Vec<File> {
    let mut kept: Vec<File> = Vec::new();
    for (name, file) in host.files.iter().flat_map(|f| &f.value.0) {
        is_path(name, problems);
        let content = match &file.value {
            FileFile::Size(len) => {
                if *len > MOST_BYTES {
                    let message = "this file is too large";
                    problems.error(file.span, message, "write 2 GB at most");
                }
                let (seed, len) = (hash(&name.value), *len);
                Content::Generated { seed, len }
            }
            FileFile::Made(made) => made_of(name, made, file.span, line_ends(host), problems),
        };
        kept.push(File {
            name: name.value.clone(),
            content: Some(content),
        });
    }
    for name in host.folders.iter().flat_map(|f| &f.0) {
        let path = At {
            value: name.value.trim_end_matches('/').to_owned(),
            span: name.span,
        };
        is_path(&path, problems);
        kept.push(File {
            name: path.value,
            content: None,
        });
    }
    below_files(host, &kept, problems);
    kept
}

/// A file with its own text or picture.
fn made_of(
    name: &At<String>,
    made: &MadeFile,
    whole: Span,
    ends: LineEnds,
    problems: &mut Problems,
) -> Content {
    let such = "write { text = \"…\" } or { image = \"20 kB\" }";
    let image = match (&made.text, &made.image) {
        (Some(text), None) if ends == LineEnds::Crlf => {
            let lines = text.value.replace("\r\n", "\n").replace('\n', "\r\n");
            return Content::from_bytes(lines.as_bytes());
        }
        (Some(text), None) => return Content::from_bytes(text.value.as_bytes()),
        (None, Some(image)) => image,
        (None, None) => {
            problems.error(whole, "this says nothing of what the file holds", such);
            return Content::from_bytes(b"");
        }
        (Some(_), Some(image)) => {
            problems.error(image.span, "a file is a text or an image", such);
            return Content::from_bytes(b"");
        }
    };
    let least = picture::LEAST_BYTES as u64;
    match usize::try_from(image.value.0) {
        Ok(len) if (least..=MOST_PICTURE).contains(&image.value.0) => {
            Content::from_bytes(&picture::png(hash(&name.value), len))
        }
        _ => {
            problems.error(
                image.span,
                "no image is made of this size",
                format!("write something from {least} B to 1 MB"),
            );
            Content::from_bytes(b"")
        }
    }
}

/// Names of files and folders go on a line of the protocol, and are typed between other words.
fn is_path(path: &At<String>, problems: &mut Problems) {
    if !could_be(&path.value) {
        problems.error(
            path.span,
            format!("`{}` is no path here", short(&path.value)),
            "write folders and a name of plain letters, digits and signs: docs/report.pdf",
        );
    }
}

/// Whether something may lie at a path.
pub(super) fn could_be(path: &str) -> bool {
    let name = |name: &str| {
        let letters = |c: char| c.is_ascii_graphic() && !"*?\\".contains(c);
        !["", ".", ".."].contains(&name) && name.chars().all(letters)
    };
    path.len() <= 120 && path.split('/').all(name)
}

/// Tells what lies below a file, or where one lies already.
fn below_files(host: &HostFile, kept: &[File], problems: &mut Problems) {
    let files = host
        .files
        .iter()
        .flat_map(|f| f.value.0.iter().map(|(name, _)| name));
    let folders = host.folders.iter().flat_map(|f| &f.0);
    for path in files.chain(folders) {
        let is_file = |name: &str| kept.iter().any(|f| f.content.is_some() && f.name == name);
        let own = path.value.trim_end_matches('/');
        let mut above = own.match_indices('/').map(|(at, _)| &own[..at]);
        if let Some(file) = above.find(|above| is_file(above)) {
            problems.error(
                path.span,
                format!(
                    "`{}` lies below `{}`, which is a file",
                    short(own),
                    short(file)
                ),
                "give one of the two another name",
            );
        }
        let twice = kept.iter().filter(|f| f.name == own).count() > 1;
        if twice
            && !host
                .files
                .iter()
                .any(|f| f.value.0.iter().any(|(name, _)| name == path))
        {
            problems.error(
                path.span,
                format!("`{}` stands here already", short(own)),
                "write each file and each folder once",
            );
        }
    }
}

/// The folders among files, those that stand there only because something lies in them as well.
pub(super) fn folders(kept: &[File]) -> Vec<&str> {
    let mut folders = Vec::new();
    for file in kept {
        let own = file.content.is_none().then_some(file.name.as_str());
        let above = file.name.match_indices('/').map(|(at, _)| &file.name[..at]);
        for folder in above.chain(own) {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    folders
}

/// How lines of text end in a host's files.
pub(super) fn line_ends(file: &HostFile) -> LineEnds {
    file.line_ends.as_ref().map(|l| l.value).unwrap_or_default()
}
