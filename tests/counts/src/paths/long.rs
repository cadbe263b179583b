//! What is done with a whole graph before it runs: compiling, planning, asking what a cluster refuses, serialising.

use std::hint::black_box;

use flyte_engine::plan_again;
use flyte_runtime::{
    Registry, cluster::Check, compat::settings::SerializationSettings, prelude::*,
    remote::serialize::Serializer,
};

use super::{HotPath, TASKS, add_one, chain};

pub(super) const PATHS: [HotPath; 4] = [
    HotPath {
        name: "check",
        operation: "a node",
        each: TASKS,
        rounds: 5,
        prepare: || {
            let registry = Registry::builder()
                .with::<chain>()
                .with::<add_one>()
                .build();
            let registry = registry.expect("the names are distinct");
            let check = Check::new().max_nodes(TASKS as usize);
            Box::new(move || assert!(black_box(check.registry(&registry)).is_empty()))
        },
    },
    HotPath {
        name: "compile",
        operation: "a node",
        each: TASKS,
        rounds: 10,
        prepare: || Box::new(|| drop(black_box(chain::descriptor().compile_again()))),
    },
    HotPath {
        name: "plan",
        operation: "a node",
        each: TASKS,
        rounds: 10,
        prepare: || Box::new(|| plan_again(chain::descriptor()).expect("it can be planned")),
    },
    HotPath {
        name: "serialize",
        operation: "a node",
        each: TASKS,
        rounds: 5,
        prepare: || {
            let settings = SerializationSettings::for_image("registry.example/counts:v1", "v1");
            let settings = settings.expect("the image has a version").new_builder();
            let settings = settings.project("counts").domain("development").build();
            let registry = Registry::builder()
                .with::<chain>()
                .with::<add_one>()
                .build();
            let registry = registry.expect("the names are distinct");
            Box::new(move || {
                // What it asks before it writes is a path of its own.
                let serializer = Serializer::new(&settings).program("counts").unchecked();
                let entities = serializer.registry(&registry);
                for entity in entities.expect("nothing is wrong with it") {
                    black_box(entity.encode());
                }
            })
        },
    },
];
