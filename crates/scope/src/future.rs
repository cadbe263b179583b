//! Futures with their own stack.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{
    Entry,
    stack::{self, Stack},
};

/// A future that runs in an entry, wherever and whenever it is polled. Entries entered inside stay inside.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Scoped<F> {
    /// The stack of the future while it is not polled.
    stack: Stack,
    /// `None` only while this is being dropped.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Scoped<F> {
    /// Wraps a future, so that it runs in this entry.
    #[inline]
    pub fn new(entry: Arc<dyn Entry>, future: F) -> Self {
        Self {
            stack: Stack::based_on(entry),
            future: Some(Box::pin(future)),
        }
    }
}

/// Restores the thread's own stack, also when the future panics.
struct Restore<'a>(&'a mut Stack);

impl<'a> Restore<'a> {
    #[inline]
    fn after_entering(stack: &'a mut Stack) -> Self {
        stack::swap(stack);
        Self(stack)
    }
}

impl Drop for Restore<'_> {
    #[inline]
    fn drop(&mut self) {
        stack::swap(self.0);
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _restore = Restore::after_entering(&mut this.stack);
        match &mut this.future {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

// The future is dropped on its own stack, because a guard in it must find that stack and not the thread's.
impl<F> Drop for Scoped<F> {
    #[inline]
    fn drop(&mut self) {
        let _restore = Restore::after_entering(&mut self.stack);
        self.future = None;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        any::{Any, TypeId},
        future::poll_fn,
        task::Waker,
    };

    use super::*;
    use crate as scope;

    #[derive(Debug)]
    struct Number(i32);

    impl Entry for Number {
        fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
            (wanted == TypeId::of::<i32>()).then_some(&self.0 as _)
        }
    }

    fn number() -> Option<i32> {
        scope::find(|number: Option<&i32>| number.copied())
    }

    #[test]
    fn a_future_sees_its_own_entries_wherever_it_is_polled() {
        let mut polls = 0;
        let future = poll_fn(move |_| {
            polls += 1;
            // An entry that is entered in one poll is still there in the next.
            std::mem::forget(scope::enter(Arc::new(Number(10 + polls))));
            match polls {
                1 => Poll::Pending,
                _ => Poll::Ready(scope::size()),
            }
        });
        let mut scoped = Scoped::new(Arc::new(Number(1)), future);
        let _around = scope::enter(Arc::new(Number(2)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut scoped).poll(&mut cx).is_pending());
        assert_eq!(number(), Some(2));
        let ready = std::thread::scope(|threads| {
            let poll = || Pin::new(&mut scoped).poll(&mut Context::from_waker(Waker::noop()));
            threads.spawn(poll).join().expect("nothing panics")
        });
        assert_eq!(ready, Poll::Ready(3));
        assert_eq!(number(), Some(2));
    }

    #[test]
    fn what_a_future_holds_is_dropped_where_it_lived() {
        struct Asks<'a>(&'a std::sync::Mutex<Option<i32>>);
        impl Drop for Asks<'_> {
            fn drop(&mut self) {
                *self.0.lock().expect("nothing panics") = number();
            }
        }
        let seen = std::sync::Mutex::new(None);
        let asks = Asks(&seen);
        let future = async move {
            let _asks = &asks;
            std::future::pending::<()>().await;
        };
        drop(Scoped::new(Arc::new(Number(1)), future));
        assert_eq!(*seen.lock().expect("nothing panics"), Some(1));
        assert_eq!(number(), None);
    }
}
