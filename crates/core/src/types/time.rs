//! Points in time, dates and durations.
//!
//! Flyte's datetimes are points in time of the years 1 to 9999, the range of protobuf and Python. Types without a time
//! zone ([`civil::Date`], [`civil::DateTime`]) are taken as UTC, as in flytekit. [`Timestamp`] itself ends a day
//! earlier, at [`Timestamp::MAX`]; [`civil::DateTime`] and [`SystemTime`] hold the whole range.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{
    SignedDuration, Timestamp, civil,
    fmt::temporal::{Pieces, PiecesOffset, TimeZoneAnnotation, TimeZoneAnnotationKind},
    tz::{Offset, TimeZone},
};

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, TypeError, time_hints,
};
use flyte_grammar::duration::{self, DurationError};

const NANOS: i32 = 1_000_000_000;
/// The first second of the year 1, relative to 1970.
const FIRST: i64 = -62_135_596_800;
/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;
const EPOCH: civil::DateTime = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A point in time as its literal stores it: seconds since 1970, and nanoseconds within the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    pub(crate) seconds: i64,
    pub(crate) nanos: i32,
}

impl Instant {
    /// The point in time, if it is in the range of a datetime.
    fn new(seconds: i64, nanos: i32) -> Result<Self, TypeError> {
        // Before 1970 the second is rounded down, because nanoseconds count upwards.
        let (seconds, nanos) = match nanos < 0 {
            true => (seconds.saturating_sub(1), nanos + NANOS),
            false => (seconds, nanos),
        };
        if !(0..NANOS).contains(&nanos) {
            return Err(TypeError::Malformed {
                what: "a datetime".to_owned(),
                reason: format!("{nanos} nanoseconds are more than a second"),
            });
        }
        match (FIRST..=LAST).contains(&seconds) {
            true => Ok(Self { seconds, nanos }),
            false => Err(too_far(format!("{seconds} s after 1970"), "datetime")),
        }
    }

    /// A date and time of day in UTC.
    fn of_utc(time: civil::DateTime) -> Result<Self, TypeError> {
        let after = time.duration_since(EPOCH);
        match time.year() {
            1..=9999 => Self::new(after.as_secs(), after.subsec_nanos()),
            _ => Err(too_far(time, "datetime")),
        }
    }

    /// The midnight of a day in UTC.
    fn of_day(day: civil::Date) -> Result<Self, TypeError> {
        match day.year() {
            1..=9999 => Self::of_utc(day.to_datetime(civil::Time::midnight())),
            _ => Err(too_far(day, "date")),
        }
    }

    /// The date and the time of day in UTC.
    fn to_utc(self) -> Result<civil::DateTime, TypeError> {
        let Self { seconds, nanos } = Self::new(self.seconds, self.nanos)?;
        let time = EPOCH.checked_add(SignedDuration::new(seconds, nanos));
        time.map_err(|error| TypeError::Malformed {
            what: "a datetime".to_owned(),
            reason: error.to_string(),
        })
    }

    /// As a value of the standard library.
    pub fn to_system_time(self) -> Result<SystemTime, TypeError> {
        let distance = Duration::from_secs(self.seconds.unsigned_abs());
        let second = match self.seconds < 0 {
            true => UNIX_EPOCH.checked_sub(distance),
            false => UNIX_EPOCH.checked_add(distance),
        };
        let nanos = Duration::from_nanos(self.nanos.unsigned_abs().into());
        let time = second.and_then(|second| second.checked_add(nanos));
        time.ok_or_else(|| TypeError::OutOfRange {
            value: to_iso(self.seconds, self.nanos).unwrap_or_default(),
            expected: "`std::time::SystemTime`".to_owned(),
            reason: "times of this machine have another range".to_owned(),
        })
    }

    fn literal(self) -> Literal {
        let Self { seconds, nanos } = self;
        LiteralValue::Datetime { seconds, nanos }.into()
    }
}

fn too_far(value: impl fmt::Display, kind: &str) -> TypeError {
    TypeError::OutOfRange {
        value: value.to_string(),
        expected: format!("a {kind}"),
        reason: "it goes from the year 1 to the year 9999".to_owned(),
    }
}

/// The text of a point in time as Python's `isoformat` writes it.
pub(crate) fn to_iso(seconds: i64, nanos: i32) -> Result<String, TypeError> {
    let time = Instant { seconds, nanos }.to_utc()?;
    let date = date_text(time.date());
    let text = format!(
        "{date}T{:02}:{:02}:{:02}",
        time.hour(),
        time.minute(),
        time.second()
    );
    Ok(match time.subsec_nanosecond() {
        0 => format!("{text}+00:00"),
        nanos if nanos % 1000 == 0 => format!("{text}.{:06}+00:00", nanos / 1000),
        nanos => format!("{text}.{nanos:09}+00:00"),
    })
}

/// The text of the day for the literal of a date.
pub(crate) fn to_date(seconds: i64, nanos: i32) -> Result<String, TypeError> {
    let time = Instant { seconds, nanos }.to_utc()?;
    midnight(time).map(date_text)
}

fn date_text(date: civil::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The day of a literal, which must be midnight.
fn midnight(time: civil::DateTime) -> Result<civil::Date, TypeError> {
    match time.time() == civil::Time::midnight() {
        true => Ok(time.date()),
        false => Err(TypeError::mismatch(
            "date",
            format!("the time {time} in UTC; a date has none, so leave it out or take a datetime"),
        )),
    }
}

fn malformed(text: &str, kind: &str, reason: impl fmt::Display) -> TypeError {
    let mut shown = Preview::new();
    shown.quoted(text);
    TypeError::Malformed {
        what: format!("{} as a {kind}", shown.finish()),
        reason: reason.to_string(),
    }
}

fn pieces<'t>(text: &'t str, kind: &str) -> Result<Pieces<'t>, TypeError> {
    let pieces = Pieces::parse(text).map_err(|error| match has_long_year(text) {
        true => too_far(text, kind),
        false => malformed(text, kind, time_hints::instead(text, kind, error)),
    })?;
    if pieces.time().is_some() && time_hints::has_leap_second(text) {
        return Err(malformed(
            text,
            kind,
            "neither Flyte nor Python has leap seconds; write the second before, `:59`, or the midnight after",
        ));
    }
    let annotations = text.matches('[').count();
    if annotations != usize::from(pieces.time_zone_annotation().is_some()) {
        return Err(malformed(
            text,
            kind,
            "what is in brackets behind it can be one time zone, and nothing else",
        ));
    }
    Ok(pieces)
}

/// Whether a year has more than four digits.
fn has_long_year(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    let year = digits.split('-').next().unwrap_or_default();
    digits.contains('-') && year.len() > 4 && year.bytes().all(|byte| byte.is_ascii_digit())
}

/// Parses a point in time; a text without a zone is in UTC, and one without a time is midnight.
///
/// # Errors
///
/// Also when it names a zone that cannot be looked up, because ignoring the zone would change the point in time.
pub fn from_iso(text: &str) -> Result<Instant, TypeError> {
    let text = text.trim();
    let refused = |reason: String| malformed(text, "datetime", reason);
    let pieces = pieces(text, "datetime")?;
    let time = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let written = match pieces.offset() {
        Some(PiecesOffset::Numeric(offset)) => Some(checked(offset.offset()).map_err(refused)?),
        Some(_) => Some(Offset::UTC),
        None => None,
    };
    let zone = pieces.time_zone_annotation().map(TimeZoneAnnotation::kind);
    let offset = match (written, zone) {
        (Some(offset), None) => offset,
        (None, None) => Offset::UTC,
        (written, Some(TimeZoneAnnotationKind::Offset(of_zone))) => {
            let of_zone = checked(*of_zone).map_err(refused)?;
            match written {
                // `Z` gives the point in time, but not the local time.
                Some(_) if matches!(pieces.offset(), Some(PiecesOffset::Zulu)) => Offset::UTC,
                Some(written) if written != of_zone => {
                    return Err(refused(format!(
                        "the offsets {written} and {of_zone} differ; keep one of them"
                    )));
                }
                _ => of_zone,
            }
        }
        (written, Some(TimeZoneAnnotationKind::Named(name))) => {
            let name = name.as_str();
            let known = match name.eq_ignore_ascii_case("UTC") {
                true => Ok(TimeZone::UTC),
                false => TimeZone::get(name),
            };
            let zone = known.map_err(|_| {
                refused(format!(
                    "this program cannot look up the time zone `{name}`; write the offset from UTC that holds there \
                     instead, as in \
                     `2024-07-01T12:00:00+02:00`, or the time in UTC, as in `2024-07-01T10:00:00Z`"
                ))
            })?;
            let is_zulu = matches!(pieces.offset(), Some(PiecesOffset::Zulu));
            match (zone.to_ambiguous_timestamp(time).unambiguous(), written) {
                _ if is_zulu => Offset::UTC,
                (Ok(time), None) => zone.to_offset(time),
                (Ok(time), Some(written)) if written == zone.to_offset(time) => written,
                // An hour that local clocks show twice.
                (Err(_), Some(written)) => written,
                (Ok(_), Some(written)) => {
                    return Err(refused(format!(
                        "in `{name}` another offset than {written} holds then; leave one of them out"
                    )));
                }
                (Err(_), None) => {
                    return Err(refused(format!(
                        "clocks in `{name}` show this time twice or never; write the offset from UTC, as in \
                         `2024-07-01T12:00:00+02:00`"
                    )));
                }
            }
        }
        (_, Some(_)) => {
            return Err(refused(
                "its time zone is of a kind that is not known".to_owned(),
            ));
        }
    };
    let shifted = SignedDuration::from_secs(offset.seconds().into());
    match time.checked_sub(shifted) {
        Ok(time) => Instant::of_utc(time).map_err(|error| match error {
            TypeError::OutOfRange { .. } => too_far(text, "datetime"),
            error => error,
        }),
        Err(_) => Err(too_far(text, "datetime")),
    }
}

/// No local time on earth differs from UTC by a day, and Python does not support such an offset.
fn checked(offset: Offset) -> Result<Offset, String> {
    match offset.seconds().abs() < 24 * 60 * 60 {
        true => Ok(offset),
        false => Err(format!("the offset {offset} is not less than a day")),
    }
}

/// Parses a day. Midnight in UTC may follow it, because untyped printers write dates so; any other time is refused.
pub(crate) fn from_date(text: &str) -> Result<Instant, TypeError> {
    let text = text.trim();
    let pieces = pieces(text, "date")?;
    let is_utc = match pieces.offset() {
        Some(offset) => pieces.time().is_some() && offset.to_numeric_offset() == Offset::UTC,
        None => true,
    };
    let is_midnight = pieces
        .time()
        .is_none_or(|time| time == civil::Time::midnight());
    if !is_utc || !is_midnight || pieces.time_zone_annotation().is_some() {
        return Err(malformed(
            text,
            "date",
            format!(
                "a date has neither a time nor a zone; write `{}`",
                date_text(pieces.date())
            ),
        ));
    }
    Instant::of_day(pieces.date())
}

/// A duration in seconds, as Python's `total_seconds` gives it; rounded to the nearest float if it is not exact.
pub(crate) fn to_seconds(seconds: i64, nanos: i32) -> f64 {
    let total = i128::from(seconds) * i128::from(NANOS) + i128::from(nanos);
    match total % 1000 {
        // Rounded once, from whole microseconds, so that both languages agree to the last bit.
        0 => (total / 1000) as f64 / 1e6,
        _ => total as f64 / 1e9,
    }
}

/// The number of seconds that is exactly this duration; `None` if floats are too far apart.
pub(crate) fn exact_seconds(seconds: i64, nanos: i32) -> Option<f64> {
    let number = to_seconds(seconds, nanos);
    // The digits must be exact too, because users type them.
    let digits = from_duration_text(&number.to_string());
    let same = |read: Result<_, _>| read.is_ok_and(|read| read == (seconds, nanos));
    (same(from_seconds(number)) && same(digits)).then_some(number)
}

/// The duration for a number of seconds: Python's microseconds if they give that number, nanoseconds otherwise.
pub(crate) fn from_seconds(number: f64) -> Result<(i64, i32), TypeError> {
    let whole = number.trunc();
    if whole.is_nan() || whole.abs() >= 9e15 {
        return Err(TypeError::OutOfRange {
            value: format!("{number:?} s"),
            expected: "a duration".to_owned(),
            reason: match number.is_finite() {
                true => format!(
                    "a float is read as seconds from -9e15 to 9e15; whole seconds and units, as in `90000000000000d`, \
                     go from {} s to {} s",
                    i64::MIN,
                    i64::MAX
                ),
                false => "it has to be a finite number of seconds".to_owned(),
            },
        });
    }
    let fraction = number - whole;
    let micros = (fraction * 1e6).round_ties_even() as i64;
    let rounded = split(whole as i64, micros * 1000);
    if to_seconds(rounded.0, rounded.1) == number {
        return Ok(rounded);
    }
    Ok(split(
        whole as i64,
        (fraction * 1e9).round_ties_even() as i64,
    ))
}

/// Whole seconds and the rest, with the same sign.
fn split(seconds: i64, nanos: i64) -> (i64, i32) {
    let second = i64::from(NANOS);
    (seconds + nanos / second, (nanos % second) as i32)
}

/// The text of a duration, such as `90s` or `1h30m`; a negative one begins with a minus.
pub(crate) fn duration_text(seconds: i64, nanos: i32) -> String {
    let magnitude = Duration::new(seconds.unsigned_abs(), nanos.unsigned_abs());
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    format!("{sign}{}", duration::format(magnitude))
}

/// Parses a duration: units as in `1h30m`, or a number of seconds as in `1.5`.
pub(crate) fn from_duration_text(text: &str) -> Result<(i64, i32), TypeError> {
    let text = text.trim();
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => (-1, magnitude),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if magnitude.starts_with(['-', '+']) || magnitude.trim_start() != magnitude {
        return Err(malformed(
            text,
            "duration",
            DurationError::Malformed(text.to_owned()),
        ));
    }
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let parsed = match !magnitude.is_empty() && magnitude.bytes().all(is_number) {
        true => duration::parse_seconds(magnitude),
        false => match magnitude.parse::<f64>() {
            // `1e3`, or a text that is not a number of seconds.
            Ok(number) => return from_seconds(f64::from(sign) * number),
            Err(_) => duration::parse(magnitude),
        },
    };
    let parsed = parsed.map_err(|error| malformed(text, "duration", error))?;
    match i64::try_from(i128::from(parsed.as_secs()) * i128::from(sign)) {
        Ok(seconds) => Ok((seconds, parsed.subsec_nanos() as i32 * sign)),
        Err(_) => Err(too_long(text)),
    }
}

/// The error for more seconds than an integer can hold.
pub(crate) fn too_long(value: impl fmt::Display) -> TypeError {
    TypeError::OutOfRange {
        value: value.to_string(),
        expected: "a Flyte duration".to_owned(),
        reason: format!("Flyte's durations go from {} s to {} s", i64::MIN, i64::MAX),
    }
}

fn read_datetime(literal: Literal) -> Result<Instant, TypeError> {
    match literal.into_plain()? {
        LiteralValue::Datetime { seconds, nanos } => Instant::new(seconds, nanos),
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
        LiteralValue::String(text) => from_duration_text(&text),
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
                let write: fn(&Self) -> Result<Instant, TypeError> = $write;
                write(self).map(Instant::literal)
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                let read: fn(Instant) -> Result<Self, TypeError> = $read;
                read(read_datetime(literal)?)
            }

            fn preview(&self, preview: &mut Preview) {
                preview_time(self, preview);
            }
        }
    )* };
}

datetimes! {
    /// Ends at [`Timestamp::MAX`], a day before Flyte's datetimes do.
    Timestamp:
        |time| Instant::new(time.as_second(), time.subsec_nanosecond()),
        |time| Timestamp::new(time.seconds, time.nanos).map_err(|_| TypeError::OutOfRange {
            value: to_iso(time.seconds, time.nanos).unwrap_or_default(),
            expected: "`jiff::Timestamp`".to_owned(),
            reason: format!(
                "it ends at {}; `jiff::civil::DateTime` and `std::time::SystemTime` hold all that Flyte does",
                Timestamp::MAX
            ),
        });
    /// Without a time zone, so it is taken as UTC.
    civil::DateTime:
        |naive| Instant::of_utc(*naive),
        Instant::to_utc;
    SystemTime:
        |time| {
            let (sign, distance) = match time.duration_since(UNIX_EPOCH) {
                Ok(after) => (1, after),
                Err(before) => (-1, before.duration()),
            };
            let seconds = i64::try_from(distance.as_secs());
            let seconds =
                seconds.map_err(|_| too_far(format!("{} s after 1970", distance.as_secs()), "datetime"))?;
            Instant::new(sign * seconds, sign as i32 * distance.subsec_nanos() as i32)
        },
        Instant::to_system_time;
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
        LiteralType::Date
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Instant::of_day(*self).map(Instant::literal)
    }

    /// A time of day is refused, because it would be lost.
    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let time = match literal.into_plain()? {
            LiteralValue::Datetime { seconds, nanos } => Instant::new(seconds, nanos)?,
            LiteralValue::String(text) => from_date(&text)?,
            other => return Err(TypeError::mismatch("date", Literal::from(other).kind())),
        };
        midnight(time.to_utc()?)
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        self.to_literal()?;
        writer.string(&date_text(*self));
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

/// Never negative. flytekit's `timedelta` may be; that is an error here and needs [`SignedDuration`].
impl FlyteType for Duration {
    fn literal_type() -> LiteralType {
        LiteralType::Duration
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        match i64::try_from(self.as_secs()) {
            Ok(seconds) => Ok(duration_literal(seconds, self.subsec_nanos() as i32)),
            Err(_) => Err(too_long(format!("{self:?}"))),
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
