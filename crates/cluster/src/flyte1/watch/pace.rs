//! When to look at an execution again: soon while something changes, less and less often while nothing does.

use std::time::Duration;

/// How long the first pause between two looks is, and the longest.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause while nobody answers.
const LONGEST_ABSENCE: Duration = Duration::from_secs(30);

/// How often an execution is looked at.
#[derive(Debug)]
pub(super) struct Pace {
    pause: Duration,
    /// How many looks in a row nobody has answered.
    absences: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            pause: PAUSE,
            absences: 0,
        }
    }
}

impl Pace {
    /// How long to wait before the next look.
    pub(super) fn pause(&self) -> Duration {
        match self.absences {
            0 => self.pause,
            absences => (PAUSE * (1 << absences.min(7))).min(LONGEST_ABSENCE),
        }
    }

    /// Whether the last look was answered, or there was none.
    pub(super) fn is_answered(&self) -> bool {
        self.absences == 0
    }

    /// A look was answered, and something is new or nothing is.
    pub(super) fn looked(&mut self, changes: bool) {
        let returned = !self.is_answered();
        self.absences = 0;
        self.pause = match changes || returned {
            true => PAUSE,
            false => (self.pause * 3 / 2).min(LONGEST_PAUSE),
        };
    }

    /// Nobody has answered a look.
    pub(super) fn missed(&mut self) {
        self.absences = self.absences.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_become_rare_while_nothing_changes_and_frequent_again_when_something_does() {
        let mut pace = Pace::default();
        assert_eq!(pace.pause(), PAUSE);
        let mut before = pace.pause();
        for _ in 0..20 {
            pace.looked(false);
            assert!(pace.pause() > before || pace.pause() == LONGEST_PAUSE);
            before = pace.pause();
        }
        assert_eq!(pace.pause(), LONGEST_PAUSE);
        pace.looked(true);
        assert_eq!(pace.pause(), PAUSE);
    }

    #[test]
    fn an_absent_server_is_asked_ever_more_rarely_and_a_returned_one_soon() {
        let mut pace = Pace::default();
        assert!(pace.is_answered());
        let mut before = Duration::ZERO;
        for _ in 0..20 {
            pace.missed();
            assert!(!pace.is_answered());
            assert!(pace.pause() >= before && pace.pause() <= LONGEST_ABSENCE);
            before = pace.pause();
        }
        assert_eq!(before, LONGEST_ABSENCE);
        pace.looked(false);
        assert!(pace.is_answered());
        assert_eq!(pace.pause(), PAUSE);
    }
}
