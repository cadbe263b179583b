//! Tests of tasks and workflows: `cargo test --example testing_tasks`.
//!
//! A task is the function it was, so that most tests are plain calls. `run` goes through the engine, which is what a
//! workflow does. No server and no fixture is needed for either.
//!
//! ```console
//! $ cargo run --example testing_tasks -- run price
//! 119
//! ```

use flyte_runtime::prelude::*;

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

/// What somebody pays.
#[workflow]
fn price(
    #[default(100)] net: i64,
    #[default(None)] code: Option<String>,
    #[default(19)] percent: i64,
) -> i64 {
    let net = discount(net, code);
    add(net, tax(net, percent))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use flyte_runtime::graph::Node;

    #[test]
    fn a_task_is_called_like_the_function_it_is() {
        assert_eq!(tax(100, 7), Ok(7));
        assert!(tax(100, -1).is_err());
    }

    /// Through the engine: the inputs travel as they do in a workflow, and defaults may be left out.
    #[test]
    fn a_task_runs_alone() -> Result<(), RunError> {
        assert_eq!(tax::run(100, 7)?, 7);
        assert_eq!(tax::builder().net(200).run()?, 38);
        assert_eq!(discount::run(100, Some("HALF".to_owned()))?, 50);
        Ok(())
    }

    #[test]
    fn a_workflow_is_called_and_gives_a_result() -> Result<(), RunError> {
        assert_eq!(price(100, Some("HALF".to_owned()), 20)?, 60);
        assert_eq!(price::builder().run()?, 119);
        Ok(())
    }

    /// With one job, tasks run one after the other and in the same order every time.
    #[test]
    fn a_runner_chooses_how_a_call_is_run() -> Result<(), RunError> {
        let call = price::call(100, None, 19);
        assert_eq!(Runner::local().jobs(1).run(&call)?, 119);
        assert_eq!(Runner::local().jobs(4).run(&call)?, 119);
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
