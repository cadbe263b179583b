//! The inputs and outputs of what is registered.

use std::fmt;

use flyte_idl::{
    flyteidl::core::{self, parameter::Behavior},
    prost::Message as _,
};

use crate::flyte1::error::ClusterError;
use flyte_core::types::{Literal, LiteralType, wire};

/// An input of something that is registered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteInput {
    /// Its name.
    pub name: String,
    /// Its type.
    pub literal_type: LiteralType,
    /// What is said about it.
    pub description: String,
    /// The value if none is given; `None` if one must be. An input of a task or workflow that may be nothing has
    /// nothing as its default; other defaults are those of launch plans.
    pub default: Option<Literal>,
}

/// An output of something that is registered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteOutput {
    /// Its name.
    pub name: String,
    /// Its type.
    pub literal_type: LiteralType,
    /// What is said about it.
    pub description: String,
}

/// The inputs and outputs of something that is registered, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RemoteInterface {
    /// The inputs.
    pub inputs: Vec<RemoteInput>,
    /// The outputs.
    pub outputs: Vec<RemoteOutput>,
}

impl RemoteInterface {
    /// The input of a name.
    pub fn input(&self, name: &str) -> Option<&RemoteInput> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The output of a name.
    pub fn output(&self, name: &str) -> Option<&RemoteOutput> {
        self.outputs.iter().find(|output| output.name == name)
    }

    /// That of a task or workflow.
    pub(super) fn of(interface: Option<core::TypedInterface>) -> Result<Self, ClusterError> {
        let interface = interface.unwrap_or_default();
        let inputs = interface.inputs.unwrap_or_default().variables.into_iter();
        let inputs = inputs.map(|(name, variable)| {
            let literal_type = type_of(&name, &variable)?;
            Ok(RemoteInput {
                default: literal_type.accepts_none().then_some(Literal::NONE),
                literal_type,
                name,
                description: variable.description,
            })
        });
        Ok(Self {
            inputs: inputs.collect::<Result<_, ClusterError>>()?,
            outputs: outputs(interface.outputs)?,
        })
    }

    /// That of a launch plan.
    pub(super) fn of_plan(
        inputs: Option<core::ParameterMap>,
        given: Option<core::VariableMap>,
    ) -> Result<Self, ClusterError> {
        let inputs = inputs.unwrap_or_default().parameters.into_iter();
        let inputs = inputs.map(|(name, parameter)| {
            let variable = parameter.var.unwrap_or_default();
            let literal_type = type_of(&name, &variable)?;
            let default = match parameter.behavior {
                Some(Behavior::Default(literal)) => Some(read(&name, &literal)?),
                Some(Behavior::Required(true)) => None,
                // A value that the cluster finds by itself when it starts.
                Some(Behavior::ArtifactQuery(_) | Behavior::ArtifactId(_)) => Some(Literal::NONE),
                Some(Behavior::Required(false)) | None => {
                    literal_type.accepts_none().then_some(Literal::NONE)
                }
            };
            Ok(RemoteInput {
                default,
                literal_type,
                name,
                description: variable.description,
            })
        });
        Ok(Self {
            inputs: inputs.collect::<Result<_, ClusterError>>()?,
            outputs: outputs(given)?,
        })
    }
}

/// `(x: integer, y?: string or nothing) -> (o0: float)`, with a question mark behind inputs that need no value.
impl fmt::Display for RemoteInterface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (index, input) in self.inputs.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let mark = if input.default.is_some() { "?" } else { "" };
            write!(f, "{comma}{}{mark}: {}", input.name, input.literal_type)?;
        }
        f.write_str(") -> (")?;
        for (index, output) in self.outputs.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {}", output.name, output.literal_type)?;
        }
        f.write_str(")")
    }
}

fn outputs(map: Option<core::VariableMap>) -> Result<Vec<RemoteOutput>, ClusterError> {
    let variables = map.unwrap_or_default().variables.into_iter();
    let outputs = variables.map(|(name, variable)| {
        Ok(RemoteOutput {
            literal_type: type_of(&name, &variable)?,
            name,
            description: variable.description,
        })
    });
    outputs.collect()
}

fn type_of(name: &str, variable: &core::Variable) -> Result<LiteralType, ClusterError> {
    let bytes = variable.r#type.clone().unwrap_or_default().encode_to_vec();
    wire::decode_type(&bytes).map_err(|error| {
        ClusterError::Setting(format!("the type of `{name}` cannot be read: {error}"))
    })
}

/// A literal from its message.
pub(super) fn read(name: &str, literal: &core::Literal) -> Result<Literal, ClusterError> {
    wire::decode(&literal.encode_to_vec()).map_err(|error| {
        ClusterError::Setting(format!("the value of `{name}` cannot be read: {error}"))
    })
}
