//! Files: a directory in, a summary file out.
//!
//! Tasks hand each other places, not contents; what is in a file is read by who needs it. Here these are places of this
//! machine. In a container a file that a task returns is uploaded, and the next task downloads it when it asks for it.
//!
//! ```console
//! $ cargo run --example files
//! summary.csv:
//! file,lines,bytes
//! poem.txt,2,26
//! list.txt,3,12
//! what was not meant: [..]/poem.txt is a file, not a directory; use FlyteFile for it
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
};

use flyte_runtime::{
    files::{Csv, DataError, Text},
    prelude::*,
};

// ANCHOR: write_notes
/// Some files to work on. They go away when nobody holds the directory or one of them.
#[task]
fn write_notes() -> Result<FlyteDirectory<Text>, DataError> {
    let notes = FlyteDirectory::create("notes")?;
    let poem = notes.new_dir("a")?.new_file("poem.txt")?;
    poem.write("roses are red\nviolets are\n")?;
    notes.new_file("list.txt")?.write("one\ntwo\nsix\n")?;
    Ok(notes)
}
// ANCHOR_END: write_notes

// ANCHOR: summarize
/// Writes a line for each file.
#[task]
fn summarize(notes: &FlyteDirectory<Text>) -> Result<FlyteFile<Csv>, Box<dyn Error + Send + Sync>> {
    let summary = FlyteFile::create("summary.csv")?;
    let mut writer = summary.writer()?;
    writeln!(writer, "file,lines,bytes")?;
    for file in notes.walk()? {
        // Line by line: a file may be larger than the memory.
        let mut lines = 0;
        for line in BufReader::new(file.open()?).lines() {
            line?;
            lines += 1;
        }
        writeln!(writer, "{},{lines},{}", file.name(), file.size()?)?;
    }
    // Until here nobody sees anything of it.
    writer.finish()?;
    Ok(summary)
}
// ANCHOR_END: summarize

#[workflow]
fn report() -> FlyteFile<Csv> {
    summarize(write_notes())
}

fn main() -> Result<(), Box<dyn Error>> {
    let summary = report()?;
    println!("{}:", summary.name());
    print!("{}", summary.read_to_string()?);

    // A place is only a name until the program looks there; then it is told what is wrong with it.
    let notes = write_notes()?;
    let poem = notes.walk()?[0].path()?.to_owned();
    if let Err(error) = FlyteDirectory::<Text>::from_path(poem).walk() {
        println!("what was not meant: {error}");
    }
    Ok(())
}
