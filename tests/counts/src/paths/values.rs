//! Values in their other forms, and the command line that reads them.

use std::{collections::BTreeMap, hint::black_box};

use flyte_core::types::json_from_literal;
use flyte_runtime::{
    cli::{Cli, Exit},
    compat::{FlyteEntities, wire},
    prelude::*,
    types::{Literal, MsgpackWriter, literal_from_json},
};

use super::HotPath;

pub(super) const PATHS: [HotPath; 7] = [
    HotPath {
        name: "command_line",
        operation: "a run of one task with six inputs",
        each: 1,
        rounds: 20,
        prepare: || {
            let numbers: Vec<_> = (0..100).map(|number| number.to_string()).collect();
            let numbers = format!("[{}]", numbers.join(","));
            let report = r#"{"title": "a", "mean": 0.5, "counts": {"x": 1, "y": 2}, "points": []}"#;
            let arguments = [
                "counts",
                "run",
                "--no-history",
                "--jobs",
                "1",
                "reads",
                "--count",
                "7",
                "--ratio",
                "0.5",
            ];
            let more = [
                "--name",
                "a b",
                "--flag",
                "--numbers",
                &numbers,
                "--report",
                report,
            ];
            let arguments: Vec<String> = arguments
                .into_iter()
                .chain(more)
                .map(str::to_owned)
                .collect();
            let cli = Cli::new(FlyteEntities::registry());
            Box::new(move || {
                let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
                let exit = cli.run(&arguments, &mut stdout, &mut stderr);
                assert_eq!(exit, Exit::Success, "{}", String::from_utf8_lossy(&stderr));
            })
        },
    },
    HotPath {
        name: "decode",
        operation: "an integer of a list",
        each: INTEGERS,
        rounds: 5,
        prepare: || {
            let bytes = wire::encode(&literal(&integers()));
            Box::new(move || {
                let literal = wire::decode(black_box(&bytes)).expect("it was encoded");
                black_box(Vec::<i64>::from_literal(literal).expect("it is a list"));
            })
        },
    },
    HotPath {
        name: "decode_struct",
        operation: "a struct, from bytes",
        each: 1,
        rounds: 200,
        prepare: || {
            let bytes = wire::encode(&literal(&Report::some()));
            Box::new(move || {
                let literal = wire::decode(black_box(&bytes)).expect("it was encoded");
                black_box(Report::from_literal(literal).expect("it is a report"));
            })
        },
    },
    HotPath {
        name: "encode",
        operation: "an integer of a list",
        each: INTEGERS,
        rounds: 5,
        prepare: || {
            let list = integers();
            Box::new(move || drop(black_box(wire::encode(&literal(&list)))))
        },
    },
    HotPath {
        name: "encode_struct",
        operation: "a struct, to bytes",
        each: 1,
        rounds: 200,
        prepare: || {
            let report = Report::some();
            Box::new(move || drop(black_box(wire::encode(&literal(&report)))))
        },
    },
    HotPath {
        name: "json",
        operation: "a struct, to JSON and back",
        each: 1,
        rounds: 200,
        prepare: || {
            let (literal, shape) = (literal(&Report::some()), Report::literal_type());
            Box::new(move || {
                let json = json_from_literal(&literal).expect("it has a JSON form");
                black_box(literal_from_json(json, &shape).expect("it is one"));
            })
        },
    },
    HotPath {
        name: "msgpack",
        operation: "a struct, to MessagePack",
        each: 1,
        rounds: 1_000,
        prepare: || {
            let report = Report::some();
            Box::new(move || {
                let mut writer = MsgpackWriter::new();
                report.write_msgpack(&mut writer).expect("it has a form");
                black_box(writer.finish().expect("it is short"));
            })
        },
    },
];

const INTEGERS: u64 = 10_000;

fn integers() -> Vec<i64> {
    (0..INTEGERS as i64).collect()
}

fn literal(value: &impl flyte_runtime::types::FlyteType) -> Literal {
    value.to_literal().expect("it has a literal")
}

#[derive(Clone, Debug, FlyteType)]
struct Point {
    x: i64,
    y: f64,
}

#[derive(Clone, Debug, FlyteType)]
struct Report {
    title: String,
    mean: f64,
    counts: BTreeMap<String, i64>,
    points: Vec<Point>,
}

impl Report {
    fn some() -> Self {
        let counts = ["apples", "pears", "plums"]
            .into_iter()
            .map(str::to_owned)
            .zip(1..);
        Self {
            title: "Fruit".to_owned(),
            mean: 2.5,
            counts: counts.collect(),
            points: (0..20)
                .map(|x| Point {
                    x,
                    y: x as f64 / 2.0,
                })
                .collect(),
        }
    }
}

#[task]
fn reads(count: i64, ratio: f64, name: &str, flag: bool, numbers: &[i64], report: Report) -> i64 {
    black_box((ratio, name, flag, report));
    count + numbers.len() as i64
}
