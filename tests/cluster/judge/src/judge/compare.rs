//! Whether two ends are the same, and whether one is what was expected.

use flyte_idl::{
    flyteidl::core::{self, literal, scalar},
    prost::Message as _,
};

use crate::case::{Expected, Kind, Outputs};

/// How many letters of a text are compared.
const MOST_TEXT: usize = 2_000;

/// How a run has ended.
#[derive(Clone, Debug)]
pub(crate) enum Ended {
    Succeeded(Outputs),
    Failed {
        kind: Kind,
        text: String,
    },
    Aborted,
    /// It did not start, because of what it was given.
    Refused(String),
    /// It did not start, because the cluster does not know it.
    NotRegistered(String),
    /// It has no end, or one that this program does not understand.
    Unknown(String),
}

impl Ended {
    /// A word for the table.
    pub(crate) fn phase(&self) -> String {
        match self {
            Self::Succeeded(_) => "succeeded".to_owned(),
            Self::Failed { kind, .. } => format!("failed: {kind:?}"),
            Self::Aborted => "aborted".to_owned(),
            Self::Refused(_) => "refused".to_owned(),
            Self::NotRegistered(_) => "not registered".to_owned(),
            Self::Unknown(_) => "unknown".to_owned(),
        }
    }

    /// The phase with what there is to know besides.
    fn told(&self) -> String {
        match self {
            Self::Succeeded(outputs) => format!("succeeded with {}", shown(outputs)),
            Self::Failed { text, .. } => format!("{}: {text}", self.phase()),
            Self::Aborted => self.phase(),
            Self::Refused(text) | Self::NotRegistered(text) | Self::Unknown(text) => {
                format!("{}: {text}", self.phase())
            }
        }
    }
}

/// Whether a run has ended as it had to; what is wrong if not.
pub(crate) fn is_as_expected(ended: &Ended, expected: &Expected) -> Result<(), String> {
    let part = |text: &str, part: &str| match text.contains(part) {
        true => Ok(()),
        false => Err(format!("its text has no {part:?}: {text}")),
    };
    match (expected, ended) {
        (Expected::Gives(expected), Ended::Succeeded(outputs)) => are_equal(expected, outputs),
        (Expected::Succeeds, Ended::Succeeded(_)) | (Expected::Aborted, Ended::Aborted) => Ok(()),
        (Expected::Fails(expected, expected_text), Ended::Failed { kind, text }) => {
            if kind != expected {
                return Err(format!("failed with {kind:?}, not {expected:?}: {text}"));
            }
            part(text, expected_text)
        }
        (Expected::Refused(expected), Ended::Refused(text))
        | (Expected::NotRegistered(expected), Ended::NotRegistered(text)) => part(text, expected),
        (expected, ended) => {
            let expected = match expected {
                Expected::Gives(outputs) => format!("succeeded with {}", shown(outputs)),
                Expected::Succeeds => "succeeded".to_owned(),
                Expected::Fails(kind, text) => format!("failed: {kind:?} with {text:?}"),
                Expected::Aborted => "aborted".to_owned(),
                Expected::Refused(text) => format!("refused with {text:?}"),
                Expected::NotRegistered(text) => format!("not registered because of {text:?}"),
            };
            Err(format!("expected: {expected}; found: {}", ended.told()))
        }
    }
}

/// Whether both have ended the same way; the first difference if not.
pub(crate) fn are_same(here: &Ended, there: &Ended) -> Result<(), String> {
    match (here, there) {
        (Ended::Succeeded(here), Ended::Succeeded(there)) => are_equal(here, there),
        (Ended::Aborted, Ended::Aborted) | (Ended::Refused(_), Ended::Refused(_)) => Ok(()),
        (
            Ended::Failed {
                kind: a,
                text: here,
            },
            Ended::Failed {
                kind: b,
                text: there,
            },
        ) => {
            if a != b {
                return Err(format!("failed with {a:?} here and {b:?} there: {there}"));
            }
            // What a task and a branch say comes from the program; the engine has its own words for the rest, and cuts
            // long texts.
            let beginning: String = here.chars().take(MOST_TEXT).collect();
            let has_it = in_a_line(there).contains(&in_a_line(&beginning));
            match matches!(a, Kind::Task | Kind::Branch) && !has_it {
                true => Err(format!(
                    "the text here is {here:?}, and that there has no such part: {there:?}"
                )),
                false => Ok(()),
            }
        }
        (here, there) => Err(format!("here: {}; there: {}", here.told(), there.told())),
    }
}

/// A text whose lines are indented as far as those around it: on a cluster an eager task tells of one that it has
/// awaited.
fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Outputs for people.
fn shown(outputs: &Outputs) -> String {
    let outputs: Vec<_> = outputs
        .iter()
        .map(|(name, literal)| format!("{name} = {}", value(literal)))
        .collect();
    match outputs.is_empty() {
        true => "nothing".to_owned(),
        false => outputs.join(", "),
    }
}

fn value(literal: &core::Literal) -> String {
    match &literal.value {
        Some(literal::Value::Scalar(scalar)) => match &scalar.value {
            Some(scalar::Value::Primitive(primitive)) => match &primitive.value {
                Some(value) => format!("{value:?}"),
                None => "no primitive".to_owned(),
            },
            Some(scalar::Value::Union(union)) => {
                let tag = union
                    .r#type
                    .as_ref()
                    .and_then(|variant| variant.structure.as_ref());
                let tag = tag.map_or("", |structure| structure.tag.as_str());
                let inner = union.value.as_ref().map(|inner| value(inner));
                format!("{tag}({})", inner.unwrap_or_default())
            }
            Some(other) => format!("{other:?}"),
            None => "nothing".to_owned(),
        },
        Some(literal::Value::Collection(list)) => {
            let items: Vec<_> = list.literals.iter().take(20).map(value).collect();
            format!("[{}] ({} items)", items.join(", "), list.literals.len())
        }
        Some(literal::Value::Map(map)) => format!("{{{}}}", shown(&map.literals)),
        Some(other) => format!("{other:?}"),
        None => "nothing".to_owned(),
    }
}

fn are_equal(left: &Outputs, right: &Outputs) -> Result<(), String> {
    for name in left.keys().chain(right.keys()) {
        match (left.get(name), right.get(name)) {
            (Some(a), Some(b)) => {
                // As bytes: numbers that are none are equal then, and zeros of different signs are not.
                if a.encode_to_vec() != b.encode_to_vec() {
                    if value(a).len() + value(b).len() < 300 && value(a) != value(b) {
                        return Err(format!("output {name}: {} against {}", value(a), value(b)));
                    }
                    let (a, b) = first_difference(&format!("{a:#?}"), &format!("{b:#?}"));
                    return Err(format!("output {name}: {a} against {b}"));
                }
            }
            (Some(_), None) => return Err(format!("output {name} is not there")),
            (None, _) => return Err(format!("there is an output {name}")),
        }
    }
    Ok(())
}

/// The first line in which two texts differ.
fn first_difference(left: &str, right: &str) -> (String, String) {
    let (mut left, mut right) = (left.lines(), right.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return ("another sign or number".to_owned(), "the other".to_owned()),
            (a, b) if a == b => {}
            (a, b) => {
                let shown = |line: Option<&str>| line.unwrap_or("nothing").trim().to_owned();
                return (shown(a), shown(b));
            }
        }
    }
}
