//! Containers of a cluster, in a program that may be built without `remote`.

use std::{fs, process::Command};

use flyte_core::types::wire::{ErrorOrigin, decode_error};
use flyte_runtime::{compat::settings::SerializationSettings, files::TempSandbox, prelude::*};

use super::add;

#[dynamic]
fn adds(x: u32) -> u32 {
    add(x, 1_u32)
}

/// What a container has whose cluster runs the graphs of dynamic tasks.
fn settings() -> (&'static str, String) {
    let settings = SerializationSettings::for_image("images.example/app:v1", "v1").unwrap();
    ("_F_SS_C", settings.serialized_context())
}

/// The run that has isolated an attempt runs the graph, whatever the container around it is told.
pub(super) fn an_isolated_dynamic_task_leaves_nothing_to_a_cluster() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["run", "--no-history", "--isolate", "adds", "--x", "2"])
        .envs([settings()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "3\n", "{output:?}");
}

/// Graphs are protobuf.
pub(super) fn a_graph_for_a_cluster_needs_remote() {
    let directory = TempSandbox::new();
    let directory = directory.create().unwrap();
    let x = flyte_runtime::types::Literal::integer(2);
    let inputs = flyte_runtime::compat::wire::encode_map([("x", &x)]);
    fs::write(directory.join("inputs.pb"), inputs).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .arg("flyte-execute")
        .arg("--inputs")
        .arg(directory.join("inputs.pb"))
        .arg("--output-prefix")
        .arg(&directory)
        .args(["--", "task", adds::descriptor().name()])
        .envs([settings()])
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
    if cfg!(feature = "remote") {
        assert!(directory.join("futures.pb").exists());
        return;
    }
    let error = fs::read(directory.join("error.pb")).unwrap();
    let error = decode_error(&error).unwrap();
    assert_eq!(
        (error.code.as_str(), error.is_recoverable, error.origin),
        ("USER:RuntimeError", false, ErrorOrigin::User)
    );
    assert!(error.message.contains("the feature `remote`"), "{error:?}");
    assert!(!directory.join("futures.pb").exists());
}
