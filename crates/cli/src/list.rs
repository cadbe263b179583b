//! `list`: lists the entities of the program.

use serde::Serialize;

use super::{Reply, failure::Failure, kind_of, table::table};
use flyte_core::{
    graph::entity::{EntityDescriptor, UnknownEntity},
    registry::Registry,
    text,
};

#[derive(Serialize)]
struct Entry<'a> {
    kind: String,
    name: &'a str,
    summary: String,
    location: String,
}

impl<'a> Entry<'a> {
    fn of(entity: &'a EntityDescriptor) -> Self {
        Self {
            kind: kind_of(entity),
            name: entity.name(),
            summary: entity.summary(),
            location: entity.location().to_string(),
        }
    }
}

pub(super) fn reply(registry: &Registry, json: bool) -> Reply {
    let entries: Vec<Entry<'_>> = registry.entities().map(Entry::of).collect();
    // A program without entities was built wrongly, and a script must not treat that as an answer.
    if entries.is_empty() {
        return Reply::failed(&Failure::Unknown(UnknownEntity::Empty), json);
    }
    let text = if json {
        match serde_json::to_string_pretty(&entries) {
            Ok(text) => text + "\n",
            Err(error) => return Reply::failed(&Failure::Encode(error.to_string()), json),
        }
    } else {
        let rows = entries.into_iter().map(|entry| {
            [
                entry.kind,
                entry.name.to_owned(),
                entry.location,
                entry.summary,
            ]
        });
        text::visible(&table("", &rows.collect::<Vec<_>>())).into_owned()
    };
    let warnings = registry
        .duplicates()
        .map(|duplicate| format!("warning: {duplicate}\n"));
    Reply {
        stderr: warnings.collect(),
        ..Reply::success(text)
    }
}
