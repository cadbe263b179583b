//! The macro that declares a struct of options once, for all who read and write it.

/// Declares a struct of options together with all that has to know every field of it.
///
/// Its table gives each field a type and what it is where nothing is declared; arguments of `new` can be named there.
/// From it follow
///
/// * the struct, which users cannot make by literal or take apart, so that a field can be added in any release,
/// * `new`, and a method for each field that sets it; one whose type is an `Option` takes what is inside of it. The
///   macros write these calls, in constants,
/// * `fields`, for the other crates of this project: a struct of the same fields that they take apart without `..`, so
///   that an option that one of them forgets does not compile.
macro_rules! options {
    (
        $(#[$about:meta])*
        pub struct $Name:ident as $Fields:ident;

        $(#[doc = $new:literal])*
        new($($argument:ident: $argument_type:ty),*);

        $(
            $(#[doc = $doc:literal])*
            $(#[serde($($serde:tt)*)])?
            $field:ident: [$($type:tt)*] = $default:expr,
        )*
    ) => {
        $(#[$about])*
        #[non_exhaustive]
        pub struct $Name {
            $(
                $(#[doc = $doc])*
                $(#[serde($($serde)*)])?
                pub $field: $($type)*,
            )*
        }

        impl $Name {
            $(#[doc = $new])*
            pub const fn new($($argument: $argument_type),*) -> Self {
                Self { $($field: $default,)* }
            }

            $($crate::options::declare::setter! { [$($doc)*] $field: $($type)* })*

            /// Every field, for crates of this project, which name each of them.
            #[doc(hidden)]
            pub const fn fields(&self) -> $Fields {
                $Fields { $($field: self.$field,)* }
            }
        }

        #[doc = concat!("Every field of a [`", stringify!($Name), "`].")]
        #[doc(hidden)]
        #[derive(Clone, Copy, Debug)]
        pub struct $Fields {
            $(
                $(#[doc = $doc])*
                pub $field: $($type)*,
            )*
        }
    };
}

/// The method that sets a field.
macro_rules! setter {
    ([$($doc:literal)*] $field:ident: Option<$type:ty>) => {
        $(#[doc = $doc])*
        #[must_use]
        pub const fn $field(mut self, $field: $type) -> Self {
            self.$field = Some($field);
            self
        }
    };
    ([$($doc:literal)*] $field:ident: $type:ty) => {
        $(#[doc = $doc])*
        #[must_use]
        pub const fn $field(mut self, $field: $type) -> Self {
            self.$field = $field;
            self
        }
    };
}

pub(crate) use {options, setter};
