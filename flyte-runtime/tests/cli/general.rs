//! Commands, `list`, and what is written where.

use std::io::{self, Write};

use expect_test::expect;
use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    compat::FlyteEntities,
};

use crate::{check, entities::add, output_of, registry, words};

fn two() -> Registry {
    let builder = Registry::builder()
        .with::<crate::entities::pipeline>()
        .with::<add>();
    builder.build().expect("the names differ")
}

#[test]
fn list_is_sorted_and_says_where_everything_is() {
    expect![[r#"
        task      t.add       flyte-runtime/tests/cli/entities.rs:LINE   Adds two numbers.
        workflow  t.pipeline  flyte-runtime/tests/cli/entities.rs:LINE  Adds and adds again.
        exit code 0
    "#]]
    .assert_eq(&output_of(&two(), &["list"]));
    expect![[r#"
        [
          {
            "kind": "task",
            "name": "t.add",
            "summary": "Adds two numbers.",
            "location": "flyte-runtime/tests/cli/entities.rs:LINE"
          },
          {
            "kind": "workflow",
            "name": "t.pipeline",
            "summary": "Adds and adds again.",
            "location": "flyte-runtime/tests/cli/entities.rs:LINE"
          }
        ]
        exit code 0
    "#]]
    .assert_eq(&output_of(&two(), &["list", "--json"]));
}

#[test]
fn two_entities_of_one_name_are_reported_with_both_places() {
    let mut stderr = Vec::new();
    let cli = Cli::new(FlyteEntities::registry());
    let exit = cli.run(["app", "list"], &mut io::sink(), &mut stderr);
    let stderr = String::from_utf8(stderr).expect("it is text");
    expect![[r#"
        warning: two entities are named `t.twice`: flyte-runtime/tests/cli/entities.rs:LINE and flyte-runtime/tests/cli/entities.rs:LINE; give one of them another name with `name = ".."`
    "#]].assert_eq(&crate::without_lines(&stderr));
    assert_eq!(exit, Exit::Success);
    let run = output_of(FlyteEntities::registry(), &["run", "t.twice"]);
    expect![[r#"
        --- stderr
        error: two entities are named `t.twice`: flyte-runtime/tests/cli/entities.rs:LINE and flyte-runtime/tests/cli/entities.rs:LINE; give one of them another name with `name = ".."`
        exit code 2
    "#]].assert_eq(&run);
}

#[test]
fn a_program_without_entities_says_why_that_may_be() {
    let empty = Registry::default();
    expect![[r#"
        --- stderr
        error: this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the linker has left it out: add `use my_tasks as _;` with the name of that crate to main.rs
        exit code 2
    "#]].assert_eq(&output_of(&empty, &["list"]));
    expect![[r#"
        {"error":{"kind":"unknown_entity","message":"this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the linker has left it out: add `use my_tasks as _;` with the name of that crate to main.rs"}}
        --- stderr
        error: this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the linker has left it out: add `use my_tasks as _;` with the name of that crate to main.rs
        exit code 2
    "#]].assert_eq(&output_of(&empty, &["list", "--json"]));
    expect![[r#"
        --- stderr
        error: this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the linker has left it out: add `use my_tasks as _;` with the name of that crate to main.rs
        exit code 2
    "#]].assert_eq(&output_of(&empty, &["run", "square"]));
}

/// With the feature `remote` there are three commands more, which the tests of these look at.
#[cfg(not(feature = "remote"))]
#[test]
fn help_lists_the_commands() {
    check(
        &["--help"],
        expect![[r#"
            Lists, describes and runs the tasks, workflows and launch plans of this program

            Usage: app <COMMAND>

            Commands:
              list         Lists all tasks, workflows and launch plans with the place of each in the source
              describe     Shows inputs, outputs and options of an entity, and the nodes of a workflow
              graph        Draws the graph of a workflow, with types, options, conditions and source places
              run          Runs a task, workflow or launch plan on this machine and prints its outputs
              cache        Shows and cleans what tasks with the option `cache` have left
              runs         Shows and removes what is recorded of the runs of this user
              check        Tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine
              explain      Explains a rule of `check`: what a cluster does and why, and what to write instead
              completions  Prints a script with which a shell completes commands, names, inputs and runs
              man          Prints a manual page of this program, with its tasks, workflows and launch plans

            Options:
              -h, --help  Print help

            Exit codes: 0 success; 1 a run failed or a workflow cannot be compiled; 2 the command line is wrong; 130 interrupted
            exit code 0
        "#]],
    );
    check(
        &[],
        expect![[r#"
            --- stderr
            Lists, describes and runs the tasks, workflows and launch plans of this program

            Usage: app <COMMAND>

            Commands:
              list         Lists all tasks, workflows and launch plans with the place of each in the source
              describe     Shows inputs, outputs and options of an entity, and the nodes of a workflow
              graph        Draws the graph of a workflow, with types, options, conditions and source places
              run          Runs a task, workflow or launch plan on this machine and prints its outputs
              cache        Shows and cleans what tasks with the option `cache` have left
              runs         Shows and removes what is recorded of the runs of this user
              check        Tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine
              explain      Explains a rule of `check`: what a cluster does and why, and what to write instead
              completions  Prints a script with which a shell completes commands, names, inputs and runs
              man          Prints a manual page of this program, with its tasks, workflows and launch plans

            Options:
              -h, --help  Print help

            Exit codes: 0 success; 1 a run failed or a workflow cannot be compiled; 2 the command line is wrong; 130 interrupted
            exit code 2
        "#]],
    );
}

#[test]
fn mistakes_go_to_standard_error() {
    check(
        &["lisst"],
        expect![[r#"
        --- stderr
        error: unrecognized subcommand 'lisst'

          tip: a similar subcommand exists: 'list'

        Usage: app <COMMAND>

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("add --x 3", &[]),
        expect![[r#"
        --- stderr
        error: unrecognized subcommand 'add'

          tip: to run the entity of this name, use 'app run add'

        Usage: app <COMMAND>

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &["list", "--jsn"],
        expect![[r#"
        --- stderr
        error: unexpected argument '--jsn' found

          tip: a similar argument exists: '--json'

        Usage: app list --json

        For more information, try '--help'.
        exit code 2
    "#]],
    );
}

/// A stream that fails as told.
struct Failing(io::ErrorKind);

impl Write for Failing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_closes_early_is_no_failure() {
    let registry = registry();
    let mut stderr = Vec::new();
    let mut closed = Failing(io::ErrorKind::BrokenPipe);
    let exit = Cli::new(&registry).run(["app", "list"], &mut closed, &mut stderr);
    assert_eq!((exit, stderr.as_slice()), (Exit::Success, &b""[..]));
    let exit = Cli::new(&registry).run(
        ["app", "list"],
        &mut Failing(io::ErrorKind::StorageFull),
        &mut stderr,
    );
    assert_eq!(exit, Exit::Failed);
    expect![[r#"
        error: the result could not be written: no storage space
    "#]]
    .assert_eq(&String::from_utf8_lossy(&stderr));
    let mut closed = Failing(io::ErrorKind::BrokenPipe);
    let exit = Cli::new(&registry).run(["app", "rn"], &mut io::sink(), &mut closed);
    assert_eq!(exit, Exit::Usage);
}
