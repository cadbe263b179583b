//! Waits for the first of two futures.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Which of two futures has ended first.
pub(super) enum First<A, B> {
    One(A),
    Other(B),
}

/// The first of two futures to end; the other is dropped.
pub(super) async fn first<A: Future, B: Future>(one: A, other: B) -> First<A::Output, B::Output> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| {
        if let Poll::Ready(ended) = one.as_mut().poll(context) {
            return Poll::Ready(First::One(ended));
        }
        other.as_mut().poll(context).map(First::Other)
    })
    .await
}
