//! A large table needs no large memory. Alone in its process, because it looks at the whole of it.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{fs, sync::Arc};

use flyte_runtime::{
    files::{
        AnyColumns,
        arrow_array::{Int64Array, RecordBatch},
        arrow_schema::{DataType, Field, Schema},
    },
    prelude::*,
};

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

/// A table of `batches` MiB that do not compress, written and read.
fn there_and_back(batches: u64) {
    const ROWS: u64 = (1 << 20) / 8;
    let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
    let mut writer = StructuredDataset::<AnyColumns>::writer(schema.clone()).unwrap();
    let mut number = 1_u64;
    for _ in 0..batches {
        let column = Int64Array::from_iter_values((0..ROWS).map(|_| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            number as i64
        }));
        let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(column)]);
        writer.write(&batch.unwrap()).unwrap();
    }
    let table = writer.finish().unwrap();
    assert_eq!(table.num_rows().unwrap(), batches * ROWS);
}

/// 100 MiB there and back, with at most 40 MiB above what a small table needs.
#[test]
fn large_tables_are_written_and_read_with_flat_memory() {
    there_and_back(1);
    let baseline = peak();
    there_and_back(100);
    let grown = peak() - baseline;
    assert!(grown <= 40, "{grown} MiB above {baseline} MiB");
}
