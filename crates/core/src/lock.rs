//! Locks whose holder may have panicked.
//!
//! Every change under a lock is one step, and no user code runs while a lock is held, so a panic cannot leave the data
//! half written.

use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

/// Locks a mutex, poisoned or not.
#[inline]
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a lock or a wait gives, whether a thread has panicked with it or not.
#[inline]
pub fn unpoisoned<T>(locked: LockResult<T>) -> T {
    locked.unwrap_or_else(PoisonError::into_inner)
}
