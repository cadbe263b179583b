//! The columns of a table as a type.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, SystemTime},
};

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use flyte_core::types::{DatasetColumn, FlyteType, LiteralType};

/// The columns of a [`StructuredDataset`](super::StructuredDataset): flytekit's
/// `Annotated[StructuredDataset, kwtypes(city=str, population=int)]`.
///
/// Derive it for a struct whose fields are the columns. No values of the struct are made.
///
/// ```
/// use std::collections::BTreeMap;
/// use flyte_runtime::prelude::*;
///
/// #[derive(DatasetColumns)]
/// struct Cities {
///     city: String,
///     population: Option<i64>, // every column may have nulls; this says so to people
///     tags: Vec<String>,
///     place: Place, // the columns `place.lat` and `place.lon`: fields of a struct
/// }
///
/// #[derive(DatasetColumns)]
/// struct Place {
///     lat: f64,
///     lon: f64,
/// }
///
/// let names: Vec<String> = Cities::columns().into_iter().map(|column| column.name).collect();
/// assert_eq!(names, ["city", "population", "tags", "place.lat", "place.lon"]);
/// ```
///
/// Columns whose names are not identifiers are listed by hand:
///
/// ```
/// use flyte_runtime::{files::DatasetColumn, prelude::*, types::LiteralType};
///
/// struct Measured;
///
/// impl DatasetColumns for Measured {
///     fn columns() -> Vec<DatasetColumn> {
///         vec![DatasetColumn::new("temperature in °C", LiteralType::Float)]
///     }
/// }
///
/// assert_eq!(StructuredDataset::<Measured>::literal_type().to_string(), "structured dataset");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say the columns of a dataset",
    note = "write `#[derive(DatasetColumns)]` for a struct whose fields are the columns"
)]
pub trait DatasetColumns: Send + Sync + 'static {
    /// The columns in order; empty for any columns.
    fn columns() -> Vec<DatasetColumn>;
}

/// Any columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnyColumns;

impl DatasetColumns for AnyColumns {
    fn columns() -> Vec<DatasetColumn> {
        Vec::new()
    }
}

/// The type of a field in a struct that derives [`DatasetColumns`]: a [`ColumnValue`] or a nested struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column of a dataset",
    label = "not the type of a column",
    note = "integers, floats, `bool`, `String`, timestamps, durations, and `Option`, `Vec` and maps of these can",
    note = "for a column of structs write `#[derive(DatasetColumns)]` for the struct"
)]
pub trait ColumnType: 'static {
    /// Adds the column, or the columns of the struct.
    fn add_columns(name: &str, columns: &mut Vec<DatasetColumn>);
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue> ColumnType for T {
    fn add_columns(name: &str, columns: &mut Vec<DatasetColumn>) {
        columns.push(DatasetColumn::new(name, T::column_type()));
    }
}

/// The type of the values of one column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a column",
    label = "not the type of a value in a column",
    note = "integers, floats, `bool`, `String`, timestamps, durations, and `Option`, `Vec` and maps of these can"
)]
pub trait ColumnValue: 'static {
    /// Its Flyte type.
    fn column_type() -> LiteralType;
}

macro_rules! values {
    ($($ty:ty),*) => { $(
        impl ColumnValue for $ty {
            fn column_type() -> LiteralType {
                <$ty as FlyteType>::literal_type()
            }
        }
    )* };
}

values!(i8, i16, i32, i64, u8, u16, u32, u64);
values!(f32, f64, bool, String);
values!(Timestamp, DateTime, SystemTime, Duration, SignedDuration);

/// Any column may have nulls, whether its type is an `Option` or not.
impl<T: ColumnValue> ColumnValue for Option<T> {
    fn column_type() -> LiteralType {
        T::column_type()
    }
}

impl<T: ColumnValue> ColumnValue for Vec<T> {
    fn column_type() -> LiteralType {
        LiteralType::collection(T::column_type())
    }
}

impl<T: ColumnValue> ColumnValue for BTreeMap<String, T> {
    fn column_type() -> LiteralType {
        LiteralType::map(T::column_type())
    }
}

impl<T: ColumnValue> ColumnValue for HashMap<String, T> {
    fn column_type() -> LiteralType {
        LiteralType::map(T::column_type())
    }
}

/// The columns of a struct, as fields of the column that contains it.
#[doc(hidden)]
pub fn add_nested<T: DatasetColumns>(name: &str, columns: &mut Vec<DatasetColumn>) {
    columns.extend(T::columns().into_iter().map(|mut column| {
        column.name = format!("{name}.{}", column.name);
        column
    }));
}
