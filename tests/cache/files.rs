//! Files in results and in inputs.

use super::*;

#[derive(Clone, Debug, FlyteType)]
struct Report {
    text: FlyteFile<Text>,
    lines: i64,
}

#[task(cache = "1")]
fn report(who: String, text: String) -> Result<Report, DataError> {
    ran(&who);
    let file = FlyteFile::create("report.txt")?;
    file.write(&text)?;
    Ok(Report {
        text: file,
        lines: text.lines().count() as i64,
    })
}

#[task(cache = "1")]
fn length(who: String, file: &FlyteFile) -> Result<i64, DataError> {
    ran(&who);
    Ok(file.read()?.len() as i64)
}

/// flytekit keeps the path, which leads nowhere when the temporary directory is gone.
#[test]
fn files_of_results_are_kept_with_them() {
    let own = Own::new();
    let made = || {
        own.runner()
            .run(report::call("files".into(), "a\nb".into()))
            .unwrap()
    };
    for _ in 0..3 {
        let report = made();
        assert_eq!(report.text.read_to_string().unwrap(), "a\nb");
        assert_eq!(report.lines, 2);
    }
    assert_eq!(runs("files"), 1);
    let kept = |own: &Own| {
        let mut files = own.files();
        files.retain(|path| path.file_name().unwrap() == "report.txt");
        files.pop().unwrap()
    };
    // Changed and gone.
    fs::write(kept(&own), "another").unwrap();
    assert_eq!(made().text.read_to_string().unwrap(), "a\nb");
    assert_eq!(runs("files"), 2);
    fs::remove_file(kept(&own)).unwrap();
    own.cache.evict(u64::MAX).unwrap();
    for file in own.files() {
        if file.file_name().unwrap() == "report.txt" {
            fs::remove_file(file).unwrap();
        }
    }
    assert_eq!(made().text.read_to_string().unwrap(), "a\nb");
    assert_eq!(runs("files"), 3);
}

#[test]
fn a_file_is_known_by_what_is_in_it() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let (one, two) = (
        directory.create().unwrap().join("one"),
        directory.path().join("two"),
    );
    let length = |path: &Path| {
        let file = FlyteFile::from_path(path);
        own.runner()
            .run(length::call("content".into(), &file))
            .unwrap()
    };
    fs::write(&one, "same").unwrap();
    fs::write(&two, "same").unwrap();
    assert_eq!((length(&one), length(&two), runs("content")), (4, 4, 1));
    fs::write(&one, "other!").unwrap();
    assert_eq!((length(&one), runs("content")), (6, 2));
}

/// What is in a pipe can be read once, and the task is who reads it.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_left_to_the_task() {
    use std::{io::Write as _, os::fd::AsRawFd as _};

    let own = Own::new();
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"hello").unwrap();
    drop(writer);
    let file = FlyteFile::from_path(format!("/proc/self/fd/{}", reader.as_raw_fd()));
    let call = length::call("pipe".into(), &file);
    assert_eq!(own.runner().run(call).unwrap(), 5);
    assert_eq!(runs("pipe"), 1);
}

#[task(cache = "1")]
fn entries(who: String, directory: &FlyteDirectory) -> Result<i64, DataError> {
    ran(&who);
    Ok(directory.list()?.len() as i64)
}

/// Two such links are 2^40 paths before the system gives up.
#[cfg(unix)]
#[test]
fn a_directory_that_leads_to_itself_is_not_looked_up() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let inner = directory.create().unwrap().join("inner");
    fs::create_dir(&inner).unwrap();
    for link in ["a", "b"] {
        std::os::unix::fs::symlink(".", inner.join(link)).unwrap();
    }
    let call = entries::call("loop".into(), &FlyteDirectory::from_path(inner));
    for count in [1, 2] {
        assert_eq!(own.runner().run(call.clone()).unwrap(), 2);
        assert_eq!(runs("loop"), count);
    }
}

#[task(cache = "1")]
fn passed_on(who: String, file: FlyteFile) -> FlyteFile {
    ran(&who);
    file
}

#[task(cache = "1")]
fn put_where_it_belongs(who: String, place: String) -> Result<FlyteFile, DataError> {
    ran(&who);
    let file = FlyteFile::create("made")?;
    file.write("made")?;
    Ok(file.with_remote_path(&place))
}

/// What a task was given is kept, too: whoever gave it may remove it. In strict runs all files have been in a literal.
#[test]
fn files_that_a_task_was_given_are_kept() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let path = directory.create().unwrap().join("given");
    for (who, runner) in [
        ("given", own.runner()),
        ("strictly given", own.runner().strict(true)),
    ] {
        for is_known in [false, true] {
            fs::write(&path, "given").unwrap();
            let call = passed_on::call(who.into(), FlyteFile::from_path(&path));
            let file = runner.run(call).unwrap();
            if is_known {
                fs::remove_file(&path).unwrap();
            }
            assert_eq!(file.read_to_string().unwrap(), "given");
        }
        assert_eq!(runs(who), 1);
    }
}

/// A file that has to be in a place of its own is not copied; if it is gone or changed there, the task runs again.
#[test]
fn files_in_places_of_their_own_are_looked_at() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let place = directory.create().unwrap().join("place");
    let text = place.to_str().unwrap().to_owned();
    let call = put_where_it_belongs::call("placed".into(), text);
    let run = || {
        let file = own.runner().run(call.clone()).unwrap();
        drop(file);
        fs::read_to_string(&place).unwrap()
    };
    assert_eq!(
        (run(), run(), runs("placed")),
        ("made".into(), "made".into(), 1)
    );
    fs::write(&place, "changed").unwrap();
    assert_eq!((run(), runs("placed")), ("made".into(), 2));
    fs::remove_file(&place).unwrap();
    assert_eq!((run(), runs("placed")), ("made".into(), 3));
}

/// Cleans the cache while it has a file of it.
#[task]
fn cleans(cache: String, report: Report) -> Result<(u64, u64, String), flyte_runtime::BoxError> {
    let cache = Cache::at(cache);
    let evicted = [cache.clear(None)?, cache.evict(0)?];
    let in_use = evicted.iter().map(|evicted| evicted.in_use).sum();
    let gone = evicted.iter().map(|evicted| evicted.entries).sum();
    Ok((in_use, gone, report.text.read_to_string()?))
}

#[workflow]
fn cleans_up(who: String, cache: String) -> (u64, u64, String) {
    cleans(cache, report(who, "kept".to_owned()))
}

/// Else a run would fail because of the cache.
#[test]
fn files_stay_while_a_run_uses_them() {
    let own = Own::new();
    let directory = own.cache.directory().display().to_string();
    let runner = own.runner().strict(true);
    let call = cleans_up::call("stays".into(), directory);
    // What has just been made is not in use: the run has the file of its own task.
    assert_eq!(runner.run(call.clone()).unwrap(), (0, 1, "kept".to_owned()));
    own.runner()
        .run(report::call("stays".into(), "kept".into()))
        .unwrap();
    let from_cache = runner.run(call).unwrap();
    assert_eq!(from_cache, (2, 0, "kept".to_owned()));
    assert_eq!(runs("stays"), 2);
    assert_eq!(own.cache.clear(None).unwrap().entries, 1);
}

/// A nightly run that refreshes a large file does not fill the disk.
#[test]
fn files_that_were_replaced_do_not_stay() {
    let own = Own::new();
    let call = report::call("replaced".into(), "text".into());
    let runner = own.runner().cache_mode(CacheMode::Refresh);
    runner.run(call.clone()).unwrap();
    let texts = || {
        let files = own.files().into_iter();
        let files = files.filter(|file| file.ends_with("report.txt"));
        files.collect::<Vec<_>>()
    };
    let [first] = texts().try_into().unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let directories = first.ancestors().skip(1);
    let directory = directories.take_while(|path| path.extension().is_none_or(|it| it != "files"));
    for path in directory {
        let opened = fs::File::open(path).unwrap();
        opened.set_modified(old).unwrap();
    }
    runner.run(call).unwrap();
    let [second] = texts().try_into().unwrap();
    assert_ne!(first, second);
}
