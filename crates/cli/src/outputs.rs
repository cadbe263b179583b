//! The outputs of a run, as they are printed.

use serde::ser::{SerializeMap as _, Serializer as _};
use serde_json::Value as Json;

use super::failure::Failure;
use flyte_core::{
    graph::entity::EntityDescriptor,
    panic,
    types::{Value, json_from_typed_literal, text_from_literal},
};

/// The outputs as they are printed.
pub(super) fn show(
    entity: &EntityDescriptor,
    values: &[Value],
    as_json: bool,
) -> Result<String, Failure> {
    let mut outputs = Vec::new();
    for (output, value) in entity.outputs().iter().zip(values) {
        // What makes the literal may be the user's.
        let literal = panic::catch(|| output.info.to_literal(value));
        let shown = match literal {
            Ok(literal) => literal
                .and_then(|literal| {
                    let literal_type = output.info.shared_literal_type();
                    Ok(match as_json {
                        true => json_from_typed_literal(&literal, &literal_type)?,
                        false => text_from_literal(&literal, &literal_type)?.into(),
                    })
                })
                .map_err(|error| error.to_string()),
            Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
        };
        let shown = shown.map_err(|problem| {
            let (name, entity) = (output.name, entity.name());
            Failure::Encode(format!(
                "output `{name}` of `{entity}` cannot be shown: {problem}"
            ))
        });
        outputs.push((output.name, shown?));
    }
    if as_json {
        return object(&outputs).map_err(|error| Failure::Encode(error.to_string()));
    }
    let lines = outputs.iter().map(|(name, value)| {
        let text = match value {
            Json::String(text) => text.clone(),
            value => value.to_string(),
        };
        match outputs.len() {
            1 => text + "\n",
            _ => format!("{name} = {text}\n"),
        }
    });
    Ok(lines.collect())
}

/// One line of JSON with the outputs in their order, which a map would sort: `o10` before `o2`.
fn object(outputs: &[(&str, Json)]) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    let mut object = serializer.serialize_map(Some(outputs.len()))?;
    for (name, value) in outputs {
        object.serialize_entry(name, value)?;
    }
    object.end()?;
    Ok(String::from_utf8_lossy(&text).into_owned() + "\n")
}
