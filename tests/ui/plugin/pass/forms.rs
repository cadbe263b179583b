use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde_json::json;

fn job(executors: i64) -> BTreeMap<&'static str, i64> {
    BTreeMap::from([("executors", executors)])
}

#[task(task_type = "spark", custom = job(4), config("a.b" = "c", d = ""))]
fn by_a_function(x: i64) -> i64 {
    x
}

#[task(name = "elsewhere", task_type = "query", custom = json!({ "rows": [1, 2] }), cache = "1", timeout = "1h")]
pub fn query(x: i64, #[default("b")] name: String) -> (i64, Vec<String>);

/// Nothing in, nothing out.
#[task(task_type = "notify")]
pub(crate) fn notify();

#[task(task_type = "spark")]
async fn later(x: &str) -> Result<i64, String> {
    Ok(x.len() as i64)
}

#[workflow]
fn all(x: i64) -> (i64, i64) {
    notify();
    let (y, _) = query(by_a_function(x), "c");
    (y, later("abc"))
}

fn main() {
    let _mocked = (
        flyte_runtime::testing::mock::<query>(|(x, name)| (x + 1, vec![name])),
        flyte_runtime::testing::mock::<notify>(|()| ()),
    );
    assert_eq!(all(1).unwrap(), (2, 3));
}
