//! The decks of a run inside its page, in frames that run no scripts.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
};

use super::hash;
use flyte_events::history::RunRecord;

/// How large a deck may be to be in the page, and all of them together, in bytes.
const LARGEST: u64 = 1 << 20;
const ALL: u64 = 8 << 20;

/// The decks that go into a page.
#[derive(Debug, Default)]
pub(super) struct Decks<'r> {
    pages: HashMap<&'r Path, String>,
}

impl<'r> Decks<'r> {
    /// The decks of a run that are still there and not too large. Of a node with several attempts it is the last one.
    pub(super) fn of(run: &'r RunRecord) -> Self {
        let mut pages = HashMap::new();
        let mut room = ALL;
        for node in run.nodes() {
            let decks = node.tried.iter().rev();
            let Some(deck) = decks.filter_map(|tried| tried.deck.as_deref()).next() else {
                continue;
            };
            let size = fs::metadata(deck)
                .ok()
                .filter(|about| about.is_file() && about.len() <= LARGEST.min(room));
            if let Some(about) = size
                && let Ok(page) = fs::read(deck)
            {
                room -= about.len();
                let page = String::from_utf8_lossy(&page);
                pages.insert(deck, without_scripts(&page));
            }
        }
        Self { pages }
    }

    /// The deck in this file.
    pub(super) fn page(&self, file: &Path) -> Option<&str> {
        self.pages.get(file).map(String::as_str)
    }

    /// What the policy of the page must allow: a frame has the policy of the page around it. Styles are allowed by
    /// their hashes, and pictures that are in the deck itself.
    pub(super) fn policy(&self) -> (String, &'static str) {
        if self.pages.is_empty() {
            return Default::default();
        }
        let mut hashes = BTreeSet::new();
        for page in self.pages.values() {
            for (_, style) in elements(page, "style") {
                hashes.insert(hash(&style.replace("\r\n", "\n")));
            }
            for style in attributes(page) {
                hashes.insert(hash(&style));
            }
        }
        let hashes: String = hashes.iter().map(|hash| format!(" '{hash}'")).collect();
        (
            format!(" 'unsafe-hashes'{hashes}"),
            "; img-src data:; media-src data:; font-src data:",
        )
    }
}

/// The whole elements of a kind, each with what is in it.
fn elements<'p>(page: &'p str, tag: &str) -> Vec<(&'p str, &'p str)> {
    let lower = page.to_ascii_lowercase();
    let (open, close) = (format!("<{tag}"), format!("</{tag}"));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = lower[at..].find(&open).map(|place| at + place) {
        let after = start + open.len();
        let is_other = lower[after..].starts_with(|next: char| next.is_ascii_alphanumeric());
        let ends = lower[after..].find('>').map(|place| after + place + 1);
        let Some(inner) = ends.filter(|_| !is_other) else {
            at = after;
            continue;
        };
        let end = lower[inner..].find(&close).map(|place| inner + place);
        let end = end.unwrap_or(page.len());
        let outer = lower[end..]
            .find('>')
            .map_or(page.len(), |place| end + place + 1);
        found.push((&page[start..outer], &page[inner..end]));
        at = outer;
    }
    found
}

/// A page without its scripts. They would not run in the frame; the browser would complain of each.
fn without_scripts(page: &str) -> String {
    let mut left = page.to_owned();
    for (whole, _) in elements(page, "script") {
        left = left.replacen(whole, "", 1);
    }
    left
}

/// The values of the attributes `style`.
fn attributes(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for quote in ['"', '\''] {
        let named = format!("style={quote}");
        let mut parts = page.split(&named);
        parts.next();
        for part in parts {
            if let Some((value, _)) = part.split_once(quote) {
                let mut value = value.to_owned();
                for (entity, letter) in [
                    ("&quot;", "\""),
                    ("&#39;", "'"),
                    ("&lt;", "<"),
                    ("&gt;", ">"),
                    ("&amp;", "&"),
                ] {
                    value = value.replace(entity, letter);
                }
                found.push(value);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{attributes, without_scripts};

    #[test]
    fn scripts_are_taken_out() {
        let page = "<p>a</p><SCRIPT src=x>one()</Script ><scripts>b</scripts><script>two()";
        assert_eq!(without_scripts(page), "<p>a</p><scripts>b</scripts>");
    }

    #[test]
    fn styles_of_elements_are_found() {
        let page = "<p style=\"width:1%\">a<i style='font:&quot;a&quot;'>b</i>";
        assert_eq!(attributes(page), ["width:1%", "font:\"a\""]);
    }
}
