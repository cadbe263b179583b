//! The tasks and workflows of the program whose console this is.

use std::{fs, path::PathBuf, thread, time::Duration};

use flyte_runtime::{deck::Deck, is_cancelled, prelude::*};

/// What would run if any of it were taken for markup.
pub(crate) const PLANTED: &str =
    "</script><script>window.planted = 1</script><img src=x onerror='window.planted = 2'>";

/// A colour.
#[derive(Clone, Debug, PartialEq, FlyteType)]
pub(crate) enum Colour {
    Red,
    Green,
}

/// Says something.
#[task]
pub(crate) fn say(
    /// What is said.
    text: String,
    #[default(2)] times: i64,
    #[default(Colour::Green)] colour: Colour,
    #[default("hunter2".to_owned())] api_token: String,
) -> String {
    format!(
        "{} {colour:?} {}",
        text.repeat(times as usize),
        api_token.len()
    )
}

#[task]
pub(crate) fn double(x: i64) -> i64 {
    2 * x
}

#[workflow]
pub(crate) fn doubled(x: i64) -> i64 {
    double(double(x))
}

#[task]
pub(crate) fn complain(text: String) -> Result<i64, String> {
    Err(text)
}

/// Ends only when it is cancelled.
#[task]
pub(crate) fn wait_for_the_end() -> Result<i64, String> {
    while !is_cancelled() {
        thread::sleep(Duration::from_millis(2));
    }
    Err("cancelled".to_owned())
}

/// Fails for as long as a file is not there.
#[task]
pub(crate) fn need(path: String) -> Result<i64, String> {
    fs::read_to_string(PathBuf::from(path))
        .map(|text| text.len() as i64)
        .map_err(|error| error.to_string())
}

#[workflow]
pub(crate) fn reviewed(x: i64) -> i64 {
    let approved = approve(double(x), "review", "1h");
    let more = wait_for_input::<i64>("more", "1h");
    add(approved, more)
}

#[task]
pub(crate) fn add(x: i64, y: i64) -> i64 {
    x + y
}

#[task(enable_deck)]
pub(crate) fn decked() -> i64 {
    Deck::new("planted").append(PLANTED);
    1
}
