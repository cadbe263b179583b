//! A large object needs no large memory. Alone in its process, because it looks at the whole of it.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{fs, io};

use flyte_runtime::compat::{
    DataConfig, FileAccessProvider, PutRawData, RawData, SecretText, Sourced,
};
use flyte_stores::{FakeStore, KEY, SECRET};

/// Most memory that the process ever had, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

/// 100 MB to the store and back, with at most 64 MiB above what a small object needs.
#[test]
fn a_hundred_megabytes_are_copied_with_flat_memory() {
    const LENGTH: u64 = 100_000_000;
    let store = FakeStore::s3();
    let mut data = DataConfig::default();
    data.s3.endpoint = Sourced::by_default(Some(store.endpoint().to_owned()));
    data.s3.access_key_id = Sourced::by_default(Some(KEY.to_owned()));
    data.s3.secret_access_key = Sourced::by_default(Some(SecretText::new(SECRET)));
    let local = FileAccessProvider::temporary().unwrap();
    let dir = local.get_random_local_directory().unwrap();
    let files = FileAccessProvider::new(&dir, "s3://bucket/raw")
        .unwrap()
        .with_data_config(data);
    files.put_raw_data(b"small", PutRawData::new()).unwrap();
    let baseline = peak();

    let zeros = RawData::reader(io::Read::take(io::repeat(0), LENGTH));
    let address = files.put_raw_data(zeros, PutRawData::new()).unwrap();
    assert_eq!(store.parts(), 12);
    files.download(&address, dir.join("large")).unwrap();
    assert_eq!(fs::metadata(dir.join("large")).unwrap().len(), LENGTH);
    files
        .upload(dir.join("large"), "s3://bucket/again")
        .unwrap();
    let grown = peak() - baseline;
    assert!(grown <= 64, "{grown} MiB above {baseline} MiB");
}
