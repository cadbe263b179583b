//! The types that are compared. `twins.py` has the same ones under the same names.

use std::collections::{BTreeMap, HashMap};

use flyte_runtime::{
    prelude::*,
    types::{FlyteError, Hashed},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value as Json;

use crate::{Case, random::Random, twin::Twin};

macro_rules! twins {
    ($($(#[$attribute:meta])* struct $name:ident { $($(#[$field_attribute:meta])* $field:ident: $type:ty,)* })*) => { $(
        #[derive(Clone, Debug, FlyteType)]
        $(#[$attribute])*
        struct $name {
            $($(#[$field_attribute])* $field: $type,)*
        }

        impl Twin for $name {
            fn random(random: &mut Random) -> Self {
                Self { $($field: <$type>::random(random),)* }
            }

            fn shown(&self) -> Json {
                let fields = [$((stringify!($field).to_owned(), self.$field.shown()),)*];
                Json::Object(fields.into_iter().collect())
            }
        }
    )* };
}

twins! {
    struct Point { x: i64, y: f64, }
    struct Scalars { small: i8, unsigned: u32, single: f32, flag: bool, text: String, letter: char, }
    struct Times { at: Timestamp, day: Date, lasted: SignedDuration, days: Vec<Date>, maybe: Option<Date>, }
    struct Nested {
        point: Point,
        maybe: Option<Point>,
        list: Vec<Point>,
        map: BTreeMap<String, Point>,
        colour: Colour,
        colours: Vec<Option<Colour>>,
        key: Key,
    }
    struct Deep { nested: Vec<Nested>, by_number: BTreeMap<i64, String>, anything: Json, empty: Empty, }
    #[serde(rename_all = "camelCase")]
    struct Renamed { first_name: String, #[serde(rename = "surname")] last_name: Option<String>, }
    struct Defaults {
        required: i64,
        #[serde(default = "three")] number: i64,
        #[serde(default)] text: String,
        #[serde(default)] maybe: Option<i64>,
        #[serde(default)] list: Vec<i64>,
    }
}

/// A dataclass without fields.
#[derive(Clone, Debug, FlyteType)]
struct Empty {}

impl Twin for Empty {
    fn random(_: &mut Random) -> Self {
        Self {}
    }

    fn shown(&self) -> Json {
        Json::Object(serde_json::Map::new())
    }
}

fn three() -> i64 {
    3
}

/// Python's `Enum` of strings.
#[derive(Clone, Debug, FlyteType)]
enum Colour {
    #[flyte(value = "red")]
    Red,
    #[flyte(value = "dark-blue")]
    Blue,
    #[serde(rename = "GREEN")]
    Green,
}

impl Twin for Colour {
    fn random(random: &mut Random) -> Self {
        match random.below(3) {
            0 => Self::Red,
            1 => Self::Blue,
            _ => Self::Green,
        }
    }

    fn shown(&self) -> Json {
        Json::from(match self {
            Self::Red => "red",
            Self::Blue => "dark-blue",
            Self::Green => "GREEN",
        })
    }
}

/// `Union[int, str]`.
#[derive(Clone, Debug, FlyteType)]
enum Key {
    Number(i64),
    Name(String),
}

impl Twin for Key {
    fn random(random: &mut Random) -> Self {
        match random.below(2) {
            0 => Self::Number(Twin::random(random)),
            _ => Self::Name(Twin::random(random)),
        }
    }

    fn shown(&self) -> Json {
        match self {
            Self::Number(number) => number.shown(),
            Self::Name(name) => name.shown(),
        }
    }
}

/// `Union[Point, None, List[int], Dict[str, float], bool, timedelta]`.
#[derive(Clone, Debug, FlyteType)]
enum Shape {
    Point(Point),
    Nothing,
    Sides(Vec<i64>),
    Named(BTreeMap<String, f64>),
    Flag(bool),
    Lasting(SignedDuration),
}

impl Twin for Shape {
    fn random(random: &mut Random) -> Self {
        match random.below(6) {
            0 => Self::Point(Twin::random(random)),
            1 => Self::Nothing,
            2 => Self::Sides(Twin::random(random)),
            3 => Self::Named(Twin::random(random)),
            4 => Self::Flag(Twin::random(random)),
            _ => Self::Lasting(Twin::random(random)),
        }
    }

    fn shown(&self) -> Json {
        match self {
            Self::Point(point) => point.shown(),
            Self::Nothing => Json::Null,
            Self::Sides(sides) => sides.shown(),
            Self::Named(named) => named.shown(),
            Self::Flag(flag) => flag.shown(),
            Self::Lasting(lasting) => lasting.shown(),
        }
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::of::<i64>("int"),
        Case::of::<u64>("int unsigned"),
        Case::of::<u8>("int small"),
        Case::of::<f64>("float"),
        Case::of::<f32>("float single"),
        Case::of::<bool>("bool"),
        Case::of::<String>("str"),
        Case::of::<char>("str of one"),
        Case::of::<Timestamp>("datetime"),
        Case::of::<Date>("date"),
        Case::of::<SignedDuration>("timedelta"),
        Case::of::<Colour>("enum"),
        Case::of::<FlyteError>("error"),
        Case::of::<Hashed<String>>("hashed"),
        Case::of::<Option<i64>>("optional int"),
        Case::of::<Option<Date>>("optional date"),
        Case::of::<Option<Colour>>("optional enum"),
        Case::of::<Option<Point>>("optional dataclass"),
        Case::of::<Option<Vec<i64>>>("optional list"),
        Case::of::<Option<Key>>("optional union"),
        Case::of::<Vec<i64>>("list"),
        Case::of::<[i64; 3]>("list of three"),
        Case::of::<Vec<Vec<bool>>>("list of lists"),
        Case::of::<Vec<Option<f64>>>("list of optionals"),
        Case::of::<Vec<Timestamp>>("list of datetimes"),
        Case::of::<Vec<Point>>("list of dataclasses"),
        Case::of::<Vec<Key>>("list of unions"),
        Case::of::<BTreeMap<String, i64>>("dict"),
        Case::of::<HashMap<String, Vec<Option<String>>>>("dict of lists"),
        Case::of::<BTreeMap<String, Point>>("dict of dataclasses"),
        Case::of::<BTreeMap<String, BTreeMap<String, Colour>>>("dict of dicts"),
        Case::of::<BTreeMap<i64, String>>("dict by int"),
        Case::of::<BTreeMap<i64, Vec<f64>>>("dict by int of lists"),
        Case::of::<Json>("untyped dict"),
        Case::of::<Option<Json>>("optional untyped dict"),
        Case::of::<Point>("dataclass"),
        Case::of::<Scalars>("dataclass of scalars"),
        Case::of::<Times>("dataclass of times"),
        Case::of::<Nested>("dataclass of dataclasses"),
        Case::of::<Deep>("deep dataclass"),
        Case::of::<Empty>("empty dataclass"),
        Case::of::<Renamed>("renamed dataclass"),
        Case::of::<Defaults>("dataclass with defaults"),
        Case::of::<Key>("union"),
        Case::of::<Shape>("union of six"),
    ];
    cases.extend(crate::files::cases());
    cases
}
