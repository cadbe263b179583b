//! Methods that set the fields of settings, which users cannot make by literal.

/// A method for each field, with what it says; with `= Some` of a field that is an `Option` it takes what is inside.
macro_rules! setters {
    ($Name:ident { $($(#[doc = $doc:literal])* $field:ident: $type:ty $(= $some:ident)?;)* }) => {
        impl $Name {
            $(
                $(#[doc = $doc])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$type>) -> Self {
                    let value: $type = $field.into();
                    self.$field = $($some)? (value);
                    self
                }
            )*
        }
    };
}

pub(crate) use setters;
