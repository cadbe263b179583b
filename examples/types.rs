//! Types: what travels between tasks, from a struct that is derived to a type from scratch.
//!
//! ```console
//! $ cargo run --example types -- run post --parcel '{"sentTo": "Ada", "grams": 800, "size": "extra large"}' --sent 2026-01-31T12:00
//! o0 = 500
//! o1 = 2026-02-02
//! o2 = QWRhLCA4MDAgZw==
//! $ cargo run --example types -- run repaint --parcel '{"sentTo": "Ada", "grams": 800, "size": "small"}' --colour "#ff8000"
//! {"colour":"#ff8000","grams":800,"sentTo":"Ada","size":"small"}
//! ```
//!
//! What does not fit is told before anything runs, with its place and what would:
//!
//! ```console
//! $ cargo run --example types -- run repaint --parcel '{"sentTo": "Ada", "grams": 800, "size": "small"}' --colour red
//! error: invalid value 'red' for '--colour <TEXT>' (string): expected a colour such as "#ff8000", found "red"
//! ...
//! $ cargo run --example types -- run post --parcel '{"sentTo": "Ada", "grams": 800, "size": "huge"}' --sent 2026-01-31
//! error: [..]at .size: expected "small" or "extra large", found the string "huge"
//! ...
//! ```

use std::{collections::BTreeMap, time::Duration};

use flyte_runtime::{
    prelude::*,
    types::{Bytes, FlyteType, Hashed, Literal, LiteralType, TypeError},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

// ANCHOR: Parcel
/// A struct is a dataclass of flytekit: `FlyteType` alone is enough, and serde's attributes say how its fields are
/// called.
#[derive(Clone, Debug, Serialize, Deserialize, FlyteType)]
#[serde(rename_all = "camelCase")]
struct Parcel {
    sent_to: String,
    grams: u32,
    size: Size,
    #[serde(default)]
    colour: Option<Colour>,
}
// ANCHOR_END: Parcel

// ANCHOR: Size
/// An enum without data is Python's `Enum` of strings.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, FlyteType)]
enum Size {
    #[serde(rename = "small")]
    Small,
    #[serde(rename = "extra large")]
    ExtraLarge,
}
// ANCHOR_END: Size

// ANCHOR: Postage
/// An enum with data is a union, `Union[None, int, List[str]]`: which of them a value is, it says itself.
#[derive(Clone, Debug, FlyteType)]
enum Postage {
    Free,
    Cents(i64),
    Stamps(Vec<String>),
}
// ANCHOR_END: Postage

/// A type from scratch: a colour of the web, which others read and write as `"#ff8000"`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Colour(u32);

impl FlyteType for Colour {
    fn literal_type() -> LiteralType {
        LiteralType::String
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::string(format!("#{:06x}", self.0)))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let text = String::from_literal(literal)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        match digits.map(|digits| u32::from_str_radix(digits, 16)) {
            Some(Ok(rgb)) => Ok(Self(rgb)),
            _ => Err(TypeError::mismatch(
                "a colour such as \"#ff8000\"",
                format!("{text:?}"),
            )),
        }
    }
}

// ANCHOR: tariffs
/// What a kilogram costs, by the kilograms. A cache knows the table by its hash, not by what is in it.
#[task]
fn tariffs() -> Hashed<BTreeMap<u32, i64>> {
    Hashed::new(BTreeMap::from([(1, 500), (5, 900), (30, 2500)]), "2026")
}
// ANCHOR_END: tariffs

#[task]
fn postage(parcel: &Parcel, tariffs: &Hashed<BTreeMap<u32, i64>>) -> Postage {
    let steps = tariffs
        .iter()
        .find(|(most, _)| parcel.grams <= *most * 1000);
    match (parcel.size, steps) {
        (_, None) => Postage::Free,
        (Size::Small, Some(_)) => Postage::Stamps(vec!["large letter".to_owned(); 2]),
        (Size::ExtraLarge, Some((_, cents))) => Postage::Cents(*cents),
    }
}

// ANCHOR: arrival
/// Points in time, days and durations are those of `std` and of `jiff`.
#[task]
fn arrival(sent: Timestamp, takes: Duration) -> Result<Date, String> {
    let arrives = sent.checked_add(takes).map_err(|error| error.to_string())?;
    Ok(arrives.to_zoned(jiff::tz::TimeZone::UTC).date())
}
// ANCHOR_END: arrival

// ANCHOR: label
/// `Bytes` are bytes; a `Vec<u8>` would be a list of integers.
#[task]
fn label(parcel: &Parcel) -> Bytes {
    Bytes(format!("{}, {} g", parcel.sent_to, parcel.grams).into_bytes())
}
// ANCHOR_END: label

#[workflow]
fn post(
    parcel: Parcel,
    sent: Timestamp,
    #[default(Duration::from_secs(36 * 60 * 60))] takes: Duration,
) -> (Postage, Date, Bytes) {
    let postage = postage(parcel, tariffs());
    (postage, arrival(sent, takes), label(parcel))
}

#[task]
fn repaint(parcel: Parcel, colour: Colour) -> Parcel {
    Parcel {
        colour: Some(colour),
        ..parcel
    }
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
