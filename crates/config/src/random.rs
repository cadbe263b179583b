//! Unique names.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::atomic::{AtomicU64, Ordering},
};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Returns 32 hexadecimal digits that differ in every call and every process.
///
/// The keys of the hasher come from the operating system. The process id is hashed too, because a forked process has
/// the same keys.
pub fn random_hex() -> String {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let half = || {
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        RandomState::new().hash_one((std::process::id(), call))
    };
    let mut digits = String::with_capacity(32);
    for half in [half(), half()] {
        for shift in (0..u64::BITS).step_by(4).rev() {
            digits.push(char::from(DIGITS[(half >> shift & 0xf) as usize]));
        }
    }
    digits
}
