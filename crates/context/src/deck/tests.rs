#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, UNIX_EPOCH};

use super::*;

/// The ids of the sections, in order, with the text up to the next one.
fn sections(page: &str) -> Vec<&str> {
    page.split("<section class=\"panel\" ").skip(1).collect()
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
    assert!(sections[0].starts_with("id=\"deck-0-0\" aria-label=\"z\""));
    assert!(sections[2].starts_with("id=\"deck-0-2\" aria-label=\"m\""));
    assert_eq!(page.matches(" checked>").count(), 1);
}

#[test]
fn names_and_texts_are_escaped_and_html_is_not() {
    let decks = Decks::new();
    let evil = "</style><script>alert('\"&\"')</script>";
    decks.deck(evil).append(evil);
    decks.timeline_deck().measure(evil, || ());
    let page = render(&decks);
    assert!(!page.contains("<script>alert") && !page.contains(evil));
    assert!(
        page.contains("script-src 'sha256-"),
        "no script but the page's own"
    );
    let escaped = "&lt;/style&gt;&lt;script&gt;alert(&#x27;&quot;&amp;&quot;&#x27;)&lt;/script&gt;";
    assert_eq!(Html::escape(evil), escaped);
    assert_eq!(page.matches(escaped).count(), 4); // tab, label of the section, text, row

    decks
        .deck("raw")
        .append(Html::raw("<script>draw()</script>"));
    let page = render(&decks);
    assert!(page.contains("<script>draw()</script>"));
    assert!(page.contains("default-src 'none'") && page.contains("script-src 'unsafe-inline'"));
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
    let (first, second) = (page.find("<td>first</td>"), page.find("<td>second</td>"));
    assert!(first.is_some() && first < second, "as they began");
    assert!(page.contains(
        "<tr><td>second</td><td class=\"nowrap\">1970-01-01 00:00:11.000</td><td class=\"number\">3.000 s</td>\
         <td class=\"number\">–</td><td class=\"bars\"><div style=\"margin-left:25.00%;width:75.00%\"></div></td></tr>"
    ));
    assert!(page.contains(
        "<td class=\"number\">500.0 ms</td><td class=\"bars\"><div style=\"margin-left:0.00%;width:25.00%\">"
    ));

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
    assert!(
        !page.contains("http:") && !page.contains("https:"),
        "the page needs no network"
    );
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

#[test]
fn a_table_escapes_its_cells_and_has_room_for_all_of_them() {
    let table = Table::new(["a", "b<"])
        .caption("x & y")
        .row(&[&"<i>", &1.5])
        .row(&[&"short"])
        .rows([["long", "-2", "more"]]);
    let html = Html::from(table);
    assert_eq!(
        html.as_str(),
        "<div class=\"scroll cells\"><table>\n<caption>x &amp; y</caption>\n\
         <thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"number\">b&lt;</th><th \
         scope=\"col\"></th></tr></thead>\n\
         <tbody>\n<tr><td>&lt;i&gt;</td><td class=\"number\">1.5</td><td></td></tr>\n\
         <tr><td>short</td><td class=\"number\"></td><td></td></tr>\n\
         <tr><td>long</td><td class=\"number\">-2</td><td>more</td></tr>\n</tbody>\n</table></div>"
    );
    assert!(Html::from(Table::default()).as_str().contains("<table>"));
    // Only long text is broken into lines.
    let html = Html::from(Table::new(["a"]).rows([["x".repeat(40)], ["y".repeat(41)]]));
    for part in ["<td>x", "<td class=\"long\">y"] {
        assert!(html.as_str().contains(part), "{part}");
    }
}

#[test]
fn markdown_shows_markup_and_follows_no_dangerous_link() {
    let html = |text: &str| Html::from(Markdown::new(text)).as_str().to_owned();
    let all = html("# T\n\n- [x] *a*\n\n| h |\n|-|\n| `c` |\n\n```\n<pre>\n```\n");
    for part in [
        "<h1>T</h1>",
        "<em>a</em>",
        "<td><code>c</code></td>",
        "&lt;pre&gt;",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    for evil in [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div\nonclick=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JavaScript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html,evil)",
        "[x][y]\n\n[y]: vbscript:evil",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "![x](https://elsewhere/pixel.png)",
        "[\"><script>](x)",
    ] {
        let html = html(evil);
        let tags = [
            "<script",
            "<img src=x",
            "<div\nonclick",
            "src=\"http",
            "href=\"d",
            "href=\"v",
            "href=\"j",
            "href=\"J",
            "src=\"j",
        ];
        for tag in tags {
            assert!(!html.contains(tag), "{evil} gives {html}");
        }
    }
    assert!(html("[a](https://a.b/?c:d) <m@x.y>").contains("href=\"https://a.b/?c:d\""));
    assert!(html("<m@x.y>").contains("href=\"mailto:m@x.y\""));
    assert!(html("[a](b/c:d)").contains("href=\"b/c:d\""));
    assert!(html("![dot](data:image/png;base64,AAAA)").contains("src=\"data:image/png"));
}

#[test]
fn a_plot_is_drawn_whatever_the_numbers_are() {
    let series: [&[(f64, f64)]; 8] = [
        &[],
        &[(1.0, 1.0)],
        &[(1.0, 2.0), (1.0, 2.0)],
        &[(0.0, 5.0), (1.0, 5.0)],
        &[(0.0, f64::NAN), (f64::INFINITY, 1.0), (2.0, 3.0)],
        &[(f64::MIN, f64::MAX), (f64::MAX, f64::MIN)],
        &[(1e-320, -1e-320), (0.0, 0.0)],
        &[(1e15, 1e15 + 0.25), (1e15 + 1.0, 1e15 + 0.5)],
    ];
    for points in series {
        let points = || points.iter().copied();
        let plots = [
            Plot::new("<t>").line("l", points()).points("p", points()),
            Plot::new("<t>").bars("b", points().map(|(x, y)| (x.to_string(), y))),
            Plot::new("<t>").histogram("h", points().map(|(x, _)| x), 10),
        ];
        for plot in plots {
            let html = Html::from(plot.x_label("<x>").y_label("<y>"));
            let html = html.as_str();
            assert!(
                html.contains("<figcaption>&lt;t&gt;</figcaption>"),
                "{html}"
            );
            // Texts may say NaN; coordinates may not.
            for attribute in [
                "x=", "y=", "x1=", "y2=", "cx=", "cy=", "width=", "height=", "points=",
            ] {
                for part in html.split(&format!(" {attribute}\"")).skip(1) {
                    let value = part.split('"').next().unwrap();
                    let mut numbers = value.split([' ', ',']).filter(|text| !text.is_empty());
                    let in_picture =
                        |text: &str| text.parse().is_ok_and(|n: f64| (-1.0..=700.0).contains(&n));
                    assert!(numbers.all(in_picture), "{attribute}{value} in {html}");
                }
            }
        }
    }
}

/// Invisible details are left out, so the page stays small enough to open.
#[test]
fn many_points_and_rows_make_no_large_page() {
    let wave = |x: u32| (f64::from(x), (f64::from(x) / 3e3).sin());
    let peak = (100_000.0, 9.0);
    let points = || (0..200_000).map(wave).chain([peak, (200_000.0, -1.0)]);
    let (line, dots) = (
        Plot::new("").line("w", points()),
        Plot::new("").points("w", points()),
    );
    for (plot, most) in [(line, 60_000), (dots, 1_500_000)] {
        let html = Html::from(plot);
        assert!(html.as_str().len() < most, "{}", html.as_str().len());
        assert!(html.as_str().contains("200002 points"));
    }
    let places = |html: &str| html.split("points=\"").nth(1).unwrap().to_owned();
    let line = Html::from(Plot::new("").line("w", points()));
    let top = Html::from(Plot::new("").line("w", [(0.0, -1.0), peak, (200_000.0, -1.0)]));
    let top = places(top.as_str());
    let top = top.split(' ').nth(1).unwrap();
    assert!(places(line.as_str()).contains(top), "the peak at {top}");

    let table = || Table::new(["n"]).rows((0..200_000).map(|n| [n]));
    let html = Html::from(table());
    assert!(html.as_str().contains("<td class=\"number\">999</td>"));
    assert!(html.as_str().ends_with("<p>199000 more rows</p>"));
    let html = Html::from(table().limit(199_999));
    assert!(html.as_str().ends_with("<p>1 more row</p>"));
}

#[test]
fn a_plot_says_what_it_shows_and_what_it_leaves_out() {
    let plot = Plot::new("Loss").line("a", [(1.0, 4.0), (2.0, f64::NAN), (3.0, 0.5)]);
    let html = Html::from(plot);
    for part in [
        "role=\"img\" aria-label=\"Loss. a: a line of 2 points, from 1, 4 to 3, 0.5.\"",
        "1 number that is not finite is left out.",
    ] {
        assert!(html.as_str().contains(part), "{part}: {}", html.as_str());
    }
    assert!(!html.as_str().contains("legend"), "one series needs none");
    let nothing = Html::from(Plot::new("None").points("p", []));
    assert!(nothing.as_str().contains("There are no numbers to show."));
}
