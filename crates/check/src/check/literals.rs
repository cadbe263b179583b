//! The type that follows from a value alone (`LiteralTypeForLiteral`), the only one that flyteadmin checks.

use super::types::is_same;
use flyte_core::types::{Literal, LiteralType, LiteralValue, UnionVariant};

/// The type that follows from a scalar; `None` for a list, a map and an offloaded value.
pub(super) fn of_scalar(value: &LiteralValue) -> Option<LiteralType> {
    Some(match value {
        LiteralValue::None => LiteralType::None,
        LiteralValue::Integer(_) => LiteralType::Integer,
        LiteralValue::Float(_) => LiteralType::Float,
        LiteralValue::String(_) => LiteralType::String,
        LiteralValue::Boolean(_) => LiteralType::Boolean,
        LiteralValue::Datetime { .. } => LiteralType::Datetime,
        LiteralValue::Duration { .. } => LiteralType::Duration,
        LiteralValue::Msgpack(_) | LiteralValue::Generic(_) => LiteralType::AnyStruct,
        LiteralValue::Binary { .. } => LiteralType::Binary,
        LiteralValue::Blob(blob) => LiteralType::Blob(blob.blob_type.clone()),
        LiteralValue::StructuredDataset(dataset) => {
            LiteralType::StructuredDataset(dataset.dataset_type.clone())
        }
        LiteralValue::Schema(schema) => LiteralType::Schema(schema.schema_type.clone()),
        LiteralValue::Error(_) => LiteralType::Error,
        LiteralValue::Union { variant, .. } => LiteralType::Union(vec![(**variant).clone()]),
        LiteralValue::Collection(_) | LiteralValue::Map(_) | LiteralValue::Offloaded(_) => {
            return None;
        }
    })
}

/// The type that follows from a value; `None` if the value does not determine one.
pub(super) fn of_literal(literal: &Literal) -> Option<LiteralType> {
    match &literal.value {
        LiteralValue::Collection(items) => {
            Some(LiteralType::collection(of_elements(items.iter())?))
        }
        LiteralValue::Map(items) => Some(LiteralType::map(of_elements(items.values())?)),
        LiteralValue::Offloaded(offloaded) => offloaded.inferred_type.clone(),
        scalar => of_scalar(scalar),
    }
}

/// The type of all elements; if they differ, a union of their types.
fn of_elements<'l>(elements: impl Iterator<Item = &'l Literal>) -> Option<LiteralType> {
    let mut kinds: Vec<LiteralType> = Vec::new();
    let mut empty = None;
    for element in elements {
        let kind = of_literal(element)?;
        // The type of an empty list is used only if no other element has a more specific one.
        if matches!(&element.value, LiteralValue::Collection(items) if items.is_empty()) {
            empty = Some(kind);
        } else if !kinds.iter().any(|known| is_same(known, &kind)) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        return Some(empty.unwrap_or(LiteralType::None));
    }
    if let [_] = kinds.as_slice() {
        return kinds.pop();
    }
    let mut variants = Vec::new();
    let mut is_nested = false;
    for kind in kinds {
        match kind {
            LiteralType::Collection(element) => match *element {
                LiteralType::Union(inner) => {
                    is_nested = true;
                    variants.extend(inner);
                }
                element => variants.push(untagged(LiteralType::collection(element))),
            },
            kind => variants.push(untagged(kind)),
        }
    }
    let union = LiteralType::Union(variants);
    Some(match is_nested {
        true => LiteralType::collection(union),
        false => union,
    })
}

fn untagged(literal_type: LiteralType) -> UnionVariant {
    UnionVariant::tagged("", literal_type)
}
