//! Which cluster: the options that all commands for one share.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};

use super::failure::Failure;
use flyte_cluster::flyte1::{BlockingRemote, ClusterError, ConnectOptions, SignInRequest};
use flyte_config::config::{Config, ConfigLoader, Environment, Origin, Sourced};
use flyte_core::text;

pub(super) const CONFIG: &str = "--config";
pub(super) const ENDPOINT: &str = "--endpoint";
pub(super) const INSECURE: &str = "--insecure";
pub(super) const PROJECT: &str = "--project";
pub(super) const DOMAIN: &str = "--domain";

/// The heading of the options for clusters in help texts.
pub(super) const CLUSTER_OPTIONS: &str = "Cluster options";

/// The options of [`settings`].
pub(super) fn args() -> [Arg; 5] {
    let text = |id: &'static str, value_name, help| {
        Arg::new(id)
            .long(&id[2..])
            .value_name(value_name)
            .help(help)
    };
    [
        text(
            CONFIG,
            "FILE",
            "The settings of the cluster [default: FLYTECTL_CONFIG, or ~/.flyte/config.yaml]",
        )
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath),
        text(
            ENDPOINT,
            "HOST:PORT",
            "The address of the cluster [default: that of the settings]",
        ),
        Arg::new(INSECURE)
            .long("insecure")
            .action(ArgAction::SetTrue)
            .help("Talks to it without TLS"),
        text(
            PROJECT,
            "NAME",
            "The project [default: that of the settings, or flytesnacks]",
        ),
        text(
            DOMAIN,
            "NAME",
            "The domain [default: that of the settings, or development]",
        ),
    ]
    .map(|arg| arg.help_heading(CLUSTER_OPTIONS))
}

/// The first value of an option in one of several places.
pub(super) fn first<T: Clone + Send + Sync + 'static>(
    given: &[&ArgMatches],
    id: &str,
) -> Option<T> {
    let mut all = given.iter();
    // An entity with an input of that name has no such option.
    all.find_map(|options| options.try_get_one::<T>(id).ok().flatten().cloned())
}

/// Whether a flag is in one of several places.
pub(super) fn flag(given: &[&ArgMatches], id: &str) -> bool {
    let mut all = given.iter();
    all.any(|options| matches!(options.try_get_one::<bool>(id), Ok(Some(true))))
}

/// All values of an option, in several places.
pub(super) fn all<'a>(given: &[&'a ArgMatches], id: &str) -> Vec<&'a String> {
    let values = given
        .iter()
        .rev()
        .filter_map(|options| options.try_get_many(id).ok().flatten());
    values.flatten().collect()
}

/// The settings that files, variables and options give.
pub(super) fn settings(given: &[&ArgMatches]) -> Result<Config, Failure> {
    loaded(Config::loader(), given)
}

/// The same without the secret of a client, which may be gone.
pub(super) fn settings_without_secret(given: &[&ArgMatches]) -> Result<Config, Failure> {
    loaded(Config::loader().without_client_secret(), given)
}

fn loaded(loader: ConfigLoader, given: &[&ArgMatches]) -> Result<Config, Failure> {
    let loader = loader.environment(Environment::process());
    let loader = match first::<PathBuf>(given, CONFIG) {
        Some(path) => loader.file(path),
        None => loader,
    };
    let mut config = loader.load().map_err(ClusterError::from)?;
    let option = |id: &str| {
        let value = first::<String>(given, id)?;
        Some(Sourced::new(value, origin(id)))
    };
    if let Some(endpoint) = option(ENDPOINT) {
        config.platform.endpoint = endpoint.map(|endpoint| {
            let bare = endpoint.strip_prefix("dns:///").map(str::to_owned);
            bare.unwrap_or(endpoint)
        });
    }
    if flag(given, INSECURE) {
        config.platform.insecure = Sourced::new(true, origin(INSECURE));
    }
    if let Some(project) = option(PROJECT) {
        config.task.project = project;
    }
    if let Some(domain) = option(DOMAIN) {
        config.task.domain = domain;
    }
    Ok(config)
}

fn origin(id: &str) -> Origin {
    Origin::Argument {
        name: id.to_owned(),
    }
}

/// The cluster of the settings.
pub(super) fn connect(given: &[&ArgMatches]) -> Result<(Config, BlockingRemote), Failure> {
    let config = settings(given)?;
    let mut options = connect_options();
    // Without a terminal there is probably no user either; `login` is for those who say that there is.
    if io::stderr().is_terminal() {
        options = options.on_sign_in(show_sign_in).open_browser(true);
    }
    let remote = BlockingRemote::connect_with(&config, &options)?;
    Ok((config, remote))
}

/// With tokens in the system's keyring, if the program has that feature and the system has one.
pub(super) fn connect_options() -> ConnectOptions {
    let options = ConnectOptions::new();
    #[cfg(feature = "keyring")]
    match flyte_cluster::flyte1::SystemKeyring::open() {
        Ok(keyring) => return options.token_store(keyring),
        Err(error) => tracing::warn!("tokens are kept in files: {error}"),
    }
    options
}

/// Shows at once what the user has to do, because the command waits for it.
pub(super) fn show_sign_in(request: &SignInRequest) {
    let request = format!("{request}\n");
    // A terminal that is gone has nobody to be told.
    let _ = io::stderr().write_all(text::visible(&request).as_bytes());
}
