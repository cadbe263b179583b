//! How long a failed attempt is followed by nothing before the next.

use std::time::Duration;

use serde::{Serialize, ser::Serializer};

use crate::options::{as_text, is_false};
use flyte_grammar::duration;

/// How long to wait between attempts: `retries(count = 5, backoff = "1s", factor = 2.0, cap = "1m", jitter)`.
///
/// The first wait is `base`, each other is `factor` times the one before, and none is longer than `cap`. Runs on this
/// machine wait without keeping a thread or a place of a worker busy. Corresponds to `Backoff` of Flyte 2; flytekit and
/// Flyte 1 have no place for it, so a cluster of Flyte 1 waits as it is configured to.
///
/// ```
/// use std::time::Duration;
/// use flyte_runtime::compat::options::Backoff;
///
/// let backoff = Backoff::new(Duration::from_secs(1)).factor(3.0).cap(Duration::from_secs(5));
/// let waits = [1, 2, 3, 4].map(|attempt| backoff.before(attempt).as_secs());
/// assert_eq!(waits, [1, 3, 5, 5]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Backoff {
    /// The wait before the second attempt.
    #[serde(serialize_with = "one_as_text")]
    pub base: Duration,
    /// What each further wait is multiplied by, in thousandths: 2000 doubles.
    pub factor_thousandths: u32,
    /// The longest wait.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub cap: Option<Duration>,
    /// Whether each wait is shortened at random, down to its half, so that what failed together is not tried again
    /// together.
    #[serde(skip_serializing_if = "is_false")]
    pub jitter: bool,
}

impl Backoff {
    /// Waits that begin with `base` and double, without a longest and without chance.
    pub const fn new(base: Duration) -> Self {
        Self {
            base,
            factor_thousandths: 2_000,
            cap: None,
            jitter: false,
        }
    }

    /// For generated code, whose macro has checked the values.
    #[doc(hidden)]
    pub const fn checked(
        base: Duration,
        factor_thousandths: u32,
        cap: Option<Duration>,
        jitter: bool,
    ) -> Self {
        Self {
            base,
            factor_thousandths,
            cap,
            jitter,
        }
    }

    /// What each further wait is multiplied by, to the thousandth; a factor below 1 counts as 1.
    #[must_use]
    pub const fn factor(mut self, factor: f64) -> Self {
        // A cast of a float is cut off at the ends of the integer.
        let thousandths = (factor * 1_000.0 + 0.5) as u32;
        self.factor_thousandths = if thousandths < 1_000 {
            1_000
        } else {
            thousandths
        };
        self
    }

    /// The longest wait.
    #[must_use]
    pub const fn cap(mut self, cap: Duration) -> Self {
        self.cap = Some(cap);
        self
    }

    /// Shortens each wait at random, down to its half.
    #[must_use]
    pub const fn jitter(mut self) -> Self {
        self.jitter = true;
        self
    }

    /// The wait before an attempt, counted from zero, without jitter; none before the first.
    pub fn before(&self, attempt: u32) -> Duration {
        let Some(times) = attempt.checked_sub(1) else {
            return Duration::ZERO;
        };
        let longest = self.cap.unwrap_or(Duration::MAX);
        let factor = f64::from(self.factor_thousandths) / 1_000.0;
        let seconds = self.base.as_secs_f64() * factor.powf(f64::from(times));
        // What no duration can be is more than every cap.
        Duration::try_from_secs_f64(seconds).map_or(longest, |wait| wait.min(longest))
    }

    /// The wait before an attempt, with a random number for the jitter.
    pub fn before_with(&self, attempt: u32, random: u64) -> Duration {
        let wait = self.before(attempt);
        if !self.jitter {
            return wait;
        }
        // From 0 to 1: all bits that an `f64` keeps.
        let part = (random >> 11) as f64 / (1_u64 << 53) as f64;
        wait.mul_f64(1.0 - part / 2.0)
    }
}

fn one_as_text<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    duration::format(*value).serialize(serializer)
}

/// A number that looks random, the same for the same seed: the step of SplitMix64 that mixes.
pub fn mixed(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_grow_by_the_factor_up_to_the_cap_and_never_overflow() {
        let plain = Backoff::new(SECOND);
        let waits = [0, 1, 2, 3].map(|attempt| plain.before(attempt));
        assert_eq!(waits, [Duration::ZERO, SECOND, SECOND * 2, SECOND * 4]);
        assert_eq!(plain.before(u32::MAX), Duration::MAX);
        let capped = plain.factor(1.5).cap(SECOND * 2);
        assert_eq!(capped.before(2), Duration::from_millis(1_500));
        assert_eq!(capped.before(u32::MAX), SECOND * 2);
        assert_eq!(plain.factor(0.0).before(9), SECOND);
        assert_eq!(plain.factor(f64::NAN).before(9), SECOND);
    }

    #[test]
    fn jitter_takes_at_most_half_and_is_the_same_for_the_same_number() {
        let backoff = Backoff::new(SECOND).jitter();
        assert_eq!(backoff.before_with(1, 0), SECOND);
        let least = backoff.before_with(1, u64::MAX);
        assert!(
            least >= SECOND / 2 && least < SECOND * 51 / 100,
            "{least:?}"
        );
        let waits: Vec<_> = (0..1_000)
            .map(|seed| backoff.before_with(1, mixed(seed)))
            .collect();
        assert!(
            waits
                .iter()
                .all(|wait| (SECOND / 2..=SECOND).contains(wait))
        );
        let mean = waits.iter().sum::<Duration>() / 1_000;
        assert!((0.73..0.77).contains(&mean.as_secs_f64()), "{mean:?}");
        assert_eq!(mixed(7), mixed(7));
    }
}
