//! Streams of answers.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::mpsc;

use flyte_idl::tonic::{Response, Status, codegen::tokio_stream::Stream};

/// How many answers may wait for a client that is slow.
const MOST: usize = 1024;

/// What a task of the server sends.
pub(super) struct Answers<T>(mpsc::Receiver<Result<T, Status>>);

pub(super) type Sender<T> = mpsc::Sender<Result<T, Status>>;

impl<T> Stream for Answers<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

/// A stream, and where its answers are put.
pub(super) fn answers<T>() -> (Sender<T>, Response<Answers<T>>) {
    let (sender, receiver) = mpsc::channel(MOST);
    (sender, Response::new(Answers(receiver)))
}
