//! Durations as people write them: `30s`, `1h30m`, `500ms`, `2d`.
//!
//! One grammar serves `#[task(timeout = "…")]`, node overrides, options of the command line and durations that are inputs. For a
//! setting a number without a unit is refused rather than guessed: Flyte counts timeouts in seconds, many other tools in
//! milliseconds. The value of an input may be one: it is seconds then, as flytekit writes durations in dataclasses.

pub use flyte_grammar::duration::{DurationError, format, parse};
