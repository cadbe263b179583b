//! What is said about counts beside the recorded ones.

use std::fmt::{self, Write as _};

use crate::figures::{Count, Figure, Figures};

/// How many hundredths more a path may take than what is recorded, and less before it is proposed to record it.
const LIMIT: u64 = 3;

/// Something to be told about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It takes more.
    Worse(Change),
    /// It takes less, which a later change could lose without being noticed.
    Better(Change),
    /// It is recorded and there is no such path.
    Gone(String),
    /// It is not recorded.
    New(String),
}

/// Of a count of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) path: String,
    what: &'static str,
    before: Count,
    after: Count,
}

impl Finding {
    pub(crate) fn is_failure(&self) -> bool {
        !matches!(self, Self::Better(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Worse(change) => write!(f, "FAILED: {change}, more than +{LIMIT} %"),
            Self::Better(change) => {
                let path = &change.path;
                write!(f, "note: {change}; keep it: tests/counts/run record {path}")
            }
            Self::Gone(path) => write!(
                f,
                "FAILED: {path} is recorded, and there is no such path; record all: tests/counts/run record"
            ),
            Self::New(path) => write!(
                f,
                "FAILED: {path} is not recorded; record it: tests/counts/run record {path}"
            ),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            what,
            before,
            after,
        } = self;
        let percent = percent(*before, *after);
        write!(f, "{path}: {before} {what} before, {after} now ({percent})")
    }
}

fn percent(before: Count, after: Count) -> String {
    if before == after {
        return "=".to_owned();
    }
    if before.0 == 0 {
        return "none before".to_owned();
    }
    format!("{:+.2} %", (after.0 as f64 / before.0 as f64 - 1.0) * 100.0)
}

/// What is to be told, by path.
pub(crate) fn compare(recorded: &Figures, now: &Figures) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, before) in recorded {
        let Some(after) = now.get(path) else {
            findings.push(Finding::Gone(path.clone()));
            continue;
        };
        let (before, after) = (before.counts, after.counts);
        let instructions = before.instructions.zip(after.instructions);
        let allocations = Some((before.allocations, after.allocations));
        let both = [("instructions", instructions), ("allocations", allocations)];
        for (what, counts) in both {
            let Some((before, after)) = counts else {
                continue;
            };
            let change = Change {
                path: path.clone(),
                what,
                before,
                after,
            };
            if after.0 * 100 > before.0 * (100 + LIMIT) {
                findings.push(Finding::Worse(change));
            } else if after.0 * 100 < before.0 * (100 - LIMIT) {
                findings.push(Finding::Better(change));
            }
        }
    }
    let new = now.keys().filter(|path| !recorded.contains_key(*path));
    findings.extend(new.cloned().map(Finding::New));
    findings
}

/// All counts with the recorded ones, for people.
pub(crate) fn table(recorded: &Figures, now: &Figures) -> String {
    let mut text = format!(
        "{:<22} {:>13} {:>13} {:>10} {:>11} {:>11} {:>10}  {}\n",
        "path", "instructions", "recorded", "", "allocations", "recorded", "", "operation"
    );
    for (path, Figure { operation, counts }) in now {
        let before = recorded.get(path).map(|figure| figure.counts);
        let columns = |width: usize, before: Option<Count>, after: Option<Count>| {
            let text = |count: Option<Count>| {
                count.map_or_else(|| "-".to_owned(), |count| count.to_string())
            };
            let change = before
                .zip(after)
                .map_or_else(String::new, |(before, after)| percent(before, after));
            format!(
                "{:>width$} {:>width$} {change:>10}",
                text(after),
                text(before)
            )
        };
        let instructions = columns(
            13,
            before.and_then(|counts| counts.instructions),
            counts.instructions,
        );
        let allocations = columns(
            11,
            before.map(|counts| counts.allocations),
            Some(counts.allocations),
        );
        // Nothing fails that writes to a string.
        let _ = writeln!(text, "{path:<22} {instructions} {allocations}  {operation}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Counts;

    fn figures<const N: usize>(paths: [(&str, Option<u64>, u64); N]) -> Figures {
        let figure = |instructions: Option<u64>, allocations| Figure {
            operation: "a task".to_owned(),
            counts: Counts {
                instructions: instructions.map(Count),
                allocations: Count(allocations),
            },
        };
        let paths = paths.into_iter();
        paths
            .map(|(path, instructions, allocations)| {
                (path.to_owned(), figure(instructions, allocations))
            })
            .collect()
    }

    /// What is said, and whether it fails.
    fn told<const N: usize, const M: usize>(
        recorded: [(&str, Option<u64>, u64); N],
        now: [(&str, Option<u64>, u64); M],
    ) -> (Vec<String>, bool) {
        let findings = compare(&figures(recorded), &figures(now));
        let fails = findings.iter().any(Finding::is_failure);
        (findings.iter().map(ToString::to_string).collect(), fails)
    }

    const BEFORE: (&str, Option<u64>, u64) = ("chain", Some(200_000), 10_000);

    #[test]
    fn more_than_three_hundredths_more_fail_and_are_named() {
        assert_eq!(
            told([BEFORE], [("chain", Some(206_200), 10_000)]),
            (
                vec![
                    "FAILED: chain: 200.000 instructions before, 206.200 now (+3.10 %), more than +3 %".to_owned()
                ],
                true
            )
        );
        assert_eq!(
            told([BEFORE], [("chain", Some(200_000), 10_310)]),
            (
                vec!["FAILED: chain: 10.000 allocations before, 10.310 now (+3.10 %), more than +3 %".to_owned()],
                true
            )
        );
    }

    #[test]
    fn less_than_three_hundredths_more_or_less_pass() {
        assert_eq!(
            told([BEFORE], [("chain", Some(205_800), 10_290)]),
            (vec![], false)
        );
        assert_eq!(
            told([BEFORE], [("chain", Some(194_200), 9_710)]),
            (vec![], false)
        );
    }

    #[test]
    fn a_first_allocation_fails() {
        let (told, fails) = told(
            [("scope", Some(50_000), 0)],
            [("scope", Some(50_000), 1_000)],
        );
        let expected =
            "FAILED: scope: 0.000 allocations before, 1.000 now (none before), more than +3 %";
        assert_eq!((told, fails), (vec![expected.to_owned()], true));
    }

    #[test]
    fn a_gain_passes_and_is_proposed_to_be_kept() {
        assert_eq!(
            told([BEFORE], [("chain", Some(190_000), 10_000)]),
            (
                vec![
                    "note: chain: 200.000 instructions before, 190.000 now (-5.00 %); \
                     keep it: tests/counts/run record chain"
                        .to_owned()
                ],
                false
            )
        );
    }

    #[test]
    fn a_path_that_is_only_recorded_or_only_there_fails() {
        let (told, fails) = told([("old", Some(1_000), 0)], [("new", Some(1_000), 0)]);
        assert_eq!(
            told,
            [
                "FAILED: old is recorded, and there is no such path; record all: tests/counts/run record",
                "FAILED: new is not recorded; record it: tests/counts/run record new",
            ]
        );
        assert!(fails);
    }

    #[test]
    fn instructions_that_were_not_counted_are_not_compared() {
        assert_eq!(told([BEFORE], [("chain", None, 10_000)]), (vec![], false));
        assert!(told([BEFORE], [("chain", None, 11_000)]).1);
    }
}
