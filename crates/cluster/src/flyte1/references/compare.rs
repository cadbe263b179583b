//! In what the signature of a reference and a registered interface differ, in words.

use std::{collections::BTreeSet, fmt};

use flyte_check::check::casts;
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    types::LiteralType,
};
use serde_json::{Value as Json, json};

use crate::flyte1::fetch::RemoteInterface;

/// A reference of the program, compared with what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReferenceCheck {
    /// What it refers to: a task, workflow or launch plan.
    pub kind: EntityKind,
    /// What it refers to, as `project:domain:name:version`.
    pub id: String,
    /// Its name in the program.
    pub name: String,
    /// Where it is declared.
    pub location: String,
    /// In what its signature and the registered interface differ. Not all of it is wrong.
    pub differences: Vec<ReferenceDifference>,
}

impl ReferenceCheck {
    /// Whether calls of it work on the cluster.
    pub fn fits(&self) -> bool {
        !self.differences.iter().any(ReferenceDifference::is_error)
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "kind": self.kind.to_string(),
            "id": self.id,
            "name": self.name,
            "location": self.location,
            "fits": self.fits(),
            "differences": self
                .differences
                .iter()
                .map(|one| json!({"message": one.to_string(), "is_error": one.is_error()}))
                .collect::<Vec<_>>(),
        })
    }
}

/// A line for the reference, one for its place, and one for each difference.
impl fmt::Display for ReferenceCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind, id, location, ..
        } = self;
        let name = &self.name;
        match self.fits() {
            true => write!(f, "the reference `{name}` fits the {kind} `{id}`")?,
            false => write!(f, "the reference `{name}` does not fit the {kind} `{id}`")?,
        }
        write!(f, "\n  --> {location}")?;
        for difference in &self.differences {
            write!(f, "\n  {difference}")?;
        }
        Ok(())
    }
}

/// In what the signature of a reference differs from the interface that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReferenceDifference {
    /// It is not registered.
    Absent {
        /// The latest versions that are.
        versions: Vec<String>,
    },
    /// The workflow is registered, and the launch plan of its name and version, by which it would run, is not.
    NoLaunchPlan,
    /// The signature has an input that is not there.
    UnknownInput {
        /// Its name.
        name: String,
        /// The inputs that are there.
        others: Vec<String>,
    },
    /// The signature has an input that the launch plan has given already.
    FixedInput {
        /// Its name.
        name: String,
    },
    /// An input is there and not in the signature.
    MissingInput {
        /// Its name.
        name: String,
        /// Its type.
        literal_type: String,
        /// Whether a call must give it.
        is_required: bool,
    },
    /// An input has another type, which does not take what the signature gives.
    InputType {
        /// Its name.
        name: String,
        /// The type in the signature.
        own: String,
        /// The type that is registered.
        registered: String,
    },
    /// The signature has an output that is not there.
    UnknownOutput {
        /// Its name.
        name: String,
        /// The outputs that are there.
        others: Vec<String>,
    },
    /// An output is there and not in the signature.
    UnusedOutput {
        /// Its name.
        name: String,
        /// Its type.
        literal_type: String,
    },
    /// An output has another type, which is not what the signature says.
    OutputType {
        /// Its name.
        name: String,
        /// The type in the signature.
        own: String,
        /// The type that is registered.
        registered: String,
    },
}

impl ReferenceDifference {
    /// Whether calls fail for it. Inputs with a default and outputs may be left out of a signature.
    pub fn is_error(&self) -> bool {
        match self {
            Self::MissingInput { is_required, .. } => *is_required,
            Self::UnusedOutput { .. } => false,
            _ => true,
        }
    }
}

fn quoted(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        }
    }
}

impl fmt::Display for ReferenceDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { versions } => match &versions[..] {
                [] => f.write_str("it is not registered, in no version"),
                versions => write!(
                    f,
                    "this version is not registered; the latest are {}",
                    versions.join(", ")
                ),
            },
            Self::NoLaunchPlan => f.write_str(
                "the launch plan of this name and version is not registered, and a referenced workflow runs through it",
            ),
            Self::UnknownInput { name, others } => write!(
                f,
                "input `{name}`: not there; the inputs are {}",
                quoted(others)
            ),
            Self::FixedInput { name } => write!(
                f,
                "input `{name}`: fixed by the launch plan; leave it out of the signature"
            ),
            Self::MissingInput {
                name,
                literal_type,
                is_required: true,
            } => write!(
                f,
                "input `{name}`: missing in the signature; its type is {literal_type}"
            ),
            Self::MissingInput {
                name, literal_type, ..
            } => write!(
                f,
                "input `{name}`: not in the signature, so calls use its default; its type is {literal_type}"
            ),
            Self::InputType {
                name,
                own,
                registered,
            } => write!(
                f,
                "input `{name}`: the signature gives {own}, and {registered} is expected"
            ),
            Self::UnknownOutput { name, others } => write!(
                f,
                "output `{name}`: not there; the outputs are {}",
                quoted(others)
            ),
            Self::UnusedOutput { name, literal_type } => write!(
                f,
                "output `{name}`: not in the signature; its type is {literal_type}"
            ),
            Self::OutputType {
                name,
                own,
                registered,
            } => write!(
                f,
                "output `{name}`: the signature has {own}, and it is {registered}"
            ),
        }
    }
}

/// Two types in words that tell them apart.
fn in_words(own: &LiteralType, registered: &LiteralType) -> (String, String) {
    let (short, other) = (own.to_string(), registered.to_string());
    match short == other {
        false => (short, other),
        true => (in_detail(own), in_detail(registered)),
    }
}

/// A type with the fields of its structs and the columns of its tables.
// Recursive: a type is as deep as the program or the server has it, which `decode_type` limits.
fn in_detail(literal_type: &LiteralType) -> String {
    let named = |name: &str, inner: &LiteralType| format!("{name}: {}", in_detail(inner));
    match literal_type.plain() {
        LiteralType::Struct(structure) => {
            let fields = structure.fields.iter().map(|field| {
                let mark = if field.required { "" } else { "?" };
                named(&format!("{}{mark}", field.name), &field.literal_type)
            });
            format!(
                "{} {{{}}}",
                structure.name,
                fields.collect::<Vec<_>>().join(", ")
            )
        }
        LiteralType::StructuredDataset(dataset) => {
            let columns = dataset.columns.iter();
            let columns = columns.map(|column| named(&column.name, &column.literal_type));
            let format = match dataset.format.as_str() {
                "" => String::new(),
                format => format!("{format} "),
            };
            let columns = columns.collect::<Vec<_>>().join(", ");
            format!("{format}structured dataset ({columns})")
        }
        LiteralType::Collection(element) => format!("list of {}", in_detail(element)),
        LiteralType::Map(value) => format!("map of {}", in_detail(value)),
        LiteralType::Union(variants) => {
            let variants = variants.iter();
            let variants = variants.map(|variant| in_detail(&variant.literal_type));
            variants.collect::<Vec<_>>().join(" or ")
        }
        other => other.to_string(),
    }
}

/// What a reference is compared with.
pub(super) struct Registered {
    pub(super) interface: RemoteInterface,
    /// The inputs that a launch plan has given.
    pub(super) fixed: BTreeSet<String>,
}

/// In what a signature differs from what is registered.
pub(super) fn compared(
    entity: &EntityDescriptor,
    registered: &Registered,
) -> Vec<ReferenceDifference> {
    let interface = &registered.interface;
    let mut differences = Vec::new();
    let names = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect::<Vec<_>>();
    for input in entity.inputs() {
        let (name, own) = (input.name.to_owned(), input.info.literal_type());
        match interface.input(&name) {
            None if registered.fixed.contains(&name) => {
                differences.push(ReferenceDifference::FixedInput { name });
            }
            None => differences.push(ReferenceDifference::UnknownInput {
                name,
                others: names(&mut interface.inputs.iter().map(|input| &input.name)),
            }),
            Some(other) if !casts(&own, &other.literal_type) => {
                let (own, registered) = in_words(&own, &other.literal_type);
                differences.push(ReferenceDifference::InputType {
                    name,
                    own,
                    registered,
                });
            }
            Some(_) => {}
        }
    }
    for other in &interface.inputs {
        if !entity.inputs().iter().any(|own| own.name == other.name) {
            differences.push(ReferenceDifference::MissingInput {
                name: other.name.clone(),
                literal_type: in_detail(&other.literal_type),
                is_required: other.default.is_none(),
            });
        }
    }
    for output in entity.outputs() {
        let (name, own) = (output.name.to_string(), output.info.literal_type());
        match interface.output(&name) {
            None => differences.push(ReferenceDifference::UnknownOutput {
                name,
                others: names(&mut interface.outputs.iter().map(|output| &output.name)),
            }),
            Some(other) if !casts(&other.literal_type, &own) => {
                let (own, registered) = in_words(&own, &other.literal_type);
                differences.push(ReferenceDifference::OutputType {
                    name,
                    own,
                    registered,
                });
            }
            Some(_) => {}
        }
    }
    for other in &interface.outputs {
        if !entity.outputs().iter().any(|own| *own.name == other.name) {
            differences.push(ReferenceDifference::UnusedOutput {
                name: other.name.clone(),
                literal_type: in_detail(&other.literal_type),
            });
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use flyte_core::types::{StructField, StructType};

    use super::*;

    fn point(field: LiteralType) -> LiteralType {
        LiteralType::Struct(StructType::new("Point", vec![StructField::new("x", field)]))
    }

    #[test]
    fn types_of_the_same_name_are_told_apart_by_their_fields() {
        let (own, registered) = in_words(
            &LiteralType::collection(point(LiteralType::Float)),
            &LiteralType::collection(point(LiteralType::String)),
        );
        assert_eq!(own, "list of Point {x: float}");
        assert_eq!(registered, "list of Point {x: string}");
        let (own, registered) = in_words(&point(LiteralType::Float), &LiteralType::Integer);
        assert_eq!((&*own, &*registered), ("Point", "integer"));
    }

    #[test]
    fn only_what_calls_fail_for_is_an_error() {
        let input = |is_required| ReferenceDifference::MissingInput {
            name: "x".to_owned(),
            literal_type: "integer".to_owned(),
            is_required,
        };
        assert!(input(true).is_error() && !input(false).is_error());
        assert!(ReferenceDifference::NoLaunchPlan.is_error());
    }
}
