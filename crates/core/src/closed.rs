//! Enums that may grow for users, and are closed for the crates of this project.

/// The last arm of a `match` on an enum that is `#[non_exhaustive]` and of a crate below: no value comes here, since all
/// crates of the project have one version and the arms above name every variant.
///
/// That they do is what the compiler says inside of the crate of the enum alone; `tests/architecture.rs` says it of the
/// others.
#[doc(hidden)]
#[macro_export]
macro_rules! no_other_variant {
    ($enum:ident) => {
        ::core::unreachable!(concat!(
            "a variant of `",
            stringify!($enum),
            "` that is not known"
        ))
    };
}
