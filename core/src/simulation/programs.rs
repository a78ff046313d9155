//! Which program a scenario's words start, a line each.

use crate::base::{Duration, HostId, Rng};
use crate::program::Program;
use crate::program::console::{Console, ConsoleConfig};
use crate::program::files::Files;
use crate::program::ftp_server::{FtpServer, FtpServerConfig};
use crate::program::ftp_user::{FtpUser, FtpUserConfig, Mode};
use crate::program::mail_server::{MailServer, MailServerConfig};
use crate::program::mail_user::{MailUser, MailUserConfig};
use crate::program::plain_server::{PlainServer, PlainServerConfig, Service};
use crate::scenario::Scenario;
use crate::scenario::model::{self, Runs};

/// The scenario's words for a program.
pub fn words(runs: &Runs) -> &'static str {
    match runs {
        Runs::FtpUser(_) => "ftp client",
        Runs::FtpServer(_) => "ftp server",
        Runs::MailUser(_) => "mail client",
        Runs::MailServer(_) => "mail server",
        Runs::Console => "console",
        Runs::EchoServer => "echo server",
        Runs::DiscardServer(_) => "discard server",
    }
}

/// The program itself, not yet told anything.
///
/// # Errors
/// What is wrong with its settings.
pub fn start(
    scenario: &Scenario,
    at: HostId,
    runs: &Runs,
    rng: &Rng,
) -> Result<Box<dyn Program>, String> {
    Ok(match runs {
        Runs::FtpUser(config) => Box::new(ftp_user(scenario, config)),
        Runs::FtpServer(config) => Box::new(ftp_server(config)),
        Runs::MailUser(config) => Box::new(mail_user(scenario, at, config, rng)),
        Runs::MailServer(config) => Box::new(mail_server(config)?),
        Runs::Console => Box::new(Console::new(ConsoleConfig { rng: rng.clone() })),
        Runs::EchoServer => Box::new(plain_server(Service::Echo, None)),
        Runs::DiscardServer(config) => Box::new(plain_server(Service::Discard, config.pause)),
    })
}

fn ftp_user(scenario: &Scenario, config: &model::FtpUser) -> FtpUser {
    FtpUser::new(FtpUserConfig {
        server: name_of(scenario, config.server),
        user: config.login.user.clone(),
        password: config.login.password.clone(),
        mode: match config.mode {
            model::FtpMode::Active => Mode::Active,
            model::FtpMode::Passive => Mode::Passive,
        },
        ..FtpUserConfig::default()
    })
}

fn ftp_server(config: &model::FtpServer) -> FtpServer {
    let logins = config.logins.iter();
    let files = config.files.iter();
    FtpServer::new(FtpServerConfig {
        users: logins
            .map(|login| (login.user.clone(), login.password.clone()))
            .collect(),
        anonymous: config.anonymous,
        files: files
            .map(|file| (file.name.as_str(), file.content.clone()))
            .collect::<Files>(),
        port_check: config.port_check,
        ..FtpServerConfig::default()
    })
}

fn mail_user(scenario: &Scenario, at: HostId, config: &model::MailUser, rng: &Rng) -> MailUser {
    let own = (config.person.clone(), config.address.clone());
    let others = scenario.domains.iter().flat_map(|domain| &domain.people);
    let known = others.map(|mailbox| (mailbox.person.clone(), mailbox.address.clone()));
    let domain = config.address.rsplit('@').next().unwrap_or_default();
    let config = MailUserConfig {
        server: name_of(scenario, config.server),
        port: 25,
        hostname: format!("{}.{domain}", name_of(scenario, at)),
        people: std::iter::once(own).chain(known).collect(),
    };
    MailUser::new(config, rng.fork("letters"))
}

fn mail_server(config: &model::MailServer) -> Result<MailServer, String> {
    let mailboxes = config.mailboxes.iter();
    MailServer::new(MailServerConfig {
        domains: config.domains.clone(),
        mailboxes: mailboxes.map(|mailbox| mailbox.address.clone()).collect(),
        ..MailServerConfig::new(config.name.clone())
    })
}

fn plain_server(service: Service, pause: Option<(u64, Duration)>) -> PlainServer {
    PlainServer::new(PlainServerConfig { service, pause })
}

fn name_of(scenario: &Scenario, host: HostId) -> String {
    scenario.nodes[host.index()].name.clone()
}
