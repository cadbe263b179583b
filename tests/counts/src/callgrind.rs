//! Starts a process for a path, below valgrind, and reads what callgrind has counted.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, bail};
use flyte_runtime::files::TempSandbox;

use crate::{figures::Counts, paths::HotPath};

/// The function of this program that is counted, however its name is mangled.
const COUNTED: &str = "*counted_rounds";

/// Counts paths, in processes of their own.
pub(crate) struct Counter {
    directory: TempSandbox,
    /// A copy of this program. Its path, and that of everything that a path writes, has the same length on every
    /// machine.
    program: PathBuf,
    has_valgrind: bool,
    started: AtomicUsize,
}

impl Counter {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let directory = TempSandbox::in_dir("/tmp");
        let program = directory.create()?.join("counted");
        fs::copy(env::current_exe()?, &program).context("this program cannot be copied to /tmp")?;
        let valgrind = Command::new("valgrind").arg("--version").output();
        Ok(Self {
            directory,
            program,
            has_valgrind: valgrind.is_ok_and(|output| output.status.success()),
            started: AtomicUsize::new(0),
        })
    }

    pub(crate) fn has_valgrind(&self) -> bool {
        self.has_valgrind
    }

    /// Counts a path once.
    pub(crate) fn count(&self, path: &HotPath) -> anyhow::Result<Counts> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let directory = self.directory.path().join(format!("{number:04}"));
        fs::create_dir(&directory)?;
        let mut command = if self.has_valgrind {
            let mut out = OsString::from("--callgrind-out-file=");
            out.push(directory.join("out"));
            let mut command = Command::new("valgrind");
            command.args([
                "--quiet",
                "--tool=callgrind",
                "--compress-strings=no",
                "--compress-pos=no",
            ]);
            command.arg(out);
            // All threads, from where the function begins to where it ends.
            command.args([
                format!("--zero-before={COUNTED}"),
                format!("--dump-after={COUNTED}"),
            ]);
            command.arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(["count", path.name]).current_dir(&directory);
        // Nothing of the user's and the machine's: no configuration, and no backtrace for each error.
        let search = env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", search);
        command.env("HOME", &directory).env("TMPDIR", &directory);
        // As many as a run has jobs, however many cores there are.
        command.env("TOKIO_WORKER_THREADS", "1");
        let output = command.output().context("valgrind cannot be started")?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let allocations = printed.trim().parse();
        let (true, Ok(allocations)) = (output.status.success(), allocations) else {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` could not be counted: {}\n{printed}{errors}",
                path.name,
                output.status
            );
        };
        let instructions = if self.has_valgrind {
            Some(
                instructions(&directory, &self.program)
                    .with_context(|| format!("`{}`", path.name))?,
            )
        } else {
            None
        };
        fs::remove_dir_all(&directory)?;
        Ok(Counts::of(path, instructions, allocations))
    }
}

/// Those between the markers, which are in the dump that was made at the end of the function.
fn instructions(directory: &Path, program: &Path) -> anyhow::Result<u64> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with("out.") {
            continue;
        }
        let dump = fs::read_to_string(entry.path())?;
        if dump
            .lines()
            .any(|line| line.starts_with("desc: Trigger: --dump-after="))
        {
            return own_instructions(&dump, &program.display().to_string());
        }
    }
    bail!("valgrind has written no dump for {COUNTED}")
}

/// The instructions of the program itself in a dump, without those of libraries that are linked at its start.
///
/// These are the C library's and differ from machine to machine: it copies memory with what the processor can do.
fn own_instructions(dump: &str, program: &str) -> anyhow::Result<u64> {
    let (mut total, mut is_own, mut is_inclusive) = (0, false, false);
    for line in dump.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            is_own = object == program;
        } else if line.starts_with("calls=") {
            // The next line is what the callee took, all in all.
            is_inclusive = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit()) {
            if is_own && !is_inclusive {
                let cost = line.split_whitespace().nth(1).unwrap_or("0");
                total += cost
                    .parse::<u64>()
                    .with_context(|| format!("`{line}` has no cost"))?;
            }
            is_inclusive = false;
        }
    }
    if total == 0 {
        bail!("the dump has no instruction of {program}");
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::own_instructions;

    const DUMP: &str = "\
desc: Trigger: --dump-after=*counted_rounds
positions: line
events: Ir
summary: 1234

ob=/tmp/counted
fl=(a file)
fn=first
1 10
cob=/lib/libc.so.6
cfn=malloc
calls=2 0
1 400
2 7

ob=/lib/libc.so.6
fn=malloc
0 400

ob=/tmp/counted
fn=second
fi=another file
0 3
jump=1 5
";

    #[test]
    fn the_costs_of_functions_of_the_program_are_added_up() {
        assert_eq!(own_instructions(DUMP, "/tmp/counted").unwrap(), 20);
    }

    #[test]
    fn a_dump_without_the_program_is_an_error() {
        let error = own_instructions(DUMP, "/tmp/other").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the dump has no instruction of /tmp/other"
        );
    }
}
