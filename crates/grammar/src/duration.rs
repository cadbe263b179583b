//! Durations as people write them: `30s`, `1h30m`, `500ms`, `2d`.

use std::{
    error::Error,
    fmt::{self, Write as _},
    time::Duration,
};

/// The units, longest first, with their length in nanoseconds.
const UNITS: [(&str, u128); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationError {
    /// There is nothing to read.
    Empty,
    /// A number without a unit.
    NoUnit(String),
    /// A unit that does not exist.
    UnknownUnit {
        /// What was given.
        text: String,
        /// The part that is not a unit.
        unit: String,
    },
    /// Units that are repeated or not in falling order.
    Order(String),
    /// Something other than whole numbers followed by units.
    Malformed(String),
    /// A fraction of a second with more digits than nanoseconds have.
    TooFine(String),
    /// More time than a duration can hold.
    TooLong(String),
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("a duration must not be empty; write for example `30s` or `1h30m`")
            }
            Self::NoUnit(digits) => write!(
                f,
                "`{digits}` has no unit; write `{digits}s` for seconds, or one of `ms`, `m`, `h`, `d`"
            ),
            Self::UnknownUnit { text, unit } => write!(
                f,
                "`{unit}` in `{text}` is not a unit of time; the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`"
            ),
            Self::Order(text) => write!(
                f,
                "the units of `{text}` must fall, each at most once; write for example `1h30m`"
            ),
            Self::Malformed(text) => write!(
                f,
                "`{text}` is not a duration; write whole numbers with units, for example `1m30s` or `500ms`"
            ),
            Self::TooFine(text) => write!(
                f,
                "`{text}` is finer than nanoseconds, which a duration counts; write at most nine digits behind the \
                 point"
            ),
            Self::TooLong(text) => write!(
                f,
                "`{text}` is longer than a duration can be; write a smaller number"
            ),
        }
    }
}

impl Error for DurationError {}

impl DurationError {
    /// The same, to be said behind the name of the option that has the text.
    pub fn of_an_option(&self) -> String {
        match self {
            Self::Empty => "must not be empty; write for example `30s` or `1h30m`".to_owned(),
            Self::NoUnit(digits) => format!("has no unit; write `{digits}s` for seconds"),
            Self::UnknownUnit { unit, .. } => format!(
                "has no unit of time in `{unit}`; the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`"
            ),
            Self::Order(_) => {
                "must have falling units, each at most once; write for example `1h30m`".to_owned()
            }
            Self::Malformed(_) => {
                "is not a duration; write whole numbers with units, for example `1m30s` or `500ms`".to_owned()
            }
            Self::TooFine(_) => {
                "is finer than nanoseconds, which a duration counts; write at most nine digits behind the point"
                    .to_owned()
            }
            Self::TooLong(_) => "is longer than a duration can be; write a smaller number".to_owned(),
        }
    }
}

/// Reads a duration such as `30s`, `1h30m`, `500ms` or `2d`.
///
/// ```
/// # use flyte_grammar as flyte_runtime;
/// use flyte_grammar::duration::parse;
/// # use std::time::Duration;
/// assert_eq!(parse("1m30s"), Ok(Duration::from_secs(90)));
/// assert!(parse("90").is_err());
/// ```
///
/// # Errors
///
/// For anything but whole numbers with units that fall, and for more time than a [`Duration`] holds.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let malformed = || DurationError::Malformed(text.to_owned());
    let too_long = || DurationError::TooLong(text.to_owned());
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let mut nanos: u128 = 0;
    let mut next_unit = 0;
    while !rest.is_empty() {
        let (digits, tail) = split_where(rest, |c| !c.is_ascii_digit());
        if digits.is_empty() {
            return Err(malformed());
        }
        let (unit, tail) = split_where(tail, |c| !c.is_alphabetic());
        if unit.is_empty() {
            // `1.5h` and `1 h` have a unit; only what ends after the digits has none.
            return Err(if tail.is_empty() {
                DurationError::NoUnit(digits.to_owned())
            } else {
                malformed()
            });
        }
        let Some(index) = UNITS.iter().position(|(name, _)| *name == unit) else {
            return Err(DurationError::UnknownUnit {
                text: text.to_owned(),
                unit: unit.to_owned(),
            });
        };
        if index < next_unit {
            return Err(DurationError::Order(text.to_owned()));
        }
        next_unit = index + 1;
        let count: u64 = digits.parse().map_err(|_| too_long())?;
        nanos = u128::from(count)
            .checked_mul(UNITS[index].1)
            .and_then(|part| nanos.checked_add(part))
            .ok_or_else(too_long)?;
        rest = tail;
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).map_err(|_| too_long())?;
    let fraction = u32::try_from(nanos % 1_000_000_000).map_err(|_| too_long())?;
    Ok(Duration::new(seconds, fraction))
}

/// Reads a number of seconds in decimal digits, to the nanosecond: `90`, `1.5`.
pub fn parse_seconds(text: &str) -> Result<Duration, DurationError> {
    let malformed = || DurationError::Malformed(text.to_owned());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(malformed());
    }
    // What is finer than a nanosecond would be lost.
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 9 {
        return Err(DurationError::TooFine(text.to_owned()));
    }
    let too_long = |_| DurationError::TooLong(text.to_owned());
    let seconds = match whole {
        "" => 0,
        whole => whole.parse().map_err(too_long)?,
    };
    let nanos = format!("{fraction:0<9}").parse().map_err(too_long)?;
    Ok(Duration::new(seconds, nanos))
}

fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}

/// Writes a duration in the form that [`parse`] reads, with nothing lost: `1h30m`, `500ms`, `0s`.
pub fn format(duration: Duration) -> String {
    let mut nanos = duration.as_nanos();
    if nanos == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, length) in UNITS {
        let count = nanos / length;
        if count > 0 {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{count}{unit}");
            nanos %= length;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_same_form() {
        for (text, duration) in [
            ("30s", Duration::from_secs(30)),
            ("1h30m", Duration::from_secs(5400)),
            ("500ms", Duration::from_millis(500)),
            ("2d", Duration::from_secs(172_800)),
            ("1m30s5us7ns", Duration::new(90, 5_007)),
            ("0s", Duration::ZERO),
        ] {
            assert_eq!(parse(text), Ok(duration), "{text}");
            assert_eq!(format(duration), text);
        }
        assert_eq!(parse(" 90m "), Ok(Duration::from_secs(5400)));
        assert_eq!(parse(&format(Duration::MAX)), Ok(Duration::MAX));
    }

    #[test]
    fn refuses_what_would_be_a_guess() {
        for (text, error) in [
            ("", DurationError::Empty),
            ("30", DurationError::NoUnit("30".into())),
            ("1h30", DurationError::NoUnit("30".into())),
            ("1.5h", DurationError::Malformed("1.5h".into())),
            ("-1s", DurationError::Malformed("-1s".into())),
            ("1 h", DurationError::Malformed("1 h".into())),
            ("1m1h", DurationError::Order("1m1h".into())),
            ("1m1m", DurationError::Order("1m1m".into())),
            (
                "1min",
                DurationError::UnknownUnit {
                    text: "1min".into(),
                    unit: "min".into(),
                },
            ),
            (
                "99999999999999999999s",
                DurationError::TooLong("99999999999999999999s".into()),
            ),
            (
                "18446744073709551615d",
                DurationError::TooLong("18446744073709551615d".into()),
            ),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        assert!(
            DurationError::NoUnit("30".into())
                .to_string()
                .contains("write `30s`")
        );
    }
}
