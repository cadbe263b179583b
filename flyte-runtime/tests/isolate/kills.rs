//! Attempts that are killed while they save, again and again: the next one finds what was saved.
//!
//! `FLYTE_TEST_ROUNDS=200 cargo test -p flyte-runtime --test isolate` kills 200 times in each way, and not 20.

use std::{
    env, fs,
    io::{self, Read},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{compat::current_context, files::TempSandbox, prelude::*};

use super::{Result2, is_running};

/// A value of a quarter of a megabyte or less that shows whether it is whole: its number, over and over.
fn value(number: u64) -> Vec<u8> {
    let words = 1 + usize::try_from(number * 7919 % 32_768).unwrap();
    number.to_le_bytes().repeat(words)
}

fn number_of(bytes: &[u8]) -> u64 {
    let number = u64::from_le_bytes(bytes[..8].try_into().unwrap());
    assert!(bytes == value(number), "{number} is not whole");
    number
}

/// Writes a file that is whole whenever it is read.
fn note(path: &Path, text: impl ToString) {
    let aside = path.with_extension("new");
    fs::write(&aside, text.to_string()).unwrap();
    fs::rename(aside, path).unwrap();
}

fn noted<T: std::str::FromStr>(path: &Path) -> Option<T> {
    fs::read_to_string(path).ok()?.parse().ok()
}

/// Keeps one number after the other until it may stop. That one is kept is noted when it is, and nobody may find an
/// older one later.
#[task(retries = 1_000)]
fn keeps(directory: String) -> Result2<u64> {
    let directory = Path::new(&directory);
    let told = current_context();
    let checkpoint = told.checkpoint()?;
    let found = checkpoint.read()?.map(|bytes| number_of(&bytes));
    let kept: Option<u64> = noted(&directory.join(KEPT));
    if found < kept {
        let lost = format!("{found:?} is there, and {kept:?} was kept\n");
        fs::write(directory.join(LOST), lost)?;
    }
    if directory.join(STOP).exists() {
        return Ok(found.unwrap_or_default());
    }
    note(&directory.join(SAVING), process::id());
    let first = found.map_or(0, |found| found + 1);
    for number in first.. {
        let value = value(number);
        match number == first {
            true => checkpoint.save_reader(&mut Slow(&value))?,
            false => checkpoint.write(&value)?,
        }
        note(&directory.join(KEPT), number);
    }
    unreachable!("there are many numbers")
}

const KEPT: &str = "kept";
const LOST: &str = "lost";
const STOP: &str = "stop";
/// Its text is the process that saves.
const SAVING: &str = "saving";

/// Gives a value in pieces, so that there is time to be killed in.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        thread::sleep(Duration::from_micros(200));
        let piece = buffer.len().min(1 + value(1).len() / 32);
        self.0.read(&mut buffer[..piece])
    }
}

/// Waits for what happens at some time.
fn until(mut there: impl FnMut() -> bool) {
    let before = Instant::now();
    while !there() {
        assert!(before.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_micros(100));
    }
}

/// What is killed.
#[derive(Clone, Copy, PartialEq)]
enum Killed {
    /// The program, which goes on with the run when it is started again.
    Program { isolates: bool },
    /// The process of the attempt, which the program follows with another.
    Attempt,
}

struct Torture {
    _sandbox: TempSandbox,
    directory: PathBuf,
    killed: Killed,
    seed: u64,
}

impl Torture {
    fn start(&self, round: usize) -> Child {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .env("FLYTE_LOCAL_STATE_DIR", self.directory.join("state"))
            .env("TMPDIR", &self.directory)
            .arg("run");
        // Whether the attempt is in a process of its own may change from one time to the next.
        if match self.killed {
            Killed::Program { isolates } => isolates && round % 5 != 4,
            Killed::Attempt => true,
        } {
            command.arg("--isolate");
        }
        if self.directory.join("state/history").exists() {
            command.args(["--resume", "last"]);
        } else {
            command.args(["keeps", "--directory"]).arg(&self.directory);
        }
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(Stdio::piped()).spawn().unwrap()
    }

    fn kept(&self) -> Option<u64> {
        noted(&self.directory.join(KEPT))
    }

    /// Waits until an attempt begins its first save, and returns its process.
    fn saving(&self, program: &mut Child) -> u32 {
        let mark = self.directory.join(SAVING);
        let mut saving = None;
        until(|| {
            if let Some(status) = program.try_wait().unwrap() {
                let mut told = String::new();
                program
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut told)
                    .unwrap();
                panic!("{status}: {told}");
            }
            saving = noted(&mark);
            saving.is_some()
        });
        fs::remove_file(mark).unwrap();
        saving.unwrap()
    }

    /// Waits for a moment that is another every time: in every other round one in the first save of the attempt.
    fn wait(&mut self, round: usize) {
        if round % 2 == 1 {
            let before = self.kept();
            until(|| self.kept() > before);
        }
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        thread::sleep(Duration::from_micros((self.seed >> 33) % 2_000));
    }

    fn kill(killed: Killed) {
        let rounds = env::var("FLYTE_TEST_ROUNDS").map_or(20, |rounds| rounds.parse().unwrap());
        let sandbox = TempSandbox::new();
        let directory = sandbox.create().unwrap().to_owned();
        let mut torture = Self {
            _sandbox: sandbox,
            directory,
            killed,
            seed: 1,
        };
        let (mut program, mut kills, mut first_saves) = (torture.start(0), 0, 0);
        let mut is_last = false;
        while !is_last {
            let attempt = torture.saving(&mut program);
            let before = torture.kept();
            torture.wait(kills);
            // A busy machine may be too late for a first save, but not always.
            is_last = kills + 1 >= rounds && first_saves > rounds / 4;
            if is_last {
                // This attempt has looked for it already.
                fs::write(torture.directory.join(STOP), "").unwrap();
            }
            if killed == Killed::Attempt {
                let kill = Command::new("kill")
                    .args(["-KILL", &attempt.to_string()])
                    .status();
                assert!(kill.unwrap().success());
            } else {
                program.kill().unwrap();
                program.wait().unwrap();
            }
            // An isolated one notices that the program is gone, and ends.
            until(|| !is_running(&attempt.to_string()));
            kills += 1;
            first_saves += usize::from(torture.kept() == before);
            if killed != Killed::Attempt {
                program = torture.start(kills);
            }
        }
        let ended = program.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{told}");
        let lost = fs::read_to_string(torture.directory.join(LOST));
        assert!(lost.is_err(), "{}", lost.unwrap());
        let found: u64 = String::from_utf8_lossy(&ended.stdout)
            .trim()
            .parse()
            .unwrap();
        assert!(
            Some(found) >= torture.kept(),
            "{found} of {:?}",
            torture.kept()
        );
        println!("{kills} kills, {first_saves} of them in a first save; {found} values kept");
    }
}

/// Without isolation: the program is killed in the first save of an attempt of a resumed run.
pub(crate) fn first_saves_that_are_killed_lose_nothing() {
    Torture::kill(Killed::Program { isolates: false });
}

pub(crate) fn isolated_attempts_that_are_killed_lose_nothing() {
    Torture::kill(Killed::Attempt);
}

pub(crate) fn isolated_runs_that_are_killed_and_resumed_lose_nothing() {
    Torture::kill(Killed::Program { isolates: true });
}

#[task(cache(version = "1", serialize))]
fn kept_alone() -> Result2<FlyteFile> {
    current_context().checkpoint()?.write(b"kept")?;
    super::writes()
}

fn modes(directory: &Path, found: &mut Vec<(PathBuf, u32)>) {
    let mode = fs::symlink_metadata(directory)
        .unwrap()
        .permissions()
        .mode();
    found.push((directory.to_owned(), mode & 0o777));
    if directory.is_dir() {
        for entry in fs::read_dir(directory).unwrap() {
            modes(&entry.unwrap().path(), found);
        }
    }
}

/// Whatever the umask of the user is.
pub(crate) fn what_outlives_runs_is_for_the_user_only() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let state = directory.join("made/state");
    let deck = directory.join("deck");
    let status = Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(env::current_exe().unwrap())
        .args(["run", "--isolate", "kept_alone", "--deck"])
        .arg(&deck)
        .env("FLYTE_LOCAL_STATE_DIR", &state)
        .env("FLYTE_LOCAL_CACHE_ENABLED", "true")
        .env("TMPDIR", directory)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let mut found = Vec::new();
    for place in [directory.join("made"), deck] {
        modes(&place, &mut found);
    }
    // What the task itself has written lies in directories that nobody else gets into.
    let is_tasks = |path: &Path| {
        path.components().any(|part| {
            let name = part.as_os_str().to_string_lossy();
            name == "files" || name.ends_with(".files")
        })
    };
    let open: Vec<_> = found
        .iter()
        .filter(|(path, mode)| !is_tasks(path) && mode & 0o077 != 0)
        .collect();
    assert!(open.is_empty(), "{open:?}");
    for name in ["log", "lock", "swept", "index.html"] {
        assert!(
            found.iter().any(|(path, _)| path.ends_with(name)),
            "{name} in {found:?}"
        );
    }
}
