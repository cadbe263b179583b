//! Launch plans on the command line: listed, described and run with the inputs that they leave open.

use expect_test::{Expect, expect};
use flyte_runtime::{Registry, prelude::*};

use crate::{output_of, words};

#[task(name = "p.scale")]
fn scale(x: i64, by: i64) -> i64 {
    x * by
}

#[workflow(name = "p.pipeline")]
fn pipeline(x: i64, #[default(2)] by: i64) -> i64 {
    scale(x, by)
}

/// Every hour.
#[launch_plan(name = "p.hourly", schedule = "@hourly", max_parallelism = 5)]
fn hourly(#[default(4)] x: i64) -> i64 {
    pipeline(x = x, by = 10)
}

#[track_caller]
fn check(line: &str, expected: Expect) {
    let registry = Registry::builder()
        .with::<hourly>()
        .build()
        .expect("one name");
    expected.assert_eq(&output_of(&registry, &words(line, &[])));
}

#[test]
fn the_kind_is_listed() {
    check(
        "list",
        expect![[r#"
        launch plan  p.hourly  flyte-runtime/tests/cli/launch_plans.rs:LINE  Every hour.
        exit code 0
    "#]],
    );
}

#[test]
fn options_and_fixed_inputs_are_described() {
    check(
        "describe hourly",
        expect![[r#"
        launch plan p.hourly
          at flyte-runtime/tests/cli/launch_plans.rs:LINE

          Every hour.

        Inputs:
          x  integer  i64  default 4

        Outputs:
          o0  integer  i64

        Options:
          max_parallelism  5
          schedule         {"cron":{"expression":"@hourly"}}

        Nodes:
          n0  p.pipeline  by = 10, x = x

        Results:
          o0 = n0.o0
        exit code 0
    "#]],
    );
    check(
        "describe --json hourly",
        expect![[r#"
        {
          "kind": "launch plan",
          "name": "p.hourly",
          "docs": "Every hour.",
          "location": "flyte-runtime/tests/cli/launch_plans.rs:LINE",
          "inputs": [
            {
              "name": "x",
              "type": "integer",
              "rust_type": "i64",
              "required": false,
              "default": 4,
              "docs": ""
            }
          ],
          "outputs": [
            {
              "name": "o0",
              "type": "integer",
              "rust_type": "i64",
              "docs": ""
            }
          ],
          "options": {
            "max_parallelism": 5,
            "schedule": {
              "cron": {
                "expression": "@hourly"
              }
            }
          },
          "graph": {
            "nodes": [
              {
                "id": "n0",
                "name": "pipeline",
                "entity": "p.pipeline",
                "upstream": [],
                "bindings": {
                  "by": "10",
                  "x": "x"
                }
              }
            ],
            "outputs": {
              "o0": "n0.o0"
            }
          }
        }
        exit code 0
    "#]],
    );
}

#[test]
fn open_inputs_are_options_and_fixed_ones_are_not() {
    check(
        "run hourly",
        expect![[r#"
            40
            --- stderr
            note: kept for a cluster, and without effect on this machine: `max_parallelism`, `schedule` of launch plan `p.hourly`
            exit code 0
        "#]],
    );
    check(
        "run hourly --x 5",
        expect![[r#"
            50
            --- stderr
            note: kept for a cluster, and without effect on this machine: `max_parallelism`, `schedule` of launch plan `p.hourly`
            exit code 0
        "#]],
    );
    check(
        "run hourly --by 5",
        expect![[r#"
            --- stderr
            error: unexpected argument '--by' found

            Usage: app run p.hourly [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
}
