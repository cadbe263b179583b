//! Resources that a task needs.

use serde::Serialize;

/// An amount of a resource as Kubernetes writes it: `500m`, `2`, `0.5`, `512Mi`, `1e3`.
///
/// A `Quantity` is always well-formed; use [`Quantity::check`] for text that is only known at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Quantity(&'static str);

/// Why a text is not a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// The text is empty.
    #[error("a quantity must not be empty; write for example `500m`, `2` or `512Mi`")]
    Empty,
    /// The amount is negative.
    #[error("`{0}` is negative; write the amount that is needed")]
    Negative(String),
    /// It does not begin with a number.
    #[error("`{0}` does not begin with a number; write for example `500m`, `2` or `512Mi`")]
    NoNumber(String),
    /// The number is followed by something that is not a unit.
    #[error(
        "`{suffix}` in `{text}` is not a unit of Kubernetes; the units are `m`, `k`, `M`, `G`, `T`, `P`, `E`, \
         `Ki`, `Mi`, `Gi`, `Ti`, `Pi` and `Ei`{}", did_you_mean(.suffix)
    )]
    UnknownUnit {
        /// What was given.
        text: String,
        /// The part that is not a unit.
        suffix: String,
    },
}

fn did_you_mean(suffix: &str) -> String {
    let letters = suffix.trim().trim_end_matches(['b', 'B']);
    let mut chars = letters.chars();
    let meant = match (
        chars.next().map(|c| c.to_ascii_lowercase()),
        chars.next(),
        chars.next(),
    ) {
        (Some('k'), ..) => "Ki",
        (Some('m'), ..) => "Mi",
        (Some('g'), ..) => "Gi",
        (Some('t'), ..) => "Ti",
        _ => return String::new(),
    };
    format!("; did you mean `{meant}`?")
}

impl Quantity {
    /// Takes a quantity from constant text.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn new(text: &'static str) -> Result<Self, QuantityError> {
        Self::check(text).map(|()| Self(text))
    }

    /// For generated code; the macro has checked the text with the same rule.
    #[doc(hidden)]
    pub const fn checked(text: &'static str) -> Self {
        Self(text)
    }

    /// The text as it was written.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Checks that a text is a quantity, by the grammar of Kubernetes, except that it must not be negative.
    ///
    /// # Errors
    ///
    /// When the text is not a quantity; the error says why.
    pub fn check(text: &str) -> Result<(), QuantityError> {
        nano_units(text).map(drop)
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// The amount in billionths, the finest step of Kubernetes, rounded up; all amounts beyond its range are equal.
///
/// `flyte-macros` has the same rule in `parse/quantity.rs`, because a macro cannot call the crate it expands into.
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
    // Digits after the ninth decimal place of the result only affect rounding.
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

/// Amounts of the resources that Flyte knows; the cluster decides those that are not set.
///
/// Generated code builds it as a struct literal, so it is not `non_exhaustive`: write
/// `Resources { .., ..Resources::new() }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Resources {
    /// Processors: `1`, `500m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Quantity>,
    /// Memory: `512Mi`, `2Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem: Option<Quantity>,
    /// Graphics processors: `1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<Quantity>,
    /// Scratch disk space of the container: `10Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<Quantity>,
}

impl Resources {
    /// No amounts.
    pub const fn new() -> Self {
        Self {
            cpu: None,
            mem: None,
            gpu: None,
            ephemeral_storage: None,
        }
    }

    /// Whether nothing is set.
    pub const fn is_empty(&self) -> bool {
        self.cpu.is_none()
            && self.mem.is_none()
            && self.gpu.is_none()
            && self.ephemeral_storage.is_none()
    }
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
            let message = Quantity::check(text).expect_err(text).to_string();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
