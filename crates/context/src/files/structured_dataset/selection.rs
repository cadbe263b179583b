//! Selects the columns of a table to read.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, RecordBatch, RecordBatchOptions, StructArray, cast::AsArray, new_null_array,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use parquet::{arrow::ProjectionMask, schema::types::SchemaDescriptor};

use super::{
    DatasetError,
    fits::{fits, of_nulls},
};
use flyte_core::types::DatasetColumn;

/// The columns to read, in the requested order; `None` for all.
#[derive(Clone, Debug)]
pub(super) struct Selection(Option<Vec<Kept>>);

/// A column, or a field of a struct.
#[derive(Clone, Debug)]
struct Kept {
    name: String,
    /// The selected fields of a struct; everything if this is empty.
    inner: Vec<Kept>,
    /// The type for the nulls of a column without a type.
    nulls: Option<DataType>,
}

impl Selection {
    /// Finds columns in a table. Their types are checked if the reader `declared` them.
    pub(super) fn find(
        dataset: &str,
        columns: &[DatasetColumn],
        declared: bool,
        schema: &Schema,
    ) -> Result<Self, DatasetError> {
        if columns.is_empty() {
            return Ok(Self(None));
        }
        let mut kept = Vec::new();
        for column in columns {
            let Some((path, field)) = find(schema.fields(), &column.name) else {
                return Err(DatasetError::MissingColumn {
                    dataset: dataset.to_owned(),
                    column: column.name.clone(),
                    expected: column.literal_type.to_string(),
                    found: listed(schema.fields()),
                });
            };
            let nulls = match field.data_type() {
                DataType::Null if declared => of_nulls(&column.literal_type),
                _ => None,
            };
            if declared && nulls.is_none() && !fits(&column.literal_type, field.data_type()) {
                return Err(DatasetError::ColumnType {
                    dataset: dataset.to_owned(),
                    column: column.name.clone(),
                    expected: column.literal_type.to_string(),
                    found: field.data_type().to_string(),
                });
            }
            keep(&mut kept, &path, nulls);
        }
        Ok(Self(Some(kept)))
    }

    /// The columns that a reader of a file must decode.
    pub(super) fn mask(&self, schema: &SchemaDescriptor) -> ProjectionMask {
        let Some(kept) = &self.0 else {
            return ProjectionMask::all();
        };
        let leaves = schema.columns().iter().enumerate();
        let leaves = leaves.filter(|(_, leaf)| reads(kept, leaf.path().parts()));
        ProjectionMask::leaves(schema, leaves.map(|(index, _)| index))
    }

    /// The schema of the selected columns.
    pub(super) fn schema(&self, schema: &SchemaRef) -> SchemaRef {
        match &self.0 {
            None => Arc::clone(schema),
            Some(kept) => {
                let fields: Fields = fields(kept, schema.fields()).collect();
                Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
            }
        }
    }

    /// Selects these columns of a batch, which may already lack the others.
    pub(super) fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let Some(kept) = &self.0 else {
            return Ok(batch.clone());
        };
        let schema = batch.schema();
        let columns = kept.iter().filter_map(|kept| {
            let column = batch.column_by_name(&kept.name)?;
            Some(part(kept, column))
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(self.schema(&schema), columns, &options)
    }
}

/// Finds a column by its name, or a field of a struct by names separated by dots.
fn find<'a>(fields: &'a Fields, name: &str) -> Option<(Vec<String>, &'a FieldRef)> {
    if let Some((_, field)) = fields.find(name) {
        return Some((vec![name.to_owned()], field));
    }
    name.match_indices('.').find_map(|(dot, _)| {
        let (outer, inner) = (&name[..dot], &name[dot + 1..]);
        let (_, field) = fields.find(outer)?;
        let DataType::Struct(fields) = field.data_type() else {
            return None;
        };
        let (mut path, field) = find(fields, inner)?;
        path.insert(0, outer.to_owned());
        Some((path, field))
    })
}

fn keep(kept: &mut Vec<Kept>, path: &[String], nulls: Option<DataType>) {
    let [name, rest @ ..] = path else {
        return;
    };
    let place = kept.iter().position(|kept| kept.name == *name);
    match place {
        // The whole column is kept, even if a part is requested too.
        Some(place) if rest.is_empty() => kept[place].inner.clear(),
        Some(place) if kept[place].inner.is_empty() => {}
        Some(place) => keep(&mut kept[place].inner, rest, nulls),
        None => {
            let mut inner = Vec::new();
            keep(&mut inner, rest, nulls.clone());
            kept.push(Kept {
                name: name.clone(),
                nulls: nulls.filter(|_| rest.is_empty()),
                inner,
            });
        }
    }
}

fn reads(kept: &[Kept], path: &[String]) -> bool {
    let [name, rest @ ..] = path else {
        return true;
    };
    let place = kept.iter().find(|kept| kept.name == *name);
    place.is_some_and(|kept| kept.inner.is_empty() || reads(&kept.inner, rest))
}

fn fields<'a>(kept: &'a [Kept], all: &'a Fields) -> impl Iterator<Item = FieldRef> + 'a {
    kept.iter().filter_map(|kept| {
        let (_, field) = all.find(&kept.name)?;
        Some(match (field.data_type(), &kept.nulls) {
            (DataType::Null, Some(nulls)) => {
                let field = Field::clone(field).with_data_type(nulls.clone());
                Arc::new(field.with_nullable(true))
            }
            (DataType::Struct(all), _) if !kept.inner.is_empty() => {
                let inner: Fields = fields(&kept.inner, all).collect();
                let field = Field::clone(field).with_data_type(DataType::Struct(inner));
                Arc::new(field)
            }
            _ => Arc::clone(field),
        })
    })
}

fn part(kept: &Kept, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if let (DataType::Null, Some(nulls)) = (array.data_type(), &kept.nulls) {
        return Ok(new_null_array(nulls, array.len()));
    }
    let Some(outer) = array.as_struct_opt().filter(|_| !kept.inner.is_empty()) else {
        return Ok(Arc::clone(array));
    };
    let inner = kept.inner.iter().filter_map(|kept| {
        let column = outer.column_by_name(&kept.name)?;
        Some(part(kept, column))
    });
    let inner = inner.collect::<Result<_, _>>()?;
    let fields = fields(&kept.inner, outer.fields()).collect();
    let part = StructArray::try_new_with_length(fields, inner, outer.nulls().cloned(), outer.len());
    Ok(Arc::new(part?))
}

/// Columns with their types, for a message.
pub(super) fn listed(fields: &Fields) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| format!("`{}` ({})", field.name(), field.data_type()))
        .collect();
    match fields.is_empty() {
        true => "no columns".to_owned(),
        false => fields.join(", "),
    }
}

/// The first difference between two schemas, if any. Metadata is ignored.
pub(super) fn difference(first: &Schema, other: &Schema) -> Option<String> {
    let (first, other) = (first.fields(), other.fields());
    let same = |a: &FieldRef, b: &FieldRef| {
        a.name() == b.name() && a.data_type().equals_datatype(b.data_type())
    };
    let pairs = first.iter().zip(other);
    for (index, (a, b)) in pairs.enumerate() {
        if !same(a, b) {
            let (name, found) = (b.name(), b.data_type());
            return Some(format!(
                "the column {index} is `{name}` ({found}), not `{}` ({})",
                a.name(),
                a.data_type()
            ));
        }
        if b.is_nullable() && !a.is_nullable() {
            let name = b.name();
            return Some(format!(
                "the column {index}, `{name}`, may have nulls, which it has not in the first"
            ));
        }
    }
    (first.len() != other.len())
        .then(|| format!("there are {} columns, not {}", other.len(), first.len()))
}
