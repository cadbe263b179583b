//! Tables in S3: put when they leave a task, got when they are opened.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{slice, sync::Arc};

use flyte_runtime::{
    compat::{DataConfig, FileAccessProvider, FlyteContextManager, SecretText, Sourced},
    context::FlyteContext,
    files::{
        AnyColumns, TempSandbox,
        arrow_array::{Int64Array, RecordBatch},
    },
    prelude::*,
    types::LiteralValue,
};
use flyte_stores::{FakeStore, KEY, SECRET};

/// Batches go to the store without a file on this machine; a table is one file or a directory there, is downloaded once
/// for all clones, and told to be missing if it is.
#[test]
fn tables_of_tasks_go_through_a_store() {
    let store = FakeStore::s3();
    let mut data = DataConfig::default();
    data.s3.endpoint = Sourced::by_default(Some(store.endpoint().to_owned()));
    data.s3.access_key_id = Sourced::by_default(Some(KEY.to_owned()));
    data.s3.secret_access_key = Sourced::by_default(Some(SecretText::new(SECRET)));
    let sandbox = TempSandbox::new();
    let files = FileAccessProvider::new(sandbox.path(), "s3://bucket/raw")
        .unwrap()
        .with_data_config(data);
    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(context, |_| {
        let column = Arc::new(Int64Array::from(vec![1, 2, 3]));
        let batch = RecordBatch::try_from_iter([("n", column as _)]).unwrap();
        let table = StructuredDataset::<AnyColumns>::from_batches([batch.clone()]).unwrap();
        let literal = files.uploading(|| table.to_literal()).unwrap();
        let LiteralValue::StructuredDataset(dataset) = &literal.value else {
            panic!("{literal:?}");
        };
        let uri = &dataset.uri;
        assert!(uri.starts_with("s3://bucket/raw/"), "{uri}");
        assert!(!sandbox.path().exists(), "nothing is written here");
        let key = format!("{}/00000", uri.trim_start_matches("s3://"));
        assert!(store.object(&key).is_some());

        let directory = StructuredDataset::<AnyColumns>::from_literal(literal.clone()).unwrap();
        let file = StructuredDataset::<AnyColumns>::from_uri(format!("{uri}/00000"));
        for table in [directory, file] {
            assert_eq!(table.clone().read().unwrap(), slice::from_ref(&batch));
            let asked = store.requests();
            assert_eq!(table.read().unwrap(), slice::from_ref(&batch));
            assert_eq!(store.requests(), asked);
        }
        let missing = StructuredDataset::<AnyColumns>::from_uri("s3://bucket/missing");
        let error = missing.open().unwrap_err().to_string();
        assert_eq!(error, "File not found: s3://bucket/missing");
    });
}
