//! The derives, with their documentation.

/// Turns a struct or an enum into a value that travels between tasks.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[derive(Clone, Debug, PartialEq, FlyteType)]
/// struct Point {
///     x: f64,
///     /// The documentation of a field is that of its promise.
///     #[serde(rename = "height")]
///     y: f64,
///     #[serde(default)]
///     colour: Colour,
/// }
///
/// #[derive(Clone, Debug, Default, PartialEq, FlyteType)]
/// enum Colour {
///     #[default]
///     #[flyte(value = "black")]
///     Black,
///     #[flyte(value = "red")]
///     Red,
/// }
///
/// #[task]
/// fn mirror(point: Point) -> Point {
///     Point { y: -point.y, ..point }
/// }
///
/// #[workflow]
/// fn mirrored_height(point: Point) -> f64 {
///     mirror(point).fields().y
/// }
///
/// let point = Point { x: 1.0, y: 2.0, colour: Colour::Red };
/// assert_eq!(mirrored_height(point)?, -2.0);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// Between local tasks the value travels as it is. Where it leaves the process it has the form that flytekit gives a
/// dataclass, an `Enum` or a `Union`, so that Python tasks read and write it too. The derive requires `Clone`, but not
/// serde's traits.
///
/// * **A struct** has named fields and no generics. Each field is itself a [`FlyteType`](crate::types::FlyteType),
///   unless it is skipped. It is stored as a MessagePack map, and its type contains the JSON schema and the type of
///   each field. A promise of it has [`fields()`](crate::graph::Promise::fields). A task that returns it has *one*
///   output; for several outputs derive [`FlyteOutputs`](derive@crate::FlyteOutputs) instead. A type cannot derive
///   both.
/// * **An enum without data** is a set of strings: the value of `#[flyte(value = "..")]` or `#[serde(rename = "..")]`,
///   otherwise the variant's name.
/// * **An enum with data** is a set of types, Python's `Union`: each variant holds one value, and at most one is empty.
///   No two variants hold the same type, because a value is stored with only its type; use structs, named after their
///   contents, to tell them apart. A value is read as the variant that its tag names. The field of a struct does not
///   have tags, so there a value is read as the only variant of its kind, and writing a value that would be read as
///   another variant is an error. In a workflow, a promise of the value of one variant can be passed for the enum.
/// * serde's attributes `rename`, `rename_all`, `alias`, `default`, `skip` and `deny_unknown_fields` have the same
///   meaning as in serde, even without serde's derives, and also on the command line. Attributes that Flyte's form
///   cannot express, such as `flatten`, `with` and `tag`, are errors.
/// * A type may contain itself, for example in a list; a value from outside may be at most 128 levels deep.
/// * `#[flyte(crate = ::path)]` sets the path of this crate, as for a [`task`](macro@crate::task).
pub use flyte_macros::FlyteType;

/// Turns a struct into the outputs of a task or workflow: each field is a separate, named output.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[derive(Debug, PartialEq, FlyteOutputs)]
/// struct Split {
///     /// The documentation of a field is the output's description.
///     train: Vec<i64>,
///     test: Vec<i64>,
/// }
///
/// #[task]
/// fn split(rows: Vec<i64>) -> Split {
///     let (train, test) = rows.split_at(rows.len() / 2);
///     Split { train: train.to_vec(), test: test.to_vec() }
/// }
///
/// #[workflow]
/// fn swapped(rows: Vec<i64>) -> Split {
///     let parts = split(rows); // a struct of promises
///     Split { train: parts.test, test: parts.train }
/// }
///
/// assert_eq!(swapped(vec![1, 2])?, Split { train: vec![2], test: vec![1] });
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
///
/// * The struct has named fields, at least one, and no generics. Each field is a
///   [`FlyteType`](crate::types::FlyteType); nothing else needs to be derived.
/// * Without it, outputs are called `o0`, `o1` and so on, as in flytekit.
/// * A workflow that returns the struct names all of its fields: there is no `..rest`.
/// * Outputs are not a value: the struct cannot be an input, a field or an element of a list. For that derive
///   [`FlyteType`](derive@crate::FlyteType) instead. A type cannot derive both.
/// * `#[flyte(crate = ::path)]` sets the path of this crate, as for a [`task`](macro@crate::task).
pub use flyte_macros::FlyteOutputs;

/// Turns a struct into the columns of a [`StructuredDataset`](crate::files::StructuredDataset): each field is a column
/// with its name and the Flyte type of its values. See [`DatasetColumns`](trait@crate::files::DatasetColumns) for an
/// example.
///
/// * The struct has named fields, at least one, and no generics. Each field is a
///   [`ColumnValue`](crate::files::ColumnValue) or a struct that also derives this: its fields are the columns
///   `outer.inner`, as in flytekit.
/// * serde's attributes `rename`, `rename_all` and `skip` have the same meaning as in serde, even without serde's
///   derives. Its other attributes do not affect columns.
/// * `#[flyte(crate = ::path)]` sets the path of this crate, as for a [`task`](macro@crate::task).
#[cfg(feature = "arrow")]
pub use flyte_macros::DatasetColumns;
