//! Corrections for texts that are not times.

use super::time::{to_date, to_iso};

/// Whether the second is the 60th, which the parser would read as the one before.
pub(super) fn has_leap_second(text: &str) -> bool {
    let Some((_, time)) = text.split_once(['T', 't', ' ']) else {
        return false;
    };
    let digits = time
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b':')
        .filter(u8::is_ascii_digit);
    digits.skip(4).take(2).eq(*b"60")
}

/// Why a text is not a datetime or a date, and what to write instead; `error` is the parser's error.
pub(super) fn instead(text: &str, kind: &str, error: impl std::fmt::Display) -> String {
    let is_date = kind == "date";
    let example = match is_date {
        true => "2024-07-01",
        false => "2024-07-01T12:00:00Z",
    };
    if is_number(text) {
        let shown = |seconds: i64| match is_date {
            true => to_date(seconds - seconds.rem_euclid(24 * 60 * 60), 0).ok(),
            false => to_iso(seconds, 0).ok(),
        };
        let seconds = text.split('.').next().and_then(|whole| whole.parse().ok());
        return match seconds.and_then(shown) {
            Some(meant) => format!(
                "a number is not a {kind}; if it counts the seconds since 1970, write `{meant}`"
            ),
            None => format!("a number is not a {kind}; write it as in `{example}`"),
        };
    }
    match text.contains(|c: char| c.is_ascii_digit()) {
        true => format!("{error}; write it as in `{example}`"),
        false => format!("it is not a {kind}; write it as in `{example}`"),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty() && are_digits(whole) && are_digits(fraction)
}
