//! Where a task stores data, and how data is transferred.

mod blob_store;
mod content;
mod error;
mod path;
mod provider;
mod raw;
mod sandbox;
mod stale;
#[cfg(feature = "store")]
mod store;
pub(crate) mod stored;
mod stream;
#[cfg(test)]
mod tests;
pub mod transfer;

#[cfg(feature = "arrow")]
pub use arrow_array;
#[cfg(feature = "arrow")]
pub use arrow_schema;
pub use blob_store::{blob_store, provide_blob_store};
pub use content::by_content;
#[cfg(feature = "arrow")]
pub(crate) use content::is_by_content;
pub use error::DataError;
pub(crate) use path::{name_of, to_local};
pub use provider::FileAccessProvider;
pub(crate) use provider::off_thread;
pub use raw::{PutRawData, RawData};
pub use sandbox::TempSandbox;
pub use stored::made_here;
pub use stream::{DataReader, DataWriter};
