//! Plugins: tasks that a part of the cluster runs which was made for their type, such as Spark or a data warehouse.
//!
//! ```console
//! $ cargo run --example plugins -- run train --amounts "[3, 4]"
//! 3.5
//! note: kept for a cluster, and without effect on this machine: `task_type` of task `plugins.train`
//! $ cargo run --example plugins -- run report --month 7
//! note: kept for a cluster, and without effect on this machine: `task_type` of task `plugins.train`
//! error: task `plugins.orders` failed (node n0 of `plugins.report`): the task `plugins.orders` is run by the plugin of a cluster [..]
//!   with: month = 7
//!   task at examples/plugins.rs:[..]
//! ...
//! $ cargo run --example plugins -- run rehearsal
//! 20.0
//! ...
//! ```

use flyte_runtime::{prelude::*, testing::mock};
use serde::Serialize;
use serde_json::json;

// ANCHOR: train
/// With a body: on a cluster the plugin starts containers of this program, and the function runs in the first of them.
#[task(
    task_type = "spark",
    custom = json!({ "sparkConf": { "spark.executor.instances": "4" } })
)]
fn train(amounts: &[i64]) -> f64 {
    amounts.iter().sum::<i64>() as f64 / amounts.len() as f64
}
// ANCHOR_END: train

/// What the plugin for the warehouse is told.
#[derive(Serialize)]
struct Query {
    statement: &'static str,
    rows_at_most: u32,
}

// ANCHOR: orders
/// Without a body: on a cluster the plugin does it all, and nothing of it is here but the signature.
#[task(
    task_type = "warehouse_query",
    custom = Query {
        statement: "select amount from orders where month = {{ .Inputs.month }}",
        rows_at_most: 1000,
    },
    config(warehouse = "small", database = "sales")
)]
fn orders(month: i64) -> Vec<i64>;
// ANCHOR_END: orders

#[workflow]
fn report(month: i64) -> f64 {
    train(orders(month))
}

// ANCHOR: rehearsal
/// The report on this machine, where something stands for the warehouse. Tests do the same.
#[eager]
async fn rehearsal() -> Result<f64, RunError> {
    let _mocked = mock::<orders>(|month| vec![month, 2 * month, 3 * month]);
    report::run(10)
}
// ANCHOR_END: rehearsal

fn main() -> ExitCode {
    flyte_runtime::main()
}
