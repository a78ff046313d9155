//! What a server's list of a folder says: the lines of MLSD, and those that Unix makes of LIST.
//!
//! Lines that are neither are skipped: a list is told, never refused.

/// One name of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name, without a folder before it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How many bytes it holds, where that is said.
    pub size: Option<u64>,
    /// When it was changed last, as the list has it.
    pub changed: Option<String>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, or a link, which mostly leads to one.
    File,
    /// A folder.
    Folder,
    /// Neither: a device, a pipe.
    Other,
}

/// The most names that are read of one list.
const NAMES: usize = 10_000;

/// Reads what MLSD brought: `type=file;size=12;modify=20261121201042; notes.txt`
/// (RFC 3659 §7.2).
#[must_use]
pub fn facts(bytes: &[u8]) -> Vec<Listed> {
    all(bytes, fact_line)
}

/// Reads what LIST brought, as Unix writes it:
/// `-rw-r--r-- 1 ada ada 12 Nov 21 20:10 notes.txt`.
#[must_use]
pub fn list(bytes: &[u8]) -> Vec<Listed> {
    all(bytes, list_line)
}

/// Reads what NLST brought: names, some with their folder before them.
#[must_use]
pub fn names(bytes: &[u8]) -> Vec<Listed> {
    all(bytes, |line| {
        Some(Listed {
            name: plain(line.rsplit('/').next()?)?,
            kind: Kind::File,
            size: None,
            changed: None,
        })
    })
}

fn all(bytes: &[u8], read: impl Fn(&str) -> Option<Listed>) -> Vec<Listed> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    lines.filter_map(read).take(NAMES).collect()
}

fn fact_line(line: &str) -> Option<Listed> {
    let (facts, name) = line.split_once(' ')?;
    let mut listed = Listed {
        name: plain(name)?,
        kind: Kind::File,
        size: None,
        changed: None,
    };
    let mut any = false;
    for fact in facts.split(';').filter(|fact| !fact.is_empty()) {
        let (key, value) = fact.split_once('=')?;
        any = true;
        match key.to_ascii_lowercase().as_str() {
            "type" => {
                listed.kind = match value.to_ascii_lowercase().as_str() {
                    "file" => Kind::File,
                    "dir" => Kind::Folder,
                    // The folder itself, and the one above it.
                    "cdir" | "pdir" => return None,
                    other if other.starts_with("os.unix=slink") => Kind::File,
                    _ => Kind::Other,
                }
            }
            "size" => listed.size = value.parse().ok(),
            "modify" => listed.changed = moment(value),
            _ => {}
        }
    }
    (any || facts.is_empty()).then_some(listed)
}

fn list_line(line: &str) -> Option<Listed> {
    let mut rest = line;
    let mut fields = [""; 8];
    for field in &mut fields {
        let word = rest.trim_start_matches(' ');
        let end = word.find(' ')?;
        *field = &word[..end];
        rest = &word[end..];
    }
    let [modes, links, _, _, size, month, day, time] = fields;
    let (letter, rights) = modes.split_at_checked(1)?;
    let numbers = [links, day].iter().all(|n| n.parse::<u32>().is_ok());
    if rights.len() < 9 || !rights.is_ascii() || !numbers {
        return None;
    }
    // One space parts the time from the name, which may begin with more.
    let mut name = rest.strip_prefix(' ')?;
    let kind = match letter {
        "-" => Kind::File,
        "d" => Kind::Folder,
        "l" => {
            name = name.split(" -> ").next()?;
            Kind::File
        }
        "b" | "c" | "p" | "s" => Kind::Other,
        _ => return None,
    };
    Some(Listed {
        name: plain(name)?,
        kind,
        size: size.parse().ok().filter(|_| letter == "-"),
        changed: Some(format!("{month} {day} {time}")),
    })
}

/// A name that stands for something in the folder itself.
fn plain(name: &str) -> Option<String> {
    let odd = name.is_empty() || name == "." || name == "..";
    let odd = odd || name.contains(['/', '\0', '\r']);
    (!odd).then(|| name.to_owned())
}

/// `20261121201042`, with or without parts of a second, as people write it: of MLSD, and of
/// a reply to MDTM (RFC 3659 §2.3).
#[must_use]
pub fn moment(text: &str) -> Option<String> {
    let digits = text.split('.').next()?;
    if digits.len() != 14 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize, len: usize| digits.get(at..at + len).unwrap_or_default();
    Some(format!(
        "{}-{}-{} {}:{}:{}",
        part(0, 4),
        part(4, 2),
        part(6, 2),
        part(8, 2),
        part(10, 2),
        part(12, 2)
    ))
}

/// Whether a name is like a pattern: `*` stands for any letters or none, `?` for one.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where the last star stands, and how far the letters reach that it takes.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                star = Some((p, n));
                p += 1;
            }
            (Some(letter), _) if *letter == '?' || *letter == name[n] => {
                p += 1;
                n += 1;
            }
            (_, Some((at, taken))) => {
                star = Some((at, taken + 1));
                p = at + 1;
                n = taken + 1;
            }
            (_, None) => return false,
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

/// Whether a name that was typed is a pattern.
#[must_use]
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// Every reader of lists on the same bytes, for a fuzzer: nothing may panic, and no name may
/// lead out of its folder.
pub fn fuzz(bytes: &[u8]) {
    for listed in [facts(bytes), list(bytes), names(bytes)]
        .into_iter()
        .flatten()
    {
        assert!(!listed.name.is_empty() && !listed.name.contains('/'));
        assert!(listed.name != "." && listed.name != "..");
        assert!(matches("*", &listed.name));
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = moment(&text);
    if let Some((pattern, name)) = text.split_once('\n') {
        let _ = matches(pattern, name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::proto::laws::mutate;

    const FACTS: &[u8] = b"type=cdir;modify=20260101000000; /\r\n\
        Type=file;Size=40000;Modify=20261121201042.5;Perm=r; report one.pdf\r\n\
        type=dir;sizd=0; docs\r\n type=x\r\nno list at all\r\n\r\n; \r\n\
        type=OS.unix=slink:/a;size=3; link\r\n just a name\r\ntype=file; ../x\r\ntype=file; ..\r\n";

    const LIST: &[u8] = b"total 12\r\n\
        drwxr-xr-x   2 ada      staff        4096 Nov 21 20:10 docs\r\n\
        -rw-r--r--   1 ada      staff       40000 Jan  1  2025  two  blanks.txt\r\n\
        lrwxrwxrwx   1 0 0 7 Nov 21 20:10 link -> docs/a\r\n\
        crw-rw-rw-   1 0 0 1,3 Nov 21 20:10 null\r\n\
        prw-rw-rw-   1 0 0 0 Nov 21 20:10 pipe\r\n\
        drwxr-xr-x 2 a a 1 Nov 21 20:10 ..\r\n11-21-26  08:10PM <DIR> x\r\n";

    fn told(listed: &[Listed]) -> Vec<String> {
        let one = |l: &Listed| {
            let changed = l.changed.as_deref().unwrap_or("-");
            format!("{} {:?} {:?} {changed}", l.name, l.kind, l.size)
        };
        listed.iter().map(one).collect()
    }

    #[test]
    fn facts_are_read_and_odd_lines_skipped() {
        assert_eq!(
            told(&facts(FACTS)),
            [
                "report one.pdf File Some(40000) 2026-11-21 20:10:42",
                "docs Folder None -",
                "type=x File None -",
                "link File Some(3) -",
                "just a name File None -",
            ]
        );
    }

    #[test]
    fn a_list_of_unix_is_read() {
        assert_eq!(
            told(&list(LIST)),
            [
                "docs Folder None Nov 21 20:10",
                " two  blanks.txt File Some(40000) Jan 1 2025",
                "link File None Nov 21 20:10",
                "pipe Other None Nov 21 20:10",
            ]
        );
        let listed = names(b"a\r\ndocs/b\r\n\r\n..\r\nc");
        let all: Vec<&str> = listed.iter().map(|l| &*l.name).collect();
        assert_eq!(all, ["a", "b", "c"]);
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, does) in [
            ("*.pdf", "report.pdf", true),
            ("*.pdf", "report.pdf.old", false),
            ("r?port*", "report", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("*", "", true),
            ("?", "", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), does, "{pattern} {name}");
        }
    }

    #[test]
    fn no_list_panics() {
        let mut rng = Rng::from_seed(3);
        for _ in 0..3000 {
            for list in [FACTS, LIST] {
                fuzz(&mutate(list, &mut rng));
            }
        }
        let long = "a*".repeat(2000) + "\n" + &"a".repeat(3000);
        fuzz(long.as_bytes());
    }
}
