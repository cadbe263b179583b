//! Locks whose holder may have panicked.
//!
//! What is locked is written in one step, and no lock is held while the user's code runs, so a panic cannot leave it
//! half done.

use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

/// Locks.
#[inline]
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a lock or a wait gives, whether a thread has panicked with it or not.
#[inline]
pub fn unpoisoned<T>(locked: LockResult<T>) -> T {
    locked.unwrap_or_else(PoisonError::into_inner)
}
