//! The records of a run, one by one.

use std::{io, path::Path};

use serde_json::{Value as Json, json};

use super::{
    directory::LOG,
    log::{Entry, Reader},
    rows::{Row, Rows, Told},
    stored::StoredValue,
    ticker,
    told::time,
};
use crate::events::time_text;

/// All records in the order in which they were written, as JSON.
pub(super) fn read(directory: &Path) -> io::Result<Vec<Json>> {
    ticker::hand_over(directory);
    let mut reader = Reader::open(&directory.join(LOG), |_| true)?;
    let (mut rows, mut values, mut records) = (Rows::default(), Vec::new(), Vec::new());
    while let Some(entry) = reader.next()? {
        match entry {
            Entry::Value(hash, _) => values.push(hash),
            Entry::Record(record) => records.push(serde_json::to_value(record)?),
            Entry::Rows(bytes) => {
                let mut all = Vec::new();
                if rows
                    .read(&bytes, &values, &mut |row| all.push(record(row)))
                    .is_none()
                {
                    break;
                }
                records.append(&mut all);
            }
        }
    }
    Ok(records)
}

fn record(row: Row) -> Json {
    let at = |nanoseconds| time_text(time(nanoseconds));
    let (name, mut json) = match row.told {
        Told::Started {
            at: time, inputs, ..
        } => (
            "node_started",
            json!({"at": at(time), "inputs": hashes(&inputs)}),
        ),
        Told::AttemptStarted { attempt, at: time } => (
            "attempt_started",
            json!({"attempt": attempt, "at": at(time)}),
        ),
        Told::AttemptEnded {
            attempt,
            at: time,
            error,
        } => (
            "attempt_ended",
            json!({"attempt": attempt, "at": at(time), "error": error}),
        ),
        Told::Ended {
            at: time,
            state,
            attempts,
            outputs,
            error,
        } => (
            "node_ended",
            json!({
                "at": at(time),
                "state": state,
                "attempts": attempts,
                "outputs": hashes(&outputs),
                "error": error,
            }),
        ),
        Told::Wait { at: time, reason } => {
            ("wait_started", json!({"at": at(time), "reason": reason}))
        }
        Told::Cache { key, hit, why } => ("cache", json!({"key": key, "hit": hit, "why": why})),
        Told::Lines {
            attempt,
            left_out,
            lines,
        } => (
            "lines",
            json!({
                "attempt": attempt,
                "left_out": left_out,
                "lines": String::from_utf8_lossy(&lines),
            }),
        ),
        Told::Deck { attempt, file } => ("deck", json!({"attempt": attempt, "file": file})),
    };
    json["record"] = name.into();
    json["node"] = row.path.into();
    json["entity"] = (*row.entity).into();
    json["kind"] = row.kind.into();
    json
}

/// The hash of each value, by name.
fn hashes(values: &[StoredValue]) -> Json {
    let hashes = values.iter().map(|value| {
        let hash = value.held.hash().map(|hash| hash.hex());
        ((*value.name).to_owned(), hash.into())
    });
    Json::Object(hashes.collect())
}
