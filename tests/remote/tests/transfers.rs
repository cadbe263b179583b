//! Files to the store and from there.

use std::{collections::BTreeMap, fs};

use flyte_remote::{files_in, turn};
use flyte_runtime::{
    prelude::*,
    testing::cluster::{ControlPlaneOptions, Fault},
    types::{Blob, BlobType, Literal, LiteralValue},
};

use crate::{plane, plane_with, remote, started};

fn file(uri: &str) -> Literal {
    LiteralValue::Blob(Box::new(Blob::new(uri, BlobType::single("")))).into()
}

#[test]
fn outputs_that_are_files_are_downloaded() {
    let plane = plane();
    let remote = remote(&plane);
    let path = plane.directory().join("in.txt");
    fs::write(&path, "abc").unwrap();
    let execution = started(&remote, &turn::call(FlyteFile::from_path(&path)));
    remote.wait(&execution).unwrap();
    let outputs = remote.output_literals(&execution).unwrap();
    let to = plane.directory().join("downloads/out.txt");
    assert_eq!(remote.download(&outputs["o0"], &to).unwrap(), [&*to]);
    assert_eq!(fs::read_to_string(&to).unwrap(), "cba");
}

/// What is there stays until the new file is whole, and nothing of a part is left.
#[test]
fn a_download_that_fails_leaves_what_was_there() {
    let plane = plane();
    let remote = remote(&plane);
    let path = plane.directory().join("one.txt");
    fs::write(&path, "one").unwrap();
    let uri = remote.upload_file(&path).unwrap();
    let directory = plane.directory().join("downloads");
    let to = directory.join("out.txt");
    fs::create_dir_all(&directory).unwrap();
    fs::write(&to, "before").unwrap();
    let gone = file(&format!("{uri}.gone"));
    assert!(remote.download(&gone, &to).is_err());
    assert_eq!(fs::read_to_string(&to).unwrap(), "before");
    remote.download(&file(&uri), &to).unwrap();
    assert_eq!(fs::read_to_string(&to).unwrap(), "one");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
}

#[test]
fn what_was_uploaded_is_an_input_and_comes_back() {
    let plane = plane();
    let remote = remote(&plane);
    let path = plane.directory().join("one.txt");
    fs::write(&path, "one").unwrap();
    let uri = remote.upload_file(&path).unwrap();
    // The same content has the same place, also if an answer is lost.
    plane.order("CreateUploadLocation", 1, Fault::LostAnswer);
    assert_eq!(remote.upload_file(&path).unwrap(), uri);
    let directory = plane.directory().join("all");
    fs::create_dir_all(directory.join("inner")).unwrap();
    for name in ["a", "inner/b"] {
        fs::write(directory.join(name), name).unwrap();
    }
    let all = remote.upload_directory(&directory).unwrap();
    let call = files_in::call(&FlyteDirectory::from_uri(&all));
    let execution = started(&remote, &call);
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<files_in>(&execution).unwrap(), 2);
    // Lists by number, maps by key, directories with all that is in them.
    let blob = Blob::new(&all, BlobType::multipart(""));
    let directory = LiteralValue::Blob(Box::new(blob)).into();
    let list = LiteralValue::Collection(vec![file(&uri), Literal::boolean(true)]).into();
    let value = LiteralValue::Map(BTreeMap::from([
        ("list".to_owned(), list),
        ("tree".to_owned(), directory),
    ]));
    let to = plane.directory().join("downloads");
    let paths = remote.download(&value.into(), &to).unwrap();
    assert_eq!(paths, [to.join("list/0"), to.join("tree")]);
    assert_eq!(fs::read_to_string(to.join("list/0")).unwrap(), "one");
    assert_eq!(
        fs::read_to_string(to.join("tree/inner/b")).unwrap(),
        "inner/b"
    );
    assert!(
        remote
            .download(&Literal::boolean(true), &to)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn what_cannot_be_moved_is_named() {
    let plane = plane_with(ControlPlaneOptions::default().links(false));
    let remote = remote(&plane);
    let path = plane.directory().join("one.txt");
    fs::write(&path, "one").unwrap();
    let error = remote.upload_file(&path).unwrap_err().to_string();
    assert!(error.contains("refuses CreateUploadLocation"), "{error}");
    let error = remote.upload_file("/not/there").unwrap_err().to_string();
    assert!(error.starts_with("/not/there cannot be moved: "), "{error}");
    let gone = file("file:///not/there");
    let error = remote
        .download(&gone, plane.directory().join("x"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("file:///not/there cannot be moved: "),
        "{error}"
    );
    let outside = LiteralValue::Map(BTreeMap::from([("../x".to_owned(), file("file:///a"))]));
    let error = remote
        .download(&outside.into(), plane.directory().join("x"))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the key `../x` cannot be the name of a file"),
        "{error}"
    );
}
