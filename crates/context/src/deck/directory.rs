//! A directory with a page for every task of a run, and an index of them.

use std::{
    path::{self, PathBuf},
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{
    DeckError, Decks, Pages, Sink,
    page::{self, Moment},
};
use flyte_config::private;
use flyte_core::lock::lock;

/// The page with links to the others.
const INDEX: &str = "index.html";

/// The minimum interval between writes of the index while pages are added, because it lists all of them.
const INDEX_EVERY: Duration = Duration::from_millis(500);

/// Writes pages into a directory, which is made if necessary. Pages show inputs and outputs of tasks, so only this user
/// can read them.
pub struct Directory {
    path: PathBuf,
    /// When the index was last written. The writer holds this lock, because two threads must not write the same file.
    indexed: Mutex<Option<Instant>>,
}

impl Directory {
    /// Sets the directory; nothing is written yet.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            indexed: Mutex::default(),
        }
    }

    fn write_page(&self, page: &Decks, all: &Pages, moment: Moment) -> Result<(), DeckError> {
        let mut indexed = lock(&self.indexed);
        let Some(number) = all.number_of(page) else {
            return Ok(());
        };
        let name = file_name(page, number);
        self.write(&name, &page::task(page, moment))?;
        if moment == Moment::Ended {
            let file = self.path.join(&name);
            all.wrote(page, &path::absolute(&file).unwrap_or(file));
        }
        if indexed.is_none_or(|then| then.elapsed() >= INDEX_EVERY) {
            self.write(INDEX, &index(&all.all(), Moment::Running))?;
            *indexed = Some(Instant::now());
        }
        Ok(())
    }

    /// Writes a file so that concurrent readers see either the old or the new one.
    fn write(&self, name: &str, text: &str) -> Result<(), DeckError> {
        let to = self.path.join(name);
        let written =
            private::make(&self.path).and_then(|()| private::replace(&to, text.as_bytes()));
        written.map_err(|error| DeckError {
            to: to.display().to_string(),
            reason: error.to_string(),
        })
    }
}

impl Sink for Directory {
    fn publish(&self, page: &Decks, all: &Pages) -> Result<(), DeckError> {
        self.write_page(page, all, Moment::Running)
    }

    fn end(&self, page: &Decks, all: &Pages) -> Result<(), DeckError> {
        self.write_page(page, all, Moment::Ended)
    }

    fn finish(&self, all: &Pages) -> Result<(), DeckError> {
        let _writing = lock(&self.indexed);
        private::remove_left(&self.path);
        self.write(INDEX, &index(&all.all(), Moment::Ended))
    }
}

fn index(all: &[Decks], moment: Moment) -> String {
    let names = (0..).zip(all).map(|(number, page)| file_name(page, number));
    page::index(&all.iter().zip(names).collect::<Vec<_>>(), moment)
}

/// A file name that is unique by its number and valid on every system.
fn file_name(page: &Decks, number: usize) -> String {
    let told = format!(
        "{}-{}",
        page.task().unwrap_or_default(),
        page.node().unwrap_or_default()
    );
    let safe = told.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c,
        _ => '-',
    });
    let safe: String = safe.take(80).collect();
    format!("{number:03}-{}.html", safe.trim_end_matches('-'))
}
