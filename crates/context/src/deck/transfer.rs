//! Transfers pages between processes: those of an isolated attempt.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{Decks, Html, Pages, Status, TimelineRow, deck::Progress};
use flyte_core::registry::Registry;

/// A page from the other process.
#[derive(Serialize, Deserialize)]
struct Page {
    task: String,
    node: String,
    attempt: u32,
    /// If the task's page is written: how the task ended, and when it ran.
    progress: Option<(Status, SystemTime, Option<Duration>)>,
    decks: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Part {
    name: String,
    html: String,
    is_raw: bool,
    rows: Vec<TimelineRow>,
}

/// Encodes pages for [`take`].
pub fn hand_over(pages: &Pages) -> Result<Vec<u8>, serde_json::Error> {
    let pages = pages.all();
    let pages: Vec<_> = pages.iter().filter_map(page).collect();
    serde_json::to_vec(&pages)
}

fn page(page: &Decks) -> Option<Page> {
    let decks = page.own().into_iter().map(|deck| Part {
        name: deck.name().to_owned(),
        html: deck.html(),
        is_raw: deck.is_raw(),
        rows: deck.rows(),
    });
    let progress = page.progress();
    Some(Page {
        task: page.task()?.to_owned(),
        node: page.node()?.to_owned(),
        attempt: page.attempt()?,
        progress: progress.map(|progress| (progress.status, progress.began, progress.took)),
        decks: decks.collect(),
    })
}

/// Adds the pages of another process: the attempt's own page becomes its decks, and the pages of tasks that it ran are
/// added beside them. In the other process the attempt is the only node of its run.
pub fn take(decks: &Decks, handed_over: &[u8]) -> Result<(), serde_json::Error> {
    /// The id of the attempt in the other process.
    const THERE: &str = "n0";
    let pages: Vec<Page> = serde_json::from_slice(handed_over)?;
    for page in pages {
        let Some(below) = page.node.strip_prefix(THERE) else {
            continue;
        };
        if below.is_empty() {
            put(decks, page.decks);
            continue;
        }
        let (Some(node), Some(all)) = (decks.node(), decks.pages()) else {
            continue;
        };
        let Ok(task) = Registry::of_program().find(&page.task) else {
            continue;
        };
        let other = Decks::of_task(
            task.name(),
            format!("{node}{below}"),
            page.attempt,
            &all,
            false,
        );
        put(&other, page.decks);
        if let Some((status, began, took)) = page.progress {
            other.set_progress(Progress {
                status,
                began,
                took,
            });
        }
    }
    Ok(())
}

fn put(decks: &Decks, parts: Vec<Part>) {
    for part in parts {
        let deck = decks.deck(&part.name);
        if !part.html.is_empty() {
            deck.append(match part.is_raw {
                true => Html::raw(part.html),
                false => Html::own(part.html),
            });
        }
        part.rows.into_iter().for_each(|row| deck.push_row(row));
    }
}
