#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, UNIX_EPOCH};

use super::*;

/// The ids of the sections, in order, with the text up to the next one.
fn sections(page: &str) -> Vec<&str> {
    page.split("<section ").skip(1).collect()
}

#[test]
fn what_is_appended_adds_up() {
    let decks = Decks::new();
    decks.default_deck().append("one");
    decks
        .default_deck()
        .append(String::from("two"))
        .append(format_args!("{}", 3));
    decks
        .clone()
        .deck("default")
        .append(Html::raw("<b>four</b>"));
    assert_eq!(decks.len(), 1);
    assert_eq!(
        decks.get("default").unwrap().html(),
        "<div class=\"text\">one</div>\n<div class=\"text\">two</div>\n<div class=\"text\">3</div>\n<b>four</b>"
    );
    assert!(decks.get("other").is_none());
}

#[test]
fn decks_are_in_the_order_in_which_they_were_made() {
    let decks = Decks::new();
    assert!(decks.is_empty());
    for name in ["z", "a", "z", "m"] {
        decks.deck(name).append(name);
    }
    decks.deck("nothing in it");
    let names = decks
        .all()
        .iter()
        .map(|deck| deck.name().to_owned())
        .collect::<Vec<_>>();
    assert_eq!(names, ["z", "a", "m", "nothing in it"]);
    let page = render(&decks);
    let sections = sections(&page);
    assert_eq!(sections.len(), 3);
    assert!(sections[0].starts_with("id=\"deck-0\" aria-label=\"z\""));
    assert!(sections[2].starts_with("id=\"deck-2\" aria-label=\"m\""));
    assert_eq!(page.matches(" checked>").count(), 1);
}

#[test]
fn names_and_texts_are_escaped_and_html_is_not() {
    let decks = Decks::new();
    let evil = "</style><script>alert('\"&\"')</script>";
    decks.deck(evil).append(evil);
    decks.timeline_deck().measure(evil, || ());
    let page = render(&decks);
    assert!(!page.contains("<script>") && !page.contains(evil));
    let escaped = "&lt;/style&gt;&lt;script&gt;alert(&#x27;&quot;&amp;&quot;&#x27;)&lt;/script&gt;";
    assert_eq!(Html::escape(evil), escaped);
    assert_eq!(page.matches(escaped).count(), 4); // tab, label of the section, text, row

    decks
        .deck("raw")
        .append(Html::raw("<script>draw()</script>"));
    assert!(render(&decks).contains("<script>draw()</script>"));
}

#[test]
fn fields_are_decks_with_flytekits_names() {
    let decks = Decks::new();
    for field in DeckField::ALL {
        decks.field(*field).append("x");
    }
    let names = decks
        .all()
        .iter()
        .map(|deck| deck.name().to_owned())
        .collect::<Vec<_>>();
    assert_eq!(
        names,
        ["Source Code", "Dependencies", "Timeline", "Input", "Output"]
    );
}

#[test]
fn the_timeline_is_a_table_on_one_axis() {
    let decks = Decks::new();
    let row = |name: &str, start, wall, cpu| TimelineRow {
        name: name.to_owned(),
        start: UNIX_EPOCH + Duration::from_secs(start),
        wall: Duration::from_secs(wall),
        cpu,
    };
    decks
        .timeline_deck()
        .append(row("second", 11, 3, None))
        .append(row("first", 10, 1, Some(Duration::from_millis(500))));
    let page = render(&decks);
    assert!(page.contains(
        "<tr><td>second</td><td>1970-01-01 00:00:11.000</td><td class=\"number\">3.000000 s</td><td class=\"number\">–</td>\
         <td class=\"bar\"><div style=\"margin-left:25.00%;width:75.00%\"></div></td></tr>"
    ));
    assert!(page.contains("<td class=\"number\">0.500000 s</td><td class=\"bar\"><div style=\"margin-left:0.00%;width:25.00%\">"));

    let still = Decks::new();
    still.timeline_deck().append(row("no time", 1, 0, None));
    assert!(render(&still).contains("margin-left:0.00%;width:0.00%"));
}

#[test]
fn a_step_is_measured_even_if_it_panics() {
    let timeline = Decks::new().timeline_deck();
    assert_eq!(timeline.measure("works", || 7), 7);
    let step = AssertUnwindSafe(|| timeline.measure("panics", || panic!("on purpose")));
    assert!(catch_unwind(step).is_err());
    let rows = timeline.rows();
    let names = rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["works", "panics"]);
    assert!(rows[0].start <= rows[1].start);
}

#[test]
fn an_execution_without_decks_has_a_page_too() {
    let page = render(&Decks::new());
    assert!(page.starts_with("<!doctype html>") && page.contains("no decks"));
    assert!(page.contains("color-scheme: light dark"));
    assert!(!page.contains("http"), "the page needs no network");
}

#[test]
fn threads_append_to_one_deck() {
    let decks = Decks::new();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let decks = &decks;
            scope.spawn(move || {
                for line in 0..50 {
                    decks.default_deck().append(format!("{thread} {line}"));
                    decks.timeline_deck().measure("step", || ());
                }
            });
        }
    });
    assert_eq!(decks.len(), 2);
    assert_eq!(decks.default_deck().html().lines().count(), 200);
    assert_eq!(decks.timeline_deck().rows().len(), 200);
}
