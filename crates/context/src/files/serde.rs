//! Files and directories in structs that derive serde's traits: refused, with what to write.
//!
//! The compiler alone says that a trait is missing, and proposes to implement it. serde would write a path, and the
//! file itself would stay on the machine that wrote it.

use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FlyteDirectory, FlyteFile};

/// Implemented by nothing, for files and directories of any format. The compiler says what is missing of the format; of
/// the file it would say that `Serialize` is.
#[diagnostic::on_unimplemented(
    message = "serde cannot store `{T}`, because only Flyte uploads and downloads its content",
    label = "not for serde",
    note = "remove `Serialize` and `Deserialize` from the struct, and derive `FlyteType`: \
            `#[derive(Clone, FlyteType)]`",
    note = "where the struct needs serde, replace the field by the content or by a path as a `String`"
)]
pub trait StoredBySerde<T> {}

macro_rules! refused {
    ($($name:ident)*) => { $(
        #[doc(hidden)]
        impl<F> Serialize for $name<F>
        where
            F: StoredBySerde<Self>,
        {
            fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
                unreachable!("nothing implements `StoredBySerde`")
            }
        }

        #[doc(hidden)]
        impl<'de, F> Deserialize<'de> for $name<F>
        where
            F: StoredBySerde<Self>,
        {
            fn deserialize<D: Deserializer<'de>>(_deserializer: D) -> Result<Self, D::Error> {
                unreachable!("nothing implements `StoredBySerde`")
            }
        }
    )* };
}

refused!(FlyteFile FlyteDirectory);
