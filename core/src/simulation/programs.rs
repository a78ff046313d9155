//! Which program a scenario's words start, a line each.

use crate::base::{Duration, HostId, Rng, Time};
use crate::program::Program;
use crate::program::browser::Browser;
use crate::program::console::{Console, ConsoleConfig};
use crate::program::files::{Files, LineEnds};
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig, Place};
use crate::program::ftp_user::{DataMode, FtpUser, FtpUserConfig};
use crate::program::mail_server::{MailServer, MailServerConfig};
use crate::program::mail_user::{MailUser, MailUserConfig};
use crate::program::plain_server::{PlainServer, PlainServerConfig, Service};
use crate::program::web_page::{WebPage, WebPageConfig};
use crate::scenario::Scenario;
use crate::scenario::model::{self, Runs};
use std::net::IpAddr;

/// The scenario's words for a program.
pub fn words(runs: &Runs) -> &'static str {
    match runs {
        Runs::FtpUser(_) => "ftp client",
        Runs::FtpServer(_) => "ftp server",
        Runs::WebPage(_) => "ftp web page",
        Runs::Browser => "browser",
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
        Runs::WebPage(config) => Box::new(web_page(scenario, config)),
        Runs::Browser => Box::new(Browser::new()),
        Runs::MailUser(config) => Box::new(mail_user(scenario, at, config, rng)),
        Runs::MailServer(config) => Box::new(mail_server(config)?),
        Runs::Console => Box::new(Console::new(ConsoleConfig {
            rng: rng.clone(),
            name_servers: Vec::new(),
        })),
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
            model::FtpMode::Active => DataMode::Active,
            model::FtpMode::Passive => DataMode::Passive,
            model::FtpMode::Extended => DataMode::Extended,
        },
        announces: config.announces.map(IpAddr::V4),
        trusts: config.trusts,
        retries: config.retries.0,
        retry_after: config.retries.1,
        files: files(&config.files),
        line_ends: line_ends(config.line_ends),
        ..FtpUserConfig::default()
    })
}

fn web_page(scenario: &Scenario, config: &model::WebPage) -> WebPage {
    WebPage::new(WebPageConfig {
        server: name_of(scenario, config.server),
        user: config.login.user.clone(),
        password: config.login.password.clone(),
        extended: config.extended,
        patience: Duration::from_secs(60),
    })
}

fn ftp_server(config: &model::FtpServer) -> FtpServer {
    let place = |place: &model::Place| Place {
        home: place.home.clone(),
        reads: place.reads,
        writes: place.writes,
    };
    let account = |account: &model::Account| Account {
        user: account.login.user.clone(),
        password: account.login.password.clone(),
        place: place(&account.place),
    };
    FtpServer::new(FtpServerConfig {
        users: config.logins.iter().map(account).collect(),
        guests: config.guests.as_ref().map(place),
        files: files(&config.files),
        port_check: config.port_check,
        extended: config.extended,
        sessions: config.sessions,
        attempts: config.attempts,
        idle: config.idle,
        data_patience: config.data_patience,
        disk: config.disk,
        quota: config.quota,
        passive_ports: config.passive_ports.clone(),
        passive_address: config.passive_address,
        line_ends: line_ends(config.line_ends),
        ..FtpServerConfig::default()
    })
}

fn files(kept: &[model::File]) -> Files {
    let mut files = Files::new();
    for file in kept {
        match &file.content {
            Some(content) => drop(files.put(&file.name, content.clone(), Time::ZERO)),
            None => files.make_folders(&file.name, Time::ZERO),
        }
    }
    files
}

fn line_ends(ends: model::LineEnds) -> LineEnds {
    match ends {
        model::LineEnds::Lf => LineEnds::Lf,
        model::LineEnds::Crlf => LineEnds::Crlf,
    }
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
        ..MailUserConfig::default()
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
