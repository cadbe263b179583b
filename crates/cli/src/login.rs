//! `login` and `logout`: signing in to a cluster before anything else wants it, and forgetting that.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::{Reply, cluster, failure::Failure, json, options};
use flyte_cluster::flyte1::BlockingRemote;
use flyte_core::text;

const NO_BROWSER: &str = "no-browser";

pub(super) fn login_command() -> Command {
    Command::new("login")
        .about("Signs in to a cluster, and tells as whom")
        .arg(
            Arg::new(NO_BROWSER)
                .long(NO_BROWSER)
                .action(ArgAction::SetTrue)
                .help("Opens no browser; the page to sign in at is shown anyway"),
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
    let asked = cluster::connect_options()
        .on_sign_in(cluster::show_sign_in)
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
    let config = cluster::settings(&[options])?;
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
