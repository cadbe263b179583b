//! Values whose type is known only where they are made and used.

use std::{
    any::{Any, TypeId, type_name},
    fmt,
    sync::{Arc, Weak},
};

use super::{FlyteType, Literal, LiteralType, Preview, TypeError, shared};

/// A value that travels between two tasks: shared, immutable, of any [`FlyteType`].
#[derive(Clone)]
pub struct Value(Arc<dyn Any + Send + Sync>);

impl Value {
    /// Wraps a value.
    #[inline]
    pub fn new<T: FlyteType>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value, if it is a `T`.
    #[inline]
    pub fn downcast_ref<T: FlyteType>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// The shared value, if it is a `T`; otherwise the value unchanged.
    #[inline]
    pub(crate) fn downcast<T: FlyteType>(self) -> Result<Arc<T>, Self> {
        self.0.downcast().map_err(Self)
    }

    /// Whether this is the only reference to the value, so that it can be moved out instead of cloned.
    #[inline]
    pub(crate) fn is_unique(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// Identifies this value as long as it exists, without keeping it alive.
    #[inline]
    pub fn identity(&self) -> Weak<dyn Any + Send + Sync> {
        Arc::downgrade(&self.0)
    }

    /// Takes the value out: moved if this is the only reference, cloned otherwise.
    #[inline]
    pub(crate) fn into_owned<T: FlyteType>(self) -> Result<T, Self> {
        self.downcast()
            .map(|shared| Arc::try_unwrap(shared).unwrap_or_else(|shared| T::clone(&shared)))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

/// The operations on a [`Value`] whose type is not named: those of one [`FlyteType`].
#[derive(Clone, Copy)]
pub struct TypeInfo {
    id: fn() -> TypeId,
    rust_name: fn() -> &'static str,
    literal_type: fn() -> LiteralType,
    to_literal: fn(&Value) -> Result<Literal, TypeError>,
    from_literal: fn(Literal) -> Result<Value, TypeError>,
    preview: fn(&Value, &mut Preview),
    is_option: bool,
}

impl TypeInfo {
    /// The operations of `T`.
    pub const fn of<T: FlyteType>() -> Self {
        #[inline]
        fn to_literal<T: FlyteType>(value: &Value) -> Result<Literal, TypeError> {
            match value.downcast_ref::<T>() {
                Some(value) => value.to_literal(),
                None => Err(TypeError::mismatch(
                    type_name::<T>(),
                    "a value of another Rust type",
                )),
            }
        }
        fn preview<T: FlyteType>(value: &Value, preview: &mut Preview) {
            match value.downcast_ref::<T>() {
                Some(value) => value.preview(preview),
                None => preview.text("?"),
            }
        }
        Self {
            id: TypeId::of::<T>,
            rust_name: type_name::<T>,
            literal_type: T::literal_type,
            to_literal: to_literal::<T>,
            from_literal: |literal| T::from_literal(literal).map(Value::new),
            preview: preview::<T>,
            is_option: T::IS_OPTION,
        }
    }

    /// Whether the Rust type is an `Option`.
    #[inline]
    pub(crate) const fn is_option(&self) -> bool {
        self.is_option
    }

    /// The Rust type.
    #[inline]
    pub fn id(&self) -> TypeId {
        (self.id)()
    }

    /// Whether a value is of this type.
    #[inline]
    pub fn holds(&self, value: &Value) -> bool {
        (*value.0).type_id() == (self.id)()
    }

    /// The name of the Rust type, for messages.
    #[inline]
    pub fn rust_name(&self) -> &'static str {
        (self.rust_name)()
    }

    /// The Flyte type.
    #[inline]
    pub fn literal_type(&self) -> LiteralType {
        (self.literal_type)()
    }

    /// The Flyte type, made once and shared.
    #[inline]
    pub fn shared_literal_type(&self) -> Arc<LiteralType> {
        shared::of_type((self.id)(), self.literal_type)
    }

    /// The literal form of a value of this type.
    ///
    /// # Errors
    ///
    /// As [`FlyteType::to_literal`], or when `value` is of another type.
    #[inline]
    pub fn to_literal(&self, value: &Value) -> Result<Literal, TypeError> {
        (self.to_literal)(value)
    }

    /// The value of a literal.
    ///
    /// # Errors
    ///
    /// As [`FlyteType::from_literal`].
    #[inline]
    pub fn from_literal(&self, literal: Literal) -> Result<Value, TypeError> {
        (self.from_literal)(literal)
    }

    /// The name of the Rust type without paths: `Vec<String>` for `alloc::vec::Vec<alloc::string::String>`.
    pub fn short_name(&self) -> String {
        let mut text = String::new();
        let mut word = 0;
        for c in self.rust_name().chars() {
            match c {
                ':' => text.truncate(word),
                c => text.push(c),
            }
            if !c.is_alphanumeric() && c != '_' {
                word = text.len();
            }
        }
        text
    }

    /// Up to 80 characters of a value.
    #[inline]
    pub fn preview(&self, value: &Value) -> String {
        self.preview_up_to(value, Preview::new())
    }

    /// As much of a value as an empty preview has room for.
    #[inline]
    pub fn preview_up_to(&self, value: &Value, mut preview: Preview) -> String {
        (self.preview)(value, &mut preview);
        preview.finish()
    }
}

impl PartialEq for TypeInfo {
    fn eq(&self, other: &Self) -> bool {
        (self.id)() == (other.id)()
    }
}

impl Eq for TypeInfo {}

impl fmt::Debug for TypeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rust_name())
    }
}
