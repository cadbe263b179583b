//! Unique names, and secrets.

use std::{
    collections::hash_map::RandomState,
    fs::File,
    hash::BuildHasher,
    io::{self, Read as _},
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

/// Returns bytes that nobody can guess, from the generator of the operating system.
///
/// # Errors
///
/// When the system has no such generator.
pub fn secret() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    if cfg!(unix) {
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        return Ok(bytes);
    }
    // Each thread has keys of its own from the system's generator, and nothing of them is known outside.
    for part in bytes.chunks_mut(8) {
        let keys = std::thread::spawn(|| RandomState::new().hash_one(std::process::id()));
        let keys = keys
            .join()
            .map_err(|_| io::Error::other("no thread could be started"))?;
        part.copy_from_slice(&keys.to_le_bytes());
    }
    Ok(bytes)
}
