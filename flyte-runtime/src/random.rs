//! Names that nobody else has.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

/// 32 hexadecimal digits that differ at every call, in every process.
///
/// The keys of the hasher come from the operating system; the process is hashed too, because a forked process has the
/// same keys.
pub(crate) fn random_hex() -> String {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let half = || {
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        RandomState::new().hash_one((std::process::id(), call))
    };
    let number = u128::from(half()) << 64 | u128::from(half());
    format!("{number:032x}")
}
