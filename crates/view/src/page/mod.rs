//! Pages of runs: what happened, where, when and why, in one file.

mod compare;
mod data;
mod deck;
mod tree;
mod values;

#[cfg(test)]
mod tests;

pub use compare::{Comparison, Difference};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::picture::xml;
use deck::Decks;
use flyte_core::registry::Registry;
use flyte_events::history::RunRecord;

const PAGE: &str = include_str!("assets/page.html");
pub(crate) const STYLE: &str = include_str!("assets/style.css");

/// The modules of the page by name, each after those that it imports from. `main.js` mounts the views in an element;
/// only `start.js` needs the page around them.
pub(crate) const MODULES: [(&str, &str); 17] = [
    ("words.js", include_str!("assets/words.js")),
    ("run.js", include_str!("assets/run.js")),
    ("state.js", include_str!("assets/state.js")),
    ("morph.js", include_str!("assets/morph.js")),
    ("compare.js", include_str!("assets/compare.js")),
    ("header.js", include_str!("assets/header.js")),
    ("layout.js", include_str!("assets/layout.js")),
    ("graph.js", include_str!("assets/graph.js")),
    ("timeline.js", include_str!("assets/timeline.js")),
    ("table.js", include_str!("assets/table.js")),
    ("detail.js", include_str!("assets/detail.js")),
    ("actions.js", include_str!("assets/actions.js")),
    ("pointer.js", include_str!("assets/pointer.js")),
    ("keyboard.js", include_str!("assets/keyboard.js")),
    ("frame.js", include_str!("assets/frame.js")),
    ("main.js", include_str!("assets/main.js")),
    ("start.js", include_str!("assets/start.js")),
];

/// A page of a run: its graph with the states of its nodes, a timeline with waiting, attempts and backoff apart, a
/// table, and for each node why it ran, what it took and gave, its errors and what it logged.
///
/// It is one file that needs no server, no other file and no network: it can be opened from a disk, mailed and kept.
/// Whatever names, values, errors and logs contain is shown as text. On the command line it is the command `runs page`.
/// It corresponds to the page of an execution in Flyte's console.
#[derive(Clone, Copy, Debug)]
pub struct RunPage<'r> {
    run: &'r RunRecord,
    registry: Option<&'r Registry>,
    other: Option<&'r RunRecord>,
}

impl<'r> RunPage<'r> {
    /// A page of a recorded run that [`History::run`](flyte_events::history::History::run) has read.
    pub fn of(run: &'r RunRecord) -> Self {
        Self {
            run,
            registry: None,
            other: None,
        }
    }

    /// Where source places, docs, options and the types of values are found, which a history does not have.
    #[must_use]
    pub fn described_by(mut self, registry: &'r Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// Shows how the run differs from another one, whose nodes are matched by path: see [`Comparison`].
    #[must_use]
    pub fn compared_with(mut self, other: &'r RunRecord) -> Self {
        self.other = Some(other);
        self
    }

    /// What `mount` of `main.js` takes, without `<`, so that it can be in an element of a page. Decks are named in it.
    pub fn json(&self) -> String {
        self.data(&Decks::default())
    }

    fn data(&self, decks: &Decks<'_>) -> String {
        data::json(self.run, self.registry, self.other, decks)
    }

    /// The page as HTML. Decks of the run that are still there are in it, in frames without scripts.
    pub fn html(&self) -> String {
        let script = script();
        let decks = Decks::of(self.run);
        let (styles, pictures) = decks.policy();
        // The browser runs this script and no other, applies these rules and no others, and asks for nothing.
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{}'{styles}; \
             script-src '{}'{pictures}",
            hash(STYLE),
            hash(&script)
        );
        let title = format!(
            "{} · {} · run {}",
            self.run.status(),
            self.run.entity(),
            self.run.id()
        );
        let mut page = String::new();
        let mut rest = PAGE;
        while let Some((before, (name, after))) = rest
            .split_once("{{")
            .and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
        {
            page.push_str(before);
            match name {
                "policy" => page.push_str(&policy),
                "title" => page.push_str(&xml(&title)),
                "id" => page.push_str(&xml(self.run.id())),
                "style" => page.push_str(STYLE),
                "script" => page.push_str(&script),
                _ => page.push_str(&self.data(&decks)),
            }
            rest = after;
        }
        page.push_str(rest);
        page
    }
}

/// All modules as one script. They have no names in common, so a module only has to come after those that it imports
/// from.
fn script() -> String {
    let mut script = String::new();
    for (_, module) in MODULES {
        let mut is_import = false;
        for line in module.lines() {
            is_import |= line.starts_with("import ");
            if is_import {
                is_import = !line.ends_with(';');
                continue;
            }
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script
}

/// The hash of a style or script, as a content security policy names it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
