//! Lists and optional values.

use serde_json::{Value as Json, json};

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, TypeError, UnionVariant,
    schema, shared, unions,
};

fn list_to_literal<T: FlyteType>(items: &[T]) -> Result<Literal, TypeError> {
    let items = items
        .iter()
        .enumerate()
        .map(|(index, item)| item.to_literal().map_err(|e| e.at(format!("[{index}]"))));
    Ok(Literal::collection(items.collect::<Result<_, _>>()?))
}

fn write_list<T: FlyteType>(items: &[T], writer: &mut MsgpackWriter) -> Result<(), TypeError> {
    writer.array(items.len());
    for (index, item) in items.iter().enumerate() {
        item.write_msgpack(writer)
            .map_err(|e| e.at(format!("[{index}]")))?;
    }
    Ok(())
}

fn preview_list<T: FlyteType>(items: &[T], preview: &mut Preview) {
    preview.list("[", "]", items, |preview, item| item.preview(preview));
}

impl<T: FlyteType> FlyteType for Vec<T> {
    fn literal_type() -> LiteralType {
        LiteralType::collection(T::literal_type())
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        list_to_literal(self)
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal.into_plain()? {
            LiteralValue::Collection(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| T::from_literal(item).map_err(|e| e.at(format!("[{index}]"))))
                .collect(),
            other => {
                let found = Literal::from(other);
                Err(TypeError::mismatch(Self::literal_type(), found.kind()))
            }
        }
    }

    fn json_schema() -> Json {
        schema::array_schema(T::json_schema())
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        write_list(self, writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview_list(self, preview);
    }
}

/// `1 element`, `2 elements`.
pub fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// A list of exactly `N` elements; Flyte itself knows only lists of any length.
impl<T: FlyteType, const N: usize> FlyteType for [T; N] {
    fn literal_type() -> LiteralType {
        Vec::<T>::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        list_to_literal(self)
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let items = Vec::<T>::from_literal(literal)?;
        Self::try_from(items).map_err(|items| TypeError::OutOfRange {
            value: format!("a list of {}", counted(items.len(), "element")),
            expected: format!("an array of {N}"),
            reason: "an array has exactly its number of elements".to_owned(),
        })
    }

    fn json_schema() -> Json {
        Vec::<T>::json_schema()
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        write_list(self, writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview_list(self, preview);
    }
}

/// Whether an optional of this type is merged into one union with it, like Python's `Optional[Union[..]]`. An optional
/// of an optional stays a nested union, because its two absent values differ.
fn joins(literal_type: &LiteralType) -> bool {
    matches!(literal_type, LiteralType::Union(_)) && !literal_type.accepts_none()
}

impl<T: FlyteType> FlyteType for Option<T> {
    const IS_OPTION: bool = true;

    fn literal_type() -> LiteralType {
        let value = T::literal_type();
        let none = UnionVariant::new(LiteralType::None).named("None");
        match value {
            LiteralType::Union(mut variants) if joins(&LiteralType::Union(variants.clone())) => {
                variants.push(none);
                LiteralType::Union(variants)
            }
            value => LiteralType::Union(vec![
                UnionVariant::tagged(T::union_tag(), value).named("Some"),
                none,
            ]),
        }
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let Some(value) = self else {
            return Ok(Literal::union(
                UnionVariant::new(LiteralType::None),
                Literal::NONE,
            ));
        };
        let literal = value.to_literal()?;
        let literal_type = shared::literal_type::<T>();
        if joins(&literal_type) {
            return Ok(literal);
        }
        let variant = UnionVariant::tagged(T::union_tag(), (*literal_type).clone());
        Ok(Literal::union(variant.named("Some"), literal))
    }

    // A bare value is accepted too: a task without the optional writes one.
    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        if unions::is_none(&literal) {
            return Ok(None);
        }
        match literal.value {
            LiteralValue::Union { value, .. } if !joins(&shared::literal_type::<T>()) => {
                T::from_literal(*value).map(Some)
            }
            _ => T::from_literal(literal).map(Some),
        }
    }

    fn json_schema() -> Json {
        let mut variants = match T::json_schema() {
            Json::Object(mut object) if object.len() == 1 && object.contains_key("anyOf") => {
                match object.remove("anyOf") {
                    Some(Json::Array(variants)) => variants,
                    _ => Vec::new(),
                }
            }
            schema => vec![schema],
        };
        variants.push(json!({"type": "null"}));
        json!({"anyOf": variants})
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        match self {
            Some(value) => value.write_msgpack(writer)?,
            None => writer.nil(),
        }
        Ok(())
    }

    fn preview(&self, preview: &mut Preview) {
        match self {
            Some(value) => value.preview(preview),
            None => preview.text("none"),
        }
    }
}
