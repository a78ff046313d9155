//! Whether letters arrived as people wrote them.

use super::{Act, Arrival, Event, Kind, Timeline};
use crate::base::sorted::Set;
use crate::base::{Content, HostId, Kept, Letter, Part};

/// A letter's head lies in so many bytes, or the letter is not looked at.
const HEAD: u64 = 16 << 10;

impl Timeline {
    /// How the texts of letters that hosts keep compare with what people wrote, in the order
    /// in which they came: each letter in plain ASCII about something that somebody wrote
    /// about. One that is encoded, or has files with it, is not looked at.
    #[must_use]
    pub fn letters(&self) -> Vec<Arrival> {
        let written: Vec<_> = self.written().collect();
        let mut seen = Set::new();
        let mut letters = Vec::new();
        for event in self.events.iter().filter(|e| e.kind == Kind::Kept) {
            let kept = self.kept(event.arg);
            let place = (event.host, kept.program.0, kept.path.as_str());
            if let Some(Kept::File(content)) = &kept.what
                && kept.path.ends_with(".eml")
                && seen.insert(place)
            {
                letters.extend(self.letter(event, content, &written));
            }
        }
        letters
    }

    /// What people wrote to be sent as it is, and where.
    fn written(&self) -> impl Iterator<Item = (HostId, &Letter)> {
        let acted = self.events.iter().filter(|e| e.kind == Kind::Acted);
        acted.filter_map(|event| match &self.action(event.arg).act {
            Act::Write(letter) if letter.attach.is_empty() => Some((event.host, letter)),
            _ => None,
        })
    }

    /// How one letter compares: the one that is kept from this event on.
    fn letter(
        &self,
        event: Event,
        content: &Content,
        written: &[(HostId, &Letter)],
    ) -> Option<Arrival> {
        let head = self.content_in(content, 0..content.len().min(HEAD));
        let end = head.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&head[..end]).replace("\r\n ", " ");
        let says = |name| head.lines().find_map(|line| line.strip_prefix(name));
        let subject = says("Subject: ").filter(|_| says("MIME-Version:").is_none())?;
        let body = Content::joined([Part {
            content: content.clone(),
            range: end as u64 + 4..content.len(),
        }]);
        let about_it = written.iter().filter(|(_, it)| it.subject == subject);
        let compared =
            about_it.map(|(who, it)| self.compared(event, *who, &lines_of(&it.text), &body));
        // Of several about the same, it is the one that it equals.
        let compared: Vec<_> = compared.collect();
        let equal = compared.iter().find(|arrival| arrival.is_equal());
        equal.or(compared.first()).cloned()
    }
}

/// A text as mail clients send it: CRLF ends each line.
fn lines_of(text: &str) -> Content {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = text.lines().flat_map(|line| [line, "\r\n"]);
    Content::from_bytes(lines.collect::<String>().as_bytes())
}
