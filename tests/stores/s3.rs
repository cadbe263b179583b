//! Files in S3: put and got, in one piece and in parts, slowed down and refused.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    io::{Read, Write},
    time::Duration,
};

use flyte_runtime::{
    checkpoint::{Checkpoint, SyncCheckpoint},
    compat::{FileAccessProvider, FlyteContextManager, PutRawData, RawData},
    config::{Config, Environment},
    context::FlyteContext,
    files::{Csv, DataError, DirectoryEntry, TempSandbox, Text},
    prelude::*,
    types::LiteralValue,
};
use flyte_stores::{AUTHORITY, FakeStore, KEY, SECRET, in_child, is_child, round_trip};

/// A provider whose outputs go to a store, by the variables that flytekit reads.
fn provider(store: &FakeStore, key: &str, secret: &str) -> (FileAccessProvider, TempSandbox) {
    let environment = Environment::empty()
        .with_var("FLYTE_AWS_ENDPOINT", store.endpoint())
        .with_var("FLYTE_AWS_ACCESS_KEY_ID", key)
        .with_var("FLYTE_AWS_SECRET_ACCESS_KEY", secret);
    let mut data = Config::loader()
        .environment(environment)
        .load()
        .unwrap()
        .data;
    // Tests do not wait for seconds.
    data.s3.backoff = flyte_runtime::compat::Sourced::by_default(Duration::from_millis(200));
    let sandbox = TempSandbox::new();
    let files = FileAccessProvider::new(sandbox.path(), "s3://bucket/raw").unwrap();
    (files.with_data_config(data), sandbox)
}

/// Every method that takes an address takes one of a store.
#[test]
fn files_and_directories_are_put_and_got() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let dir = files.get_random_local_directory().unwrap();
    fs::create_dir_all(dir.join("in/deep")).unwrap();
    fs::write(dir.join("in/a.txt"), "a").unwrap();
    fs::write(dir.join("in/deep/b.txt"), "b").unwrap();

    assert!(!files.exists("s3://bucket/x").unwrap());
    files.upload(dir.join("in/a.txt"), "s3://bucket/x").unwrap();
    assert!(files.exists("s3://bucket/x").unwrap());
    assert_eq!(store.object("bucket/x").unwrap(), b"a");
    files.download("s3://bucket/x", dir.join("x")).unwrap();
    assert_eq!(fs::read(dir.join("x")).unwrap(), b"a");

    files
        .upload_directory(dir.join("in"), "s3://bucket/d")
        .unwrap();
    assert_eq!(store.object("bucket/d/deep/b.txt").unwrap(), b"b");
    assert!(files.exists("s3://bucket/d").unwrap());
    files
        .download_directory("s3://bucket/d", dir.join("out"))
        .unwrap();
    assert_eq!(fs::read(dir.join("out/a.txt")).unwrap(), b"a");
    assert_eq!(fs::read(dir.join("out/deep/b.txt")).unwrap(), b"b");

    let raw = files
        .put_raw_data(b"raw", PutRawData::new().file_name("r.gz"))
        .unwrap();
    assert!(
        raw.starts_with("s3://bucket/raw/") && raw.ends_with("/r.gz"),
        "{raw}"
    );
    let name = raw.strip_prefix("s3://").unwrap();
    assert_eq!(store.object(name).unwrap(), b"raw");
    assert_eq!(
        store.header(name, "content-encoding").as_deref(),
        Some("gzip")
    );
}

/// What is attached to an execution stays with what it uploads.
#[test]
fn uploads_carry_the_metadata_of_the_execution() {
    let store = FakeStore::s3();
    let metadata = BTreeMap::from([("flyte-execution".to_owned(), "x1".to_owned())]);
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let files = files.with_execution_metadata(metadata);
    let raw = files.put_raw_data(b"raw", PutRawData::new()).unwrap();
    let name = raw.strip_prefix("s3://").unwrap();
    let found = store.header(name, "x-amz-meta-flyte-execution");
    assert_eq!(found.as_deref(), Some("x1"));
}

/// A large object goes in parts; one that is given up leaves none behind.
#[test]
fn large_objects_are_written_in_parts() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let bytes: Vec<u8> = (0..20_000_000u32).map(|n| (n % 251) as u8 + 1).collect();
    let place = || PutRawData::new().upload_prefix("p").file_name("large");
    let address = files
        .put_raw_data(RawData::reader(&bytes[..]), place())
        .unwrap();
    assert_eq!(store.parts(), 3);
    assert!(store.object("bucket/raw/p/large").unwrap() == bytes);
    let mut read = Vec::new();
    files
        .reader(&address)
        .unwrap()
        .read_to_end(&mut read)
        .unwrap();
    assert!(read == bytes);

    let mut writer = files.writer("s3://bucket/given-up").unwrap();
    writer.write_all(&bytes).unwrap();
    drop(writer);
    assert_eq!(store.open_uploads(), 0);
    assert!(!files.exists("s3://bucket/given-up").unwrap());
}

/// A store that is asked too much says so with an error, and is asked again.
#[test]
fn throttled_requests_are_made_again() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    store.throttle(2);
    let address = files.put_raw_data(b"raw", PutRawData::new()).unwrap();
    assert_eq!(store.requests(), 3);
    store.throttle(2);
    let mut text = String::new();
    files
        .reader(&address)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "raw");
    store.throttle(1000);
    let error = files.put_raw_data(b"raw", PutRawData::new()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Please reduce your request rate"),
        "{error}"
    );
}

/// One error with both places, the store's own words and what to change, at once, and without the secret: for an
/// unknown access key, and for a secret that does not belong to it.
#[test]
fn a_wrong_credential_is_one_clear_error() {
    for (key, secret, said) in [
        (
            "somebody-else",
            SECRET,
            "403 Forbidden, InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.",
        ),
        (
            KEY,
            "planted-secret",
            "403 Forbidden, SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
    ] {
        let store = FakeStore::s3();
        store.put("bucket/x", b"x");
        let (files, _sandbox) = provider(&store, key, secret);
        let refused = format!(
            "the store refused the credentials ({said}); change the access key, which comes from the environment variable FLYTE_AWS_ACCESS_KEY_ID, or its secret, which comes from the environment variable FLYTE_AWS_SECRET_ACCESS_KEY"
        );
        let place = PutRawData::new().upload_prefix("").file_name("r");
        let error = files.put_raw_data(b"raw", place).unwrap_err();
        assert!(matches!(error, DataError::Upload { .. }), "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "Failed to put data from <3 bytes> to s3://bucket/raw/r (recursive=false).\n\nOriginal exception: {refused}"
            )
        );
        assert!(!format!("{error:?}").contains("planted-secret"));
        assert_eq!(store.requests(), 1, "it is not tried again");

        let dir = files.get_random_local_directory().unwrap();
        let to = dir.join("x");
        let error = files.download("s3://bucket/x", &to).unwrap_err();
        let download = |recursive: bool| {
            format!(
                "Failed to get data from s3://bucket/x to {} (recursive={recursive}).\n\nOriginal exception: {refused}",
                to.display()
            )
        };
        assert_eq!(error.to_string(), download(false));
        let error = files.download_directory("s3://bucket/x", &to).unwrap_err();
        assert_eq!(error.to_string(), download(true));
        assert_eq!(store.requests(), 3);
        let error = files.reader("s3://bucket/x").unwrap_err().to_string();
        assert_eq!(error, format!("cannot use s3://bucket/x: {refused}"));
        // What answers this has no body to say more.
        let error = files.exists("s3://bucket/x").unwrap_err().to_string();
        let start = "cannot use s3://bucket/x: the store refused the credentials (403 Forbidden); change the access key";
        assert!(error.starts_with(start), "{error}");
        assert!(!to.exists());

        fs::write(dir.join("y"), vec![1; 20_000_000]).unwrap();
        let error = files.upload(dir.join("y"), "s3://bucket/y").unwrap_err();
        assert!(error.to_string().ends_with(&refused), "{error}");
        assert_eq!(store.requests(), 6);
    }
}

/// What is printed to look at a writer does not have the keys of its store in it.
#[test]
fn a_writer_shows_no_credentials() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, "planted-secret");
    let shown = format!("{:?} {files:?}", files.writer("s3://bucket/x").unwrap());
    assert!(shown.contains("Object(\"x\")"), "{shown}");
    assert!(!shown.contains("planted-secret"), "{shown}");
}

/// What is there for every store is there for this one.
#[test]
fn what_is_put_is_got() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    round_trip(&files, "s3://bucket/some where");
    assert!(store.parts() >= 3);
    assert_eq!(store.open_uploads(), 0);
}

/// Each mistake is told.
#[test]
fn what_is_not_there_or_is_something_else_is_told() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let to = files.local_sandbox_dir().join("x");
    let error = files.download("s3://bucket/none", &to).unwrap_err();
    assert_eq!(error.to_string(), "File not found: s3://bucket/none");
    let error = files
        .download_directory("s3://bucket/none", &to)
        .unwrap_err();
    assert!(matches!(error, DataError::NotFound { .. }), "{error}");
    files
        .put_raw_data(b"", PutRawData::new().upload_prefix("d").file_name("f"))
        .unwrap();
    let error = files
        .download("s3://bucket/raw/d", &to)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("raw/d is a directory, not a file"),
        "{error}"
    );
    let error = files
        .download_directory("s3://bucket/raw/d/f", &to)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("raw/d/f is a file, not a directory"),
        "{error}"
    );
}

/// A file of a task goes to the store and comes back; a download happens once.
#[test]
fn files_of_tasks_go_through_a_store() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(context, |_| {
        let file = FlyteFile::<Csv>::create("rows.csv").unwrap();
        file.write("1,2").unwrap();
        let literal = files.uploading(|| file.to_literal()).unwrap();
        let LiteralValue::Blob(blob) = &literal.value else {
            panic!("{literal:?}");
        };
        assert!(blob.uri.starts_with("s3://bucket/raw/") && blob.uri.ends_with("/rows.csv"));
        let back = FlyteFile::<Csv>::from_literal(literal).unwrap();
        assert_eq!(back.read_to_string().unwrap(), "1,2");
        let path = back.path().unwrap().to_owned();
        let asked = store.requests();
        assert_eq!(back.clone().path().unwrap(), path);
        assert_eq!(store.requests(), asked);

        let directory = FlyteDirectory::<Text>::from_uri("s3://bucket/notes");
        directory.new_file("a.txt").unwrap().write("a").unwrap();
        directory
            .new_dir("d")
            .unwrap()
            .new_file("b.txt")
            .unwrap()
            .write("b")
            .unwrap();
        let texts = directory.walk().unwrap();
        let texts: Vec<_> = texts
            .iter()
            .map(|file| file.read_to_string().unwrap())
            .collect();
        assert_eq!(texts, ["a", "b"]);
    });
}

/// A directory is listed where it is; what is in it is fetched when it is asked for, and the whole of it by the path.
#[test]
fn a_listed_directory_is_not_downloaded() {
    let store = FakeStore::s3();
    for name in ["b.txt", "a/one.txt", "a/two.txt", "c/d/e.txt"] {
        store.put(&format!("bucket/d/{name}"), name.as_bytes());
    }
    let (files, sandbox) = provider(&store, KEY, SECRET);
    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files);
    FlyteContextManager::with_context(context, |_| {
        let directory = FlyteDirectory::<Text>::from_uri("s3://bucket/d/");
        let shown = |directory: &FlyteDirectory<Text>| -> Vec<String> {
            let entries = directory.list().unwrap().into_iter();
            let shown = entries.map(|entry| match entry {
                DirectoryEntry::File(file) => file.to_string(),
                DirectoryEntry::Directory(inner) => format!("{inner}/"),
                _ => unreachable!("there is nothing else"),
            });
            shown.collect()
        };
        assert_eq!(
            shown(&directory),
            [
                "s3://bucket/d/a/",
                "s3://bucket/d/b.txt",
                "s3://bucket/d/c/"
            ]
        );
        let found = directory.walk().unwrap();
        let names: Vec<_> = found.iter().map(FlyteFile::remote_source).collect();
        let wanted = ["a/one.txt", "a/two.txt", "b.txt", "c/d/e.txt"]
            .map(|name| format!("s3://bucket/d/{name}"));
        assert_eq!(names, wanted.each_ref().map(|name| Some(&**name)));
        assert!(!sandbox.path().exists(), "nothing came here");
        assert_eq!(found[1].read_to_string().unwrap(), "a/two.txt");

        let path = directory.path().unwrap().display().to_string();
        assert_eq!(directory.name(), "d");
        let asked = store.requests();
        assert_eq!(shown(&directory)[1], format!("{path}/b.txt"));
        assert_eq!(directory.walk().unwrap().len(), 4);
        assert_eq!(store.requests(), asked, "all of it is here now");

        let missing = FlyteDirectory::<Text>::from_uri("s3://bucket/missing");
        for error in [missing.list().unwrap_err(), missing.walk().unwrap_err()] {
            assert_eq!(error.to_string(), "File not found: s3://bucket/missing");
        }
        let file = FlyteDirectory::<Text>::from_uri("s3://bucket/d/b.txt");
        for error in [file.list().unwrap_err(), file.walk().unwrap_err()] {
            assert_eq!(
                error.to_string(),
                "cannot use s3://bucket/d/b.txt: d/b.txt is a file, not a directory"
            );
        }
    });
}

/// Consoles and other clients put an object there for a directory, whose name ends with a slash.
#[test]
fn directories_that_others_have_marked_are_directories() {
    let store = FakeStore::s3();
    for name in ["", "empty/", "full/", "deep/deeper/"] {
        store.put(&format!("bucket/d/{name}"), b"");
    }
    for name in ["no bytes", "full/a.txt"] {
        store.put(&format!("bucket/d/{name}"), b"");
    }
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files);
    FlyteContextManager::with_context(context, |_| {
        let directory = FlyteDirectory::<Text>::from_uri("s3://bucket/d");
        let names: Vec<_> = directory
            .list()
            .unwrap()
            .iter()
            .map(|entry| match entry {
                DirectoryEntry::File(file) => file.name(),
                DirectoryEntry::Directory(inner) => format!("{}/", inner.name()),
                _ => unreachable!("there is nothing else"),
            })
            .collect();
        assert_eq!(names, ["deep/", "empty/", "full/", "no bytes"]);
        let walked: Vec<_> = directory.walk().unwrap();
        let walked: Vec<_> = walked.iter().map(FlyteFile::name).collect();
        assert_eq!(walked, ["a.txt", "no bytes"]);
        let path = directory.path().unwrap();
        for inner in ["empty", "full", "deep/deeper"] {
            assert!(path.join(inner).is_dir(), "{inner}");
        }
        assert!(path.join("no bytes").is_file() && path.join("full/a.txt").is_file());
        assert_eq!(directory.walk().unwrap().len(), 2);
        let empty = FlyteDirectory::<Text>::from_uri("s3://bucket/d/empty");
        assert_eq!(empty.list().unwrap(), []);
        assert_eq!(empty.walk().unwrap(), []);
        assert!(empty.path().unwrap().is_dir());
    });
}

/// A cluster keeps checkpoints in a store.
#[test]
fn checkpoints_are_kept_in_a_store() {
    let store = FakeStore::s3();
    let (files, sandbox) = provider(&store, KEY, SECRET);
    let dir = sandbox.create().unwrap();
    let at = |attempt: &str| {
        SyncCheckpoint::new(format!("s3://bucket/ck/{attempt}")).with_file_access(files.clone())
    };
    // The first attempt ends before it keeps anything.
    let second = at("1").with_source("s3://bucket/ck/0");
    assert!(second.prev_exists());
    assert_eq!(second.read().unwrap(), None);
    assert_eq!(second.load().unwrap(), None);
    assert_eq!(second.restore(None).unwrap(), None);
    second.write(b"one").unwrap();
    assert_eq!(second.read().unwrap().unwrap(), b"one");
    second.write(b"two").unwrap();
    assert_eq!(store.object("bucket/ck/1/_dst_cp").unwrap(), b"two");

    let third = at("2").with_source("s3://bucket/ck/1");
    assert_eq!(third.read().unwrap().unwrap(), b"two");
    assert_eq!(fs::read(third.load().unwrap().unwrap()).unwrap(), b"two");
    fs::create_dir_all(dir.join("model/deep")).unwrap();
    fs::write(dir.join("model/weights"), "w").unwrap();
    fs::write(dir.join("model/deep/a"), "a").unwrap();
    fs::write(dir.join("step"), "7").unwrap();
    third.save(dir.join("model")).unwrap();
    third.save(dir.join("step")).unwrap();
    let error = third.read().unwrap_err().to_string();
    assert!(
        error.contains("found 3 in s3://bucket/ck/2; restore them to a directory"),
        "{error}"
    );

    let fourth = at("3").with_source("s3://bucket/ck/2");
    let restored = fourth.restore(None).unwrap().unwrap();
    let texts = ["weights", "deep/a", "step"].map(|name| fs::read(restored.join(name)).unwrap());
    assert_eq!(texts, [b"w", b"a", b"7"]);

    let (files, _sandbox) = provider(&store, KEY, "wrong");
    let refused = SyncCheckpoint::new("s3://bucket/ck/4").with_file_access(files);
    let error = refused.write(b"x").unwrap_err().to_string();
    assert!(
        error.contains("the store refused the credentials"),
        "{error}"
    );
}

/// An authority of one's own is named by the variable that openssl reads, too.
#[test]
fn a_certificate_of_an_authority_of_ones_own_is_trusted_when_asked() {
    let name = "a_certificate_of_an_authority_of_ones_own_is_trusted_when_asked";
    if is_child() {
        let (files, _sandbox) = from_variables();
        return round_trip(&files, "s3://bucket/some where");
    }
    let store = FakeStore::s3_behind_tls();
    let mut variables = variables(&store).to_vec();
    variables.push(("SSL_CERT_FILE", AUTHORITY));
    in_child(name, &variables);
    let object = store.object("bucket/some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

#[test]
fn a_certificate_that_nobody_trusts_is_one_clear_error() {
    if is_child() {
        let (files, _sandbox) = from_variables();
        let place = PutRawData::new().upload_prefix("").file_name("r");
        let error = files.put_raw_data(b"raw", place).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Failed to put data from <3 bytes> to s3://bucket/raw/r (recursive=false).\n\nOriginal exception: the certificate of the \
             server is not trusted (UnknownIssuer); name the file with the certificate of who has signed it in SSL_CERT_FILE"
        );
        return;
    }
    let store = FakeStore::s3_behind_tls();
    let name = "a_certificate_that_nobody_trusts_is_one_clear_error";
    in_child(name, &variables(&store));
    assert_eq!(store.requests(), 0);
}

/// What flytekit reads.
fn variables(store: &FakeStore) -> [(&'static str, &str); 3] {
    [
        ("FLYTE_AWS_ENDPOINT", store.endpoint()),
        ("FLYTE_AWS_ACCESS_KEY_ID", KEY),
        ("FLYTE_AWS_SECRET_ACCESS_KEY", SECRET),
    ]
}

/// A provider with the settings of this process's environment.
fn from_variables() -> (FileAccessProvider, TempSandbox) {
    let environment = env::vars().fold(Environment::empty(), |all, (name, value)| {
        all.with_var(name, value)
    });
    let config = Config::loader().environment(environment).load().unwrap();
    let sandbox = TempSandbox::new();
    let files = FileAccessProvider::new(sandbox.path(), "s3://bucket/raw").unwrap();
    (files.with_data_config(config.data), sandbox)
}

/// What is made in the store is written there, and stays there as an output.
#[test]
fn remote_files_and_directories_are_made_in_the_store() {
    let store = FakeStore::s3();
    let (files, sandbox) = provider(&store, KEY, SECRET);
    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(context, |_| {
        let file = FlyteFile::<Text>::new_remote(Some("a/b.txt"), None).unwrap();
        file.write("there").unwrap();
        assert_eq!(store.object("bucket/raw/a/b.txt").unwrap(), b"there");
        let literal = files.uploading(|| file.to_literal()).unwrap();
        let again = FlyteFile::<Text>::from_literal(literal).unwrap();
        assert_eq!(again.remote_source(), Some("s3://bucket/raw/a/b.txt"));
        let other = FlyteFile::<Text>::new_remote(Some("b.txt"), Some("other")).unwrap();
        assert_eq!(other.remote_source(), Some("s3://other/raw/b.txt"));
        let directory = FlyteDirectory::<Text>::new_remote(None, None).unwrap();
        let inner = directory.new_dir("in").unwrap().new_file("c.txt").unwrap();
        inner.write("c").unwrap();
        let address = directory.remote_source().unwrap();
        assert!(address.starts_with("s3://bucket/raw/"), "{address}");
        assert_eq!(directory.walk().unwrap(), [inner]);
        let empty = FlyteDirectory::<Text>::new_remote(None, None).unwrap();
        let literal = files.uploading(|| empty.to_literal()).unwrap();
        let again = FlyteDirectory::<Text>::from_literal(literal).unwrap();
        assert_eq!(again.list().unwrap(), []);
    });
    assert!(!sandbox.path().exists(), "nothing is written here");
}

/// Several files of a directory are on their way at once; one that cannot be copied ends it with its name.
#[test]
fn the_files_of_a_directory_are_copied_side_by_side() {
    let store = FakeStore::s3();
    let (files, _sandbox) = provider(&store, KEY, SECRET);
    let dir = files.get_random_local_directory().unwrap();
    fs::create_dir(dir.join("in")).unwrap();
    for number in 0..100 {
        fs::write(dir.join(format!("in/{number}")), [number]).unwrap();
    }
    store.let_meet(8);
    files
        .upload_directory(dir.join("in"), "s3://bucket/d")
        .unwrap();
    assert!(store.have_met());
    store.let_meet(8);
    files
        .download_directory("s3://bucket/d", dir.join("out"))
        .unwrap();
    assert!(store.have_met());
    for number in 0..100 {
        let read = fs::read(dir.join(format!("out/{number}"))).unwrap();
        assert_eq!(read, [number]);
    }

    fs::create_dir_all(dir.join("other/7")).unwrap();
    let error = files
        .download_directory("s3://bucket/d", dir.join("other"))
        .unwrap_err()
        .to_string();
    let end = "other/7 is a directory, so no file can have its name";
    assert!(error.ends_with(end), "{error}");
}

/// Without an access key, and on no machine that has a role, the error says where to give one.
#[test]
fn a_missing_credential_is_one_clear_error() {
    let store = FakeStore::s3();
    if is_child() {
        let environment = Environment::empty().with_var("FLYTE_AWS_RETRIES", "1");
        let config = Config::loader().environment(environment).load().unwrap();
        let sandbox = TempSandbox::new();
        let files = FileAccessProvider::new(sandbox.path(), "s3://bucket/raw").unwrap();
        let files = files.with_data_config(config.data);
        let error = files.exists("s3://bucket/x").unwrap_err().to_string();
        let end =
            "; there is no access key: set FLYTE_AWS_ACCESS_KEY_ID and FLYTE_AWS_SECRET_ACCESS_KEY";
        assert!(error.ends_with(end), "{error}");
        return;
    }
    in_child(
        "a_missing_credential_is_one_clear_error",
        &[
            ("AWS_METADATA_ENDPOINT", "http://127.0.0.1:1"),
            ("AWS_ENDPOINT", store.endpoint()),
            ("AWS_ALLOW_HTTP", "true"),
        ],
    );
    assert_eq!(store.requests(), 0);
}
