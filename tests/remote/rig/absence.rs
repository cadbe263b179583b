//! What is said when calls do not arrive.

use std::{fs, path::Path};

use flyte_remote::{square, turn};
use flyte_rig::Proxy;
use flyte_runtime::{
    Registry,
    cluster::{BlockingRemote, ClusterError, ExecuteOptions, RelaunchOptions},
    config::{Config, Environment},
    prelude::*,
};

use crate::here::{Here, options};

/// The errors of everything that a client can ask for.
fn errors(remote: &BlockingRemote, directory: &Path) -> Vec<ClusterError> {
    let file = directory.join("absent.txt");
    fs::write(&file, "a file").unwrap();
    let execution = remote.execution("any");
    let start = ExecuteOptions::new();
    let again = RelaunchOptions::new();
    vec![
        remote
            .register(Registry::of_program(), &options("remote:v1"))
            .unwrap_err(),
        remote.execute(&square::call(1), "v1", &start).unwrap_err(),
        remote
            .execute(&turn::call(FlyteFile::from_path(&file)), "v1", &start)
            .unwrap_err(),
        remote.show(&execution).unwrap_err(),
        remote.outputs::<square>(&execution).unwrap_err(),
        remote.executions(3).unwrap_err(),
        remote.signals(&execution).unwrap_err(),
        remote.approve(&execution, "gate").unwrap_err(),
        remote.relaunch(&execution, &again).unwrap_err(),
        remote.recover(&execution, &again).unwrap_err(),
        remote.terminate(&execution, "enough").unwrap_err(),
    ]
}

/// Each names the endpoint, where that comes from, the reason, and what to do.
fn are_legible(errors: &[ClusterError], address: &str, reason: &str) {
    for error in errors {
        assert!(
            matches!(error, ClusterError::Unreachable { .. }),
            "{error:?}"
        );
        let text = error.to_string();
        for part in [
            address,
            "(from the program)",
            reason,
            "`--endpoint HOST:PORT`",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(text.lines().count() == 1 && text.len() < 400, "{text}");
    }
}

fn remote_at(address: &str, home: &Path) -> BlockingRemote {
    let mut config = Config::default().with_endpoint(address, true);
    config.platform.rpc_retries = 0.into();
    let environment = Environment::empty().with_home(home);
    BlockingRemote::connect_in(&config, &environment).unwrap()
}

/// Behind a proxy that lets nothing through.
pub(crate) fn refusals_are_legible(program: &Path, cluster: &str, directory: &Path) {
    let proxy = Proxy::start(program, cluster, directory, &["--refused", "1"]).unwrap();
    let errors = errors(&remote_at(proxy.address(), directory), directory);
    are_legible(&errors, proxy.address(), "the proxy has refused the call");
}

/// Where a cluster was.
pub(crate) fn an_absence_is_legible(here: &Here) {
    let (address, directory) = (&*here.config.platform.endpoint, here.scratch("absent"));
    are_legible(
        &errors(&remote_at(address, &directory), &directory),
        address,
        "refused",
    );
}
