//! The JSON schema of a type, as flytekit writes it into the metadata of a dataclass.

use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::{BlobDimensionality, LiteralType, StructField, StructType};

impl LiteralType {
    /// The JSON schema of a value in a struct, as flytekit's dataclasses declare it.
    ///
    /// ```
    /// use flyte_runtime::types::LiteralType;
    /// use serde_json::json;
    ///
    /// let schema = LiteralType::collection(LiteralType::Integer).json_schema();
    /// assert_eq!(schema, json!({"type": "array", "items": {"type": "integer"}}));
    /// ```
    pub fn json_schema(&self) -> Json {
        match self {
            Self::None => json!({"type": "null"}),
            Self::Integer => json!({"type": "integer"}),
            Self::Float => json!({"type": "number"}),
            Self::String => json!({"type": "string"}),
            Self::Boolean => json!({"type": "boolean"}),
            Self::Datetime => json!({"type": "string", "format": "date-time"}),
            Self::Date => json!({"type": "string", "format": "date"}),
            Self::Duration => json!({"type": "number", "format": "time-delta"}),
            Self::Binary => json!({"type": "string", "format": "base64"}),
            Self::Struct(structure) => structure.json_schema(),
            Self::Error | Self::AnyStruct | Self::Schema(_) => json!({"type": "object"}),
            Self::StructuredDataset(_) => dataset_schema(),
            Self::Blob(blob) => blob_schema(blob.dimensionality),
            Self::Enum(values) => json!({"enum": values.values}),
            Self::Union(variants) => {
                let variants = variants.iter().map(|v| v.literal_type.json_schema());
                json!({"anyOf": variants.collect::<Vec<_>>()})
            }
            Self::Collection(element) => array_schema(element.json_schema()),
            Self::Map(value) => map_schema(json!({"type": "string"}), value.json_schema()),
            Self::Annotated(annotated) => annotated.literal_type.json_schema(),
        }
    }

    /// The type that a JSON schema describes, as far as a schema can express it.
    pub(crate) fn from_json_schema(schema: &Json) -> LiteralType {
        if let Some(values) = schema.get("enum").and_then(Json::as_array) {
            let values = values.iter().filter_map(Json::as_str);
            return Self::Enum(super::EnumType::new(values));
        }
        if let Some(variants) = schema.get("anyOf").and_then(Json::as_array) {
            let variants = variants.iter().map(Self::from_json_schema);
            return Self::Union(variants.map(super::UnionVariant::new).collect());
        }
        let text = |key| schema.get(key).and_then(Json::as_str);
        match (text("type"), text("format")) {
            (Some("null"), _) => Self::None,
            (Some("integer"), _) => Self::Integer,
            (Some("number"), Some("time-delta")) => Self::Duration,
            (Some("number"), _) => Self::Float,
            (Some("boolean"), _) => Self::Boolean,
            (Some("string"), Some("date-time")) => Self::Datetime,
            (Some("string"), Some("date")) => Self::Date,
            (Some("string"), Some("base64")) => Self::Binary,
            (Some("string"), _) => Self::String,
            (Some("array"), _) => match schema.get("items") {
                Some(items) => Self::collection(Self::from_json_schema(items)),
                None => Self::AnyStruct,
            },
            (Some("object"), _) if schema.get("title").is_some() => {
                match text("title") {
                    Some("FlyteFile") => return Self::Blob(super::BlobType::single("")),
                    Some("StructuredDataset") => {
                        return Self::StructuredDataset(super::StructuredDatasetType::default());
                    }
                    Some("FlyteDirectory") => return Self::Blob(super::BlobType::multipart("")),
                    _ => {}
                }
                Self::Struct(StructType::from_json_schema(schema))
            }
            (Some("object"), _) => match schema.get("additionalProperties") {
                Some(value) if value.is_object() => match schema.pointer("/propertyNames/type") {
                    Some(key) if key != "string" => Self::AnyStruct,
                    _ => Self::map(Self::from_json_schema(value)),
                },
                _ => Self::AnyStruct,
            },
            _ => Self::AnyStruct,
        }
    }
}

/// The schema of a list.
pub(crate) fn array_schema(items: Json) -> Json {
    json!({"type": "array", "items": items})
}

/// The schema of a map.
pub(crate) fn map_schema(keys: Json, values: Json) -> Json {
    json!({"type": "object", "propertyNames": keys, "additionalProperties": values})
}

fn blob_schema(dimensionality: BlobDimensionality) -> Json {
    let path = json!({"default": null, "anyOf": [{"type": "string"}, {"type": "string", "format": "path"}]});
    match dimensionality {
        BlobDimensionality::Single => json!({
            "type": "object",
            "title": "FlyteFile",
            "properties": {
                "path": path,
                "metadata": {
                    "default": null,
                    "anyOf": [map_schema(json!({"type": "string"}), json!({"type": "string"})), {"type": "null"}],
                },
            },
            "additionalProperties": false,
        }),
        BlobDimensionality::Multipart => json!({
            "type": "object",
            "title": "FlyteDirectory",
            "properties": {"path": path},
            "additionalProperties": false,
        }),
    }
}

fn dataset_schema() -> Json {
    json!({
        "type": "object",
        "title": "StructuredDataset",
        "properties": {
            "uri": {"default": null, "anyOf": [{"type": "string"}, {"type": "null"}]},
            "file_format": {"default": "", "anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "additionalProperties": false,
    })
}

impl StructType {
    /// The JSON schema of the struct, as flytekit writes it for a dataclass.
    pub fn json_schema(&self) -> Json {
        let mut schema = Map::new();
        schema.insert("type".into(), "object".into());
        schema.insert("title".into(), self.name.as_str().into());
        schema.insert("additionalProperties".into(), false.into());
        let properties: Map<_, _> = self.fields.iter().map(StructField::property).collect();
        if !properties.is_empty() {
            schema.insert("properties".into(), properties.into());
        }
        let required = self.fields.iter().filter(|field| field.required);
        let required: Vec<Json> = required.map(|field| field.name.as_str().into()).collect();
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
        schema.into()
    }

    /// The struct that a JSON schema describes: required fields in their order, then the others by name.
    pub(crate) fn from_json_schema(schema: &Json) -> Self {
        let name = schema
            .get("title")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let none = Map::new();
        let properties = schema
            .get("properties")
            .and_then(Json::as_object)
            .unwrap_or(&none);
        let required = schema.get("required").and_then(Json::as_array);
        let required = required.into_iter().flatten().filter_map(Json::as_str);
        // Each field once: repeated fields in nested objects would take unbounded memory.
        let mut seen = HashSet::new();
        let required: Vec<&str> = required.filter(|name| seen.insert(*name)).collect();
        let rest = properties
            .keys()
            .map(String::as_str)
            .filter(|name| !seen.contains(name));
        let names: Vec<&str> = required.iter().copied().chain(rest).collect();
        let fields = names.into_iter().filter_map(|name| {
            let mut schema = properties.get(name)?.clone();
            let default = match &mut schema {
                Json::Object(schema) => schema.remove("default"),
                _ => None,
            };
            Some(StructField {
                name: name.to_owned(),
                aliases: &[],
                literal_type: LiteralType::from_json_schema(&schema),
                schema,
                required: seen.contains(name),
                default,
            })
        });
        Self::new(name, fields.collect())
    }
}

impl StructField {
    fn property(&self) -> (String, Json) {
        let mut schema = self.schema.clone();
        if let (Some(default), Json::Object(schema)) = (&self.default, &mut schema) {
            schema.insert("default".into(), default.clone());
        }
        (self.name.clone(), schema)
    }
}
