//! Why a task has failed, as the bytes of `error.pb`: `flyteidl.core.ErrorDocument`.

use super::fields::{Field, Message, Reader};
use crate::types::TypeError;

/// What `error.pb` says: `flyteidl.core.ContainerError`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerError {
    /// What went wrong, in a word for programs.
    pub code: String,
    /// What went wrong, for people.
    pub message: String,
    /// Whether another attempt may follow.
    pub is_recoverable: bool,
    /// Who is to blame.
    pub origin: ErrorOrigin,
    /// When it happened: seconds since 1970, and nanoseconds.
    pub time: Option<(i64, i32)>,
    /// Which of several workers of one task it was.
    pub worker: String,
}

/// Who is to blame for an error: `flyteidl.core.ExecutionError.ErrorKind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorOrigin {
    /// Nobody knows.
    #[default]
    Unknown,
    /// The code of the task.
    User,
    /// The machine, or what is between it and the task.
    System,
}

/// `RECOVERABLE` of `flyteidl.core.ContainerError.Kind`; zero is the other one.
const RECOVERABLE: u64 = 1;

/// The bytes of `error.pb`.
///
/// ```
/// use flyte_core::types::wire::{ContainerError, decode_error, encode_error};
///
/// let error = ContainerError {
///     code: "USER:RuntimeError".to_owned(),
///     message: "there is no such table".to_owned(),
///     ..ContainerError::default()
/// };
/// assert_eq!(decode_error(&encode_error(&error))?, error);
/// # Ok::<(), flyte_core::types::TypeError>(())
/// ```
pub fn encode_error(error: &ContainerError) -> Vec<u8> {
    let ContainerError {
        code,
        message,
        is_recoverable,
        origin,
        time,
        worker,
    } = error;
    Message::of(|document| {
        document.message(1, |error| {
            error.bytes(1, code);
            error.bytes(2, message);
            error.varint(3, if *is_recoverable { RECOVERABLE } else { 0 });
            error.varint(4, *origin as u64);
            if let Some((seconds, nanos)) = *time {
                error.message(5, |time| {
                    // A negative number has ten bytes, whatever its type is.
                    time.varint(1, seconds as u64);
                    time.varint(2, i64::from(nanos) as u64);
                });
            }
            error.bytes(6, worker);
        });
    })
}

/// What the bytes of `error.pb` say; an empty document says nothing.
///
/// # Errors
///
/// When they are not such a document, or end too early.
pub fn decode_error(bytes: &[u8]) -> Result<ContainerError, TypeError> {
    const ERROR: &str = "an error";
    let mut document = Reader::new("an error document", bytes);
    let mut error = ContainerError::default();
    while let Some((number, field)) = document.next()? {
        if number != 1 {
            continue;
        }
        // A message that stands there in several parts is one.
        let mut reader = field.message(ERROR)?;
        while let Some((number, field)) = reader.next()? {
            match number {
                1 => error.code = field.text("the code of an error")?,
                2 => error.message = field.text("the message of an error")?,
                3 => error.is_recoverable = field.number("the kind of an error")? == RECOVERABLE,
                4 => {
                    error.origin = match field.number("the origin of an error")? {
                        1 => ErrorOrigin::User,
                        2 => ErrorOrigin::System,
                        _ => ErrorOrigin::Unknown,
                    };
                }
                5 => read_time(field, error.time.get_or_insert_default())?,
                6 => error.worker = field.text("the worker of an error")?,
                _ => {}
            }
        }
    }
    Ok(error)
}

fn read_time(field: Field<'_>, time: &mut (i64, i32)) -> Result<(), TypeError> {
    const TIME: &str = "the time of an error";
    let mut reader = field.message(TIME)?;
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => time.0 = field.number(TIME)? as i64,
            2 => time.1 = field.number(TIME)? as i32,
            _ => {}
        }
    }
    Ok(())
}
