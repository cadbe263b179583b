//! A cluster that wants tokens.

use flyte_remote::endless;
use flyte_rig::Rig;
use flyte_runtime::{
    Registry,
    cluster::{BlockingRemote, ExecuteOptions},
    compat::{AuthType, SecretText},
    config::{Config, Environment},
};

use crate::{
    BINARY,
    here::{Here, options},
};

/// With tokens that end while a run is watched.
pub(crate) fn tokens_are_renewed(here: &Here) {
    let args = [
        "--binary",
        BINARY,
        "--client-id",
        "robot",
        "--client-secret",
        "sesame",
        "--token-lifetime",
        "2s",
    ];
    let data = here.scratch("signed-in");
    let rig = Rig::start(&here.program, &data.join("cluster"), &args).unwrap();
    let mut config = Config::default().with_endpoint(rig.address(), true);
    config.platform.auth_mode = AuthType::ClientSecret.into();
    config.platform.client_id = "robot".into();
    config.platform.client_credentials_secret = SecretText::new("sesame").into();
    let environment = Environment::empty().with_home(data.join("home"));
    let remote = BlockingRemote::connect_in(&config, &environment).unwrap();
    let registration = remote
        .register(Registry::of_program(), &options("remote:v1"))
        .unwrap();
    let execution = remote.execute(
        &endless::call(3),
        &registration.version,
        &ExecuteOptions::new(),
    );
    let execution = execution.unwrap();
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<endless>(&execution).unwrap(), 3);
    rig.stop().unwrap();
}
