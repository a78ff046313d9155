//! Scenarios that are small and whole: what the file says is what is run.

mod ftp;
mod mail;
mod sentences;

use crate::scenario::load;
use crate::scenario::model::{Host, Nat, Router, Scenario};
use std::net::Ipv4Addr;

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
