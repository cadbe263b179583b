//! The failure that a failure handler receives.

use super::{FlyteType, Literal, LiteralType, LiteralValue, TypeError, UnionVariant};

/// The failure of a workflow (`flyteidl.core.Error`), the input `err` of its failure handler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlyteError {
    /// The node that failed. On a Flyte 1 cluster it is always the handler's own node, because the engine reports no
    /// other.
    pub failed_node_id: String,
    /// The error's message.
    pub message: String,
}

impl FlyteError {
    /// The failure of a node.
    pub fn new(failed_node_id: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            failed_node_id: failed_node_id.into(),
            message: message.into(),
        }
    }
}

/// Displays the message.
impl std::fmt::Display for FlyteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl FlyteType for FlyteError {
    fn literal_type() -> LiteralType {
        LiteralType::Error
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(LiteralValue::Error(Box::new(self.clone())).into())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal.into_plain()? {
            LiteralValue::Error(error) => Ok(*error),
            // A cluster wraps the failure in a union, even if the handler's input is not one.
            LiteralValue::Union { variant, value } if is_error(&variant) => {
                Self::from_literal(*value)
            }
            LiteralValue::Map(mut fields) => {
                let mut text = |name: &str| match fields.remove(name) {
                    Some(field) => {
                        String::from_literal(field).map_err(|e| e.at(format!(".{name}")))
                    }
                    None => Err(TypeError::MissingField {
                        structure: "FlyteError".to_owned(),
                        field: name.to_owned(),
                    }),
                };
                Ok(Self::new(text("failed_node_id")?, text("message")?))
            }
            other => Err(TypeError::mismatch("error", Literal::from(other).kind())),
        }
    }
}

fn is_error(variant: &UnionVariant) -> bool {
    *variant.literal_type.plain() == LiteralType::Error
}
