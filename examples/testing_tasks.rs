//! Tests of tasks and workflows: `cargo test --example testing_tasks`.
//!
//! A task is the function it was, so that most tests are plain calls. `run` goes through the engine, which is what a
//! workflow does. No server and no fixture is needed for either: what a task gets from its surroundings, such as a
//! secret, a test gives it with a `TestContext`, and `mock` replaces a task that is slow or elsewhere. Nothing is set
//! for the whole process, so the tests run in parallel.
//!
//! ```console
//! $ cargo run --example testing_tasks -- run price
//! 119
//! $ cargo run --example testing_tasks -- run --strict price
//! 119
//! ```

use flyte_runtime::{BoxError, prelude::*};

#[task]
fn tax(net: i64, #[default(19)] percent: i64) -> Result<i64, String> {
    if percent < 0 {
        return Err(format!("a tax of {percent} % would be a gift"));
    }
    Ok(net * percent / 100)
}

#[task]
async fn discount(net: i64, code: Option<String>) -> i64 {
    match code.as_deref() {
        Some("HALF") => net / 2,
        _ => net,
    }
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

// ANCHOR: price
/// What a customer pays.
#[workflow]
fn price(
    #[default(100)] net: i64,
    #[default(None)] code: Option<String>,
    #[default(19)] percent: i64,
) -> i64 {
    let net = discount(net, code);
    add(net, tax(net, percent))
}
// ANCHOR_END: price

// ANCHOR: rate
/// The rate of a currency, from a server that wants to know who asks.
#[task(retries = 2, secret_requests(secret(group = "bank", key = "token")))]
fn rate(currency: String) -> Result<f64, BoxError> {
    let me = ctx().ok_or("the secrets are a task's")?;
    let token = me.secrets()?.get("bank", "token")?;
    me.stats().incr("questions");
    Err(format!(
        "no bank answers to {} letters about {currency}",
        token.expose().len()
    )
    .into())
}
// ANCHOR_END: rate

#[task]
fn convert(amount: i64, rate: f64) -> f64 {
    amount as f64 * rate
}

// ANCHOR: price_in
/// What a customer abroad pays.
#[workflow]
fn price_in(currency: String, #[default(100)] net: i64) -> f64 {
    convert(price(net = net), rate(currency))
}
// ANCHOR_END: price_in

fn main() -> ExitCode {
    flyte_runtime::main()
}

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use flyte_runtime::{
        graph::Node,
        testing::{TestContext, mock, mock_result},
    };

    #[test]
    fn a_task_is_called_like_the_function_it_is() {
        assert_eq!(tax(100, 7), Ok(7));
        assert!(tax(100, -1).is_err());
    }

    /// Through the engine: the inputs travel as they do in a workflow, and defaults may be left out.
    #[test]
    fn a_task_runs_alone() -> Result<(), RunError> {
        assert_eq!(tax::run(100, 7)?, 7);
        assert_eq!(call!(tax(net = 200)).run()?, 38);
        assert_eq!(discount::run(100, Some("HALF".to_owned()))?, 50);
        Ok(())
    }

    #[test]
    fn a_workflow_is_called_and_gives_a_result() -> Result<(), RunError> {
        assert_eq!(price(100, Some("HALF".to_owned()), 20)?, 60);
        assert_eq!(call!(price()).run()?, 119);
        Ok(())
    }

    /// With one job, tasks run one after the other and in the same order every time.
    #[test]
    fn a_runner_chooses_how_a_call_is_run() -> Result<(), RunError> {
        let call = price::call(100, None, 19);
        assert_eq!(Runner::local().jobs(1).run(call.clone())?, 119);
        assert_eq!(Runner::local().jobs(4).run(call)?, 119);
        Ok(())
    }

    #[test]
    fn a_failure_names_the_task_and_what_it_was_given() {
        let error = price(100, None, -1).expect_err("the tax is negative");
        let RunError::Failed(failure) = error else {
            panic!("{error}");
        };
        assert_eq!(failure.first.entity, "testing_tasks.tax");
        assert_eq!(failure.first.inputs[1], ("percent", "-1".to_owned()));
        assert_eq!(
            failure.first.cause.to_string(),
            "a tax of -1 % would be a gift"
        );
    }

    /// The closure takes what the task takes. It stands for the task in every run until the guard is dropped.
    #[test]
    fn a_task_that_is_elsewhere_is_replaced() -> Result<(), RunError> {
        let _answered = mock::<rate>(|currency| if currency == "SEK" { 11.0 } else { 1.0 });
        assert_eq!(price_in("SEK".into(), 100)?, 1_309.0);
        {
            let _free = mock::<tax>(|(_net, _percent)| 0);
            assert_eq!(price_in("SEK".into(), 100)?, 1_100.0);
        }
        assert_eq!(price_in("EUR".into(), 100)?, 119.0);
        Ok(())
    }

    #[test]
    fn a_mock_fails_like_the_task() {
        let _closed = mock_result::<rate>(|_| Err("the bank is closed".into()));
        let error = price_in("SEK".into(), 100)
            .expect_err("it is closed")
            .to_string();
        assert!(error.contains("failed in each of 3 attempts"), "{error}");
    }

    /// What the task asks for is given by hand, and what it has sent and logged is kept.
    #[test]
    fn a_task_finds_what_its_context_was_given() {
        let test = TestContext::new().secret("bank", "token", "abcd");
        // The function alone, and as a workflow runs it.
        let error = test
            .run(|| rate("SEK".into()))
            .expect_err("no bank answers");
        assert_eq!(error.to_string(), "no bank answers to 4 letters about SEK");
        assert!(test.run(|| price_in("SEK".into(), 100)).is_err());
        assert_eq!(test.stats().metrics().len(), 1 + 3);
        assert!(
            test.logs()
                .contains("an attempt failed, and another follows")
        );
    }

    /// As on a cluster, every value goes through its literal between tasks.
    #[test]
    fn a_workflow_is_run_strictly() -> Result<(), RunError> {
        assert_eq!(
            Runner::local()
                .strict(true)
                .run(price::call(100, None, 19))?,
            119
        );
        assert_eq!(TestContext::new().run(|| price(100, None, 19))?, 119);
        Ok(())
    }

    /// The graph is data, and can be tested without running anything.
    #[test]
    fn the_graph_has_one_node_for_each_call() -> Result<(), flyte_runtime::graph::CompileError> {
        let graph = price::graph()?;
        let names = graph
            .nodes()
            .iter()
            .map(|node| node.metadata().name.as_str());
        assert_eq!(
            names.collect::<BTreeSet<_>>(),
            BTreeSet::from(["add", "discount", "tax"])
        );
        assert_eq!(graph.nodes().last().map(Node::id), Some("n2"));
        Ok(())
    }
}
// ANCHOR_END: tests
