//! Watches a directory of histories: runs of any process that begin, go on, end or are removed.
//!
//! A look costs one call of the system for the directory and one or two for each run that goes on. Runs that have ended
//! are looked at every two seconds, because another process may resume them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use serde_json::{Value as Json, json};

use super::{
    History, HistoryError,
    directory::{LOG, is_held},
    log::{Entry, Reader},
    run::{RunRecord, RunStatus},
    told::Contents,
};
use crate::events::time_text;

/// How often runs that have ended are looked at.
const ENDED: Duration = Duration::from_secs(2);

/// How often it is checked whether the process of a run is still there.
const HELD: Duration = Duration::from_millis(500);

/// How long a change of the directory may be hidden by the resolution of its time.
const RESOLUTION: Duration = Duration::from_millis(50);

/// The length of the first line of an error that is kept, in characters.
const ERROR: usize = 300;

/// The runs of a directory, as they were when it was last looked at.
#[derive(Debug)]
pub struct Watch {
    history: History,
    runs: BTreeMap<String, Seen>,
    /// The time of the directory when it was last listed.
    listed: Option<SystemTime>,
    /// When all runs were last looked at.
    looked: Option<Instant>,
}

/// What a list says of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Glance {
    /// The id of the run.
    pub id: String,
    /// The name of its entity.
    pub entity: String,
    /// Its status.
    pub status: RunStatus,
    /// When it was first started.
    pub started: SystemTime,
    /// When it last ended.
    pub ended: Option<SystemTime>,
    /// How often it was resumed.
    pub resumed: usize,
    /// The beginning of its error.
    pub error: Option<String>,
    /// The execution that it was brought from.
    pub origin: Option<String>,
    /// How many of its nodes have each status; empty for a run that had ended when it was first seen.
    pub nodes: BTreeMap<&'static str, usize>,
    /// The length of its log, which grows with each event.
    pub size: u64,
}

impl Glance {
    /// The run as JSON.
    pub fn to_json(&self) -> Json {
        let mut json = json!({
            "id": self.id,
            "entity": self.entity,
            "status": self.status.to_string(),
            "started": time_text(self.started),
            "size": self.size,
        });
        if let Some(ended) = self.ended {
            json["ended"] = time_text(ended).into();
        }
        if self.resumed > 0 {
            json["resumed"] = self.resumed.into();
        }
        if let Some(error) = &self.error {
            json["error"] = error.as_str().into();
        }
        if let Some(origin) = &self.origin {
            json["origin"] = origin.as_str().into();
        }
        if !self.nodes.is_empty() {
            json["nodes"] = json!(self.nodes);
        }
        json
    }
}

/// A run that was seen.
#[derive(Debug)]
struct Seen {
    glance: Glance,
    /// Its log, for as long as it goes on.
    follow: Option<Box<Follow>>,
}

impl Watch {
    /// Watches the runs of a history; the first look finds all of them.
    pub fn of(history: &History) -> Self {
        Self {
            history: history.clone(),
            runs: BTreeMap::new(),
            listed: None,
            looked: None,
        }
    }

    /// A run that the last look has found.
    pub fn get(&self, id: &str) -> Option<&Glance> {
        self.runs.get(id).map(|seen| &seen.glance)
    }

    /// All runs that the last look has found, newest first.
    pub fn runs(&self) -> impl Iterator<Item = &Glance> {
        self.runs.values().rev().map(|seen| &seen.glance)
    }

    /// Looks again, and returns the ids of the runs that are new, have changed or are gone, oldest first. Runs that
    /// cannot be read are left out.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub fn look(&mut self) -> Result<Vec<String>, HistoryError> {
        let mut changed = BTreeSet::new();
        let everything = self.looked.is_none_or(|looked| looked.elapsed() >= ENDED);
        if everything {
            self.looked = Some(Instant::now());
        }
        let time = fs::metadata(&self.history.directory).and_then(|directory| directory.modified());
        let time = time.ok();
        if everything || time != self.listed {
            self.list(&mut changed)?;
            // Another change in the same moment would leave the same time.
            let is_old = |time: &SystemTime| time.elapsed().is_ok_and(|age| age >= RESOLUTION);
            self.listed = time.filter(is_old);
        }
        for (id, seen) in &mut self.runs {
            if (everything || seen.follow.is_some()) && !changed.contains(id) {
                let directory = self.history.directory.join(id);
                if seen.look(&directory) {
                    changed.insert(id.clone());
                }
            }
        }
        Ok(changed.into_iter().collect())
    }

    /// Finds runs that are new, and those that are gone.
    fn list(&mut self, changed: &mut BTreeSet<String>) -> Result<(), HistoryError> {
        let ids = self.history.ids()?;
        let there: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        self.runs.retain(|id, _| {
            let stays = there.contains(id.as_str());
            if !stays {
                changed.insert(id.clone());
            }
            stays
        });
        for id in ids {
            if !self.runs.contains_key(&id)
                && let Ok(seen) = Seen::read(&self.history.directory.join(&id))
            {
                changed.insert(id.clone());
                self.runs.insert(id, seen);
            }
        }
        Ok(())
    }
}

impl Seen {
    fn read(directory: &Path) -> io::Result<Self> {
        let size = fs::metadata(directory.join(LOG))?.len();
        let run = RunRecord::summary(directory)?;
        let mut seen = Self {
            glance: Glance {
                id: run.id().to_owned(),
                entity: run.entity().to_owned(),
                status: run.status(),
                started: run.started(),
                ended: run.ended(),
                resumed: run.resumed(),
                error: run.error().map(beginning),
                origin: run.origin().map(ToString::to_string),
                nodes: BTreeMap::new(),
                size,
            },
            follow: None,
        };
        if seen.glance.status == RunStatus::Running {
            let mut follow = Follow::open(directory)?;
            if follow.go_on()? {
                follow.tell(&mut seen.glance);
            }
            seen.follow = Some(Box::new(follow));
        }
        Ok(seen)
    }

    /// Whether the run has changed.
    fn look(&mut self, directory: &Path) -> bool {
        let before = self.glance.clone();
        let done = match &mut self.follow {
            Some(follow) => follow.look(directory, &mut self.glance),
            None => fs::metadata(directory.join(LOG)).map(|log| log.len() != self.glance.size),
        };
        match done {
            Ok(false) => {}
            // It is read from the start: it has ended, was resumed, or its log is another.
            Ok(true) | Err(_) => match Self::read(directory) {
                Ok(mut seen) => {
                    if seen.glance.nodes.is_empty() {
                        seen.glance.nodes = std::mem::take(&mut self.glance.nodes);
                    }
                    *self = seen;
                }
                // It is being removed; the next list says so.
                Err(_) => return false,
            },
        }
        self.glance != before
    }
}

/// The log of a run that goes on, read as far as it is written.
struct Follow {
    reader: Reader,
    told: Contents,
    held: Instant,
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follow")
            .field("held", &self.held)
            .finish_non_exhaustive()
    }
}

impl Follow {
    fn open(directory: &Path) -> io::Result<Self> {
        Ok(Self {
            reader: Reader::open(&directory.join(LOG), |_| true)?,
            told: Contents::default(),
            held: Instant::now(),
        })
    }

    /// Reads what was written since; whether there was anything.
    fn go_on(&mut self) -> io::Result<bool> {
        let before = self.reader.whole();
        self.reader.go_on()?;
        while let Some(entry) = self.reader.next()? {
            match entry {
                Entry::Value(hash, _) => self.told.values.push(hash),
                Entry::Record(record) => self.told.take(record),
                Entry::Rows(rows) => {
                    if self.told.take_rows(&rows).is_none() {
                        return Err(io::ErrorKind::InvalidData.into());
                    }
                }
            }
        }
        Ok(self.reader.whole() != before)
    }

    fn tell(&self, glance: &mut Glance) {
        glance.size = self.reader.whole();
        glance.nodes.clear();
        for status in self.told.statuses() {
            *glance.nodes.entry(status.word()).or_default() += 1;
        }
    }

    /// Whether the run has ended, or its process is gone.
    fn look(&mut self, directory: &Path, glance: &mut Glance) -> io::Result<bool> {
        if self.go_on()? {
            self.tell(glance);
            return Ok(self.told.ended.is_some());
        }
        if self.held.elapsed() < HELD {
            return Ok(false);
        }
        self.held = Instant::now();
        Ok(!is_held(directory)?)
    }
}

fn beginning(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    line.chars().take(ERROR).collect()
}
