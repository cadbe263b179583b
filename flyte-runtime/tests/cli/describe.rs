//! `describe`.

use expect_test::expect;

use crate::check;

#[test]
fn a_task_shows_inputs_outputs_and_options() {
    check(
        &["describe", "add"],
        expect![[r#"
        task t.add
          at flyte-runtime/tests/cli/entities.rs:LINE

          Adds two numbers.

          The sum is exact.

        Inputs:
          x  integer  i64  required   The first number.
          y  integer  i64  default 5  The second number, which may be left out.

        Outputs:
          o0  integer  i64

        Options:
          cache     {"version":"1"}
          requests  {"cpu":"500m"}
          retries   2
        exit code 0
    "#]],
    );
    check(
        &["describe", "--json", "add"],
        expect![[r#"
        {
          "kind": "task",
          "name": "t.add",
          "docs": "Adds two numbers.\n\nThe sum is exact.",
          "location": "flyte-runtime/tests/cli/entities.rs:LINE",
          "inputs": [
            {
              "name": "x",
              "type": "integer",
              "rust_type": "i64",
              "required": true,
              "docs": "The first number."
            },
            {
              "name": "y",
              "type": "integer",
              "rust_type": "i64",
              "required": false,
              "default": 5,
              "docs": "The second number,\nwhich may be left out."
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
            "cache": {
              "version": "1"
            },
            "requests": {
              "cpu": "500m"
            },
            "retries": 2
          }
        }
        exit code 0
    "#]],
    );
    check(
        &["describe", "split"],
        expect![[r#"
        task t.split
          at flyte-runtime/tests/cli/entities.rs:LINE

        Inputs:
          text  string  String  required

        Outputs:
          words  list of string     Vec<String>     The words before the last.
          last   string or nothing  Option<String>
        exit code 0
    "#]],
    );
    check(
        &["describe", "maybe"],
        expect![[r#"
        task t.maybe
          at flyte-runtime/tests/cli/entities.rs:LINE

        Inputs:
          x     integer or nothing  Option<i64>     default 5
          text  string or nothing   Option<String>  optional

        Outputs:
          o0  integer or nothing  Option<i64>
          o1  string or nothing   Option<String>
        exit code 0
    "#]],
    );
    check(
        &["describe", "nothing"],
        expect![[r#"
        task t.nothing
          at flyte-runtime/tests/cli/entities.rs:LINE
        exit code 0
    "#]],
    );
}

#[test]
fn a_workflow_shows_its_nodes() {
    check(
        &["describe", "pipeline"],
        expect![[r#"
        workflow t.pipeline
          at flyte-runtime/tests/cli/entities.rs:LINE

          Adds and adds again.

        Inputs:
          x  integer  i64  required

        Outputs:
          o0  integer  i64
          o1  Report   Report

        Nodes:
          n0  t.add                   x = x, y = 1
          n1  t.add     after n0      x = n0.o0, y = 7
          n2  t.report  after n1      report = {"label":"half","mean":0.5}
          n3  t.sum     after n0, n1  xs = [n0.o0, n1.o0, x]

        On failure:
          fn0  t.tell  weight = 1, x = x

        Results:
          o0 = n3.o0
          o1 = n2.o0
        exit code 0
    "#]],
    );
    check(
        &["describe", "pipeline", "--json"],
        expect![[r#"
        {
          "kind": "workflow",
          "name": "t.pipeline",
          "docs": "Adds and adds again.",
          "location": "flyte-runtime/tests/cli/entities.rs:LINE",
          "inputs": [
            {
              "name": "x",
              "type": "integer",
              "rust_type": "i64",
              "required": true,
              "docs": ""
            }
          ],
          "outputs": [
            {
              "name": "o0",
              "type": "integer",
              "rust_type": "i64",
              "docs": ""
            },
            {
              "name": "o1",
              "type": "Report",
              "rust_type": "Report",
              "docs": ""
            }
          ],
          "options": {},
          "graph": {
            "nodes": [
              {
                "id": "n0",
                "name": "add",
                "entity": "t.add",
                "upstream": [],
                "bindings": {
                  "x": "x",
                  "y": "1"
                }
              },
              {
                "id": "n1",
                "name": "add",
                "entity": "t.add",
                "upstream": [
                  "n0"
                ],
                "bindings": {
                  "x": "n0.o0",
                  "y": "7"
                }
              },
              {
                "id": "n2",
                "name": "report",
                "entity": "t.report",
                "upstream": [
                  "n1"
                ],
                "bindings": {
                  "report": "{\"label\":\"half\",\"mean\":0.5}"
                }
              },
              {
                "id": "n3",
                "name": "sum",
                "entity": "t.sum",
                "upstream": [
                  "n0",
                  "n1"
                ],
                "bindings": {
                  "xs": "[n0.o0, n1.o0, x]"
                }
              }
            ],
            "failure_node": {
              "id": "fn0",
              "name": "tell",
              "entity": "t.tell",
              "upstream": [],
              "bindings": {
                "weight": "1",
                "x": "x"
              }
            },
            "outputs": {
              "o0": "n3.o0",
              "o1": "n2.o0"
            }
          }
        }
        exit code 0
    "#]],
    );
}

#[test]
fn a_workflow_that_cannot_be_compiled_shows_the_rest_and_fails() {
    check(
        &["describe", "cyclic"],
        expect![[r#"
        workflow t.cyclic
          at flyte-runtime/tests/cli/entities.rs:LINE

        Inputs:
          x  integer  i64  required

        Outputs:
          o0  integer  i64
        --- stderr
        error: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0
        exit code 1
    "#]],
    );
    check(
        &["describe", "around_cyclic"],
        expect![[r#"
        workflow t.around_cyclic
          at flyte-runtime/tests/cli/entities.rs:LINE

        Outputs:
          o0  integer  i64

        Nodes:
          n0  t.cyclic  x = 1

        Results:
          o0 = n0.o0
        --- stderr
        error: `t.around_cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0
        exit code 1
    "#]],
    );
    check(
        &["describe", "around_cyclic", "--json"],
        expect![[r#"
        {
          "kind": "workflow",
          "name": "t.around_cyclic",
          "docs": "",
          "location": "flyte-runtime/tests/cli/entities.rs:LINE",
          "inputs": [],
          "outputs": [
            {
              "name": "o0",
              "type": "integer",
              "rust_type": "i64",
              "docs": ""
            }
          ],
          "options": {},
          "graph": {
            "nodes": [
              {
                "id": "n0",
                "name": "cyclic",
                "entity": "t.cyclic",
                "upstream": [],
                "bindings": {
                  "x": "1"
                }
              }
            ],
            "outputs": {
              "o0": "n0.o0"
            }
          },
          "error": {
            "entity": "t.around_cyclic",
            "kind": "compile",
            "location": "flyte-runtime/tests/cli/entities.rs:LINE",
            "message": "`t.around_cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0",
            "problems": [
              "`t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0"
            ]
          }
        }
        --- stderr
        error: `t.around_cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0
        exit code 1
    "#]],
    );
}

#[test]
fn names_may_be_short_and_must_be_known() {
    check(
        &["describe"],
        expect![[r#"
        --- stderr
        error: the following required arguments were not provided:
          <NAME>

        Usage: app describe <NAME>

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &["describe", "t.echo"],
        expect![[r#"
        task t.echo
          at flyte-runtime/tests/cli/entities.rs:LINE

        Inputs:
          text  string  String  required

        Outputs:
          o0  string  String
        exit code 0
    "#]],
    );
    check(
        &["describe", "echo"],
        expect![[r#"
        --- stderr
        error: `echo` could be `other.echo` or `t.echo`; write the whole name
        exit code 2
    "#]],
    );
    check(
        &["describe", "adds", "--json"],
        expect![[r#"
            {"error":{"kind":"unknown_entity","message":"no task, workflow or launch plan is named `adds`; did you mean `t.add`?"}}
            --- stderr
            error: no task, workflow or launch plan is named `adds`; did you mean `t.add`?

            The command 'list' shows all names.
            exit code 2
        "#]],
    );
}
