//! A directory with a page for every task of a run, and an index of them.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    DeckError, Decks, Pages, Sink,
    page::{self, Moment},
};

/// The page that leads to the others.
const INDEX: &str = "index.html";

/// How often the index is written while pages come, at most: it names them all.
const INDEX_EVERY: Duration = Duration::from_millis(500);

/// Writes pages into a directory, which is made if it is not there.
pub(crate) struct Directory {
    path: PathBuf,
    /// When the index was written. Whoever writes holds this: two must not write the same file.
    indexed: Mutex<Option<Instant>>,
}

impl Directory {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            indexed: Mutex::default(),
        }
    }

    fn write_page(&self, page: &Decks, all: &Pages, moment: Moment) -> Result<(), DeckError> {
        let mut indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(number) = all.number_of(page) else {
            return Ok(());
        };
        self.write(&file_name(page, number), &page::task(page, moment))?;
        if indexed.is_none_or(|then| then.elapsed() >= INDEX_EVERY) {
            self.write(INDEX, &index(&all.all(), Moment::Running))?;
            *indexed = Some(Instant::now());
        }
        Ok(())
    }

    /// Writes a file so that who reads it meanwhile sees the old one or the new.
    fn write(&self, name: &str, text: &str) -> Result<(), DeckError> {
        let to = self.path.join(name);
        let staged = self.path.join(format!(".{name}.new"));
        replace(&self.path, &staged, &to, text).map_err(|error| DeckError {
            to: to.display().to_string(),
            reason: error.to_string(),
        })
    }
}

fn replace(directory: &Path, staged: &Path, to: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(staged, text)?;
    fs::rename(staged, to)
}

impl Sink for Directory {
    fn publish(&self, page: &Decks, all: &Pages) -> Result<(), DeckError> {
        self.write_page(page, all, Moment::Running)
    }

    fn end(&self, page: &Decks, all: &Pages) -> Result<(), DeckError> {
        self.write_page(page, all, Moment::Ended)
    }

    fn finish(&self, all: &Pages) -> Result<(), DeckError> {
        let _writing = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(INDEX, &index(&all.all(), Moment::Ended))
    }
}

fn index(all: &[Decks], moment: Moment) -> String {
    let names = (0..).zip(all).map(|(number, page)| file_name(page, number));
    page::index(&all.iter().zip(names).collect::<Vec<_>>(), moment)
}

/// A name that is unique by its number, and a name of a file everywhere.
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
