//! The same work without a task graph: functions, tokio, rayon, threads, processes and plain files.

use std::{env, fs, hint::black_box, process::Command, thread};

use flyte_runtime::files::TempSandbox;
use tokio::runtime::Runtime;

use crate::{
    measure::row,
    programs::{INTEGERS, NAP, TASKS},
};

/// Every row.
pub fn measure() {
    functions();
    tokio_tasks();
    rayon_tasks();
    row("four naps", "threads", 1, || {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| thread::sleep(NAP));
            }
        });
    });
    let program = env::current_exe().expect("the program has a path");
    row(
        "task in a process of its own",
        "a process that does nothing",
        1,
        || {
            let status = Command::new(&program).arg("nothing").status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "it starts and ends"
            );
        },
    );
    files();
    numbers();
}

#[inline(never)]
fn add_one(x: i64) -> i64 {
    black_box(x) + 1
}

fn functions() {
    for name in ["call", "chain"] {
        row(name, "functions", TASKS, || {
            black_box((0..TASKS).fold(1, |x, _| add_one(x)));
        });
    }
    row("fan-out", "functions", TASKS, || {
        let all: Vec<_> = (0..TASKS).map(|_| add_one(1)).collect();
        black_box(all.iter().sum::<i64>());
    });
}

fn tokio_tasks() {
    let runtime = Runtime::new().expect("threads can be started");
    for name in ["chain", "chain of async tasks"] {
        row(name, "tokio", TASKS, || {
            runtime.block_on(async {
                // Spawned from a task, since a spawn from outside of the pool has to wake it each time.
                let all = tokio::spawn(async {
                    let mut x = 1;
                    for _ in 0..TASKS {
                        x = tokio::spawn(async move { add_one(x) })
                            .await
                            .expect("it ends");
                    }
                    x
                });
                black_box(all.await.expect("it ends"));
            });
        });
    }
    for name in ["fan-out", "map"] {
        row(name, "tokio", TASKS, || {
            runtime.block_on(async {
                let all = tokio::spawn(async {
                    let tasks: Vec<_> = (0..TASKS)
                        .map(|_| tokio::spawn(async { add_one(1) }))
                        .collect();
                    let mut sum = 0;
                    for task in tasks {
                        sum += task.await.expect("it ends");
                    }
                    sum
                });
                black_box(all.await.expect("it ends"));
            });
        });
    }
}

fn rayon_tasks() {
    for name in ["fan-out", "map"] {
        row(name, "rayon", TASKS, || {
            let mut all = vec![0; TASKS];
            rayon::scope(|scope| {
                for result in &mut all {
                    scope.spawn(move |_| *result = add_one(1));
                }
            });
            black_box(all.iter().sum::<i64>());
        });
    }
}

fn files() {
    let directory = TempSandbox::new();
    let path = directory
        .create()
        .expect("there is room for it")
        .join("result");
    fs::write(&path, vec![b'x'; 200]).expect("there is room for it");
    row("cache hit", "reading a file", 1, || {
        black_box(fs::read(&path).expect("it is there"));
    });
    row("cache miss", "writing a file and renaming it", 1, || {
        let new = path.with_extension("new");
        fs::write(&new, vec![b'x'; 200]).expect("there is room for it");
        fs::rename(&new, &path).expect("it is there");
    });
}

fn numbers() {
    let list: Vec<i64> = (0..INTEGERS).collect();
    row(
        "list of integers from task to task",
        "a copy of the list",
        INTEGERS as usize,
        || {
            black_box(list.clone());
        },
    );
    row(
        "list of integers to bytes",
        "JSON",
        INTEGERS as usize,
        || {
            black_box(serde_json::to_vec(&list).expect("integers can be JSON"));
        },
    );
    let bytes = serde_json::to_vec(&list).expect("integers can be JSON");
    row(
        "list of integers from bytes",
        "JSON",
        INTEGERS as usize,
        || {
            let list: Vec<i64> = serde_json::from_slice(&bytes).expect("it is JSON");
            black_box(list);
        },
    );
}
