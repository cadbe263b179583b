//! Results of tasks that are kept and used again: `#[task(cache = "1")]`.
//!
//! A call is known by its [`CacheKey`]: the task's name, the version that it declares, its salt, its interface and its
//! inputs. Inputs count by what they are: a [`Hashed`](crate::types::Hashed) one by its hash, a file of this machine by
//! what is in it, one in a store by its address. When the key is known, the task is not run: its outputs come from the
//! store.
//!
//! # When
//!
//! | where | is the cache used? |
//! |---|---|
//! | a program, `run` on its command line | yes |
//! | a program under `cargo test` or `cargo bench`, and documentation tests | no |
//! | inside of [`testing::TestContext`](crate::testing::TestContext) | no |
//! | a container of a cluster | no: the cluster has a cache of its own, which reads the same options |
//!
//! [`Runner::cache`](crate::Runner::cache) and `run --cache` decide for a run whatever these say, and the variables of
//! flytekit for a process: `FLYTE_LOCAL_CACHE_ENABLED=false` switches the cache off, `true` switches it on where it
//! would be off, and `FLYTE_LOCAL_CACHE_OVERWRITE=true` runs everything and stores it. A launch plan with
//! `overwrite_cache` does so for what it runs.
//!
//! ```
//! use flyte_runtime::{cache::{Cache, CacheMode}, prelude::*};
//!
//! #[task(cache = "1")]
//! fn square(x: i64) -> i64 {
//!     x * x
//! }
//!
//! # let directory = flyte_runtime::files::TempSandbox::new();
//! let cache = Cache::at(directory.create()?);
//! let runner = Runner::local().cache(cache.clone());
//! assert_eq!(runner.run(square::call(5))?, 25);
//! assert_eq!(runner.run(square::call(5))?, 25); // from the cache
//! assert_eq!(cache.stats()?.entries, 1);
//!
//! Runner::local().cache(cache).cache_mode(CacheMode::Refresh).run(square::call(5))?; // runs again
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is in the key, and what is not
//!
//! The interface is part of it: a task whose types have changed finds nothing old. What the function calls is not:
//! change the version when it does something else. `cache = "auto"` makes the version from the function itself, so that
//! editing it is enough, and from the version of the crate; the functions that it calls are still not seen. Spaces and
//! comments do not count. It is Flyte 2's policy of the function's body; any other is a version that you write.
//!
//! flytekit's own key of the call is a part of it ([`CacheKey::flytekit`]). flytekit's key has no interface, so its
//! store and this one are not the same.
//!
//! A value that has no literal form cannot be stored: the task runs, and a notice of the run says why nothing was kept,
//! once. So it is when the store cannot be read or written: the cache never fails a run. A result from the cache is
//! outputs without an attempt: the task writes no deck, and has no secrets looked for but those it asks for in
//! `secret_requests`.
//!
//! # The store
//!
//! A file for each result, in `FLYTE_LOCAL_CACHE_DIR` or, below `cache`, in `FLYTE_LOCAL_STATE_DIR` or `~/.flyte/rust`.
//! Files of this machine that tasks return are copied into it, but for those that have a place of their own
//! (`with_remote_path`): a result counts while these are what they were. Files in a store are kept by address, and
//! taken to be what they were. Any number of threads and processes may use it at once, and be killed: a result is
//! written aside and then renamed, and read only if it is one of this call, by its whole key, its checksum is right and
//! all of its files are there, unchanged; else it is a miss. Directories and files are made for this user only, also in
//! a directory that others may look into. While a run goes on that uses files of results, results with files are not
//! removed. Above [`Cache::max_size`] what was not used for the longest time is removed. `cache stats`,
//! `cache explain`, `cache evict` and `cache clear` on the command line show and clean it.
//!
//! With `cache(version = "1", serialize)` equal calls wait for the first one, in whatever thread or process of this
//! machine it is.

pub use flyte_engine::cache::{Cache, CacheError, CacheKey, CacheMode, Difference, Explanation};
