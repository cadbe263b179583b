//! Fixed rates at which launch plans start by themselves.

use std::time::Duration;

/// A number and a variant of the runtime's `RateUnit`, or what is wrong, to follow the key in a message.
pub(super) fn rate(duration: Duration) -> Result<(u32, &'static str), String> {
    const UNITS: [(u64, &str); 3] = [(86_400, "Day"), (3_600, "Hour"), (60, "Minute")];
    let seconds = duration.as_secs();
    if duration.is_zero() || duration.subsec_nanos() != 0 || !seconds.is_multiple_of(60) {
        return Err("is counted in whole minutes; write for example `10m` or `2h`".to_owned());
    }
    let (length, unit) = UNITS
        .into_iter()
        .find(|(length, _)| seconds.is_multiple_of(*length))
        .unwrap_or(UNITS[2]);
    let value = u32::try_from(seconds / length)
        .map_err(|_| "is longer than a schedule can be; write a smaller number".to_owned())?;
    Ok((value, unit))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::rate;

    #[test]
    fn a_rate_has_the_largest_unit_that_divides_it() {
        let minutes = |count: u64| rate(Duration::from_secs(60 * count));
        assert_eq!(minutes(90), Ok((90, "Minute")));
        assert_eq!(minutes(120), Ok((2, "Hour")));
        assert_eq!(minutes(2880), Ok((2, "Day")));
        for wrong in [
            Duration::ZERO,
            Duration::from_secs(30),
            Duration::from_millis(60_500),
        ] {
            assert!(rate(wrong).expect_err("too fine").contains("whole minutes"));
        }
        assert!(rate(Duration::from_secs(u64::MAX / 60 * 60)).is_err());
    }
}
