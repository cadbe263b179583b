//! Types of values: Rust types, their Flyte types and their literal form.
//!
//! | Rust | Flyte | flytekit |
//! |---|---|---|
//! | `i8` … `i64`, `u8` … `u64`, `usize`, `isize` | integer; above `i64::MAX` an error | `int` |
//! | `f32`, `f64` | float; an integer is read as one | `float` |
//! | `bool`, `String`, `char` | boolean, string | `bool`, `str` |
//! | `jiff::Timestamp`, `jiff::civil::DateTime` (in UTC), `std::time::SystemTime` | datetime | `datetime` |
//! | `jiff::civil::Date` | datetime, at midnight in UTC; a time is refused | `date` |
//! | `std::time::Duration`, `jiff::SignedDuration` | duration | `timedelta` |
//! | `Option<T>` | union with none | `Optional[T]` |
//! | `Vec<T>`, `[T; N]` | collection | `List[T]` |
//! | `BTreeMap<String, T>`, `HashMap<String, T>` | map | `Dict[str, T]` |
//! | maps with integer, `bool` or `char` keys | struct of MessagePack | `Dict[int, T]` |
//! | `serde_json::Value` | struct of MessagePack | `dict` |
//! | a struct with `#[derive(FlyteType)]` | struct of MessagePack, with its JSON schema | a dataclass |
//! | an enum without data, with the derive | enum | `Enum` of strings |
//! | an enum with data, with the derive | union | `Union[..]` |
//! | [`Bytes`] | binary | none; in a dataclass `bytes` |
//! | [`FlyteFile<F>`](crate::files::FlyteFile), [`FlyteDirectory<F>`](crate::files::FlyteDirectory) | blob | `FlyteFile[..]`, `FlyteDirectory[..]` |
//! | `StructuredDataset<C>`, with the feature `arrow` | structured dataset | `StructuredDataset`, a frame of pandas, a table of pyarrow |
//! | [`Hashed<T>`](Hashed) | as `T`, with a hash | `Annotated[T, HashMethod(..)]` |
//! | [`FlyteError`] | error | `FlyteError` |
//!
//! # As text
//!
//! [`text_from_literal`] prints a value as a run does, and [`literal_from_text`] parses it; [`json_from_typed_literal`]
//! and [`literal_from_json`] do the same in JSON. Both depend on the type: `yes` is a boolean or a text, `1h30m` is a
//! duration, and `{"Name": value}` names the variant of a union. Datetimes range from the year 1 to the year 9999.
//!
//! # A type from scratch
//!
//! A type that is neither a struct nor an enum, or comes from another crate, implements [`FlyteType`] by hand. Three
//! functions are enough: its Flyte type, and the conversions to and from a literal.
//!
//! ```
//! use flyte_runtime::{prelude::*, types::{FlyteType, Literal, LiteralType, TypeError}};
//!
//! /// A colour of the web, which Python reads and writes as `"#ff8000"`.
//! #[derive(Clone, Copy, Debug, PartialEq)]
//! struct Colour {
//!     rgb: u32,
//! }
//!
//! impl FlyteType for Colour {
//!     fn literal_type() -> LiteralType {
//!         LiteralType::String
//!     }
//!
//!     fn to_literal(&self) -> Result<Literal, TypeError> {
//!         Ok(Literal::string(format!("#{:06x}", self.rgb)))
//!     }
//!
//!     fn from_literal(literal: Literal) -> Result<Self, TypeError> {
//!         // Reads the string wherever it comes from: also from the field of a struct that another task wrote.
//!         let text = String::from_literal(literal)?;
//!         let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
//!         match digits.map(|digits| u32::from_str_radix(digits, 16)) {
//!             Some(Ok(rgb)) => Ok(Self { rgb }),
//!             _ => Err(TypeError::mismatch("a colour such as \"#ff8000\"", format!("{text:?}"))),
//!         }
//!     }
//! }
//!
//! // From here on it is a type as any other: in lists, in optionals, in structs, and in tasks.
//! #[derive(Clone, Debug, PartialEq, FlyteType)]
//! struct Theme {
//!     name: String,
//!     colours: Vec<Colour>,
//! }
//!
//! #[task]
//! fn darken(theme: Theme) -> Option<Colour> {
//!     theme.colours.first().map(|colour| Colour { rgb: colour.rgb / 2 & 0x7f7f7f })
//! }
//!
//! let theme = Theme { name: "warm".into(), colours: vec![Colour { rgb: 0xff8000 }] };
//! assert_eq!(Theme::from_literal(theme.to_literal()?)?, theme);
//! let error = Colour::from_literal(Literal::string("red")).unwrap_err();
//! assert_eq!(error.to_string(), "expected a colour such as \"#ff8000\", found \"red\"");
//! assert_eq!(darken::run(theme)?, Some(Colour { rgb: 0x7f4000 }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The other functions of [`FlyteType`] have defaults based on these: the [tag](FlyteType::union_tag) in a union, the
//! [schema](FlyteType::json_schema) and the [form](FlyteType::write_msgpack) in the field of a struct, and the
//! [preview](FlyteType::preview) in an error report.

pub use flyte_core::types::{
    Blob, BlobType, Bytes, EnumType, FlyteError, FlyteType, Hashed, Literal, LiteralType,
    LiteralValue, MsgpackWriter, Preview, StructField, StructType, TypeError, TypeInfo,
    UnionVariant, Value, json_from_typed_literal, literal_from_json, literal_from_text,
    text_from_literal,
};
