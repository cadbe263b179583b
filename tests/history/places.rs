//! The directories of runs: whose they are, what else may be in the place of a file, which is the last, and what others
//! do meanwhile.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::*;

/// What is below a directory, and itself.
#[cfg(unix)]
fn all(directory: &Path) -> Vec<PathBuf> {
    let mut all = vec![directory.to_owned()];
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match fs::symlink_metadata(&path).unwrap().is_dir() {
            true => all.extend(self::all(&path)),
            false => all.push(path),
        }
    }
    all
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

/// Nobody else reads what is there, or holds a lock of it. What the user has made stays as it is.
#[cfg(unix)]
#[test]
fn histories_are_for_their_user_only() {
    let sandbox = TempSandbox::new();
    let parent = sandbox.create().unwrap().join("named");
    let history = History::in_dir(&parent);
    let run = |test: &str| {
        let runner = Runner::local().history(&history);
        runner.run(counts_up::call(test.into(), 8)).unwrap_err();
    };
    run("private");
    // The sizes of runs are noted.
    run("private too");
    for path in all(&parent) {
        // What a task writes into its own directory is as it has made it; nobody else comes so far.
        let is_ours = !path.to_str().unwrap().contains("/__cp");
        assert!(!is_ours || mode(&path) & 0o077 == 0, "{path:?}");
    }
    assert!(all(&parent).iter().any(|path| path.ends_with("size")));

    // As an earlier release has left it, in a directory that the user has made.
    set_mode(&parent, 0o755);
    set_mode(history.directory(), 0o755);
    run("private again");
    assert_eq!((mode(&parent), mode(history.directory())), (0o755, 0o700));
}

#[cfg(unix)]
#[test]
fn a_directory_in_which_others_may_write_is_told_of() {
    let (sandbox, history) = history();
    set_mode(sandbox.path(), 0o777);
    let events = RecordedEvents::new();
    let runner = Runner::local().history(&history).observe(events.clone());
    runner.run(double::call("told open".into(), 1)).unwrap();
    let lines = events.lines();
    assert!(
        lines.iter().any(|line| line.contains(
            "other users can access the histories of runs: others may replace what is in "
        )),
        "{lines:?}"
    );
    assert_eq!(mode(sandbox.path()), 0o777);
}

/// A pipe that nobody writes into, and a link to a log that is whole.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_told_of_and_not_waited_for() {
    let (sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let pipe = |path: &Path| {
        let made = Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    };
    let call = chain::call("no file".into(), 1);
    runner.run(call.clone()).unwrap_err();
    let directory = history.run("last").unwrap().directory().to_owned();
    for name in ["log", "lock", "size"] {
        let (path, aside) = (directory.join(name), sandbox.path().join(name));
        let was_there = fs::rename(&path, &aside).is_ok();
        pipe(&path);
        let unreadable = history.unreadable().unwrap();
        if name != "size" {
            let problem = unreadable[0].to_string();
            assert!(
                problem.ends_with("it is a pipe, and not a file"),
                "{problem}"
            );
            assert!(runner.clone().resume("last").run(call.clone()).is_err());
        }
        // It measures all runs.
        assert_eq!(history.prune_to_size(1 << 30).unwrap(), 0);
        runner.run(double::call("beside a pipe".into(), 1)).unwrap();
        history.remove(history.run("last").unwrap().id()).unwrap();
        fs::remove_file(&path).unwrap();
        if was_there {
            fs::rename(&aside, &path).unwrap();
        }
    }
    let elsewhere = sandbox.path().join("elsewhere");
    fs::rename(directory.join("log"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, directory.join("log")).unwrap();
    let whole = fs::read(&elsewhere).unwrap();
    let error = history.run("last").unwrap_err().to_string();
    assert!(error.ends_with("it is a link, and not a file"), "{error}");
    runner.clone().resume("last").run(call).unwrap_err();
    assert_eq!(fs::read(&elsewhere).unwrap(), whole);
    // One that cannot be read is old at some time, too.
    assert_eq!(history.prune(0).unwrap(), 1);
    assert_eq!(fs::read(&elsewhere).unwrap(), whole);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in ["log", "lock"] {
        fs::copy(from.join(file), to.join(file)).unwrap();
    }
}

/// The clock was ahead when one was started, and is right again.
#[test]
fn the_last_run_is_the_one_that_was_started_last_whatever_the_clock_says() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let run = |x| {
        runner.run(double::call("clock".into(), x)).unwrap();
        history.run("last").unwrap()
    };
    let first = run(1);
    let ahead = history.directory().join("29991231-235959-9990a1b");
    copy(first.directory(), &ahead);
    for x in 2..10 {
        let last = run(x);
        assert_eq!(last.inputs().get("x"), Some(&Literal::integer(x)));
        assert!(last.directory() > ahead.as_path(), "{}", last.id());
        assert_eq!(history.runs().unwrap()[0].id(), last.id());
    }
    // The oldest are those that were started first.
    assert_eq!(history.prune(8).unwrap(), 2);
    assert!(!ahead.exists());
}

/// Many that keep as few, beside others that remove: none fails to start, and none of those that remove fails.
#[test]
fn runs_begin_while_others_remove_all_that_they_may() {
    let (_sandbox, history) = history();
    let few = history.clone().keep(4);
    let is_over = Arc::new(AtomicBool::new(false));
    let removing: Vec<_> = (0..2)
        .map(|_| {
            let (history, is_over) = (history.clone(), Arc::clone(&is_over));
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    history.prune(2).unwrap();
                    history.prune_to_size(20_000).unwrap();
                    let _there = history.run("last");
                    history.runs().unwrap();
                    assert!(history.unreadable().unwrap().is_empty());
                }
            })
        })
        .collect();
    let beginning: Vec<_> = (0..8)
        .map(|_| {
            let few = few.clone();
            thread::spawn(move || {
                for x in 0..25 {
                    let events = RecordedEvents::new();
                    let runner = Runner::local()
                        .jobs(1)
                        .history(&few)
                        .observe(events.clone());
                    runner.run(double::call("races".into(), x)).unwrap();
                    let lines = events.lines();
                    assert!(
                        !lines.iter().any(|line| line.starts_with("notice")),
                        "{lines:?}"
                    );
                }
            })
        })
        .collect();
    for thread in beginning {
        thread.join().unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    for thread in removing {
        thread.join().unwrap();
    }
    history.prune(0).unwrap();
    assert_eq!(fs::read_dir(history.directory()).unwrap().count(), 0);
}

/// A process that was killed while it made or removed a run leaves a directory that no run is in.
#[test]
fn what_killed_processes_have_left_is_removed_later() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let run = || runner.run(double::call("left".into(), 1)).unwrap();
    run();
    let old = SystemTime::now() - Duration::from_secs(7200);
    let left = |name: &str, held: bool| {
        let directory = history.directory().join(name);
        fs::create_dir(&directory).unwrap();
        let lock = fs::File::create(directory.join("lock")).unwrap();
        if held {
            lock.lock().unwrap();
        }
        let opened = fs::File::open(&directory).unwrap();
        if name.ends_with("old") {
            opened.set_modified(old).unwrap();
        }
        (directory, lock)
    };
    let (abandoned, lock) = left(".flyte-partial-0old", false);
    drop(lock);
    let (held, _lock) = left(".flyte-partial-1old", true);
    let (young, _unlocked) = left(".flyte-partial-2", false);
    assert_eq!(history.runs().unwrap().len(), 1);
    run();
    let there = [&abandoned, &held, &young].map(|directory| directory.exists());
    assert_eq!(there, [false, true, true]);
}

/// The directories of attempts, by their numbers.
fn attempts(run: &Path) -> Vec<PathBuf> {
    let of_node = fs::read_dir(run.join("files"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let number = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    let mut attempts: Vec<_> = fs::read_dir(of_node)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    attempts.sort_by_key(number);
    attempts
}

/// It was ended in its first save.
#[test]
fn an_attempt_that_has_saved_nothing_whole_does_not_hide_what_was_saved_before() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = counts_up::call("first save".into(), 5);
    runner.run(call.clone()).unwrap_err();
    let run = history.run("last").unwrap();
    let before = attempts(run.directory());
    assert_eq!(before.len(), 3);
    let saved = fs::read(before[2].join("__cp/_dst_cp")).unwrap();
    assert_eq!(saved, 3_i64.to_le_bytes());
    // What the first save of attempts is like that are killed at different times: a directory, and in it what is being
    // written.
    for (number, partial) in [
        (3, None),
        (4, Some(".flyte-partial-0a1b")),
        (5, Some(".flyte-partial-saved")),
    ] {
        let kept = before[2].with_file_name(number.to_string()).join("__cp");
        fs::create_dir_all(&kept).unwrap();
        if let Some(partial) = partial {
            let partial = kept.join(partial);
            match partial.ends_with(".flyte-partial-saved") {
                true => fs::create_dir(partial).unwrap(),
                false => fs::write(partial, "half").unwrap(),
            }
        }
    }
    assert_eq!(runner.resume("last").run(call).unwrap(), 5);
    assert_eq!(ran("first save counts_up"), 5);
}

/// Nothing is counted from zero, and a directory that is gone leaves no place for another.
#[test]
fn attempts_have_numbers_of_their_own_in_all_processes() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = counts_up::call("numbers".into(), 7);
    runner.run(call.clone()).unwrap_err();
    let run = history.run("last").unwrap();
    let first = attempts(run.directory());
    fs::remove_dir_all(&first[1]).unwrap();
    let runner = runner.resume("last");
    runner.run(call.clone()).unwrap_err();
    let numbers: Vec<_> = attempts(run.directory())
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(numbers, ["0", "2", "3", "4", "5"]);
    assert_eq!(runner.run(call).unwrap(), 7);
}
