//! Names of things on a Flyte cluster: entities, executions, nodes, attempts and actions.

mod action;
mod entity;
mod error;
mod execution;
#[cfg(test)]
mod tests;

pub use action::ActionId;
pub use entity::{Identifier, ResourceType};
pub use error::{IdentifierError, IdentifierKind};
pub use execution::{
    NodeExecutionIdentifier, TaskExecutionIdentifier, WorkflowExecutionIdentifier,
};

use std::sync::Arc;

/// Checks one part of an identifier and shares it; all parts are made here.
fn part(
    kind: IdentifierKind,
    name: &'static str,
    value: impl Into<Arc<str>>,
) -> Result<Arc<str>, IdentifierError> {
    let value = value.into();
    if value.trim().is_empty() {
        return Err(IdentifierError::Empty { kind, part: name });
    }
    if let Some(found) = value.chars().find(|c| c.is_control()) {
        return Err(IdentifierError::Control {
            kind,
            part: name,
            value: value.to_string(),
            found,
        });
    }
    if value.contains(':') {
        return Err(IdentifierError::Colon {
            kind,
            part: name,
            value: value.to_string(),
        });
    }
    Ok(value)
}

/// As [`part`], for a part that may be empty.
fn optional_part(
    kind: IdentifierKind,
    name: &'static str,
    value: impl Into<Arc<str>>,
) -> Result<Arc<str>, IdentifierError> {
    let value = value.into();
    if value.is_empty() {
        return Ok(value);
    }
    part(kind, name, value)
}

/// Splits a text into exactly `N` parts, the first of which identifies the kind.
fn split<const N: usize>(kind: IdentifierKind, text: &str) -> Result<[&str; N], IdentifierError> {
    let parts: Vec<&str> = text.split(':').collect();
    let found = parts.len();
    parts.try_into().map_err(|_| IdentifierError::PartCount {
        kind,
        text: text.to_owned(),
        found,
        expected: N,
    })
}

/// Checks the first part of a text for a kind with only one valid first part.
fn expect_prefix(
    kind: IdentifierKind,
    prefix: &str,
    found: &str,
    text: &str,
) -> Result<(), IdentifierError> {
    if found == prefix {
        return Ok(());
    }
    Err(IdentifierError::Prefix {
        kind,
        text: text.to_owned(),
        found: found.to_owned(),
    })
}
