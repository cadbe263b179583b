//! Connections of browsers: how many there can be, and how long each may wait.

use std::{
    convert::Infallible,
    future::Future as _,
    io,
    net::TcpListener as Listener,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use hyper::{
    rt::{Read, ReadBufCursor, Sleep, Timer, Write},
    server::conn::http1,
    service::service_fn,
};
use tokio::{
    io::{AsyncRead as _, AsyncWrite as _, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time,
};

use super::{
    race::{First, first},
    routes::{self, Shared},
};

/// How many connections there are at most; each has a file of the process, of which it may have 1,024.
const CONNECTIONS: usize = 256;

/// How long a browser may take for the head of a request, or send none.
const HEAD: Duration = Duration::from_secs(10);

/// How long a browser may take nothing of an answer.
const STALLED: Duration = Duration::from_secs(30);

/// How much of a request is read at once.
const BUFFER: usize = 32 * 1024;

/// What a browser is told when there are too many connections.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Serves connections until it is stopped.
pub(super) async fn serve(
    listener: Listener,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let stop = stopped.wait_for(|stopped| *stopped);
        let First::One(accepted) = first(listener.accept(), stop).await else {
            return Ok(());
        };
        let Ok((stream, _)) = accepted else {
            // The process has too many files open, or the browser has given up.
            time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            // Without waiting; whether it arrives or not, the connection ends.
            let _told = stream
                .into_std()
                .and_then(|mut stream| io::Write::write(&mut stream, FULL));
            continue;
        };
        // Without it small events wait for each other; it only saves packets.
        let _no_delay = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, Infallible>(routes::answer(shared, request).await) }
            });
            // How a connection ends is the browser's own matter.
            let _ended = http1::Builder::new()
                .timer(Clock)
                .header_read_timeout(HEAD)
                .max_buf_size(BUFFER)
                .serve_connection(Socket::new(stream), service)
                .await;
            drop(place);
        });
    }
}

/// A connection, in the form that hyper reads and writes.
struct Socket {
    stream: TcpStream,
    /// Since when nothing could be written.
    stalled: Option<Pin<Box<time::Sleep>>>,
}

impl Socket {
    fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            stalled: None,
        }
    }

    /// Gives up on a browser that takes nothing for too long.
    fn limited<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(time::sleep(STALLED)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Read for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut taken: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut buffer = [0; 8 * 1024];
        let room = taken.remaining().min(buffer.len());
        let mut read = ReadBuf::new(&mut buffer[..room]);
        ready!(Pin::new(&mut self.get_mut().stream).poll_read(context, &mut read))?;
        taken.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let written = Pin::new(&mut own.stream).poll_write(context, bytes);
        own.limited(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let written = Pin::new(&mut own.stream).poll_write_vectored(context, parts);
        own.limited(context, written)
    }
}

/// tokio's clock, in the form that hyper asks.
#[derive(Clone, Copy)]
struct Clock;

struct Alarm(Pin<Box<time::Sleep>>);

impl Timer for Clock {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(Alarm(Box::pin(time::sleep(duration))))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Alarm(Box::pin(time::sleep_until(deadline.into()))))
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(context)
    }
}

impl Sleep for Alarm {}
