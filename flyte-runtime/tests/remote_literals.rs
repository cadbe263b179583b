//! Literals and types as protobuf, and those in files of their own.

#![cfg(feature = "remote")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{collections::BTreeMap, error::Error, fs};

use flyte_core::types::{
    AnnotatedType, DatasetColumn, Offloaded, SchemaLiteral, SchemaType, StructuredDatasetLiteral,
    StructuredDatasetType,
};
use flyte_idl::{flyteidl::core, prost::Message};
use flyte_runtime::{
    compat::{
        FileAccessProvider,
        wire::{decode, decode_map, decode_type, encode, encode_map, encode_type},
    },
    prelude::*,
    remote::{
        literal::to_proto,
        literal_type::type_to_proto,
        offload::{Loader, OffloadError, OffloadPolicy, load, offload},
    },
    types::{
        Blob, BlobType, Bytes, EnumType, FlyteError, FlyteType, Literal, LiteralType, LiteralValue,
        UnionVariant,
    },
};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Point {
    x: i64,
    #[serde(default)]
    label: String,
}

/// One of each kind.
fn literals() -> Vec<Literal> {
    let dataset = StructuredDatasetType::new(
        vec![DatasetColumn::new("x", LiteralType::Integer)],
        "parquet",
    );
    let generic = json!({"a": [1, 0.5, null, true], "b": {"c": "d"}});
    let values = [
        LiteralValue::None,
        LiteralValue::Integer(i64::MIN),
        LiteralValue::Float(-0.0),
        LiteralValue::String("ß".to_owned()),
        LiteralValue::Boolean(false),
        LiteralValue::Datetime {
            seconds: -1,
            nanos: 999_999_999,
        },
        LiteralValue::Duration {
            seconds: -1,
            nanos: -1,
        },
        LiteralValue::Msgpack(vec![]),
        LiteralValue::Msgpack(vec![0x80; 300]),
        LiteralValue::Binary {
            bytes: vec![1, 2],
            tag: "jpeg".into(),
        },
        LiteralValue::Generic(generic.as_object().unwrap().clone()),
        LiteralValue::Blob(Box::new(Blob::new("s3://b/k", BlobType::multipart("csv")))),
        LiteralValue::StructuredDataset(Box::new(StructuredDatasetLiteral::new(
            "s3://b/d", dataset,
        ))),
        LiteralValue::Schema(Box::new(SchemaLiteral::new(
            "s3://b/s",
            SchemaType::default(),
        ))),
        LiteralValue::Error(Box::new(FlyteError::new("n0", "broken"))),
        LiteralValue::Offloaded(Box::new(Offloaded::new(
            "s3://b/o",
            9,
            Some(LiteralType::Float),
        ))),
        LiteralValue::Map([(String::new(), Literal::NONE)].into()),
    ];
    let mut literals: Vec<Literal> = values.into_iter().map(Literal::from).collect();
    let point = Point {
        x: 1,
        label: "p".to_owned(),
    };
    literals.push(Some(point).to_literal().unwrap());
    let hashed = literals
        .iter()
        .map(|literal| literal.clone().with_hash("h").with_metadata("k", "v"));
    let hashed = hashed.collect();
    literals.push(Literal::collection(hashed));
    literals
}

#[test]
fn every_kind_of_literal_comes_back_from_its_bytes() {
    for literal in literals() {
        let bytes = encode(&literal);
        assert_eq!(
            core::Literal::decode(bytes.as_slice()),
            Ok(to_proto(&literal)),
            "{literal:?}"
        );
        let back = decode(&bytes).unwrap();
        // In a union a struct says only its schema.
        assert_eq!(encode(&back), bytes, "{literal:?}");
    }
}

#[test]
fn every_kind_of_type_comes_back_from_its_bytes() {
    let annotated = AnnotatedType::new(
        LiteralType::String,
        Some(json!({"literal_values": ["a", "b"]})),
    );
    let pickle = AnnotatedType::new(LiteralType::Blob(BlobType::single("PythonPickle")), None);
    let types = [
        Point::literal_type(),
        Vec::<Point>::literal_type(),
        BTreeMap::<i64, Point>::literal_type(),
        Option::<i64>::literal_type(),
        Bytes::literal_type(),
        FlyteError::literal_type(),
        LiteralType::Datetime,
        LiteralType::Duration,
        LiteralType::Enum(EnumType::new(["a", "b"])),
        LiteralType::Blob(BlobType::single("csv")),
        LiteralType::StructuredDataset(StructuredDatasetType::default()),
        LiteralType::Schema(SchemaType::default()),
        LiteralType::Annotated(Box::new(annotated)),
        LiteralType::Annotated(Box::new(
            pickle.with_metadata(json!({"python_class_name": "X"})),
        )),
    ];
    for literal_type in types {
        let bytes = encode_type(&literal_type);
        assert_eq!(decode_type(&bytes).as_ref(), Ok(&literal_type));
        assert_eq!(
            core::LiteralType::decode(bytes.as_slice()),
            Ok(type_to_proto(&literal_type))
        );
    }
    // The fields of a struct in a union are known from its schema.
    let union = Option::<Point>::literal_type();
    let LiteralType::Union(variants) = decode_type(&encode_type(&union)).unwrap() else {
        panic!("a union has another type");
    };
    assert_eq!(variants[0].literal_type, Point::literal_type());
}

#[test]
fn inputs_are_named_in_their_errors() {
    let literal = 3_i64.to_literal().unwrap();
    let bytes = encode_map([("x", &literal), ("ab", &literal), ("a", &literal)]);
    let inputs = decode_map(&bytes).unwrap();
    assert_eq!(inputs.keys().collect::<Vec<_>>(), ["a", "ab", "x"]);
    assert_eq!(inputs["x"], literal);
    let mut proto = core::LiteralMap::decode(bytes.as_slice()).unwrap();
    proto
        .literals
        .insert("y".to_owned(), core::Literal::default());
    let error = decode_map(&proto.encode_to_vec()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at `y`: cannot read a literal: it is empty, or of a kind that this release does not know"
    );
}

#[test]
fn bytes_that_are_no_literal_are_errors() {
    let bytes = encode(&literals().pop().unwrap());
    for end in 1..bytes.len() {
        // Cut between two fields it may still be a literal.
        let _read = decode(&bytes[..end]);
    }
    assert!(decode(&[]).is_err());
    assert!(decode(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
    // Ten thousand lists in one another, which is deeper than protobuf is read.
    let mut literal = Literal::integer(1);
    for _ in 0..10_000 {
        literal = Literal::collection(vec![literal]);
    }
    let bytes = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || {
            let bytes = encode(&literal);
            drop(literal);
            bytes
        })
        .unwrap()
        .join()
        .unwrap();
    let error = decode(&bytes).unwrap_err().to_string();
    assert!(error.contains("more than 100 messages deep"), "{error}");
}

#[test]
fn large_outputs_lie_in_files_and_are_found_at_any_depth() -> Result<(), Box<dyn Error>> {
    let directory = std::env::temp_dir().join(format!("flyte-offload-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let files = FileAccessProvider::local(directory.join("sandbox"))?;
    let prefix = directory.join("outputs").display().to_string();
    let text = "x".repeat(2000).to_literal()?;
    let policy = OffloadPolicy::new(1000, 10_000);

    let small = 1_i64.to_literal()?;
    let kept = offload(
        "small",
        small.clone(),
        &LiteralType::Integer,
        &prefix,
        policy,
        &files,
    )?;
    assert_eq!(kept, small);
    let placed = offload(
        "large",
        text.clone(),
        &LiteralType::String,
        &prefix,
        policy,
        &files,
    )?;
    let LiteralValue::Offloaded(offloaded) = &placed.value else {
        panic!("{placed:?}");
    };
    assert_eq!(
        offloaded.uri,
        format!("{prefix}/large_offloaded_metadata.pb")
    );
    assert_eq!(offloaded.size_bytes, encode(&text).len() as u64);
    assert_eq!(offloaded.inferred_type, Some(LiteralType::String));
    assert!(placed.hash().is_some());

    let inside = Literal::union(UnionVariant::new(LiteralType::String), placed.clone());
    let map = Literal::map([("a".to_owned(), Literal::collection(vec![small, inside]))].into());
    let loaded = load(map, &files)?;
    let read = BTreeMap::<String, Vec<Option<String>>>::from_literal(Literal::map(
        [(
            "b".to_owned(),
            Literal::collection(vec![load(placed, &files)?]),
        )]
        .into(),
    ))?;
    assert_eq!(read["b"][0].as_deref().map(str::len), Some(2000));
    let LiteralValue::Map(items) = loaded.value else {
        panic!("a map became something else");
    };
    let LiteralValue::Collection(items) = &items["a"].value else {
        panic!("a list became something else");
    };
    assert_eq!(
        Option::<String>::from_literal(items[1].clone())?.map(|text| text.len()),
        Some(2000)
    );

    let huge = "x".repeat(20_000).to_literal()?;
    let error = offload("huge", huge, &LiteralType::String, &prefix, policy, &files).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the output `huge` takes 20012 bytes, and 10000 or more are not stored; return a file instead"
    );
    // A file that names itself.
    let uri = directory.join("endless.pb").display().to_string();
    let endless = Literal::from(LiteralValue::Offloaded(Box::new(Offloaded::new(
        &uri, 1, None,
    ))));
    fs::write(&uri, encode(&endless))?;
    assert!(matches!(
        load(endless, &files),
        Err(OffloadError::Endless { .. })
    ));
    fs::remove_dir_all(&directory)?;
    Ok(())
}

/// A directory for one test, and what writes a literal there and gives a literal that leads to it.
fn place(test: &str) -> (std::path::PathBuf, impl Fn(&str, &Literal) -> Literal) {
    let directory = std::env::temp_dir().join(format!("flyte-{test}-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let write = {
        let directory = directory.clone();
        move |name: &str, literal: &Literal| {
            let uri = directory.join(name).display().to_string();
            fs::write(&uri, encode(literal)).unwrap();
            Literal::from(LiteralValue::Offloaded(Box::new(Offloaded::new(
                uri, 1, None,
            ))))
        }
    };
    (directory, write)
}

/// Each file of a few bytes names the next one twice.
#[test]
fn a_few_small_files_do_not_make_a_large_value() -> Result<(), Box<dyn Error>> {
    let (directory, write) = place("chain");
    let files = FileAccessProvider::local(directory.join("sandbox"))?;
    let mut last = write("0.pb", &1_i64.to_literal()?);
    for number in 1..=16 {
        let both = Literal::collection(vec![last.clone(), last]);
        last = write(&format!("{number}.pb"), &both);
        if number == 10 {
            // A thousand are not too many, and each file is read once: the first has gone meanwhile.
            let mut loader = Loader::new(&files);
            loader.load(last.clone())?;
            fs::rename(directory.join("0.pb"), directory.join("gone.pb"))?;
            loader.load(last.clone())?;
            fs::rename(directory.join("gone.pb"), directory.join("0.pb"))?;
        }
    }
    let error = load(last, &files).unwrap_err();
    assert!(matches!(error, OffloadError::TooMany { .. }));
    let text = error.to_string();
    assert!(
        text.contains("more than 10000 offloaded literals"),
        "{text}"
    );
    fs::remove_dir_all(&directory)?;
    Ok(())
}

/// What a literal says about its size is not believed.
#[test]
fn a_file_that_is_named_often_counts_as_often() -> Result<(), Box<dyn Error>> {
    let (directory, write) = place("often");
    let files = FileAccessProvider::local(directory.join("sandbox"))?;
    let large = write("large.pb", &"x".repeat(1000).to_literal()?);
    let many = |count| Literal::collection(vec![large.clone(); count]);
    let limited = || Loader::new(&files).max_bytes(10_500);
    limited().load(many(10))?;
    let error = limited().load(many(11)).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, OffloadError::TooMuch { .. }));
    assert!(
        text.contains("more than 10500 bytes together, last with ") && text.contains("large.pb"),
        "{text}"
    );
    // All that is loaded together counts together.
    let mut loader = limited();
    loader.load(many(6))?;
    loader.load(many(6)).unwrap_err();
    fs::remove_dir_all(&directory)?;
    Ok(())
}
