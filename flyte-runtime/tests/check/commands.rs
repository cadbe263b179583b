//! The commands that know the rules: `check`, and `serialize`, `package` and `run --strict`, which refuse.

use std::{fs, path::PathBuf};

use expect_test::{Expect, expect};
use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    cluster::Rule,
    compat::settings::SerializationSettings,
    prelude::*,
    remote::serialize::{SerializeError, Serializer},
};

#[task(retries = 1, deadline = "1h")]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn fourth_power(x: i64) -> i64 {
    square(square(x))
}

#[workflow]
fn sized(größe: i64) -> i64 {
    square(größe)
}

#[workflow]
fn renamed(x: i64) -> i64 {
    square(square(x).with_overrides(|o| o.alias("o0", "x²")))
}

#[task]
fn length(text: String) -> i64 {
    text.len() as i64
}

#[workflow]
fn large() -> i64 {
    length("x".repeat(5 << 20))
}

fn good() -> Registry {
    let builder = Registry::builder().with::<fourth_power>();
    builder.build().unwrap()
}

fn bad() -> Registry {
    let builder = Registry::builder().with::<fourth_power>();
    let builder = builder.with::<sized>().with::<renamed>();
    builder.build().unwrap()
}

/// A directory of one test alone, empty.
fn directory(test: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let directory = directory.join("check").join(test);
    if directory.exists() {
        fs::remove_dir_all(&directory).unwrap();
    }
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// What a command writes, with the text of lines in the places of their numbers.
fn output_of(registry: &Registry, args: &[&str]) -> (String, String, Exit) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = ["app"].iter().chain(args);
    let exit = Cli::new(registry).run(args, &mut stdout, &mut stderr);
    let text = |bytes| without_lines(&String::from_utf8(bytes).unwrap());
    (text(stdout), text(stderr), exit)
}

fn without_lines(text: &str) -> String {
    let mut parts = text.split("commands.rs:");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += "commands.rs:LINE";
        kept += part.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    kept
}

#[track_caller]
fn prints(registry: &Registry, args: &[&str], exit: Exit, expected: Expect) {
    let (stdout, stderr, found) = output_of(registry, args);
    expected.assert_eq(&format!("{stdout}--- stderr\n{stderr}"));
    assert_eq!(found, exit);
}

#[test]
fn check_reports_as_a_compiler_does() {
    prints(
        &bad(),
        &["check"],
        Exit::Failed,
        expect![[r#"
            warning[deadline-per-attempt]: its `deadline` ends each of its attempts there, and all of them together here
              at flyte-runtime/tests/check/commands.rs:LINE, task `check.commands.square`
              instead: give it the time of one attempt

            error[name-not-ascii]: the input `x` is made of `x²`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
              at flyte-runtime/tests/check/commands.rs:LINE, node `n1` of `check.commands.renamed`
              instead: rename `x²` with ASCII letters, digits and `_`

            error[name-not-ascii]: the input `x` is made of `größe`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
              at flyte-runtime/tests/check/commands.rs:LINE, node `n0` of `check.commands.sized`
              instead: rename `größe` with ASCII letters, digits and `_`

            2 errors, 1 warning
            --- stderr
        "#]],
    );
    prints(
        &bad(),
        &["check", "fourth_power"],
        Exit::Success,
        expect![[r#"
            warning[deadline-per-attempt]: its `deadline` ends each of its attempts there, and all of them together here
              at flyte-runtime/tests/check/commands.rs:LINE, task `check.commands.square`
              instead: give it the time of one attempt

            0 errors, 1 warning
            --- stderr
        "#]],
    );
    prints(
        &good(),
        &["check", "--allow", "deadline-per-attempt"],
        Exit::Success,
        expect![[r#"
            0 errors, 0 warnings
            --- stderr
        "#]],
    );
}

#[test]
fn check_writes_json() {
    prints(
        &bad(),
        &["check", "--json"],
        Exit::Failed,
        expect![[r#"
            {"errors":2,"findings":[{"file":"flyte-runtime/tests/check/commands.rs","instead":"give it the time of one attempt","line":16,"place":"task `check.commands.square`","reason":"its `deadline` ends each of its attempts there, and all of them together here","rule":"deadline-per-attempt","severity":"warning"},{"file":"flyte-runtime/tests/check/commands.rs","instead":"rename `x²` with ASCII letters, digits and `_`","line":32,"place":"node `n1` of `check.commands.renamed`","reason":"the input `x` is made of `x²`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input","rule":"name-not-ascii","severity":"error"},{"file":"flyte-runtime/tests/check/commands.rs","instead":"rename `größe` with ASCII letters, digits and `_`","line":27,"place":"node `n0` of `check.commands.sized`","reason":"the input `x` is made of `größe`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input","rule":"name-not-ascii","severity":"error"}],"warnings":1}
            --- stderr
        "#]],
    );
    prints(
        &good(),
        &["check", "--json", "--allow", "deadline-per-attempt"],
        Exit::Success,
        expect![[r#"
            {"errors":0,"findings":[],"warnings":0}
            --- stderr
        "#]],
    );
}

/// In an image that only who registers it knows.
#[task(container_image = "{{.image.tools.fqn}}:{{.image.default.version}}")]
fn length_by_tools(text: String) -> i64 {
    text.len() as i64
}

#[workflow]
fn large_elsewhere() -> i64 {
    length_by_tools("x".repeat(5 << 20))
}

#[test]
fn check_sizes_what_is_registered() {
    let sized = [large::descriptor(), large_elsewhere::descriptor()];
    for workflow in sized {
        let registry = Registry::builder().with_descriptor(workflow);
        let registry = registry.build().unwrap();
        let name = workflow.name();
        for args in [&["check"][..], &["check", name]] {
            let (stdout, _, exit) = output_of(&registry, args);
            assert_eq!(exit, Exit::Failed, "{stdout}");
            assert!(
                stdout.starts_with("error[request-too-large]: it has 5243"),
                "{stdout}"
            );
            let place = format!("LINE, workflow `{name}`\n");
            assert!(stdout.contains(&place), "{stdout}");
            assert!(stdout.ends_with("1 error, 0 warnings\n"), "{stdout}");
        }
    }
}

#[test]
fn check_knows_what_it_is_asked() {
    prints(
        &good(),
        &["check", "--help"],
        Exit::Success,
        expect![[r#"
        Tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine

        Usage: app check [OPTIONS] [NAME]

        Arguments:
          [NAME]  A task, workflow or launch plan, with what it uses [default: everything]

        Options:
              --allow <RULE>   Says nothing of this warning, as in `--allow no-backoff`; can be repeated
              --max-nodes <N>  How many nodes a workflow may have on the server [default: 100]
              --json           Prints one JSON document
          -h, --help           Print help

        Exit codes: 0 no errors; 1 a cluster would refuse something; 2 the command line is wrong
        --- stderr
    "#]],
    );
    let usage = |args: &[&str], expected| prints(&good(), args, Exit::Usage, expected);
    usage(
        &["check", "nothing"],
        expect![[r#"
        --- stderr
        error: no task, workflow or launch plan is named `nothing`

        The command 'list' shows all names.
    "#]],
    );
    usage(
        &["check", "--allow", "deadline-per-attempts"],
        expect![[r#"
        --- stderr
        error: `--allow deadline-per-attempts`: there is no such rule; did you mean `deadline-per-attempt`?

        Usage: app check [OPTIONS] [NAME]

        For more information, try '--help'.
    "#]],
    );
    usage(
        &["check", "--allow", "no-nodes"],
        expect![[r#"
        --- stderr
        error: `--allow no-nodes`: a cluster refuses it, whatever is allowed here

        Usage: app check [OPTIONS] [NAME]

        For more information, try '--help'.
    "#]],
    );
    prints(
        &good(),
        &[
            "check",
            "--max-nodes",
            "1",
            "--allow",
            "deadline-per-attempt",
        ],
        Exit::Failed,
        expect![[r#"
            error[too-many-nodes]: it has 2 nodes, and the server takes 1
              at flyte-runtime/tests/check/commands.rs:LINE, workflow `check.commands.fourth_power`
              instead: put some of them into a workflow and call that, use a map, or say what your server takes: `--max-nodes`

            1 error, 0 warnings
            --- stderr
        "#]],
    );
}

#[test]
fn nothing_is_written_that_a_cluster_refuses() {
    let directory = directory("refused");
    let files = directory.join("pb");
    let archive = directory.join("package.tgz");
    let image = ["--image", "registry.example/app:v1"];
    let files_arg = files.to_str().unwrap();
    let args = ["serialize", "--out", files_arg, image[0], image[1]];
    prints(
        &bad(),
        &args,
        Exit::Failed,
        expect![[r#"
            --- stderr
            error: a cluster would refuse this, with 2 errors

            error[name-not-ascii]: the input `x` is made of `x²`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
              at flyte-runtime/tests/check/commands.rs:LINE, node `n1` of `check.commands.renamed`
              instead: rename `x²` with ASCII letters, digits and `_`

            error[name-not-ascii]: the input `x` is made of `größe`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
              at flyte-runtime/tests/check/commands.rs:LINE, node `n0` of `check.commands.sized`
              instead: rename `größe` with ASCII letters, digits and `_`
        "#]],
    );
    assert!(!files.exists());
    let archive_arg = archive.to_str().unwrap();
    let args = [
        "package",
        "--output",
        archive_arg,
        image[0],
        image[1],
        "--json",
    ];
    let (stdout, _, exit) = output_of(&bad(), &args);
    assert_eq!(exit, Exit::Failed);
    let error: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(error["error"]["kind"], "refused");
    let findings = error["error"]["findings"].as_array().unwrap();
    let rules: Vec<_> = findings.iter().map(|found| &found["rule"]).collect();
    assert_eq!(
        rules,
        ["name-not-ascii", "name-not-ascii", "deadline-per-attempt"]
    );
    assert!(!archive.exists());
}

#[test]
fn warnings_are_told_beside_what_is_written() {
    let directory = directory("warned");
    let files = directory.join("pb");
    let files_arg = files.to_str().unwrap();
    let args = [
        "serialize",
        "--out",
        files_arg,
        "--image",
        "registry.example/app:v1",
    ];
    let (stdout, stderr, exit) = output_of(&good(), &args);
    assert_eq!(exit, Exit::Success);
    assert!(stdout.contains("3 entities in"), "{stdout}");
    assert!(
        stderr.starts_with("warning[deadline-per-attempt]: its `deadline` ends"),
        "{stderr}"
    );
    let args = [&args[..], &["--force", "--json"]].concat();
    let (stdout, _, _) = output_of(&good(), &args);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["warnings"][0]["rule"], "deadline-per-attempt");
    let args = [&args[..], &["--allow", "deadline-per-attempt"]].concat();
    let (stdout, stderr, _) = output_of(&good(), &args);
    assert!(!stdout.contains("warnings"), "{stdout}");
    assert_eq!(stderr, "");
}

#[test]
fn a_strict_run_refuses_too() {
    let args = ["run", "--strict", "sized", "--größe", "1"];
    prints(
        &bad(),
        &args,
        Exit::Failed,
        expect![[r#"
            --- stderr
            error: `check.commands.sized`: a cluster would refuse this, with 1 error

            error[name-not-ascii]: the input `x` is made of `größe`, and the compiler reads ASCII letters, digits and `_` alone in the name of an output or of a workflow's input
              at flyte-runtime/tests/check/commands.rs:LINE, node `n0` of `check.commands.sized`
              instead: rename `größe` with ASCII letters, digits and `_`
        "#]],
    );
    let args = ["run", "sized", "--größe", "1"];
    let (stdout, ..) = output_of(&bad(), &args);
    assert_eq!(stdout, "1\n");
}

#[test]
fn a_program_cannot_write_what_is_refused_either() {
    let settings = SerializationSettings::for_image("registry.example/app:v1", "v1").unwrap();
    let serializer = Serializer::new(&settings);
    let refused = |error| match error {
        SerializeError::Refused { findings } => findings.len(),
        error => panic!("{error}"),
    };
    let error = serializer.workflow(sized::descriptor()).unwrap_err();
    assert_eq!(refused(error), 1);
    let error = serializer.registry(&bad()).unwrap_err();
    assert_eq!(refused(error), 3);
    let graph = sized::graph().unwrap();
    let error = serializer.dynamic_job(&graph).unwrap_err();
    assert_eq!(refused(error), 1);
    let large = Registry::builder().with::<large>().build().unwrap();
    let error = serializer.registry(&large).unwrap_err();
    let text = without_lines(&error.to_string());
    expect![[r#"
        a cluster would refuse this, with 1 error

        error[request-too-large]: it has 5243112 bytes, and a server takes less than 4194304 at once
          at flyte-runtime/tests/check/commands.rs:LINE, workflow `check.commands.large`
          instead: give large values as files, or make them in a task"#]]
    .assert_eq(&text);
}

#[test]
fn a_rule_is_explained_by_its_code() {
    prints(
        &good(),
        &["explain", "no-backoff"],
        Exit::Success,
        expect![[r#"
            warning[no-backoff]: The next attempt starts at once, whatever `backoff` says. Not refused.

            Flyte 1 has no wait between the attempts of a task.

            instead: Wait in the task, at the start of an attempt that is not the first, or leave `backoff` out.
            --- stderr
        "#]],
    );
    // As it is printed, and as it may be typed.
    let explained = output_of(&good(), &["explain", "no-backoff"]).0;
    for code in ["warning[no-backoff]", "NO_BACKOFF"] {
        assert_eq!(output_of(&good(), &["explain", code]).0, explained);
    }
    let (stdout, ..) = output_of(&good(), &["explain", "--json", "no-backoff"]);
    assert!(
        stdout.contains(r#""cause":"Flyte 1 has no wait"#),
        "{stdout}"
    );
    let (stdout, _, exit) = output_of(&good(), &["explain"]);
    assert_eq!(
        (stdout.lines().count(), exit),
        (Rule::ALL.len(), Exit::Success)
    );
}

#[test]
fn an_unknown_rule_is_refused_with_the_nearest() {
    let (stdout, stderr, exit) = output_of(&good(), &["explain", "no-backof"]);
    assert_eq!((stdout.as_str(), exit), ("", Exit::Usage));
    assert!(
        stderr.contains("there is no rule `no-backof`; did you mean `no-backoff`?"),
        "{stderr}"
    );
}
