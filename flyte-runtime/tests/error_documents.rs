//! `error.pb`, written and read by hand, and by a protobuf library.

#![cfg(feature = "remote")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_core::types::wire::{ContainerError, ErrorOrigin, decode_error, encode_error};
use flyte_idl::{
    flyteidl::core::{self, ErrorDocument, container_error::Kind, execution_error::ErrorKind},
    prost::Message,
    prost_types::Timestamp,
};

const TEXTS: [&str; 5] = [
    "",
    "USER:RuntimeError",
    "line one\nline two",
    "ß 日本語 \u{10ffff}",
    "\0",
];
const TIMES: [Option<(i64, i32)>; 6] = [
    None,
    Some((0, 0)),
    Some((1, 999_999_999)),
    Some((-1, 1)),
    Some((i64::MIN, i32::MIN)),
    Some((i64::MAX, i32::MAX)),
];

/// The message of a protobuf library that says the same.
fn message(error: &ContainerError) -> ErrorDocument {
    let kind = match error.is_recoverable {
        true => Kind::Recoverable,
        false => Kind::NonRecoverable,
    };
    let origin = match error.origin {
        ErrorOrigin::Unknown => ErrorKind::Unknown,
        ErrorOrigin::User => ErrorKind::User,
        ErrorOrigin::System => ErrorKind::System,
    };
    ErrorDocument {
        error: Some(core::ContainerError {
            code: error.code.clone(),
            message: error.message.clone(),
            kind: kind.into(),
            origin: origin.into(),
            timestamp: error
                .time
                .map(|(seconds, nanos)| Timestamp { seconds, nanos }),
            worker: error.worker.clone(),
        }),
    }
}

/// Every combination of what a field may say.
fn errors() -> Vec<ContainerError> {
    let mut errors = Vec::new();
    for code in TEXTS {
        for text in TEXTS {
            for worker in ["", "worker-1"] {
                for is_recoverable in [false, true] {
                    for origin in [ErrorOrigin::Unknown, ErrorOrigin::User, ErrorOrigin::System] {
                        errors.extend(TIMES.map(|time| ContainerError {
                            code: code.to_owned(),
                            // Lengths of one, two and three bytes.
                            message: text.repeat(1 + errors.len() * 37 % 2000),
                            is_recoverable,
                            origin,
                            time,
                            worker: worker.to_owned(),
                        }));
                    }
                }
            }
        }
    }
    errors
}

#[test]
fn both_write_the_same_bytes_and_read_what_the_other_has_written() {
    let errors = errors();
    assert_eq!(errors.len(), 5 * 5 * 2 * 2 * 3 * 6);
    for error in errors {
        let (bytes, other) = (encode_error(&error), message(&error));
        assert_eq!(bytes, other.encode_to_vec(), "{error:?}");
        assert_eq!(ErrorDocument::decode(&*bytes).unwrap(), other);
        assert_eq!(decode_error(&other.encode_to_vec()).unwrap(), error);
    }
}

#[test]
fn a_document_without_an_error_says_nothing() {
    assert_eq!(decode_error(&[]).unwrap(), ContainerError::default());
    assert_eq!(ErrorDocument::decode(&[][..]).unwrap().error, None);
}

/// Kinds and origins of later releases are those that promise least, and fields of later releases are gone over.
#[test]
fn what_a_later_release_says_is_gone_over() {
    let mut document = message(&ContainerError {
        message: "broken".to_owned(),
        ..ContainerError::default()
    });
    let error = document.error.as_mut().unwrap();
    (error.kind, error.origin) = (7, -1);
    let mut bytes = document.encode_to_vec();
    // A number and a text in fields that there are not.
    bytes.extend([15 << 3, 1, 14 << 3 | 2, 1, b'x']);
    let read = decode_error(&bytes).unwrap();
    assert_eq!(
        (read.message.as_str(), read.is_recoverable, read.origin),
        ("broken", false, ErrorOrigin::Unknown)
    );
}

/// A message that stands there twice is one, whose later fields stand.
#[test]
fn an_error_in_two_parts_is_one() {
    let part = |code: &str, text: &str, time| ContainerError {
        code: code.to_owned(),
        message: text.to_owned(),
        time,
        ..ContainerError::default()
    };
    let mut bytes = encode_error(&part("CODE", "first", Some((5, 0))));
    bytes.extend(encode_error(&part("", "second", Some((0, 6)))));
    let whole = part("CODE", "second", Some((5, 6)));
    assert_eq!(decode_error(&bytes).unwrap(), whole);
    assert_eq!(ErrorDocument::decode(&*bytes).unwrap(), message(&whole));
}

#[test]
fn bytes_that_end_too_early_are_refused_where_the_library_refuses_them() {
    let bytes = encode_error(&ContainerError {
        code: "CODE".to_owned(),
        message: "broken".to_owned(),
        is_recoverable: true,
        origin: ErrorOrigin::System,
        time: Some((1, 2)),
        worker: "w".to_owned(),
    });
    for end in 0..bytes.len() {
        let is_refused = ErrorDocument::decode(&bytes[..end]).is_err();
        assert_eq!(decode_error(&bytes[..end]).is_err(), is_refused, "{end}");
    }
    assert!(decode_error(&[0x0a, 3, 0x0a, 1, 0xff]).is_err(), "no text");
}
