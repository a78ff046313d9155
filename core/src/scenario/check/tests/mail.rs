//! Mail and names: what the file says, and what holds where it does not.

use super::{attempt, host, refused, scenario};
use crate::base::Duration;
use crate::proto::dns::Data;
use crate::scenario::model::{Does, MailServer, MailUser, Names, Relays, Runs, Scenario, Trouble};

const LINKS: &str = "[\"laptop - switch - server\", \"switch - desk\", \"switch - ns\"]";

fn client<'s>(scenario: &'s Scenario, name: &str) -> &'s MailUser {
    let user = host(scenario, name).runs.iter().find_map(|r| match r {
        Runs::MailUser(user) | Runs::MailRobot(user) => Some(user),
        _ => None,
    });
    user.expect("a mail client")
}

fn server<'s>(scenario: &'s Scenario, name: &str) -> &'s MailServer {
    let server = host(scenario, name).runs.iter().find_map(|r| match r {
        Runs::MailServer(server) => Some(server),
        _ => None,
    });
    server.expect("a mail server")
}

fn mail(laptop: &str, keys: &str, rest: &str) -> String {
    format!(
        "[hosts]\nlaptop = {{ person = \"Ada\", runs = \"mail client\"{laptop} }}\n\
         server = {{ runs = \"mail server\"{keys} }}\ndesk = {{ person = \"Grace\" }}\nns = {{}}\n{rest}\n\
         [domains]\n\"example.net\" = {{ people = [\"Ada\", \"Grace\"] }}\n"
    )
}

#[test]
fn a_mail_server_says_what_it_takes_and_from_whom() {
    let keys = ", max-letter = \"1 MB\", extended = \"off\", busy = { Grace = \"5 min\" }, \
        moved = { Alan = \"alan@example.org\" }, aliases = { sales = [\"Grace\", \"Ada\"] }, \
        relays = \"anyone\", blocks = \"desk\", retry-after = \"1 min\", warns-after = \"off\", \
        gives-up-after = \"2 days\", quota = \"1 kB\"";
    let run = scenario(LINKS, &mail(", port = 587, auth = \"login\"", keys, ""));
    let told = server(&run, "server");
    assert_eq!(told.name, "server.example.net");
    assert_eq!((told.max_letter, told.extended), (Some(1_000_000), false));
    let minutes = Duration::from_secs(300);
    assert_eq!(told.busy, [("grace@example.net".to_owned(), minutes)]);
    let moved = ("alan@example.net".to_owned(), "alan@example.org".to_owned());
    assert_eq!(told.moved, [moved]);
    let (name, to) = &told.aliases[0];
    assert_eq!(name, "sales@example.net");
    assert_eq!(to[..], ["grace@example.net", "ada@example.net"]);
    assert_eq!(told.relays, Relays::Anyone);
    assert_eq!(told.blocks, [run.node("desk").unwrap()]);
    assert_eq!(told.retry_after, Duration::from_secs(60));
    assert_eq!(told.gives_up_after, Duration::from_secs(2 * 86_400));
    assert_eq!((told.warns_after, told.quota), (None, Some(1000)));
    let users: Vec<&str> = told.logins.iter().map(|(l, _)| l.user.as_str()).collect();
    assert_eq!(users, ["ada", "grace"]);
    assert_eq!(client(&run, "laptop").port, 587);
}

#[test]
fn exchangers_are_told_in_their_order_or_by_their_preference() {
    let domain = |mx: &str| {
        let links = "[\"a - switch - b\", \"switch - c\"]";
        let rest = format!(
            "[hosts]\na = {{ runs = \"mail server\" }}\nb = {{ runs = \"mail server\" }}\nc = {{}}\n\
             [domains]\n\"example.net\" = {{ mx = {mx}, host = \"c\" }}\n"
        );
        let run = scenario(links, &rest);
        let told = run.domains[0].mx.iter();
        let name = |id| run.nodes[crate::base::HostId::index(id)].name.clone();
        told.map(|mx| (mx.preference, mx.host.map(name)))
            .collect::<Vec<_>>()
    };
    let some = |preference, name: &str| (preference, Some(name.to_owned()));
    assert_eq!(domain("[\"b\", \"a\"]"), [some(10, "b"), some(20, "a")]);
    assert_eq!(domain("\"20 b, 5 a\""), [some(5, "a"), some(20, "b")]);
    assert_eq!(domain("[\"7 b\", \"7 a\"]"), [some(7, "b"), some(7, "a")]);
    assert_eq!(domain("\".\""), [(0, None)]);
    assert_eq!(domain("[]"), []);
    assert_eq!(domain("\"none\""), []);
    assert_eq!(domain("\"none, .\""), [(0, None)]);
}

#[test]
fn names_of_domains_are_read_in_any_letters() {
    let keys = ", aliases = { \"Crew@Example.Net\" = \"GRACE@EXAMPLE.NET\" }";
    let text = mail("", keys, "").replace("\"example.net\"", "\"Example.NET.\"");
    let run = scenario(LINKS, &text);
    let told = server(&run, "server");
    assert_eq!(told.domains, ["example.net"]);
    assert_eq!(told.name, "server.example.net");
    assert_eq!(client(&run, "laptop").address, "ada@example.net");
    let alias = ("Crew@Example.Net".into(), vec!["GRACE@EXAMPLE.NET".into()]);
    assert_eq!(told.aliases, [alias]);
}

#[test]
fn a_name_without_a_domain_belongs_to_one_whose_letters_end_there() {
    let rest = "[hosts]\nlaptop = {}\ndesk = {}\nns = {}\n\
                server = { runs = \"mail server\", domain = \"lab.test\", aliases = { crew = \"Ada\" } }\n\
                [domains]\n\"example.net\" = { people = \"Ada\" }\n";
    let run = scenario(LINKS, rest);
    let told = server(&run, "server");
    assert_eq!(told.name, "server.lab.test");
    assert_eq!(told.aliases[0].0, "crew@example.net");
}

#[test]
fn names_are_asked_for_where_somebody_tells_them() {
    let plain = scenario(LINKS, &mail("", "", ""));
    assert_eq!(plain.names, Names::Hosts);
    let text = mail("", "", "").replace("ns = {}", "ns = { runs = \"name server\" }");
    let asks = scenario(LINKS, &text);
    assert_eq!(asks.names, Names::Dns);
    assert_eq!(asks.domains[0].ns, [asks.node("ns").unwrap()]);
    // Nobody tells them: who serves most does so besides.
    let rest = format!("names = \"dns\"\n{}", mail("", "", ""));
    let besides = scenario(LINKS, &rest);
    let runs = &host(&besides, "server").runs;
    assert!(matches!(
        runs[..],
        [Runs::MailServer(_), Runs::NameServer(_)]
    ));
    let off = "ns = { runs = \"name server\", answers = \"servfail\", recursive = \"off\" }";
    let run = scenario(LINKS, &mail("", "", "").replace("ns = {}", off));
    let Runs::NameServer(told) = host(&run, "ns").runs[0] else {
        panic!("a name server");
    };
    assert_eq!((told.trouble, told.recursive), (Trouble::Fails, false));
}

#[test]
fn a_name_server_that_is_hidden_is_not_taken() {
    let links = "[\"server - router - laptop\"]";
    let rest = "names = \"dns\"\n[hosts]\nlaptop = { person = \"Ada\", runs = \"ftp client\" }\n\
                server = { runs = \"ftp server\" }\n\
                router = { nat = \"on\", forwards = \"tcp 21 to server:21\" }\n";
    let run = scenario(links, rest);
    assert!(matches!(
        host(&run, "laptop").runs[..],
        [Runs::FtpUser(_), Runs::NameServer(_)]
    ));
}

#[test]
fn each_host_has_a_full_name() {
    let rest = "[hosts]\nlaptop = { person = \"Ada\" }\nserver = { runs = \"mail server\" }\n\
                desk = { domain = \"lab.test\" }\nns = {}\n\
                [domains]\n\"example.com\" = { host = \"ns\", mx = [] }\n\
                \"example.net\" = { mx = \"server\", people = \"Ada\" }\n";
    let run = scenario(LINKS, rest);
    let full = |name: &str| run.full_name(run.node(name).unwrap());
    assert_eq!(full("laptop"), "laptop.example.net");
    assert_eq!(full("server"), "server.example.net");
    assert_eq!(full("desk"), "desk.lab.test");
    assert_eq!(full("ns"), "ns.example.com");
}

#[test]
fn a_domain_may_say_more() {
    let rest = mail("", "", "").replace(
        "people = [",
        "ttl = \"5 min\", records = { www = \"CNAME server\", \"@\" = \"TXT v=spf1 -all\", \
         x = [\"A 192.0.2.7\", \"MX 5 elsewhere\"] }, people = [",
    );
    let run = scenario(LINKS, &rest);
    let told: Vec<String> = run.domains[0]
        .records
        .iter()
        .map(|record| match &record.data {
            Data::Cname(name) => format!("{} is {name}", record.name),
            Data::Txt(texts) => format!("{} says {}", record.name, texts.join("")),
            Data::Mx(n, host) => format!("{} {n} {host}", record.name),
            other => format!("{} {other:?}", record.name),
        })
        .collect();
    assert_eq!(
        told,
        [
            "www.example.net is server.example.net",
            "example.net says v=spf1 -all",
            "x.example.net A(192.0.2.7)",
            "x.example.net 5 elsewhere.example.net",
        ]
    );
    assert_eq!(run.domains[0].records[0].ttl_s, 300);
}

#[test]
fn letters_have_copies_and_attachments_and_false_senders() {
    let story = "[[story]]\nAda = { send-to = [\"Grace\"], cc = \"Ada\", bcc = \"nobody\", \
                 from = \"president@example.com\", attach = \"photo.png\", subject = \"S\" }\n";
    let files = ", files = { \"photo.png\" = { image = \"2 kB\" } }";
    let run = scenario(LINKS, &mail(files, "", story));
    let Does::Writes(letter) = &run.story[0].does else {
        panic!("a letter");
    };
    assert_eq!(letter.to, ["grace@example.net"]);
    assert_eq!(letter.cc, ["ada@example.net"]);
    assert!(letter.bcc.is_empty());
    assert_eq!(letter.from.as_deref(), Some("president@example.com"));
    assert_eq!(letter.attach, ["photo.png"]);
    let told = refused(LINKS, &mail("", "", story));
    assert!(
        told.contains("there is no file `photo.png` to attach"),
        "{told}"
    );
}

#[test]
fn letters_are_typed_fetched_and_read_where_they_lie() {
    let story = "[[story]]\nAda = [\"send Grace Hi Ho\", \"fetch\", \"list\", \"read 1\"]\n";
    assert!(attempt(LINKS, &mail("", "", story)).is_ok());
    let story = "[[story]]\nAda = [\"mail\", \"raed 1\", \"send Nobody a b\"]\n";
    let told = refused(LINKS, &mail("", "", story));
    assert!(told.contains("`mail` is not typed here"), "{told}");
    assert!(told.contains("did you mean `read`?"), "{told}");
    assert!(
        told.contains("nobody called `Nobody` has a mailbox"),
        "{told}"
    );
    let story = "[[story]]\nAda = \"send Grace Hi Ho photo.png\"\n";
    let told = refused(LINKS, &mail("", "", story));
    assert!(told.contains("there is no file `photo.png`"), "{told}");
    let files = ", files = { \"photo.png\" = \"2 kB\" }";
    assert!(attempt(LINKS, &mail(files, "", story)).is_ok());
    let text = mail(
        "",
        ", person = \"Alan\"",
        "[[story]]\nAlan = [\"mail\", \"read 1\"]\n",
    );
    assert!(attempt(LINKS, &text).is_ok());
}

#[test]
fn a_robot_needs_no_person_but_a_sender() {
    let robot = |keys: &str| {
        let ns = format!("ns = {{ runs = \"mail robot\"{keys} }}");
        mail("", "", "").replace("ns = {}", &ns)
    };
    let keys = ", sender = \"shop@example.org\", sends = [{ at = \"2 s\", to = \"Grace\", \
                subject = \"Thanks\", text = \"It is on its way.\" }]";
    let run = scenario(LINKS, &robot(keys));
    let user = client(&run, "ns");
    let (at, letter) = &user.sends[0];
    assert_eq!(*at, Duration::from_secs(2));
    assert_eq!(letter.to, ["grace@example.net"]);
    assert_eq!(user.address, "shop@example.org");
    let told = refused(LINKS, &robot(""));
    assert!(told.contains("add sender = "), "{told}");
}

#[test]
fn a_host_may_be_off() {
    let run = scenario(
        LINKS,
        &mail("", ", down = [\"10 s to 1 h\", \"from 5 days\"]", ""),
    );
    let hour = Duration::from_secs(3600);
    let days = Duration::from_secs(5 * 86_400);
    let down = &host(&run, "server").down;
    assert_eq!(
        down[..],
        [(Duration::from_secs(10), Some(hour)), (days, None)]
    );
    let told = refused(
        LINKS,
        &mail("", ", down = [\"10 s to 1 h\", \"from 20 s\"]", ""),
    );
    assert!(
        told.contains("the host is down at that time already"),
        "{told}"
    );
}
