//! Files: where a task keeps data, and how data gets there.
//!
//! Data is stored in a local directory (or at a `file://` address), or in a store, behind a feature:
//!
//! | Feature | Addresses | Where it is, and who asks |
//! |---|---|---|
//! | `s3` | `s3://bucket/key` | [`S3Config`](crate::compat::S3Config), else the variables `AWS_…`, else the role of the machine |
//! | `gcs` | `gs://bucket/key` | `GOOGLE_APPLICATION_CREDENTIALS`, `GOOGLE_SERVICE_ACCOUNT`, `GOOGLE_BEARER_TOKEN`, else the role of the machine; `GOOGLE_BASE_URL` |
//! | `azure` | `abfs://container/key`, `az://…` | [`AzureConfig`](crate::compat::AzureConfig), else the variables `AZURE_…`, such as `AZURE_ENDPOINT` |
//! | `http` | `http://host/path`, `https://…` | the address itself: `https://user:password@host/path`. It may have a query |
//! | any of them | `memory://name/key` | this process, which shares it and takes it along |
//!
//! An address of another scheme, or of one whose feature is off, is an error that says so. Large objects are copied in
//! parts, so that memory stays flat, and small ones of a directory side by side; only servers of the web take no parts,
//! so what is put there is in memory as a whole. What a store asks to be slowed down is tried again, later each time.
//! Credentials that it refuses are not: the error says where they come from. Directories on a server of the web need
//! WebDAV. Servers asked by https are trusted as the system says, or as the file says that the variable `SSL_CERT_FILE`
//! names. A directory is made when something is put into it, not before.
//!
//! [`FlyteFile`] and [`FlyteDirectory`] are files and directories as inputs and outputs of tasks. With the feature
//! `arrow` there is `StructuredDataset` for tables. What copies their content is a
//! [`FileAccessProvider`](crate::compat::FileAccessProvider), which a context can be given.
//!
//! Corresponds to `flytekit.core.data_persistence`. A file that is being written has another name until it is whole,
//! so that nobody reads half of it.

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
