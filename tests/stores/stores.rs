//! Files in S3: put and got, in one piece and in parts, slowed down and refused.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    time::Duration,
};

use flyte_runtime::{
    config::{Config, Environment},
    data::{Csv, DataError, FileAccessProvider, PutRawData, RawData, TempSandbox, Text},
    prelude::*,
    types::LiteralValue,
};
use flyte_stores::{FakeS3, KEY};

/// A provider whose outputs go to a store, by the variables that flytekit reads.
fn provider(store: &FakeS3, key: &str) -> (FileAccessProvider, TempSandbox) {
    let environment = Environment::empty()
        .with_var("FLYTE_AWS_ENDPOINT", store.endpoint())
        .with_var("FLYTE_AWS_ACCESS_KEY_ID", key)
        .with_var("FLYTE_AWS_SECRET_ACCESS_KEY", "planted-secret");
    let mut data = Config::loader()
        .environment(environment)
        .load()
        .unwrap()
        .data;
    // Tests do not wait for seconds.
    data.s3.backoff = flyte_runtime::config::Sourced::by_default(Duration::from_millis(200));
    let sandbox = TempSandbox::new();
    let files = FileAccessProvider::new(sandbox.path(), "s3://bucket/raw").unwrap();
    (files.with_data_config(data), sandbox)
}

/// Every method that takes an address takes one of a store.
#[test]
fn files_and_directories_are_put_and_got() {
    let store = FakeS3::start();
    let (files, _sandbox) = provider(&store, KEY);
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
    let store = FakeS3::start();
    let metadata = BTreeMap::from([("flyte-execution".to_owned(), "x1".to_owned())]);
    let (files, _sandbox) = provider(&store, KEY);
    let files = files.with_execution_metadata(metadata);
    let raw = files.put_raw_data(b"raw", PutRawData::new()).unwrap();
    let name = raw.strip_prefix("s3://").unwrap();
    let found = store.header(name, "x-amz-meta-flyte-execution");
    assert_eq!(found.as_deref(), Some("x1"));
}

/// A large object goes in parts; one that is given up leaves none behind.
#[test]
fn large_objects_are_written_in_parts() {
    let store = FakeS3::start();
    let (files, _sandbox) = provider(&store, KEY);
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
    let store = FakeS3::start();
    let (files, _sandbox) = provider(&store, KEY);
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

/// One error with both places and the store's own words, at once, and without the secret.
#[test]
fn a_wrong_credential_is_one_clear_error() {
    let store = FakeS3::start();
    let (files, _sandbox) = provider(&store, "somebody-else");
    let error = files
        .put_raw_data(b"raw", PutRawData::new().upload_prefix("").file_name("r"))
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, DataError::Upload { .. }), "{text}");
    for part in [
        "<3 bytes>",
        "s3://bucket/raw/r",
        "InvalidAccessKeyId",
        "does not exist in our records",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert!(!format!("{error:?}").contains("planted-secret"));
    assert_eq!(store.requests(), 1, "it is not tried again");
    let to = files.local_sandbox_dir().join("x");
    let text = files
        .download("s3://bucket/x", &to)
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("s3://bucket/x") && text.contains(to.to_str().unwrap()),
        "{text}"
    );
}

/// Each mistake is told.
#[test]
fn what_is_not_there_or_is_something_else_is_told() {
    let store = FakeS3::start();
    let (files, _sandbox) = provider(&store, KEY);
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
    let error = files.exists("gs://bucket/x").unwrap_err().to_string();
    assert!(error.contains("turn on the feature"), "{error}");
}

/// A file of a task goes to the store and comes back; a download happens once.
#[test]
fn files_of_tasks_go_through_a_store() {
    let store = FakeS3::start();
    let (files, _sandbox) = provider(&store, KEY);
    let context = flyte_runtime::context::FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    flyte_runtime::context::FlyteContextManager::with_context(context, |_| {
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
