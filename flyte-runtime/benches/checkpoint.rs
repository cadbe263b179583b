//! A checkpoint of 1 MiB, written and read, beside a plain file that is written, synced and read in the same run.
//!
//! `cargo bench -p flyte-runtime --bench checkpoint`. The checkpoint may take 1.3 times as long as the plain file: it
//! is written under another name first, and the directory is synced as well, so that a crash leaves the old value or
//! the new one. The second control does the same by hand.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{
    fs::{self, File},
    hint::black_box,
    io::{self, Write as _},
    path::Path,
};

use divan::{Bencher, counter::BytesCount};
use flyte_runtime::{
    checkpoint::{Checkpoint, SyncCheckpoint},
    files::TempSandbox,
};

const SIZE: usize = 1 << 20;

fn main() {
    divan::main();
}

fn measure(bencher: Bencher<'_, '_>, write_and_read: impl Fn(&Path, &[u8]) -> io::Result<Vec<u8>>) {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().expect("there is room for it");
    let bytes = vec![7; SIZE];
    bencher
        .counter(BytesCount::new(SIZE))
        .bench_local(|| write_and_read(directory, black_box(&bytes)).expect("the disk takes it"));
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn checkpoint_written_and_read(bencher: Bencher) {
    measure(bencher, |directory, bytes| {
        let checkpoint = SyncCheckpoint::new(directory);
        checkpoint.write(bytes).map_err(io::Error::other)?;
        let read = checkpoint.read().map_err(io::Error::other)?;
        Ok(read.expect("it was written"))
    });
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn control_plain_file_synced_and_read(bencher: Bencher) {
    measure(bencher, |directory, bytes| {
        let path = directory.join("plain");
        let mut file = File::create(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::read(&path)
    });
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn control_file_replaced_and_read(bencher: Bencher) {
    measure(bencher, |directory, bytes| {
        let (path, partial) = (directory.join("replaced"), directory.join("partial"));
        let mut file = File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&partial, &path)?;
        File::open(directory)?.sync_all()?;
        fs::read(&path)
    });
}
