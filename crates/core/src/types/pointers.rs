//! Owned, shared and borrowed pointers, which are what they point at.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value as Json;

use super::{FlyteType, Literal, LiteralType, MsgpackWriter, Preview, TypeError};

/// The methods of a type that is what it points at, apart from `from_literal`.
macro_rules! as_what_it_points_at {
    ($inner:ty) => {
        fn literal_type() -> LiteralType {
            <$inner>::literal_type()
        }

        fn to_literal(&self) -> Result<Literal, TypeError> {
            let inner: &$inner = self;
            inner.to_literal()
        }

        fn union_tag() -> String {
            <$inner>::union_tag()
        }

        fn json_schema() -> Json {
            <$inner>::json_schema()
        }

        fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
            let inner: &$inner = self;
            inner.write_msgpack(writer)
        }

        fn preview(&self, preview: &mut Preview) {
            let inner: &$inner = self;
            inner.preview(preview);
        }
    };
}

macro_rules! pointers {
    ($($pointer:ident)*) => { $(
        impl<T: FlyteType> FlyteType for $pointer<T> {
            as_what_it_points_at!(T);

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                T::from_literal(literal).map($pointer::new)
            }
        }
    )* };
}

pointers!(Box Arc);

/// What it owns: a value that is only lent is owned once it has travelled.
impl<B> FlyteType for Cow<'static, B>
where
    B: ToOwned<Owned: FlyteType> + Sync + ?Sized,
{
    fn literal_type() -> LiteralType {
        B::Owned::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        self.clone().into_owned().to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        B::Owned::from_literal(literal).map(Cow::Owned)
    }

    fn union_tag() -> String {
        B::Owned::union_tag()
    }

    fn json_schema() -> Json {
        B::Owned::json_schema()
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        self.clone().into_owned().write_msgpack(writer)
    }

    fn preview(&self, preview: &mut Preview) {
        self.clone().into_owned().preview(preview);
    }
}
