//! Caches results of tasks: `#[task(cache = "1")]`.
//!
//! A call is identified by its [`CacheKey`]: the task's name, its declared version, its salt, its interface and its
//! inputs. A [`Hashed`](crate::types::Hashed) input is represented by its hash, a local file by its contents, and a
//! file in a store by its address. If the store has a result for the key, the task does not run: its outputs come from
//! the store.
//!
//! # When
//!
//! | where | is the cache used? |
//! |---|---|
//! | a program, `run` on its command line | yes |
//! | a program under `cargo test` or `cargo bench`, and documentation tests | no |
//! | inside [`testing::TestContext`](crate::testing::TestContext) | no |
//! | a container of a cluster | no: the cluster has its own cache, with the same options |
//!
//! [`Runner::cache`](crate::Runner::cache) and `run --cache` override this table for a run. flytekit's variables
//! override it for a process: `FLYTE_LOCAL_CACHE_ENABLED=false` disables the cache, `true` enables it where it would be
//! off, and `FLYTE_LOCAL_CACHE_OVERWRITE=true` runs every task and stores its result. A launch plan with
//! `overwrite_cache` does the same for its executions.
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
//! The interface is part of the key: after a change of types, a task does not use old results. The functions that it
//! calls are not part of the key, so change the version when they change. `cache = "auto"` makes the version from the
//! function itself and the version of its crate, so that editing the function is enough; the functions that it calls
//! are still not included. Spaces and comments do not count. This is Flyte 2's function-body policy; for any other
//! policy, write the version yourself.
//!
//! flytekit's own key of the call is one part of the key ([`CacheKey::flytekit`]). It does not include the interface,
//! so flytekit's store and this one are not the same.
//!
//! A value without a literal form cannot be stored: the task runs, and one notice of the run says why its result was
//! not stored. The same happens when the store cannot be read or written, because the cache never fails a run. For a
//! cached result there is no attempt: the task does not write a deck, and only the secrets in `secret_requests` are
//! looked up.
//!
//! # The store
//!
//! Each result is one file, in `FLYTE_LOCAL_CACHE_DIR` or else in the subdirectory `cache` of `FLYTE_LOCAL_STATE_DIR`
//! or `~/.flyte/rust`. Local files that tasks return are copied into it, except those with an address of their own
//! (`with_remote_path`); a result is valid only as long as these are unchanged. Files in a store are recorded by
//! address and assumed to be unchanged. Any number of threads and processes may use the cache at once, and may be
//! killed: a result is written to a temporary file and then renamed. It is read only if its whole key matches the call,
//! its checksum is correct, and all of its files exist unchanged; otherwise it is a miss. Directories and files are
//! private to this user, even in a directory that other users can read. Results with files are not removed while a run
//! uses files of results. Above [`Cache::max_size`] the least recently used results are removed. `cache stats`,
//! `cache explain`, `cache evict` and `cache clear` on the command line inspect and clean it.
//!
//! With `cache(version = "1", serialize)` equal calls wait for the first one, in any thread or process of this machine.

pub use flyte_engine::cache::{Cache, CacheError, CacheKey, CacheMode, Difference, Explanation};
