//! Where a parent action is: its run, its own name, and the cluster that it belongs to.

use crate::flyte1::{Client, ClusterError, ConnectOptions};
use flyte_config::{
    config::{Config, Environment},
    identifier::ActionId,
};
use flyte_idl::flyteidl2::common::{ActionIdentifier, RunIdentifier};

const ENDPOINT: &str = "_U_EP_OVERRIDE";
const INSECURE: &str = "_U_INSECURE";
const RUN_BASE: &str = "_U_RUN_BASE";

/// A variable that a container needs to run the tasks of a graph is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the variable {variable}, {meaning}, is not in the container, so its tasks cannot be enqueued; set it in the \
     `default-env-vars` of the cluster's plugin configuration, or give it with `--env` when it is registered"
)]
pub(crate) struct PlaceError {
    variable: &'static str,
    meaning: &'static str,
}

/// The place of a parent action.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(super) run: RunIdentifier,
    pub(super) action: String,
    /// The prefix of everything that belongs to the run, which ends in `/`.
    pub(super) base: String,
    endpoint: String,
    is_insecure: bool,
}

impl Place {
    /// What the environment of the container says.
    ///
    /// # Errors
    ///
    /// When it does not say where the cluster or the store of the run is.
    pub(crate) fn of(action: &ActionId, environment: &Environment) -> Result<Self, PlaceError> {
        let text = |variable: &'static str, meaning| {
            let text = environment.var(variable).unwrap_or_default();
            match text.trim() {
                "" => Err(PlaceError { variable, meaning }),
                text => Ok(text.to_owned()),
            }
        };
        let endpoint = text(ENDPOINT, "the address of the cluster")?;
        let mut base = text(RUN_BASE, "the prefix of the run's files")?;
        if !base.ends_with('/') {
            base.push('/');
        }
        let insecure = environment.var(INSECURE).unwrap_or_default();
        let insecure = insecure.trim().to_lowercase();
        let says_so = ["1", "true", "t", "yes"].contains(&insecure.as_str());
        Ok(Self {
            run: RunIdentifier {
                org: action.org().to_owned(),
                project: action.project().to_owned(),
                domain: action.domain().to_owned(),
                name: action.run_name().to_owned(),
            },
            action: action.name().to_owned(),
            base,
            is_insecure: says_so || endpoint.starts_with("http://"),
            endpoint: endpoint.trim_start_matches("dns:///").to_owned(),
        })
    }

    pub(super) fn action_id(&self, name: &str) -> ActionIdentifier {
        ActionIdentifier {
            run: Some(self.run.clone()),
            name: name.to_owned(),
        }
    }

    pub(super) fn connect(&self, environment: &Environment) -> Result<Client, ClusterError> {
        let config = Config::default().with_endpoint(self.endpoint.clone(), self.is_insecure);
        let options = ConnectOptions::new().environment(environment.clone());
        Client::new(&config, &options)
    }
}

#[cfg(test)]
mod tests {
    use super::Place;
    use flyte_config::{config::Environment, identifier::ActionId};

    fn action() -> ActionId {
        let action = ActionId::new("a0").expect("it is there");
        action
            .with_run("r1", "flytesnacks", "development", "local")
            .expect("it is there")
    }

    #[test]
    fn a_container_knows_its_cluster_and_the_store_of_its_run() {
        let environment = Environment::empty()
            .with_var("_U_EP_OVERRIDE", "dns:///flyte.example.com:8090")
            .with_var("_U_INSECURE", "true")
            .with_var("_U_RUN_BASE", "s3://bucket/r1");
        let place = Place::of(&action(), &environment).expect("it is there");
        assert_eq!(place.endpoint, "flyte.example.com:8090");
        assert!(place.is_insecure);
        assert_eq!(place.base, "s3://bucket/r1/");
        assert_eq!(
            (place.run.name.as_str(), place.action.as_str()),
            ("r1", "a0")
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let environment = Environment::empty().with_var("_U_RUN_BASE", "s3://bucket/r1/");
        let error = Place::of(&action(), &environment)
            .expect_err("it is refused")
            .to_string();
        assert!(
            error.contains("_U_EP_OVERRIDE, the address of the cluster"),
            "{error}"
        );
    }
}
