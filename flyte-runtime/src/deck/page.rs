//! One page of all decks.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Deck, Decks, Html, TimelineRow};

const STYLE: &str = "\
:root { color-scheme: light dark; --line: #d0d7de; --quiet: #57606a; --accent: #6f2aef; --bar: #b79bf7 }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --quiet: #9198a1; --accent: #b79bf7; --bar: #6f2aef } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; padding: 1rem 1.5rem; background: Canvas; color: CanvasText }
input[name=deck] { position: absolute; opacity: 0 }
label { display: inline-block; padding: .4rem .8rem; color: var(--quiet); cursor: pointer; border-bottom: 2px solid transparent }
input[name=deck]:checked + label { color: CanvasText; border-color: var(--accent) }
input[name=deck]:focus-visible + label { outline: 2px solid var(--accent) }
section { display: none; padding-top: 1rem; border-top: 1px solid var(--line); overflow-x: auto }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse }
th, td { padding: .25rem .75rem; text-align: left; border-bottom: 1px solid var(--line) }
td.number { text-align: right; font-variant-numeric: tabular-nums }
td.bar { width: 16rem }
td.bar div { height: .7rem; min-width: 2px; background: var(--bar) }
@media print { input[name=deck], label { display: none } section { display: block !important } }
";

/// One page of all decks that have something in them, with a tab for each.
///
/// It is a whole document, and needs neither a network nor scripts of its own. It follows the reader's choice of light
/// or dark. Names of decks are escaped. Decks of one name, such as those of several runs, are one under the other.
pub fn render(decks: &Decks) -> String {
    render_decks(&decks.all())
}

/// One page of the decks of several tasks.
#[cfg(feature = "remote")]
pub(crate) fn render_all(tasks: &[Decks]) -> String {
    render_decks(&tasks.iter().flat_map(Decks::own).collect::<Vec<_>>())
}

/// Whether a page is looked at while what it tells of goes on; it is loaded again then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Running,
    Ended,
}

/// The page of one execution of a task.
pub(super) fn task(decks: &Decks, _moment: Moment) -> String {
    render_decks(&decks.own())
}

/// The page that leads to those of tasks, each with the name of its file.
pub(super) fn index(_pages: &[(&Decks, String)], _moment: Moment) -> String {
    render_decks(&[])
}

fn render_decks(decks: &[Deck]) -> String {
    let mut sections: Vec<(String, String)> = Vec::new();
    for deck in decks {
        let (html, rows) = (deck.html(), deck.rows());
        if html.is_empty() && rows.is_empty() {
            continue;
        }
        let (name, content) = (Html::escape(deck.name()), table(&rows) + &html);
        match sections.iter_mut().find(|(other, _)| *other == name) {
            Some((_, above)) => {
                above.push('\n');
                above.push_str(&content);
            }
            None => sections.push((name, content)),
        }
    }

    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Flyte Deck</title>\n<style>\n",
    );
    page.push_str(STYLE);
    for index in 0..sections.len() {
        put(
            &mut page,
            format_args!("#tab-{index}:checked ~ #deck-{index} {{ display: block }}\n"),
        );
    }
    page.push_str("</style>\n</head>\n<body>\n");
    for (index, (name, _)) in sections.iter().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        put(
            &mut page,
            format_args!(
                "<input type=\"radio\" name=\"deck\" id=\"tab-{index}\"{checked}><label for=\"tab-{index}\">{name}</label>\n"
            ),
        );
    }
    for (index, (name, content)) in sections.iter().enumerate() {
        put(
            &mut page,
            format_args!(
                "<section id=\"deck-{index}\" aria-label=\"{name}\">\n{content}\n</section>\n"
            ),
        );
    }
    if sections.is_empty() {
        page.push_str("<p>This execution has no decks.</p>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a String takes any text");
}

/// The steps as a table, with bars on a common axis of time.
fn table(rows: &[TimelineRow]) -> String {
    let Some(begin) = rows.iter().map(|row| row.start).min() else {
        return String::new();
    };
    let offset = |row: &TimelineRow| row.start.duration_since(begin).unwrap_or_default();
    let total = rows
        .iter()
        .map(|row| offset(row).saturating_add(row.wall))
        .max()
        .unwrap_or_default()
        .as_secs_f64()
        .max(f64::MIN_POSITIVE);

    let mut table = String::from(
        "<table>\n<tr><th>Name</th><th>Start (UTC)</th><th>Wall time</th><th>CPU time</th><th></th></tr>\n",
    );
    for row in rows {
        let percent = |duration: Duration| duration.as_secs_f64() / total * 100.0;
        put(
            &mut table,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td class=\"number\">{:.6} s</td><td class=\"number\">{}</td>\
                 <td class=\"bar\"><div style=\"margin-left:{:.2}%;width:{:.2}%\"></div></td></tr>\n",
                Html::escape(&row.name),
                utc(row.start),
                row.wall.as_secs_f64(),
                row.cpu.map_or_else(
                    || "–".to_owned(),
                    |cpu| format!("{:.6} s", cpu.as_secs_f64())
                ),
                percent(offset(row)),
                percent(row.wall),
            ),
        );
    }
    table.push_str("</table>\n");
    table
}

/// A time as `2026-01-31 23:59:59.123`, in UTC.
fn utc(time: SystemTime) -> String {
    let (seconds, millis) = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => (i128::from(since.as_secs()), since.subsec_millis()),
        Err(before) => {
            let millis = i128::try_from(before.duration().as_millis()).unwrap_or(i128::MAX);
            let left = u32::try_from((-millis).rem_euclid(1000)).unwrap_or_default();
            ((-millis).div_euclid(1000), left)
        }
    };
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days are counted from the first of March of year 0 in eras of 400 years, so that a leap day ends its year.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i128::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}.{millis:03}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        for (millis, text) in [
            (0, "1970-01-01 00:00:00.000"),
            (951_782_399_999, "2000-02-28 23:59:59.999"),
            (951_782_400_000, "2000-02-29 00:00:00.000"),
            (951_868_800_000, "2000-03-01 00:00:00.000"),
            (1_767_225_599_001, "2025-12-31 23:59:59.001"),
            (4_107_542_400_000, "2100-03-01 00:00:00.000"),
        ] {
            assert_eq!(utc(UNIX_EPOCH + Duration::from_millis(millis)), text);
        }
        let before = UNIX_EPOCH - Duration::from_millis(1);
        assert_eq!(utc(before), "1969-12-31 23:59:59.999");
    }
}
