//! Complete documents: the page of one task, of several tasks, and the index of a directory of pages.

use std::{
    fmt::{Arguments, Write},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};

use super::{Deck, Decks, Html, Status, deck::Progress, timeline};
use flyte_core::options::DeckField;

/// The deck with the error of a failed task.
pub const ERROR: &str = "Error";

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How many tasks of a page are initially open.
const OPEN: usize = 4;

/// Whether the execution that a page describes still runs; the browser reloads the page then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Running,
    Ended,
}

/// Renders all decks with contents as one page, with a tab for each, followed by those of the [`tasks`](Decks::tasks).
///
/// The page is a complete document and loads nothing. It follows the user's choice of light or dark, fits on a phone,
/// and its tabs work with the keyboard and without scripts. Contents are escaped, except for [`Html::raw`]; without raw
/// markup, the page tells the browser to run only its own script.
pub fn render(decks: &Decks) -> String {
    let mut pages = vec![decks.clone()];
    pages.retain(|own| own.task().is_some() || !sections(own).is_empty());
    pages.extend(decks.tasks());
    document(&pages, Moment::Ended)
}

/// Renders the decks of several tasks as one page.
pub fn render_all(tasks: &[Decks]) -> String {
    document(tasks, Moment::Ended)
}

/// The page of one execution of a task.
pub(super) fn task(decks: &Decks, moment: Moment) -> String {
    document(std::slice::from_ref(decks), moment)
}

/// The page with links to those of tasks, each with its file name.
pub(super) fn index(pages: &[(&Decks, String)], moment: Moment) -> String {
    let mut body = String::from("<header><h1>Tasks of the run</h1></header>\n");
    if pages.is_empty() {
        body += "<p class=\"quiet\">No task has a deck.</p>\n";
    } else {
        body += "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Task</th><th scope=\"col\">Node</th>\
                 <th scope=\"col\">Status</th><th scope=\"col\">Started (UTC)</th>\
                 <th scope=\"col\" class=\"number\">Took</th></tr></thead>\n<tbody>\n";
        for (decks, file) in pages {
            let progress = decks.progress();
            put(
                &mut body,
                format_args!(
                    "<tr><td><a href=\"{}\">{}</a></td><td>{}</td><td>{}</td><td class=\"nowrap\">{}</td><td \
                     class=\"number\">{}</td></tr>\n",
                    Html::escape(file),
                    Html::escape(decks.task().unwrap_or_default()),
                    Html::escape(decks.node().unwrap_or_default()),
                    progress.map(status).unwrap_or_default(),
                    progress
                        .map(|progress| utc(progress.began))
                        .unwrap_or_default(),
                    progress
                        .and_then(|progress| progress.took)
                        .map(timeline::seconds)
                        .unwrap_or_default(),
                ),
            );
        }
        body += "</tbody>\n</table></div>\n";
    }
    whole("Tasks of the run", &body, false, moment)
}

fn document(pages: &[Decks], moment: Moment) -> String {
    let is_raw = pages.iter().any(|page| page.own().iter().any(Deck::is_raw));
    let mut body = String::new();
    let title = match pages {
        [] => {
            body += "<p class=\"quiet\">This execution has no decks.</p>\n";
            "Flyte Deck".to_owned()
        }
        [page] => {
            header(&mut body, page, "h1");
            tabs(&mut body, page, 0);
            page.task().unwrap_or("Flyte Deck").to_owned()
        }
        pages => {
            body += "<header><h1>Flyte Decks</h1></header>\n";
            for (number, page) in pages.iter().enumerate() {
                let failed = page.status() == Some(Status::Failed);
                let open = match failed || number < OPEN {
                    true => " open",
                    false => "",
                };
                put(
                    &mut body,
                    format_args!("<details class=\"task\"{open}>\n<summary>"),
                );
                header(&mut body, page, "h2");
                body += "</summary>\n";
                tabs(&mut body, page, number);
                body += "</details>\n";
            }
            "Flyte Decks".to_owned()
        }
    };
    whole(&title, &body, is_raw, moment)
}

/// The header of a page: the task, how it ended, where and when.
fn header(out: &mut String, page: &Decks, heading: &str) {
    let Some(task) = page.task() else {
        let title = if heading == "h1" {
            "Flyte Deck"
        } else {
            "Outside of tasks"
        };
        put(
            out,
            format_args!("<header><{heading}>{title}</{heading}></header>\n"),
        );
        return;
    };
    let progress = page.progress();
    put(
        out,
        format_args!(
            "<header><{heading}>{}</{heading}>{}",
            Html::escape(task),
            progress.map(status).unwrap_or_default(),
        ),
    );
    let mut told = vec![format!("node {}", page.node().unwrap_or_default())];
    if let Some(attempt) = page.attempt().filter(|attempt| *attempt > 0) {
        told.push(format!("attempt {}", attempt + 1));
    }
    if let Some(progress) = progress {
        told.push(format!("started {} UTC", utc(progress.began)));
        told.extend(
            progress
                .took
                .map(|took| format!("took {}", timeline::seconds(took))),
        );
    }
    let told = Html::escape(&told.join(" · "));
    put(out, format_args!("\n<p>{told}</p></header>\n"));
}

fn status(progress: Progress) -> String {
    let (class, text) = match progress.status {
        Status::Running => ("running", "running"),
        Status::Succeeded => ("succeeded", "succeeded"),
        Status::Failed => ("failed", "failed"),
        Status::Cancelled => ("cancelled", "cancelled"),
    };
    format!("<span class=\"status {class}\">{text}</span>")
}

/// The names and contents of the decks of a page: the error of the task, the decks that it wrote itself, and then the
/// parts that every task has.
fn sections(page: &Decks) -> Vec<(String, String)> {
    const PARTS: [DeckField; 5] = [
        DeckField::Input,
        DeckField::Output,
        DeckField::Timeline,
        DeckField::SourceCode,
        DeckField::Dependencies,
    ];
    let place = |deck: &Deck| match deck.name() {
        ERROR => 0,
        name => match PARTS.iter().position(|field| field.title() == name) {
            Some(index) => 2 + index,
            None => 1,
        },
    };
    let mut decks = page.own();
    decks.sort_by_key(place);
    let sections = decks.iter().map(|deck| {
        let content = timeline::table(&deck.rows()) + &deck.html();
        (Html::escape(deck.name()), content)
    });
    sections
        .filter(|(_, content)| !content.is_empty())
        .collect()
}

/// The decks of a page, each in a tab.
fn tabs(out: &mut String, page: &Decks, number: usize) {
    let sections = sections(page);
    if sections.is_empty() {
        *out += "<p class=\"quiet\">There is nothing in its decks.</p>\n";
        return;
    }
    let of = Html::escape(page.task().unwrap_or("Decks"));
    put(
        out,
        format_args!("<div class=\"tabs\" data-label=\"{of}\">\n"),
    );
    for (index, (name, _)) in sections.iter().enumerate() {
        let id = format!("{number}-{index}");
        let checked = if index == 0 { " checked" } else { "" };
        put(
            out,
            format_args!(
                "<input type=\"radio\" name=\"tabs-{number}\" id=\"tab-{id}\"{checked}><label \
                 for=\"tab-{id}\">{name}</label>\n"
            ),
        );
    }
    for (index, (name, content)) in sections.iter().enumerate() {
        put(
            out,
            format_args!(
                "<section class=\"panel\" id=\"deck-{number}-{index}\" aria-label=\"{name}\">\n{content}\n</section>\n"
            ),
        );
    }
    *out += "</div>\n";
}

/// Wraps a body in a complete document.
fn whole(title: &str, body: &str, is_raw: bool, moment: Moment) -> String {
    // Raw markup may have its own scripts.
    let scripts = match is_raw {
        true => "'unsafe-inline'".to_owned(),
        false => format!("'sha256-{}'", STANDARD.encode(Sha256::digest(SCRIPT))),
    };
    let refresh = match moment {
        Moment::Running => "<meta http-equiv=\"refresh\" content=\"2\">\n",
        Moment::Ended => "",
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         img-src data:; media-src data:; font-src data:; script-src {scripts}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         {refresh}<title>{}</title>\n<style>\n{STYLE}",
        Html::escape(title)
    );
    // Without scripts, the selected radio button of a tab row shows its panel.
    let most = body.matches("<section class=\"panel\"").count();
    for nth in 1..=most.min(MOST_TABS) {
        put(
            &mut page,
            format_args!(
                ".tabs > input:nth-of-type({nth}):checked ~ section:nth-of-type({nth}) {{ display: block }}\n"
            ),
        );
    }
    page += "</style>\n</head>\n<body>\n";
    page += body;
    put(
        &mut page,
        format_args!("<script>{SCRIPT}</script>\n</body>\n</html>\n"),
    );
    page
}

/// How many tabs of a row work without scripts.
const MOST_TABS: usize = 100;

/// Appends a formatted text to a page.
pub fn put(page: &mut String, text: Arguments<'_>) {
    page.write_fmt(text).expect("a String takes any text");
}

/// A time as `2026-01-31 23:59:59.123`, in UTC.
pub(super) fn utc(time: SystemTime) -> String {
    match Timestamp::try_from(time) {
        Ok(time) => time
            .to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d %H:%M:%S%.3f")
            .to_string(),
        // Outside of the years for which dates are formatted.
        Err(_) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        for (millis, text) in [
            (0, "1970-01-01 00:00:00.000"),
            (951_782_399_999, "2000-02-28 23:59:59.999"),
            (1_767_225_599_001, "2025-12-31 23:59:59.001"),
        ] {
            assert_eq!(utc(UNIX_EPOCH + Duration::from_millis(millis)), text);
        }
        let before = UNIX_EPOCH - Duration::from_millis(1);
        assert_eq!(utc(before), "1969-12-31 23:59:59.999");
    }
}
