//! What nodes become in messages beside their target.
#![cfg(feature = "remote")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_idl::flyteidl::core;
use flyte_runtime::{
    entity::Entity, prelude::*, remote::serialize::Serializer, settings::SerializationSettings,
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
