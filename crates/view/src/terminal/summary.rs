//! What stands at the end of a run: how it ended and how long it took, what failed, and what took the time.

use std::{fmt::Write as _, time::Duration};

use flyte_core::text::glance;
use flyte_events::events::RunState;

use super::{
    critical::Step,
    lines::{name_of, number, seconds},
    live::{End, Live},
    style::Ink,
};

/// How many parts of the critical path are named, and what they must have taken at least.
const STEPS: usize = 5;
const SLOW: Duration = Duration::from_millis(100);

/// How many failures are named.
const FAILURES: usize = 5;

/// The summary of a run that has ended, else nothing. Failures are named if they were not when they happened.
pub(super) fn summary(live: &Live, names_failures: bool, colours: bool) -> String {
    let (Some(End { state, took }), Some(run)) = (live.end, &live.run) else {
        return String::new();
    };
    let ink = match state {
        RunState::Succeeded => Ink::Succeeded,
        RunState::Failed => Ink::Failed,
        _ => Ink::Waits,
    };
    let word = state.to_string();
    let word = ink.paint(&word, colours);
    let mut text = format!("run {} {word} in {}:", run.id, seconds(took));
    let counts = &live.counts;
    let repeated = counts.repeated();
    let counts = [
        (counts.ran, "ran"),
        (counts.cached, "from the cache"),
        (counts.resumed, "from before"),
        (counts.failed, "failed"),
        (counts.skipped, "did not run"),
        (
            repeated,
            match repeated {
                1 => "attempt repeated",
                _ => "attempts repeated",
            },
        ),
    ];
    let mut separator = " ";
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, "{separator}{count} {what}");
        separator = ", ";
    }
    if separator == " " {
        text += " nothing to do";
    }
    text.push('\n');
    if names_failures {
        for failure in live.failures.iter().take(FAILURES) {
            let sign = Ink::Failed.paint("✕", colours);
            let after = failure.took.map(|took| format!(" after {}", seconds(took)));
            let after = after.unwrap_or_default();
            let name = name_of(&failure.path, &failure.entity);
            let error = glance(&failure.error);
            let _ = writeln!(text, "  {sign} {name}{after}: {error}");
        }
        let more = live.counts.failed.saturating_sub(FAILURES);
        if more > 0 {
            let _ = writeln!(text, "  and {} more failed", number(more));
        }
    }
    for step in slowest(live.critical.whole()) {
        let part = share(step.took, took);
        let _ = writeln!(
            text,
            "  {}{part} {}",
            seconds(step.took),
            name_of(step.path, step.entity)
        );
    }
    text
}

/// The parts of the critical path that took the longest, in the order in which they ran.
fn slowest(path: Vec<Step<'_>>) -> Vec<Step<'_>> {
    let mut places: Vec<usize> = (0..path.len()).collect();
    places.retain(|place| path[*place].took >= SLOW);
    places.sort_by_key(|place| std::cmp::Reverse(path[*place].took));
    places.truncate(STEPS);
    places.sort_unstable();
    places.into_iter().map(|place| path[place]).collect()
}

/// What part of a run a step took, in percent.
fn share(step: Duration, run: Duration) -> String {
    let part = step.as_secs_f64() / run.as_secs_f64();
    match part.is_finite() {
        true => format!(" {:.0} %", part.min(1.0) * 100.0),
        false => String::new(),
    }
}
