//! Values by chance, with those among them at which forms break.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flyte_runtime::{
    prelude::*,
    types::{Bytes, FlyteError},
};
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::Value as Json;

/// SplitMix64: small, and the same numbers for the same seed everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize].clone()
    }

    fn often(&mut self) -> bool {
        self.below(3) > 0
    }

    /// A number of `bits` bits at most, small ones as often as large ones.
    fn bits(&mut self, bits: u64) -> u64 {
        let bits = self.below(bits + 1);
        match bits {
            0 => 0,
            bits => self.next() >> (64 - bits),
        }
    }
}

/// What can be made by chance.
pub(crate) trait Any: Sized {
    fn any(random: &mut Random) -> Self;
}

impl Any for i64 {
    fn any(random: &mut Random) -> Self {
        match random.often() {
            true => (random.bits(64) as i64).wrapping_mul(random.one_of(&[1, -1])),
            false => random.one_of(&[0, -1, i64::MIN, i64::MAX, (1 << 53) + 1, -(1 << 53) - 1]),
        }
    }
}

impl Any for u8 {
    fn any(random: &mut Random) -> Self {
        random.next() as u8
    }
}

impl Any for u64 {
    fn any(random: &mut Random) -> Self {
        random.bits(63)
    }
}

impl Any for f64 {
    fn any(random: &mut Random) -> Self {
        match random.below(4) {
            0 => f64::from_bits(random.next()),
            1 => random.bits(40) as f64 / random.one_of(&[1.0, 3.0, 10.0, 1e3, 1e9]),
            2 => random.bits(64) as f64,
            _ => random.one_of(&[
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                0.0,
                -0.0,
                5e-324,
                f64::MAX,
                f64::MIN_POSITIVE,
                9_007_199_254_740_993.0,
                1.0,
                -1.5,
                1e21,
            ]),
        }
    }
}

impl Any for f32 {
    fn any(random: &mut Random) -> Self {
        match random.often() {
            true => f32::from_bits(random.next() as u32),
            false => random.one_of(&[f32::NAN, f32::INFINITY, 0.1, f32::MAX, -0.0]),
        }
    }
}

impl Any for bool {
    fn any(random: &mut Random) -> Self {
        random.below(2) == 0
    }
}

const TEXTS: &[&str] = &[
    "",
    "null",
    "\"null\"",
    "~",
    "true",
    "yes",
    "no",
    "5",
    "-5",
    "1.5",
    "1e3",
    "0x10",
    "NaN",
    ".nan",
    "inf",
    "@x",
    "@@x",
    "@",
    "--x",
    "-h",
    "{\"Float\": 1}",
    "{\"Float\":",
    "{}",
    "[1]",
    "[",
    "[]",
    " a ",
    " ",
    "\n",
    "a\n",
    "a\r\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{1b}[1m",
    "é",
    "😀",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{7f}",
    "2024-01-01",
    "2024-07-01T12:00:00+02:00",
    "1h30m",
    "90s",
    "AQID",
    "'",
    "\"",
    "\"a\"",
    "\"a\" b",
    "\\",
    "\\n",
    "# c",
    "a #b",
    "a: b",
    "- x",
    "? x",
    "! x",
    "&a",
    "*a",
    "<<",
    "|",
    ">",
    "%",
    "red",
    "RED",
    "s3://bucket/key",
    "a=b",
    "Text",
    "Nothing",
    "{\"Text\": \"x\"}",
    "{\"str\": \"x\"}",
    "---",
    "...",
];

impl Any for String {
    fn any(random: &mut Random) -> Self {
        if random.below(2) == 0 {
            return random.one_of(TEXTS).to_owned();
        }
        let length = random.below(12);
        (0..length).map(|_| char::any(random)).collect()
    }
}

impl Any for char {
    fn any(random: &mut Random) -> Self {
        match random.below(3) {
            0 => (random.below(95) as u8 + 32) as char,
            1 => random.one_of(&[
                '"', '\'', '\\', '\n', '\r', '\t', ' ', '@', '{', '[', ':', '#', '\u{0}', '\u{9f}',
                '\u{fffd}',
            ]),
            _ => loop {
                if let Some(found) = char::from_u32(random.bits(21) as u32) {
                    break found;
                }
            },
        }
    }
}

impl Any for Bytes {
    fn any(random: &mut Random) -> Self {
        let length = random.below(9);
        Self((0..length).map(|_| random.next() as u8).collect())
    }
}

const YEAR_1: i64 = -62_135_596_800;
const YEAR_9999: i64 = 253_402_300_799;

/// Seconds and nanoseconds of the years that a datetime has.
fn instant(random: &mut Random, last: i64) -> (i64, i32) {
    let seconds = match random.often() {
        true => YEAR_1 + (random.next() % ((last - YEAR_1) as u64)) as i64,
        false => random.one_of(&[YEAR_1, last, 0, -1, 1, last - 1]),
    };
    let nanos = match random.below(4) {
        0 => 0,
        1 => random.below(1_000_000) as i32 * 1000,
        2 => 999_999_999,
        _ => random.below(1_000_000_000) as i32,
    };
    (seconds, nanos)
}

impl Any for Timestamp {
    fn any(random: &mut Random) -> Self {
        let (seconds, nanos) = instant(random, Timestamp::MAX.as_second());
        Timestamp::new(seconds, nanos).unwrap()
    }
}

impl Any for civil::DateTime {
    fn any(random: &mut Random) -> Self {
        let (seconds, nanos) = instant(random, YEAR_9999);
        civil::date(1970, 1, 1).at(0, 0, 0, 0) + SignedDuration::new(seconds, nanos)
    }
}

impl Any for civil::Date {
    fn any(random: &mut Random) -> Self {
        civil::DateTime::any(random).date()
    }
}

impl Any for SystemTime {
    fn any(random: &mut Random) -> Self {
        let (seconds, nanos) = instant(random, YEAR_9999);
        let distance = Duration::from_secs(seconds.unsigned_abs());
        let second = match seconds < 0 {
            true => UNIX_EPOCH - distance,
            false => UNIX_EPOCH + distance,
        };
        second + Duration::from_nanos(nanos as u64)
    }
}

impl Any for Duration {
    fn any(random: &mut Random) -> Self {
        let nanos = match random.below(3) {
            0 => 0,
            1 => random.below(1_000_000) as u32 * 1000,
            _ => random.below(1_000_000_000) as u32,
        };
        match random.often() {
            true => Duration::new(random.bits(63), nanos),
            false => random.one_of(&[
                Duration::ZERO,
                Duration::from_nanos(1_234_567_891),
                Duration::new(i64::MAX as u64, 999_999_999),
                Duration::from_secs(5400),
                Duration::from_millis(1),
            ]),
        }
    }
}

impl Any for SignedDuration {
    fn any(random: &mut Random) -> Self {
        let duration = SignedDuration::try_from(Duration::any(random)).unwrap();
        random.one_of(&[duration, -duration, SignedDuration::MIN])
    }
}

impl<T: Any> Any for Option<T> {
    fn any(random: &mut Random) -> Self {
        random.often().then(|| T::any(random))
    }
}

impl<T: Any> Any for Vec<T> {
    fn any(random: &mut Random) -> Self {
        let length = random.one_of(&[0, 1, 1, 2, 3]);
        (0..length).map(|_| T::any(random)).collect()
    }
}

impl<K: Any + Ord, T: Any> Any for BTreeMap<K, T> {
    fn any(random: &mut Random) -> Self {
        let length = random.one_of(&[0, 1, 1, 2, 3]);
        (0..length)
            .map(|_| (K::any(random), T::any(random)))
            .collect()
    }
}

impl Any for Json {
    fn any(random: &mut Random) -> Self {
        json(random, 3)
    }
}

fn json(random: &mut Random, depth: u64) -> Json {
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => Json::Null,
        1 => bool::any(random).into(),
        2 => random.next().into(),
        3 => Some(f64::any(random))
            .filter(|value| value.is_finite())
            .unwrap_or(0.5)
            .into(),
        4 => String::any(random).into(),
        5 => (0..random.below(3))
            .map(|_| json(random, depth - 1))
            .collect(),
        _ => {
            let entries =
                (0..random.below(3)).map(|_| (String::any(random), json(random, depth - 1)));
            Json::Object(entries.collect())
        }
    }
}

impl Any for FlyteFile {
    fn any(random: &mut Random) -> Self {
        Self::from_uri(random.one_of(&[
            "s3://bucket/key",
            "/no/such file",
            "relative",
            "s3://b/{a}\"b",
        ]))
    }
}

impl Any for FlyteDirectory {
    fn any(random: &mut Random) -> Self {
        Self::from_uri(random.one_of(&["s3://bucket/prefix", "/no/such directory"]))
    }
}

impl Any for FlyteError {
    fn any(random: &mut Random) -> Self {
        Self::new(String::any(random), String::any(random))
    }
}
