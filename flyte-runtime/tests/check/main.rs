//! What a cluster would refuse and do otherwise: a small workflow for each rule, and the commands that tell of them.
#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

#[cfg(all(feature = "cli", feature = "remote"))]
mod commands;
mod refused;
mod strict;
mod warned;

use flyte_runtime::{
    Registry,
    cluster::check::{Check, Finding},
    entity::Entity,
};

/// What is found, with the text of the line in the place of its number.
fn shown(findings: &[Finding], source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let shown = findings.iter().map(|finding| {
        let Finding {
            rule,
            severity,
            place,
            location,
            reason,
            instead,
            ..
        } = finding;
        let location = location.unwrap();
        let line = lines[location.line as usize - 1].trim();
        format!("{severity}[{rule}] {place}\n  > {line}\n  {reason}\n  instead: {instead}\n")
    });
    shown.collect()
}

/// What is found in an entity and in what it uses, after lowering.
fn found<E: Entity>() -> Vec<Finding> {
    Check::new().entity(E::descriptor())
}

/// The same as it is written.
fn found_as_written<E: Entity>() -> Vec<Finding> {
    Check::new().as_written().entity(E::descriptor())
}

fn registry(entities: &[&'static flyte_runtime::entity::EntityDescriptor]) -> Registry {
    let mut builder = Registry::builder();
    for entity in entities {
        builder = builder.with_descriptor(entity);
    }
    builder.build().unwrap()
}
