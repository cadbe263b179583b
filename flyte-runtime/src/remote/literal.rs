//! Values and types.

use flyte_idl::flyteidl::core::{self, literal::Value, literal_type::Type, primitive, scalar};

use crate::types::{Literal, LiteralType, UnionVariant};

pub(crate) fn none() -> core::Literal {
    scalar_literal(scalar::Value::NoneType(core::Void {}))
}

pub(crate) fn is_none(literal: &Literal) -> bool {
    match literal {
        Literal::None => true,
        Literal::Union { value, .. } => is_none(value),
        _ => false,
    }
}

fn scalar_literal(value: scalar::Value) -> core::Literal {
    core::Literal {
        value: Some(Value::Scalar(Box::new(core::Scalar { value: Some(value) }))),
        ..Default::default()
    }
}

pub(crate) fn union_of(literal_type: &LiteralType, value: core::Literal) -> core::Literal {
    union(&UnionVariant::new(literal_type.clone()), value)
}

fn union(variant: &UnionVariant, value: core::Literal) -> core::Literal {
    scalar_literal(scalar::Value::Union(Box::new(core::Union {
        value: Some(Box::new(value)),
        r#type: Some(variant_to_proto(variant)),
    })))
}

pub(crate) fn to_proto(literal: &Literal) -> core::Literal {
    let primitive = |value| {
        scalar_literal(scalar::Value::Primitive(core::Primitive {
            value: Some(value),
        }))
    };
    match literal {
        Literal::None => none(),
        Literal::Integer(i) => primitive(primitive::Value::Integer(*i)),
        Literal::Float(i) => primitive(primitive::Value::FloatValue(*i)),
        Literal::String(i) => primitive(primitive::Value::StringValue(i.clone())),
        Literal::Boolean(i) => primitive(primitive::Value::Boolean(*i)),
        Literal::Msgpack(b) => scalar_literal(scalar::Value::Binary(core::Binary {
            value: b.clone(),
            tag: "msgpack".into(),
        })),
        Literal::Union { variant, value } => union(variant, to_proto(value)),
        Literal::Collection(items) => core::Literal {
            value: Some(Value::Collection(core::LiteralCollection {
                literals: items.iter().map(to_proto).collect(),
            })),
            ..Default::default()
        },
        Literal::Map(items) => core::Literal {
            value: Some(Value::Map(core::LiteralMap {
                literals: items
                    .iter()
                    .map(|(k, v)| (k.clone(), to_proto(v)))
                    .collect(),
            })),
            ..Default::default()
        },
    }
}

fn variant_to_proto(variant: &UnionVariant) -> core::LiteralType {
    let mut t = type_to_proto(&variant.literal_type);
    t.structure.get_or_insert_default().tag = variant.tag.clone();
    t
}

pub(crate) fn type_to_proto(literal_type: &LiteralType) -> core::LiteralType {
    let simple = |s: core::SimpleType| Type::Simple(s.into());
    let t = match literal_type {
        LiteralType::None => simple(core::SimpleType::None),
        LiteralType::Integer => simple(core::SimpleType::Integer),
        LiteralType::Float => simple(core::SimpleType::Float),
        LiteralType::String => simple(core::SimpleType::String),
        LiteralType::Boolean => simple(core::SimpleType::Boolean),
        LiteralType::Struct(_) => simple(core::SimpleType::Struct),
        LiteralType::Union(v) => Type::UnionType(core::UnionType {
            variants: v.iter().map(variant_to_proto).collect(),
        }),
        LiteralType::Collection(t) => Type::CollectionType(Box::new(type_to_proto(t))),
        LiteralType::Map(t) => Type::MapValueType(Box::new(type_to_proto(t))),
    };
    core::LiteralType {
        r#type: Some(t),
        ..Default::default()
    }
}
