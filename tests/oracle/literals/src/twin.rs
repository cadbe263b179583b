//! What a type needs to be compared: random values, and a text of them that Python writes the same.

use std::collections::{BTreeMap, HashMap};

use flyte_runtime::types::{FlyteError, FlyteType, Hashed};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Value as Json, json};

use crate::random::Random;

pub(crate) trait Twin: FlyteType {
    fn random(random: &mut Random) -> Self;

    /// As `shown` in `judge.py`.
    fn shown(&self) -> Json;
}

macro_rules! integers {
    ($($rust:ty),*) => { $(
        impl Twin for $rust {
            fn random(random: &mut Random) -> Self {
                match random.below(4) {
                    0 => random.one_of(&[0, 1, <$rust>::MAX, <$rust>::MIN]),
                    1 => random.below(300) as $rust,
                    _ => random.next() as $rust,
                }
            }

            fn shown(&self) -> Json {
                json!(self)
            }
        }
    )* };
}

integers!(i8, i16, i32, i64, u8, u16, u32);

impl Twin for u64 {
    fn random(random: &mut Random) -> Self {
        random.next() >> 1
    }

    fn shown(&self) -> Json {
        json!(self)
    }
}

impl Twin for f64 {
    fn random(random: &mut Random) -> Self {
        match random.below(3) {
            0 => random.one_of(&[
                0.0,
                -0.0,
                1.0,
                1e300,
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                5e-324,
            ]),
            1 => random.below(1000) as f64 / 8.0,
            _ => f64::from_bits(random.next() & !(1 << 62)),
        }
    }

    fn shown(&self) -> Json {
        match self.is_nan() {
            true => json!({"float": "nan"}),
            false => json!({"float": format!("{:016x}", self.to_bits())}),
        }
    }
}

impl Twin for f32 {
    fn random(random: &mut Random) -> Self {
        random.below(1 << 20) as f32 / 64.0
    }

    fn shown(&self) -> Json {
        f64::from(*self).shown()
    }
}

impl Twin for bool {
    fn random(random: &mut Random) -> Self {
        random.below(2) == 1
    }

    fn shown(&self) -> Json {
        json!(self)
    }
}

impl Twin for char {
    fn random(random: &mut Random) -> Self {
        random.one_of(&['a', 'Z', 'ß', '日', '🦀', '"', '\\', '\n', ' '])
    }

    fn shown(&self) -> Json {
        json!(self)
    }
}

impl Twin for String {
    fn random(random: &mut Random) -> Self {
        let length = random.one_of(&[0, 1, 3, 8, 31, 32, 300]);
        (0..length).map(|_| char::random(random)).collect()
    }

    fn shown(&self) -> Json {
        json!(self)
    }
}

impl Twin for Timestamp {
    /// Python knows the years 1 to 9999, and microseconds.
    fn random(random: &mut Random) -> Self {
        let second = random.below(315_000_000_000) as i64 - 62_000_000_000;
        let micros = random.one_of(&[0, 1, 500_000, 999_999]);
        Timestamp::new(second, micros * 1000).expect("within the years 1 to 9999")
    }

    fn shown(&self) -> Json {
        json!({"micros": self.as_microsecond()})
    }
}

impl Twin for Date {
    fn random(random: &mut Random) -> Self {
        let (year, month, day) = (
            random.below(9998) + 1,
            random.below(12) + 1,
            random.below(28) + 1,
        );
        Date::new(year as i16, month as i8, day as i8).expect("every month has 28 days")
    }

    fn shown(&self) -> Json {
        json!({"date": self.to_string()})
    }
}

impl Twin for SignedDuration {
    fn random(random: &mut Random) -> Self {
        let micros = random.one_of(&[0, 1, 1_500_000, 86_400_000_000, 123_456_789]);
        let sign = random.one_of(&[1, -1]);
        SignedDuration::from_micros(sign * (micros + random.below(1 << 40) as i64))
    }

    fn shown(&self) -> Json {
        json!({"micros": self.as_micros() as i64})
    }
}

impl Twin for FlyteError {
    fn random(random: &mut Random) -> Self {
        FlyteError::new(String::random(random), String::random(random))
    }

    fn shown(&self) -> Json {
        json!({"failed_node_id": self.failed_node_id, "message": self.message})
    }
}

/// Any JSON without floats, which have a text of their own here.
impl Twin for Json {
    fn random(random: &mut Random) -> Self {
        let items = (0..random.below(4)).map(|_| (String::random(random), scalar(random)));
        Json::Object(items.collect())
    }

    fn shown(&self) -> Json {
        self.clone()
    }
}

fn scalar(random: &mut Random) -> Json {
    match random.below(5) {
        0 => Json::Null,
        1 => bool::random(random).into(),
        2 => i64::random(random).into(),
        3 => String::random(random).into(),
        _ => json!([String::random(random), {"inner": i64::random(random)}]),
    }
}

impl<T: Twin> Twin for Option<T> {
    fn random(random: &mut Random) -> Self {
        (random.below(3) > 0).then(|| T::random(random))
    }

    fn shown(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::shown)
    }
}

impl<T: Twin> Twin for Vec<T> {
    fn random(random: &mut Random) -> Self {
        let length = random.one_of(&[0, 1, 2, 5, 20]);
        (0..length).map(|_| T::random(random)).collect()
    }

    fn shown(&self) -> Json {
        self.iter().map(T::shown).collect()
    }
}

impl<T: Twin> Twin for [T; 3] {
    fn random(random: &mut Random) -> Self {
        [T::random(random), T::random(random), T::random(random)]
    }

    fn shown(&self) -> Json {
        self.iter().map(T::shown).collect()
    }
}

impl<T: Twin> Twin for BTreeMap<String, T> {
    fn random(random: &mut Random) -> Self {
        (0..random.below(20))
            .map(|_| (String::random(random), T::random(random)))
            .collect()
    }

    fn shown(&self) -> Json {
        self.iter()
            .map(|(key, value)| (key.clone(), value.shown()))
            .collect()
    }
}

impl<T: Twin> Twin for HashMap<String, T> {
    fn random(random: &mut Random) -> Self {
        BTreeMap::random(random).into_iter().collect()
    }

    fn shown(&self) -> Json {
        self.iter()
            .map(|(key, value)| (key.clone(), value.shown()))
            .collect()
    }
}

impl<T: Twin> Twin for BTreeMap<i64, T> {
    fn random(random: &mut Random) -> Self {
        (0..random.below(20))
            .map(|_| (i64::random(random), T::random(random)))
            .collect()
    }

    fn shown(&self) -> Json {
        self.iter()
            .map(|(key, value)| (key.to_string(), value.shown()))
            .collect()
    }
}

impl Twin for Hashed<String> {
    fn random(random: &mut Random) -> Self {
        Hashed::by(String::random(random), |text| {
            text.chars().count().to_string()
        })
    }

    fn shown(&self) -> Json {
        (**self).shown()
    }
}
