//! Points in time, dates and durations.
//!
//! Flyte's datetimes are points in time. What has no time zone ([`civil::Date`], [`civil::DateTime`]) is taken as UTC, as
//! flytekit does.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde_json::{Value as Json, json};

use super::{FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, TypeError};

const NANOS: i32 = 1_000_000_000;

fn timestamp(seconds: i64, nanos: i32) -> Result<Timestamp, TypeError> {
    Timestamp::new(seconds, nanos).map_err(|_| too_far(seconds))
}

fn too_far(seconds: impl std::fmt::Display) -> TypeError {
    TypeError::OutOfRange {
        value: format!("{seconds} s after 1970"),
        expected: "a datetime".to_owned(),
        reason: "it goes from the year -9999 to 9999".to_owned(),
    }
}

/// The text of a point in time as Python's `isoformat` writes it.
pub(crate) fn to_iso(seconds: i64, nanos: i32) -> Result<String, TypeError> {
    let time = timestamp(seconds, nanos)?.to_zoned(TimeZone::UTC);
    let text = time.strftime("%Y-%m-%dT%H:%M:%S");
    // Upwards within the second, also where the literal counts downwards.
    Ok(match time.subsec_nanosecond() {
        0 => format!("{text}+00:00"),
        nanos if nanos % 1000 == 0 => format!("{text}.{:06}+00:00", nanos / 1000),
        nanos => format!("{text}.{nanos:09}+00:00"),
    })
}

/// The point in time that a text means; one without a zone is UTC, one without a time is midnight.
pub(crate) fn from_iso(text: &str) -> Result<Timestamp, TypeError> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let naive = text.parse::<civil::DateTime>();
    let time = naive.and_then(|naive| naive.to_zoned(TimeZone::UTC));
    time.map(|time| time.timestamp())
        .map_err(|error| TypeError::Malformed {
            what: format!("{text:?} as a datetime"),
            reason: error.to_string(),
        })
}

/// A duration in seconds, as Python's `total_seconds` gives it.
pub(crate) fn to_seconds(seconds: i64, nanos: i32) -> f64 {
    if nanos % 1000 == 0 {
        // Rounded once, from whole microseconds, so that both languages get the same last bit.
        (i128::from(seconds) * 1_000_000 + i128::from(nanos / 1000)) as f64 / 1e6
    } else {
        seconds as f64 + f64::from(nanos) / 1e9
    }
}

/// The duration that a number of seconds means, to the microsecond.
pub(crate) fn from_seconds(seconds: f64) -> Result<(i64, i32), TypeError> {
    let whole = seconds.trunc();
    if whole.is_nan() || whole.abs() >= 9e15 {
        return Err(TypeError::OutOfRange {
            value: format!("{seconds:?} s"),
            expected: "a duration".to_owned(),
            reason: "it has to be a finite number of seconds".to_owned(),
        });
    }
    let micros = ((seconds - whole) * 1e6).round_ties_even() as i32;
    let carry = i64::from(micros / 1_000_000);
    Ok((whole as i64 + carry, micros % 1_000_000 * 1000))
}

fn datetime_literal(seconds: i64, nanos: i32) -> Literal {
    // Before 1970 the second is rounded down, since the nanoseconds count upwards.
    LiteralValue::Datetime {
        seconds: seconds - i64::from(nanos < 0),
        nanos: if nanos < 0 { nanos + NANOS } else { nanos },
    }
    .into()
}

fn read_datetime(literal: Literal) -> Result<Timestamp, TypeError> {
    match literal.into_plain()? {
        LiteralValue::Datetime { seconds, nanos } => timestamp(seconds, nanos),
        LiteralValue::String(text) => from_iso(&text),
        other => Err(TypeError::mismatch("datetime", Literal::from(other).kind())),
    }
}

fn duration_literal(seconds: i64, nanos: i32) -> Literal {
    LiteralValue::Duration { seconds, nanos }.into()
}

fn read_duration(literal: Literal) -> Result<(i64, i32), TypeError> {
    match literal.into_plain()? {
        LiteralValue::Duration { seconds, nanos } => Ok((seconds, nanos)),
        LiteralValue::Float(seconds) => from_seconds(seconds),
        LiteralValue::Integer(seconds) => Ok((seconds, 0)),
        other => Err(TypeError::mismatch("duration", Literal::from(other).kind())),
    }
}

macro_rules! datetimes {
    ($($(#[$docs:meta])* $rust:ty: $write:expr, $read:expr;)*) => { $(
        $(#[$docs])*
        impl FlyteType for $rust {
            fn literal_type() -> LiteralType {
                LiteralType::Datetime
            }

            fn to_literal(&self) -> Result<Literal, TypeError> {
                let write: fn(&Self) -> Result<Literal, TypeError> = $write;
                write(self)
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                let read: fn(Timestamp) -> Result<Self, TypeError> = $read;
                read(read_datetime(literal)?)
            }

            fn preview(&self, preview: &mut Preview) {
                preview_time(self, preview);
            }
        }
    )* };
}

datetimes! {
    Timestamp:
        |time| Ok(datetime_literal(time.as_second(), time.subsec_nanosecond())),
        Ok;
    /// Without a time zone, so taken as UTC.
    civil::DateTime:
        |naive| {
            let time = naive.to_zoned(TimeZone::UTC).map_err(|error| TypeError::Malformed {
                what: format!("{naive} as a point in time"),
                reason: error.to_string(),
            })?;
            time.timestamp().to_literal()
        },
        |time| Ok(time.to_zoned(TimeZone::UTC).datetime());
    SystemTime:
        |time| {
            let (sign, distance) = match time.duration_since(UNIX_EPOCH) {
                Ok(after) => (1, after),
                Err(before) => (-1, before.duration()),
            };
            let seconds = i64::try_from(distance.as_secs());
            let seconds = sign * seconds.map_err(|_| too_far(distance.as_secs()))?;
            let nanos = sign as i32 * distance.subsec_nanos() as i32;
            timestamp(seconds, nanos)?.to_literal()
        },
        |time| Ok(SystemTime::from(time));
}

fn preview_time(time: &impl FlyteType, preview: &mut Preview) {
    match time.to_literal() {
        Ok(literal) => preview.literal(&literal),
        Err(_) => preview.text("…"),
    }
}

/// A day, stored as its midnight in UTC.
impl FlyteType for civil::Date {
    fn literal_type() -> LiteralType {
        LiteralType::Datetime
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        self.to_datetime(civil::Time::midnight()).to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        civil::DateTime::from_literal(literal).map(civil::DateTime::date)
    }

    fn union_tag() -> String {
        "date".to_owned()
    }

    fn json_schema() -> Json {
        json!({"type": "string", "format": "date"})
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        writer.string(&self.to_string());
        Ok(())
    }

    fn preview(&self, preview: &mut Preview) {
        preview.text(&self.to_string());
    }
}

impl FlyteType for SignedDuration {
    fn literal_type() -> LiteralType {
        LiteralType::Duration
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(duration_literal(self.as_secs(), self.subsec_nanos()))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let (seconds, nanos) = read_duration(literal)?;
        if nanos.unsigned_abs() >= NANOS.unsigned_abs() {
            return Err(TypeError::Malformed {
                what: "a duration".to_owned(),
                reason: format!("{nanos} nanoseconds are more than a second"),
            });
        }
        Ok(Self::new(seconds, nanos))
    }
}

/// Never negative; flytekit's `timedelta` may be, which is an error here and fits [`SignedDuration`].
impl FlyteType for Duration {
    fn literal_type() -> LiteralType {
        LiteralType::Duration
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        match i64::try_from(self.as_secs()) {
            Ok(seconds) => Ok(duration_literal(seconds, self.subsec_nanos() as i32)),
            Err(_) => Err(TypeError::OutOfRange {
                value: format!("{self:?}"),
                expected: "a Flyte duration".to_owned(),
                reason: format!("Flyte's durations end at {} s", i64::MAX),
            }),
        }
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let duration = SignedDuration::from_literal(literal)?;
        Self::try_from(duration).map_err(|_| TypeError::OutOfRange {
            value: format!("{:?} s", duration.as_secs_f64()),
            expected: "`std::time::Duration`".to_owned(),
            reason: "it cannot be negative; `jiff::SignedDuration` can".to_owned(),
        })
    }
}
