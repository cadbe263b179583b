//! The command line of the program: `register`, `run --remote`, and `runs` of executions.

use std::{fs, process::Command};

use serde_json::Value as Json;

use crate::{
    BINARY,
    here::{Here, until},
};

/// The program, with a home of its own and in a domain where nothing is registered.
struct Program<'a> {
    here: &'a Here,
    domain: &'static str,
}

impl Program<'_> {
    fn run(&self, words: &[&str]) -> (bool, String, String) {
        let home = self.here.scratch("commands");
        let output = Command::new(BINARY)
            .args(words)
            .env_clear()
            .env("HOME", &home)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("FLYTE_LOCAL_STATE_DIR", home.join("state"))
            .env("FLYTE_PLATFORM_URL", &*self.here.config.platform.endpoint)
            .env("FLYTE_PLATFORM_INSECURE", "true")
            .env("FLYTE_DEFAULT_DOMAIN", self.domain)
            .current_dir(&home)
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    #[track_caller]
    fn says(&self, words: &[&str]) -> String {
        let (is_success, stdout, stderr) = self.run(words);
        assert!(is_success, "{words:?}: {stderr}");
        stdout
    }

    #[track_caller]
    fn fails(&self, words: &[&str]) -> String {
        let (is_success, stdout, stderr) = self.run(words);
        assert!(!is_success, "{words:?}: {stdout}");
        stderr
    }

    #[track_caller]
    fn json(&self, words: &[&str]) -> Json {
        let text = self.says(&[words, &["--json"]].concat());
        serde_json::from_str(&text).unwrap()
    }

    /// What a run prints is the same on this machine and on the cluster.
    #[track_caller]
    fn is_the_same(&self, run: &[&str]) {
        let here = self.says(&[&["run"], run].concat());
        let there = [&["run"], run, &["--remote", "--image", IMAGE, "--wait"]].concat();
        assert_eq!(self.says(&there), here, "{run:?}");
    }

    #[track_caller]
    fn started(&self, run: &[&str]) -> String {
        let remote = ["--remote", "--image", IMAGE, "--no-wait"];
        let name = self.says(&[&["run"], run, &remote].concat());
        name.trim().to_owned()
    }
}

const IMAGE: &str = "remote:v1";

pub(crate) fn a_run_on_a_cluster_is_as_one_here(here: &Here) {
    let program = Program {
        here,
        domain: "staging",
    };
    let register = ["register", "--image", IMAGE];
    let first = program.json(&register);
    assert_eq!(
        first["sent"].as_u64(),
        first["entities"].as_array().map(|all| all.len() as u64)
    );
    let second = program.json(&register);
    assert_eq!((&second["sent"], &second["bytes"]), (&0.into(), &0.into()));

    let file = here.scratch("commands").join("a file.txt");
    fs::write(&file, "in a file").unwrap();
    program.is_the_same(&["sized", "--x", "7", "--limit", "3"]);
    program.is_the_same(&["evens_of_rows", "--rows", "[[1, 2], [], [4]]"]);
    program.is_the_same(&["payments", "--text", "#7", "--another", "-3", "--json"]);
    program.is_the_same(&["factorial", "--n", "4"]);

    let run = ["run", "all_even", "--xs", "[2, 5]"];
    let error = program.fails(&[&run[..], &["--remote", "--image", IMAGE, "--wait"]].concat());
    assert!(error.contains("5 is odd"), "{error}");

    let turned = program.started(&["turn", "--file", file.to_str().unwrap()]);
    program.says(&["runs", "watch", &turned, "--remote"]);
    let outputs = program.says(&["runs", "outputs", &turned, "--remote"]);
    assert!(outputs.contains("turned.txt"), "{outputs}");
}

pub(crate) fn executions_are_one_noun(here: &Here) {
    let program = Program {
        here,
        domain: "production",
    };
    let gated = program.started(&["released", "--text", "a", "--run-name", "gated"]);
    assert_eq!(gated, "gated");
    until("both gates wait", || {
        let signals = program.json(&["runs", "signal", "gated", "--remote"]);
        (signals.as_array().map(Vec::len) == Some(2)).then_some(())
    });
    program.says(&["runs", "signal", "gated", "copies", "3", "--remote"]);
    program.says(&["runs", "approve", "gated", "review", "--remote"]);
    let tree = program.json(&["runs", "watch", "gated", "--remote"]);
    assert_eq!(tree["status"], "succeeded");
    let outputs = program.json(&["runs", "outputs", "gated", "--remote"]);
    assert!(outputs.to_string().contains('9'), "{outputs}");

    let endless = program.started(&["endless", "--seconds", "60"]);
    program.says(&["runs", "abort", &endless, "--remote", "--cause", "enough"]);
    let error = program.fails(&["runs", "watch", &endless, "--remote"]);
    assert!(error.contains("was aborted: enough"), "{error}");

    let directory = here.scratch("commands-recover").display().to_string();
    let failed = program.started(&["recoverable", "--directory", &directory, "--x", "5"]);
    let error = program.fails(&["runs", "watch", &failed, "--remote"]);
    assert!(error.contains("it fails the first time"), "{error}");
    let recovered = program.says(&["runs", "recover", &failed, "--remote"]);
    let recovered = recovered.trim();
    let tree = program.json(&["runs", "watch", recovered, "--remote"]);
    assert_eq!(tree["nodes"][0]["status"], "recovered");
    let relaunched = program.says(&["runs", "relaunch", &failed, "--remote"]);
    let tree = program.json(&["runs", "watch", relaunched.trim(), "--remote"]);
    assert_eq!(tree["nodes"][0]["status"], "succeeded");
    let list = program.json(&["runs", "list", "--remote"]);
    let names = list.as_array().unwrap().iter().map(|run| &run["name"]);
    let names: Vec<_> = names.collect();
    for name in ["gated", &endless, &failed, recovered, relaunched.trim()] {
        assert!(names.iter().any(|one| *one == name), "{name}: {names:?}");
    }
}

/// The program goes to the store, once, and whatever the cluster starts is fetched from there: also what a dynamic task
/// makes.
pub(crate) fn a_program_that_is_not_in_the_image_runs(here: &Here) {
    let program = Program {
        here,
        domain: "production",
    };
    // No program has the name of the launcher, so the cluster takes the one that it was given for containers.
    let register = ["register", "--launcher", "launcher:v1"];
    let first = program.json(&register);
    let sent = first["bytes"].as_u64().unwrap();
    assert!(sent > 1_000_000, "{sent}");
    let second = program.json(&register);
    assert_eq!((&second["sent"], &second["bytes"]), (&0.into(), &0.into()));
    // Another version of the same program: its entities are sent, and the program is there.
    let other = program.json(&[&register[..], &["--env", "A=B"]].concat());
    assert!(other["bytes"].as_u64().unwrap() < sent / 10, "{other}");
    for run in [
        &["hypotenuse", "--b", "4"][..],
        &["many_squares", "--n", "4"],
    ] {
        let here = program.says(&[&["run"], run].concat());
        let there = ["--remote", "--launcher", "launcher:v1", "--wait"];
        let there = program.says(&[&["run"], run, &there].concat());
        assert_eq!(there, here, "{run:?}");
    }
}
