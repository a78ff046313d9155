//! What the suites need of the machine: one table, looked for, installed, or asked for loudly.

use crate::project;
use crate::run;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

/// Who needs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// `cargo xtask check`, beyond what building needs.
    Check,
    /// `cargo xtask page | demo | dist`.
    Page,
    /// `cargo xtask test`.
    Test,
    /// `cargo xtask shots` and `cargo xtask bench web`.
    Browser,
    /// `cargo xtask bench --peers`, against ns-3 …
    Peers,
    /// … against a plain cable …
    Door,
    /// … and against tshark.
    Fields,
}

/// Something a suite needs.
struct Need {
    name: &'static str,
    /// Nobody, while it only stands ready for a suite to come.
    used_by: &'static [Suite],
    way: Way,
}

/// How to see that it is there, and how to get it.
enum Way {
    /// Debian packages; there, when all of these commands succeed.
    Debian(&'static [&'static str], &'static [&'static [&'static str]]),
    /// A component of the Rust toolchain, and the command that needs it.
    RustComponent(&'static str, &'static [&'static str]),
    /// A target of the Rust toolchain.
    RustTarget(&'static str),
    /// Python packages in a folder of their own under the build folder.
    Python(&'static [&'static str]),
    /// A package of npm in a folder of its own under the build folder, and the file that is
    /// wanted of it.
    Npm(&'static str, &'static str),
}

/// One line for each thing.
const NEEDS: &[Need] = &[
    need(
        "clippy",
        &[Suite::Test],
        Way::RustComponent("clippy", &["clippy", "--version"]),
    ),
    need(
        "rustfmt",
        &[Suite::Test],
        Way::RustComponent("rustfmt", &["fmt", "--version"]),
    ),
    need(
        "wasm32",
        &[Suite::Check, Suite::Page, Suite::Test, Suite::Browser],
        Way::RustTarget("wasm32-unknown-unknown"),
    ),
    need(
        "tshark",
        &[Suite::Test, Suite::Fields],
        Way::Debian(
            &["tshark"],
            // Its engine as a server and the tools for captures come with it.
            &[
                &["tshark", "--version"],
                &["sharkd", "-v"],
                &["capinfos", "-v"],
                &["editcap", "-v"],
                &["mergecap", "-v"],
            ],
        ),
    ),
    need(
        "curl",
        &[Suite::Test, Suite::Door],
        Way::Debian(&["curl"], &[&["curl", "--version"]]),
    ),
    need(
        "chromium",
        &[Suite::Test, Suite::Browser],
        Way::Debian(&["chromium"], &[&["chromium", "--version"]]),
    ),
    need(
        "chromedriver",
        &[Suite::Test, Suite::Browser],
        Way::Debian(&["chromium-driver"], &[&["chromedriver", "--version"]]),
    ),
    need(
        "npm",
        &[Suite::Test],
        Way::Debian(&["npm"], &[&["npm", "--version"]]),
    ),
    need("axe", &[Suite::Test], Way::Npm("axe-core@4", AXE)),
    need(
        "ip",
        &[Suite::Test, Suite::Door],
        Way::Debian(&["iproute2"], &[&["ip", "-V"]]),
    ),
    need(
        "ping",
        &[Suite::Test],
        Way::Debian(&["iputils-ping"], &[&["ping", "-V"]]),
    ),
    need(
        "traceroute",
        &[Suite::Test],
        Way::Debian(&["traceroute"], &[&["traceroute", "--version"]]),
    ),
    need(
        "dig",
        &[Suite::Test],
        Way::Debian(&["bind9-dnsutils"], &[&["dig", "-v"]]),
    ),
    need(
        "tcpdump",
        &[Suite::Test],
        Way::Debian(&["tcpdump"], &[&["tcpdump", "--version"]]),
    ),
    need(
        "venv",
        &[Suite::Test, Suite::Door],
        Way::Debian(&["python3-venv"], &[&["python3", "-c", "import ensurepip"]]),
    ),
    need(
        "python",
        &[Suite::Test, Suite::Door],
        Way::Python(&["pyftpdlib", "aiosmtpd", "fastjsonschema"]),
    ),
    need(
        "ns-3",
        &[Suite::Peers],
        Way::Debian(NS3_PACKAGES, NS3_PROBES),
    ),
];

/// Judges whether everybody can use a page.
const AXE: &str = "axe-core/axe.min.js";

/// The last three are what ns-3's own pkg-config files ask to link with.
const NS3_PACKAGES: &[&str] = &[
    "g++",
    "pkg-config",
    "libns3-dev",
    "libgsl-dev",
    "libxml2-dev",
    "libsqlite3-dev",
];
const NS3_PROBES: &[&[&str]] = &[
    &["g++", "--version"],
    &[
        "pkg-config",
        "--exists",
        "ns3-applications",
        "gsl",
        "libxml-2.0",
        "sqlite3",
    ],
];

const fn need(name: &'static str, used_by: &'static [Suite], way: Way) -> Need {
    Need { name, used_by, way }
}

/// Installs what the suite lacks. Quick where it lacks nothing.
pub fn install(suite: Suite) -> Result<(), Box<dyn Error>> {
    let lacking = missing(suite);
    install_packages(&lacking)?;
    for need in &lacking {
        match need.way {
            Way::Debian(..) => {}
            Way::RustComponent(name, _) => rustup(&["component", "add", name])?,
            Way::RustTarget(name) => rustup(&["target", "add", name])?,
            Way::Python(packages) => install_python(packages)?,
            Way::Npm(package, _) => install_npm(package)?,
        }
    }
    for need in &lacking {
        if !is_there(&need.way) {
            return Err(format!("{} was installed, and still does not work", need.name).into());
        }
    }
    run::say(&format!(
        "setup: {} installed, the rest was there",
        lacking.len()
    ));
    Ok(())
}

/// Fails where the suite lacks something, and says how to get it.
pub fn require(suite: Suite) -> Result<(), Box<dyn Error>> {
    let lacking = missing(suite);
    let lines = lacking.iter().map(|need| {
        let how = how_to_get(&need.way);
        format!("{} is missing; get it: {how}", need.name)
    });
    match lines.collect::<Vec<_>>() {
        lines if lines.is_empty() => Ok(()),
        lines => Err(lines.join("\n").into()),
    }
}

/// Where axe lies, if it is there.
pub fn axe() -> Option<PathBuf> {
    Some(npm_file(AXE)).filter(|file| file.is_file())
}

/// Whether the suite has all it needs; where not, says loudly what it does without.
pub fn is_there_or_said(suite: Suite) -> bool {
    let notices = notices(suite);
    for notice in &notices {
        run::say(notice);
    }
    notices.is_empty()
}

/// A loud line for each thing the suite lacks, with how to get it.
pub fn notices(suite: Suite) -> Vec<String> {
    missing(suite)
        .iter()
        .map(|need| notice(need.name, &how_to_get(&need.way)))
        .collect()
}

fn notice(name: &str, how: &str) -> String {
    format!("SKIPPED: {name} is missing, and what needs it does not run; get it: {how}")
}

fn how_to_get(way: &Way) -> String {
    match way {
        Way::Debian(packages, _) => format!("apt-get install {}", packages.join(" ")),
        Way::RustComponent(name, _) => format!("rustup component add {name}"),
        Way::RustTarget(name) => format!("rustup target add {name}"),
        Way::Python(packages) => format!("pip install {}", packages.join(" ")),
        Way::Npm(package, _) => {
            format!("npm install --prefix {} {package}", npm_folder().display())
        }
    }
}

fn missing(suite: Suite) -> Vec<&'static Need> {
    let used = NEEDS.iter().filter(|need| need.used_by.contains(&suite));
    used.filter(|need| !is_there(&need.way)).collect()
}

fn is_there(way: &Way) -> bool {
    match way {
        Way::Debian(_, probes) => probes
            .iter()
            .all(|probe| run::silent(&mut run::program(probe[0], &probe[1..]))),
        Way::RustComponent(_, args) => run::silent(&mut run::cargo(args)),
        Way::RustTarget(name) => {
            let args = ["--print", "target-libdir", "--target", name];
            let output = run::program("rustc", &args).stdin(Stdio::null()).output();
            output.is_ok_and(|output| {
                let folder = String::from_utf8_lossy(&output.stdout).into_owned();
                output.status.success() && PathBuf::from(folder.trim()).exists()
            })
        }
        Way::Python(packages) => {
            let import = format!("import {}", packages.join(", "));
            run::silent(&mut run::program(python(), &["-c", &import]))
        }
        Way::Npm(_, file) => npm_file(file).is_file(),
    }
}

fn rustup(args: &[&str]) -> Result<(), Box<dyn Error>> {
    must(
        run::shown(&mut run::program("rustup", args))?,
        &format!("rustup {}", args.join(" ")),
    )
}

fn install_packages(lacking: &[&Need]) -> Result<(), Box<dyn Error>> {
    let mut packages = Vec::new();
    for need in lacking {
        if let Way::Debian(names, _) = need.way {
            packages.extend_from_slice(names);
        }
    }
    if packages.is_empty() {
        return Ok(());
    }
    let install = [
        &["install", "-y", "--no-install-recommends"],
        packages.as_slice(),
    ]
    .concat();
    // The lists of a fresh machine are empty, and old ones name packages that are gone.
    if !apt_get(&install)? {
        must(apt_get(&["update"])?, "apt-get update")?;
        must(
            apt_get(&install)?,
            &format!("apt-get install {}", packages.join(" ")),
        )?;
    }
    Ok(())
}

/// Runs apt-get as root, asking nothing. False where it fails.
fn apt_get(args: &[&str]) -> Result<bool, Box<dyn Error>> {
    if !run::silent(&mut run::program("apt-get", &["--version"])) {
        let list = args.join(" ");
        return Err(
            format!("this machine has no apt-get: install the like of `{list}` by hand").into(),
        );
    }
    let is_root = run::output(&mut run::program("id", &["-u"]))?.trim() == "0";
    let words = [&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
    if is_root {
        return run::shown(&mut run::program(words[0], &words[1..]));
    }
    run::say("setup: not root, so sudo may ask for a password");
    run::shown(&mut run::program("sudo", &words))
}

fn install_python(packages: &[&str]) -> Result<(), Box<dyn Error>> {
    let folder = project::target_dir().join("venv");
    let folder = folder.to_string_lossy();
    must(
        run::shown(&mut run::program("python3", &["-m", "venv", &folder]))?,
        "python3 -m venv",
    )?;
    let install = [&["-m", "pip", "install", "--quiet"], packages].concat();
    must(
        run::shown(&mut run::program(python(), &install))?,
        "pip install",
    )
}

fn python() -> PathBuf {
    project::target_dir().join("venv/bin/python")
}

fn install_npm(package: &str) -> Result<(), Box<dyn Error>> {
    let folder = npm_folder();
    fs::create_dir_all(&folder)?;
    let folder = folder.to_string_lossy();
    let install = [
        "install",
        "--prefix",
        &folder,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        package,
    ];
    must(
        run::shown(&mut run::program("npm", &install))?,
        "npm install",
    )
}

fn npm_folder() -> PathBuf {
    project::target_dir().join("npm")
}

fn npm_file(file: &str) -> PathBuf {
    npm_folder().join("node_modules").join(file)
}

fn must(succeeded: bool, what: &str) -> Result<(), Box<dyn Error>> {
    if succeeded {
        Ok(())
    } else {
        Err(format!("`{what}` failed; its own words stand above").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_there_when_all_its_probes_succeed() {
        assert!(is_there(&Way::Debian(&[], &[&["true"]])));
        assert!(!is_there(&Way::Debian(&[], &[&["true"], &["false"]])));
        assert!(!is_there(&Way::Debian(&[], &[&["no-such-program-here"]])));
        assert!(!is_there(&Way::RustTarget("no-such-target-here")));
    }

    #[test]
    fn a_notice_says_how_to_get_it() {
        let text = notice("curl", &how_to_get(&Way::Debian(&["curl"], &[])));
        assert!(
            text.starts_with("SKIPPED: curl is missing") && text.ends_with("apt-get install curl")
        );
    }
}
