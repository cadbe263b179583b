use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Barrier;

use super::*;
use flyte_config::config::DataConfig;

fn provider() -> (TempSandbox, FileAccessProvider) {
    let sandbox = TempSandbox::new();
    let provider = FileAccessProvider::local(sandbox.path()).unwrap();
    (sandbox, provider)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Every file under a directory, with its contents.
fn tree(dir: &Path) -> BTreeMap<PathBuf, String> {
    fn walk(dir: &Path, top: &Path, files: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, top, files);
            } else {
                files.insert(
                    path.strip_prefix(top).unwrap().to_owned(),
                    fs::read_to_string(&path).unwrap(),
                );
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(dir, dir, &mut files);
    files
}

fn names(files: &BTreeMap<PathBuf, String>) -> Vec<&str> {
    files.keys().map(|path| path.to_str().unwrap()).collect()
}

#[test]
fn nothing_is_touched_before_it_is_asked_for() {
    let (sandbox, files) = provider();
    files.get_random_local_path(Some("a"));
    files.get_random_remote_path(None);
    files.generate_new_custom_path(None, None);
    assert!(!files.exists("no/such/file").unwrap());
    assert!(!sandbox.path().exists());

    let dir = files.get_random_local_directory().unwrap();
    assert!(dir.is_dir() && dir.starts_with(sandbox.path().join("sandbox/local_flytekit")));
    assert!(!sandbox.path().join("raw").exists());
}

#[test]
fn a_sandbox_is_removed_when_it_is_dropped() {
    let files = FileAccessProvider::temporary().unwrap();
    let other = files.clone();
    let stored = PathBuf::from(files.put_raw_data(b"1", PutRawData::new()).unwrap());
    let home = stored.ancestors().nth(3).unwrap().to_owned();
    drop(files);
    assert_eq!(fs::read(&stored).unwrap(), b"1");
    drop(other);
    assert!(!home.exists());

    let sandbox = TempSandbox::new();
    fs::create_dir(sandbox.path()).unwrap(); // by another program that was told the path
    sandbox.create().unwrap();
    let kept = sandbox.keep();
    assert!(kept.is_dir());
    fs::remove_dir(kept).unwrap();
}

#[cfg(unix)]
#[test]
fn a_sandbox_is_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let files = FileAccessProvider::temporary().unwrap();
    let dir = files.get_random_local_directory().unwrap();
    let home = dir.ancestors().nth(3).unwrap();
    assert_eq!(
        fs::metadata(home).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[test]
fn a_file_goes_there_and_back() {
    let (sandbox, files) = provider();
    let source = sandbox.path().join("in/a.txt");
    write(&source, "one");

    for remote in [
        files.get_random_remote_path(Some("a.txt")),
        FileAccessProvider::with_file_header(&files.get_random_remote_path(Some("a.txt"))),
    ] {
        assert_eq!(files.upload(&source, &remote).unwrap(), remote);
        assert!(files.exists(&remote).unwrap());
        let back = files.get_random_local_path(Some("deep.txt"));
        files.download(&remote, &back).unwrap();
        assert_eq!(fs::read_to_string(&back).unwrap(), "one");
    }

    // Into a directory, over a file, and onto itself.
    let into = format!("{}/into/", sandbox.path().display());
    files.put_data(&source, &into, false).unwrap();
    write(&source, "two");
    files.put_data(&source, &into, false).unwrap();
    let copy = sandbox.path().join("into/a.txt");
    files.download(copy.to_str().unwrap(), &copy).unwrap();
    assert_eq!(fs::read_to_string(&copy).unwrap(), "two");
}

#[test]
fn a_directory_goes_there_and_back() {
    let (sandbox, files) = provider();
    let source = sandbox.path().join("in");
    write(&source.join("a.txt"), "a");
    write(&source.join("deep/er/b.txt"), "b");
    fs::create_dir(source.join("empty")).unwrap();
    write(&source.join(".flyte-partial-00"), "half of a file");

    let remote = files.get_random_remote_directory();
    files.upload_directory(&source, &remote).unwrap();
    let back = files.get_random_local_path(None);
    files.download_directory(&remote, &back).unwrap();
    assert_eq!(names(&tree(&back)), ["a.txt", "deep/er/b.txt"]);
    assert!(back.join("empty").is_dir());

    // Existing files stay; files with the same name are replaced.
    write(&back.join("mine.txt"), "mine");
    write(&back.join("a.txt"), "old");
    files.get_data(&remote, &back, true).unwrap();
    let files = tree(&back);
    assert_eq!(files[Path::new("mine.txt")], "mine");
    assert_eq!(files[Path::new("a.txt")], "a");
}

#[test]
fn what_is_not_there_has_its_own_error() {
    let (sandbox, files) = provider();
    let missing = sandbox.path().join("missing");
    let text = missing.to_str().unwrap();
    let target = sandbox.path().join("to");

    for error in [
        files.download(text, &target).unwrap_err(),
        files.download_directory(text, &target).unwrap_err(),
    ] {
        assert!(matches!(error, DataError::NotFound { .. }));
        assert_eq!(error.to_string(), format!("File not found: {text}"));
    }
    for error in [
        files.upload(&missing, "/raw").unwrap_err(),
        files.put_raw_data(&missing, PutRawData::new()).unwrap_err(),
    ] {
        assert!(matches!(error, DataError::SourceMissing { .. }));
        assert_eq!(error.to_string(), format!("File {text} does not exist"));
    }
    assert!(!target.exists());
}

#[test]
fn a_file_is_no_directory_and_a_directory_is_no_file() {
    let (sandbox, files) = provider();
    let dir = sandbox.path().join("dir");
    let file = dir.join("file");
    write(&file, "1");
    let (dir_text, file_text) = (dir.to_str().unwrap(), file.to_str().unwrap());

    let error = files
        .download(dir_text, sandbox.path().join("x"))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("Failed to get data from {dir_text} to ")),
        "{text}"
    );
    assert!(
        text.contains("(recursive=false)") && text.contains("is a directory, not a file"),
        "{text}"
    );
    assert_eq!(
        error
            .source()
            .unwrap()
            .downcast_ref::<io::Error>()
            .unwrap()
            .kind(),
        io::ErrorKind::IsADirectory
    );

    let text = files.upload_directory(&file, "/x").unwrap_err().to_string();
    assert!(
        text.contains(&format!("{file_text} is not a directory")),
        "{text}"
    );

    let text = files.download(file_text, &dir).unwrap_err().to_string();
    assert!(
        text.contains("is a directory, so no file can have its name"),
        "{text}"
    );

    let text = files
        .upload(&file, &format!("{file_text}/under"))
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with(&format!(
            "Failed to put data from {file_text} to {file_text}/under"
        )),
        "{text}"
    );
    assert!(text.contains("cannot make the directory"), "{text}");

    let text = files
        .upload_directory(&dir, &format!("{dir_text}/inner"))
        .unwrap_err()
        .to_string();
    assert!(text.contains("cannot be copied into itself"), "{text}");
    assert_eq!(names(&tree(&dir)), ["file"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_in_copies_and_refused_as_raw_data() {
    use std::os::unix::fs::symlink;
    let (sandbox, files) = provider();
    let source = sandbox.path().join("in");
    write(&source.join("real/a.txt"), "a");
    symlink("real/a.txt", source.join("link.txt")).unwrap();
    symlink("real", source.join("linked")).unwrap();

    let error = files
        .put_raw_data(source.join("link.txt"), PutRawData::new())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "File {} is a symlink, can't upload",
            source.join("link.txt").display()
        )
    );

    let stored = files.put_raw_data(&source, PutRawData::new()).unwrap();
    assert_eq!(
        names(&tree(Path::new(&stored))),
        ["link.txt", "linked/a.txt", "real/a.txt"]
    );
    assert!(!Path::new(&stored).join("link.txt").is_symlink());

    symlink("..", source.join("real/up")).unwrap();
    let text = files
        .put_raw_data(&source, PutRawData::new())
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("is a link to a directory that contains it"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through_and_what_is_no_file_stays() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let (sandbox, files) = provider();
    let (source, real) = (sandbox.path().join("in"), sandbox.path().join("real"));
    write(&source, "new");
    write(&real, "old");
    let link = sandbox.path().join("link");
    symlink("real", &link).unwrap();
    files.upload(&source, link.to_str().unwrap()).unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");

    let socket = sandbox.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    let text = files
        .upload(&source, socket.to_str().unwrap())
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("is there already, and is not a file"),
        "{text}"
    );
    let text = files
        .download(socket.to_str().unwrap(), &real)
        .unwrap_err()
        .to_string();
    assert!(text.contains("is neither a file nor a directory"), "{text}");
}

#[test]
fn raw_data_of_every_kind_is_stored() {
    let (sandbox, files) = provider();
    let source = sandbox.path().join("rows.csv");
    write(&source, "1,2");
    let raw = files.raw_output_prefix().to_owned();
    let read = |stored: &str| fs::read_to_string(stored).unwrap();

    let stored = files.put_raw_data(&source, PutRawData::new()).unwrap();
    let inside = stored.strip_prefix(&raw).unwrap();
    assert_eq!(
        (&inside[32..], read(&stored).as_str()),
        ("/rows.csv", "1,2")
    );

    let place = PutRawData::new().upload_prefix("").file_name("x.bin");
    let stored = files.put_raw_data(vec![b'v'], place).unwrap();
    assert_eq!(
        (stored.strip_prefix(&raw).unwrap(), read(&stored).as_str()),
        ("x.bin", "v")
    );

    let stored = files
        .put_raw_data(b"bytes", PutRawData::new().upload_prefix("p/q"))
        .unwrap();
    assert_eq!(
        (
            stored.strip_prefix(&raw).unwrap().len(),
            read(&stored).as_str()
        ),
        ("p/q/".len() + 32, "bytes")
    );

    let stream = RawData::reader("stream".as_bytes().chain(" and more".as_bytes()));
    let stored = files.put_raw_data(stream, PutRawData::new()).unwrap();
    assert_eq!(read(&stored), "stream and more");

    let own = sandbox.path().join("own").display().to_string();
    let place = PutRawData::new()
        .upload_prefix(&own)
        .skip_raw_data_prefix()
        .file_name("f");
    assert_eq!(files.put_raw_data(b"1", place).unwrap(), format!("{own}/f"));

    for place in [
        PutRawData::new().upload_prefix("a/../.."),
        PutRawData::new().file_name(".."),
    ] {
        let text = files.put_raw_data(b"1", place).unwrap_err().to_string();
        assert!(text.contains("leads out of the prefix"), "{text}");
    }
}

#[test]
fn a_stream_that_fails_leaves_nothing_behind() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line is dead"))
        }
    }
    let (_sandbox, files) = provider();
    let place = || PutRawData::new().upload_prefix("").file_name("f");
    files.put_raw_data(b"old", place()).unwrap();
    let reader = RawData::reader(b"new".chain(Broken));
    let error = files.put_raw_data(reader, place()).unwrap_err();
    assert!(
        error.to_string().contains("<a stream>") && error.to_string().ends_with("the line is dead"),
        "{error}"
    );
    let kept = tree(Path::new(files.raw_output_prefix()));
    assert_eq!(
        kept.into_iter().collect::<Vec<_>>(),
        [("f".into(), "old".to_owned())]
    );
}

#[test]
fn an_address_names_the_feature_that_has_its_store() {
    let (_sandbox, files) = provider();
    for (scheme, feature, is_on) in [
        ("s3", "s3", cfg!(feature = "s3")),
        ("s3a", "s3", cfg!(feature = "s3")),
        ("gs", "gcs", cfg!(feature = "gcs")),
        ("abfs", "azure", cfg!(feature = "azure")),
        ("az", "azure", cfg!(feature = "azure")),
        ("HTTPS", "http", cfg!(feature = "http")),
        (
            "memory",
            "s3`, `gcs`, `azure` or `http",
            cfg!(feature = "store"),
        ),
    ] {
        let address = format!("{scheme}://place/key");
        // If a local path is expected, no feature helps.
        let (error, reason) = match is_on {
            true => (
                files.upload(&address, "x").unwrap_err(),
                "which is not on this machine;".to_owned(),
            ),
            false => (
                files.exists(&address).unwrap_err(),
                format!(
                    "which is not supported without a store; turn on the feature `{feature}` of flyte-runtime, or"
                ),
            ),
        };
        assert_eq!(
            error.to_string(),
            format!(
                "`{address}` is on `{scheme}`, {reason} use a local path or a `file://` address"
            )
        );
    }
}

/// Errors may be read by users who must not see passwords.
#[test]
fn an_error_has_no_password_of_an_address() {
    let (_sandbox, files) = provider();
    for (address, shown) in [
        ("ftp://user:secret@host/a@b:c", "ftp://user:***@host/a@b:c"),
        ("ftp://user:sec@ret@host", "ftp://user:***@host"),
        ("ftp://user@host/a:b", "ftp://user@host/a:b"),
        ("ftp://host:21/a:b@c", "ftp://host:21/a:b@c"),
    ] {
        let error = files.exists(address).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{shown}` ")), "{error}");
    }
}

#[test]
fn a_remote_address_says_what_is_missing() {
    let (sandbox, files) = provider();
    let source = sandbox.path().join("a");
    write(&source, "1");
    let far = "ftp://bucket/key";
    let remote = FileAccessProvider::new(sandbox.path(), "ftp://bucket").unwrap();
    let errors = [
        files.exists(far).unwrap_err(),
        files.download(far, "x").unwrap_err(),
        files.download_directory(far, "x").unwrap_err(),
        files.upload(&source, far).unwrap_err(),
        files.upload_directory(sandbox.path(), far).unwrap_err(),
        files.download(source.to_str().unwrap(), far).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            error.to_string(),
            "`ftp://bucket/key` is on `ftp`, which there is no store for; use a local path or a `file://` address, or \
             one on `s3`, `gs`, `abfs`, `https` or `memory`"
        );
    }
    for error in [
        remote.put_raw_data(b"1", PutRawData::new()).unwrap_err(),
        remote.put_raw_data(&source, PutRawData::new()).unwrap_err(),
    ] {
        assert!(
            matches!(&error, DataError::Remote { scheme, .. } if scheme == "ftp"),
            "{error}"
        );
    }
}

#[test]
fn metadata_of_the_execution_is_kept_only_if_it_is_to_be_attached() {
    let (_, files) = provider();
    let metadata = BTreeMap::from([("project".to_owned(), "p".to_owned())]);
    assert_eq!(files.execution_metadata(), None);
    let files = files.with_execution_metadata(metadata.clone());
    assert_eq!(files.execution_metadata(), Some(&metadata));
    let mut config = DataConfig::default();
    config.generic.attach_execution_metadata = false.into();
    assert_eq!(files.with_data_config(config).execution_metadata(), None);
}

#[test]
fn threads_that_write_one_file_leave_one_of_their_files() {
    let (sandbox, files) = provider();
    let barrier = Barrier::new(4);
    let texts = ["a", "b", "c", "d"].map(|letter| letter.repeat(100_000));
    std::thread::scope(|scope| {
        for text in &texts {
            scope.spawn(|| {
                barrier.wait();
                let place = PutRawData::new().upload_prefix("").file_name("shared");
                files.put_raw_data(text.as_bytes(), place).unwrap();
            });
        }
    });
    let raw = tree(&sandbox.path().join("raw"));
    assert_eq!(names(&raw), ["shared"]);
    assert!(texts.contains(&raw[Path::new("shared")]));
}

#[test]
fn async_twins_work_with_and_without_a_runtime() {
    let (sandbox, files) = provider();
    let all = async {
        let stored = files
            .async_put_raw_data(b"1", PutRawData::new())
            .await
            .unwrap();
        let local = files.get_random_local_path(None);
        files.async_get_data(&stored, &local, false).await.unwrap();
        let again = files.get_random_remote_path(None);
        assert_eq!(
            files.async_put_data(&local, &again, false).await.unwrap(),
            again
        );
        let missing = sandbox.path().join("missing");
        let error = files
            .async_get_data(missing.to_str().unwrap(), "x", true)
            .await
            .unwrap_err();
        assert!(matches!(error, DataError::NotFound { .. }));
        fs::read(again).unwrap()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert_eq!(runtime.block_on(all), b"1");

    // `put` is ready immediately because no runtime can take over the work.
    let mut put = std::pin::pin!(files.async_put_raw_data(b"2", PutRawData::new()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(put.as_mut().poll(&mut context).is_ready());
}
