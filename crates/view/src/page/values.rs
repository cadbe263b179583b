//! Values as text.

use flyte_core::{
    graph::entity::EntityDescriptor,
    types::{Literal, LiteralType, TypeError, json_from_literal, json_from_typed_literal},
};
use flyte_events::history::StoredValues;

/// How much of a value is shown, in characters; of one in a map, which may have thousands, less.
const SHOWN: usize = 4000;
const SHOWN_OF_ELEMENT: usize = 400;

/// The types of an entity's inputs or outputs, by name.
pub(super) type Types = Vec<(String, LiteralType)>;

/// The types of the inputs and outputs of an entity.
pub(super) fn types(entity: Option<&'static EntityDescriptor>) -> (Types, Types) {
    let Some(entity) = entity else {
        return (Vec::new(), Vec::new());
    };
    let inputs = entity.inputs().iter();
    let outputs = entity.outputs().iter();
    (
        inputs
            .map(|input| (input.name.to_owned(), input.info.literal_type()))
            .collect(),
        outputs
            .map(|output| (output.name.to_owned(), output.info.literal_type()))
            .collect(),
    )
}

/// Names and texts of values.
pub(super) fn texts(
    values: &StoredValues,
    types: &Types,
    is_element: bool,
) -> Vec<(String, String)> {
    let shown = if is_element { SHOWN_OF_ELEMENT } else { SHOWN };
    let values = values
        .iter()
        .map(|(name, value)| (name.to_owned(), cut(whole(name, value, types), shown)));
    values.collect()
}

/// The text of one value of these types.
pub(super) fn text_of(name: &str, value: Result<&Literal, &str>, types: &Types) -> String {
    cut(whole(name, value, types), SHOWN)
}

fn whole(name: &str, value: Result<&Literal, &str>, types: &Types) -> String {
    match value {
        Ok(literal) => {
            let own = types.iter().find(|(own, _)| own == name);
            text(literal, own.map(|(_, literal_type)| literal_type))
                .unwrap_or_else(|error| error.to_string())
        }
        Err(problem) => problem.to_owned(),
    }
}

fn text(literal: &Literal, literal_type: Option<&LiteralType>) -> Result<String, TypeError> {
    let json = match literal_type {
        Some(literal_type) => json_from_typed_literal(literal, literal_type)?,
        None => json_from_literal(literal)?,
    };
    Ok(json.to_string())
}

/// A text, and how much of it is not shown.
pub(super) fn cut(text: String, shown: usize) -> String {
    match text.char_indices().nth(shown) {
        Some((end, _)) => {
            let rest = text[end..].chars().count();
            format!("{}… and {rest} characters more", &text[..end])
        }
        None => text,
    }
}
