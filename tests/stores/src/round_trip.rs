//! What holds for every store.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

use flyte_runtime::{
    compat::{FileAccessProvider, FlyteContextManager, PutRawData, RawData},
    context::FlyteContext,
    files::{AnyFormat, DataError, DirectoryEntry},
    prelude::*,
};

/// Names that mean something in an address, in XML, or in another encoding.
const NAMES: [&str; 7] = [
    "a.txt",
    "two words.txt",
    "100%.txt",
    "a%20b+c.txt",
    "größe&<>'.txt",
    "日本.txt",
    "q?x=1#y.txt",
];

/// Puts files and directories under an address and gets them back: in one piece, in parts, by name, all of them.
pub fn round_trip(files: &FileAccessProvider, base: &str) {
    let dir = files.get_random_local_directory().unwrap();
    let put = |from: &str, to: &str| files.upload(dir.join(from), to).unwrap();
    let address = format!("{base}/one/a.txt");
    fs::create_dir_all(dir.join("in/deep/deeper")).unwrap();
    fs::create_dir_all(dir.join("in/deep/empty/inner")).unwrap();
    fs::create_dir_all(dir.join("nothing")).unwrap();
    for name in NAMES {
        fs::write(dir.join("in").join(name), name).unwrap();
    }
    fs::write(dir.join("in/deep/deeper/b.txt"), "b").unwrap();

    assert!(!files.exists(&address).unwrap());
    assert_eq!(put("in/a.txt", &address), address);
    assert!(files.exists(&address).unwrap());
    assert!(files.exists(&format!("{base}/one")).unwrap());
    files.download(&address, dir.join("a.txt")).unwrap();
    assert_eq!(fs::read(dir.join("a.txt")).unwrap(), b"a.txt");

    let all = format!("{base}/all");
    files.upload_directory(dir.join("in"), &all).unwrap();
    files.download_directory(&all, dir.join("out")).unwrap();
    for name in NAMES {
        assert_eq!(
            fs::read(dir.join("out").join(name)).unwrap(),
            name.as_bytes()
        );
    }
    assert_eq!(fs::read(dir.join("out/deep/deeper/b.txt")).unwrap(), b"b");
    assert_eq!(count(&dir.join("out")), NAMES.len() + 1);
    assert_eq!(count(&dir.join("out/deep/empty")), 1);
    assert_eq!(count(&dir.join("out/deep/empty/inner")), 0);
    let nothing = format!("{base}/nothing");
    files
        .upload_directory(dir.join("nothing"), &nothing)
        .unwrap();
    assert!(files.exists(&nothing).unwrap());
    files
        .download_directory(&nothing, dir.join("out/nothing"))
        .unwrap();
    assert_eq!(count(&dir.join("out/nothing")), 0);

    let bytes: Vec<u8> = (0..20_000_000u32).map(|n| (n % 251) as u8 + 1).collect();
    let place = || PutRawData::new().file_name("large");
    let large = files.put_raw_data(RawData::reader(&bytes[..]), place());
    let mut read = Vec::new();
    let mut reader = files.reader(&large.unwrap()).unwrap();
    reader.read_to_end(&mut read).unwrap();
    assert!(read == bytes);
    let mut writer = files.writer(&format!("{base}/given-up")).unwrap();
    writer.write_all(&bytes).unwrap();
    drop(writer);
    assert!(!files.exists(&format!("{base}/given-up")).unwrap());

    let missing = format!("{base}/missing");
    let error = files.download(&missing, dir.join("x")).unwrap_err();
    assert!(matches!(error, DataError::NotFound { .. }), "{error}");
    let error = files.download_directory(&missing, dir.join("x"));
    let error = error.unwrap_err();
    assert!(matches!(error, DataError::NotFound { .. }), "{error}");
    let error = files.download(&all, dir.join("x")).unwrap_err().to_string();
    assert!(error.contains("all is a directory, not a file"), "{error}");
    let error = files.download_directory(&address, dir.join("x"));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("a.txt is a file, not a directory"),
        "{error}"
    );

    let context = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(context, |_| {
        let directory = FlyteDirectory::<AnyFormat>::from_uri(&all);
        let entries = directory.list().unwrap().into_iter();
        let mut names: Vec<_> = entries
            .map(|entry| match entry {
                DirectoryEntry::File(file) => file.name(),
                DirectoryEntry::Directory(inner) => {
                    let path = inner.path().unwrap().file_name().unwrap();
                    path.to_str().unwrap().to_owned()
                }
                _ => unreachable!("there is nothing else"),
            })
            .collect();
        names.sort_unstable();
        let mut wanted = [&NAMES[..], &["deep"]].concat();
        wanted.sort_unstable();
        assert_eq!(names, wanted);
        let nothing = FlyteDirectory::<AnyFormat>::from_uri(&nothing);
        assert_eq!(nothing.list().unwrap(), []);
        assert_eq!(nothing.walk().unwrap(), []);
        assert_eq!(count(nothing.path().unwrap()), 0);
        let found = directory.walk().unwrap();
        assert_eq!(found.len(), NAMES.len() + 1);
        for file in found {
            let name = file.read_to_string().unwrap();
            assert!(NAMES.contains(&name.as_str()) || name == "b");
        }
        for name in NAMES {
            let file = directory.new_file(format!("new {name}")).unwrap();
            file.write(name).unwrap();
            let again = FlyteFile::<AnyFormat>::from_uri(file.remote_source().unwrap());
            assert_eq!(again.read_to_string().unwrap(), name);
        }
    });
}

/// How much is in a directory of this machine.
fn count(directory: &Path) -> usize {
    fs::read_dir(directory).unwrap().count()
}
