//! The grammar of durations.
//!
//! `duration` of `flyte-grammar` has the same rule; a macro cannot call the crate that it expands into.

use std::time::Duration;

/// The duration, or what is wrong with the text, to be said behind the key.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u128); 7] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let malformed = || {
        "is not a duration; write whole numbers with units, for example `1m30s` or `500ms`"
            .to_owned()
    };
    let too_long = || "is longer than a duration can be; write a smaller number".to_owned();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("must not be empty; write for example `30s` or `1h30m`".to_owned());
    }
    let (mut nanos, mut next_unit) = (0_u128, 0);
    while !rest.is_empty() {
        let (digits, tail) = split_where(rest, |c| !c.is_ascii_digit());
        let (unit, tail) = split_where(tail, |c| !c.is_alphabetic());
        if digits.is_empty() {
            return Err(malformed());
        }
        if unit.is_empty() {
            return Err(if tail.is_empty() {
                format!("has no unit; write `{digits}s` for seconds")
            } else {
                malformed()
            });
        }
        let index = UNITS.iter().position(|(name, _)| *name == unit).ok_or_else(|| {
            format!("has no unit of time in `{unit}`; the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`")
        })?;
        if index < next_unit {
            return Err(
                "must have falling units, each at most once; write for example `1h30m`".to_owned(),
            );
        }
        next_unit = index + 1;
        let count: u64 = digits.parse().map_err(|_| too_long())?;
        let part = u128::from(count).checked_mul(UNITS[index].1);
        nanos = part
            .and_then(|part| nanos.checked_add(part))
            .ok_or_else(too_long)?;
        rest = tail;
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).map_err(|_| too_long())?;
    let fraction = u32::try_from(nanos % 1_000_000_000).map_err(|_| too_long())?;
    Ok(Duration::new(seconds, fraction))
}

fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}
