//! Which program a scenario's words start, a line each.

use super::zones;
use crate::base::{Duration, HostId, Rng, Time};
use crate::program::Program;
use crate::program::browser::Browser;
use crate::program::console::{Console, ConsoleConfig};
use crate::program::files::{Files, LineEnds};
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig, Place};
use crate::program::ftp_user::{DataMode, FtpUser, FtpUserConfig};
use crate::program::mail_server::{MailLogin, MailServer, MailServerConfig, Relays};
use crate::program::mail_user::{Auth, MailUser, MailUserConfig};
use crate::program::name_server::NameServer;
use crate::program::plain_server::{PlainServer, PlainServerConfig, Service};
use crate::program::resolver::Resolver;
use crate::program::web_page::{WebPage, WebPageConfig};
use crate::program::web_server::{WebServer, WebServerConfig};
use crate::scenario::Scenario;
use crate::scenario::model::{self, Names, Runs};
use std::net::IpAddr;

/// A scenario, how its hosts find each other, and which of them somebody outside stands in for.
pub type Named<'s> = (&'s Scenario, Names, Option<HostId>);

/// The scenario's words for a program.
pub fn words(runs: &Runs) -> &'static str {
    match runs {
        Runs::FtpUser(_) => "ftp client",
        Runs::FtpServer(_) => "ftp server",
        Runs::WebPage(_) => "ftp web page",
        Runs::Browser => "browser",
        Runs::MailUser(_) => "mail client",
        Runs::MailRobot(_) => "mail robot",
        Runs::MailServer(_) => "mail server",
        Runs::NameServer(_) => "name server",
        Runs::WebServer(_) => "web server",
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
    scenario: Named<'_>,
    at: HostId,
    runs: &Runs,
    rng: &Rng,
) -> Result<Box<dyn Program>, String> {
    Ok(match runs {
        Runs::FtpUser(config) => Box::new(ftp_user(scenario, config)),
        Runs::FtpServer(config) => Box::new(ftp_server(config)),
        Runs::WebPage(config) => Box::new(web_page(scenario, config)),
        Runs::Browser => Box::new(Browser::new()),
        Runs::MailUser(config) | Runs::MailRobot(config) => {
            Box::new(mail_user(scenario, at, config, rng))
        }
        Runs::MailServer(config) => Box::new(mail_server(scenario, config, rng)?),
        Runs::NameServer(config) => {
            let config = zones::name_server(scenario.0, at, config, rng);
            Box::new(NameServer::new(config))
        }
        Runs::WebServer(config) => Box::new(WebServer::new(WebServerConfig {
            files: files(&config.files),
        })),
        Runs::Console => Box::new(Console::new(ConsoleConfig {
            rng: rng.clone(),
            name_servers: match scenario.1 {
                Names::Dns => zones::servers_for(scenario.0, at, scenario.2),
                Names::Hosts => Vec::new(),
            },
        })),
        Runs::EchoServer => Box::new(plain_server(Service::Echo, None)),
        Runs::DiscardServer(config) => Box::new(plain_server(Service::Discard, config.pause)),
    })
}

fn ftp_user(scenario: Named<'_>, config: &model::FtpUser) -> FtpUser {
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

fn web_page(scenario: Named<'_>, config: &model::WebPage) -> WebPage {
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

fn mail_user(named: Named<'_>, at: HostId, config: &model::MailUser, rng: &Rng) -> MailUser {
    let (scenario, ..) = named;
    let own = (config.person.clone(), config.address.clone());
    let others = scenario.domains.iter().flat_map(|domain| &domain.people);
    let known = others.map(|mailbox| (mailbox.person.clone(), mailbox.address.clone()));
    let login = &config.login;
    let is_robot = !config.sends.is_empty();
    let config = MailUserConfig {
        server: name_of(named, config.server),
        port: config.port,
        hostname: scenario.full_name(at),
        people: std::iter::once(own).chain(known).collect(),
        login: Some((login.user.clone(), login.password.clone())),
        auth: match config.auth {
            model::Auth::Plain => Auth::Plain,
            model::Auth::Login => Auth::Login,
        },
        pipelining: config.pipelining,
        stuffs_dots: config.stuffs_dots,
        fetches_from: name_of(named, config.fetches_from),
        leaves_letters: config.leaves_letters,
        files: files(&config.files),
        sends: config.sends.clone(),
        sender: is_robot.then(|| config.address.clone()),
    };
    MailUser::new(config, rng.fork("letters"))
}

fn mail_server(
    (scenario, ..): Named<'_>,
    config: &model::MailServer,
    rng: &Rng,
) -> Result<MailServer, String> {
    let mailboxes = config.mailboxes.iter();
    let logins = config.logins.iter().map(|(login, address)| MailLogin {
        user: login.user.clone(),
        password: login.password.clone(),
        address: address.clone(),
    });
    let busy = config.busy.iter();
    let blocks = config.blocks.iter();
    let usual = MailServerConfig::new(config.name.clone());
    MailServer::new(MailServerConfig {
        domains: config.domains.clone(),
        mailboxes: mailboxes.map(|mailbox| mailbox.address.clone()).collect(),
        logins: logins.collect(),
        ports: vec![25, 587],
        pop: config.pop,
        max_letter: config.max_letter.map_or(usual.max_letter, |size| {
            usize::try_from(size).unwrap_or(usize::MAX)
        }),
        max_recipients: config.max_recipients as usize,
        extended: config.extended,
        pipelining: config.pipelining,
        aliases: config.aliases.clone(),
        moved: config.moved.clone(),
        forwards_moved: config.forwards_moved,
        busy: busy
            .map(|(address, until)| (address.clone(), Time::ZERO + *until))
            .collect(),
        quota: config.quota,
        disk: config.disk,
        greylists: config.greylists,
        relays: match config.relays {
            model::Relays::Nobody => Relays::Nobody,
            model::Relays::LoggedIn => Relays::LoggedIn,
            model::Relays::Anyone => Relays::Anyone,
        },
        blocks: blocks
            .flat_map(|id| scenario.addresses(*id))
            .flat_map(|both| [IpAddr::V4(both.v4), IpAddr::V6(both.v6)])
            .collect(),
        retry_after: config.retry_after,
        warns_after: config.warns_after,
        gives_up_after: config.gives_up_after,
        max_hops: config.max_hops,
        idle: config.idle.unwrap_or(usual.idle),
        rng: rng.fork("letters"),
        ..usual
    })
}

/// The resolver of a host.
pub fn resolver(
    scenario: &Scenario,
    own: HostId,
    door: Option<HostId>,
    rng: &Rng,
) -> Box<dyn Program> {
    Box::new(Resolver::new(zones::resolver(scenario, own, door, rng)))
}

fn plain_server(service: Service, pause: Option<(u64, Duration)>) -> PlainServer {
    PlainServer::new(PlainServerConfig { service, pause })
}

fn name_of((scenario, names, _): Named<'_>, host: HostId) -> String {
    zones::name_of(scenario, names, host)
}
