//! Lists, maps and optional values.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, Hash},
};

use super::{FlyteType, Literal, LiteralType, Preview, TypeError, UnionVariant};

impl<T: FlyteType> FlyteType for Vec<T> {
    fn literal_type() -> LiteralType {
        LiteralType::Collection(Box::new(T::literal_type()))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let items = self
            .iter()
            .enumerate()
            .map(|(index, item)| item.to_literal().map_err(|e| e.at(format!("[{index}]"))));
        Ok(Literal::Collection(items.collect::<Result<_, _>>()?))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal {
            Literal::Collection(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| T::from_literal(item).map_err(|e| e.at(format!("[{index}]"))))
                .collect(),
            other => Err(TypeError::mismatch(Self::literal_type(), other.kind())),
        }
    }

    fn preview(&self, preview: &mut Preview) {
        preview.list("[", "]", self, |preview, item| item.preview(preview));
    }
}

impl<T: FlyteType> FlyteType for Option<T> {
    fn literal_type() -> LiteralType {
        LiteralType::Union(vec![
            UnionVariant::new(T::literal_type()),
            UnionVariant::new(LiteralType::None),
        ])
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        let (literal_type, value) = match self {
            Some(value) => (T::literal_type(), value.to_literal()?),
            None => (LiteralType::None, Literal::None),
        };
        Ok(Literal::Union {
            variant: UnionVariant::new(literal_type),
            value: Box::new(value),
        })
    }

    // A bare value is accepted too: it is what a task without the optional wrote.
    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal {
            Literal::None => Ok(None),
            Literal::Union { variant, value }
                if variant.literal_type == LiteralType::None && *value == Literal::None =>
            {
                Ok(None)
            }
            Literal::Union { value, .. } => T::from_literal(*value).map(Some),
            other => T::from_literal(other).map(Some),
        }
    }

    fn preview(&self, preview: &mut Preview) {
        match self {
            Some(value) => value.preview(preview),
            None => preview.text("none"),
        }
    }
}

fn map_to_literal<'a, T: FlyteType>(
    items: impl Iterator<Item = (&'a String, &'a T)>,
) -> Result<Literal, TypeError> {
    let items = items.map(|(key, value)| match value.to_literal() {
        Ok(literal) => Ok((key.clone(), literal)),
        Err(error) => Err(error.at(format!("[{key:?}]"))),
    });
    Ok(Literal::Map(items.collect::<Result<_, _>>()?))
}

fn map_from_literal<T: FlyteType, M: FromIterator<(String, T)>>(
    literal: Literal,
) -> Result<M, TypeError> {
    let Literal::Map(items) = literal else {
        return Err(TypeError::mismatch(
            LiteralType::Map(Box::new(T::literal_type())),
            literal.kind(),
        ));
    };
    let items = items
        .into_iter()
        .map(|(key, value)| match T::from_literal(value) {
            Ok(value) => Ok((key, value)),
            Err(error) => Err(error.at(format!("[{key:?}]"))),
        });
    items.collect()
}

fn preview_map<'a, T: FlyteType>(
    preview: &mut Preview,
    items: impl Iterator<Item = (&'a String, &'a T)>,
) {
    preview.list("{", "}", items, |preview, (key, value)| {
        preview.quoted(key);
        preview.text(": ");
        value.preview(preview);
    });
}

impl<T: FlyteType> FlyteType for BTreeMap<String, T> {
    fn literal_type() -> LiteralType {
        LiteralType::Map(Box::new(T::literal_type()))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        map_to_literal(self.iter())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        map_from_literal(literal)
    }

    fn preview(&self, preview: &mut Preview) {
        preview_map(preview, self.iter());
    }
}

impl<T: FlyteType, S> FlyteType for HashMap<String, T, S>
where
    String: Hash,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    fn literal_type() -> LiteralType {
        LiteralType::Map(Box::new(T::literal_type()))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        map_to_literal(self.iter())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        map_from_literal(literal)
    }

    fn preview(&self, preview: &mut Preview) {
        preview_map(preview, self.iter());
    }
}
