//! The grammar of Kubernetes quantities.
//!
//! `flyte_runtime::compat::options::Quantity` has the same rule; a macro cannot call the crate that it expands into.

/// The amount in billionths, rounded up, or what is wrong with the text, to be said behind the key.
pub(super) fn nano_units(text: &str) -> Result<u128, String> {
    const EXAMPLE: &str = "write for example `500m`, `2` or `512Mi`";
    if text.is_empty() {
        return Err(format!("must not be empty; {EXAMPLE}"));
    }
    if text.starts_with('-') {
        return Err("must not be negative; write the amount that is needed".to_owned());
    }
    let digits_end = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let (whole, rest) = unsigned.split_at(digits_end(unsigned));
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits_end(rest)),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(format!("does not begin with a number; {EXAMPLE}"));
    }
    let (factor, power) = unit(suffix).ok_or_else(|| unknown_unit(suffix))?;
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(0);
    }
    let power = power
        .saturating_add(9)
        .saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    // Amounts that do not fit are beyond what Kubernetes counts, and all the same to it.
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
    Ok(if power >= 0 {
        scale
            .and_then(|scale| number.checked_mul(scale))
            .unwrap_or(u128::MAX)
    } else {
        scale.map_or(1, |scale| number.div_ceil(scale))
    })
}

fn unknown_unit(suffix: &str) -> String {
    let hint = match suffix.trim().chars().next().map(|c| c.to_ascii_lowercase()) {
        Some('k') => "did you mean `Ki`?",
        Some('m') => "did you mean `Mi`?",
        Some('g') => "did you mean `Gi`?",
        Some('t') => "did you mean `Ti`?",
        _ => {
            "the units are `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`, `Mi`, `Gi`, `Ti`, `Pi` and `Ei`"
        }
    };
    format!("has `{suffix}` where a unit of Kubernetes is expected; {hint}")
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
    use super::nano_units;

    #[test]
    fn agrees_with_the_runtime() {
        const ONE: u128 = 1_000_000_000;
        for (text, nanos) in [
            ("+1", ONE),
            ("500m", ONE / 2),
            (".5", ONE / 2),
            ("1.5Gi", 1_610_612_736 * ONE),
            ("1E", 10_u128.pow(18) * ONE),
            ("1E3", 1000 * ONE),
            ("1e-3", ONE / 1000),
            ("0.0000000001", 1),
            ("1e99", u128::MAX),
            ("1e-99999999999999999999", 1),
        ] {
            assert_eq!(nano_units(text), Ok(nanos), "{text}");
        }
        for text in [
            "", "-1", "lots", ".", " 1", "1 Gi", "2GB", "1K", "1e", "1.2.3",
        ] {
            assert!(nano_units(text).is_err(), "{text}");
        }
    }
}
