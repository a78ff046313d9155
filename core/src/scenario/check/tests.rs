//! Scenarios that are small and whole: what the file says is what is run.

use crate::base::Duration;
use crate::scenario::load;
use crate::scenario::model::{
    Congestion, Does, Fault, Firewall, Group, Host, Mischief, Nat, Pattern, Protocol, Router, Runs,
    Scenario, Shape, Standing, Verdict, Victims,
};
use std::net::{IpAddr, Ipv4Addr};

/// A scenario of these links, hosts and further lines.
fn scenario(links: &str, rest: &str) -> Scenario {
    match attempt(links, rest) {
        Ok(scenario) => scenario,
        Err(told) => panic!("{told}"),
    }
}

fn attempt(links: &str, rest: &str) -> Result<Scenario, String> {
    let text = format!("title = \"T\"\nlinks = {links}\n{rest}\n");
    let told = |problems: Vec<crate::scenario::Problem>| -> String {
        let lines: Vec<String> = problems.iter().map(|p| p.show("x", &text)).collect();
        lines.join("\n")
    };
    load("x", &text, &[]).map(|l| l.scenario).map_err(told)
}

fn refused(links: &str, rest: &str) -> String {
    attempt(links, rest).expect_err("it is refused")
}

fn host<'s>(scenario: &'s Scenario, name: &str) -> &'s Host {
    scenario.host(scenario.node(name).unwrap()).unwrap()
}

fn router<'s>(scenario: &'s Scenario, name: &str) -> &'s Router {
    scenario.router(scenario.node(name).unwrap()).unwrap()
}

fn v4(scenario: &Scenario, name: &str) -> Vec<String> {
    let id = scenario.node(name).unwrap();
    let all = scenario.addresses(id).into_iter();
    all.map(|a| format!("{}/{}", a.v4, a.prefix4)).collect()
}

fn v6(scenario: &Scenario, name: &str) -> Vec<String> {
    let id = scenario.node(name).unwrap();
    let all = scenario.addresses(id).into_iter();
    all.map(|a| format!("{}/{}", a.v6, a.prefix6)).collect()
}

/// `192.0.2.0/24 via 198.51.100.1 by 0`, IPv4 alone.
fn routes(scenario: &Scenario, name: &str) -> Vec<String> {
    let routes = router(scenario, name).routes.iter();
    let routes = routes.filter(|r| r.to.is_ipv4());
    routes
        .map(|r| format!("{}/{} via {} by {}", r.to, r.prefix, r.via, r.port))
        .collect()
}

const TWO: &str = "[hosts]\nlaptop = {}\nserver = {}\n";

#[test]
fn one_segment_is_as_it_always_was() {
    let one = scenario("\"laptop - switch - server\"", TWO);
    assert_eq!(v4(&one, "laptop"), ["192.0.2.10/24"]);
    assert_eq!(v6(&one, "server"), ["2001:db8:1::11/64"]);
    assert_eq!(host(&one, "laptop").gateway, None);
    let hub = scenario("\"laptop - hub2 - server\"", TWO);
    assert_eq!(hub.nodes[1].kind.word(), "hub");
}

#[test]
fn a_router_divides_two_networks_and_is_the_gateway_of_both() {
    let two = scenario("\"laptop - router - server\"", TWO);
    assert_eq!(v4(&two, "laptop"), ["192.0.2.10/24"]);
    assert_eq!(v4(&two, "server"), ["198.51.100.10/24"]);
    assert_eq!(v4(&two, "router"), ["192.0.2.1/24", "198.51.100.1/24"]);
    assert_eq!(v6(&two, "router"), ["2001:db8:1::1/64", "2001:db8:2::1/64"]);
    let (gateway4, gateway6) = host(&two, "server").gateway.unwrap();
    assert_eq!(gateway4, Ipv4Addr::new(198, 51, 100, 1));
    assert_eq!(gateway6.to_string(), "2001:db8:2::1");
    assert!(router(&two, "router").routes.is_empty());
    let inside: Vec<bool> = router(&two, "router")
        .ports
        .iter()
        .map(|p| p.inside)
        .collect();
    assert_eq!(inside, [true, false]);
}

#[test]
fn two_routers_know_the_way_to_each_others_networks() {
    let three = scenario("\"laptop - router - internet - server\"", TWO);
    assert_eq!(
        v4(&three, "internet"),
        ["198.51.100.2/24", "203.0.113.1/24"]
    );
    assert_eq!(v4(&three, "server"), ["203.0.113.10/24"]);
    assert_eq!(
        routes(&three, "router"),
        ["203.0.113.0/24 via 198.51.100.2 by 1"]
    );
    assert_eq!(
        routes(&three, "internet"),
        ["192.0.2.0/24 via 198.51.100.1 by 0"]
    );
}

#[test]
fn of_five_networks_three_share_the_last_documentation_network() {
    let five = scenario(
        "\"laptop - router - router2 - router3 - router4 - server\"",
        TWO,
    );
    assert_eq!(v4(&five, "laptop"), ["192.0.2.10/24"]);
    assert_eq!(v4(&five, "router"), ["192.0.2.1/24", "198.51.100.1/24"]);
    assert_eq!(v4(&five, "router3"), ["203.0.113.2/26", "203.0.113.65/26"]);
    assert_eq!(v4(&five, "server"), ["203.0.113.138/26"]);
    assert_eq!(v6(&five, "server"), ["2001:db8:5::138/64"]);
    assert_eq!(routes(&five, "router").len(), 3);
    assert!(
        routes(&five, "router")
            .iter()
            .all(|r| r.ends_with("via 198.51.100.2 by 1"))
    );
}

#[test]
fn nat_makes_its_left_side_private_and_nobody_outside_knows_a_way_in() {
    let chain = "\"laptop - switch - router - internet - server\"";
    let rest = "[hosts]\nlaptop = {}\nserver = {}\nrouter = { nat = \"on\" }\n";
    let nat = scenario(chain, rest);
    assert_eq!(v4(&nat, "laptop"), ["192.168.1.10/24"]);
    assert_eq!(v4(&nat, "router"), ["192.168.1.1/24", "192.0.2.1/24"]);
    assert_eq!(v4(&nat, "server"), ["198.51.100.10/24"]);
    assert_eq!(routes(&nat, "internet"), [""; 0]);
    assert_eq!(
        routes(&nat, "router"),
        ["198.51.100.0/24 via 192.0.2.2 by 1"]
    );
    let six = router(&nat, "internet").routes.iter();
    let six: Vec<String> = six.map(|r| r.to.to_string()).collect();
    assert_eq!(six, ["2001:db8:1::"], "IPv6 is not hidden");
    let off = scenario(chain, &rest.replace("on", "off"));
    assert_eq!(v4(&off, "laptop"), ["192.0.2.10/24"]);
    assert_eq!(
        routes(&off, "internet"),
        ["192.0.2.0/24 via 198.51.100.1 by 0"]
    );
}

#[test]
fn a_router_inside_a_nat_finds_everything_else_by_the_way_out() {
    let nested = scenario(
        "[\"laptop - router2 - router - internet - server\", \"phone - switch - router2\"]",
        "[hosts]\nlaptop = {}\nphone = {}\nserver = {}\nrouter = { nat = \"helper\" }\n",
    );
    assert_eq!(router(&nested, "router").nat, Nat::Helper);
    assert_eq!(v4(&nested, "laptop"), ["192.168.1.10/24"]);
    assert_eq!(v4(&nested, "phone"), ["192.168.3.10/24"]);
    assert_eq!(
        routes(&nested, "router2"),
        [
            "192.0.2.0/24 via 192.168.2.2 by 1",
            "198.51.100.0/24 via 192.168.2.2 by 1",
            "0.0.0.0/0 via 192.168.2.2 by 1"
        ]
    );
    assert_eq!(
        routes(&nested, "router"),
        [
            "192.168.1.0/24 via 192.168.2.1 by 0",
            "192.168.3.0/24 via 192.168.2.1 by 0",
            "198.51.100.0/24 via 192.0.2.2 by 1"
        ]
    );
}

#[test]
fn a_loop_of_routers_is_fine_and_the_shortest_way_is_taken() {
    let ring = "[\"laptop - router - router2 - router3 - server\", \"router - router3\"]";
    let ring = scenario(ring, TWO);
    let to_server = routes(&ring, "router");
    let server = v4(&ring, "server")[0]
        .replace("10/", "0/")
        .replace(".74/", ".64/");
    let server = to_server.iter().find(|r| r.starts_with(&server));
    assert!(server.is_some_and(|r| r.ends_with("by 2")), "{to_server:?}");
    let square =
        "[\"laptop - router - router2 - router4 - server\", \"router - router3 - router4\"]";
    let square = scenario(square, TWO);
    let all = routes(&square, "router");
    assert!(all.iter().any(|r| r.ends_with("by 2")), "{all:?}");
    let far = v4(&square, "router4")[1].clone();
    let far = all
        .iter()
        .find(|r| r.starts_with(&far[..far.len() - 5]))
        .unwrap();
    assert!(
        far.ends_with("by 1"),
        "as short: the first in the file, {far}"
    );
}

#[test]
fn a_host_gives_what_is_for_others_to_the_nearest_router() {
    let near = scenario(
        "[\"laptop - switch - router - server\", \"switch - switch2 - router2 - printer\", \"phone - switch2\"]",
        "[hosts]\nlaptop = {}\nserver = {}\nprinter = {}\nphone = {}\n",
    );
    let gateway = |name: &str| host(&near, name).gateway.unwrap().0.to_string();
    assert_eq!(gateway("laptop"), "192.0.2.1");
    assert_eq!(gateway("phone"), "192.0.2.2");
    let sniffed = scenario(
        "[\"laptop - router - switch - internet - server\", \"switch - sniffer\"]",
        "[hosts]\nlaptop = {}\nserver = {}\nsniffer = {}\nrouter = { nat = \"on\" }\n",
    );
    let gateway = host(&sniffed, "sniffer").gateway.unwrap().0.to_string();
    assert_eq!(gateway, v4(&sniffed, "internet")[0].replace("/24", ""));
}

#[test]
fn an_author_gives_addresses_to_hosts_and_to_ports() {
    let given = scenario(
        "\"laptop - router - server\"",
        "[hosts]\nlaptop = { address = \"10.0.0.5\" }\nserver = {}\n\
         router = { address = [\"10.0.0.254\", \"192.0.2.9\", \"2001:db8:1::fe\"] }\n",
    );
    assert_eq!(v4(&given, "laptop"), ["10.0.0.5/24"]);
    assert_eq!(v4(&given, "router"), ["10.0.0.254/24", "192.0.2.9/24"]);
    assert_eq!(
        v6(&given, "router"),
        ["2001:db8:1::fe/64", "2001:db8:2::1/64"]
    );
    assert_eq!(v4(&given, "server"), ["192.0.2.10/24"]);
    let asked = |router: &str, server: &str| {
        refused(
            "\"laptop - router - server\"",
            &format!(
                "[hosts]\nlaptop = {{ address = \"10.0.0.5\" }}\nserver = {{ address = \"{server}\" }}\n\
                 router = {{ address = {router} }}"
            ),
        )
    };
    let said = asked("\"10.0.9.1\"", "10.0.1.5");
    assert!(said.contains("lies in no network of `router`"), "{said}");
    assert!(
        said.contains("its networks are 10.0.0.0/24, 10.0.1.0/24"),
        "{said}"
    );
    let said = asked("[\"10.0.0.1\", \"10.0.0.2\"]", "10.0.1.5");
    assert!(
        said.contains("has an address of this version already"),
        "{said}"
    );
    let said = asked("\"10.0.0.5\"", "10.0.1.5");
    assert!(
        said.contains("10.0.0.5 belongs to `laptop` already"),
        "{said}"
    );
    let said = asked("\"10.0.0.1\"", "10.0.0.9");
    assert!(said.contains("across a router"), "{said}");
}

#[test]
fn a_route_by_hand_comes_beside_the_others_or_in_their_place() {
    let by_hand = |routes: &str| {
        format!("[hosts]\nlaptop = {{}}\nserver = {{}}\nrouter = {{ routes = {routes} }}")
    };
    let chain = "\"laptop - router - internet - server\"";
    let more = scenario(
        chain,
        &by_hand("[\"10.0.0.0/8 by internet\", \"::/0 by internet\"]"),
    );
    assert_eq!(
        routes(&more, "router"),
        [
            "203.0.113.0/24 via 198.51.100.2 by 1",
            "10.0.0.0/8 via 198.51.100.2 by 1"
        ]
    );
    let last = router(&more, "router").routes.last().unwrap();
    assert_eq!(
        (last.prefix, last.via.to_string().as_str()),
        (0, "2001:db8:2::2")
    );
    for (wrong, said) in [
        ("10.0.0.0 by internet", "`10.0.0.0` is not a network"),
        ("10.0.0.1/8 by internet", "write 10.0.0.0/8"),
        ("10.0.0.0/33 by internet", "is not a network"),
        ("10.0.0.0/8 via internet", "`via` is not understood here"),
        ("10.0.0.0/8 by", "ends too early"),
        ("10.0.0.0/8 by intranet", "did you mean `internet`?"),
        (
            "10.0.0.0/8 by laptop",
            "`laptop` is no router next to this one",
        ),
        ("10.0.0.0/8 by internet please", "`please` is too much"),
    ] {
        let told = refused(chain, &by_hand(&format!("\"{wrong}\"")));
        assert!(told.contains(said), "{wrong}: {told}");
    }
}

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
        ("", "ends too early"),
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

#[test]
fn what_nat_hides_has_one_way_out() {
    let nat = "[hosts]\nlaptop = {}\nserver = {}\nrouter = { nat = \"on\" }\n";
    for (links, said) in [
        (
            "[\"router - laptop\", \"router - server\"]",
            "`router` has nothing inside to hide",
        ),
        (
            "[\"laptop - router\", \"server - router\"]",
            "`router` has no outside",
        ),
        (
            "[\"laptop - router - switch - server\", \"router2 - switch\", \"router2 - switch2 - router\"]",
            "another way leads from the inside of `router` to its outside",
        ),
        (
            "[\"laptop - switch - router - server\", \"switch - router2 - switch2\", \"router - switch2\", \"router - switch3\", \"switch3 - switch2\"]",
            "`router` has two links into one network",
        ),
    ] {
        let told = refused(links, nat);
        assert!(told.contains(said), "{links}: {told}");
    }
    let loops = refused(
        "[\"laptop - switch - hub - server\", \"switch - hub2 - hub\"]",
        TWO,
    );
    assert!(loops.contains("closes a loop of switches"), "{loops}");
}
