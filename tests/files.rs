//! Files and directories as inputs and outputs: where they are read, when they are copied, and what is said when they
//! are not what was meant.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    path::PathBuf,
};

use flyte_core::types::json_from_literal;
use flyte_runtime::{
    compat::{FileAccessProvider, FlyteContextManager},
    context::FlyteContext,
    files::{AnyFormat, Csv, DataError, DirectoryEntry, TempSandbox, Text},
    prelude::*,
    types::{BlobType, FlyteType, Hashed, Literal, LiteralType, LiteralValue, UnionVariant},
};

/// The place in a literal.
fn uri(literal: &Literal) -> String {
    match &literal.value {
        LiteralValue::Blob(blob) => blob.uri.clone(),
        other => panic!("no file: {other:?}"),
    }
}

#[task]
fn writes(text: String) -> Result<FlyteFile<Text>, DataError> {
    let file = FlyteFile::create("text.txt")?;
    file.write(text)?;
    Ok(file)
}

#[task]
fn reads(file: &FlyteFile<Text>) -> Result<String, DataError> {
    file.read_to_string()
}

#[workflow]
fn there_and_back(text: String) -> String {
    reads(writes(text))
}

#[workflow]
fn written(text: String) -> FlyteFile<Text> {
    writes(text)
}

#[workflow]
fn with_defaults(
    #[default("s3://bucket/rows.csv")] rows: FlyteFile<Csv>,
    #[default("data")] all: FlyteDirectory,
) -> (FlyteFile<Csv>, FlyteDirectory) {
    (rows, all)
}

#[test]
fn a_default_is_a_path_or_an_address() {
    let (rows, all) = call!(with_defaults()).run().unwrap();
    assert_eq!(rows.remote_source(), Some("s3://bucket/rows.csv"));
    assert_eq!(all, FlyteDirectory::from_path("data"));
    assert_eq!(all, FlyteDirectory::from("data".to_owned()));
}

/// A file that a task makes can be read by the next task and by whoever called the workflow.
#[test]
fn files_travel_between_tasks_and_outlive_the_run() {
    assert_eq!(there_and_back("hello".into()).unwrap(), "hello");
    // Of a context whose temporary files only the value still holds.
    let files = FileAccessProvider::temporary().unwrap();
    let builder = FlyteContext::current()
        .new_builder()
        .with_file_access(files);
    let file = FlyteContextManager::with_context(builder, |_| written("kept".into()).unwrap());
    assert_eq!(file.read_to_string().unwrap(), "kept");
    assert_eq!(file.name(), "text.txt");
    let path = file.path().unwrap().to_owned();
    drop(file);
    assert!(!path.exists(), "a temporary file is held by its value");
}

/// Types and tags as flytekit's: SINGLE and MULTIPART blobs with the format's name.
#[test]
fn types_are_those_of_flytekit() {
    assert_eq!(
        FlyteFile::<AnyFormat>::literal_type(),
        LiteralType::Blob(BlobType::single(""))
    );
    assert_eq!(
        FlyteDirectory::<Csv>::literal_type(),
        LiteralType::Blob(BlobType::multipart("csv"))
    );
    assert_eq!(FlyteFile::<Csv>::union_tag(), "FlyteFilePath");
    assert_eq!(FlyteDirectory::<Csv>::union_tag(), "FlyteDirectory");
    assert!(FlyteFile::<AnyFormat>::literal_type().accepts(&FlyteFile::<Csv>::literal_type()));
    assert!(!FlyteFile::<Text>::literal_type().accepts(&FlyteFile::<Csv>::literal_type()));
}

/// In a run on this machine the path is kept, and metadata travels with it.
#[test]
fn a_literal_of_this_machine_is_the_path() {
    let file = FlyteFile::<Csv>::from_path("rows.csv").with_metadata("rows", "3");
    let literal = file.to_literal().unwrap();
    assert_eq!(uri(&literal), "rows.csv");
    let back = FlyteFile::<Csv>::from_literal(literal).unwrap();
    assert_eq!(back, file);
    assert_eq!(back.metadata()["rows"], "3");
    let remote = FlyteFile::<Csv>::from_uri("s3://bucket/rows.csv");
    assert_eq!(remote.remote_source(), Some("s3://bucket/rows.csv"));
    assert_eq!(uri(&remote.to_literal().unwrap()), "s3://bucket/rows.csv");
    assert_eq!(
        FlyteFile::<Csv>::from_uri("file:///a/b"),
        FlyteFile::from_path("/a/b")
    );
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Report {
    table: FlyteFile<Csv>,
    pages: FlyteDirectory,
    maybe: Option<FlyteFile>,
}

/// The form in a dataclass is flytekit's, with and without metadata.
#[test]
fn in_a_struct_a_file_is_an_object_with_a_path() {
    let mut report = Report {
        table: FlyteFile::from_uri("s3://b/t.csv").with_metadata("rows", "3"),
        pages: FlyteDirectory::from_uri("s3://b/pages"),
        maybe: None,
    };
    let json = json_from_literal(&report.to_literal().unwrap()).unwrap();
    let expected = serde_json::json!({
        "table": {"path": "s3://b/t.csv", "metadata": {"rows": "3"}},
        "pages": {"path": "s3://b/pages"},
        "maybe": null,
    });
    assert_eq!(json, expected);
    report.maybe = Some(FlyteFile::from_path("/x"));
    let back = Report::from_literal(report.to_literal().unwrap()).unwrap();
    assert_eq!(back, report);
    assert_eq!(back.table.metadata(), report.table.metadata());
}

/// What leaves a task in a container is uploaded, once; what came from elsewhere stays there.
#[test]
fn outputs_are_uploaded_under_the_output_prefix() {
    let files = FileAccessProvider::temporary().unwrap();
    let home = TempSandbox::new();
    let path = home.create().unwrap().join("rows.csv");
    fs::write(&path, "1,2").unwrap();
    let file = FlyteFile::<Csv>::from_path(&path);

    let literal = files.uploading(|| file.to_literal()).unwrap();
    let address = uri(&literal);
    assert!(address.starts_with(files.raw_output_prefix()), "{address}");
    assert!(address.ends_with("/rows.csv"), "{address}");
    assert_eq!(fs::read(&address).unwrap(), b"1,2");
    let again = files.uploading(|| file.clone().to_literal()).unwrap();
    assert_eq!(uri(&again), address);

    let passed_on = FlyteFile::<Csv>::from_literal(literal).unwrap();
    let literal = files.uploading(|| passed_on.to_literal()).unwrap();
    assert_eq!(uri(&literal), address);
    let stays = FlyteFile::<Csv>::from_path(&path).without_upload();
    let literal = files.uploading(|| stays.to_literal()).unwrap();
    assert_eq!(uri(&literal), path.to_str().unwrap());
    assert_eq!(
        uri(&FlyteFile::<Csv>::from_path(&path).to_literal().unwrap()),
        path.to_str().unwrap()
    );
}

/// A remote path is used wherever the value leaves the process.
#[test]
fn a_remote_path_is_where_an_output_goes() {
    let home = TempSandbox::new();
    let dir = home.create().unwrap();
    fs::create_dir_all(dir.join("in/deep")).unwrap();
    fs::write(dir.join("in/deep/a.txt"), "a").unwrap();
    let to = dir.join("out").to_str().unwrap().to_owned();
    let directory = FlyteDirectory::<Text>::from_path(dir.join("in")).with_remote_path(&to);
    assert_eq!(uri(&directory.to_literal().unwrap()), to);
    assert_eq!(fs::read(dir.join("out/deep/a.txt")).unwrap(), b"a");
}

/// Listing, walking and making files and directories, in the order of names.
#[test]
fn directories_are_listed_and_walked() {
    let directory = FlyteDirectory::<Text>::create("notes").unwrap();
    directory.new_file("b.txt").unwrap().write("b").unwrap();
    let inner = directory.new_dir("a").unwrap();
    inner.new_file("c.txt").unwrap().write("c").unwrap();
    directory.new_dir("empty").unwrap();

    let shown: Vec<String> = directory
        .list()
        .unwrap()
        .into_iter()
        .map(|entry| match entry {
            DirectoryEntry::File(file) => file.name(),
            DirectoryEntry::Directory(inner) => {
                format!("{}/{}", inner, inner.list().unwrap().len())
                    .rsplit('/')
                    .take(2)
                    .collect::<Vec<_>>()
                    .join(" in ")
            }
            _ => unreachable!(),
        })
        .collect();
    assert_eq!(shown, ["1 in a", "b.txt", "0 in empty"]);
    let names: Vec<String> = directory
        .walk()
        .unwrap()
        .iter()
        .map(FlyteFile::name)
        .collect();
    assert_eq!(names, ["c.txt", "b.txt"]);
    for bad in ["", ".", "..", "a/b", "../x", "a\\b", "nul\0"] {
        let error = directory.new_file(bad).unwrap_err();
        assert!(matches!(error, DataError::Name { .. }), "{bad:?}: {error}");
        assert!(directory.new_dir(bad).is_err() && FlyteFile::<Text>::create(bad).is_err());
    }
}

/// Under the output prefix, by name or without, and not copied again when they leave the task.
#[test]
fn remote_files_and_directories_are_made_under_the_output_prefix() {
    let files = FileAccessProvider::temporary().unwrap();
    let prefix = files.raw_output_prefix().to_owned();
    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(context, |_| {
        let file = FlyteFile::<Text>::new_remote(Some("a/b.txt"), Some("bucket")).unwrap();
        assert_eq!(file.to_string(), format!("{prefix}a/b.txt"));
        file.write("there").unwrap();
        let literal = files.uploading(|| file.to_literal()).unwrap();
        assert_eq!(uri(&literal), file.to_string());
        let one = FlyteFile::<Text>::new_remote(None, None).unwrap();
        assert_ne!(one, FlyteFile::new_remote(None, None).unwrap());

        let directory = FlyteDirectory::<Text>::new_remote(Some("d"), None).unwrap();
        assert_eq!(directory.name(), "d");
        assert!(directory.list().unwrap().is_empty());
        for bad in ["", "..", "a/../b", "/a", "a//b", "nul\0", "a\\b"] {
            let error = FlyteFile::<Text>::new_remote(Some(bad), None).unwrap_err();
            assert!(matches!(error, DataError::Name { .. }), "{bad:?}: {error}");
            assert!(FlyteDirectory::<Text>::new_remote(Some(bad), None).is_err());
        }
    });
}

/// A name is what it is: nothing in it stands for something else, here or in an address of this machine.
#[test]
fn names_are_taken_as_they_are() {
    let files = FileAccessProvider::temporary().unwrap();
    let directory = FlyteDirectory::<Text>::create("odd names").unwrap();
    let names = [
        " two words ",
        "%20",
        "100%",
        "a?b#c",
        "größe.txt",
        "日本.txt",
        "-rf",
        "~",
        "$HOME",
        "*",
        "a:b",
        "'\"",
        "line\nline",
    ];
    for name in names {
        directory.new_file(name).unwrap().write(name).unwrap();
    }
    let literal = files.uploading(|| directory.to_literal()).unwrap();
    let there = FlyteDirectory::<Text>::from_uri(format!("file://{}", uri(&literal)));
    let mut found: Vec<_> = there.walk().unwrap().iter().map(FlyteFile::name).collect();
    found.sort_unstable();
    let mut wanted = names;
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    for file in there.walk().unwrap() {
        assert_eq!(file.read_to_string().unwrap(), file.name());
        let again = FlyteFile::<Text>::from_uri(format!("file://{file}"));
        assert_eq!(again.read_to_string().unwrap(), file.name());
    }
}

/// An empty directory is one, too, wherever it is in another.
#[test]
fn empty_directories_are_kept() {
    let files = FileAccessProvider::temporary().unwrap();
    let directory = FlyteDirectory::<Text>::create("d").unwrap();
    directory.new_dir("in").unwrap().new_dir("deeper").unwrap();
    let literal = files.uploading(|| directory.to_literal()).unwrap();
    assert!(
        std::path::Path::new(uri(&literal).as_str())
            .join("in/deeper")
            .is_dir()
    );
    let there = FlyteDirectory::<Text>::from_literal(literal).unwrap();
    assert!(there.walk().unwrap().is_empty());
    assert_eq!(there.list().unwrap().len(), 1);
}

/// What was there stays until all of the new is written.
#[test]
fn a_writer_that_is_dropped_changes_nothing() {
    let file = FlyteFile::<Text>::create("a.txt").unwrap();
    file.write("old").unwrap();
    let mut writer = file.writer().unwrap();
    writer.write_all(b"new").unwrap();
    writer.flush().unwrap();
    assert_eq!(file.read_to_string().unwrap(), "old");
    drop(writer);
    assert_eq!(file.read_to_string().unwrap(), "old");
    let mut writer = file.writer().unwrap();
    writer.write_all(b"new").unwrap();
    writer.finish().unwrap();
    let mut text = String::new();
    file.open().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "new");
    let beside = fs::read_dir(file.path().unwrap().parent().unwrap()).unwrap();
    assert_eq!(beside.count(), 1, "nothing is left of the first");
}

/// Caches know a file by what is in it, wherever it is.
#[test]
fn content_hashes_follow_the_content() {
    let make = |text: &str| {
        let file = FlyteFile::<Text>::create("a.txt").unwrap();
        file.write(text).unwrap();
        file
    };
    // `printf abc | sha256sum`
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(make("abc").content_hash().unwrap(), abc);
    let hashed: Hashed<FlyteFile<Text>> = make("abc").hashed().unwrap();
    assert_eq!(hashed.to_literal().unwrap().hash(), Some(abc));

    let directory = |names: &[(&str, &str)]| {
        let directory = FlyteDirectory::<Text>::create("d").unwrap();
        for (name, text) in names {
            directory.new_file(name).unwrap().write(text).unwrap();
        }
        directory.content_hash().unwrap()
    };
    let one = directory(&[("a", "1"), ("b", "2")]);
    assert_eq!(one, directory(&[("b", "2"), ("a", "1")]));
    assert_ne!(one, directory(&[("a", "1"), ("b", "3")]));
    assert_ne!(one, directory(&[("a", "1"), ("c", "2")]));

    // A name that continues as the hash of a file would.
    let flat = directory(&[("a", "abc"), ("b", "2")]);
    let nested = FlyteDirectory::<Text>::create("d").unwrap();
    let file = nested.new_dir("a").unwrap().new_file(format!("{abc}b"));
    file.unwrap().write("2").unwrap();
    assert_ne!(flat, nested.content_hash().unwrap());
}

/// Each mistake has an error of its own that names the path.
#[test]
fn what_is_not_there_or_is_something_else_is_told() {
    let home = TempSandbox::new();
    let dir = home.create().unwrap();
    fs::write(dir.join("file"), "").unwrap();
    let file = |name: &str| FlyteFile::<Text>::from_path(dir.join(name));
    let directory = |name: &str| FlyteDirectory::<Text>::from_path(dir.join(name));
    let at = |name: &str| dir.join(name).display().to_string();

    let error = file("none").read().unwrap_err();
    assert_eq!(error.to_string(), format!("File not found: {}", at("none")));
    let error = file("").path().unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{} is a directory, not a file; use FlyteDirectory for it",
            at("")
        )
    );
    let error = directory("file").list().unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{} is a file, not a directory; use FlyteFile for it",
            at("file")
        )
    );
    assert!(matches!(
        directory("none").walk(),
        Err(DataError::NotFound { .. })
    ));

    let files = FileAccessProvider::temporary().unwrap();
    let error = files.uploading(|| file("none").to_literal()).unwrap_err();
    let expected = format!("cannot store {0}: File not found: {0}", at("none"));
    assert_eq!(error.to_string(), expected);
    let error = FlyteFile::<Text>::from_uri("ftp://b/k").path().unwrap_err();
    assert!(matches!(error, DataError::Remote { .. }), "{error}");

    let multipart = Literal::blob("s3://b/d", BlobType::multipart(""));
    let error = FlyteFile::<Text>::from_literal(multipart).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected txt file, found a directory at s3://b/d"
    );
    let error = FlyteFile::<Text>::from_literal(Literal::integer(1)).unwrap_err();
    assert_eq!(error.to_string(), "expected txt file, found an integer");
    let without = Literal::map(BTreeMap::new());
    let error = FlyteFile::<Text>::from_literal(without).unwrap_err();
    assert_eq!(error.to_string(), "`txt file` lacks the field `path`");
}

/// Links are followed; those that lead nowhere, or round in a circle, are errors that say so.
#[cfg(unix)]
#[test]
fn links_are_followed() {
    use std::os::unix::fs::symlink;

    let home = TempSandbox::new();
    let dir = home.create().unwrap();
    fs::create_dir(dir.join("d")).unwrap();
    fs::write(dir.join("d/real"), "here").unwrap();
    symlink("real", dir.join("d/link")).unwrap();
    symlink("nowhere", dir.join("broken")).unwrap();
    let link = FlyteFile::<Text>::from_path(dir.join("d/link"));
    assert_eq!(link.read_to_string().unwrap(), "here");
    let files = FileAccessProvider::temporary().unwrap();
    let literal = files.uploading(|| link.to_literal()).unwrap();
    assert!(!fs::symlink_metadata(uri(&literal)).unwrap().is_symlink());

    let error = FlyteFile::<Text>::from_path(dir.join("broken"))
        .read()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("broken is a link to nowhere, which does not exist"),
        "{error}"
    );
    symlink("..", dir.join("d/up")).unwrap();
    let error = FlyteDirectory::<Text>::from_path(dir).walk().unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is a link to a directory that contains it"),
        "{error}"
    );
}

/// A file in a union is told from the other variants.
#[test]
fn a_file_can_be_a_variant() {
    let file = Some(FlyteFile::<Csv>::from_path("a.csv"));
    let literal = file.to_literal().unwrap();
    let LiteralValue::Union { variant, .. } = &literal.value else {
        panic!("{literal:?}");
    };
    let expected = UnionVariant::tagged("FlyteFilePath", FlyteFile::<Csv>::literal_type());
    assert_eq!(**variant, expected);
    assert_eq!(
        Option::<FlyteFile<Csv>>::from_literal(literal).unwrap(),
        file
    );
}

#[task]
async fn reads_async(file: FlyteFile<Text>) -> Result<String, DataError> {
    let path = file.async_path().await?;
    Ok(path.display().to_string())
}

/// The async form gives the same path.
#[test]
fn async_tasks_get_paths_too() {
    let file = FlyteFile::create("a.txt").unwrap();
    file.write("a").unwrap();
    let path = file.path().unwrap().display().to_string();
    assert_eq!(reads_async::run(file.clone()).unwrap(), path);
}

#[task]
fn length(file: PathBuf) -> std::io::Result<i64> {
    Ok(fs::metadata(file)?.len() as i64)
}

#[task]
fn noted(directory: PathBuf, text: String) -> std::io::Result<PathBuf> {
    let path = directory.join("note.txt");
    fs::write(&path, text)?;
    Ok(path)
}

#[workflow]
fn measured(directory: PathBuf, text: String) -> i64 {
    length(noted(directory, text))
}

/// As flytekit's `os.PathLike`: a file to Flyte, a path to the task; uploaded when it leaves, downloaded when it comes.
#[test]
fn a_path_is_a_file() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    assert_eq!(measured(directory.to_owned(), "four".into()).unwrap(), 4);
    assert_eq!(
        PathBuf::literal_type(),
        FlyteFile::<AnyFormat>::literal_type()
    );
    let path = directory.join("note.txt");
    let literal = path.to_literal().unwrap();
    assert_eq!(uri(&literal), path.to_str().unwrap());
    assert_eq!(PathBuf::from_literal(literal).unwrap(), path);

    let files = FileAccessProvider::local(directory.join("files")).unwrap();
    let uploaded = files.uploading(|| path.to_literal()).unwrap();
    assert_ne!(uri(&uploaded), path.to_str().unwrap());
    assert_eq!(fs::read_to_string(uri(&uploaded)).unwrap(), "four");
    let missing = directory.join("missing");
    let error = files.uploading(|| missing.to_literal()).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    let error = files
        .uploading(|| directory.to_owned().to_literal())
        .unwrap_err();
    assert!(error.to_string().contains("is a directory"), "{error}");
}
