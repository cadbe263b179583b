//! Checkpoints of tasks: many at once, from async code, and in a process that is killed while it writes.
//!
//! `FLYTE_TEST_ROUNDS=200 cargo test -p flyte-tests --test checkpoints` kills 200 times, and not 20.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeSet,
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use flyte_runtime::{
    checkpoint::{AsyncCheckpoint, Checkpoint, SyncCheckpoint},
    compat::current_context,
    files::TempSandbox,
    prelude::*,
};

/// A value of a megabyte or less that shows whether it is whole: its number, over and over.
fn value(number: u64) -> Vec<u8> {
    let words = 1 + usize::try_from(number * 7919 % 131_072).unwrap();
    number.to_le_bytes().repeat(words)
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..8].try_into().unwrap())
}

/// In a process of its own: keeps one value after the other until it is killed.
fn write_until_killed(directory: &Path) {
    let checkpoint = SyncCheckpoint::new(directory);
    let first = checkpoint_in(directory).map_or(0, |bytes| number(&bytes) + 1);
    for number in first.. {
        checkpoint.write(&value(number)).unwrap();
    }
}

/// What the attempt after a killed one finds.
fn checkpoint_in(directory: &Path) -> Option<Vec<u8>> {
    let next = TempSandbox::new();
    let next = SyncCheckpoint::new(next.path().join("next")).with_source(directory);
    next.read().unwrap()
}

/// In a process of its own: keeps one directory after the other, each with one number in all of its files.
fn save_until_killed(directory: &Path) {
    let checkpoint = SyncCheckpoint::new(directory);
    let made = TempSandbox::new();
    let made = made.create().unwrap();
    fs::create_dir(made.join("in")).unwrap();
    let first = number_of_all(directory).map_or(0, |number| number + 1);
    for number in first.. {
        for name in FILES {
            fs::write(made.join(name), number.to_string()).unwrap();
        }
        checkpoint.save(made).unwrap();
    }
}

const FILES: [&str; 4] = ["a", "b", "in/c", "in/d"];

/// What the attempt after a killed one finds in all files alike.
fn number_of_all(directory: &Path) -> Option<u64> {
    let next = TempSandbox::new();
    let next = SyncCheckpoint::new(next.path().join("next")).with_source(directory);
    let found = next.restore(None).unwrap().unwrap();
    let texts = FILES.map(|name| fs::read_to_string(found.join(name)).ok());
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    texts[0].as_ref().map(|text| text.parse().unwrap())
}

const DIRECTORY: &str = "FLYTE_TEST_CHECKPOINT_DIRECTORY";

#[test]
fn a_process_that_is_killed_leaves_a_whole_value() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        return write_until_killed(Path::new(&directory));
    }
    kill_again_and_again(
        "a_process_that_is_killed_leaves_a_whole_value",
        |directory| {
            let bytes = checkpoint_in(directory)?;
            let found = number(&bytes);
            assert!(bytes == value(found), "{found} is not whole");
            Some(found)
        },
    );
}

#[test]
fn a_process_that_is_killed_leaves_a_whole_directory() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        return save_until_killed(Path::new(&directory));
    }
    kill_again_and_again(
        "a_process_that_is_killed_leaves_a_whole_directory",
        number_of_all,
    );
}

/// Kills a test that keeps larger and larger numbers; what is found afterwards never becomes smaller.
fn kill_again_and_again(test: &str, found_in: impl Fn(&Path) -> Option<u64>) {
    let rounds = env::var("FLYTE_TEST_ROUNDS").map_or(20, |rounds| rounds.parse().unwrap());
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap().join("checkpoint");
    fs::create_dir(&directory).unwrap();
    let (mut last, mut seed, mut least) = (None, 1_u64, 5_000);
    for round in 0..rounds {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test])
            .env(DIRECTORY, &directory)
            .env("TMPDIR", sandbox.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The moment does not matter, only that it is another every time.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        thread::sleep(Duration::from_micros(least + (seed >> 33) % 40_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = found_in(&directory);
        assert!(
            last <= found,
            "round {round}: {found:?} is older than {last:?}"
        );
        // A busy machine takes its time until something is kept.
        least = match found == last {
            true => (least * 2).min(2_000_000),
            false => 5_000,
        };
        last = found;
    }
    assert!(last.is_some(), "nothing was ever kept");
}

/// Keeps its number, fails, and finds it again.
#[task(retries = 1)]
fn keeps_its_number(number: i64) -> Result<String, String> {
    let told = current_context();
    let checkpoint = told.checkpoint().unwrap();
    match checkpoint.read().unwrap() {
        Some(kept) => Ok(String::from_utf8(kept).unwrap()),
        None => {
            checkpoint.write(number.to_string().as_bytes()).unwrap();
            Err("again".to_owned())
        }
    }
}

#[workflow]
fn sixteen() -> Vec<String> {
    let mut all = vec![];
    for number in 0..16 {
        all.push(keeps_its_number(number));
    }
    all
}

#[test]
fn tasks_of_one_run_do_not_share_checkpoints() {
    let kept = Runner::local().jobs(16).run(sixteen::call()).unwrap();
    let kept: BTreeSet<_> = kept.into_iter().collect();
    assert_eq!(kept, (0..16).map(|number| number.to_string()).collect());
}

#[task(retries = 2)]
async fn counts_its_attempts() -> Result<i64, String> {
    let task = ctx().unwrap();
    let checkpoint = task.async_checkpoint().unwrap();
    assert_eq!(checkpoint.prev_exists(), task.attempt_number() > 0);
    let mut attempts = checkpoint.read().await.unwrap().unwrap_or_default();
    attempts.push(b'x');
    checkpoint.write(attempts.clone()).await.unwrap();
    assert_eq!(checkpoint.read().await.unwrap(), Some(attempts.clone()));
    // It is one with the checkpoint for sync code.
    assert_eq!(
        task.checkpoint().unwrap().read().unwrap(),
        Some(attempts.clone())
    );
    match attempts.len() {
        3 => Ok(3),
        some => Err(format!("only {some}")),
    }
}

#[test]
fn an_async_task_awaits_its_checkpoint() {
    assert_eq!(counts_its_attempts::run().unwrap(), 3);
}

/// Flyte 2's names: `load` gives a file for one that was kept, and a directory for several.
#[test]
fn load_gives_a_file_or_a_directory() {
    let sandbox = TempSandbox::new();
    let root = sandbox.create().unwrap();
    let first = SyncCheckpoint::new(root.join("0"));
    assert_eq!(first.load().unwrap(), None);
    first.write(b"model").unwrap();
    let one = SyncCheckpoint::new(root.join("1")).with_source(root.join("0"));
    let file = one.load().unwrap().unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"model");
    assert_eq!(one.load().unwrap(), Some(file));

    fs::write(root.join("steps"), "7").unwrap();
    first.save(root.join("steps")).unwrap();
    let several = SyncCheckpoint::new(root.join("1")).with_source(root.join("0"));
    let directory = several.load().unwrap().unwrap();
    assert_eq!(fs::read(directory.join("steps")).unwrap(), b"7");

    fs::create_dir(root.join("empty")).unwrap();
    let none = SyncCheckpoint::new(root.join("1")).with_source(root.join("empty"));
    assert_eq!(none.load().unwrap(), None);
}

/// Without an async runtime the work is done where the future is polled.
#[test]
fn the_async_form_has_every_method_of_the_trait() {
    let sandbox = TempSandbox::new();
    let root = sandbox.create().unwrap().to_owned();
    let work = async move {
        let first = AsyncCheckpoint::new(SyncCheckpoint::new(root.join("0")));
        assert!(!first.prev_exists());
        first.save_reader(&b"stream"[..]).await.unwrap();
        fs::write(root.join("file"), "saved").unwrap();
        first.save(root.join("file")).await.unwrap();
        let next = SyncCheckpoint::new(root.join("1")).with_source(root.join("0"));
        let next = AsyncCheckpoint::new(next);
        let restored = next.restore(None).await.unwrap().unwrap();
        assert_eq!(next.load().await.unwrap(), Some(restored.clone()));
        assert_eq!(fs::read(restored.join("file")).unwrap(), b"saved");
        let error = next.save(root.join("none")).await.unwrap_err();
        assert!(error.to_string().contains("there is no"), "{error}");
        assert!(next.as_sync().prev_exists());
    };
    let mut work = Box::pin(work);
    let polled = work
        .as_mut()
        .poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert!(polled.is_ready());
}
