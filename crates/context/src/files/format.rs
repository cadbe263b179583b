//! What is in a file, as a type.

/// The format of the files of a [`FlyteFile`](super::FlyteFile) or [`FlyteDirectory`](super::FlyteDirectory):
/// flytekit's `FlyteFile["csv"]`.
///
/// One of your own is a type with a name:
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
    /// What Flyte calls it: most often the extension of such files, without a dot; empty for any format.
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
    /// JSON texts.
    Json = "json";
    /// Lines that are a JSON text each.
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
