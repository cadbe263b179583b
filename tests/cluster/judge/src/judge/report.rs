//! What was found out, as a table.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

use std::{collections::BTreeMap, path::Path, time::Duration};

/// One case.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) shows: String,
    pub(crate) here: String,
    pub(crate) there: String,
    /// Why both ends may differ, if they may.
    pub(crate) because: Option<&'static str>,
    /// What is not as it has to be.
    pub(crate) wrong: Vec<String>,
}

impl Line {
    fn verdict(&self) -> &str {
        match (&*self.wrong, self.because) {
            ([], None) => "equal",
            ([], Some(because)) => because,
            ([first, ..], _) => first,
        }
    }
}

/// Everything that was found out.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) lines: Vec<Line>,
    /// What is wrong besides cases.
    pub(crate) problems: Vec<String>,
    /// How many entities of this program were registered.
    pub(crate) registered: usize,
    /// How many entities of a program compile, and how many do not and are declared not to.
    pub(crate) compiled: BTreeMap<String, (usize, Vec<String>)>,
}

impl Report {
    pub(crate) fn is_good(&self) -> bool {
        self.problems.is_empty() && self.lines.iter().all(|line| line.wrong.is_empty())
    }

    pub(crate) fn print(&self, took: Duration) {
        let width = |text: fn(&Line) -> &str| {
            self.lines
                .iter()
                .map(|line| text(line).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (shows, name) = (width(|line| &line.shows), width(|line| &line.name));
        let (here, there) = (width(|line| &line.here), width(|line| &line.there));
        for line in &self.lines {
            println!(
                "{:shows$}  {:name$}  {:here$}  {:there$}  {}",
                line.shows,
                line.name,
                line.here,
                line.there,
                first_line(line.verdict())
            );
        }
        for line in self.lines.iter().filter(|line| !line.wrong.is_empty()) {
            println!("\n{} ({})", line.name, line.shows);
            for wrong in &line.wrong {
                println!("  {}", wrong.replace('\n', "\n    "));
            }
        }
        if !self.problems.is_empty() {
            println!();
        }
        for problem in &self.problems {
            println!("{problem}");
        }
        println!();
        for (program, (count, exceptions)) in &self.compiled {
            println!(
                "{program}: {count} entities compile{}",
                if exceptions.is_empty() { "" } else { "; not" }
            );
            for exception in exceptions {
                println!("  {exception}");
            }
        }
        let wrong = self
            .lines
            .iter()
            .filter(|line| !line.wrong.is_empty())
            .count();
        let by_design = self
            .lines
            .iter()
            .filter(|line| line.wrong.is_empty() && line.because.is_some())
            .count();
        println!(
            "{} cases, {} entities registered: {} equal, {by_design} differ by design, {wrong} wrong; {} other problems; {} s",
            self.lines.len(),
            self.registered,
            self.lines.len() - wrong - by_design,
            self.problems.len(),
            took.as_secs()
        );
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// It could not be found out.
pub(crate) fn say_error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

pub(crate) fn say_kept(path: &Path) {
    println!("the cluster's data are in {}", path.display());
}
