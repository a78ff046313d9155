//! How the parts of a scenario file are read: the keys of each table, the words of each choice.

use super::file::{
    AccountFile, CaptionFile, DomainFile, FileFile, GuestsFile, HostFile, Is, KnobFile, LetterFile,
    LinkFile, LoginFile, MadeFile, May, OnOff, RunsWord, ScenarioFile, SendFile, StoryValue,
    TcpFile, Trusts,
};
use super::model::{
    Arp, Auth, Congestion, FtpMode, KnobType, Level, LineEnds, Names, Nat, Relays, Trouble,
};
use super::read::{Fields, Read, Reader, Table, Value, choice, text, text_or_number};
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
            symptoms: fields.take("symptoms"),
            ip: fields.take("ip"),
            arp: fields.take("arp"),
            names: fields.take("names"),
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
            domain: fields.take("domain"),
            down: fields.take("down"),
            user: fields.take("user"),
            password: fields.take("password"),
            runs: fields.take("runs"),
            server: fields.take("server"),
            mode: fields.take("mode"),
            announces: fields.take("announces"),
            trusts: fields.take("trusts"),
            retries: fields.take("retries"),
            retry_after: fields.take("retry-after"),
            files: fields.take("files"),
            folders: fields.take("folders"),
            line_ends: fields.take("line-ends"),
            logins: fields.take("logins"),
            anonymous: fields.take("anonymous"),
            guests: fields.take("guests"),
            port_check: fields.take("port-check"),
            extended: fields.take("extended"),
            sessions: fields.take("sessions"),
            attempts: fields.take("attempts"),
            idle: fields.take("idle"),
            data_patience: fields.take("data-patience"),
            disk: fields.take("disk"),
            quota: fields.take("quota"),
            passive_ports: fields.take("passive-ports"),
            passive_address: fields.take("passive-address"),
            port: fields.take("port"),
            auth: fields.take("auth"),
            pipelining: fields.take("pipelining"),
            stuffs_dots: fields.take("stuffs-dots"),
            fetches_from: fields.take("fetches-from"),
            leaves_letters: fields.take("leaves-letters"),
            sends: fields.take("sends"),
            sender: fields.take("sender"),
            max_letter: fields.take("max-letter"),
            max_recipients: fields.take("max-recipients"),
            aliases: fields.take("aliases"),
            moved: fields.take("moved"),
            forwards_moved: fields.take("forwards-moved"),
            busy: fields.take("busy"),
            greylists: fields.take("greylists"),
            relays: fields.take("relays"),
            blocks: fields.take("blocks"),
            warns_after: fields.take("warns-after"),
            gives_up_after: fields.take("gives-up-after"),
            max_hops: fields.take("max-hops"),
            pop: fields.take("pop"),
            recursive: fields.take("recursive"),
            answers: fields.take("answers"),
            largest_answer: fields.take("largest-answer"),
            address: fields.take("address"),
            tcp: fields.take("tcp"),
            pause: fields.take("pause"),
            pause_after: fields.take("pause-after"),
            nat: fields.take("nat"),
            forwards: fields.take("forwards"),
            nat_table: fields.take("nat-table"),
            nat_timeout: fields.take("nat-timeout"),
            firewall: fields.take("firewall"),
            routes: fields.take("routes"),
        }
    }
}

impl Table for TcpFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            congestion: fields.take("congestion"),
            nagle: fields.take("nagle"),
            delayed_ack: fields.take("delayed-ack"),
            window: fields.take("window"),
            backlog: fields.take("backlog"),
            mss: fields.take("mss"),
            keep_alive: fields.take("keep-alive"),
            connect_timeout: fields.take("connect-timeout"),
            give_up: fields.take("give-up"),
        }
    }
}

impl Table for MadeFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            text: fields.take("text"),
            image: fields.take("image"),
        }
    }
}

impl Table for AccountFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            password: fields.take("password"),
            home: fields.take("home"),
            may: fields.take("may"),
        }
    }
}

impl Table for GuestsFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            home: fields.take("home"),
            may: fields.take("may"),
        }
    }
}

impl Table for LinkFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            delay: fields.take("delay"),
            rate: fields.take("rate"),
            queue: fields.take("queue"),
            jitter: fields.take("jitter"),
            mtu: fields.take("mtu"),
            lose: fields.take("lose"),
            duplicate: fields.take("duplicate"),
            reorder: fields.take("reorder"),
            corrupt: fields.take("corrupt"),
            down: fields.take("down"),
        }
    }
}

impl Table for DomainFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            mx: fields.take("mx"),
            people: fields.take("people"),
            ns: fields.take("ns"),
            host: fields.take("host"),
            records: fields.take("records").unwrap_or_default(),
            ttl: fields.take("ttl"),
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
            cc: fields.take("cc"),
            bcc: fields.take("bcc"),
            from: fields.take("from"),
            subject: fields.take("subject"),
            text: fields.take("text"),
            attach: fields.take("attach"),
        }
    }
}

impl Table for SendFile {
    fn take(fields: &mut Fields<'_, '_, '_>) -> Self {
        Self {
            at: fields.take("at"),
            to: fields.take("to"),
            cc: fields.take("cc"),
            bcc: fields.take("bcc"),
            subject: fields.take("subject"),
            text: fields.take("text"),
            attach: fields.take("attach"),
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

impl Read for TcpFile {
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

impl Read for SendFile {
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
        DeValue::Table(table) => Some(reader.table(table)),
        _ => reader.expected("a table", value),
    }
}

impl Read for GuestsFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table(value, reader)
    }
}

impl Read for FileFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if let DeValue::Table(_) = value.get_ref() {
            return table(value, reader).map(Self::Made);
        }
        let expected = "a size such as \"40 kB\", { text = \"…\" } or { image = \"20 kB\" }";
        text_or_number(value, reader, expected, |text| {
            parse_size(text).map(Self::Size)
        })
    }
}

impl Read for LoginFile {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if let DeValue::Table(_) = value.get_ref() {
            return table(value, reader).map(Self::Account);
        }
        let expected = "a password, or { password = \"…\", home = \"…\", may = \"read\" }";
        text(value, reader, expected, |text| {
            Ok(Self::Password(text.to_owned()))
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
        let choices = [
            ("host", Self::Host),
            ("switch", Self::Switch),
            ("hub", Self::Hub),
            ("router", Self::Router),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for RunsWord {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("ftp client", Self::FtpClient),
            ("ftp server", Self::FtpServer),
            ("ftp web page", Self::FtpWebPage),
            ("browser", Self::Browser),
            ("mail client", Self::MailClient),
            ("mail robot", Self::MailRobot),
            ("mail server", Self::MailServer),
            ("name server", Self::NameServer),
            ("web server", Self::WebServer),
            ("console", Self::Console),
            ("echo server", Self::EchoServer),
            ("discard server", Self::DiscardServer),
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

impl Read for Nat {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("off", Self::Off),
            ("on", Self::On),
            ("helper", Self::Helper),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for Congestion {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("none", Self::None),
            ("reno", Self::Reno),
            ("cubic", Self::Cubic),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for Names {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("hosts", Self::Hosts), ("dns", Self::Dns)];
        choice(value, reader, &choices)
    }
}

impl Read for Auth {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("plain", Self::Plain), ("login", Self::Login)];
        choice(value, reader, &choices)
    }
}

impl Read for Relays {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("nobody", Self::Nobody),
            ("logged in", Self::LoggedIn),
            ("anyone", Self::Anyone),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for Trouble {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("yes", Self::None),
            ("servfail", Self::Fails),
            ("refused", Self::Refuses),
            ("nothing", Self::Silent),
        ];
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
        let choices = [
            ("active", Self::Active),
            ("passive", Self::Passive),
            ("extended", Self::Extended),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for Trusts {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("any address", Self::Any),
            ("server's address", Self::Server),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for May {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [
            ("read", Self::Read),
            ("write", Self::Write),
            ("read and write", Self::Both),
            ("nothing", Self::Nothing),
        ];
        choice(value, reader, &choices)
    }
}

impl Read for LineEnds {
    fn read(value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let choices = [("lf", Self::Lf), ("crlf", Self::Crlf)];
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
