//! Amounts as Kubernetes writes them: `500m`, `2`, `0.5`, `512Mi`, `1e3`.

use std::{error::Error, fmt};

/// Why a text is not a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuantityError {
    /// There is nothing to read.
    Empty,
    /// Less than nothing cannot be asked for.
    Negative(String),
    /// It does not begin with a number.
    NoNumber(String),
    /// What follows the number is not a unit.
    UnknownUnit {
        /// What was given.
        text: String,
        /// The part that is not a unit.
        suffix: String,
    },
}

const EXAMPLE: &str = "write for example `500m`, `2` or `512Mi`";
const UNITS: &str =
    "the units are `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`, `Mi`, `Gi`, `Ti`, `Pi` and `Ei`";

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "a quantity must not be empty; {EXAMPLE}"),
            Self::Negative(text) => {
                write!(f, "`{text}` is negative; write the amount that is needed")
            }
            Self::NoNumber(text) => {
                write!(f, "`{text}` does not begin with a number; {EXAMPLE}")
            }
            Self::UnknownUnit { text, suffix } => {
                write!(
                    f,
                    "`{suffix}` in `{text}` is not a unit of Kubernetes; {UNITS}"
                )?;
                match meant(suffix) {
                    Some(meant) => write!(f, "; did you mean `{meant}`?"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Error for QuantityError {}

impl QuantityError {
    /// The same, to be said behind the name of the option that has the text.
    pub fn of_an_option(&self) -> String {
        match self {
            Self::Empty => format!("must not be empty; {EXAMPLE}"),
            Self::Negative(_) => "must not be negative; write the amount that is needed".to_owned(),
            Self::NoNumber(_) => format!("does not begin with a number; {EXAMPLE}"),
            Self::UnknownUnit { suffix, .. } => {
                let hint = match meant(suffix) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => UNITS.to_owned(),
                };
                format!("has `{suffix}` where a unit of Kubernetes is expected; {hint}")
            }
        }
    }
}

/// The unit that is most likely meant by one that there is not: `GB` is `Gi`.
fn meant(suffix: &str) -> Option<&'static str> {
    match suffix.trim().chars().next()?.to_ascii_lowercase() {
        'k' => Some("Ki"),
        'm' => Some("Mi"),
        'g' => Some("Gi"),
        't' => Some("Ti"),
        _ => None,
    }
}

/// The amount in billionths, the finest step Kubernetes knows, rounded up; amounts beyond its range are all the same.
///
/// # Errors
///
/// For a text that is not a quantity, with what is wrong with it.
pub fn nano_units(text: &str) -> Result<u128, QuantityError> {
    let split = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    if text.is_empty() {
        return Err(QuantityError::Empty);
    }
    if text.starts_with('-') {
        return Err(QuantityError::Negative(text.to_owned()));
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let (whole, rest) = unsigned.split_at(split(unsigned));
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(split(rest)),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(QuantityError::NoNumber(text.to_owned()));
    }
    let (factor, power) = unit(suffix).ok_or_else(|| QuantityError::UnknownUnit {
        text: text.to_owned(),
        suffix: suffix.to_owned(),
    })?;
    // Digits below the ninth decimal place of the result are only worth a rounding.
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(0);
    }
    let power = power
        .saturating_add(9)
        .saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    let Some(number) = digits
        .parse::<u128>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
    else {
        return Ok(u128::MAX);
    };
    let scale = u32::try_from(power.unsigned_abs())
        .ok()
        .and_then(|power| 10_u128.checked_pow(power));
    Ok(match (power >= 0, scale) {
        (true, scale) => scale
            .and_then(|scale| number.checked_mul(scale))
            .unwrap_or(u128::MAX),
        (false, scale) => scale.map_or(1, |scale| number.div_ceil(scale)),
    })
}

/// A unit as a factor and a power of ten.
fn unit(suffix: &str) -> Option<(u128, i64)> {
    if let Some(position) = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        .iter()
        .position(|unit| *unit == suffix)
    {
        return Some((1 << (10 * (position + 1)), 0));
    }
    let power = match suffix {
        "n" => -9,
        "u" => -6,
        "m" => -3,
        "" => 0,
        "k" => 3,
        "M" => 6,
        "G" => 9,
        "T" => 12,
        "P" => 15,
        "E" => 18,
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let bound = if exponent.starts_with('-') {
                -1_000
            } else {
                1_000
            };
            exponent.parse().unwrap_or(bound).clamp(-1_000, 1_000)
        }
    };
    Some((1, power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_kubernetes_reads() {
        const ONE: u128 = 1_000_000_000;
        for (text, nanos) in [
            ("1", ONE),
            ("+1", ONE),
            ("500m", ONE / 2),
            ("0.5", ONE / 2),
            (".5", ONE / 2),
            ("1.", ONE),
            ("2Ki", 2048 * ONE),
            ("1.5Gi", 1_610_612_736 * ONE),
            ("1k", 1000 * ONE),
            ("1E", 10_u128.pow(18) * ONE),
            ("1E3", 1000 * ONE),
            ("1e+3", 1000 * ONE),
            ("1e-3", ONE / 1000),
            ("0.0000000001", 1),
            ("0e99", 0),
            ("1e99", u128::MAX),
            ("1e99999999999999999999", u128::MAX),
            ("1e-99999999999999999999", 1),
        ] {
            assert_eq!(nano_units(text), Ok(nanos), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("", "must not be empty"),
            ("-1", "negative"),
            ("lots", "does not begin with a number"),
            (".", "does not begin with a number"),
            (" 1", "does not begin with a number"),
            ("1 Gi", "not a unit"),
            ("2GB", "did you mean `Gi`?"),
            ("1K", "did you mean `Ki`?"),
            ("1e", "`e` in `1e`"),
            ("1.2.3", "`.3` in `1.2.3`"),
        ] {
            let message = nano_units(text).expect_err(text).to_string();
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    #[test]
    fn says_the_same_of_an_option() {
        for (text, part) in [
            ("", "must not be empty; write"),
            ("-1", "must not be negative"),
            ("lots", "does not begin with a number"),
            (
                "2GB",
                "has `GB` where a unit of Kubernetes is expected; did you mean `Gi`?",
            ),
            (
                "1.2.3",
                "has `.3` where a unit of Kubernetes is expected; the units are `m`",
            ),
        ] {
            let message = nano_units(text).expect_err(text).of_an_option();
            assert!(message.starts_with(part), "{text}: {message}");
        }
    }
}
