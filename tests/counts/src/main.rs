//! `flyte-counts check|record FILE [PATH..]`, see the README; `run` beside it builds and starts this program.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test fails where it is surprised")
)]

mod callgrind;
mod compare;
mod figures;
mod paths;

use std::{
    alloc::System,
    env, fs, iter,
    path::Path,
    process::ExitCode,
    slice,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context as _, bail};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use callgrind::Counter;
use compare::{Finding, compare};
use figures::{Compiler, Counts, Figure, Figures};
use paths::HotPath;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A part of this could not be checked.
const SKIPPED: u8 = 77;

/// How often a path is counted before it is recorded, or said to be worse. What is done by several threads is not the
/// same each time.
const COUNTINGS: usize = 3;

#[expect(clippy::print_stderr, reason = "a program for people")]
fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["check", file, selected @ ..] => check(Path::new(file), selected),
        ["record", file, selected @ ..] => record(Path::new(file), selected),
        // What `Counter` starts.
        ["count", path] => count(path),
        _ => Err(anyhow::anyhow!(
            "write `check FILE [PATH..]` or `record FILE [PATH..]`"
        )),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Goes a path, and prints how many allocations an operation has made.
#[expect(clippy::print_stdout, reason = "another process reads it")]
fn count(name: &str) -> anyhow::Result<ExitCode> {
    let path = selected(&[name])?.remove(0);
    let mut round = (path.prepare)();
    // What is made once, such as plans, threads and lists that have grown.
    for _ in 0..2 {
        round();
    }
    let region = Region::new(ALLOCATOR);
    counted_rounds(&mut *round, path.rounds);
    let change = region.change();
    println!("{}", change.allocations + change.reallocations);
    Ok(ExitCode::SUCCESS)
}

/// What valgrind counts, which knows it by its name.
#[inline(never)]
fn counted_rounds(round: &mut dyn FnMut(), rounds: u64) {
    for _ in 0..rounds {
        round();
    }
}

/// The paths of these names, all of them without names.
fn selected(names: &[&str]) -> anyhow::Result<Vec<HotPath>> {
    let mut paths = paths::all();
    if let Some(unknown) = names
        .iter()
        .find(|name| !paths.iter().any(|path| path.name == **name))
    {
        let known: Vec<_> = paths.iter().map(|path| path.name).collect();
        bail!(
            "there is no path `{unknown}`; there are: {}",
            known.join(", ")
        );
    }
    if !names.is_empty() {
        paths.retain(|path| names.contains(&path.name));
    }
    Ok(paths)
}

/// The counts of paths, so many of each.
fn counts(counter: &Counter, paths: &[HotPath], times: usize) -> anyhow::Result<Vec<Vec<Counts>>> {
    let all: Vec<_> = paths
        .iter()
        .flat_map(|path| iter::repeat_n(path, times))
        .collect();
    let next = AtomicUsize::new(0);
    let counted = Mutex::new(Vec::new());
    let work = || -> anyhow::Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = all.get(index) else {
                return Ok(());
            };
            let counts = counter.count(path)?;
            let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
            counted.push((index, counts));
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| bail!("counting has panicked"))
        })
    })?;
    let mut counted = counted.into_inner().unwrap_or_else(PoisonError::into_inner);
    counted.sort_unstable_by_key(|(index, _)| *index);
    let counted: Vec<_> = counted.into_iter().map(|(_, counts)| counts).collect();
    Ok(counted.chunks(times).map(<[Counts]>::to_vec).collect())
}

/// The middle one of the counts of each path.
fn figures_of(paths: &[HotPath], counts: &[Vec<Counts>]) -> Figures {
    let figure = |(path, counts): (&HotPath, &Vec<Counts>)| {
        let figure = Figure {
            operation: path.operation.to_owned(),
            counts: Counts::middle(counts),
        };
        (path.name.to_owned(), figure)
    };
    paths.iter().zip(counts).map(figure).collect()
}

fn read(file: &Path) -> anyhow::Result<(Compiler, Figures)> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    figures::read(&text).with_context(|| file.display().to_string())
}

#[expect(clippy::print_stdout, reason = "a program for people")]
fn check(file: &Path, names: &[&str]) -> anyhow::Result<ExitCode> {
    let paths = selected(names)?;
    let (recorded_with, mut recorded) = read(file)?;
    let compiler = Compiler::current()?;
    if compiler != recorded_with {
        bail!(
            "the counts were recorded with {recorded_with}, and this is {compiler}; what two compilers make \
             cannot be compared: \
             record them again, at a commit whose counts are known to be good: tests/counts/run record"
        );
    }
    if !names.is_empty() {
        recorded.retain(|path, _| names.contains(&path.as_str()));
    }
    let counter = Counter::new()?;
    let mut counted = counts(&counter, &paths, 1)?;
    let findings = compare(&recorded, &figures_of(&paths, &counted));
    // Any of them may be worse by chance.
    for (path, counted) in paths.iter().zip(&mut counted) {
        let mut findings = findings.iter();
        if findings
            .any(|finding| matches!(finding, Finding::Worse(change) if change.path == path.name))
        {
            let again = counts(&counter, slice::from_ref(path), COUNTINGS - 1)?;
            counted.extend(again.concat());
        }
    }
    let now = figures_of(&paths, &counted);
    print!("{}", compare::table(&recorded, &now));
    let findings = compare(&recorded, &now);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.iter().any(Finding::is_failure) {
        println!(
            "counts: FAILED; what is to cost more is recorded, with the reason in the commit's message: \
             tests/counts/run record PATH.."
        );
        return Ok(ExitCode::FAILURE);
    }
    if !counter.has_valgrind() {
        println!(
            "counts: SKIPPED: there is no valgrind; allocations are as recorded, instructions were not counted"
        );
        return Ok(ExitCode::from(SKIPPED));
    }
    println!(
        "counts: none of {} paths takes more than 3 % more than recorded",
        now.len()
    );
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "a program for people")]
fn record(file: &Path, names: &[&str]) -> anyhow::Result<ExitCode> {
    let paths = selected(names)?;
    let compiler = Compiler::current()?;
    let counter = Counter::new()?;
    if !counter.has_valgrind() {
        bail!("there is no valgrind, without which instructions cannot be counted");
    }
    let mut figures = Figures::new();
    if !names.is_empty() {
        let (recorded_with, recorded) = read(file)?;
        if recorded_with != compiler {
            bail!(
                "the others were recorded with {recorded_with}, and this is {compiler}; \
                 record all: tests/counts/run record"
            );
        }
        figures = recorded;
    }
    figures.extend(figures_of(&paths, &counts(&counter, &paths, COUNTINGS)?));
    fs::write(file, figures::write(&compiler, &figures))
        .with_context(|| file.display().to_string())?;
    println!("{} paths are recorded in {}", figures.len(), file.display());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also without valgrind.
    #[test]
    fn every_path_can_be_gone_twice() {
        for path in paths::all() {
            let mut round = (path.prepare)();
            round();
            round();
        }
    }

    #[test]
    fn names_are_distinct_and_unknown_ones_are_told() {
        let names: Vec<_> = paths::all().iter().map(|path| path.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
        let unknown = selected(&["chains"]).map(|_| ()).unwrap_err().to_string();
        assert!(
            unknown.starts_with("there is no path `chains`; there are: branch, builder, "),
            "{unknown}"
        );
    }
}
