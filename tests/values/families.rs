//! The families of types: of each one value, and one in a struct with lists and maps of it.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex},
    time::{Duration, SystemTime},
};

use flyte_runtime::{
    Registry,
    gate::{Answers, wait_for_input},
    prelude::*,
    types::{
        Bytes, FlyteError, FlyteType, LiteralType, json_from_typed_literal, text_from_literal,
    },
};
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::Value as Json;

use crate::random::{Any, Random};

#[derive(Clone, Copy, Debug, FlyteType)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Colour {
    Red,
    #[flyte(value = "5")]
    Five,
    #[flyte(value = "yes")]
    Yes,
    #[flyte(value = "{}")]
    Braces,
    VeryBlue,
}

#[derive(Clone, Debug, FlyteType)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Point {
    x_value: f64,
    #[serde(alias = "why")]
    y: i64,
    #[serde(default)]
    label: Option<String>,
    on: civil::Date,
}

/// Numbers, one of which can be taken for the other.
#[derive(Clone, Debug, FlyteType)]
pub(crate) enum Number {
    Float(f64),
    Whole(i64),
}

/// Many types of which most are texts in JSON.
#[derive(Clone, Debug, FlyteType)]
pub(crate) enum Mixed {
    Text(String),
    Float(f64),
    When(Timestamp),
    Day(civil::Date),
    Took(Duration),
    Raw(Bytes),
    Flag(bool),
    Colour(Colour),
    Many(Vec<i64>),
    Names(Vec<String>),
    Table(BTreeMap<String, f64>),
    Point(Point),
    Any(Json),
    Nothing,
}

/// What a struct, where there are no tags, can tell apart.
#[derive(Clone, Debug, FlyteType)]
pub(crate) enum Told {
    Float(f64),
    Whole(i64),
    Flag(bool),
    Raw(Bytes),
    Text(String),
    Points(Vec<Point>),
    Point(Point),
}

impl Any for Colour {
    fn any(random: &mut Random) -> Self {
        random.one_of(&[
            Self::Red,
            Self::Five,
            Self::Yes,
            Self::Braces,
            Self::VeryBlue,
        ])
    }
}

impl Any for Point {
    fn any(random: &mut Random) -> Self {
        Self {
            x_value: Any::any(random),
            y: Any::any(random),
            label: Any::any(random),
            on: Any::any(random),
        }
    }
}

impl Any for Number {
    fn any(random: &mut Random) -> Self {
        match random.below(2) {
            0 => Self::Float(Any::any(random)),
            _ => Self::Whole(Any::any(random)),
        }
    }
}

impl Any for Mixed {
    fn any(random: &mut Random) -> Self {
        match random.below(14) {
            0 => Self::Text(Any::any(random)),
            1 => Self::Float(Any::any(random)),
            2 => Self::When(Any::any(random)),
            3 => Self::Day(Any::any(random)),
            4 => Self::Took(Any::any(random)),
            5 => Self::Raw(Any::any(random)),
            6 => Self::Flag(Any::any(random)),
            7 => Self::Colour(Any::any(random)),
            8 => Self::Many(Any::any(random)),
            9 => Self::Names(Any::any(random)),
            10 => Self::Table(Any::any(random)),
            11 => Self::Point(Any::any(random)),
            12 => Self::Any(Any::any(random)),
            _ => Self::Nothing,
        }
    }
}

impl Any for Told {
    fn any(random: &mut Random) -> Self {
        match random.below(7) {
            0 => Self::Float(Any::any(random)),
            1 => Self::Whole(Any::any(random)),
            2 => Self::Flag(Any::any(random)),
            3 => Self::Raw(Any::any(random)),
            4 => Self::Text(Any::any(random)),
            5 => Self::Points(Any::any(random)),
            _ => Self::Point(Any::any(random)),
        }
    }
}

/// What the task has got, by the number of the case.
pub(crate) static SEEN: Mutex<BTreeMap<i64, Vec<(&'static str, String)>>> =
    Mutex::new(BTreeMap::new());

/// A value as a run prints it.
fn text<T: FlyteType>(value: &T, literal_type: &LiteralType) -> String {
    text_from_literal(&value.to_literal().unwrap(), literal_type).unwrap()
}

/// The same with `--json`.
fn json<T: FlyteType>(value: &T, literal_type: &LiteralType) -> Json {
    json_from_typed_literal(&value.to_literal().unwrap(), literal_type).unwrap()
}

/// Some families, whose values one task takes: a command line of all of them would be slow to read.
pub(crate) trait Group: Any {
    /// Which they are.
    const FAMILIES: &'static [&'static str];

    fn registry() -> Registry;

    fn texts(&self) -> Vec<(&'static str, String)>;

    fn jsons(&self) -> Vec<(&'static str, Json)>;

    /// Each as it is printed for debugging, where NaN is itself.
    fn shown(&self) -> Vec<(&'static str, String)>;

    /// Checks what gates are told, what that is to mean, and what they give.
    fn through_gates(&self, check: impl FnMut(&str, &str, &str, String));
}

macro_rules! families {
    ($($group:ident { $($name:ident, $in_struct:ident: $type:ty, $inner:ty;)* })*) => { $( pub(crate) mod $group {
        use super::*;

        $(
            pub(crate) mod $name {
                #![allow(dead_code, reason = "workflows are called by name")]

                use super::*;

                // Made once: there are many values.
                pub(crate) static TYPE: LazyLock<LiteralType> = LazyLock::new(<$type>::literal_type);
                pub(crate) static IN_STRUCT: LazyLock<LiteralType> = LazyLock::new(Holder::literal_type);

                #[derive(Clone, Debug, FlyteType)]
                pub(crate) struct Holder {
                    value: $inner,
                    list: Vec<$inner>,
                    map: BTreeMap<String, Option<Vec<$inner>>>,
                }

                impl Any for Holder {
                    fn any(random: &mut Random) -> Self {
                        Self { value: Any::any(random), list: Any::any(random), map: Any::any(random) }
                    }
                }

                #[workflow]
                pub(crate) fn asks() -> $type {
                    wait_for_input::<$type>("gate", "1h")
                }

                #[workflow]
                pub(crate) fn asks_for_struct() -> Holder {
                    wait_for_input::<Holder>("gate", "1h")
                }
            }
        )*

        #[derive(Clone, Debug, FlyteOutputs)]
        pub(crate) struct All {
            $(pub(crate) $name: $type, pub(crate) $in_struct: $name::Holder,)*
        }

        #[task]
        #[expect(clippy::too_many_arguments, reason = "one input of every type")]
        pub(crate) fn echo(case: i64, $($name: $type, $in_struct: $name::Holder,)*) -> All {
            let all = All { $($name, $in_struct,)* };
            SEEN.lock().unwrap().insert(case, all.shown());
            all
        }

        impl Any for All {
            fn any(random: &mut Random) -> Self {
                Self { $($name: Any::any(random), $in_struct: Any::any(random),)* }
            }
        }

        impl Group for All {
            const FAMILIES: &'static [&'static str] = &[$(stringify!($name), stringify!($in_struct)),*];

            fn registry() -> Registry {
                Registry::builder().with::<echo>().build().unwrap()
            }

            fn texts(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), text(&self.$name, &$name::TYPE)), (stringify!($in_struct), text(&self.$in_struct, &$name::IN_STRUCT)),)*]
            }

            fn shown(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), format!("{:?}", self.$name)), (stringify!($in_struct), format!("{:?}", self.$in_struct)),)*]
            }

            fn jsons(&self) -> Vec<(&'static str, Json)> {
                vec![$((stringify!($name), json(&self.$name, &$name::TYPE)), (stringify!($in_struct), json(&self.$in_struct, &$name::IN_STRUCT)),)*]
            }

            fn through_gates(&self, mut check: impl FnMut(&str, &str, &str, String)) {
                $(
                    let given = text(&self.$name, &$name::TYPE);
                    let answers = Answers::new().text("gate", given.as_str());
                    let got = Runner::local().answers(answers).run($name::asks::call());
                    check(stringify!($name), &given, &format!("{:?}", self.$name), format!("{:?}", got.unwrap()));
                    let given = text(&self.$in_struct, &$name::IN_STRUCT);
                    let answers = Answers::new().text("gate", given.as_str());
                    let got = Runner::local().answers(answers).run($name::asks_for_struct::call());
                    check(stringify!($in_struct), &given, &format!("{:?}", self.$in_struct), format!("{:?}", got.unwrap()));
                )*
            }
        }
    } )* };
}

families! {
    numbers {
        integer, in_integer: i64, i64;
        small, in_small: u8, u8;
        unsigned, in_unsigned: u64, u64;
        float, in_float: f64, f64;
        single, in_single: f32, f32;
        boolean, in_boolean: bool, bool;
    }
    texts {
        string, in_string: String, String;
        character, in_character: char, char;
        bytes, in_bytes: Bytes, Bytes;
        colour, in_colour: Colour, Colour;
        optional_text, in_optional_text: Option<String>, Option<String>;
        error, in_error: FlyteError, FlyteError;
    }
    times {
        timestamp, in_timestamp: Timestamp, Timestamp;
        datetime, in_datetime: civil::DateTime, civil::DateTime;
        date, in_date: civil::Date, civil::Date;
        system_time, in_system_time: SystemTime, SystemTime;
        duration, in_duration: Duration, Duration;
        signed_duration, in_signed_duration: SignedDuration, SignedDuration;
    }
    unions {
        number, in_number: Number, Number;
        mixed, in_mixed: Mixed, Told;
        optional_union, in_optional_union: Option<Mixed>, Option<Told>;
        twice_optional, in_twice_optional: Option<Option<i64>>, Option<i64>;
        list, in_list: Vec<Vec<Option<Mixed>>>, Vec<Vec<Option<Told>>>;
    }
    parts {
        map, in_map: BTreeMap<String, BTreeMap<String, Vec<Number>>>, BTreeMap<String, BTreeMap<String, Vec<Number>>>;
        other_keys, in_other_keys: BTreeMap<i64, BTreeMap<bool, f64>>, BTreeMap<i64, Vec<Duration>>;
        structure, in_structure: Point, Point;
        json, in_json: Json, Json;
        file, in_file: FlyteFile, FlyteFile;
        directory, in_directory: FlyteDirectory, FlyteDirectory;
    }
}
