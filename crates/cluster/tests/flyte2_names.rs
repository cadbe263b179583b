//! Names and hashes of Flyte 2's actions, as its Python SDK makes them: `tests/flyte2/oracle/run` writes the calls.

#![allow(
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_cluster::flyte2::names::{action_name, cache_key, counted, inputs_hash, task_identity};
use flyte_core::types::wire;
use flyte_idl::{
    flyteidl2::{core::TaskTemplate, task::Inputs},
    prost::Message as _,
};
use serde_json::Value as Json;

fn bytes(hex: &str) -> Vec<u8> {
    let digits = (0..hex.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn calls_have_the_names_and_hashes_that_python_gives_them() {
    let calls = include_str!("../../../tests/flyte2/oracle/vectors.jsonl");
    let mut count = 0;
    for (number, line) in calls.lines().enumerate() {
        let call: Json = serde_json::from_str(line).unwrap();
        let text = |key: &str| call[key].as_str().unwrap();
        let template = TaskTemplate::decode(&*bytes(text("template"))).unwrap();
        let inputs = Inputs::decode(&*bytes(text("inputs"))).unwrap();
        let inputs: Vec<_> = inputs
            .literals
            .iter()
            .map(|input| {
                let literal = input.value.as_ref().unwrap().encode_to_vec();
                (input.name.as_str(), wire::decode(&literal).unwrap())
            })
            .collect();
        let hash = inputs_hash(counted(&template, &inputs));
        assert_eq!(hash, text("inputs_hash"), "call {number}: {inputs:?}");
        let identity = task_identity(&template);
        assert_eq!(identity, text("identity"), "call {number}");
        let key = cache_key(&template, &hash);
        assert_eq!(key.as_deref(), call["cache_key"].as_str(), "call {number}");
        let own = call["number"].as_u64().unwrap() as u32;
        let name = action_name(text("parent"), &hash, &identity, own, text("group"));
        assert_eq!(name, text("name"), "call {number}");
        count += 1;
    }
    assert!(count >= 200, "{count} calls are too few");
}
