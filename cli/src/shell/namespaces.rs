//! The namespaces that the program itself goes into: what it makes there of the network concerns nobody else.

use crate::fault::Fault;
use caps::{CapSet, Capability};
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::unistd::{getegid, geteuid};
use std::fs;

/// What the stages inside need, and are given even if they are not root's.
pub const FOR_STAGES: &[Capability] = &[
    Capability::CAP_SYS_ADMIN,
    Capability::CAP_NET_ADMIN,
    Capability::CAP_NET_RAW,
    Capability::CAP_NET_BIND_SERVICE,
];

/// What the command is given, so that captures and ports below 1024 work.
pub const FOR_COMMANDS: &[Capability] = &[
    Capability::CAP_NET_ADMIN,
    Capability::CAP_NET_RAW,
    Capability::CAP_NET_BIND_SERVICE,
];

/// Enters a network namespace of its own; who may not, a user namespace as well, in which
/// everybody stays who they are. There must be one thread alone.
pub fn enter() -> Result<Entered, Fault> {
    let rights = caps::read(None, CapSet::Permitted).is_ok_and(|rights| !rights.is_empty());
    let may = caps::has_cap(None, CapSet::Effective, Capability::CAP_SYS_ADMIN);
    if may.unwrap_or(false) && unshare(CloneFlags::CLONE_NEWNET).is_ok() {
        return Ok(Entered::Plain);
    }
    let (user, group) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET)
        .map_err(|errno| Fault::failed(refusal(errno, &Rules::read())))?;
    // The kernel lets nobody write there for a program whose file gives it rights.
    let _ = prctl::set_dumpable(true);
    let maps = [
        ("setgroups", "deny".to_owned()),
        ("uid_map", format!("{user} {user} 1")),
        ("gid_map", format!("{group} {group} 1")),
    ];
    for (file, text) in maps {
        fs::write(format!("/proc/self/{file}"), text).map_err(|e| {
            let rules = Rules::read();
            let text = format!("cannot write /proc/self/{file}: {e}");
            Fault::failed(format!("{text}\n{}", ways_out(&rules)))
        })?;
    }
    hand_on(FOR_STAGES).map_err(|e| {
        let text = format!("cannot use a network namespace: {e}");
        Fault::failed(format!("{text}\n{}", ways_out(&Rules::read())))
    })?;
    Ok(if rights && !user.is_root() {
        Entered::WithRights
    } else {
        Entered::Plain
    })
}

/// How the program was when it went in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// Like any other.
    Plain,
    /// With rights that others do not have, from its own file most likely.
    WithRights,
}

/// Lets programs that are run from here have these rights, and no others. Root has all anyway.
pub fn hand_on(rights: &[Capability]) -> Result<(), caps::errors::CapsError> {
    if geteuid().is_root() {
        return Ok(());
    }
    caps::clear(None, CapSet::Ambient)?;
    caps::clear(None, CapSet::Inheritable)?;
    for right in rights {
        caps::raise(None, CapSet::Inheritable, *right)?;
        caps::raise(None, CapSet::Ambient, *right)?;
    }
    Ok(())
}

/// What this machine's administrator has said of namespaces.
#[derive(Debug, Default)]
struct Rules {
    /// Debian's: whether others than root may make user namespaces.
    for_all: Option<u64>,
    /// How many there may be.
    most: Option<u64>,
    /// Ubuntu's: whether they are worth nothing to who is not named in a profile.
    by_profile: Option<u64>,
}

impl Rules {
    fn read() -> Self {
        let read = |name: &str| {
            let text = fs::read_to_string(format!("/proc/sys/{name}"));
            text.ok()?.trim().parse().ok()
        };
        Self {
            for_all: read("kernel/unprivileged_userns_clone"),
            most: read("user/max_user_namespaces"),
            by_profile: read("kernel/apparmor_restrict_unprivileged_userns"),
        }
    }
}

fn refusal(errno: Errno, rules: &Rules) -> String {
    let why = match errno {
        Errno::EPERM | Errno::EACCES => "this machine does not allow it".to_owned(),
        Errno::ENOSPC | Errno::EUSERS => "there may be no more of them".to_owned(),
        Errno::EINVAL | Errno::ENOSYS => "this kernel has none".to_owned(),
        other => other.desc().to_owned(),
    };
    let text = "cannot make user and network namespaces, in which the simulated network would be";
    format!("{text}: {why}\n{}", ways_out(rules))
}

/// What whoever owns the machine can do about it.
pub fn ways_out_now() -> String {
    ways_out(&Rules::read())
}

fn ways_out(rules: &Rules) -> String {
    let mut ways = Vec::new();
    if rules.for_all == Some(0) {
        ways.push("allow them: sudo sysctl kernel.unprivileged_userns_clone=1");
    }
    if rules.most == Some(0) {
        ways.push("allow some: sudo sysctl user.max_user_namespaces=10000");
    }
    if rules.by_profile.is_some_and(|value| value != 0) {
        ways.push("allow them: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0");
    }
    ways.push("or run it as root: sudo wirestage shell …");
    ways.push(
        "in a container: start it with --cap-add SYS_ADMIN --cap-add NET_ADMIN \
         --security-opt seccomp=unconfined --security-opt apparmor=unconfined",
    );
    let lines: Vec<String> = ways.iter().map(|way| format!("  {way}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_rule_that_stands_in_the_way() {
        let rules = Rules {
            for_all: Some(0),
            ..Rules::default()
        };
        let text = refusal(Errno::EPERM, &rules);
        assert!(text.contains("does not allow it"), "{text}");
        assert!(
            text.contains("kernel.unprivileged_userns_clone=1"),
            "{text}"
        );
        assert!(!text.contains("max_user_namespaces"), "{text}");
        let rules = Rules {
            most: Some(0),
            by_profile: Some(1),
            ..Rules::default()
        };
        let text = refusal(Errno::ENOSPC, &rules);
        assert!(text.contains("user.max_user_namespaces=10000"), "{text}");
        assert!(text.contains("apparmor_restrict_unprivileged_userns=0"));
        assert!(text.contains("sudo wirestage shell") && text.contains("in a container"));
    }

    #[test]
    fn rules_that_allow_are_not_named() {
        let rules = Rules {
            for_all: Some(1),
            most: Some(9000),
            by_profile: Some(0),
        };
        let text = refusal(Errno::EPERM, &rules);
        assert!(!text.contains("sysctl"), "{text}");
    }
}
