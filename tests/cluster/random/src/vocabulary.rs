//! What generated workflows call: tasks of each type, launch plans with every kind of fixed value, references, echo and
//! dynamic tasks.

#![allow(
    dead_code,
    reason = "bodies call what is beside the functions of workflows and launch plans, and not these"
)]

use std::{collections::BTreeMap, fmt::Debug};

use flyte_runtime::{graph::VoidPromise, prelude::*, types::FlyteError};
use jiff::{SignedDuration, Timestamp};

use crate::{
    dynamic::Grown,
    types::{AnyBound, Color, Item, Kind as _, Shape, Ty, rust},
};

/// A small number that stands for a value.
fn digest(value: &impl Debug) -> i64 {
    let text = format!("{value:?}");
    let sum: u32 = text.bytes().map(u32::from).sum();
    i64::from(sum % 7) - 2
}

/// A number for [`Kind::sample`](crate::types::Kind::sample).
fn number(x: i64) -> u8 {
    x.rem_euclid(17) as u8
}

macro_rules! makers {
    ($($name:ident -> $ty:ident;)*) => { $(
        #[task]
        pub(crate) fn $name(x: i64) -> rust::$ty {
            rust::$ty::sample(number(x))
        }
    )* };
}

makers! {
    make_int -> Int;
    make_real -> Real;
    make_truth -> Truth;
    make_text -> Text;
    make_time -> Time;
    make_span -> Span;
    make_hue -> Hue;
    make_thing -> Thing;
    make_ints -> Ints;
    make_texts -> Texts;
    make_things -> Things;
    make_table -> Table;
    make_maybe_int -> MaybeInt;
    make_maybe_text -> MaybeText;
    make_maybe_ints -> MaybeInts;
    make_union -> Union;
}

#[task]
pub(crate) fn add(a: i64, b: i64) -> i64 {
    (a + b).rem_euclid(1000)
}

#[task]
pub(crate) fn half(x: i64) -> i64 {
    x / 2
}

/// Known by a reference alone.
#[task]
pub(crate) fn distant(x: i64) -> i64 {
    x / 2
}

#[task]
pub(crate) fn total(xs: Vec<i64>) -> i64 {
    xs.iter().sum()
}

#[task]
pub(crate) fn known(xs: Vec<Option<i64>>) -> i64 {
    xs.iter().flatten().sum()
}

#[task]
pub(crate) fn kept(xs: Vec<i64>) -> Vec<i64> {
    xs
}

#[task]
pub(crate) fn length(text: String) -> i64 {
    text.chars().count() as i64
}

#[task]
pub(crate) fn weigh(thing: Item) -> i64 {
    thing.weight
}

#[task]
pub(crate) fn shout(text: String) -> String {
    format!("{}!", text.to_uppercase())
}

#[task]
pub(crate) fn spell(x: i64) -> String {
    format!("<{x}>")
}

#[task]
pub(crate) fn or_zero(x: Option<i64>) -> i64 {
    x.unwrap_or_default()
}

#[task]
pub(crate) fn paint(thing: Item, color: Color) -> Item {
    Item { color, ..thing }
}

/// Fails for odd numbers.
#[task]
pub(crate) fn even_only(x: i64) -> Result<i64, String> {
    match x % 2 {
        0 => Ok(x),
        _ => Err(format!("{x} is odd")),
    }
}

/// Works at the second attempt.
#[task(retries = 1)]
pub(crate) fn stubborn(x: i64) -> Result<i64, String> {
    let attempt = flyte_runtime::compat::current_context().attempt_number();
    match attempt {
        0 => Err("not yet".to_owned()),
        _ => Ok(x + 1),
    }
}

#[task]
pub(crate) fn nothing(x: i64) {
    let _unused = x;
}

#[task(timeout = "500ms")]
pub(crate) fn hasty(x: i64) -> i64 {
    x
}

#[task]
pub(crate) fn measured(größe: i64) -> i64 {
    größe
}

/// Two outputs, of which programs use the second.
#[task]
pub(crate) fn divided(x: i64) -> (i64, String) {
    (x / 3, format!("{}", x % 3))
}

#[echo_task]
pub(crate) fn echo(x: i64) -> i64;

#[echo_task]
pub(crate) fn echo_both(x: i64, text: String) -> (i64, String);

#[workflow]
pub(crate) fn same(x: i64) -> i64 {
    x
}

#[workflow]
pub(crate) fn same_text(text: String) -> String {
    text
}

#[reference_task(
    project = "flytesnacks",
    domain = "development",
    name = "random.vocabulary.distant",
    version = "v1"
)]
pub(crate) fn half_there(x: i64) -> i64 {
    x / 2
}

#[reference_launch_plan(
    project = "flytesnacks",
    domain = "development",
    name = "random.vocabulary.plan_int",
    version = "v1"
)]
pub(crate) fn plan_there(x: i64) -> i64 {
    (x + digest(&7)).rem_euclid(1000)
}

#[reference_workflow(
    project = "flytesnacks",
    domain = "development",
    name = "random.vocabulary.keep_int",
    version = "v1"
)]
pub(crate) fn workflow_there(x: i64, fixed: i64) -> i64 {
    (x + digest(&fixed)).rem_euclid(1000)
}

#[task]
pub(crate) fn clean(x0: i64, err: Option<FlyteError>) {
    let _unused = (x0, err);
}

#[task]
pub(crate) fn clean_plain(x0: i64, err: FlyteError) {
    let _unused = (x0, err);
}

#[workflow]
pub(crate) fn clean_up(x0: i64, err: Option<FlyteError>) {
    clean(x0, err);
}

#[dynamic]
pub(crate) fn grown_int(seed: i64, depth: i64, x: i64) -> i64 {
    Grown { seed, depth, x }.result::<i64>()
}

#[dynamic]
pub(crate) fn grown_text(seed: i64, depth: i64, x: i64) -> String {
    Grown { seed, depth, x }.result::<String>()
}

#[dynamic]
pub(crate) fn grown_thing(seed: i64, depth: i64, x: i64) -> Item {
    Grown { seed, depth, x }.result::<Item>()
}

macro_rules! plans {
    ($($take:ident $keep:ident $plan:ident $ty:ty = $value:expr;)*) => { $(
        #[task]
        pub(crate) fn $take(x: i64, fixed: $ty) -> i64 {
            (x + digest(&fixed)).rem_euclid(1000)
        }

        #[workflow]
        pub(crate) fn $keep(x: i64, fixed: $ty) -> i64 {
            $take(x, fixed)
        }

        #[launch_plan]
        pub(crate) fn $plan(x: i64) -> i64 {
            $keep(x = x, fixed = $value)
        }
    )* };
}

plans! {
    take_int keep_int plan_int i64 = 7;
    take_real keep_real plan_real f64 = 0.5;
    take_truth keep_truth plan_truth bool = true;
    take_text keep_text plan_text String = "zwölf";
    take_time keep_time plan_time Timestamp = Timestamp::UNIX_EPOCH;
    take_span keep_span plan_span SignedDuration = SignedDuration::from_secs(90);
    take_hue keep_hue plan_hue Color = Color::Green;
    take_thing keep_thing plan_thing Item = Item::sample(4);
    take_ints keep_ints plan_ints Vec<i64> = vec![7, 8];
    take_no_ints keep_no_ints plan_no_ints Vec<i64> = Vec::<i64>::new();
    take_array keep_array plan_array [i64; 2] = [7, 8];
    take_lists keep_lists plan_lists Vec<Vec<i64>> = vec![vec![1], vec![]];
    take_texts keep_texts plan_texts Vec<String> = vec!["a".to_owned(), String::new()];
    take_things keep_things plan_things Vec<Item> = vec![Item::sample(1), Item::sample(2)];
    take_table keep_table plan_table BTreeMap<String, i64> = BTreeMap::from([("a".to_owned(), 1)]);
    take_some keep_some plan_some Option<i64> = Some(3);
    take_none keep_none plan_none Option<i64> = None;
    take_union keep_union plan_union Shape = Shape::Words(vec!["w".to_owned()]);
    take_maybe_ints keep_maybe_ints plan_maybe_ints Vec<Option<i64>> = vec![Some(1), None];
}

/// A launch plan that fixes nothing.
#[launch_plan]
pub(crate) fn plan_open(x: i64, fixed: i64) -> i64 {
    keep_int(x = x, fixed = fixed)
}

/// What a call gives, among what all calls give.
trait IntoAny {
    fn into_any(self) -> AnyBound;
}

impl<T: crate::types::Kind> IntoAny for Promise<T> {
    fn into_any(self) -> AnyBound {
        AnyBound::of(self)
    }
}

impl IntoAny for VoidPromise {
    fn into_any(self) -> AnyBound {
        AnyBound::Nothing(Some(self))
    }
}

macro_rules! callees {
    ($($name:ident ($($input:ident),*) -> $output:ident $(. $index:tt)?;)*) => {
        /// What can be called, by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(non_camel_case_types, reason = "named as what they call")]
        pub(crate) enum Callee {
            $($name,)*
        }

        impl Callee {
            /// What it takes.
            pub(crate) fn inputs(self) -> &'static [Ty] {
                match self {
                    $(Self::$name => &[$(Ty::$input),*],)*
                }
            }

            /// What it gives.
            pub(crate) fn output(self) -> Ty {
                match self {
                    $(Self::$name => Ty::$output,)*
                }
            }

            /// Calls it in the body that is being built.
            pub(crate) fn node(self, arguments: &[AnyBound]) -> AnyBound {
                let mut arguments = arguments.iter();
                let mut next = || arguments.next().expect("there are as many arguments as inputs");
                match self {
                    $(Self::$name => $name::node($(next().get::<rust::$input>()),*)$(.$index)?.into_any(),)*
                }
            }

            /// How it reads.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

callees! {
    make_int(Int) -> Int;
    make_real(Int) -> Real;
    make_truth(Int) -> Truth;
    make_text(Int) -> Text;
    make_time(Int) -> Time;
    make_span(Int) -> Span;
    make_hue(Int) -> Hue;
    make_thing(Int) -> Thing;
    make_ints(Int) -> Ints;
    make_texts(Int) -> Texts;
    make_things(Int) -> Things;
    make_table(Int) -> Table;
    make_maybe_int(Int) -> MaybeInt;
    make_maybe_text(Int) -> MaybeText;
    make_maybe_ints(Int) -> MaybeInts;
    make_union(Int) -> Union;
    add(Int, Int) -> Int;
    half(Int) -> Int;
    total(Ints) -> Int;
    known(MaybeInts) -> Int;
    length(Text) -> Int;
    weigh(Thing) -> Int;
    shout(Text) -> Text;
    spell(Int) -> Text;
    or_zero(MaybeInt) -> Int;
    paint(Thing, Hue) -> Thing;
    take_union(Int, Union) -> Int;
    take_time(Int, Time) -> Int;
    take_span(Int, Span) -> Int;
    take_real(Int, Real) -> Int;
    take_truth(Int, Truth) -> Int;
    take_table(Int, Table) -> Int;
    take_hue(Int, Hue) -> Int;
    take_things(Int, Things) -> Int;
    take_texts(Int, Texts) -> Int;
    even_only(Int) -> Int;
    stubborn(Int) -> Int;
    nothing(Int) -> Nothing;
    hasty(Int) -> Int;
    measured(Int) -> Int;
    divided(Int) -> Text.1;
    echo(Int) -> Int;
    echo_both(Int, Text) -> Text.1;
    same(Int) -> Int;
    same_text(Text) -> Text;
    half_there(Int) -> Int;
    plan_there(Int) -> Int;
    workflow_there(Int, Int) -> Int;
    grown_int(Int, Int, Int) -> Int;
    grown_text(Int, Int, Int) -> Text;
    grown_thing(Int, Int, Int) -> Thing;
    plan_open(Int, Int) -> Int;
    plan_int(Int) -> Int;
    plan_real(Int) -> Int;
    plan_truth(Int) -> Int;
    plan_text(Int) -> Int;
    plan_time(Int) -> Int;
    plan_span(Int) -> Int;
    plan_hue(Int) -> Int;
    plan_thing(Int) -> Int;
    plan_ints(Int) -> Int;
    plan_no_ints(Int) -> Int;
    plan_array(Int) -> Int;
    plan_lists(Int) -> Int;
    plan_texts(Int) -> Int;
    plan_things(Int) -> Int;
    plan_table(Int) -> Int;
    plan_some(Int) -> Int;
    plan_none(Int) -> Int;
    plan_union(Int) -> Int;
    plan_maybe_ints(Int) -> Int;
}
