//! The client of a cluster against a control plane in this process: what registers, runs, watches and fetches.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod absence;
mod absent;
mod administration;
mod backfill;
#[cfg(unix)]
mod bundles;
mod commands;
mod doctor;
mod executions;
mod fetched;
mod from_flytekit;
#[cfg(unix)]
mod images;
mod login;
mod logs;
mod oauth;
mod pull;
mod registration;
#[cfg(unix)]
mod registry;
mod relaunch;
mod sign_in;
mod signals;
mod synced;
mod tasks_alone;
#[cfg(unix)]
mod terminal;
mod tls;
mod transfers;
mod user_sign_in;
mod waiting;
mod watching;
mod written;

use flyte_runtime::{
    Registry,
    cluster::{BlockingRemote, ExecuteOptions, Execution, RegisterOptions},
    compat::settings::ImageConfig,
    prelude::*,
    testing::cluster::{ControlPlane, ControlPlaneOptions},
};

/// A control plane that runs the program of the tests.
fn plane() -> ControlPlane {
    plane_with(ControlPlaneOptions::default())
}

fn plane_with(options: ControlPlaneOptions) -> ControlPlane {
    ControlPlane::start_with(Registry::of_program(), options).unwrap()
}

fn remote(plane: &ControlPlane) -> BlockingRemote {
    BlockingRemote::connect_in(&plane.config(), &plane.environment()).unwrap()
}

/// Everything, in containers of an image.
fn in_image(image: &str) -> RegisterOptions {
    RegisterOptions::new(ImageConfig::validate_image("--image", &[image]).unwrap())
}

/// Starts a call of what is registered meanwhile.
fn started<E: Entity>(remote: &BlockingRemote, call: &Call<E>) -> Execution {
    let options = in_image("tests:v1");
    let registration = remote.register(Registry::of_program(), &options).unwrap();
    remote
        .execute(call, &registration.version, &ExecuteOptions::new())
        .unwrap()
}
