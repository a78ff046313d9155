//! How the parts of a scenario file are read: the keys of each table, the words of each choice.

use super::file::{
    CaptionFile, DomainFile, FileFile, HostFile, Is, KnobFile, LetterFile, LinkFile, OnOff,
    RunsWord, ScenarioFile, StoryValue, TextFile,
};
use super::model::{Arp, FtpMode, KnobType, Level};
use super::read::{Fields, Read, Reader, Table, Value, choice, span_of, text_or_number};
use super::value::At;
use crate::base::Span;
use crate::base::units::parse_size;
use toml::de::DeValue;

impl Table for ScenarioFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            title: fields.take("title"),
            summary: fields.take("summary"),
            course: fields.take("course"),
            level: fields.take("level"),
            ip: fields.take("ip"),
            arp: fields.take("arp"),
            links: fields.take("links"),
            hosts: fields.take("hosts"),
            link: fields.take("link").unwrap_or_default(),
            domains: fields.take("domains").unwrap_or_default(),
            knobs: fields.take("knobs").unwrap_or_default(),
            story: fields.take("story").unwrap_or_default(),
            captions: fields.take("captions").unwrap_or_default(),
        }
    }
}

impl Table for HostFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            is: fields.take("is"),
            person: fields.take("person"),
            user: fields.take("user"),
            password: fields.take("password"),
            runs: fields.take("runs"),
            server: fields.take("server"),
            mode: fields.take("mode"),
            port_check: fields.take("port-check"),
            files: fields.take("files"),
            logins: fields.take("logins"),
            address: fields.take("address"),
        }
    }
}

impl Table for TextFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            text: fields.require("text"),
        }
    }
}

impl Table for LinkFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            delay: fields.take("delay"),
            rate: fields.take("rate"),
            queue: fields.take("queue"),
        }
    }
}

impl Table for DomainFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            mx: fields.take("mx"),
            people: fields.take("people"),
        }
    }
}

impl Table for KnobFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            label: fields.take("label"),
            sets: fields.take("sets"),
            choices: fields.take("choices"),
            r#type: fields.take("type"),
            suggestions: fields.take("suggestions"),
        }
    }
}

impl Table for LetterFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            send_to: fields.take("send-to"),
            subject: fields.take("subject"),
            text: fields.take("text"),
        }
    }
}

impl Table for CaptionFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            when: fields.take("when"),
            say: fields.take("say"),
        }
    }
}

impl Read for HostFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table(value, reader)
    }
}

impl Read for LinkFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table(value, reader)
    }
}

impl Read for DomainFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table(value, reader)
    }
}

impl Read for KnobFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table(value, reader)
    }
}

impl Read for CaptionFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table(value, reader)
    }
}

/// Reads a table, where it is one.
fn table<T: Table>(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<T> {
    match value.get_ref() {
        DeValue::Table(table) => Some(reader.table(table, span_of(value))),
        _ => reader.expected("a table", value),
    }
}

impl Read for FileFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if let DeValue::Table(_) = value.get_ref() {
            return table(value, reader).map(Self::Text);
        }
        let expected = "a size such as \"40 kB\", or { text = \"…\" }";
        text_or_number(value, reader, expected, |text| {
            parse_size(text).map(Self::Size)
        })
    }
}

impl Read for StoryValue {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) => {
                let value = text.to_string();
                let span = Span::default();
                Some(Self::Lines(vec![At { value, span }]))
            }
            DeValue::Array(_) => Vec::read(value, reader).map(Self::Lines),
            DeValue::Table(_) => table(value, reader).map(Self::Letter),
            _ => {
                let expected = "lines to type, [\"login\"], or a letter, { send-to = \"…\" }";
                reader.expected(expected, value)
            }
        }
    }
}

impl Read for Is {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("host", Self::Host), ("switch", Self::Switch)];
        choice(value, reader, &choices)
    }
}

impl Read for RunsWord {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("ftp client", Self::FtpClient),
            ("ftp server", Self::FtpServer),
            ("mail client", Self::MailClient),
            ("mail server", Self::MailServer),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for OnOff {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("on", Self::On), ("off", Self::Off)];
        choice(value, reader, &choices)
    }
}

impl Read for Level {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("lesson", Self::Lesson),
            ("deeper", Self::Deeper),
            ("break it", Self::BreakIt),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for Arp {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("shown", Self::Shown), ("prefilled", Self::Prefilled)];
        choice(value, reader, &choices)
    }
}

impl Read for FtpMode {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("active", Self::Active), ("passive", Self::Passive)];
        choice(value, reader, &choices)
    }
}

impl Read for KnobType {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("size", Self::Size),
            ("rate", Self::Rate),
            ("time", Self::Time),
            ("count", Self::Count),
            ("percent", Self::Percent),
        ];
        choice(value, reader, &choices)
    }
}
