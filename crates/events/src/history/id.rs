//! The ids of runs, which sort by start time.

use std::time::SystemTime;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::record::Moment;
use flyte_config::random::random_hex;

/// Makes a run id from the start time and a unique part.
pub fn new_id() -> String {
    id_at(now())
}

/// Makes an id that sorts after that of the newest run, even if the clock was set back since, or another run was
/// started in the same millisecond.
pub(super) fn new_id_after(newest: Option<&str>) -> String {
    let behind = newest
        .and_then(time_of)
        .map_or(i64::MIN, |newest| newest + 1);
    id_at(now().max(behind))
}

/// Whether a name is one that [`new_id`] makes; anything else that is kept there is not a run.
pub(super) fn is_id(name: &str) -> bool {
    time_of(name).is_some()
}

/// In milliseconds since 1970.
fn now() -> i64 {
    Moment::of(SystemTime::now()).milliseconds()
}

fn id_at(milliseconds: i64) -> String {
    let at = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX);
    let at = at.strftime("%Y%m%d-%H%M%S-%3f");
    format!("{at}{}", &random_hex()[..4])
}

/// The time in an id: eight digits, six and three, and four letters or digits.
fn time_of(id: &str) -> Option<i64> {
    let (date, rest) = id.split_once('-')?;
    let (time, rest) = rest.split_once('-')?;
    let (milliseconds, random) = rest.split_at_checked(3)?;
    let is_whole = (date.len(), time.len(), random.len()) == (8, 6, 4)
        && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_whole {
        return None;
    }
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i16>().ok()).flatten()
    };
    let two = |text: &str, at: usize| number(text.get(at..at + 2)?)?.try_into().ok();
    let at = DateTime::new(
        number(date.get(..4)?)?,
        two(date, 4)?,
        two(date, 6)?,
        two(time, 0)?,
        two(time, 2)?,
        two(time, 4)?,
        i32::from(number(milliseconds)?) * 1_000_000,
    );
    let at = at.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_sort_as_runs_are_started() {
        let first = new_id();
        assert!(is_id(&first), "{first}");
        let mut last = first;
        for _ in 0..100 {
            let next = new_id_after(Some(&last));
            assert!(next > last, "{next} after {last}");
            last = next;
        }
        // Whatever the clock says now, it was set back since that run.
        let future = "29990228-235959-9990a1b";
        let next = new_id_after(Some(future));
        assert!(next.starts_with("29990301-000000-000"), "{next}");
    }

    /// Ids do not have digits for years after 9999, so those runs get ids of the end of 9999.
    #[test]
    fn a_time_that_no_calendar_has_makes_an_id_all_the_same() {
        let late = SystemTime::UNIX_EPOCH + Duration::from_secs(300_000_000_000);
        let id = id_at(Moment::of(late).milliseconds());
        assert!(id.starts_with("99991230-"), "{id}");
        assert!(is_id(&id));
        assert!(is_id(&new_id_after(Some(&id))));
    }

    #[test]
    fn other_names_are_no_ids() {
        for name in [
            "",
            "notes",
            ".flyte-partial-0a1b",
            "20260101",
            "20260101-120000-123",
            "20261301-120000-1230a1b",
            "20260101-120000-123/../",
            "2026010a-120000-1230a1b",
            "+2260101-120000-1230a1b",
        ] {
            assert!(!is_id(name), "{name}");
        }
    }
}
