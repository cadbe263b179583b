//! From a compiled graph to the bytes that are registered, for growing graphs: the time for a node must stay the same.
//!
//! `cargo bench -p flyte-runtime --features remote --bench serialize`. Beside it, the same bytes are written again from
//! ready messages, which no serialiser can do without.

#![allow(missing_docs, reason = "a benchmark has no users")]

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{
    Entity, Registry,
    compat::settings::SerializationSettings,
    prelude::*,
    remote::serialize::{SerializedEntity, Serializer},
};

fn main() {
    divan::main();
}

#[task(retries = 3, requests(cpu = "1", mem = "1Gi"))]
fn add(a: i64, #[default(1)] b: i64) -> i64 {
    a + b
}

macro_rules! chains {
    ($($name:ident $nodes:literal),*) => { $(
        /// Adds one again and again.
        #[workflow]
        fn $name(x: i64) -> i64 {
            let mut last = x;
            for _ in 0..$nodes {
                last = add(last, 1);
            }
            last
        }
    )* };
}

chains!(nodes_1000 1_000, nodes_10000 10_000, nodes_100000 100_000);

fn settings() -> SerializationSettings {
    let settings = SerializationSettings::for_image("registry.example/bench:v1", "v1");
    let settings = settings.expect("the image has a version").new_builder();
    settings.project("bench").domain("development").build()
}

/// What `serialize` writes for a program of one task and one workflow.
fn entities<E: Entity>(settings: &SerializationSettings) -> Vec<SerializedEntity> {
    let registry = Registry::builder().with::<E>().with::<add>().build();
    let registry = registry.expect("the names are distinct");
    let serializer = Serializer::new(settings).program("bench");
    serializer
        .registry(&registry)
        .expect("nothing is wrong with it")
}

fn encode(entities: &[SerializedEntity]) -> usize {
    entities.iter().map(|entity| entity.encode().len()).sum()
}

fn serialize<E: Entity>(bencher: Bencher, nodes: usize) {
    let settings = settings();
    // Compiled here, so that only serialising is measured.
    E::descriptor().graph().expect("the workflow compiles");
    bencher
        .counter(ItemsCount::new(nodes))
        .bench(|| encode(&entities::<E>(&settings)));
}

#[divan::bench]
fn serialize_1000(bencher: Bencher) {
    serialize::<nodes_1000>(bencher, 1_000);
}

#[divan::bench]
fn serialize_10000(bencher: Bencher) {
    serialize::<nodes_10000>(bencher, 10_000);
}

#[divan::bench(sample_count = 20)]
fn serialize_100000(bencher: Bencher) {
    serialize::<nodes_100000>(bencher, 100_000);
}

/// The control: bytes of messages that are there already.
#[divan::bench]
fn encode_10000(bencher: Bencher) {
    let settings = settings();
    let entities = entities::<nodes_10000>(&settings);
    bencher
        .counter(ItemsCount::new(10_000_usize))
        .bench(|| encode(&entities));
}
