//! Finds the slowest and the most broken paths in the logs of a web server: generates the logs, reads all files at the
//! same time, merges the counts, and fails if a file is not a log.
//!
//! ```console
//! $ cargo run --example log_analysis -- run report
//! path          requests  failed  slowest
//! /checkout         2016   10.3%   999 ms
//! /search           4057    4.9%   499 ms
//! /                 5927    0.0%    99 ms
//! ```

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
};

use flyte_runtime::{BoxError, files::Text, prelude::*};
use serde::{Deserialize, Serialize};

/// What is known about a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, FlyteType)]
struct Traffic {
    requests: u64,
    failed: u64,
    slowest_ms: u64,
}

impl Traffic {
    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.failed += other.failed;
        self.slowest_ms = self.slowest_ms.max(other.slowest_ms);
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Writes the logs of some days, a file for each: `PATH STATUS MILLISECONDS`.
#[task]
fn write_logs(days: u64, lines: u64) -> Result<Vec<FlyteFile<Text>>, BoxError> {
    let write = |day| -> Result<_, BoxError> {
        let mut random = Random(day + 1);
        let log = FlyteFile::create(format!("day{day}.log"))?;
        let mut writer = log.writer()?;
        for _ in 0..lines {
            let (path, failures, slowest) = match random.below(6) {
                0 => ("/checkout", 10, 1000),
                1 | 2 => ("/search", 5, 500),
                _ => ("/", 0, 100),
            };
            let status = if random.below(100) < failures {
                500
            } else {
                200
            };
            writeln!(writer, "{path} {status} {}", random.below(slowest))?;
        }
        writer.finish()?;
        Ok(log)
    };
    (0..days).map(write).collect()
}

/// Counts the requests in one file, line by line.
#[task]
fn count(log: &FlyteFile<Text>) -> Result<BTreeMap<String, Traffic>, BoxError> {
    let mut paths: BTreeMap<String, Traffic> = BTreeMap::new();
    for (number, line) in BufReader::new(log.open()?).lines().enumerate() {
        let line = line?;
        let fields: Vec<&str> = line.split(' ').collect();
        let [path, status, milliseconds] = fields[..] else {
            return Err(format!(
                "{}:{}: not a line of a log: {line:?}",
                log.name(),
                number + 1
            )
            .into());
        };
        let request = Traffic {
            requests: 1,
            failed: u64::from(status.starts_with('5')),
            slowest_ms: milliseconds.parse()?,
        };
        paths.entry(path.to_owned()).or_default().add(request);
    }
    Ok(paths)
}

/// Adds the counts of all files.
#[task]
fn merge(days: Vec<BTreeMap<String, Traffic>>) -> BTreeMap<String, Traffic> {
    let mut all: BTreeMap<String, Traffic> = BTreeMap::new();
    for (path, traffic) in days.into_iter().flatten() {
        all.entry(path).or_default().add(traffic);
    }
    all
}

/// A table, the slowest path first.
#[task]
fn table(paths: &BTreeMap<String, Traffic>) -> String {
    let mut rows: Vec<_> = paths.iter().collect();
    rows.sort_by_key(|(_, traffic)| std::cmp::Reverse(traffic.slowest_ms));
    let mut table = format!(
        "{:12}  {:>8}  {:>6}  {:>7}",
        "path", "requests", "failed", "slowest"
    );
    for (path, traffic) in rows {
        let failed = 100.0 * traffic.failed as f64 / traffic.requests as f64;
        let slowest = format!("{} ms", traffic.slowest_ms);
        let _written = write!(
            table,
            "\n{path:12}  {:>8}  {failed:>5.1}%  {slowest:>7}",
            traffic.requests
        );
    }
    table
}

/// Reports on the logs of some days.
#[workflow]
fn report(#[default(4)] days: u64, #[default(3000)] lines: u64) -> String {
    let logs = write_logs(days, lines);
    table(merge(logs.map(|log| count(log))))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
