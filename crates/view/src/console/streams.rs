//! Events for browsers: one connection each, which goes on where it was interrupted.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use hyper::body::Bytes;
use serde_json::json;
use tokio::{sync::mpsc, task, time};

use super::{
    answer::{self, Answer},
    race::{First, first},
    routes::Shared,
};

/// How many browsers can watch at once.
const STREAMS: usize = 64;

/// How often something is sent, so that both sides notice when the other is gone.
const ALIVE: Duration = Duration::from_secs(15);

/// How often a page gets another pass.
const GREETING: Duration = Duration::from_secs(60 * 60);

/// A browser that watches.
struct Watching(Arc<Shared>);

impl Watching {
    fn new(shared: Arc<Shared>) -> Option<Self> {
        let watching = &shared.hub.watching;
        let another = |watching| (watching < STREAMS).then_some(watching + 1);
        let is_one = watching.fetch_update(Ordering::Relaxed, Ordering::Relaxed, another);
        is_one.is_ok().then(|| Self(shared))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.hub.watching.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The events after the last that the browser has got. `None` if too many watch.
pub(super) fn events(shared: &Arc<Shared>, last_id: Option<&str>) -> Option<Answer> {
    let watching = Watching::new(Arc::clone(shared))?;
    let (send, parts) = mpsc::channel(2);
    let since = last_id.and_then(|id| shared.hub.number(id));
    tokio::spawn(async move {
        // It ends when the browser is gone, which is when nobody takes what is sent.
        let _gone = send_all(&watching.0, &send, since).await;
    });
    Some(answer::events(parts))
}

async fn send_all(
    shared: &Shared,
    send: &mpsc::Sender<Bytes>,
    since: Option<u64>,
) -> Result<(), mpsc::error::SendError<Bytes>> {
    let hub = &shared.hub;
    let looks = Arc::clone(hub);
    // What begins from now on is news. If the histories cannot be read, the list of runs says why.
    let _looked = task::spawn_blocking(move || looks.look()).await;
    let mut more = hub.subscribe();
    let mut until = since.unwrap_or_else(|| hub.last());
    // A browser that has missed something reads the list again.
    send.send(hello(shared, since.is_none())).await?;
    let mut greeted = Instant::now();
    loop {
        let news = hub.since(until);
        until = news.until;
        if !news.events.is_empty() {
            send.send(news.events.into()).await?;
        }
        if greeted.elapsed() >= GREETING {
            greeted = Instant::now();
            send.send(hello(shared, false)).await?;
        }
        // While it waits for a browser that is slow, newer states replace older ones.
        match first(time::timeout(ALIVE, more.changed()), send.closed()).await {
            First::One(Ok(Ok(()))) => {}
            First::One(Err(_)) => send.send(Bytes::from_static(b": still here\n\n")).await?,
            First::One(Ok(Err(_))) | First::Other(()) => break,
        }
    }
    Ok(())
}

fn hello(shared: &Shared, is_fresh: bool) -> Bytes {
    let pass = shared.keys.pass();
    let pass = json!({"issued": pass.issued, "token": pass.token, "proof": pass.proof});
    let data = json!({"pass": pass, "fresh": is_fresh});
    format!("retry: 500\nevent: hello\ndata: {data}\n\n").into()
}
