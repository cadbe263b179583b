//! `serialize` and `package`: which files they write, and what they refuse.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use expect_test::{Expect, expect};
use flyte_runtime::Registry;

use crate::{
    entities::{add, pipeline},
    output_of,
};

/// A directory of one test alone, empty.
fn directory(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("serialize")
        .join(test);
    if directory.exists() {
        fs::remove_dir_all(&directory).expect("what an earlier run left can be removed");
    }
    fs::create_dir_all(&directory).expect("the target directory can be written");
    directory
}

/// The registry's entities and the tasks that the workflow uses: each before what needs it.
const FILES: [&str; 6] = [
    "0_t.add_1.pb",
    "1_t.report_1.pb",
    "2_t.sum_1.pb",
    "3_t.tell_1.pb",
    "4_t.pipeline_2.pb",
    "5_t.pipeline_3.pb",
];

fn two() -> Registry {
    let builder = Registry::builder().with::<pipeline>().with::<add>();
    builder.build().expect("the names differ")
}

/// Runs a command line in which `DIR` is a directory, and compares what it prints.
#[track_caller]
fn check(directory: &Path, line: &str, expected: Expect) {
    let directory = directory.to_str().expect("it is text");
    let line = line.replace("DIR", directory);
    let output = output_of(&two(), &line.split(' ').collect::<Vec<_>>());
    expected.assert_eq(&output.replace(directory, "DIR"));
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_entity_becomes_a_file() {
    let directory = directory("every_entity");
    check(
        &directory,
        "serialize --out DIR/new/pb --image registry.example/app:v1 -v v1",
        expect![[r#"
            0_t.add_1.pb
            1_t.report_1.pb
            2_t.sum_1.pb
            3_t.tell_1.pb
            4_t.pipeline_2.pb
            5_t.pipeline_3.pb
            6 entities in DIR/new/pb
            --- stderr
            warning[failure-handler]: its failure handler `t.tell` runs once there; should it fail, its error takes the place of the cause
              at flyte-runtime/tests/cli/entities.rs:LINE, workflow `t.pipeline`
              instead: have the handler not fail

            exit code 0
        "#]],
    );
    let files = directory.join("new/pb");
    assert_eq!(names(&files), FILES);
    let task = fs::read(files.join("0_t.add_1.pb")).expect("it was written");
    let text = String::from_utf8_lossy(&task);
    assert!(
        text.contains("registry.example/app:v1") && text.contains("flyte-execute"),
        "{text}"
    );
}

#[test]
fn equal_programs_give_equal_bytes() {
    let directory = directory("equal_bytes");
    for archive in ["one", "two"] {
        let line = format!("package --output DIR/{archive}.tgz -i registry.example/app:v1");
        let line = line.replace("DIR", directory.to_str().expect("it is text"));
        output_of(&two(), &line.split(' ').collect::<Vec<_>>());
    }
    let read = |name| fs::read(directory.join(name)).expect("it was written");
    assert_eq!(read("one.tgz"), read("two.tgz"));
}

#[test]
fn a_package_holds_the_files_of_serialize() {
    let directory = directory("package");
    check(
        &directory,
        "serialize -o DIR/pb --image registry.example/app:v1 --json",
        expect![[r#"
            {"output":"DIR/pb","entities":[{"kind":"TASK","name":"t.add","file":"0_t.add_1.pb"},{"kind":"TASK","name":"t.report","file":"1_t.report_1.pb"},{"kind":"TASK","name":"t.sum","file":"2_t.sum_1.pb"},{"kind":"TASK","name":"t.tell","file":"3_t.tell_1.pb"},{"kind":"WORKFLOW","name":"t.pipeline","file":"4_t.pipeline_2.pb"},{"kind":"LAUNCH_PLAN","name":"t.pipeline","file":"5_t.pipeline_3.pb"}],"warnings":[{"rule":"failure-handler","severity":"warning","place":"workflow `t.pipeline`","file":"flyte-runtime/tests/cli/entities.rs","line":135,"reason":"its failure handler `t.tell` runs once there; should it fail, its error takes the place of the cause","instead":"have the handler not fail"}]}
            --- stderr
            warning[failure-handler]: its failure handler `t.tell` runs once there; should it fail, its error takes the place of the cause
              at flyte-runtime/tests/cli/entities.rs:LINE, workflow `t.pipeline`
              instead: have the handler not fail

            exit code 0
        "#]],
    );
    check(
        &directory,
        "package --output DIR/package.tgz --image registry.example/app:v1",
        expect![[r#"
            0_t.add_1.pb
            1_t.report_1.pb
            2_t.sum_1.pb
            3_t.tell_1.pb
            4_t.pipeline_2.pb
            5_t.pipeline_3.pb
            6 entities in DIR/package.tgz
            --- stderr
            warning[failure-handler]: its failure handler `t.tell` runs once there; should it fail, its error takes the place of the cause
              at flyte-runtime/tests/cli/entities.rs:LINE, workflow `t.pipeline`
              instead: have the handler not fail

            exit code 0
        "#]],
    );
    let archive = fs::File::open(directory.join("package.tgz")).expect("it was written");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut found = Vec::new();
    for entry in archive.entries().expect("it is an archive") {
        let mut entry = entry.expect("the entry is whole");
        let name = entry
            .path()
            .expect("the name is text")
            .display()
            .to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("the entry is whole");
        assert_eq!(
            bytes,
            fs::read(directory.join("pb").join(&name)).expect("it was written")
        );
        found.push(name);
    }
    assert_eq!(found, names(&directory.join("pb")));
}

#[test]
fn what_is_there_is_replaced_only_by_force() {
    let directory = directory("force");
    fs::write(directory.join("0_old_1.pb"), "").expect("the directory can be written");
    fs::write(directory.join("README.md"), "").expect("the directory can be written");
    check(
        &directory,
        "serialize --out DIR --image registry.example/app:v1",
        expect![[r#"
            --- stderr
            error: DIR/0_old_1.pb is there already; give an empty directory, or --force to remove the .pb files in it
            exit code 1
        "#]],
    );
    let line = "--image registry.example/app:v1 --force --env A=1 --env B=x=y --program /bin/app";
    let line = format!("serialize --out {} {line}", directory.display());
    output_of(&two(), &line.split(' ').collect::<Vec<_>>());
    assert_eq!(
        names(&directory),
        [FILES.as_slice(), &["README.md"]].concat()
    );

    fs::write(directory.join("package.tgz"), "").expect("the directory can be written");
    check(
        &directory,
        "package --output DIR/package.tgz --image registry.example/app:v1",
        expect![[r#"
            --- stderr
            error: DIR/package.tgz is there already; give another --output, or --force to replace it
            exit code 1
        "#]],
    );
}

#[test]
fn mistakes_are_told() {
    let directory = directory("mistakes");
    check(
        &directory,
        "serialize --out DIR",
        expect![[r#"
        --- stderr
        error: task `t.add`: a task needs an image; give one with `--image`, as its `container_image`, or as `images.default` in the settings of the cluster
        exit code 2
    "#]],
    );
    check(
        &directory,
        "serialize --out DIR --image app",
        expect![[r#"
            --- stderr
            error: the image "app" has neither a tag nor a digest; write `app:tag` or `app@sha256:digest`

            Usage: app serialize [OPTIONS] --out <DIR>

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &directory,
        "serialize --out DIR --image app:v1 --env LEVEL",
        expect![[r#"
            --- stderr
            error: `--env LEVEL` is not a variable; write `--env NAME=VALUE`

            Usage: app serialize [OPTIONS] --out <DIR>

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &directory,
        "package --output DIR/no/such/package.tgz --image app:v1",
        expect![[r#"
            --- stderr
            error: DIR/no/such/package.tgz cannot be written: No such file or directory (os error 2)
            exit code 1
        "#]],
    );
    check(
        &directory,
        "serialize",
        expect![[r#"
        --- stderr
        error: the following required arguments were not provided:
          --out <DIR>

        Usage: app serialize --out <DIR>

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    let empty = Registry::builder().build().expect("nothing is there twice");
    expect![[r#"
        --- stderr
        error: this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the linker has left it out: add `use my_tasks as _;` with the name of that crate to main.rs
        exit code 2
    "#]].assert_eq(&output_of(&empty, &["package"]));
    assert_eq!(names(&directory), [""; 0]);
}

#[test]
fn help_says_what_can_be_given() {
    check(
        Path::new("DIR"),
        "package --help",
        expect![[r#"
            Writes what `serialize` does as one archive, for `flytectl register files --archive`

            Usage: app package [OPTIONS]

            Options:
              -o, --output <FILE>         The archive [default: flyte-package.tgz]
              -f, --force                 Replaces an archive that is there already
              -i, --image <[NAME=]IMAGE>  The image of the containers; with a name, one that tasks refer to as {{.image.NAME}}; can be repeated
              -p, --project <NAME>        The project to register in [default: left to who registers]
              -d, --domain <NAME>         The domain to register in [default: left to who registers]
              -v, --version <TEXT>        The version to register as [default: left to who registers]
                  --env <NAME=VALUE>      A variable for every container; can be repeated
                  --program <PATH>        This program in the image [default: its name here]
                  --json                  Prints one JSON document
              -h, --help                  Print help

            Check options:
                  --allow <RULE>   Says nothing of this warning, as in `--allow no-backoff`; can be repeated
                  --max-nodes <N>  How many nodes a workflow may have on the server [default: 100]
            exit code 0
        "#]],
    );
    check(
        Path::new("DIR"),
        "--help",
        expect![[r#"
            Lists, describes and runs the tasks, workflows and launch plans of this program

            Usage: app <COMMAND>

            Commands:
              list                Lists all tasks, workflows and launch plans with the place of each in the source
              describe            Shows inputs, outputs and options of an entity, and the nodes of a workflow
              graph               Draws the graph of a workflow, with types, options, conditions and source places
              run                 Runs a task, workflow or launch plan on this machine and prints its outputs
              cache               Shows and cleans what tasks with the option `cache` have left
              runs                Shows and removes what is recorded of the runs of this user
              check               Tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine
              explain             Explains a rule of `check`: what a cluster does and why, and what to write instead
              serialize           Writes every task, workflow and launch plan as a file that a cluster registers
              package             Writes what `serialize` does as one archive, for `flytectl register files --archive`
              flyte-execute       Executes one attempt of a task in a container; a cluster calls it
              flyte-fast-execute  Unpacks the code of a fast registration and runs a command; a cluster calls it
              completions         Prints a script with which a shell completes commands, names, inputs and runs
              man                 Prints a manual page of this program, with its tasks, workflows and launch plans

            Options:
              -h, --help  Print help

            Exit codes: 0 success; 1 a run failed or a workflow cannot be compiled; 2 the command line is wrong; 130 interrupted
            exit code 0
        "#]],
    );
}
