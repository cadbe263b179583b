//! Compares the JSON schemas of structs like Flyte's compiler: a struct is accepted for another one if it has all of
//! its fields.

use serde_json::{Map, Value as Json};

/// The maximum depth to which recursive schemas are followed; no schema of this crate is deeper.
const MAX_DEPTH: usize = 64;

/// Whether the first schema contains everything that the second one describes.
pub(super) fn is_super_type(from: &Json, to: &Json) -> bool {
    compare(to, from, &Roots { sub: to, sup: from }, 0)
}

/// The documents in which references are resolved.
struct Roots<'j> {
    sub: &'j Json,
    sup: &'j Json,
}

fn resolve<'j>(schema: &'j Json, root: &'j Json) -> &'j Json {
    let mut schema = schema;
    for _ in 0..MAX_DEPTH {
        let Some(pointer) = schema.get("$ref").and_then(Json::as_str) else {
            break;
        };
        match root.pointer(pointer.trim_start_matches('#')) {
            Some(found) => schema = found,
            None => break,
        }
    }
    schema
}

fn texts<'j>(schema: &'j Json, key: &str) -> Vec<&'j str> {
    match schema.get(key) {
        Some(Json::String(text)) => vec![text],
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn compare(sub: &Json, sup: &Json, roots: &Roots<'_>, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    let (sub, sup) = (resolve(sub, roots.sub), resolve(sup, roots.sup));
    let (types, expected) = (texts(sub, "type"), texts(sup, "type"));
    let types_fit = types.iter().all(|own| expected.contains(own))
        && expected
            .iter()
            .all(|own| types.contains(own) || (*own == "object" && types.is_empty()));
    if !types_fit {
        return false;
    }
    let has = |name| types.contains(&name);
    (!has("string") || strings(sub, sup))
        && (!has("array") || arrays(sub, sup, roots, depth))
        && (!(has("object") || types.is_empty()) || objects(sub, sup, roots, depth))
        && ["allOf", "anyOf", "oneOf"]
            .iter()
            .all(|key| alternatives(key, sub, sup, roots, depth))
}

fn strings(sub: &Json, sup: &Json) -> bool {
    let values = |schema| texts(schema, "enum");
    sub.get("format") == sup.get("format")
        && (sub.get("enum").is_none() || {
            let own = values(sub);
            values(sup).iter().all(|value| own.contains(value))
        })
}

fn arrays(sub: &Json, sup: &Json, roots: &Roots<'_>, depth: usize) -> bool {
    match (sub.get("items"), sup.get("items")) {
        (Some(sub), Some(sup)) => compare(sub, sup, roots, depth + 1),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

fn objects(sub: &Json, sup: &Json, roots: &Roots<'_>, depth: usize) -> bool {
    let required = texts(sup, "required");
    let empty = Map::new();
    let properties = |schema: &'_ Json| -> Map<String, Json> {
        let found = schema.get("properties").and_then(Json::as_object);
        found.unwrap_or(&empty).clone()
    };
    let superset = properties(sup);
    texts(sub, "required")
        .iter()
        .all(|field| required.contains(field))
        && properties(sub).iter().all(|(name, schema)| {
            let found = superset.get(name);
            found.is_some_and(|found| compare(schema, found, roots, depth + 1))
        })
}

fn alternatives(key: &str, sub: &Json, sup: &Json, roots: &Roots<'_>, depth: usize) -> bool {
    let of = |schema: &Json| -> Vec<Json> {
        let found = schema.get(key).and_then(Json::as_array);
        found.cloned().unwrap_or_default()
    };
    let (sub, sup) = (of(sub), of(sup));
    if sub.is_empty() || sup.is_empty() {
        return sub.is_empty() == sup.is_empty();
    }
    sup.iter()
        .all(|sup| sub.iter().any(|sub| compare(sub, sup, roots, depth + 1)))
}
