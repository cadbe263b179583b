#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::error::Error;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::storage::TempSandbox;

fn list(dir: &Path) -> Vec<String> {
    let mut names = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect::<Vec<_>>();
    names.sort();
    names
}

fn write(path: PathBuf, text: &str) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// flytekit: `test_checkpoint.py::test_sync_checkpoint_write`.
#[test]
fn bytes_are_written_to_the_destination() {
    let dir = TempSandbox::new();
    let dest = dir.path().join("dest");
    let checkpoint = SyncCheckpoint::new(&dest);
    assert!(!checkpoint.prev_exists());
    assert_eq!(checkpoint.read().unwrap(), None);
    assert_eq!(checkpoint.restore(None).unwrap(), None);
    assert_eq!(
        checkpoint.restore(Some(Path::new("/no/such"))).unwrap(),
        None
    );
    assert!(!dir.path().exists(), "nothing is made before it is needed");

    checkpoint.write(b"bytes").unwrap();
    assert_eq!(list(&dest), ["_dst_cp"]);
    assert_eq!(fs::read(dest.join("_dst_cp")).unwrap(), b"bytes");
    checkpoint
        .save_reader(&mut b"a ".chain(&b"stream"[..]))
        .unwrap();
    assert_eq!(fs::read(dest.join("_dst_cp")).unwrap(), b"a stream");
}

/// flytekit: `test_checkpoint.py::test_sync_checkpoint_save_filepath`.
#[test]
fn a_file_is_saved_under_its_name() {
    let dir = TempSandbox::new();
    let dest = dir.path().join("dest");
    let file = write(dir.path().join("src/test"), "x");
    SyncCheckpoint::new(&dest).save(&file).unwrap();
    assert_eq!(fs::read_to_string(dest.join("test")).unwrap(), "x");
}

/// flytekit: `test_checkpoint.py::test_sync_checkpoint_restore`.
#[test]
fn a_checkpoint_is_restored_once_to_a_directory() {
    let dir = TempSandbox::new();
    let source = dir.path().join("src");
    write(source.join("test"), "x");
    let checkpoint = SyncCheckpoint::new(dir.path().join("dest")).with_source(&source);
    assert!(checkpoint.prev_exists());

    let user = dir.path().join("user_dest");
    let error = checkpoint.restore(Some(&user)).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Checkpoints can be restored to a directory only."),
        "{error}"
    );
    fs::create_dir(&user).unwrap();
    assert_eq!(
        checkpoint.restore(Some(&user)).unwrap().as_ref(),
        Some(&user)
    );
    assert_eq!(list(&user), ["test"]);
    assert_eq!(
        checkpoint
            .restore(Some(Path::new("other")))
            .unwrap()
            .as_ref(),
        Some(&user)
    );
    assert_eq!(checkpoint.restore(None).unwrap(), Some(user));
}

/// flytekit: `test_checkpoint.py::test_sync_checkpoint_restore_corrupt`.
#[test]
fn a_previous_checkpoint_that_is_gone_is_an_error_each_time() {
    let dir = TempSandbox::new();
    let source = dir.path().join("src");
    let file = write(source.join("test"), "x");
    let checkpoint = SyncCheckpoint::new(dir.path().join("dest")).with_source(&source);
    fs::remove_dir_all(&source).unwrap();
    for _ in 0..2 {
        for error in [
            checkpoint.restore(None).unwrap_err(),
            checkpoint.read().map(|_| ()).unwrap_err(),
        ] {
            assert!(
                matches!(error, CheckpointError::SourceMissing { .. }),
                "{error}"
            );
        }
    }
    // A failed restore is not remembered.
    write(file, "x");
    assert_eq!(list(&checkpoint.restore(None).unwrap().unwrap()), ["test"]);
}

#[test]
fn attempts_hand_on_what_they_wrote() {
    let dir = TempSandbox::new();
    let attempt = |number: usize| {
        let checkpoint = SyncCheckpoint::new(dir.path().join(number.to_string()));
        match number {
            0 => checkpoint,
            _ => checkpoint.with_source(dir.path().join((number - 1).to_string())),
        }
    };
    for number in 0..4_u8 {
        let checkpoint = attempt(number.into());
        let before = checkpoint.read().unwrap().map_or(0, |bytes| bytes[0]);
        assert_eq!(before, number);
        checkpoint.write(&[before + 1]).unwrap();
        assert_eq!(
            checkpoint.read().unwrap(),
            Some(vec![before + 1]),
            "its own, once it wrote"
        );
    }
    // One directory for all attempts works too.
    let dest = dir.path().join("3");
    let same = SyncCheckpoint::new(&dest).with_source(&dest);
    assert_eq!(same.read().unwrap(), Some(vec![4]));
    same.write(&[5]).unwrap();
    assert_eq!(same.read().unwrap(), Some(vec![5]));
}

#[test]
fn an_empty_source_is_none_and_an_empty_directory_is_empty() {
    let dir = TempSandbox::new();
    let none = SyncCheckpoint::new(dir.path().join("d")).with_source("");
    assert!(!none.prev_exists());
    assert_eq!(none.read().unwrap(), None);
    let empty = dir.path().join("empty");
    fs::create_dir_all(&empty).unwrap();
    let checkpoint = SyncCheckpoint::new(dir.path().join("d")).with_source(&empty);
    assert_eq!(checkpoint.read().unwrap(), None);
    assert_eq!(list(&checkpoint.restore(None).unwrap().unwrap()), [""; 0]);
}

#[test]
fn read_takes_one_file_only() {
    let dir = TempSandbox::new();
    let (dest, source) = (dir.path().join("dest"), dir.path().join("src"));
    write(source.join("a"), "a");
    write(source.join("b"), "b");
    let error = SyncCheckpoint::new(&dest)
        .with_source(&source)
        .read()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Expected exactly one checkpoint - found 2"),
        "{error}"
    );

    // The same rule applies to what this attempt saves: the next one could not read it either.
    let checkpoint = SyncCheckpoint::new(&dest);
    checkpoint.write(b"1").unwrap();
    checkpoint.save(source.join("a")).unwrap();
    assert!(matches!(
        checkpoint.read().unwrap_err(),
        CheckpointError::NotOne { found: 2, .. }
    ));

    let folder = dir.path().join("folder");
    fs::create_dir_all(folder.join("inner")).unwrap();
    let error = SyncCheckpoint::new(&dest)
        .with_source(&folder)
        .read()
        .unwrap_err();
    assert!(error.to_string().contains("cannot read"), "{error}");
}

#[test]
fn a_directory_is_saved_with_all_that_is_in_it() {
    let dir = TempSandbox::new();
    let (dest, source) = (dir.path().join("dest"), dir.path().join("src"));
    write(source.join("model/weights"), "new");
    write(source.join("step"), "7");
    fs::create_dir(source.join("empty")).unwrap();
    write(dest.join("model/weights"), "old");
    write(dest.join("model/config"), "kept");

    let checkpoint = SyncCheckpoint::new(&dest);
    checkpoint.save(&source).unwrap();
    checkpoint.save(&source).unwrap();
    assert_eq!(list(&dest), ["empty", "model", "step"]);
    assert_eq!(list(&dest.join("model")), ["config", "weights"]);
    assert_eq!(
        fs::read_to_string(dest.join("model/weights")).unwrap(),
        "new"
    );

    let next = SyncCheckpoint::new(dir.path().join("next")).with_source(&dest);
    let restored = next.restore(None).unwrap().unwrap();
    assert_eq!(list(&restored), ["empty", "model", "step"]);
    assert!(restored.ends_with(SyncCheckpoint::SRC_LOCAL_FOLDER));
    drop(next);
    assert!(!restored.exists());
}

#[test]
fn what_was_half_written_is_not_a_checkpoint() {
    let dir = TempSandbox::new();
    let source = dir.path().join("src");
    write(source.join("_dst_cp"), "whole");
    write(source.join(".flyte-partial-0123"), "ha");
    let checkpoint = SyncCheckpoint::new(dir.path().join("dest")).with_source(&source);
    assert_eq!(checkpoint.read().unwrap().unwrap(), b"whole");
    assert_eq!(
        list(&checkpoint.restore(None).unwrap().unwrap()),
        ["_dst_cp"]
    );
}

#[test]
fn a_save_that_fails_leaves_the_old_checkpoint() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line is dead"))
        }
    }
    let dir = TempSandbox::new();
    let dest = dir.path().join("dest");
    let checkpoint = SyncCheckpoint::new(&dest);
    checkpoint.write(b"old").unwrap();
    let error = checkpoint.save_reader(&mut Broken).unwrap_err();
    assert!(
        error.to_string().contains("the line is dead") && error.source().is_some(),
        "{error}"
    );

    let missing = dir.path().join("missing");
    let error = checkpoint.save(&missing).unwrap_err();
    assert!(matches!(error, CheckpointError::NothingToSave { path } if path == missing));

    // `dest` is inside the saved directory.
    let error = checkpoint.save(dir.path()).unwrap_err();
    assert!(
        error.to_string().contains("cannot be copied into itself"),
        "{error}"
    );

    assert_eq!(list(&dest), ["_dst_cp"]);
    assert_eq!(checkpoint.read().unwrap().unwrap(), b"old");
}

#[test]
fn a_store_that_there_is_not_is_refused_when_it_is_used() {
    let dir = TempSandbox::new();
    let file = write(dir.path().join("file"), "1");
    let checkpoint = SyncCheckpoint::new("none://bucket/cp").with_source("none://bucket/prev");
    assert!(checkpoint.prev_exists());
    for error in [
        checkpoint.write(b"1").unwrap_err(),
        checkpoint.save(&file).unwrap_err(),
        checkpoint.restore(None).map(|_| ()).unwrap_err(),
        checkpoint.read().map(|_| ()).unwrap_err(),
    ] {
        assert!(
            error
                .to_string()
                .contains("on `none`, which there is no store for"),
            "{error}"
        );
    }
    let local = format!("file://{}", dir.path().join("dest").display());
    SyncCheckpoint::new(local).write(b"1").unwrap();
    assert_eq!(list(&dir.path().join("dest")), ["_dst_cp"]);
}

#[test]
fn threads_share_a_checkpoint() {
    let dir = TempSandbox::new();
    let source = dir.path().join("src");
    write(source.join("a"), "a");
    let dest = dir.path().join("dest");
    let checkpoint: Arc<dyn Checkpoint> = Arc::new(SyncCheckpoint::new(&dest).with_source(&source));
    std::thread::scope(|scope| {
        for byte in 0..4_u8 {
            let checkpoint = &checkpoint;
            scope.spawn(move || {
                let restored = checkpoint.restore(None).unwrap().unwrap();
                assert_eq!(list(&restored), ["a"]);
                for _ in 0..5 {
                    checkpoint.write(&[byte; 10_000]).unwrap();
                    let read = checkpoint.read().unwrap().unwrap();
                    assert!(read.len() == 10_000 && read.iter().all(|other| *other == read[0]));
                }
            });
        }
    });
    assert_eq!(list(&dest), ["_dst_cp"]);
}
