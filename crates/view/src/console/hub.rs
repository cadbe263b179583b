//! What has changed since: the last state of each run, numbered in the order of the changes.
//!
//! Of each run only its last state is kept, so a browser that is slow or was away gets less, and memory does not grow
//! with time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value as Json, json};
use tokio::sync::watch;

use super::Actions;
use flyte_core::lock::lock;
use flyte_events::history::{
    History,
    watch::{Glance, Watch},
};

/// How often histories are looked at while a browser watches.
const LOOK: Duration = Duration::from_millis(50);

/// How often it is checked whether one does.
const IDLE: Duration = Duration::from_millis(200);

/// How many changes are kept; of more than that a browser that was away hears nothing, and reads the list again.
const KEPT: usize = 8192;

pub(super) struct Hub {
    /// Held while files are read, so only threads that may block take it, and before the other.
    looked: Mutex<Looked>,
    /// Held for moments alone.
    seen: Mutex<Seen>,
    actions: Arc<dyn Actions>,
    /// The number of the last change.
    last: watch::Sender<u64>,
    /// How many browsers watch.
    pub(super) watching: AtomicUsize,
    /// What the numbers of changes belong to.
    pub(super) epoch: String,
}

struct Looked {
    watch: Watch,
    /// Whether the runs that there are have been found; before, nothing is a change.
    is_first: bool,
    revision: Option<u64>,
}

struct Seen {
    changes: BTreeMap<u64, Change>,
    /// The number of the last change of each run.
    numbers: HashMap<String, u64>,
    next: u64,
}

#[derive(Clone)]
struct Change {
    about: String,
    kind: &'static str,
    data: Arc<str>,
}

/// What to tell a browser.
pub(super) struct News {
    /// The number of the last change in it.
    pub(super) until: u64,
    /// The events as they are sent.
    pub(super) events: String,
}

/// The key of what happens in this process, which no run has as its id.
const HERE: &str = "";

impl Hub {
    pub(super) fn new(history: &History, actions: Arc<dyn Actions>, epoch: String) -> Arc<Self> {
        Arc::new(Self {
            looked: Mutex::new(Looked {
                watch: Watch::of(history),
                is_first: true,
                revision: None,
            }),
            seen: Mutex::new(Seen {
                changes: BTreeMap::new(),
                numbers: HashMap::new(),
                next: 1,
            }),
            actions,
            last: watch::Sender::new(0),
            watching: AtomicUsize::new(0),
            epoch,
        })
    }

    /// Says when there is more.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Looks at the histories, and at what happens in this process. The error is for the list of runs.
    pub(super) fn look(&self) -> Result<(), String> {
        let mut own = lock(&self.looked);
        let own = &mut *own;
        let looked = own.watch.look().map_err(|error| error.to_string());
        let is_first = std::mem::take(&mut own.is_first);
        let revision = self.actions.revision();
        let is_other = own.revision.replace(revision) != Some(revision);
        let here = is_other.then(|| self.here());
        let last = {
            let mut seen = lock(&self.seen);
            for id in looked.as_deref().unwrap_or_default() {
                if is_first {
                    break;
                }
                match own.watch.get(id).map(Glance::to_json) {
                    Some(run) => seen.put(id, "run", &run),
                    None => seen.put(id, "gone", &json!({"id": id})),
                }
            }
            if let Some(here) = here {
                seen.put(HERE, "here", &here);
            }
            seen.next - 1
        };
        self.last
            .send_if_modified(|old| std::mem::replace(old, last) != last);
        looked.map(drop)
    }

    /// What happens in this process.
    pub(super) fn here(&self) -> Json {
        let questions = self.actions.questions().into_iter().map(|question| {
            json!({
                "number": question.number,
                "run": question.run,
                "node": question.node,
                "gate": question.gate,
                "value": question.value,
                "wanted": question.wanted,
                "secret": question.is_secret,
            })
        });
        json!({"questions": questions.collect::<Json>(), "own": self.actions.own()})
    }

    /// All runs, and what happens in this process.
    pub(super) fn runs(&self) -> Result<Json, String> {
        self.look()?;
        let runs: Json = {
            let looked = lock(&self.looked);
            looked.watch.runs().map(Glance::to_json).collect()
        };
        Ok(json!({"runs": runs, "here": self.here()}))
    }

    /// The version of a run: another whenever anything of it has changed. `None` if there is no such run.
    pub(super) fn version(&self, id: &str) -> Option<String> {
        // If the directory cannot be read now, what is known of it still holds.
        let _looked = self.look();
        let looked = lock(&self.looked);
        let run = looked.watch.get(id)?;
        Some(format!("\"{:x}-{}-{}\"", run.size, run.status, run.resumed))
    }

    /// The number of the last change.
    pub(super) fn last(&self) -> u64 {
        lock(&self.seen).next - 1
    }

    /// The changes after one.
    pub(super) fn since(&self, number: u64) -> News {
        let seen = lock(&self.seen);
        let mut events = String::new();
        for (number, change) in seen.changes.range(number + 1..) {
            let Change { kind, data, .. } = change;
            events += &format!(
                "id: {}-{number}\nevent: {kind}\ndata: {data}\n\n",
                self.epoch
            );
        }
        News {
            until: seen.next - 1,
            events,
        }
    }

    /// The number in the id of an event that this process has sent, if all that followed is still known.
    pub(super) fn number(&self, id: &str) -> Option<u64> {
        let number = id
            .strip_prefix(&self.epoch)?
            .strip_prefix('-')?
            .parse()
            .ok()?;
        let seen = lock(&self.seen);
        let is_known = seen.changes.len() < KEPT && number < seen.next;
        is_known.then_some(number)
    }
}

impl Seen {
    fn put(&mut self, about: &str, kind: &'static str, data: &Json) {
        let number = self.next;
        self.next += 1;
        if let Some(old) = self.numbers.insert(about.to_owned(), number) {
            self.changes.remove(&old);
        }
        let change = Change {
            about: about.to_owned(),
            kind,
            data: data.to_string().into(),
        };
        self.changes.insert(number, change);
        if self.changes.len() > KEPT
            && let Some((_, oldest)) = self.changes.pop_first()
        {
            self.numbers.remove(&oldest.about);
        }
    }
}

/// Looks for as long as there is a console, and a browser that watches.
pub(super) fn look_again_and_again(hub: &Weak<Hub>) {
    while let Some(hub) = hub.upgrade() {
        let is_watched = hub.watching.load(Ordering::Relaxed) > 0;
        if is_watched {
            // The list of runs tells why a directory cannot be read.
            let _looked = hub.look();
        }
        drop(hub);
        thread::sleep(if is_watched { LOOK } else { IDLE });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{
        super::{OpenQuestion, Refused},
        *,
    };

    fn seen() -> Seen {
        Seen {
            changes: BTreeMap::new(),
            numbers: HashMap::new(),
            next: 1,
        }
    }

    /// As many events as a day has seconds: a thousand runs are a thousand changes, however often they change.
    #[test]
    fn of_each_run_only_the_last_change_is_kept() {
        let mut seen = seen();
        for number in 0..86_400_u64 {
            seen.put(
                &format!("run {}", number % 1000),
                "run",
                &json!({"size": number}),
            );
        }
        assert_eq!((seen.changes.len(), seen.numbers.len()), (1000, 1000));
        let last = seen.changes.values().next_back().expect("there is one");
        assert_eq!(&*last.data, "{\"size\":86399}");
        assert_eq!(seen.next, 86_401);
    }

    #[test]
    fn the_number_of_changes_is_bounded() {
        let mut seen = seen();
        for number in 0..2 * KEPT {
            seen.put(&format!("run {number}"), "gone", &json!({}));
        }
        assert_eq!((seen.changes.len(), seen.numbers.len()), (KEPT, KEPT));
    }

    struct Nothing;

    impl Actions for Nothing {
        fn start(&self, _: &str, _: &BTreeMap<String, String>) -> Result<String, Refused> {
            Err(Refused::new("nothing"))
        }
        fn again(&self, _: &str, _: &str) -> Result<String, Refused> {
            Err(Refused::new("nothing"))
        }
        fn resume(&self, _: &str) -> Result<String, Refused> {
            Err(Refused::new("nothing"))
        }
        fn cancel(&self, _: &str) -> Result<(), Refused> {
            Err(Refused::new("nothing"))
        }
        fn own(&self) -> Vec<String> {
            Vec::new()
        }
        fn questions(&self) -> Vec<OpenQuestion> {
            Vec::new()
        }
        fn answer(&self, _: u64, _: &str, _: &str, _: &str) -> Result<(), Refused> {
            Err(Refused::new("nothing"))
        }
        fn revision(&self) -> u64 {
            0
        }
    }

    /// The thread that serves all browsers asks for changes while another reads files.
    #[test]
    fn news_do_not_wait_for_files_that_are_read() {
        let hub = Hub::new(
            &History::in_dir("nowhere"),
            Arc::new(Nothing),
            "e".to_owned(),
        );
        let _reading = lock(&hub.looked);
        let other = Arc::clone(&hub);
        let asked = thread::spawn(move || {
            assert_eq!((other.last(), other.number("e-0")), (0, Some(0)));
            other.since(0).until
        });
        let end = Instant::now() + Duration::from_secs(60);
        while !asked.is_finished() {
            assert!(Instant::now() < end, "it waits");
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(asked.join().expect("it does not panic"), 0);
    }
}
