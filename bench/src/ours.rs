//! What this project takes.

use std::hint::black_box;

use flyte_runtime::{
    Entity, Registry,
    cache::Cache,
    cluster::Check,
    compat::{
        settings::SerializationSettings,
        wire::{decode, encode},
    },
    files::TempSandbox,
    history::History,
    prelude::*,
    remote::serialize::Serializer,
    types::FlyteType,
};

use crate::{
    measure::{row, row_with},
    programs::{
        CASES, INTEGERS, TASKS, add_one, branch, chain, chain_later, fan_out, hop, kept, map, naps,
    },
};

const SUBJECT: &str = "this project";

/// Every row.
pub fn measure() {
    runs();
    recorded();
    cached();
    graphs();
    values();
}

/// A call moves its inputs into the run, so each sample has its own.
fn runs_of<E: Entity>(name: &str, items: usize, runner: &Runner, call: impl FnMut() -> Call<E>) {
    row_with(name, SUBJECT, items, call, |call| {
        black_box(runner.run(call).expect("the program has no errors"));
    });
}

fn runs() {
    let local = Runner::local();
    row("call", SUBJECT, TASKS, || {
        for x in 0..TASKS as i64 {
            black_box(add_one(x));
        }
    });
    runs_of("chain", TASKS, &local, || chain::call(1));
    let strict = Runner::local().strict(true);
    runs_of(
        "chain, every value through its literal",
        TASKS,
        &strict,
        || chain::call(1),
    );
    runs_of("chain of async tasks", TASKS, &local, || {
        chain_later::call(1)
    });
    runs_of("fan-out", TASKS, &local, || fan_out::call(1));
    runs_of("map", TASKS, &local, || {
        map::call((0..TASKS as i64).collect())
    });
    runs_of("branch", 1, &local, || branch::call(CASES));
    runs_of("four naps", 1, &local, || naps::call(0));
    let isolated = Runner::local().isolate(true);
    runs_of("task in a process of its own", 1, &isolated, || {
        add_one::call(1)
    });
}

fn recorded() {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let runner = Runner::local().history(&history);
    runs_of("chain with history", TASKS, &runner, || chain::call(1));
}

fn cached() {
    let directory = TempSandbox::new();
    let cache = Cache::at(directory.create().expect("there is room for it"));
    let runner = Runner::local().cache(cache);
    runs_of("cache hit", 1, &runner, || kept::call(7));
    let mut next = 1_000;
    runs_of("cache miss", 1, &runner, || {
        next += 1;
        kept::call(next)
    });
}

fn graphs() {
    row("compile", SUBJECT, TASKS, || {
        black_box(chain::descriptor().compile_again()).expect("the workflow compiles");
    });
    let settings = SerializationSettings::for_image("bench:v1", "v1");
    let settings = settings.expect("the image has a version").new_builder();
    let settings = settings.project("bench").domain("development").build();
    let registry = Registry::builder()
        .with::<chain>()
        .with::<add_one>()
        .build();
    let registry = registry.expect("the names are distinct");
    let check = Check::new().max_nodes(TASKS);
    let serializer = Serializer::new(&settings).program("bench").check(&check);
    row("serialise", SUBJECT, TASKS, || {
        let entities = serializer
            .registry(&registry)
            .expect("it can be serialised");
        let bytes: usize = entities.iter().map(|entity| entity.encode().len()).sum();
        black_box(bytes);
    });
}

fn values() {
    let local = Runner::local();
    runs_of(
        "list of integers from task to task",
        INTEGERS as usize,
        &local,
        || hop::call(INTEGERS),
    );
    let list: Vec<i64> = (0..INTEGERS).collect();
    row(
        "list of integers to bytes",
        SUBJECT,
        INTEGERS as usize,
        || {
            let literal = list.to_literal().expect("a list of integers has a literal");
            black_box(encode(&literal));
        },
    );
    let bytes = encode(&list.to_literal().expect("a list of integers has a literal"));
    row(
        "list of integers from bytes",
        SUBJECT,
        INTEGERS as usize,
        || {
            let list = decode(&bytes).and_then(Vec::<i64>::from_literal);
            black_box(list.expect("they are the bytes of a list"));
        },
    );
}
