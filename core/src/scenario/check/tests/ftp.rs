//! What FTP servers and clients are told.

use super::{attempt, host, refused, router, scenario};
use crate::base::{Content, Duration};
use crate::scenario::load;
use crate::scenario::model::{
    FtpMode, FtpServer, FtpUser, IpFamily, LineEnds, Place, Runs, Scenario,
};
use std::net::Ipv4Addr;

const LINE: &str = "\"laptop - server\"";
const NAT: &str = "\"laptop - office - router - internet - server\"";

fn server<'s>(scenario: &'s Scenario, name: &str) -> &'s FtpServer {
    match &host(scenario, name).runs[0] {
        Runs::FtpServer(server) => server,
        other => panic!("{other:?}"),
    }
}

fn client<'s>(scenario: &'s Scenario, name: &str) -> &'s FtpUser {
    match &host(scenario, name).runs[0] {
        Runs::FtpUser(user) => user,
        other => panic!("{other:?}"),
    }
}

fn place(home: &str, reads: bool, writes: bool) -> Place {
    let home = home.to_owned();
    Place {
        home,
        reads,
        writes,
    }
}

/// Every word that a client and a server have.
const ALL: &str = r#"
ip = 6
[hosts.laptop]
person = "Ada"
runs = "ftp client"
mode = "extended"
trusts = "server's address"
retries = 2
retry-after = "7 s"
files = { "site/index.html" = { text = "a\nb\n" } }
folders = ["inbox/"]
line-ends = "crlf"

[hosts.server]
runs = "ftp server"
files = { "docs/notes.txt" = { text = "a\nb\n" }, "photo.png" = { image = "20 kB" } }
folders = ["pub", "grace/drafts"]
anonymous = "on"
guests = { home = "/pub/", may = "write" }
port-check = "off"
extended = "off"
sessions = 2
attempts = 5
idle = "5 min"
data-patience = "30 s"
disk = "100 kB"
quota = "50 kB"
passive-ports = "50000-50009"
passive-address = "192.0.2.7"

[hosts.server.logins]
ada = "analytical"
grace = { password = "compiler", home = "grace", may = "read" }
drop = { password = "box", home = "pub", may = "write" }
none = { password = "none", may = "nothing" }

[[story]]
Ada = ["login", "put site/"]
"#;

#[test]
fn a_server_is_told_everything_that_the_file_says() {
    let all = scenario(LINE, ALL);
    assert_eq!(all.ip, IpFamily::V6);
    let ftp = server(&all, "server");
    let rooms: Vec<_> = ftp
        .logins
        .iter()
        .map(|a| (a.login.user.as_str(), a.place.clone()))
        .collect();
    assert_eq!(
        rooms,
        [
            ("ada", place("/", true, true)),
            ("grace", place("/grace", true, false)),
            ("drop", place("/pub", false, true)),
            ("none", place("/", false, false)),
        ]
    );
    assert_eq!(ftp.guests, Some(place("/pub", false, true)));
    assert!(!ftp.port_check && !ftp.extended);
    assert_eq!((ftp.sessions, ftp.attempts), (Some(2), 5));
    assert_eq!(ftp.idle, Some(Duration::from_secs(300)));
    assert_eq!(ftp.data_patience, Duration::from_secs(30));
    assert_eq!((ftp.disk, ftp.quota), (Some(100_000), Some(50_000)));
    assert_eq!(ftp.passive_ports, Some(50000..=50009));
    assert_eq!(ftp.passive_address, Some(Ipv4Addr::new(192, 0, 2, 7)));
    assert_eq!(ftp.line_ends, LineEnds::Lf);
    let kept: Vec<_> = ftp
        .files
        .iter()
        .map(|f| (f.name.as_str(), f.content.as_ref()))
        .collect();
    assert_eq!(
        kept[0],
        ("docs/notes.txt", Some(&Content::from_bytes(b"a\nb\n")))
    );
    assert_eq!(kept[1].1.map(Content::len), Some(20_000));
    assert_eq!(kept[1].1.unwrap().read(0..4), b"\x89PNG");
    assert_eq!(kept[2..], [("pub", None), ("grace/drafts", None)]);
}

#[test]
fn a_client_is_told_everything_that_the_file_says() {
    let all = scenario(LINE, ALL);
    let ftp = client(&all, "laptop");
    assert_eq!(
        (ftp.mode, ftp.announces, ftp.trusts),
        (FtpMode::Extended, None, false)
    );
    assert_eq!(ftp.retries, (2, Duration::from_secs(7)));
    assert_eq!(ftp.line_ends, LineEnds::Crlf);
    // Lines of text end as the host's do, whatever the file's writer has.
    let page = Content::from_bytes(b"a\r\nb\r\n");
    assert_eq!(ftp.files[0].content, Some(page));
    assert_eq!(
        (ftp.files[1].name.as_str(), &ftp.files[1].content),
        ("inbox", &None)
    );
}

#[test]
fn what_the_file_does_not_say_is_as_most_have_it() {
    let hosts = "[hosts]\nlaptop = { person = \"Ada\", runs = \"ftp client\" }\n\
                 server = { runs = \"ftp server\" }\n[[story]]\nAda = \"login\"";
    let plain = scenario(LINE, hosts);
    let ftp = server(&plain, "server");
    assert_eq!(ftp.guests, Some(place("/", true, false)));
    assert_eq!(ftp.logins[0].login.user, "ada");
    assert!(ftp.port_check && ftp.extended);
    assert_eq!((ftp.sessions, ftp.attempts, ftp.idle), (None, 3, None));
    assert_eq!(
        (ftp.passive_ports.clone(), ftp.passive_address),
        (None, None)
    );
    let ftp = client(&plain, "laptop");
    assert_eq!(
        (ftp.mode, ftp.announces, ftp.trusts),
        (FtpMode::Passive, None, true)
    );
    assert_eq!(ftp.retries.0, 0);
}

#[test]
fn guests_that_may_not_come_in_have_no_place() {
    let hosts = "[hosts]\nlaptop = {}\nserver = { runs = \"ftp server\", anonymous = \"off\" }";
    assert_eq!(server(&scenario(LINE, hosts), "server").guests, None);
}

fn behind(nat: &str, announces: &str) -> String {
    format!(
        "[hosts]\nserver = {{ runs = \"ftp server\" }}\noffice = {{ is = \"router\" }}\n\
         router = {{ nat = \"{nat}\" }}\n\
         laptop = {{ person = \"Ada\", runs = \"ftp client\", mode = \"active\", announces = \"{announces}\" }}"
    )
}

#[test]
fn the_routers_address_is_the_outer_one_of_the_nearest_that_translates() {
    let two = scenario(NAT, &behind("on", "router's address"));
    let outside = router(&two, "router").ports[1].address.v4;
    assert_eq!(client(&two, "laptop").announces, Some(outside));
    let own = scenario(NAT, &behind("on", "own address"));
    assert_eq!(client(&own, "laptop").announces, None);
    let other = scenario(NAT, &behind("on", "203.0.113.77"));
    let named = Ipv4Addr::new(203, 0, 113, 77);
    assert_eq!(client(&other, "laptop").announces, Some(named));
}

#[test]
fn where_no_router_translates_the_nearest_is_meant() {
    let two = scenario(NAT, &behind("off", "router's address"));
    let outside = router(&two, "office").ports[1].address.v4;
    assert_eq!(client(&two, "laptop").announces, Some(outside));
    let text = format!(
        "title = \"T\"\nlinks = {NAT}\n{}",
        behind("off", "router's address")
    );
    let warnings = load("x", &text, &[]).unwrap().warnings;
    let first = &warnings
        .iter()
        .find(|w| w.message.contains("router"))
        .unwrap()
        .message;
    assert_eq!(first, "the router on the way out translates no addresses");
}

#[test]
fn knobs_set_what_ftp_is_told() {
    let knobs = r#"
[knobs]
guests = { label = "Guests", sets = "server.anonymous", choices = ["on", "off"] }
home = { label = "Home", sets = "server.logins.grace.home", choices = ["/", "pub"] }
may = { label = "May", sets = "server.guests.may", choices = ["write", "nothing"] }
disk = { label = "Disk", sets = "server.disk", choices = { large = "any", full = "100 kB" } }
seats = { label = "Sessions", sets = "server.sessions", choices = { many = "any", one = "1" } }
ports = { label = "Ports", sets = "server.passive-ports", choices = ["any", "50000-50009"] }
unsaid = { label = "Ends", sets = ["laptop.announces", "server.trusts"], choices = ["own address"] }
"#;
    let told = refused(LINE, &format!("{ALL}{knobs}"));
    assert!(told.contains("knob `unsaid`"), "{told}");
    let sound = knobs.lines().filter(|line| !line.starts_with("unsaid"));
    let sound: Vec<&str> = sound.collect();
    let text = ALL.replace("home = \"grace\"", "home = \"/\"");
    let text = text.replace("disk = \"100 kB\"", "disk = \"any\"");
    let text = text.replace("sessions = 2", "sessions = \"any\"");
    let text = text.replace("passive-ports = \"50000-50009\"\n", "");
    let text = format!(
        "title = \"T\"\nlinks = {LINE}\n{text}{}\n",
        sound.join("\n")
    );
    let turn = |knob: &str, value: &str| {
        let settings = [(knob.to_owned(), value.to_owned())];
        load("x", &text, &settings).map(|l| l.scenario).unwrap()
    };
    assert_eq!(server(&turn("guests", "off"), "server").guests, None);
    assert_eq!(
        server(&turn("home", "pub"), "server").logins[1].place.home,
        "/pub"
    );
    assert_eq!(
        server(&turn("may", "nothing"), "server").guests,
        Some(place("/pub", false, false))
    );
    assert_eq!(server(&turn("disk", "full"), "server").disk, Some(100_000));
    assert_eq!(server(&turn("seats", "one"), "server").sessions, Some(1));
    let ports = turn("ports", "50000-50009");
    assert_eq!(server(&ports, "server").passive_ports, Some(50000..=50009));
}

#[test]
fn a_console_takes_its_own_words_and_an_ftp_client_alone_has_all_of_its() {
    let hosts = |runs: &str, line: &str| {
        format!(
            "[hosts]\nlaptop = {{ person = \"Ada\", runs = {runs} }}\nserver = {{ runs = \"ftp server\" }}\n\
             [[story]]\nAda = \"{line}\""
        )
    };
    for line in ["wait 5 min", "abort", "status", "type ascii"] {
        let alone = attempt(LINE, &hosts("\"ftp client\"", line));
        assert!(alone.is_ok(), "{alone:?}");
    }
    let both = "[\"console\", \"ftp client\"]";
    assert!(attempt(LINE, &hosts(both, "ping server")).is_ok());
    assert!(attempt(LINE, &hosts(both, "type ascii")).is_ok());
    assert!(refused(LINE, &hosts(both, "typ ascii")).contains("did you mean `type`?"));
    assert!(
        refused(LINE, &hosts("\"ftp client\"", "ping server")).contains("does not know \"ping\"")
    );
}
