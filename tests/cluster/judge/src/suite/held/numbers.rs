//! Numbers and booleans, to their ends.

#![allow(clippy::too_many_arguments, reason = "one for each kind of integer")]

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, held};

#[task]
fn negated(x: i64) -> Result<i64, String> {
    x.checked_neg()
        .ok_or_else(|| format!("{x} has no opposite"))
}

#[workflow]
fn there_and_back(x: i64) -> i64 {
    negated(negated(x))
}

/// Wide integers, narrow ones and those without a sign are one type to Flyte.
#[task]
fn widened(a: i8, b: u8, c: i16, d: u16, e: i32, f: u32, g: u64, h: usize) -> Vec<i64> {
    let mut all = vec![a.into(), b.into(), c.into(), d.into(), e.into(), f.into()];
    all.extend(i64::try_from(g));
    all.extend(i64::try_from(h));
    all
}

#[task]
fn narrowed(x: i64, y: i64) -> Result<(u8, i16), std::num::TryFromIntError> {
    Ok((x.try_into()?, y.try_into()?))
}

#[task]
fn as_byte(x: u8) -> u16 {
    u16::from(x) + 1
}

/// What the task cannot take is refused where it is started.
#[workflow]
fn too_wide_for_a_byte(x: i64, y: i64) -> u16 {
    let (a, _) = narrowed(x, y);
    as_byte(a)
}

#[workflow]
fn a_byte_of_an_integer(xs: Vec<u32>) -> Vec<u16> {
    let first = xs.at(0);
    vec![in_a_byte(first), in_a_byte(7)]
}

#[task]
fn in_a_byte(x: u32) -> Result<u16, String> {
    u8::try_from(x)
        .map(u16::from)
        .map_err(|error| error.to_string())
}

#[task]
fn halved(x: f64) -> f64 {
    x / 2.0
}

#[task]
fn added(x: f64, y: f64) -> f64 {
    x + y
}

#[workflow]
fn sums_of_floats(x: f64, y: f64) -> (f64, f64) {
    let sum = added(x, y);
    (sum, halved(halved(sum)))
}

#[task]
fn of_single_precision(x: f32, y: f64) -> (f32, f64) {
    (x + 0.1, y * 3.0)
}

#[task]
fn kind_of(x: f64) -> String {
    format!("{:?}, {}", x.classify(), x.is_sign_negative())
}

/// Of what floats can be besides numbers.
#[workflow]
fn kinds(xs: Vec<f64>) -> Vec<String> {
    vec![
        kind_of(xs.at(0)),
        kind_of(xs.at(1)),
        kind_of(xs.at(2)),
        kind_of(xs.at(3)),
        kind_of(xs.at(4)),
    ]
}

#[task]
fn all_logic(a: bool, b: bool) -> (bool, bool, bool) {
    (a && b, a || b, a ^ b)
}

#[workflow]
fn implies(a: bool, b: bool) -> bool {
    let (_, _, differ) = all_logic(a, b);
    let (both, _, _) = all_logic(differ, a);
    both
}

#[task]
fn letter_after(letter: char) -> Option<char> {
    char::from_u32(letter as u32 + 1)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let kinds_of = [
        "Nan, false",
        "Infinite, true",
        "Zero, true",
        "Subnormal, false",
        "Normal, true",
    ];
    held(
        "numbers",
        [
            case(there_and_back::call(i64::MAX)).gives(i64::MAX).pods(2),
            case(there_and_back::call(0)).gives(0).with("zero"),
            case(there_and_back::call(i64::MIN))
                .fails(Kind::Task, "-9223372036854775808 has no opposite")
                .with("least"),
            case(widened::call(
                i8::MIN,
                u8::MAX,
                i16::MIN,
                u16::MAX,
                i32::MIN,
                u32::MAX,
                i64::MAX as u64,
                0,
            ))
            .gives(vec![
                -128,
                255,
                -32_768,
                65_535,
                -2_147_483_648,
                4_294_967_295,
                i64::MAX,
                0,
            ]),
            case(narrowed::call(255, -32_768)).gives((255, -32_768)),
            case(narrowed::call(256, 0))
                .fails(
                    Kind::Task,
                    "out of range integral type conversion attempted",
                )
                .with("too large"),
            case(too_wide_for_a_byte::call(255, 1)).gives(256),
            case(a_byte_of_an_integer::call(vec![255])).gives(vec![255, 7]),
            case(a_byte_of_an_integer::call(vec![256]))
                .fails(Kind::Task, "out of range")
                .with("too large"),
            case(sums_of_floats::call(f64::MAX, f64::MAX)).gives((f64::INFINITY, f64::INFINITY)),
            case(sums_of_floats::call(f64::INFINITY, f64::NEG_INFINITY))
                .gives((f64::NAN.copysign(-1.0), f64::NAN.copysign(-1.0)))
                .with("no number"),
            case(sums_of_floats::call(0.1, 0.2))
                .gives((0.1 + 0.2, (0.1 + 0.2) / 4.0))
                .with("tenths"),
            case(sums_of_floats::call(-0.0, -0.0))
                .gives((-0.0, -0.0))
                .with("negative zero"),
            case(of_single_precision::call(0.2, f64::MIN_POSITIVE))
                .gives((0.2 + 0.1, f64::MIN_POSITIVE * 3.0)),
            case(kinds::call(vec![
                f64::NAN,
                f64::NEG_INFINITY,
                -0.0,
                5e-324,
                f64::MIN,
            ]))
            .gives(kinds_of.map(str::to_owned).to_vec()),
            case(all_logic::call(true, false)).gives((false, true, true)),
            case(implies::call(true, false)).gives(true),
            case(letter_after::call('ß')).gives(Some('à')),
            case(letter_after::call('\u{10ffff}'))
                .gives(None)
                .with("the last"),
        ],
    )
}
