//! What nodes become in messages beside their target.
#![cfg(feature = "remote")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_idl::flyteidl::core;
use flyte_runtime::{
    Entity, compat::settings::SerializationSettings, prelude::*, remote::serialize::Serializer,
};

fn settings() -> SerializationSettings {
    SerializationSettings::for_image("registry.example/app:v1", "v1").unwrap()
}

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[task]
fn divide(x: i64, y: i64) -> (i64, i64) {
    (x / y, x % y)
}

#[workflow]
fn aliased(x: i64) -> (i64, i64) {
    let (quotient, rest) =
        divide(x, 7).with_overrides(|o| o.alias("o0", "quotient").alias("o1", "o0"));
    (double(quotient), rest)
}

/// Flyte's compiler knows an output with an alias by nothing else.
#[test]
fn promises_have_the_alias_of_an_output() {
    let settings = settings();
    let workflow = Serializer::new(&settings).workflow(aliased::descriptor());
    let template = workflow.unwrap().template;
    let template = template.unwrap();
    let promise = |binding: &core::Binding| {
        let data = binding
            .binding
            .as_ref()
            .and_then(|data| data.value.as_ref());
        match data {
            Some(core::binding_data::Value::Promise(promise)) => {
                format!("{}.{}", promise.node_id, promise.var)
            }
            other => panic!("no promise: {other:?}"),
        }
    };
    let aliases = &template.nodes[0].output_aliases;
    let aliases: Vec<_> = aliases.iter().map(|one| (&*one.var, &*one.alias)).collect();
    assert_eq!(aliases, [("o0", "quotient"), ("o1", "o0")]);
    assert_eq!(promise(&template.nodes[1].inputs[0]), "n0.quotient");
    let outputs: Vec<_> = template.outputs.iter().map(promise).collect();
    assert_eq!(outputs, ["n1.o0", "n0.o0"]);
    assert_eq!(aliased(23).unwrap(), (6, 2));
}

#[workflow]
fn wrongly_aliased(x: i64) -> (i64, i64, i64) {
    let (quotient, _) = divide(x, 7).with_overrides(|o| o.alias("o2", "rest"));
    let (same, _) = divide(x, 7).with_overrides(|o| o.alias("o0", "o1"));
    let (empty, _) = divide(x, 7).with_overrides(|o| o.alias("o1", " "));
    (quotient, same, empty)
}

#[test]
fn aliases_that_a_cluster_would_not_find_do_not_compile() {
    let error = wrongly_aliased::run(1).unwrap_err().to_string();
    for told in [
        "node `n0`: `alias`: there is no output `o2`; the outputs are `o0`, `o1`",
        "node `n1`: `alias`: the outputs `o0` and `o1` would both be `o1`; give each a name of its own",
        "node `n2`: `alias` must not be empty; leave it out to keep what the entity declares",
    ] {
        assert!(error.contains(told), "{told}\n{error}");
    }
}

#[task(task_type = "spark", custom = serde_json::json!({ "executors": 4 }), config("a.b" = "c"), requests(cpu = "1"))]
fn trains(x: i64) -> i64 {
    x
}

#[task(
    task_type = "query",
    custom = serde_json::json!({ "statement": "select 1" }),
    secret_requests(secret(group = "warehouse"))
)]
fn queries(x: i64) -> i64;

#[task(task_type = "query", custom = serde_json::json!([1]))]
fn queries_nothing(x: i64) -> i64;

fn template<E: Entity>() -> core::TaskTemplate {
    let settings = settings();
    let task = Serializer::new(&settings)
        .program("app")
        .task(E::descriptor());
    task.unwrap().template.unwrap()
}

#[test]
fn plugins_are_told_what_the_task_says() {
    let task = template::<trains>();
    let custom = |task: &core::TaskTemplate| {
        let fields = task.custom.as_ref().unwrap().fields.iter();
        let fields =
            fields.map(|(name, value)| format!("{name}: {:?}", value.kind.as_ref().unwrap()));
        fields.collect::<Vec<_>>()
    };
    assert_eq!(task.r#type, "spark");
    assert_eq!(custom(&task), ["executors: NumberValue(4.0)"]);
    assert_eq!(task.config.get("a.b").map(String::as_str), Some("c"));
    // The container of this program, in which the plugin runs the function.
    let Some(core::task_template::Target::Container(container)) = &task.target else {
        panic!("no container: {task:?}");
    };
    assert_eq!(
        container.args.last().map(String::as_str),
        Some("messages.trains")
    );
    assert_eq!(container.resources.as_ref().unwrap().requests.len(), 1);

    let task = template::<queries>();
    assert_eq!((task.r#type.as_str(), &task.target), ("query", &None));
    assert_eq!(custom(&task), ["statement: StringValue(\"select 1\")"]);
    assert!(task.config.is_empty());
    assert_eq!(task.security_context.unwrap().secrets[0].group, "warehouse");
    let plain = template::<double>();
    assert_eq!((plain.custom, plain.config.len()), (None, 0));

    let settings = settings();
    let error = Serializer::new(&settings).task(queries_nothing::descriptor());
    assert_eq!(
        error.unwrap_err().to_string(),
        "task `messages.queries_nothing`: `custom` is a list, and a plugin takes an object: give it a struct with named fields, or a \
         map with text keys"
    );
}

#[container_task(image = "alpine:3", command("true"))]
fn in_a_container(x: i64) -> i64;

#[workflow]
fn maps(xs: Vec<i64>) -> Vec<i64> {
    xs.map(trains)
}

#[workflow]
fn maps_queries(xs: Vec<i64>) -> Vec<i64> {
    xs.map(queries)
}

#[workflow]
fn maps_containers(xs: Vec<i64>) -> Vec<i64> {
    xs.map(in_a_container)
}

#[echo_task]
fn same(x: i64) -> i64;

#[workflow]
fn maps_echoes(xs: Vec<i64>) -> Vec<i64> {
    xs.map(same)
}

/// A container of another program knows nothing of elements; the engine, which runs echo tasks, does.
#[test]
fn maps_need_containers_of_this_program() {
    let settings = settings();
    let registry = |workflow: &'static flyte_runtime::graph::EntityDescriptor| {
        let registry = flyte_runtime::Registry::builder()
            .with_descriptor(workflow)
            .build()
            .unwrap();
        Serializer::new(&settings)
            .program("app")
            .registry(&registry)
            .map(drop)
    };
    registry(maps::descriptor()).unwrap();
    registry(maps_echoes::descriptor()).unwrap();
    for (workflow, task) in [
        (maps_queries::descriptor(), "messages.queries"),
        (maps_containers::descriptor(), "messages.in_a_container"),
    ] {
        let error = registry(workflow).unwrap_err().to_string();
        assert!(error.contains("error[map-without-program]"), "{error}");
        let reason = format!("`{task}` is not run by this program");
        assert!(error.contains(&reason), "{error}");
    }
}
