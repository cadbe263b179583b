//! The derives, with their documentation.

/// Makes a struct or an enum a value that travels between tasks.
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
/// dataclass, an `Enum` or a `Union`, so that Python tasks read and write it too. It derives `Clone` and needs no
/// traits of serde.
///
/// * **A struct** has named fields and no generics. Each field is a [`FlyteType`](crate::types::FlyteType) itself,
///   unless it is skipped. It is stored as a MessagePack map, and its type says the JSON schema and the type of each
///   field. A promise of it has [`fields()`](crate::graph::Promise::fields). A task that returns it has *one* output;
///   for several outputs derive [`FlyteOutputs`](derive@crate::FlyteOutputs) instead. A type cannot be both.
/// * **An enum without data** is one of some strings: what `#[flyte(value = "..")]` or `#[serde(rename = "..")]` says,
///   else the name.
/// * **An enum with data** is one of some types, Python's `Union`: each variant holds one value, and at most one holds
///   none. No two hold one type, since its type is all that is stored beside a value: structs, named after what they
///   hold, tell them apart. What is read goes to the variant that its tag names. In the field of a struct there are no
///   tags, so there it goes to the only variant of its kind, and a value that would go to another variant is an error
///   when it is written. In a workflow a promise of what one variant holds is passed for the enum.
/// * serde's attributes `rename`, `rename_all`, `alias`, `default`, `skip` and `deny_unknown_fields` mean what they
///   mean to serde, also where serde's derives are not there, and also on the command line. Those that Flyte's form
///   cannot keep, such as `flatten`, `with` and `tag`, are errors.
/// * A type may hold itself, in a list for example; read from outside it is 128 deep at most.
/// * `#[flyte(crate = ::path)]` says where this crate is found, as for a [`task`](macro@crate::task).
pub use flyte_macros::FlyteType;

/// Makes a struct the outputs of a task or workflow: each field is an output of its own, with a name.
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
/// * Without it outputs are called `o0`, `o1` and so on, as flytekit calls them.
/// * A workflow that gives the struct names all of its fields: there is no `..rest`.
/// * Outputs are no value: the struct cannot be an input, a field or an element of a list. For that derive
///   [`FlyteType`](derive@crate::FlyteType) instead. A type cannot be both.
/// * `#[flyte(crate = ::path)]` says where this crate is found, as for a [`task`](macro@crate::task).
pub use flyte_macros::FlyteOutputs;

/// Makes a struct the columns of a [`StructuredDataset`](crate::files::StructuredDataset): each field is a column with
/// its name and the Flyte type of its values. See [`DatasetColumns`](trait@crate::files::DatasetColumns) for an
/// example.
///
/// * The struct has named fields, at least one, and no generics. Each field is a
///   [`ColumnValue`](crate::files::ColumnValue) or a struct that derives this, too: its fields are the columns
///   `outer.inner`, as in flytekit.
/// * serde's attributes `rename`, `rename_all` and `skip` mean what they mean to serde, also where serde's derives are
///   not there. Its others say nothing about columns.
/// * `#[flyte(crate = ::path)]` says where this crate is found, as for a [`task`](macro@crate::task).
#[cfg(feature = "arrow")]
pub use flyte_macros::DatasetColumns;
