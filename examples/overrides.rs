//! Overrides: what one call says differently from the task's own options.
//!
//! ```console
//! $ cargo run --example overrides -- run pipeline
//! 81
//! note: kept for a cluster, and without effect on this machine: `requests` of node `big`; `requests` of task `overrides.square`
//! $ cargo run --example overrides -- describe square
//! ...
//! Options:
//!   requests  {"cpu":"500m","mem":"256Mi"}
//!   retries   1
//!   timeout   30s
//! $ cargo run --example overrides -- describe pipeline
//! ...
//!   big  overrides.square  after n0  x = n0.o0
//! ...
//! ```
//!
//! Retries and timeouts are enforced here, too; resources are kept for a cluster.

use flyte_runtime::prelude::*;

// ANCHOR: square
/// Squares a number, in most places with little memory.
#[task(retries = 1, timeout = "30s", requests(cpu = "500m", mem = "256Mi"))]
fn square(x: i64) -> i64 {
    x * x
}
// ANCHOR_END: square

// ANCHOR: pipeline
/// Squares twice, the second time with more of everything.
#[workflow]
fn pipeline(#[default(3)] x: i64) -> i64 {
    let first = square(x);
    // A key that does not exist does not compile; a value that makes no sense is reported with the node's id.
    square(first)
        .with_overrides(|o| o.node_name("big").retries(5).timeout("1m30s"))
        // What was said before stays.
        .with_overrides(|o| o.requests(|r| r.cpu(2).mem("4Gi")))
}
// ANCHOR_END: pipeline

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_add_up_on_their_node_alone() -> Result<(), Box<dyn std::error::Error>> {
        let graph = pipeline::graph()?;
        assert!(graph.nodes()[0].overrides().is_none());
        let overrides = format!("{:?}", graph.nodes()[1].overrides());
        for part in ["retries: Some(5)", "timeout: Some(90s)", "4Gi"] {
            assert!(overrides.contains(part), "{overrides}");
        }
        Ok(())
    }
}
