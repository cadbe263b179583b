//! Checks that a value fits its input (`validateBinding`).

use super::{
    Rule,
    literals::of_scalar,
    types::{Typed, is_castable},
    values::is_too_long,
};
use flyte_core::{
    graph::{BindingData, PathStep, RawReference},
    types::{Literal, LiteralType, LiteralValue},
};

/// What is wrong with a value.
#[derive(Debug)]
pub(super) enum Problem {
    /// It has another type.
    Types { found: String },
    /// It fits several variants of a union.
    Ambiguous { found: String },
    /// It is not one of an enum's values.
    Enum { value: String },
    /// The compiler cannot parse its name.
    Name(String),
    /// It cannot be stored.
    Unstorable(String),
    /// It contains a duration that is too long for the engine.
    Long,
    /// It is an element with an index that is too large for Flyte.
    Index(usize),
}

impl Problem {
    /// The broken rule; `types` is the rule for a mismatch of types.
    pub(super) fn rule(&self, types: Rule) -> Rule {
        match self {
            Self::Types { .. } => types,
            Self::Ambiguous { .. } => Rule::AmbiguousUnion,
            Self::Enum { .. } => Rule::EnumValue,
            Self::Name(_) => Rule::NameNotAscii,
            Self::Unstorable(_) => Rule::UnstorableValue,
            Self::Long => Rule::LongDuration,
            Self::Index(_) => Rule::IndexTooLarge,
        }
    }
}

/// A promise as the compiler knows it.
#[derive(Clone, Debug)]
pub(super) struct Promised {
    /// The name of the output, or of the workflow's input.
    pub(super) name: String,
    /// The type of the whole value; `None` if it is not known, because its producer is wrong.
    pub(super) whole: Option<LiteralType>,
    /// The path to the part.
    pub(super) path: Vec<PathStep>,
}

impl Promised {
    pub(super) fn is_part(&self) -> bool {
        self.path.iter().any(|step| *step != PathStep::Same)
    }

    /// A problem with its name, or with an index in its path.
    fn problem(&self) -> Option<Problem> {
        for step in &self.path {
            if let PathStep::Index(index) = step
                && i32::try_from(*index).is_err()
            {
                return Some(Problem::Index(*index));
            }
        }
        let is_read = read_by_compiler(&self.name) == Some(&self.name);
        (!is_read).then(|| Problem::Name(self.name.clone()))
    }

    /// The type of the part, as far as the compiler follows the path.
    pub(super) fn part(&self) -> Option<LiteralType> {
        let mut part = self.whole.clone()?;
        for step in &self.path {
            if *step == PathStep::Same {
                continue;
            }
            part = match (part.plain(), step) {
                (LiteralType::Collection(inner) | LiteralType::Map(inner), _) => (**inner).clone(),
                (LiteralType::Struct(structure), PathStep::Field(name)) => {
                    let field = structure.fields.iter().find(|field| field.name == *name);
                    field?.literal_type.clone()
                }
                // The compiler does not look further than the type shows.
                _ => part,
            };
        }
        Some(part)
    }
}

/// Looks up promises.
pub(super) trait Promises {
    fn promised(&self, reference: &RawReference) -> Promised;
}

/// The source of a value, as the message of the binding shows it.
enum Bound<'d> {
    Promise(&'d RawReference),
    Scalar(LiteralValue),
    List(Vec<Bound<'d>>),
    Map(Vec<Bound<'d>>),
}

fn bound(data: &BindingData) -> Result<Bound<'_>, Problem> {
    Ok(match data {
        BindingData::Promise(reference) => Bound::Promise(reference),
        BindingData::Constant(constant) => {
            let literal = constant.to_literal();
            of_literal(literal.map_err(|error| Problem::Unstorable(error.to_string()))?)
        }
        BindingData::Collection { items, .. } => {
            Bound::List(items.iter().map(bound).collect::<Result<_, _>>()?)
        }
        BindingData::Map { items, .. } => {
            Bound::Map(items.values().map(bound).collect::<Result<_, _>>()?)
        }
        BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => bound(item)?,
    })
}

/// Lists and maps are written element by element, also in a union.
fn of_literal(literal: Literal) -> Bound<'static> {
    match literal.value {
        LiteralValue::Union { value, .. }
            if matches!(
                value.value,
                LiteralValue::Collection(_) | LiteralValue::Map(_)
            ) =>
        {
            of_literal(*value)
        }
        LiteralValue::Collection(items) => Bound::List(items.into_iter().map(of_literal).collect()),
        LiteralValue::Map(items) => Bound::Map(items.into_values().map(of_literal).collect()),
        scalar => Bound::Scalar(scalar),
    }
}

/// Checks that a value fits the expected type or, without one, that it is a valid value at all.
pub(super) fn check(
    data: &BindingData,
    expected: Option<&LiteralType>,
    promises: &impl Promises,
) -> Result<(), Problem> {
    let bound = bound(data)?;
    match expected {
        Some(expected) => fits(&bound, expected.into(), promises),
        None => names(&bound, promises),
    }
}

fn names(bound: &Bound<'_>, promises: &impl Promises) -> Result<(), Problem> {
    match bound {
        Bound::Promise(reference) => promises.promised(reference).problem().map_or(Ok(()), Err),
        Bound::Scalar(_) => Ok(()),
        Bound::List(items) | Bound::Map(items) => {
            items.iter().try_for_each(|item| names(item, promises))
        }
    }
}

fn fits(bound: &Bound<'_>, expected: Typed<'_>, promises: &impl Promises) -> Result<(), Problem> {
    if let (Bound::List(_) | Bound::Map(_), Some(variants)) = (bound, expected.variants()) {
        names(bound, promises)?;
        let fitting = variants.iter().filter(|variant| {
            let fits = fits(bound, Typed::from(*variant), promises);
            matches!(fits, Ok(()) | Err(Problem::Long))
        });
        return match fitting.count() {
            0 => Err(Problem::Types {
                found: bound.to_string(),
            }),
            1 => Ok(()),
            _ => Err(Problem::Ambiguous {
                found: bound.to_string(),
            }),
        };
    }
    match (bound, expected.plain()) {
        (Bound::List(items), LiteralType::Collection(inner))
        | (Bound::Map(items), LiteralType::Map(inner)) => items
            .iter()
            .try_for_each(|item| fits(item, (&**inner).into(), promises)),
        (Bound::List(_) | Bound::Map(_), _) => Err(Problem::Types {
            found: bound.to_string(),
        }),
        (Bound::Promise(reference), _) => {
            let promised = promises.promised(reference);
            if let Some(problem) = promised.problem() {
                return Err(problem);
            }
            match promised.part() {
                Some(part) => of_type(&part, expected),
                None => Ok(()),
            }
        }
        (Bound::Scalar(value), plain) => {
            let Some(found) = of_scalar(value) else {
                return Err(Problem::Types {
                    found: "what is in a file".to_owned(),
                });
            };
            of_type(&found, expected)?;
            if is_too_long(value) {
                return Err(Problem::Long);
            }
            if let LiteralType::Enum(values) = plain {
                let text = match value {
                    LiteralValue::String(text) => text.as_str(),
                    _ => "",
                };
                if !values.values.iter().any(|value| value == text) {
                    return Err(Problem::Enum {
                        value: text.to_owned(),
                    });
                }
            }
            Ok(())
        }
    }
}

fn of_type(found: &LiteralType, expected: Typed<'_>) -> Result<(), Problem> {
    if is_castable(found.into(), expected) {
        return Ok(());
    }
    let found = Typed::from(found);
    let is_ambiguous = found.variants().is_none()
        && expected.variants().is_some_and(|variants| {
            variants
                .iter()
                .any(|variant| is_castable(found, variant.into()))
        });
    let found = found.of.to_string();
    Err(match is_ambiguous {
        true => Problem::Ambiguous { found },
        false => Problem::Types { found },
    })
}

impl std::fmt::Display for Bound<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Promise(_) => "a promise",
            Self::Scalar(_) => "a value",
            Self::List(items) if items.is_empty() => "an empty list",
            Self::List(_) => "a list",
            Self::Map(items) if items.is_empty() => "an empty map",
            Self::Map(_) => "a map",
        })
    }
}

/// The name that the compiler parses in a reference to an output: it searches for ASCII letters, digits and `_`, which
/// must be contiguous.
pub(super) fn read_by_compiler(name: &str) -> Option<&str> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = name
        .split(|letter| !is_word(letter))
        .filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (Some(word), None) => Some(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read_by_compiler;

    #[test]
    fn the_compiler_reads_one_word() {
        assert_eq!(read_by_compiler("o0"), Some("o0"));
        assert_eq!(read_by_compiler("größe"), None);
        assert_eq!(read_by_compiler("maß"), Some("ma"));
        assert_eq!(read_by_compiler("名前"), None);
        assert_eq!(read_by_compiler("a-b"), None);
        assert_eq!(read_by_compiler(""), None);
    }
}
