//! Names inside `wirestage shell`: real programs ask the simulated name servers.

#![cfg(target_os = "linux")]

use std::fs;
use wirestage_core::scenario::load;
use wirestage_tests::shell::{Desk, Who};
use wirestage_tests::{Tshark, tools};

/// A domain that two servers know; the second answers at length, and for its own zone alone.
const NET: &str = r#"
title = "All of names"
names = "dns"
ip    = 4
links = ["laptop - internet - ns", "web - internet", "mx - internet", "ns2 - internet", "mx2 - internet"]
[hosts]
laptop = { person = "Ada", runs = "console" }
web    = { runs = "web server", files = { "poem.txt" = { text = "one line\n" } } }
mx     = { runs = "mail server" }
mx2    = { runs = "mail server" }
ns     = { runs = "name server" }
ns2    = { runs = "name server", recursive = "off", largest-answer = "4 kB" }
[domains."example.net"]
mx     = ["mx", "20 mx2"]
ns     = ["ns", "ns2"]
host   = "web"
people = ["Ada"]
[domains."example.net".records]
www  = "CNAME web"
"@"  = "TXT v=spf1 -all"
poem = "TXT POEM"
[domains."example.org"]
ns   = ["ns"]
mx   = ["."]
[link.all]
delay = "1 ms"
rate  = "100 Mbit/s"
[[story]]
Ada = "dig web"
"#;

/// All that dig knows, and what the machine's own lookups make of it.
const DIG: &str = r#"
set -eu
same() { test "$2" = "$3" || { echo "$1: $2, and not $3" >&2; exit 1; }; }
has() { printf '%s' "$2" | grep -q -- "$3" || { echo "$1: no $3 in $2" >&2; exit 1; }; }
short() { dig +short "$@" | tr '\n' ' '; }

same a "$(short web.example.net)" "$WEB4 "
same aaaa "$(short web.example.net AAAA)" "$WEB6 "
same domain "$(short example.net)" "$WEB4 "
same case "$(short WEB.Example.NET)" "$WEB4 "
same searched "$(short +search web)" "$WEB4 "
same mx "$(dig +short example.net MX | sort | tr '\n' ' ')" '10 mx.example.net. 20 mx2.example.net. '
same 'no mail' "$(short example.org MX)" '0 . '
same txt "$(short example.net TXT)" '"v=spf1 -all" '
same ns "$(dig +short example.net NS | sort | tr '\n' ' ')" 'ns.example.net. ns2.example.net. '
has soa "$(short example.net SOA)" '^ns.example.net. [a-z.]* [0-9]* [0-9]* [0-9]* [0-9]* [0-9]* $'
same alias "$(short www.example.net)" "web.example.net. $WEB4 "
same 'alias alone' "$(short www.example.net CNAME)" 'web.example.net. '
same ptr "$(short -x $WEB4)" 'web.example.net. '
same ptr6 "$(short -x $WEB6)" 'web.example.net. '

all=$(dig web.example.net)
has authority "$all" 'flags: qr aa rd ra;.* ANSWER: 1,'
has asked "$all" "SERVER: $NS.*(UDP)"
all=$(dig nowhere.example.net)
has 'no name' "$all" 'status: NXDOMAIN'
has 'no name' "$all" 'SOA.ns.example.net.'
all=$(dig web.example.net MX)
has 'no data' "$all" 'status: NOERROR'
has 'no data' "$all" 'ANSWER: 0, AUTHORITY: 1'
has elsewhere "$(dig nowhere.example.com)" 'status: NXDOMAIN'
has tcp "$(dig +tcp example.net MX)" '(TCP)'
has any "$(dig example.net ANY)" 'status: NOERROR'
has any "$(dig example.net ANY)" 'ANSWER: [1-9]'
has notify "$(dig +opcode=notify example.net SOA)" 'status: NOTIMP'
has transfer "$(dig example.net AXFR)" 'Transfer failed'

poem=$(dig +short +tcp poem.example.net TXT)
test "$(printf '%s' "$poem" | tr -d '" ' | wc -c)" = 640
all=$(dig +notcp +ignore poem.example.net TXT)
has 'cut off' "$all" 'flags: qr aa tc'
has 'cut off' "$all" '(UDP)'
all=$(dig poem.example.net TXT)
has 'once more' "$all" 'Truncated, retrying in TCP mode'
has 'once more' "$all" '(TCP)'
same 'once more' "$(dig +short poem.example.net TXT | tail -n 1)" "$poem"

all=$(dig @ns2 +bufsize=4000 poem.example.net TXT)
has 'large enough' "$all" '(UDP)'
has 'large enough' "$all" 'ANSWER: 1,'
has 'old ways' "$(dig @ns2 +noedns poem.example.net TXT)" 'retrying in TCP mode'
all=$(dig @ns2 web.example.net)
has 'no recursion' "$all" 'recursion requested but not available'
has 'not its own' "$(dig @ns2 example.org)" 'example.org.*NS.*ns.example.net.'
has 'not asked to' "$(dig +norecurse web.example.net)" 'flags: qr aa ra;'
has 'an odd version' "$(dig +edns=1 +noednsneg web.example.net)" 'status: BADVERS'

same getent "$(getent ahostsv4 web | sed -n 's/ *STREAM / /p')" "$WEB4 web.example.net"
same 'all names' "$(getent hosts www | tr -s ' ')" "$WEB6 web.example.net www.example.net"
same 'the other way' "$(getent hosts $WEB4 | tr -s ' ')" "$WEB4 web.example.net"
if getent hosts nowhere; then exit 1; fi
curl -sS --fail http://www/poem.txt
echo done
"#;

/// Python's way of looking up.
const PYTHON: &str = r#"
import socket, sys

v4, v6, first = sys.argv[1:]

def looked_up(name, **more):
    found = socket.getaddrinfo(name, 25, type=socket.SOCK_STREAM, **more)
    return [address[0] for *_, address in found]

def unknown(name):
    try:
        looked_up(name)
    except socket.gaierror as fault:
        assert fault.errno == socket.EAI_NONAME, fault
    else:
        raise AssertionError(name)

assert looked_up("web.example.net")[0] == first, looked_up("web.example.net")
assert sorted(looked_up("web")) == sorted([v4, v6]), looked_up("web")
assert looked_up("www", family=socket.AF_INET) == [v4]
assert looked_up("www", family=socket.AF_INET6) == [v6]
found = socket.getaddrinfo("www", 25, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
assert found[0][3] == "web.example.net", found
for address in [v4, v6]:
    assert socket.getnameinfo((address, 25), 0)[0] == "web.example.net"
assert socket.getfqdn("web") == "web.example.net", socket.getfqdn("web")
for name in ["nowhere", "nowhere.example.net", "nowhere.example.com"]:
    unknown(name)
print("done")
"#;

/// The network, and what the scripts are told of it.
fn network(ip: &str) -> (String, String) {
    let text = NET.replace("ip    = 4", &format!("ip    = {ip}"));
    let text = text.replace("POEM", &"And so on. ".repeat(80));
    let scenario = load("net", &text, &[]).expect("it loads").scenario;
    let address = |name: &str| scenario.addresses(scenario.node(name).expect("a host"))[0];
    let (web, ns) = (address("web"), address("ns"));
    let six = ip == "6";
    let ns = if six {
        ns.v6.to_string()
    } else {
        ns.v4.to_string()
    };
    let first = if six {
        web.v6.to_string()
    } else {
        web.v4.to_string()
    };
    let told = format!("WEB4={} WEB6={} FIRST={first} NS={ns}\n", web.v4, web.v6);
    (text, told)
}

#[test]
fn dig_and_getent_ask_all_they_can() {
    let (Some(_), Some(_), Some(tshark)) = (
        tools::require("dig"),
        tools::require("curl"),
        Tshark::require(),
    ) else {
        return;
    };
    for ip in ["4", "6"] {
        for who in Who::all() {
            let Some(desk) = Desk::require("names-dig", *who) else {
                continue;
            };
            let (text, told) = network(ip);
            let _ = desk.lay("net.toml", &text);
            let args = ["./net.toml", "-o", "run.pcapng", "-o", "run.txt"];
            let said = desk.session(&args, &format!("{told}{DIG}"));
            assert_eq!(said.well(), "one line\ndone\n", "IPv{ip}");
            let run = desk.file("run.pcapng");
            assert_eq!(tshark.malformed(&run), [0; 0]);
            assert_eq!(tshark.bad_checksums(&run), [0; 0]);
            let told = fs::read_to_string(desk.file("run.txt")).unwrap();
            for part in ["MX example.net: 10 mx.example.net", "laptop → ns2"] {
                assert!(told.contains(part), "{part} is not in {told}");
            }
        }
    }
}

#[test]
fn python_looks_names_up_as_everywhere() {
    let (Some(python), Some(desk)) = (
        tools::require("python"),
        Desk::require("names-python", Who::Myself),
    ) else {
        return;
    };
    let _ = desk.lay("names.py", PYTHON);
    for ip in ["4", "6"] {
        let (text, told) = network(ip);
        let _ = desk.lay("net.toml", &text);
        let python = python.path().display();
        let script = format!("{told}'{python}' names.py $WEB4 $WEB6 $FIRST");
        let said = desk.session(&["./net.toml"], &script);
        assert_eq!(said.well(), "done\n", "IPv{ip}");
    }
}

#[test]
fn nobody_is_asked_where_a_file_says_all_names() {
    let Some(desk) = Desk::require("names-hosts", Who::Myself) else {
        return;
    };
    let script = "cat /etc/resolv.conf; getent hosts server; getent hosts nowhere || echo none";
    let said = desk.session(&["ftp-download", "-o", "run.txt"], script);
    let out = said.well();
    assert!(
        out.contains("There is no name server") && out.ends_with("none\n"),
        "{out}"
    );
    assert!(
        out.contains("192.0.2.11") && !out.contains("nameserver"),
        "{out}"
    );
    let told = fs::read_to_string(desk.file("run.txt")).unwrap();
    assert!(!told.contains("nowhere"), "{told}");
}
