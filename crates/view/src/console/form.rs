//! Forms for the inputs of entities.

use serde_json::{Value as Json, json};

use flyte_core::{
    graph::entity::{EntityDescriptor, InputDescriptor},
    panic,
    registry::Registry,
    types::{LiteralType, text_from_literal},
};

/// Parts of the names of inputs that are masked while they are typed.
const SECRET: [&str; 7] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "credential",
];

/// Whether a value with this name is one that nobody who looks at the screen should read.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    SECRET.iter().any(|part| name.contains(part))
}

/// What can be started, with the fields of its form.
pub(super) fn all(registry: &Registry) -> Json {
    let entities = registry
        .entities()
        .filter(|entity| entity.reference().is_none());
    entities.map(of).collect()
}

fn of(entity: &'static EntityDescriptor) -> Json {
    json!({
        "name": entity.name(),
        "kind": entity.kind().to_string(),
        "docs": entity.summary(),
        "inputs": entity.inputs().iter().map(field).collect::<Json>(),
    })
}

fn field(input: &InputDescriptor) -> Json {
    let whole = input.info.shared_literal_type();
    let inner = present(&whole);
    // A default is the user's code.
    let default = panic::catch(|| input.missing());
    let (default, problem) = match default {
        Ok(default) => (default, None),
        Err(panic) => (
            None,
            Some(format!("its default cannot be computed: {}", panic.message)),
        ),
    };
    let text = default.as_ref().and_then(|default| {
        let literal = default.to_literal().ok()?;
        text_from_literal(&literal, &whole).ok()
    });
    let mut field = json!({
        "name": input.name,
        "type": whole.to_string(),
        "docs": input.description,
        "required": default.is_none(),
        "kind": kind(inner.plain()),
        "secret": is_secret(input.name),
    });
    // What is secret is not shown either.
    if let Some(text) = text.filter(|_| !is_secret(input.name)) {
        field["default"] = text.into();
    }
    if let Some(problem) = problem {
        field["problem"] = problem.into();
    }
    if let LiteralType::Enum(values) = inner.plain() {
        field["options"] = json!(values.values);
    }
    field
}

/// The type of a value that is there: the inner type of an `Option`.
fn present(literal_type: &LiteralType) -> &LiteralType {
    literal_type.optional().map_or(literal_type, present)
}

fn kind(literal_type: &LiteralType) -> &'static str {
    match literal_type {
        LiteralType::Boolean => "boolean",
        LiteralType::Integer => "integer",
        LiteralType::Float => "number",
        LiteralType::Enum(_) => "enum",
        LiteralType::String => "text",
        LiteralType::Datetime | LiteralType::Date | LiteralType::Duration => "word",
        LiteralType::Blob(_) | LiteralType::StructuredDataset(_) | LiteralType::Schema(_) => "word",
        _ => "json",
    }
}
