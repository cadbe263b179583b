//! Results that are kept: a task whose inputs are those of before is not run again.
//!
//! ```console
//! $ cargo run --example cache -- run report --text "to be or not to be"
//! counting the words
//! counting the letters
//! 6 words, 13 letters
//! $ cargo run --example cache -- run report --text "to be or not to be"
//! 6 words, 13 letters
//! $ cargo run --example cache -- run report --text "or not"
//! counting the words
//! counting the letters
//! 2 words, 5 letters
//! $ cargo run --example cache -- run --cache refresh words --text "or not"
//! counting the words
//! 2
//! $ cargo run --example cache -- run --cache off words --text "or not"
//! counting the words
//! 2
//! ```
//!
//! Why a call is run, or is not:
//!
//! ```console
//! $ cargo run --example cache -- cache explain words --text "or not" --loud
//! hit: the result that was stored at [..]
//! the key:
//!   task        cache.words
//!   version     1
//!   interface   [..]
//!   input text  [..]
//! $ cargo run --example cache -- cache explain words --text "not"
//! miss: it differs from the result that was stored at [..]:
//!   the input `text` has another value
//! ...
//!   input text  [..]
//! $ cargo run --example cache -- cache stats
//! directory  [..]
//! results    4
//! bytes      [..]
//! $ cargo run --example cache -- cache clear words
//! removed 2 results, [..] bytes
//! $ cargo run --example cache -- cache explain words --text "or not"
//! miss: the task has no results
//! ...
//!   input text  [..]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use flyte_runtime::prelude::*;

// ANCHOR: words
/// How many words a text has.
///
/// The version says whether results of before still hold: it becomes another when the task gives another answer. How
/// loud it is changes no answer, so that input does not count. Equal calls in other processes wait for the first, and
/// take its result.
#[task(cache(version = "1", serialize, ignored_inputs(loud)))]
fn words(text: &str, #[default(true)] loud: bool) -> usize {
    if loud {
        println!("counting the words");
    }
    text.split_whitespace().count()
}
// ANCHOR_END: words

// ANCHOR: letters
/// How many letters a text has.
///
/// With `auto` an edit of this function makes the version. The functions that it calls are not seen.
#[task(cache = "auto")]
fn letters(text: &str) -> usize {
    println!("counting the letters");
    text.chars().filter(|c| c.is_alphabetic()).count()
}
// ANCHOR_END: letters

#[task]
fn sentence(words: usize, letters: usize) -> String {
    format!("{words} words, {letters} letters")
}

/// Both counts.
#[workflow]
fn report(text: String) -> String {
    let words = words(text, true);
    let letters = letters(text);
    words >> letters;
    sentence(words, letters)
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use flyte_runtime::{
        BoxError,
        cache::{Cache, CacheKey},
        files::TempSandbox,
    };

    use super::*;

    /// Under `cargo test` nothing is kept, unless a test names a cache.
    #[test]
    fn a_result_is_kept_once() -> Result<(), BoxError> {
        assert_eq!(words::run("a b", false)?, 2);

        let directory = TempSandbox::new();
        let cache = Cache::at(directory.create()?);
        for _ in 0..2 {
            Runner::local()
                .cache(cache.clone())
                .run(words::call("a b", false))?;
        }
        assert_eq!(cache.stats()?.entries, 1);

        let keys = [
            CacheKey::of(&words::call("a b", true))?,
            CacheKey::of(&words::call("a b", false))?,
        ];
        assert_eq!(keys[0], keys[1]);
        Ok(())
    }
}
