//! Results and failures of `run`.

use expect_test::expect;

use crate::{check, words};

#[test]
fn a_single_output_is_printed_as_it_is() {
    check(
        &words("run add --x 3", &[]),
        expect![[r#"
            8
            --- stderr
            note: kept for a cluster, and without effect on this machine: `requests` of task `t.add`
            exit code 0
        "#]],
    );
    check(
        &words("run add --json --x 3 --y=-4", &[]),
        expect![[r#"
            {"o0":-1}
            --- stderr
            note: kept for a cluster, and without effect on this machine: `requests` of task `t.add`
            exit code 0
        "#]],
    );
    check(
        &words("run t.echo --text", &["a \"b\"\nc"]),
        expect![[r#"
        a "b"
        c
        exit code 0
    "#]],
    );
    check(
        &words("run --json t.echo --text", &["a \"b\"\nc"]),
        expect![[r#"
            {"o0":"a \"b\"\nc"}
            exit code 0
        "#]],
    );
    check(
        &words("run float --x 2", &[]),
        expect![[r#"
        2.0
        exit code 0
    "#]],
    );
    check(
        &words("run float --x nan", &[]),
        expect![[r#"
        NaN
        exit code 0
    "#]],
    );
    check(
        &words("run bytes --xs []", &[]),
        expect![[r#"
        []
        exit code 0
    "#]],
    );
    check(
        &words("run report --report", &[r#"{"mean": 1, "label": "x"}"#]),
        expect![[r#"
            {"label":"x","mean":1.0}
            exit code 0
        "#]],
    );
}

#[test]
fn several_outputs_have_names() {
    check(
        &words("run split --text", &["a b c"]),
        expect![[r#"
        words = ["a","b"]
        last = c
        exit code 0
    "#]],
    );
    check(
        &words("run split --text", &[""]),
        expect![[r#"
        words = []
        last = null
        exit code 0
    "#]],
    );
    check(
        &words("run split --json --text", &["a b c"]),
        expect![[r#"
        {"words":["a","b"],"last":"c"}
        exit code 0
    "#]],
    );
    check(
        &words("run pipeline --jobs 1 --x 2", &[]),
        expect![[r#"
            o0 = 15
            o1 = {"label":"half","mean":0.5}
            --- stderr
            note: kept for a cluster, and without effect on this machine: `requests` of task `t.add`
            exit code 0
        "#]],
    );
    check(
        &words("run --jobs 0 pipeline --x 2", &[]),
        expect![[r#"
            --- stderr
            error: invalid value '0' for '--jobs <N>': not a whole number from 1 on

            For more information, try '--help'.
            exit code 2
        "#]],
    );
}

#[test]
fn no_output_prints_nothing() {
    check(
        &["run", "nothing"],
        expect![[r#"
        exit code 0
    "#]],
    );
    check(
        &["run", "nothing", "--json"],
        expect![[r#"
        {}
        exit code 0
    "#]],
    );
}

#[test]
fn a_failed_run_tells_everything() {
    check(
        &words("run broken_at_run_time --x 2", &[]),
        expect![[r#"
            --- stderr
            note: kept for a cluster, and without effect on this machine: `requests` of task `t.add`
            error: task `t.fails` failed (node n1 of `t.broken_at_run_time`): there is no 3
              with: x = 3
              task at flyte-runtime/tests/cli/entities.rs:LINE
            1 node did not run
            exit code 1
        "#]],
    );
    check(
        &words("run broken_at_run_time --x 2 --json", &[]),
        expect![[r#"
            {"error":{"entity":"t.broken_at_run_time","failures":[{"attempt":0,"cause":"there is no 3","earlier":[],"entity":"t.fails","inputs":{"x":"3"},"kind":"task","location":"flyte-runtime/tests/cli/entities.rs:LINE","node":"n1","workflow":"t.broken_at_run_time"}],"kind":"failed","message":"task `t.fails` failed (node n1 of `t.broken_at_run_time`): there is no 3\n  with: x = 3\n  task at flyte-runtime/tests/cli/entities.rs:LINE\n1 node did not run","skipped":1}}
            --- stderr
            note: kept for a cluster, and without effect on this machine: `requests` of task `t.add`
            error: task `t.fails` failed (node n1 of `t.broken_at_run_time`): there is no 3
              with: x = 3
              task at flyte-runtime/tests/cli/entities.rs:LINE
            1 node did not run
            exit code 1
        "#]],
    );
    check(
        &words("run panics --xs", &["[1, 2]"]),
        expect![[r#"
        --- stderr
        error: task `t.panics` failed: panicked at flyte-runtime/tests/cli/entities.rs:LINE: there are 2 of them
          with: xs = [1, 2]
          task at flyte-runtime/tests/cli/entities.rs:LINE
        exit code 1
    "#]],
    );
    check(
        &words("run fails --x 2 --json", &[]),
        expect![[r#"
            {"error":{"entity":"t.fails","failures":[{"attempt":0,"cause":"there is no 2","earlier":[],"entity":"t.fails","inputs":{"x":"2"},"kind":"task","location":"flyte-runtime/tests/cli/entities.rs:LINE","node":"n0","workflow":"t.fails"}],"kind":"failed","message":"task `t.fails` failed: there is no 2\n  with: x = 2\n  task at flyte-runtime/tests/cli/entities.rs:LINE","skipped":0}}
            --- stderr
            error: task `t.fails` failed: there is no 2
              with: x = 2
              task at flyte-runtime/tests/cli/entities.rs:LINE
            exit code 1
        "#]],
    );
}

#[test]
fn a_workflow_that_cannot_be_compiled_does_not_run() {
    check(
        &words("run cyclic --x 2", &[]),
        expect![[r#"
        --- stderr
        error: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0
        exit code 1
    "#]],
    );
    check(
        &words("run around_cyclic --json", &[]),
        expect![[r#"
        {"error":{"entity":"t.around_cyclic","kind":"compile","location":"flyte-runtime/tests/cli/entities.rs:LINE","message":"`t.around_cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0","problems":["`t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0"]}}
        --- stderr
        error: `t.around_cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: `t.cyclic` (flyte-runtime/tests/cli/entities.rs:LINE) cannot be compiled: nodes wait for each other: n0 >> n1 >> n0
        exit code 1
    "#]],
    );
}

#[test]
fn an_output_that_flyte_cannot_hold_is_an_error() {
    check(
        &["run", "too_large"],
        expect![[r#"
        --- stderr
        error: output `o0` of `t.too_large` cannot be shown: 18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807
        exit code 1
    "#]],
    );
    check(
        &["run", "too_large", "--json"],
        expect![[r#"
        {"error":{"kind":"output","message":"output `o0` of `t.too_large` cannot be shown: 18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807"}}
        --- stderr
        error: output `o0` of `t.too_large` cannot be shown: 18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807
        exit code 1
    "#]],
    );
}

#[test]
fn names_may_be_short_and_must_be_known() {
    check(
        &["run"],
        expect![[r#"
            --- stderr
            error: the name of a task, workflow or launch plan is missing

            Usage: app run [OPTIONS] <NAME> [INPUTS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &["run", "echo"],
        expect![[r#"
        --- stderr
        error: `echo` could be `other.echo` or `t.echo`; write the whole name
        exit code 2
    "#]],
    );
    check(
        &["run", "ad"],
        expect![[r#"
            --- stderr
            error: no task, workflow or launch plan is named `ad`; did you mean `t.add`?

            The command 'list' shows all names.
            exit code 2
        "#]],
    );
    check(
        &["run", "--json", "zzz"],
        expect![[r#"
            {"error":{"kind":"unknown_entity","message":"no task, workflow or launch plan is named `zzz`"}}
            --- stderr
            error: no task, workflow or launch plan is named `zzz`

            The command 'list' shows all names.
            exit code 2
        "#]],
    );
}

#[test]
fn a_strict_run_fails_where_a_value_has_no_form_on_a_cluster() {
    check(
        &words("run --strict t.too_large", &[]),
        expect![[r#"
        --- stderr
        error: task `t.too_large` failed: output `o0` cannot leave the process: 18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807; a strict run sends every value through its literal, as a cluster does
          task at flyte-runtime/tests/cli/entities.rs:LINE
        exit code 1
    "#]],
    );
    check(
        &words("run t.too_large --strict", &[]),
        expect![[r#"
        --- stderr
        error: task `t.too_large` failed: output `o0` cannot leave the process: 18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807; a strict run sends every value through its literal, as a cluster does
          task at flyte-runtime/tests/cli/entities.rs:LINE
        exit code 1
    "#]],
    );
    check(
        &words("run --strict pipeline --x 2", &[]),
        expect![[r#"
            o0 = 15
            o1 = {"label":"half","mean":0.5}
            --- stderr
            note: kept for a cluster, and without effect on this machine: `requests` of task `t.add`
            note: on a cluster, workflow `t.pipeline` at flyte-runtime/tests/cli/entities.rs:LINE: its failure handler `t.tell` runs once there; should it fail, its error takes the place of the cause (failure-handler)
            exit code 0
        "#]],
    );
}
