//! What stands between this machine and a run on a cluster: one check after another, each with what mends it.

mod certificate;
mod connection;
mod image;
mod services;

use flyte_config::config::{Config, Environment};
use serde_json::{Value as Json, json};

use super::{
    auth::ConnectOptions,
    client::Client,
    error::ClusterError,
    remote::{BlockingRemote, Remote, block_on},
};

/// How a check has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// It is as it should be.
    Ok,
    /// Something is wrong.
    Failed,
    /// It could not be made, or tells nothing here.
    Skipped,
}

impl Health {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// A check of [`Remote::diagnose`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthCheck {
    /// What was looked at, such as `address`.
    pub name: &'static str,
    /// How it has ended.
    pub health: Health,
    /// What was found, what is wrong, or why it was skipped.
    pub detail: String,
    /// What mends it.
    pub advice: Option<String>,
}

impl HealthCheck {
    /// A check that has failed.
    pub fn failed(
        name: &'static str,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            name,
            health: Health::Failed,
            detail: detail.into(),
            advice: Some(advice.into()),
        }
    }

    /// A check that found nothing wrong.
    pub fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            health: Health::Ok,
            detail: detail.into(),
            advice: None,
        }
    }

    /// A check that was not made, or tells nothing.
    pub fn skipped(name: &'static str, reason: impl Into<String>) -> Self {
        Self {
            name,
            health: Health::Skipped,
            detail: reason.into(),
            advice: None,
        }
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "check": self.name,
            "health": self.health.name(),
            "detail": self.detail,
            "advice": self.advice,
        })
    }
}

impl Remote {
    /// Looks at everything that a run on the cluster of the settings needs, in the order in which one needs the other:
    /// the settings, the address, the connection, TLS, the API, who is signed in, the project, the domain, the store,
    /// and images. What cannot be looked at says why.
    ///
    /// A file of a few bytes is sent to the store, always to the same place. Nothing else is changed.
    pub async fn diagnose(
        config: &Config,
        environment: &Environment,
        images: &[String],
    ) -> Vec<HealthCheck> {
        let mut checks = vec![settings(config)];
        of_cluster(config, environment, &mut checks).await;
        if images.is_empty() {
            checks.push(HealthCheck::skipped(
                "image",
                "none is set; give `--image IMAGE`, or `images` in the file of the settings",
            ));
        }
        for image in images {
            checks.push(image::check(image).await);
        }
        checks
    }
}

impl BlockingRemote {
    /// As [`Remote::diagnose`].
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if no thread can be started.
    pub fn diagnose(
        config: &Config,
        environment: &Environment,
        images: &[String],
    ) -> Result<Vec<HealthCheck>, ClusterError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime
            .map_err(|error| ClusterError::Setting(format!("no thread can be started: {error}")))?;
        let checks = Remote::diagnose(config, environment, images);
        Ok(block_on(&runtime, checks))
    }
}

/// The names of the checks after the settings, in their order.
const OF_CLUSTER: [&str; 8] = [
    "address",
    "connection",
    "TLS",
    "API",
    "sign-in",
    "project",
    "domain",
    "store",
];

/// Makes the checks of a cluster, until one fails that the others need.
async fn of_cluster(config: &Config, environment: &Environment, checks: &mut Vec<HealthCheck>) {
    let first = checks.len();
    examine(config, environment, checks).await;
    let made: Vec<_> = checks[first..].iter().map(|check| check.name).collect();
    let failed = checks.iter().rfind(|check| check.health == Health::Failed);
    let reason = match failed {
        Some(check) => format!("`{}` has to be ok first", check.name),
        None => "it was not reached".to_owned(),
    };
    for name in OF_CLUSTER.into_iter().filter(|name| !made.contains(name)) {
        checks.push(HealthCheck::skipped(name, reason.as_str()));
    }
}

async fn examine(config: &Config, environment: &Environment, checks: &mut Vec<HealthCheck>) {
    let Some(address) = connection::check(&config.platform, checks).await else {
        return;
    };
    // Without anyone who could sign in: a sign-in that a user has to make is told, and not begun.
    let options = ConnectOptions::new().environment(environment.clone());
    let client = match Client::new(config, &options) {
        Ok(client) => client,
        Err(error) => {
            let advice = "`config show` prints the settings with their origins";
            checks.push(HealthCheck::failed("API", told(&error), advice));
            return;
        }
    };
    services::check(&client, &address, checks).await;
}

/// What an error says to those who have asked already.
fn told(error: &ClusterError) -> String {
    let text = error.to_string();
    let end = text.find("; `doctor` ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Where the settings come from.
fn settings(config: &Config) -> HealthCheck {
    let (platform, task) = (&config.platform, &config.task);
    let file = match config.file() {
        Some(file) => file.display().to_string(),
        None => "no file of settings is found".to_owned(),
    };
    let mut detail = format!(
        "{file}\nendpoint {} (from {})\nproject {} (from {}), domain {} (from {})\nauth mode {} (from {})",
        *platform.endpoint,
        platform.endpoint.origin(),
        *task.project,
        task.project.origin(),
        *task.domain,
        task.domain.origin(),
        *platform.auth_mode,
        platform.auth_mode.origin(),
    );
    for notice in config.notices() {
        detail += &format!("\n{notice}");
    }
    HealthCheck::ok("settings", detail)
}
