//! `login` and `logout`: signing in to a cluster before anything else wants it, and forgetting that.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::{Reply, cluster, failure::Failure, json, options};
use flyte_cluster::flyte1::BlockingRemote;
use flyte_core::text;
use flyte_grammar::duration;

const NO_BROWSER: &str = "no-browser";
const TIMEOUT: &str = "timeout";

/// How long to wait for a user, with a terminal and without one, where there is probably none.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(600), Duration::from_secs(120));

pub(super) fn login_command() -> Command {
    Command::new("login")
        .about("Signs in to a cluster, and tells as whom")
        .arg(
            Arg::new(NO_BROWSER)
                .long(NO_BROWSER)
                .action(ArgAction::SetTrue)
                .help("Opens no browser; the page to sign in at is shown anyway"),
        )
        .arg(
            Arg::new(TIMEOUT)
                .long(TIMEOUT)
                .value_name("TIME")
                .value_parser(|text: &str| {
                    duration::parse(text).map_err(|error| error.to_string())
                })
                .help(
                    "How long to wait for a user who signs in, as in `5m` [default: 10m, and 2m without a terminal]",
                ),
        )
        .args(cluster::args())
        .arg(options::json())
}

pub(super) fn logout_command() -> Command {
    Command::new("logout")
        .about("Forgets the tokens of a cluster")
        .args(cluster::args())
        .arg(options::json())
}

pub(super) fn login_reply(options: &ArgMatches) -> Reply {
    let as_json = json(options);
    Reply::of(login(options, as_json), as_json)
}

pub(super) fn logout_reply(options: &ArgMatches) -> Reply {
    let as_json = json(options);
    Reply::of(logout(options, as_json), as_json)
}

fn login(options: &ArgMatches, as_json: bool) -> Result<String, Failure> {
    let config = cluster::settings(&[options])?;
    let patience = match io::stderr().is_terminal() {
        true => PATIENCE.0,
        false => PATIENCE.1,
    };
    let timeout = options.get_one::<Duration>(TIMEOUT).copied();
    let asked = cluster::connect_options()
        .on_sign_in(cluster::show_sign_in)
        .sign_in_timeout(timeout.unwrap_or(patience))
        .open_browser(!options.get_flag(NO_BROWSER));
    let remote = BlockingRemote::connect_with(&config, &asked)?;
    let is_wanted = remote.sign_in()?;
    // A cluster that wants no token does not know its users.
    let user = match is_wanted {
        true => remote.user()?,
        false => None,
    };
    let (endpoint, mode) = (&*config.platform.endpoint, &*config.platform.auth_mode);
    if as_json {
        let document = json!({
            "endpoint": endpoint,
            "mode": is_wanted.then(|| mode.to_string()),
            "user": user,
        });
        return Ok(format!("{document}\n"));
    }
    let line = match (is_wanted, user) {
        (false, _) => format!("{endpoint} wants no sign-in\n"),
        (true, Some(user)) => format!("signed in to {endpoint} with {mode} as {user}\n"),
        (true, None) => {
            format!("signed in to {endpoint} with {mode}; the cluster does not say as whom\n")
        }
    };
    Ok(text::visible(&line).into_owned())
}

fn logout(options: &ArgMatches, as_json: bool) -> Result<String, Failure> {
    let config = cluster::settings_without_secret(&[options])?;
    let remote = BlockingRemote::connect_with(&config, &cluster::connect_options())?;
    let was_kept = remote.sign_out()?;
    let endpoint = &*config.platform.endpoint;
    if as_json {
        return Ok(format!(
            "{}\n",
            json!({"endpoint": endpoint, "removed": was_kept})
        ));
    }
    let line = match was_kept {
        true => format!("signed out of {endpoint}\n"),
        false => format!("no token of {endpoint} is kept\n"),
    };
    Ok(text::visible(&line).into_owned())
}
