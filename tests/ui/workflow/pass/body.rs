//! Everything that a body can say.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, #[default(10)] b: i64) -> i64 {
    a + b
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn greet(name: &str) -> String {
    format!("hello {name}")
}

#[task]
fn maybe(x: Option<i64>) -> i64 {
    x.unwrap_or(-1)
}

#[task]
fn total(map: &BTreeMap<String, i64>) -> i64 {
    map.values().sum()
}

#[task]
fn log(text: String) {
    drop(text);
}

#[derive(FlyteOutputs)]
struct Outputs {
    total: i64,
    greeting: String,
}

#[workflow]
fn pipeline(a: i64, name: String) -> Outputs {
    let b = add(a, 5);
    let c = add(b = a, a = b);
    let d = add(a = c);
    let list = sum(vec![a, b, 7]);
    let lent = sum(&[a, d]);
    let present = maybe(Some(list));
    let absent = maybe(None);
    let mapped = total(BTreeMap::from([("x", a), ("y", b)]));
    let mut all = vec![present, absent, mapped, lent];
    for extra in 0..3_i64 {
        all.push(add(all[0], extra));
    }
    let plain = (i64::max)(1, 2);
    let last = add(sum(all), plain).with_overrides(|o| o.retries(2).node_name("last"));
    let said = log("text");
    last >> said;
    Outputs {
        greeting: greet(name),
        total: last,
    }
}

fn main() {
    let outputs = pipeline(1, "you".to_owned()).unwrap();
    assert_eq!(outputs.greeting, "hello you");
    assert!(outputs.total > 0);
    let node = pipeline::graph().unwrap();
    drop(node);
}
