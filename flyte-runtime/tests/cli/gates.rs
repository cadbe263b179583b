//! Gates on the command line: described, and answered with `--answer`.

use expect_test::{Expect, expect};
use flyte_runtime::{Registry, prelude::*};

use crate::{output_of, words};

#[task(name = "g.double")]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow(name = "g.asking")]
fn asking(x: i64) -> i64 {
    let doubled = approve(double(x), "review", "1h");
    let more = wait_for_input::<i64>("more", 90);
    let pause = sleep("1m");
    doubled >> pause >> more;
    more
}

#[track_caller]
fn check(line: &str, expected: Expect) {
    let registry = Registry::builder().with::<asking>().build();
    expected.assert_eq(&output_of(&registry.expect("one name"), &words(line, &[])));
}

#[test]
fn gates_are_described_by_what_they_wait_for() {
    check(
        "describe asking",
        expect![[r#"
        workflow g.asking
          at flyte-runtime/tests/cli/gates.rs:LINE

        Inputs:
          x  integer  i64  required

        Outputs:
          o0  integer  i64

        Nodes:
          n0  g.double                                       x = x
          n1  approve review within 1h             after n0  o0 = n0.o0
          n2  wait for more: integer within 1m30s  after n3
          n3  sleep 1m                             after n1

        Results:
          o0 = n2.o0
        exit code 0
    "#]],
    );
}

#[test]
fn answers_are_given_before_or_after_the_name() {
    check(
        "run --answer review=yes asking --x 2 --answer more=5",
        expect![[r#"
            5
            exit code 0
        "#]],
    );
    check(
        "run --jobs 1 asking --x 2 --answer review=no --answer more=5",
        expect![[r#"
            --- stderr
            error: gate `review` failed (node n1 of `g.asking`): User did not approve the transaction for gate node review
              with: o0 = 4
              gate at flyte-runtime/tests/cli/gates.rs:LINE
            2 nodes did not run
            exit code 1
        "#]],
    );
}

#[test]
fn an_answer_that_is_none_is_refused() {
    check(
        "run --answer review asking --x 2",
        expect![[r#"
        --- stderr
        error: invalid value 'review' for '--answer <GATE=VALUE>': not the name of a gate and its answer, as in `review=yes`

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        "run asking --x 2 --answer =yes",
        expect![[r#"
        --- stderr
        error: invalid value '=yes' for '--answer <GATE=VALUE>': not the name of a gate and its answer, as in `review=yes`

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        "run --jobs 1 --answer review=yes --answer more=many asking --x 2",
        expect![[r#"
            --- stderr
            error: gate `more` failed (node n2 of `g.asking`): the answer to the gate `more`: expected integer, found the string "many"
              gate at flyte-runtime/tests/cli/gates.rs:LINE
            exit code 1
        "#]],
    );
}

#[test]
fn an_answer_that_nobody_has_asked_for_is_told_of() {
    check(
        "run --answer review=yes --answer moore=7 --answer more=5 asking --x 2",
        expect![[r#"
            5
            --- stderr
            note: no gate `moore` was asked: its answer was not used
            exit code 0
        "#]],
    );
}
