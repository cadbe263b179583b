//! Numbers, booleans and strings.

// Addresses alone, without what opens a connection.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZero;

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, Preview, TypeError, lists::counted, written,
};

macro_rules! integers {
    ($($rust:ident),*) => { $(
        impl FlyteType for $rust {
            fn literal_type() -> LiteralType {
                LiteralType::Integer
            }

            fn to_literal(&self) -> Result<Literal, TypeError> {
                i64::try_from(*self).map(Literal::integer).map_err(|_| TypeError::OutOfRange {
                    value: self.to_string(),
                    expected: "a Flyte integer".to_owned(),
                    reason: format!("Flyte's integers end at {}", i64::MAX),
                })
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                let value = integer(literal)?;
                Self::try_from(value).map_err(|_| TypeError::OutOfRange {
                    value: value.to_string(),
                    expected: concat!("`", stringify!($rust), "`").to_owned(),
                    // Flyte's integers end before those of `u64`.
                    reason: format!("it goes from {} to {}", Self::MIN, i64::try_from(Self::MAX).unwrap_or(i64::MAX)),
                })
            }

            fn preview(&self, preview: &mut Preview) {
                preview.text(&self.to_string());
            }
        }
    )* };
}

integers!(
    i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, usize, isize
);

macro_rules! not_zero {
    ($($rust:ident),*) => { $(
        impl FlyteType for NonZero<$rust> {
            fn literal_type() -> LiteralType {
                LiteralType::Integer
            }

            fn to_literal(&self) -> Result<Literal, TypeError> {
                self.get().to_literal()
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                Self::new($rust::from_literal(literal)?).ok_or_else(|| TypeError::OutOfRange {
                    value: "0".to_owned(),
                    expected: concat!("`NonZero<", stringify!($rust), ">`").to_owned(),
                    reason: "it is every number but zero".to_owned(),
                })
            }

            fn preview(&self, preview: &mut Preview) {
                preview.text(&self.to_string());
            }
        }
    )* };
}

not_zero!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

macro_rules! parsed {
    ($($rust:ident $what:literal;)*) => { $(
        /// A string, as it is written.
        impl FlyteType for $rust {
            fn literal_type() -> LiteralType {
                LiteralType::String
            }

            fn to_literal(&self) -> Result<Literal, TypeError> {
                Ok(Literal::string(self.to_string()))
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                let text = String::from_literal(literal)?;
                text.parse().map_err(|_| TypeError::OutOfRange {
                    value: format!("{text:?}"),
                    expected: concat!("`", stringify!($rust), "`").to_owned(),
                    reason: $what.to_owned(),
                })
            }

            fn preview(&self, preview: &mut Preview) {
                preview.text(&self.to_string());
            }
        }
    )* };
}

parsed! {
    IpAddr "it is an address such as 192.0.2.1 or 2001:db8::1";
    Ipv4Addr "it is an address such as 192.0.2.1";
    Ipv6Addr "it is an address such as 2001:db8::1";
    SocketAddr "it is an address and a port, such as 192.0.2.1:80";
}

fn integer(literal: Literal) -> Result<i64, TypeError> {
    match literal.into_plain()? {
        LiteralValue::Integer(value) => Ok(value),
        other => whole_number(other),
    }
}

/// The integer for a float in a struct, or outside of one, where it may be a field that a cluster picked from a struct.
#[cold]
fn whole_number(value: LiteralValue) -> Result<i64, TypeError> {
    let LiteralValue::Float(float) = value else {
        return Err(TypeError::mismatch("integer", Literal::from(value).kind()));
    };
    match whole(float) {
        Some(value) => Ok(value),
        None if float.is_finite() && float.fract() == 0.0 => Err(TypeError::OutOfRange {
            value: format!("the float {float:?}"),
            expected: "an integer".to_owned(),
            reason: "from 2^53 on a float may stand for several integers".to_owned(),
        }),
        None => Err(TypeError::mismatch(
            "integer",
            format!("the float {float:?}"),
        )),
    }
}

/// The integer for a float in a struct. Protobuf's `Struct` does not have integers, and clients that read JSON numbers
/// as floats, such as those in Go, lose them too. Below 2^53 no two integers have the same float.
pub(crate) fn whole(float: f64) -> Option<i64> {
    (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).then_some(float as i64)
}

impl FlyteType for f64 {
    fn literal_type() -> LiteralType {
        LiteralType::Float
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::float(*self))
    }

    // Flyte passes `1` for `1.0`, so an integer is also accepted as a float.
    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let is_part = matches!(literal.value, LiteralValue::Msgpack(_));
        match literal.into_plain()? {
            LiteralValue::Float(value) => Ok(value),
            LiteralValue::Integer(value) => Ok(value as f64),
            // JSON has no form of its own for these floats, so they are texts.
            LiteralValue::String(text) if is_part && written::not_a_number(&text).is_some() => {
                Ok(written::not_a_number(&text).unwrap_or(f64::NAN))
            }
            other => Err(TypeError::mismatch("float", Literal::from(other).kind())),
        }
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&format!("{self:?}"));
    }
}

impl FlyteType for f32 {
    fn literal_type() -> LiteralType {
        LiteralType::Float
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::float(f64::from(*self)))
    }

    /// Rounded to the nearest `f32`; a finite value that would become infinite is refused.
    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let value = f64::from_literal(literal)?;
        let single = value as f32;
        if single.is_infinite() && value.is_finite() {
            return Err(TypeError::OutOfRange {
                value: format!("{value:?}"),
                expected: "`f32`".to_owned(),
                reason: format!("it goes from {:?} to {:?}", f32::MIN, f32::MAX),
            });
        }
        Ok(single)
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&format!("{self:?}"));
    }
}

impl FlyteType for bool {
    fn literal_type() -> LiteralType {
        LiteralType::Boolean
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::boolean(*self))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal.into_plain()? {
            LiteralValue::Boolean(value) => Ok(value),
            other => Err(TypeError::mismatch("boolean", Literal::from(other).kind())),
        }
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(if *self { "true" } else { "false" });
    }
}

impl FlyteType for String {
    fn literal_type() -> LiteralType {
        LiteralType::String
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::string(self))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal.into_plain()? {
            LiteralValue::String(value) => Ok(value),
            other => Err(TypeError::mismatch("string", Literal::from(other).kind())),
        }
    }

    fn preview(&self, preview: &mut Preview) {
        preview.quoted(self);
    }
}

/// A string of one character.
impl FlyteType for char {
    fn literal_type() -> LiteralType {
        LiteralType::String
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::string(*self))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let text = String::from_literal(literal)?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(TypeError::OutOfRange {
                value: format!("a string of {}", counted(text.chars().count(), "character")),
                expected: "`char`".to_owned(),
                reason: "it is one character".to_owned(),
            }),
        }
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&format!("{self:?}"));
    }
}
