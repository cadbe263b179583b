//! Gates: a workflow that waits for a person. Without `--answer` the questions are asked on the terminal.
//!
//! ```console
//! $ cargo run --example gates -- run --answer review=yes --answer copies=3 release
//! 3 x three little words
//! $ cargo run --example gates -- run --jobs 1 release --answer review=no --answer copies=3
//! error: gate `review` failed (node n1 of `gates.release`): User did not approve the transaction for gate node review
//!   with: o0 = "three little words"
//!   gate at examples/gates.rs:[..]
//! 3 nodes did not run
//! $ cargo run --example gates -- describe release
//! ...
//! Nodes:
//!   n0  gates.draft
//!   n1  approve review within 1d            after n0          o0 = n0.o0
//!   n2  wait for copies: integer within 1h
//!   n3  sleep 10m                           after n1
//!   n4  gates.publish                       after n2, n1, n3  copies = n2.o0, text = n1.o0
//! ...
//! ```

use flyte_runtime::prelude::*;

#[task]
fn draft() -> String {
    "three little words".to_owned()
}

#[task]
fn publish(text: &str, copies: i64) -> String {
    format!("{copies} x {text}")
}

// ANCHOR: release
/// Publishes what a person has approved of, ten minutes later; here nobody waits that long.
#[workflow]
fn release() -> String {
    let text = approve(draft(), "review", "1d");
    let copies = wait_for_input::<i64>("copies", "1h");
    let pause = sleep("10m");
    let published = publish(text, copies);
    text >> pause >> published;
    published
}
// ANCHOR_END: release

fn main() -> ExitCode {
    flyte_runtime::main()
}

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use flyte_runtime::gate::{Answer, Answers, Asked, Question};

    use super::*;

    #[test]
    fn what_was_approved_is_published() {
        let answers = Answers::new().approve("review").input("copies", 2_i64);
        let published = Runner::local().answers(answers).run(release::call());
        assert_eq!(published.expect("it runs"), "2 x three little words");
    }

    #[test]
    fn the_reviewer_sees_the_text() {
        let reviewer = |question: &Question| {
            Ok(match &question.asked {
                Asked::Approval { value } if value.contains("little") => Answer::Approve,
                Asked::Approval { .. } => Answer::Disapprove,
                _ => Answer::value(1_i64),
            })
        };
        let published = Runner::local().answers(reviewer).run(release::call());
        assert_eq!(published.expect("it runs"), "1 x three little words");
    }
}
// ANCHOR_END: tests
