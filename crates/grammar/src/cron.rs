//! Cron expressions, by which launch plans start by themselves.
//!
//! The grammar is what Flyte's scheduler takes: five fields and no seconds, or an alias. Expressions that it would
//! refuse when the launch plan is activated, or would never fire on, are refused here, with the field that is wrong.

use crate::nearest::nearest;

/// What the scheduler takes instead of five fields; each also with `@` in front.
const ALIASES: [&str; 11] = [
    "hourly", "hours", "daily", "days", "weekly", "weeks", "monthly", "months", "annually",
    "yearly", "years",
];

/// One of the five fields.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    /// Words for the numbers from `least` on.
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field::numbers("minute", 0, 59),
    Field::numbers("hour", 0, 23),
    Field::numbers("day of the month", 1, 31),
    Field {
        words: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
        ..Field::numbers("month", 1, 12)
    },
    Field {
        words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        ..Field::numbers("day of the week", 0, 6)
    },
];

/// How many days a month can have, January first.
const DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The values of the five fields of an expression, in their order; `None` for a field that takes all of its values.
pub type Values = [Option<Vec<u32>>; 5];

/// Checks a cron expression.
///
/// # Errors
///
/// What is wrong, to be said behind the name of the option that has the expression.
pub fn check(text: &str) -> Result<(), String> {
    parse(text).map(drop)
}

/// Reads a cron expression.
///
/// # Errors
///
/// As [`check`].
pub fn parse(text: &str) -> Result<Values, String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    match fields.as_slice() {
        [] => {
            return Err("must not be empty; write for example `0 6 * * *` or `@daily`".to_owned());
        }
        [word] if word.starts_with(|c: char| c == '@' || c.is_alphabetic()) => return alias(word),
        [_, _, _, _, _] => {}
        several => {
            let hint = match several.len() {
                6 | 7 => "; seconds and years are not among them",
                _ => "",
            };
            return Err(format!(
                "has {} field{}; a cron expression has five, \
                 `minute hour day-of-month month day-of-week`, such as `0 6 * * *` for 6:00 each day, or an alias, \
                 such as `@daily`{hint}",
                several.len(),
                if several.len() == 1 { "" } else { "s" },
            ));
        }
    }
    let mut sets = Values::default();
    for ((set, field), text) in sets.iter_mut().zip(&FIELDS).zip(fields) {
        *set = field.read(text)?;
    }
    // With a day of the week besides, either of the two days is enough.
    if let [_, _, days, months, None] = &sets
        && let (Some(days), Some(months)) = (days, months)
        && days
            .iter()
            .all(|day| months.iter().all(|month| *day > DAYS[*month as usize - 1]))
    {
        return Err(
            "names a day that none of its months has, so it would never start anything; change the day or the month"
                .to_owned(),
        );
    }
    Ok(sets)
}

fn alias(word: &str) -> Result<Values, String> {
    let name = word.strip_prefix('@').unwrap_or(word);
    if ALIASES.contains(&name) {
        let only = |value| Some(vec![value]);
        let (hours, days, months, weekdays) = match name {
            "hourly" | "hours" => (None, None, None, None),
            "daily" | "days" => (only(0), None, None, None),
            "weekly" | "weeks" => (only(0), None, None, only(0)),
            "monthly" | "months" => (only(0), only(1), None, None),
            _ => (only(0), only(1), only(1), None),
        };
        return Ok([only(0), hours, days, months, weekdays]);
    }
    let hint = match nearest(name, ALIASES) {
        Some(meant) => format!("did you mean `@{meant}`?"),
        None => {
            "write `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, or five fields".to_owned()
        }
    };
    Err(format!("does not know `{word}`; {hint}"))
}

impl Field {
    const fn numbers(name: &'static str, least: u32, most: u32) -> Self {
        Self {
            name,
            least,
            most,
            words: &[],
        }
    }

    /// The values of a field; `None` for all of them.
    fn read(&self, text: &str) -> Result<Option<Vec<u32>>, String> {
        let mut values = Vec::new();
        let mut all = false;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(self.step(part, step)?)),
                None => (part, None),
            };
            let (first, last) = match range {
                "*" | "?" => {
                    all |= step.is_none_or(|step| step == 1);
                    (self.least, self.most)
                }
                range => match range.split_once('-') {
                    Some((first, last)) => (self.value(part, first)?, self.value(part, last)?),
                    None => {
                        let first = self.value(part, range)?;
                        // `5/10` is every tenth from the fifth on.
                        (first, if step.is_some() { self.most } else { first })
                    }
                },
            };
            if first > last {
                return Err(self.wrong(part, ", which ends before it begins"));
            }
            values.extend((first..=last).step_by(step.unwrap_or(1)));
        }
        Ok(if all { None } else { Some(values) })
    }

    fn step(&self, part: &str, step: &str) -> Result<usize, String> {
        let length = (self.most - self.least + 1) as usize;
        match step.parse() {
            Ok(step) if (1..=length).contains(&step) => Ok(step),
            _ => Err(self.wrong(
                part,
                &format!(", whose step is not a whole number from 1 to {length}"),
            )),
        }
    }

    fn value(&self, part: &str, text: &str) -> Result<u32, String> {
        let lower = text.to_lowercase();
        if let Some(position) = self.words.iter().position(|word| *word == lower) {
            return Ok(self.least + position as u32);
        }
        match text.parse() {
            Ok(value) if (self.least..=self.most).contains(&value) => Ok(value),
            Ok(7) if self.words.first() == Some(&"sun") => Err(self.wrong(part, ": Sunday is `0`")),
            _ => Err(self.wrong(part, ", which is not allowed")),
        }
    }

    fn wrong(&self, part: &str, what: &str) -> String {
        let Self {
            name, least, most, ..
        } = self;
        let words = match self.words {
            [] => String::new(),
            [first, .., last] => format!(", `{first}` to `{last}`"),
            [only] => format!(", `{only}`"),
        };
        format!(
            "has the {name} `{part}`{what}; write {least} to {most}{words}, `*`, a range `{}-{}`, a list \
             `{least},{most}`, or a step `*/2`",
            least + 1,
            most - 1
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{check, parse};

    #[test]
    fn takes_what_the_scheduler_takes() {
        for text in [
            "0 6 * * *",
            "*/15 * * * *",
            "5/10 0-6 1,15 jan-mar MON",
            "0 0 29 2 *",
            "0 0 31 2 mon",
            "0 0 ? * 0-6/2",
            "@daily",
            "hours",
            "  0  6 * * * ",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn reads_the_values_of_fields() {
        let only = |value| Some(vec![value]);
        assert_eq!(
            parse("5/20 * ? jan-mar */3"),
            Ok([
                Some(vec![5, 25, 45]),
                None,
                None,
                Some(vec![1, 2, 3]),
                Some(vec![0, 3, 6])
            ])
        );
        assert_eq!(parse("@weekly"), parse("0 0 * * sun"));
        assert_eq!(
            parse("yearly"),
            Ok([only(0), only(0), only(1), only(1), None])
        );
        assert_eq!(parse("hours"), Ok([only(0), None, None, None, None]));
    }

    #[test]
    fn says_which_field_is_wrong() {
        for (text, part) in [
            ("", "must not be empty"),
            (
                "60 * * * *",
                "the minute `60`, which is not allowed; write 0 to 59, `*`, a range `1-58`, a list `0,59`",
            ),
            ("* 24 * * *", "the hour `24`"),
            ("* * 0 * *", "the day of the month `0`"),
            (
                "* * * 13 *",
                "the month `13`, which is not allowed; write 1 to 12, `jan` to `dec`, `*`",
            ),
            (
                "* * * * 7",
                "has the day of the week `7`: Sunday is `0`; write 0 to 6, `sun` to `sat`, `*`, a range `1-5`",
            ),
            ("* * * foo *", "the month `foo`"),
            ("5-1 * * * *", "ends before it begins"),
            ("*/0 * * * *", "not a whole number from 1 to 60"),
            ("*/ * * * *", "not a whole number"),
            ("1,,2 * * * *", "the minute ``"),
            ("* * * *", "has 4 fields"),
            ("0 * * * * *", "seconds and years are not among them"),
            ("@dayly", "did you mean `@daily`?"),
            ("@never", "write `@hourly`"),
            ("0 0 30 2 *", "none of its months has"),
            ("0 0 31 4,6,9,11 *", "none of its months has"),
            ("* * L * *", "the day of the month `L`"),
        ] {
            let error = check(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
