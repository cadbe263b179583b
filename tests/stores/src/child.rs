//! Environment variables for a test: those of this process are everyone's, so it gets a process of its own.

use std::{env, process::Command};

const CHILD: &str = "FLYTE_STORES_CHILD";

/// Whether this is the process that a test has started for itself.
pub fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// Runs a test again, in another process with these variables, and fails if it fails there.
pub fn in_child(test: &str, variables: &[(&str, &str)]) {
    let output = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let shown = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{shown}");
    assert!(
        shown.contains("1 passed"),
        "there is no test {test}: {shown}"
    );
}
