//! Tasks that the plugins of a cluster run.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_core::options::{CustomError, LocalEffect};
use flyte_runtime::{
    compat::options::Plugin,
    error::NoPluginError,
    prelude::*,
    testing::{TestContext, mock},
};
use serde::Serialize;
use serde_json::{Value as Json, json};

#[derive(Serialize)]
struct Spark {
    executors: u32,
    conf: &'static [(&'static str, &'static str)],
}

const SPARK: Spark = Spark {
    executors: 4,
    conf: &[("spark.cores.max", "8")],
};

/// The driver of the job is this function.
#[task(task_type = "spark", custom = SPARK, config("spark.version" = "3.5"), requests(cpu = "1"))]
fn trains(x: i64) -> i64 {
    x + 1
}

#[task(task_type = "spark", custom = json!({ "executors": 4 }))]
async fn trains_later(x: i64) -> i64 {
    x + 1
}

/// Asks the warehouse, without any code of this program.
#[task(
    task_type = "warehouse_query",
    custom = json!({ "statement": format!("select {}", 1), "limits": [1, 2.5, null] }),
    config(ROLE = "reader"),
    retries = 1
)]
fn query(since: jiff::Timestamp, limit: i64) -> Vec<i64>;

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn pipeline(since: jiff::Timestamp, #[default(2)] limit: i64) -> i64 {
    trains(sum(query(since, limit)))
}

fn plugin_of(entity: &flyte_runtime::graph::EntityDescriptor) -> Plugin {
    entity.task_options().unwrap().plugin.unwrap()
}

#[test]
fn a_function_with_a_plugin_is_the_function_here() {
    assert_eq!(trains::run(1).unwrap(), 2);
    assert_eq!(trains(1), 2);
    assert_eq!(trains_later::run(1).unwrap(), 2);
    let plugin = plugin_of(trains::descriptor());
    assert_eq!((plugin.task_type, plugin.has_container), ("spark", true));
    assert_eq!(plugin.config, [("spark.version", "3.5")]);
    let custom = Json::Object(plugin.custom.unwrap().object().unwrap());
    assert_eq!(
        custom,
        json!({"executors": 4, "conf": [["spark.cores.max", "8"]]})
    );
}

#[test]
fn a_task_without_a_body_is_refused_here_and_can_be_mocked() {
    let epoch = jiff::Timestamp::UNIX_EPOCH;
    let error = pipeline(epoch, 1).unwrap_err();
    let RunError::Failed(failure) = &error else {
        panic!("another error: {error}");
    };
    let source = std::error::Error::source(&**failure).unwrap();
    let told: &NoPluginError = source.downcast_ref().unwrap();
    assert_eq!(
        (&*told.task_type, &*told.function),
        ("warehouse_query", "query")
    );
    let text = error.to_string();
    for part in [
        "the task `plugins.query` is run by the plugin of a cluster for tasks of type `warehouse_query`",
        "mock it in a test: `let _mocked = mock::<query>(|..| ..);`",
        "write a body for `query` (",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // Called as a function it runs as well.
    assert!(
        query(epoch, 1)
            .unwrap_err()
            .to_string()
            .contains("warehouse_query")
    );
    let strict = Runner::local().strict(true).run(query::call(epoch, 1));
    assert!(strict.unwrap_err().to_string().contains("warehouse_query"));

    let _mocked = mock::<query>(|(_, limit)| vec![limit; 3]);
    assert_eq!(pipeline(epoch, 1).unwrap(), 4);
    assert_eq!(call!(pipeline(since = epoch)).run().unwrap(), 7);
}

#[test]
fn options_show_what_the_plugin_is_told() {
    let options = query::descriptor().task_options().unwrap();
    let expected = json!({
        "retries": 1,
        "plugin": {
            "task_type": "warehouse_query",
            "custom": {"statement": "select 1", "limits": [1, 2.5, null]},
            "config": {"ROLE": "reader"},
            "has_container": false,
        },
    });
    assert_eq!(serde_json::to_value(options).unwrap(), expected);
    let effect = |entity: &flyte_runtime::graph::EntityDescriptor| {
        let effects = entity.task_options().unwrap().local_effects();
        let effect = effects.iter().find(|option| option.name == "task_type");
        let effect = effect.unwrap();
        (effect.is_set, effect.effect, effect.isolated)
    };
    let refused = (true, LocalEffect::Refused, LocalEffect::Refused);
    assert_eq!(effect(query::descriptor()), refused);
    let recorded = (true, LocalEffect::Recorded, LocalEffect::Recorded);
    assert_eq!(effect(trains::descriptor()), recorded);
    let notice = |run: fn() -> Result<i64, RunError>| {
        let test = TestContext::new();
        test.run(run).unwrap();
        test.logs().contains("`task_type` of task `plugins.trains`")
    };
    assert!(notice(|| trains::run(1)));
    assert!(!notice(|| sum::run(&[1])));
}

struct Broken;

impl Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it is broken"))
    }
}

#[task(task_type = "t", custom = vec![1])]
fn a_list() {}

#[task(task_type = "t", custom = Broken)]
fn broken() {}

fn lost() -> Spark {
    panic!("it is lost")
}

#[task(task_type = "t", custom = lost())]
fn panics() {}

#[task(task_type = "t", custom = json!({ "a": { "b": [1, (1_u64 << 53) + 1] } }))]
fn inexact() {}

/// What no compiler sees is told when somebody asks, and hinders no run here.
#[test]
fn customs_that_a_plugin_cannot_be_told() {
    let error = |entity: &flyte_runtime::graph::EntityDescriptor| {
        plugin_of(entity).custom.unwrap().object().unwrap_err()
    };
    assert_eq!(
        error(a_list::descriptor()).to_string(),
        "`custom` is a list, and a plugin takes an object: give it a struct with named fields, or a map with text keys"
    );
    assert_eq!(
        error(broken::descriptor()).to_string(),
        "`custom` cannot become JSON: it is broken"
    );
    assert!(matches!(
        error(panics::descriptor()),
        CustomError::Panic { .. }
    ));
    assert_eq!(
        error(inexact::descriptor()).to_string(),
        "`custom` has 9007199254740993 at `a.b[1]`, which a plugin would get as another number, since all its numbers are floats; \
         make it a text"
    );
    panics::run().unwrap();
}
