//! The files of the cache: whose they are, what else may be in the place of one, and what is left of a result that
//! cannot be kept.

use std::process::Command;

use super::{waiting::single, *};
use flyte_runtime::testing::RecordedEvents;

/// Runs a call, and returns what it gives and the notices of the run.
fn told<E: Entity>(runner: &Runner, call: &Call<E>) -> (E::Output, Vec<String>) {
    let events = RecordedEvents::new();
    let given = runner
        .clone()
        .observe(events.clone())
        .run(call.clone())
        .unwrap();
    let lines = events.lines().into_iter();
    (
        given,
        lines.filter(|line| line.starts_with("notice")).collect(),
    )
}

/// A file is the result of the call that it says, and not of the one that its name says.
#[test]
fn a_result_of_another_call_is_no_result() {
    let own = Own::new();
    let call = |x| square::call("swapped".into(), x);
    for x in [3, 4] {
        own.runner().run(call(x)).unwrap();
    }
    let [one, other] = own.files().try_into().unwrap();
    let aside = other.with_extension("aside");
    fs::rename(&one, &aside).unwrap();
    fs::rename(&other, &one).unwrap();
    fs::rename(&aside, &other).unwrap();
    for x in [3, 4] {
        let key = CacheKey::of(&call(x)).unwrap();
        let Explanation::Unusable { problem } = own.cache.explain(&key).unwrap() else {
            panic!("it is another's");
        };
        assert!(
            problem
                .ends_with("has the result of another call, of task `cache.square` in version `1`"),
            "{problem}"
        );
        let (given, notices) = told(&own.runner(), &call(x));
        assert_eq!(given, x * x);
        assert!(
            notices.len() == 1
                && notices[0].contains("cannot be used, so the task runs again")
                && notices[0].contains("of another call"),
            "{notices:?}"
        );
        assert_eq!(told(&own.runner(), &call(x)), (x * x, vec![]));
    }
    assert_eq!(runs("swapped"), 4);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Nobody else reads results, or holds the lock of a call that runs alone.
#[cfg(unix)]
#[test]
fn results_are_for_their_user_only() {
    let sandbox = TempSandbox::new();
    let cache = Cache::at(sandbox.create().unwrap().join("made/cache"));
    let runner = Runner::local().cache(cache.clone());
    let run = || {
        runner.run(square::call("private".into(), 3)).unwrap();
        runner.run(single::call("private alone".into())).unwrap();
    };
    run();
    let tasks = || {
        let entries = fs::read_dir(cache.directory()).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.is_dir());
        paths
    };
    assert_eq!(mode(&sandbox.path().join("made")), 0o700);
    assert_eq!(mode(cache.directory()), 0o700);
    let mut files = Vec::new();
    for task in tasks() {
        assert_eq!(mode(&task), 0o700, "{task:?}");
        files.extend(
            fs::read_dir(&task)
                .unwrap()
                .map(|entry| entry.unwrap().path()),
        );
    }
    // Two results and a lock.
    assert_eq!(files.len(), 3);
    for file in &files {
        assert_eq!(mode(file), 0o600, "{file:?}");
    }
    assert_eq!(mode(&cache.directory().join("swept")), 0o600);

    // As an earlier release has left them: a hit and a call that runs alone take them away from others.
    for path in files.iter().chain(&tasks()) {
        set_mode(path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    run();
    assert_eq!((runs("private"), runs("private alone")), (1, 1));
    for path in tasks() {
        assert_eq!(mode(&path), 0o700, "{path:?}");
    }

    // One that the user has made stays as it is, and is told of if others may write there.
    set_mode(cache.directory(), 0o777);
    let (_, notices) = told(&runner, &square::call("private".into(), 4));
    assert!(
        notices.len() == 1
            && notices[0].contains("other users can access cached results")
            && notices[0].contains(": others may replace what is in "),
        "{notices:?}"
    );
    assert_eq!(mode(cache.directory()), 0o777);
}

#[cfg(unix)]
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A pipe that nobody writes into is a miss at once, and so is a link, also to a whole result.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_a_miss_and_not_waited_for() {
    let own = Own::new();
    let call = square::call("no file".into(), 5);
    own.runner().run(call.clone()).unwrap();
    let file = own.files().pop().unwrap();
    let elsewhere = own.cache.directory().join("elsewhere");
    fs::copy(&file, &elsewhere).unwrap();
    let key = CacheKey::of(&call).unwrap();
    for (number, what) in [(2, "a pipe"), (3, "a link")] {
        fs::remove_file(&file).unwrap();
        match what {
            "a pipe" => pipe(&file),
            _ => std::os::unix::fs::symlink(&elsewhere, &file).unwrap(),
        }
        let expected = format!("it is {what}, and not a file");
        let Explanation::Unusable { problem } = own.cache.explain(&key).unwrap() else {
            panic!("it is no file");
        };
        assert!(problem.ends_with(&expected), "{problem}");
        own.cache.stats().unwrap();
        let (given, notices) = told(&own.runner(), &call);
        assert_eq!((given, runs("no file")), (25, number));
        assert!(
            notices.len() == 1 && notices[0].ends_with(&expected),
            "{notices:?}"
        );
        // It is replaced by the result.
        assert_eq!(told(&own.runner(), &call), (25, vec![]));
    }
    assert_eq!(runs("no file"), 3);
    assert!(elsewhere.exists());
}

#[task(cache = "1")]
fn paper(who: String) -> Result<FlyteFile<Text>, DataError> {
    ran(&who);
    let file = FlyteFile::create("paper.txt")?;
    file.write("paper")?;
    Ok(file)
}

/// So is one of the files of a result.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_of_a_result_is_a_miss() {
    let own = Own::new();
    let call = paper::call("pipe of paper".into());
    own.runner().run(call.clone()).unwrap();
    let kept = own
        .files()
        .into_iter()
        .find(|path| path.ends_with("paper.txt"))
        .unwrap();
    fs::remove_file(&kept).unwrap();
    pipe(&kept);
    let (given, notices) = told(&own.runner(), &call);
    assert_eq!(given.read_to_string().unwrap(), "paper");
    assert!(
        notices.len() == 1 && notices[0].contains("is gone or changed"),
        "{notices:?}"
    );
    assert_eq!(runs("pipe of paper"), 2);
}

/// Neither are the files that are held, and those that are marks.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_lock_is_told_of() {
    let own = Own::new();
    let call = single::call("pipe for a lock".into());
    own.runner().run(call.clone()).unwrap();
    let lock = own
        .files()
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "lock"));
    let lock = lock.unwrap();
    own.cache.clear(None).unwrap();
    for path in [
        lock,
        own.cache.directory().join("in-use"),
        own.cache.directory().join("swept"),
    ] {
        let _there = fs::remove_file(&path);
        pipe(&path);
    }
    let (_, notices) = told(&own.runner(), &call);
    assert_eq!(runs("pipe for a lock"), 2);
    assert!(
        notices
            .iter()
            .any(|notice| notice.contains("do not wait for one another")
                && notice.ends_with("it is a pipe, and not a file")),
        "{notices:?}"
    );
    let error = own.cache.clear(None).unwrap_err().to_string();
    assert!(error.ends_with("it is a pipe, and not a file"), "{error}");
}

/// What processes have left that were killed goes when the cache is cleaned, and what is in use stays.
#[test]
fn what_killed_processes_have_left_is_removed_later() {
    let own = Own::new();
    let call = square::call("abandoned".into(), 6);
    own.runner().run(call.clone()).unwrap();
    let file = own.files().pop().unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 24 * 3600);
    let age = |path: &Path| fs::File::open(path).unwrap().set_modified(old).unwrap();
    let left: Vec<_> = [".flyte-partial-0a1b", "0a1b.0c2d.new"]
        .map(|name| file.with_file_name(name))
        .into();
    for path in &left {
        fs::write(path, "half of a result").unwrap();
        age(path);
    }
    let young = file.with_file_name(".flyte-partial-young");
    fs::write(&young, "half of a result").unwrap();
    // Files that were stored for a result that another has stored as well.
    let files = file.with_extension("files");
    let unnamed = files.join("0123456789abcdef");
    fs::create_dir_all(&unnamed).unwrap();
    age(&unnamed);
    age(&files);
    assert_eq!(own.entries(), 1);
    own.cache.evict(u64::MAX).unwrap();
    assert!(left.iter().chain([&unnamed]).all(|path| !path.exists()));
    assert!(young.exists());
    assert_eq!(told(&own.runner(), &call), (36, vec![]));
    assert_eq!(runs("abandoned"), 1);
}

#[task(cache = "1")]
fn large(who: String) -> Result<(FlyteFile<Text>, String), DataError> {
    ran(&who);
    let file = FlyteFile::create("small.txt")?;
    file.write("small")?;
    Ok((file, "x".repeat(1 << 20)))
}

const FULL: &str = "FLYTE_TEST_FULL_DIRECTORY";

/// A disk that is full leaves nothing of a result: here no file may be larger than 64 blocks.
#[cfg(unix)]
#[test]
fn a_result_that_cannot_be_written_leaves_nothing() {
    if let Some(directory) = std::env::var_os(FULL) {
        let runner = Runner::local().cache(Cache::at(directory));
        let (_, notices) = told(&runner, &large::call("full".into()));
        assert!(
            notices.len() == 1 && notices[0].contains("results are not kept in the cache: "),
            "{notices:?}"
        );
        return;
    }
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap().join("cache");
    let limited = Command::new("sh")
        // The signal would end the process; an error is what a full disk gives.
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "places::a_result_that_cannot_be_written_leaves_nothing",
        ])
        .env(FULL, &directory)
        .output()
        .unwrap();
    assert!(limited.status.success(), "{limited:?}");
    let own = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let task = own.into_iter().find(|path| path.is_dir()).unwrap();
    let left: Vec<_> = fs::read_dir(task).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
