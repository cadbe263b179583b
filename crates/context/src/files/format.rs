//! File formats as types.

/// The format of the files of a [`FlyteFile`](super::FlyteFile) or [`FlyteDirectory`](super::FlyteDirectory):
/// flytekit's `FlyteFile["csv"]`.
///
/// Define your own as a type with a name:
///
/// ```
/// use flyte_runtime::{files::FileFormat, prelude::*};
///
/// /// Geographic features.
/// struct GeoJson;
///
/// impl FileFormat for GeoJson {
///     const NAME: &'static str = "geojson";
/// }
///
/// assert_eq!(FlyteFile::<GeoJson>::literal_type().to_string(), "geojson file");
/// ```
pub trait FileFormat: Send + Sync + 'static {
    /// Flyte's name of the format: usually the extension of its files, without a dot; empty for any format.
    const NAME: &'static str;
}

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name;

        impl FileFormat for $name {
            const NAME: &'static str = $text;
        }
    )* };
}

formats! {
    /// Any format.
    AnyFormat = "";
    /// Comma-separated values, flytekit's `CSVFile`.
    Csv = "csv";
    /// Web pages, flytekit's `HTMLPage`.
    Html = "html";
    /// JPEG images, flytekit's `JPEGImageFile`.
    Jpeg = "jpeg";
    /// JSON documents.
    Json = "json";
    /// One JSON document per line.
    JsonLines = "jsonl";
    /// Tables in Apache Parquet.
    Parquet = "parquet";
    /// PDF documents, flytekit's `PDFFile`.
    Pdf = "pdf";
    /// PNG images, flytekit's `PNGImageFile`.
    Png = "png";
    /// SVG images, flytekit's `SVGImageFile`.
    Svg = "svg";
    /// Plain text.
    Text = "txt";
}
