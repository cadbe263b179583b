//! Counts of paths, and the file that they are recorded in.

use std::{collections::BTreeMap, env, fmt, process::Command};

use anyhow::{Context as _, bail};

use crate::paths::HotPath;

/// How many parts of one are told apart: of 20 allocations in 1 000 operations, one more is.
const PARTS: u64 = 1_000;

/// A number for one operation, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Count(pub(crate) u64);

impl Count {
    fn of(total: u64, operations: u64) -> Self {
        Self((total * PARTS + operations / 2) / operations)
    }

    fn read(text: &str) -> anyhow::Result<Self> {
        let count = text.split_once('.').and_then(|(whole, parts)| {
            let (whole, parts): (u64, u64) = (whole.parse().ok()?, parts.parse().ok()?);
            Some(Self(whole * PARTS + parts))
        });
        count.with_context(|| format!("`{text}` is not a count such as 12.500"))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:03}", self.0 / PARTS, self.0 % PARTS))
    }
}

/// What one operation of a path costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Without valgrind they are not known.
    pub(crate) instructions: Option<Count>,
    pub(crate) allocations: Count,
}

impl Counts {
    pub(crate) fn of(path: &HotPath, instructions: Option<u64>, allocations: u64) -> Self {
        let operations = path.each * path.rounds;
        Self {
            instructions: instructions.map(|total| Count::of(total, operations)),
            allocations: Count::of(allocations, operations),
        }
    }

    /// The middle ones of some.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub(crate) fn middle(counts: &[Self]) -> Self {
        fn middle<T: Copy + Ord>(values: impl Iterator<Item = T>) -> T {
            let mut values: Vec<_> = values.collect();
            values.sort_unstable();
            values[values.len() / 2]
        }
        Self {
            instructions: middle(counts.iter().map(|counts| counts.instructions)),
            allocations: middle(counts.iter().map(|counts| counts.allocations)),
        }
    }
}

/// A path as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    /// What is counted as one.
    pub(crate) operation: String,
    pub(crate) counts: Counts,
}

/// Paths by name.
pub(crate) type Figures = BTreeMap<String, Figure>;

/// What the counted program was made by, and for which machines; the counts of two cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compiler(String);

impl fmt::Display for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Compiler {
    /// The one that cargo uses here.
    pub(crate) fn current() -> anyhow::Result<Self> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = Command::new(&rustc).arg("-vV").output();
        let output = output.with_context(|| format!("{} -vV", rustc.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.lines().next();
        let host = text.lines().find_map(|line| line.strip_prefix("host: "));
        match (version, host) {
            (Some(version), Some(host)) => Ok(Self(format!("{version} for {host}"))),
            _ => bail!("{} -vV does not tell its version: {text}", rustc.display()),
        }
    }
}

const HEADER: &str = "path\toperation\tinstructions\tallocations";

/// The content of the file.
pub(crate) fn write(compiler: &Compiler, figures: &Figures) -> String {
    let mut text = format!(
        "# For one operation; see README.md. Recorded by tests/counts/run record with:\n# {compiler}\n{HEADER}\n"
    );
    for (path, Figure { operation, counts }) in figures {
        let instructions = counts.instructions.map(|count| count.to_string());
        text += &format!(
            "{path}\t{operation}\t{}\t{}\n",
            instructions.unwrap_or_default(),
            counts.allocations
        );
    }
    text
}

/// What [`write()`] has written.
pub(crate) fn read(text: &str) -> anyhow::Result<(Compiler, Figures)> {
    let mut comments = text.lines().filter_map(|line| line.strip_prefix("# "));
    let compiler = comments
        .nth(1)
        .context("there is no line with the compiler")?;
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && *line != HEADER);
    let mut figures = Figures::new();
    for line in lines {
        let [path, operation, instructions, allocations] = line.split('\t').collect::<Vec<_>>()[..]
        else {
            bail!("`{line}` is not a path, its operation and two counts, divided by tabs");
        };
        let counts = Counts {
            instructions: Some(Count::read(instructions)?),
            allocations: Count::read(allocations)?,
        };
        let figure = Figure {
            operation: operation.to_owned(),
            counts,
        };
        if figures.insert(path.to_owned(), figure).is_some() {
            bail!("the path `{path}` is there twice");
        }
    }
    Ok((Compiler(compiler.to_owned()), figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let counts = Counts {
            instructions: Some(Count(12_005)),
            allocations: Count(23),
        };
        let figure = Figure {
            operation: "a task".to_owned(),
            counts,
        };
        let figures = Figures::from([("a".to_owned(), figure.clone()), ("b".to_owned(), figure)]);
        let compiler = Compiler("rustc 1.2.3 for here".to_owned());
        let text = write(&compiler, &figures);
        assert!(text.ends_with("a\ta task\t12.005\t0.023\nb\ta task\t12.005\t0.023\n"));
        assert_eq!(read(&text).unwrap(), (compiler, figures));
    }

    #[test]
    fn what_is_not_a_line_of_the_file_is_told() {
        let read = |lines: &str| {
            let text = format!("# where from\n# rustc\n{HEADER}\n{lines}");
            read(&text).unwrap_err().to_string()
        };
        assert!(read("a\t1.000\n").contains("`a\t1.000` is not a path"));
        assert!(read("a\ta task\t1.000\tfew\n").contains("`few` is not a count"));
        let twice = "a\ta task\t1.000\t0.000\n".repeat(2);
        assert_eq!(read(&twice), "the path `a` is there twice");
    }

    #[test]
    fn one_that_is_far_from_others_does_not_count() {
        let counts = [(10, 1), (90, 1), (11, 0)].map(|(instructions, allocations)| Counts {
            instructions: Some(Count(instructions)),
            allocations: Count(allocations),
        });
        let middle = Counts {
            instructions: Some(Count(11)),
            allocations: Count(1),
        };
        assert_eq!(Counts::middle(&counts), middle);
    }

    #[test]
    fn totals_are_divided_by_operations_and_rounded() {
        assert_eq!(Count::of(2_000, 1_000).to_string(), "2.000");
        assert_eq!(Count::of(23, 1_000).to_string(), "0.023");
        assert_eq!(Count::of(2, 3).to_string(), "0.667");
    }
}
