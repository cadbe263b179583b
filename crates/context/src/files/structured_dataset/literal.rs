//! The literal form of tables.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use super::{
    DatasetColumns, PARQUET, StructuredDataset,
    dataset::{Source, kind},
};
use crate::storage::{is_by_content, stored::Stored};
use flyte_core::{
    graph::{PathStep, Promise},
    types::{
        DatasetColumn, FlyteType, Literal, LiteralType, LiteralValue, Preview, SchemaLiteral,
        StructuredDatasetLiteral, StructuredDatasetType, TypeError, Value,
    },
};

/// Methods of promises of tables; in the prelude.
pub trait DatasetPromise {
    /// A promise of the same table with other columns to read, for a task that takes fewer columns than another
    /// returns.
    fn columns<D: DatasetColumns>(self) -> Promise<StructuredDataset<D>>;
}

impl<C: DatasetColumns> DatasetPromise for Promise<StructuredDataset<C>> {
    fn columns<D: DatasetColumns>(self) -> Promise<StructuredDataset<D>> {
        self.project(PathStep::Same, |value, _| {
            match value.downcast_ref::<StructuredDataset<C>>() {
                Some(table) => Ok(Value::new(table.columns::<D>())),
                None => Err(TypeError::mismatch(
                    StructuredDataset::<C>::literal_type(),
                    "a value of another type",
                )),
            }
        })
    }
}

impl<C: DatasetColumns> FlyteType for StructuredDataset<C> {
    fn literal_type() -> LiteralType {
        LiteralType::StructuredDataset(StructuredDatasetType::new(C::columns(), ""))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let unstored = |error: &dyn fmt::Display| TypeError::Store {
            what: self.shown(),
            reason: error.to_string(),
        };
        let stored = match &self.source {
            Source::Memory(memory) => {
                let stored = match is_by_content() {
                    true => memory.here(),
                    false => memory.put(),
                };
                stored.map_err(|error| unstored(&error))?
            }
            Source::Stored(stored) => stored.clone(),
        };
        let uri = stored.address(kind(&stored));
        let uri = uri.map_err(|error| unstored(&error))?;
        let dataset = StructuredDatasetLiteral::new(uri, self.dataset_type.clone());
        Ok(LiteralValue::StructuredDataset(Box::new(dataset)).into())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let expected = Self::literal_type();
        let dataset = match literal.into_plain()? {
            LiteralValue::StructuredDataset(dataset) => *dataset,
            LiteralValue::Schema(schema) => from_schema(*schema),
            LiteralValue::Map(fields) => from_fields(fields, &expected)?,
            other => return Err(TypeError::mismatch(expected, Literal::from(other).kind())),
        };
        Ok(Self {
            source: Source::Stored(Stored::from_uri(&dataset.uri).without_upload()),
            dataset_type: dataset.dataset_type,
            columns: PhantomData,
        })
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&self.shown());
    }
}

/// Reads the form that flytekit writes in the field of a dataclass.
fn from_fields(
    mut fields: BTreeMap<String, Literal>,
    expected: &LiteralType,
) -> Result<StructuredDatasetLiteral, TypeError> {
    let uri = fields
        .remove("uri")
        .ok_or_else(|| TypeError::MissingField {
            structure: expected.to_string(),
            field: "uri".to_owned(),
        })?;
    let uri = String::from_literal(uri).map_err(|error| error.at(".uri"))?;
    let format = fields.remove("file_format").unwrap_or(Literal::NONE);
    let format = Option::<String>::from_literal(format);
    let format = format.map_err(|error| error.at(".file_format"))?;
    let dataset_type = StructuredDatasetType::new(Vec::new(), format.unwrap_or_default());
    Ok(StructuredDatasetLiteral::new(uri, dataset_type))
}

/// Converts a table of flytekit's older kind, which is Parquet too.
fn from_schema(schema: SchemaLiteral) -> StructuredDatasetLiteral {
    let columns = schema.schema_type.columns.into_iter();
    let columns = columns.map(|(name, number)| {
        let literal_type = match number {
            0 => LiteralType::Integer,
            1 => LiteralType::Float,
            3 => LiteralType::Boolean,
            4 => LiteralType::Datetime,
            5 => LiteralType::Duration,
            _ => LiteralType::String,
        };
        DatasetColumn::new(name, literal_type)
    });
    let dataset_type = StructuredDatasetType::new(columns.collect(), PARQUET);
    StructuredDatasetLiteral::new(schema.uri, dataset_type)
}
