//! Sentences of a scenario: faults, rules, forwards, lines to type; and the knobs that set them.

use super::{TWO, attempt, host, refused, router, scenario, v4};
use crate::base::Duration;
use crate::scenario::load;
use crate::scenario::model::{
    Congestion, Does, Fault, Firewall, Group, Mischief, Pattern, Protocol, Runs, Shape, Standing,
    Verdict, Victims,
};
use std::net::{IpAddr, Ipv4Addr};

fn faults(lines: &str) -> Result<Vec<Fault>, String> {
    let rest = format!("[link.laptop-server]\n{lines}\n{TWO}");
    attempt("\"laptop - server\"", &rest).map(|s| s.links[0].faults.clone())
}

fn pattern(text: &str) -> Pattern {
    let fault = faults(&format!("lose = \"{text}\"")).unwrap_or_else(|e| panic!("{text}: {e}"));
    match fault[0].to {
        Victims::Like(pattern) => pattern,
        Victims::Share(share) => panic!("{share}"),
    }
}

#[test]
fn frames_are_named_in_words() {
    for (text, shape, nth, of_file) in [
        ("frame", Shape::Frame, (1, 1), false),
        ("SYN", Shape::Syn, (1, 1), false),
        ("first data segment of the file", Shape::Data, (1, 1), true),
        ("third SYN-ACK", Shape::SynAck, (3, 3), false),
        ("22nd ACK", Shape::Ack, (22, 22), false),
        ("2nd to 4th data segments", Shape::Data, (2, 4), false),
        ("every FIN", Shape::Fin, (1, u32::MAX), false),
        ("7 RST", Shape::Rst, (7, 7), false),
        ("second datagram", Shape::Udp, (2, 2), false),
        ("first to third ICMP message", Shape::Icmp, (1, 3), false),
        (
            "every frame of the letter",
            Shape::Frame,
            (1, u32::MAX),
            true,
        ),
    ] {
        let read = pattern(text);
        assert_eq!(
            (read.shape, read.nth, read.of_file),
            (shape, nth, of_file),
            "{text}"
        );
        assert_eq!(read.from, None);
    }
    let from = pattern("every data segment of the file from server");
    assert_eq!(from.from.map(|id| id.0), Some(1));
    for (wrong, said) in [
        ("", "this names no frames"),
        ("first", "`first` ends too early"),
        ("0th SYN", "`0th` comes before the first"),
        ("4th to 2nd SYN", "`2nd` comes too early"),
        ("2nd to SYN", "`SYN` is not a number"),
        ("first packet", "`packet` is not a kind of frame"),
        ("ACK of the file", "is carried by data segments alone"),
        ("SYN from laptp", "did you mean `laptop`?"),
        ("SYN by laptop", "`by` is not understood here"),
        ("101 %", "more than everything"),
        ("%", "is not a percentage"),
    ] {
        let told = faults(&format!("lose = \"{wrong}\"")).expect_err(wrong);
        assert!(told.contains(said), "{wrong}: {told}");
    }
}

#[test]
fn a_links_faults_come_in_kinds_and_one_link_overrides_all() {
    let rest = "[link.all]\nlose = [\"1 %\", \"3rd SYN from laptop\"]\ncorrupt = \"2 %\"\nmtu = 1000\n\
                jitter = \"2 ms\"\n\
                [link.switch-server]\nlose = \"nothing\"\nduplicate = \"first frame\"\nreorder = \"1 %\"\n\
                down = [\"from 9 s\", \"2 s to 4 s\"]\n";
    let faulty = scenario("\"laptop - switch - server\"", &format!("{rest}{TWO}"));
    let kinds = |link: usize| -> Vec<Mischief> {
        faulty.links[link].faults.iter().map(|f| f.does).collect()
    };
    use Mischief::{Corrupt, Duplicate, Lose, Reorder};
    assert_eq!(kinds(0), [Lose, Lose, Corrupt]);
    assert_eq!(kinds(1), [Corrupt, Duplicate, Reorder]);
    assert_eq!(faulty.links[0].faults[0].to, Victims::Share(10_000));
    assert_eq!(faulty.links[1].mtu, 1000);
    assert_eq!(faulty.links[1].jitter, Duration::from_millis(2));
    let s = Duration::from_secs;
    assert_eq!(faulty.links[1].down, [(s(2), Some(s(4))), (s(9), None)]);
    for (wrong, said) in [
        ("mtu = 67", "a link cannot have this MTU"),
        ("down = \"soon\"", "`soon` is not a span of time"),
        ("down = \"4 s to 2 s\"", "this ends before it begins"),
        ("down = \"4 to 5 s\"", "`4` has no unit"),
        (
            "down = [\"from 2 s\", \"3 s to 4 s\"]",
            "down at that time already",
        ),
        ("jitter = \"2 h\"", "this jitter is too long"),
    ] {
        let told = faults(wrong).expect_err(wrong);
        assert!(told.contains(said), "{wrong}: {told}");
    }
}

fn firewall(rules: &str) -> Result<Firewall, String> {
    let rest = format!(
        "[hosts]\nlaptop = {{}}\nserver = {{}}\nrouter = {{ nat = \"on\", firewall = {{ {rules} }} }}"
    );
    let scenario = attempt("\"laptop - router - server\"", &rest)?;
    Ok(router(&scenario, "router").firewall.clone().unwrap())
}

#[test]
fn rules_are_read_in_their_order() {
    let read = firewall(
        "\"answers\" = \"accept established related\", \
         \"no telnet\" = \"reject tcp from inside to server to port 23\", \
         \"data\" = \"accept inbound new tcp from 198.51.100.0/24 from port 20 to laptop to port 1024-65535\", \
         \"pings\" = \"reject by icmp icmp from outside\", \
         \"unused\" = \"nothing\", \
         otherwise = \"drop\"",
    )
    .unwrap();
    assert_eq!(read.otherwise, Verdict::Drop);
    let names: Vec<&str> = read.rules.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["answers", "no telnet", "data", "pings"]);
    let [answers, telnet, data, pings] = &read.rules[..] else {
        panic!("four rules");
    };
    assert_eq!(answers.standing, [Standing::Established, Standing::Related]);
    assert_eq!(telnet.verdict, Verdict::Reject);
    assert_eq!(telnet.protocol, Some(Protocol::Tcp));
    let net = |text: &str, prefix: u8| (text.parse::<IpAddr>().unwrap(), prefix);
    assert_eq!(
        telnet.from,
        [net("192.168.1.0", 24), net("2001:db8:1::", 64)]
    );
    assert_eq!(
        telnet.to,
        [net("192.0.2.10", 32), net("2001:db8:2::10", 128)]
    );
    assert_eq!(telnet.to_ports, Some(23..=23));
    assert_eq!(data.inbound, Some(true));
    assert_eq!(data.from, [net("198.51.100.0", 24)]);
    assert_eq!(
        (&data.from_ports, &data.to_ports),
        (&Some(20..=20), &Some(1024..=65535))
    );
    assert_eq!(data.to[0], net("192.168.1.10", 32), "as it is in truth");
    assert_eq!(pings.verdict, Verdict::RejectByIcmp);
    assert_eq!(pings.from, [net("192.0.2.0", 24), net("2001:db8:2::", 64)]);
    assert_eq!(pings.text, "reject by icmp icmp from outside");
}

#[test]
fn a_rule_that_cannot_be_is_told_at_its_word() {
    for (wrong, said) in [
        ("deny tcp", "x:6:44: error: `deny` is not a verdict"),
        ("drop tcp to port 0", "`0` is not a port"),
        ("drop tcp to port 21-20", "`21-20` is not a port"),
        ("drop to port 21", "only tcp and udp have ports"),
        ("drop icmp to port 21", "only tcp and udp have ports"),
        ("drop tcp udp", "`udp` is said twice"),
        ("drop inbound outbound", "`outbound` is said twice"),
        ("drop new new", "`new` is said twice"),
        ("drop from laptop from server", "`server` is said twice"),
        ("drop from labtop", "did you mean `laptop`?"),
        ("drop from", "ends too early"),
        ("drop everything", "`everything` is not understood here"),
        ("", "this says nothing"),
    ] {
        let told = firewall(&format!("\"r\" = \"{wrong}\"")).expect_err(wrong);
        assert!(told.contains(said), "{wrong}: {told}");
    }
    let told = firewall("otherwise = \"drop tcp\"").unwrap_err();
    assert!(told.contains("`tcp` is too much"), "{told}");
    let one_sided = refused(
        "[\"laptop - router\", \"server - router\"]",
        "[hosts]\nlaptop = {}\nserver = {}\nrouter = { firewall = { \"r\" = \"drop from outside\" } }",
    );
    assert!(one_sided.contains("no such side"), "{one_sided}");
}

#[test]
fn a_port_outside_leads_inside() {
    let rest = |forwards: &str| {
        format!(
            "[hosts]\nlaptop = {{}}\nserver = {{}}\n\
             router = {{ nat = \"on\", nat-table = 2, nat-timeout = \"5 min\", forwards = {forwards} }}"
        )
    };
    let chain = "\"laptop - router - server\"";
    let read = scenario(
        chain,
        &rest("[\"tcp 2121 to laptop:21\", \"udp 53 to laptop\"]"),
    );
    let read = router(&read, "router");
    assert_eq!(
        (read.flow_rows, read.flow_patience),
        (Some(2), Some(Duration::from_secs(300)))
    );
    let [tcp, udp] = read.forwards[..] else {
        panic!("{:?}", read.forwards);
    };
    assert_eq!(
        (tcp.protocol, tcp.port, tcp.to_port),
        (Protocol::Tcp, 2121, 21)
    );
    assert_eq!(tcp.to, Ipv4Addr::new(192, 168, 1, 10));
    assert_eq!(
        (udp.protocol, udp.port, udp.to_port),
        (Protocol::Udp, 53, 53)
    );
    for (wrong, said) in [
        ("[\"icmp 1 to laptop\"]", "`icmp` is neither tcp nor udp"),
        ("[\"tcp x to laptop\"]", "`x` is not a port"),
        ("[\"tcp 21 laptop\"]", "`laptop` is not understood here"),
        ("[\"tcp 21 to server\"]", "`server` is not a host inside"),
        ("[\"tcp 21 to laptop:x\"]", "names no port"),
        (
            "[\"tcp 21 to laptop\", \"tcp 21 to laptop:22\"]",
            "port 21 leads elsewhere already",
        ),
    ] {
        let told = refused(chain, &rest(wrong));
        assert!(told.contains(said), "{wrong}: {told}");
    }
}

#[test]
fn a_hosts_connections_behave_as_the_file_says() {
    let settings = "congestion = \"reno\", nagle = \"off\", delayed-ack = \"off\", window = \"64 kB\", \
                    backlog = 2, mss = 536, keep-alive = \"30 s\", connect-timeout = \"5 s\", give-up = \"10 s\"";
    let rest = format!("[hosts]\nlaptop = {{ tcp = {{ {settings} }} }}\nserver = {{}}");
    let read = scenario("\"laptop - server\"", &rest);
    let tcp = host(&read, "laptop").tcp;
    assert_eq!(
        (tcp.congestion, tcp.nagle, tcp.delayed_ack),
        (Congestion::Reno, false, None)
    );
    assert_eq!((tcp.window, tcp.backlog, tcp.mss), (64_000, 2, Some(536)));
    assert_eq!(tcp.keep_alive, Some(Duration::from_secs(30)));
    let s = Duration::from_secs;
    assert_eq!((tcp.connect_timeout, tcp.give_up), (s(5), s(10)));
    assert_eq!(host(&read, "server").tcp.window, 512 << 10);
}

const TALK: &str = "[hosts]\nlaptop = { person = \"Ada\", runs = \"console\" }\n\
                    server = { runs = [\"echo server\", \"discard server\"], pause = \"3 s\", pause-after = \"20 kB\" }\n";

#[test]
fn a_console_is_told_what_it_understands() {
    let story = "[[story]]\nAda = [\"ping server 3\", \"ping 192.0.2.99\", \"connect server 7\", \"say hello\", \"wait 10 min\"]";
    let read = scenario("\"laptop - router - server\"", &format!("{TALK}{story}"));
    assert_eq!(read.group, Group::Networks);
    let runs = &host(&read, "server").runs;
    let Runs::DiscardServer(discard) = &runs[1] else {
        panic!("{runs:?}");
    };
    assert_eq!(discard.pause, Some((20_000, Duration::from_secs(3))));
    assert!(matches!(&read.story[0].does, Does::Types(lines) if lines.len() == 5));
    for (wrong, said) in [
        ("ping serer", "did you mean `server`?"),
        ("pnig server", "did you mean `ping`?"),
        ("ping switch9", "there is no host `switch9`"),
        ("connect server", "write connect HOST PORT"),
        ("wait 10", "has no unit"),
    ] {
        let told = refused(
            "\"laptop - router - server\"",
            &format!("{TALK}[[story]]\nAda = \"{wrong}\""),
        );
        assert!(told.contains(said), "{wrong}: {told}");
    }
}

#[test]
fn a_knob_sets_whatever_the_file_can_say() {
    let knobs = "[knobs]\n\
        nat = { label = \"N\", sets = \"router.nat\", choices = [\"off\", \"on\", \"helper\"] }\n\
        rule = { label = \"R\", sets = 'router.firewall.\"no telnet\"', choices = [\"nothing\", \"reject tcp to port 23\"] }\n\
        rest = { label = \"O\", sets = \"router.firewall.otherwise\", choices = [\"accept\", \"drop\"] }\n\
        window = { label = \"W\", sets = \"server.tcp.window\", type = \"size\", suggestions = [\"4 kB\"] }\n\
        ack = { label = \"A\", sets = \"server.tcp.delayed-ack\", choices = [\"40 ms\", \"off\"] }\n\
        chance = { label = \"C\", sets = \"link.all.corrupt\", choices = [\"nothing\", \"1 %\"] }\n\
        lose = { label = \"L\", sets = \"link.laptop-router.lose\", choices = [\"nothing\", \"first data segment of the file\"] }\n\
        share = { label = \"S\", sets = \"link.router-server.lose\", type = \"percent\", suggestions = [\"0 %\", \"5 %\"] }\n\
        down = { label = \"D\", sets = \"link.all.down\", choices = [\"nothing\", \"2 s to 3 s\"] }\n\
        pause = { label = \"P\", sets = \"server.pause\", choices = [\"3 s\", \"off\"] }\n\
        mtu = { label = \"M\", sets = \"link.all.mtu\", type = \"count\", suggestions = [\"576\"] }\n";
    let rest = format!(
        "{TALK}router = {{ firewall = {{ \"no telnet\" = \"nothing\" }} }}\n\
         [link.router-server]\nlose = \"1 %\"\n{knobs}[[story]]\nAda = \"ping server\""
    );
    let text = format!("title = \"T\"\nlinks = \"laptop - router - server\"\n{rest}\n");
    let turned = |knob: &str, value: &str| {
        let settings = [(knob.to_owned(), value.to_owned())];
        load("x", &text, &settings).unwrap().scenario
    };
    let plain = scenario("\"laptop - router - server\"", &rest);
    assert_eq!(
        router(&plain, "router").firewall.as_ref().unwrap().rules,
        []
    );
    for knob in &plain.knobs {
        for value in knob.values.worth_trying() {
            let same = turned(&knob.name, value);
            let changed = plain.nodes != same.nodes || plain.links != same.links;
            assert_eq!(changed, *value != knob.default, "{} = {value}", knob.name);
        }
    }
    let rule = turned("rule", "reject tcp to port 23");
    assert_eq!(
        router(&rule, "router")
            .firewall
            .as_ref()
            .unwrap()
            .rules
            .len(),
        1
    );
    assert_eq!(v4(&turned("nat", "on"), "laptop"), ["192.168.1.10/24"]);
}
