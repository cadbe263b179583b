//! JSON written by users: with whole numbers of any length, and with errors that suggest corrections.

use std::iter;

use serde::de::IgnoredAny;

use super::written::{self, Written};

/// Reads JSON; a duplicate key is an error.
pub(crate) fn parse(text: &str) -> Result<Written, serde_json::Error> {
    let mut written = serde_json::from_str(text)?;
    if has_large(&written) {
        restore(&mut written, &mut numbers(text));
    }
    Ok(written)
}

/// Whether a text has the syntax of JSON, although its numbers or keys may be refused.
pub(super) fn is_well_formed(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The problem with a text, and a correction if JSON has no form for a number.
pub fn problem(text: &str, error: &serde_json::Error) -> String {
    let problem = error.to_string();
    if problem.starts_with("number out of range") {
        return format!("{problem}; floats go from {:e} to {:e}", f64::MIN, f64::MAX);
    }
    match names_no_number(text, error) {
        true => format!(
            "{problem}; JSON has no NaN and no infinity, so write `\"NaN\"`, `\"inf\"` or `\"-inf\"`, in quotes"
        ),
        false => problem,
    }
}

/// Whether reading stopped at one of the words for NaN and infinity.
fn names_no_number(text: &str, error: &serde_json::Error) -> bool {
    let line = text.split('\n').nth(error.line().saturating_sub(1));
    let line = line.unwrap_or_default();
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
    // The column is that of the last byte read, or of the one before.
    let before = line.get(..error.column().saturating_sub(1));
    let before = before.unwrap_or_default();
    let start = before.trim_end_matches(is_of_word).len();
    let word = &line[start..];
    let end = word.find(|c| !is_of_word(c)).unwrap_or(word.len());
    written::not_a_number(&word[..end]).is_some()
}

/// Whether a float may have been a whole number too large for any integer type.
fn has_large(written: &Written) -> bool {
    match written {
        Written::Float(value) => is_large(*value),
        Written::List(items) => items.iter().any(has_large),
        Written::Object(entries) => entries.iter().any(|(_, value)| has_large(value)),
        _ => false,
    }
}

fn is_large(value: f64) -> bool {
    value.abs() >= i64::MAX as f64
}

/// Restores the digits of whole numbers that were rounded to floats. The numbers come in text order, which is the order
/// of the values.
fn restore<'t>(written: &mut Written, numbers: &mut impl Iterator<Item = &'t str>) {
    match written {
        Written::Integer(_) => {
            numbers.next();
        }
        Written::Float(value) => {
            let is_large = is_large(*value);
            if let Some(number) = numbers.next()
                && is_large
                && let Some(whole) = Written::whole(number)
            {
                *written = whole;
            }
        }
        Written::List(items) => items.iter_mut().for_each(|item| restore(item, numbers)),
        Written::Object(entries) => {
            entries
                .iter_mut()
                .for_each(|(_, value)| restore(value, numbers));
        }
        _ => {}
    }
}

/// The numbers in a JSON text, without those inside strings.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    iter::from_fn(move || {
        loop {
            let start = rest.find(|c: char| matches!(c, '"' | '-' | '0'..='9'))?;
            rest = &rest[start..];
            if let Some(inside) = rest.strip_prefix('"') {
                rest = behind_string(inside);
                continue;
            }
            let end = rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'));
            let (number, behind) = rest.split_at(end.unwrap_or(rest.len()));
            rest = behind;
            return Some(number);
        }
    })
}

/// The text after the end of a string.
fn behind_string(inside: &str) -> &str {
    let mut rest = inside;
    while let Some(place) = rest.find(['"', '\\']) {
        if rest[place..].starts_with('"') {
            return &rest[place + 1..];
        }
        // A backslash, and the character that it escapes.
        rest = rest.get(place + 2..).unwrap_or_default();
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_outside_of_strings() {
        let text = r#"{"a-1\"2": -3, "b": [1e5, "\\", 4.5E-1, true, false, null], "é\u00e95": 6}"#;
        let found: Vec<_> = numbers(text).collect();
        assert_eq!(found, ["-3", "1e5", "4.5E-1", "6"]);
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        let long = "123456789012345678901234567890123456789012345";
        let text = format!("[1, 18446744073709551616, 1e20, -99999999999999999999, {long}, 2.5]");
        assert_eq!(
            parse(&text).expect("a list"),
            Written::List(vec![
                Written::Integer(1),
                Written::Integer(18_446_744_073_709_551_616),
                Written::Float(1e20),
                Written::Integer(-99_999_999_999_999_999_999),
                Written::Long(long.to_owned()),
                Written::Float(2.5),
            ])
        );
    }
}
