//! Files: where a task stores data, and how data is transferred.
//!
//! Data is stored in a local directory (or at a `file://` address) or, with a feature, in a store:
//!
//! | Feature | Addresses | Settings and credentials |
//! |---|---|---|
//! | `s3` | `s3://bucket/key` | [`S3Config`](crate::compat::S3Config), or the variables `AWS_…`, or the role of the machine |
//! | `gcs` | `gs://bucket/key` | `GOOGLE_APPLICATION_CREDENTIALS`, `GOOGLE_SERVICE_ACCOUNT`, `GOOGLE_BEARER_TOKEN`, or the role of the machine; `GOOGLE_BASE_URL` |
//! | `azure` | `abfs://container/key`, `az://…` | [`AzureConfig`](crate::compat::AzureConfig), or the variables `AZURE_…`, such as `AZURE_ENDPOINT` |
//! | `http` | `http://host/path`, `https://…` | the address itself: `https://user:password@host/path`. It may contain a query |
//! | any of them | `memory://name/key` | the memory of this process |
//!
//! An address with an unknown scheme, or with one whose feature is disabled, is an error that says so. Large objects
//! are copied in parts, so that memory use stays constant, and small ones of a directory concurrently; only web servers
//! do not accept parts, so an upload to them is held in memory. Requests that a store asks to slow down are retried
//! with increasing delays. Requests with refused credentials are not: the error says where the credentials come from.
//! Directories on a web server require WebDAV. The certificates of https servers are verified with the system's roots,
//! or with the file in the variable `SSL_CERT_FILE`. A directory is created when the first file is written to it.
//!
//! [`FlyteFile`] and [`FlyteDirectory`] are files and directories as inputs and outputs of tasks. The feature `arrow`
//! adds `StructuredDataset` for tables. A [`FileAccessProvider`](crate::compat::FileAccessProvider), which a context
//! can have, copies their contents.
//!
//! Corresponds to `flytekit.core.data_persistence`. A file has a temporary name until it is complete, so that half of a
//! file is never read.

#[cfg(feature = "arrow")]
pub use flyte_context::{
    files::{
        AnyColumns, ColumnType, ColumnValue, DatasetColumns, DatasetError, DatasetPromise,
        DatasetReader, DatasetWriter, StructuredDataset,
    },
    storage::{arrow_array, arrow_schema},
};
pub use flyte_context::{
    files::{
        AnyFormat, Csv, DirectoryEntry, FileFormat, FlyteDirectory, FlyteFile, Html, Jpeg, Json,
        JsonLines, Parquet, Pdf, Png, Svg, Text,
    },
    storage::{DataError, TempSandbox},
};
#[cfg(feature = "arrow")]
pub use flyte_core::types::DatasetColumn;
