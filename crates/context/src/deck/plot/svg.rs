//! A plot as SVG.

use std::{collections::HashSet, fmt::Write};

use super::{Data, Plot, axis::Axis};
use crate::deck::Html;

const WIDTH: f64 = 680.0;
const HEIGHT: f64 = 348.0;
const LEFT: f64 = 88.0;
const RIGHT: f64 = 36.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 64.0;

/// The number of colours in the style of the page.
const COLORS: usize = 6;

/// The style of a series; series that share a colour differ in the pattern of their lines.
fn class_of(series: usize) -> String {
    let colour = series % COLORS;
    match series / COLORS {
        0 => format!("c{colour}"),
        again => format!("c{colour} again{}", (again - 1) % 2 + 1),
    }
}

/// The maximum number of texts that fit below the bars.
const TEXTS_BELOW: usize = 24;

/// Up to this many points are drawn without checking for overlaps.
const ALL_SEEN: usize = 1_000;

/// The maximum number of characters of a text below its bar.
const LETTERS_BELOW: usize = 14;

/// The contents to draw, in numbers on both axes.
struct Drawing<'a> {
    plot: &'a Plot,
    /// The texts of the bars.
    texts: Vec<&'a str>,
    /// The number of series with bars.
    bars: usize,
    x: Axis,
    y: Axis,
    /// The number of values that are not finite.
    left_out: usize,
    /// The number of values drawn.
    drawn: usize,
}

/// The figure: the picture, its description in words, and the legend.
pub(super) fn draw(plot: &Plot) -> String {
    let drawing = Drawing::new(plot);
    let mut figure = format!(
        "<figure class=\"plot\">\n<figcaption>{}</figcaption>\n",
        Html::escape(&plot.title)
    );
    if drawing.drawn == 0 {
        figure += "<p class=\"quiet\">There are no numbers to show.</p>\n";
    } else {
        drawing.svg(&mut figure);
        drawing.legend(&mut figure);
    }
    match drawing.left_out {
        0 => {}
        1 => figure += "<p class=\"quiet\">1 number that is not finite is left out.</p>\n",
        n => put(
            &mut figure,
            format_args!("<p class=\"quiet\">{n} numbers that are not finite are left out.</p>\n"),
        ),
    }
    figure += "</figure>";
    figure
}

fn put(text: &mut String, added: std::fmt::Arguments<'_>) {
    text.write_fmt(added).expect("a String takes any text");
}

/// A text, shortened to this many characters.
fn shortened(text: &str, letters: usize) -> String {
    let mut short: String = text.chars().take(letters).collect();
    if short.len() < text.len() {
        short.pop();
        short.push('…');
    }
    short
}

/// The visible points of a part of a line that is no wider than a pixel: its ends, minimum and maximum.
fn seen_of(column: &[(f64, f64)]) -> impl Iterator<Item = &(f64, f64)> {
    let by_height = |one: &usize, other: &usize| column[*one].1.total_cmp(&column[*other].1);
    let all = 0..column.len();
    let mut seen = [
        Some(0),
        all.clone().min_by(by_height),
        all.clone().max_by(by_height),
        all.last(),
    ];
    seen.sort_unstable();
    let mut before = None;
    seen.into_iter().flatten().filter_map(move |index| {
        let is_new = before.replace(index) != Some(index);
        is_new.then(|| &column[index])
    })
}

fn is_finite(point: &&(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

impl<'a> Drawing<'a> {
    fn new(plot: &'a Plot) -> Self {
        let mut texts: Vec<&str> = Vec::new();
        let (mut bars, mut left_out, mut drawn) = (0, 0, 0);
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for series in &plot.series {
            match &series.data {
                Data::Line(points) | Data::Points(points) => {
                    let finite = points.iter().filter(is_finite);
                    let before = xs.len();
                    xs.extend(finite.clone().map(|point| point.0));
                    ys.extend(finite.map(|point| point.1));
                    left_out += points.len() - (xs.len() - before);
                    drawn += xs.len() - before;
                }
                Data::Bars(of_text) => {
                    bars += 1;
                    ys.push(0.0);
                    for (text, value) in of_text {
                        if !texts.contains(&text.as_str()) {
                            texts.push(text);
                        }
                        if value.is_finite() {
                            ys.push(*value);
                            drawn += 1;
                        } else {
                            left_out += 1;
                        }
                    }
                }
                Data::Histogram(ranges, others) => {
                    left_out += others.len();
                    ys.push(0.0);
                    for (from, to, count) in ranges {
                        xs.extend([*from, *to]);
                        ys.push(*count as f64);
                        drawn += 1;
                    }
                }
            }
        }
        if bars > 0 {
            // Adds room for half a bar on each side.
            xs.extend([-0.5, texts.len() as f64 - 0.5]);
        }
        let x = if bars > 0 && xs.iter().all(|x| (-0.5..texts.len() as f64).contains(x)) {
            Axis::exactly(-0.5, texts.len() as f64 - 0.5)
        } else {
            Axis::around(xs.into_iter())
        };
        Self {
            plot,
            texts,
            bars,
            x,
            y: Axis::around(ys.into_iter()),
            left_out,
            drawn,
        }
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.y.place(value) * (HEIGHT - TOP - BOTTOM)
    }

    /// The plot in words.
    fn description(&self) -> String {
        let mut words = String::new();
        for series in &self.plot.series {
            let what = match &series.data {
                Data::Line(points) => line_in_words("a line of", points),
                Data::Points(points) => line_in_words("", points),
                Data::Bars(bars) => {
                    let told = bars.iter().take(TEXTS_BELOW);
                    let told: Vec<_> = told
                        .map(|(text, value)| format!("{text} {value}"))
                        .collect();
                    let rest = bars.len() - told.len();
                    let rest = if rest > 0 {
                        format!(" and {rest} more")
                    } else {
                        String::new()
                    };
                    format!("{} bars: {}{rest}", bars.len(), told.join(", "))
                }
                Data::Histogram(ranges, _) => {
                    let count: u64 = ranges.iter().map(|(.., count)| count).sum();
                    match (ranges.first(), ranges.last()) {
                        (Some((from, ..)), Some((_, to, _))) => {
                            format!("a histogram of {count} values from {from} to {to}")
                        }
                        _ => "no values".to_owned(),
                    }
                }
            };
            let name = if series.name.is_empty() { "" } else { ": " };
            put(&mut words, format_args!("{}{name}{what}. ", series.name));
        }
        words.trim_end().to_owned()
    }

    fn svg(&self, out: &mut String) {
        let escape = |text: &str| Html::escape(text);
        put(
            out,
            format_args!(
                "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n<desc>{}</desc>\n",
                escape(&format!("{}. {}", self.plot.title, self.description())),
                escape(&self.description()),
            ),
        );
        self.axes(out);
        let mut nth_bars = 0;
        for (index, series) in self.plot.series.iter().enumerate() {
            put(out, format_args!("<g class=\"{}\">\n", class_of(index)));
            match &series.data {
                Data::Line(points) => self.line(out, points),
                Data::Points(points) => self.points(out, points),
                Data::Bars(bars) => {
                    self.bars(out, nth_bars, &series.name, bars);
                    nth_bars += 1;
                }
                Data::Histogram(ranges, _) => self.histogram(out, ranges),
            }
            out.push_str("</g>\n");
        }
        // Drawn above the bars, which stand on it.
        put(
            out,
            format_args!(
                "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{zero:.1}\" y2=\"{zero:.1}\"/>\n",
                WIDTH - RIGHT,
                zero = self.y(0.0)
            ),
        );
        out.push_str("</svg>\n");
    }

    fn axes(&self, out: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, text) in self.y.ticks() {
            let y = self.y(*value);
            put(
                out,
                format_args!(
                    "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
                     <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>\n",
                    LEFT - 8.0,
                    y + 4.0,
                ),
            );
        }
        if self.bars > 0 {
            self.texts_below(out, bottom);
        } else if self.bars == 0 {
            for (value, text) in self.x.ticks() {
                let x = self.x(*value);
                put(
                    out,
                    format_args!(
                        "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
                         <text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>\n",
                        bottom + 22.0,
                    ),
                );
            }
        }
        if !self.plot.x_label.is_empty() {
            put(
                out,
                format_args!(
                    "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
                    (LEFT + right) / 2.0,
                    HEIGHT - 8.0,
                    Html::escape(&shortened(&self.plot.x_label, 70))
                ),
            );
        }
        if !self.plot.y_label.is_empty() {
            let middle = (TOP + bottom) / 2.0;
            put(
                out,
                format_args!(
                    "<text class=\"label\" x=\"14\" y=\"{middle:.1}\" text-anchor=\"middle\" \
                     transform=\"rotate(-90 14 {middle:.1})\">{}</text>\n",
                    Html::escape(&shortened(&self.plot.y_label, 34))
                ),
            );
        }
    }

    /// Draws the texts of the bars; if there are many, only every second, third and so on; slanted if they would
    /// overlap.
    fn texts_below(&self, out: &mut String, bottom: f64) {
        let every = self.texts.len().div_ceil(TEXTS_BELOW).max(1);
        let shown = self.texts.len().div_ceil(every).max(1);
        let room = (WIDTH - LEFT - RIGHT) / shown as f64;
        let longest = self.texts.iter().map(|text| text.chars().count()).max();
        let aslant = longest.unwrap_or_default().min(LETTERS_BELOW) as f64 * 7.0 > room;
        for (index, text) in self.texts.iter().enumerate().step_by(every) {
            let x = self.x(index as f64);
            let short = Html::escape(&shortened(text, LETTERS_BELOW));
            let y = bottom + if aslant { 12.0 } else { 22.0 };
            let turned = match aslant {
                true => format!("text-anchor=\"end\" transform=\"rotate(-30 {x:.1} {y:.1})\""),
                false => "text-anchor=\"middle\"".to_owned(),
            };
            put(
                out,
                format_args!(
                    "<text class=\"tick\" x=\"{x:.1}\" y=\"{y:.1}\" {turned}>{short}</text>\n"
                ),
            );
        }
    }

    fn line(&self, out: &mut String, points: &[(f64, f64)]) {
        let finite: Vec<_> = points.iter().filter(is_finite).collect();
        if let [only] = finite[..] {
            return self.points(out, &[*only]);
        }
        let places: Vec<_> = finite
            .into_iter()
            .map(|(x, y)| (self.x(*x), self.y(*y)))
            .collect();
        out.push_str("<polyline class=\"line\" points=\"");
        for column in places.chunk_by(|one, next| one.0.floor() == next.0.floor()) {
            for (x, y) in seen_of(column) {
                put(out, format_args!("{x:.1},{y:.1} "));
            }
        }
        out.push_str("\"/>\n");
    }

    fn points(&self, out: &mut String, points: &[(f64, f64)]) {
        // If there are many points, those that would cover each other are left out.
        let mut taken = HashSet::new();
        let is_seen = |point: &&(f64, f64)| {
            let place = (self.x(point.0).round(), self.y(point.1).round());
            points.len() <= ALL_SEEN || taken.insert((place.0 as i32, place.1 as i32))
        };
        for (x, y) in points.iter().filter(is_finite).filter(is_seen) {
            put(
                out,
                format_args!(
                    "<circle class=\"fill\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"><title>{x}, {y}</title></circle>\n",
                    self.x(*x),
                    self.y(*y)
                ),
            );
        }
    }

    fn bars(&self, out: &mut String, nth: usize, name: &str, bars: &[(String, f64)]) {
        let width = 0.76 / self.bars.max(1) as f64;
        for (text, value) in bars.iter().filter(|(_, value)| value.is_finite()) {
            let index = self.texts.iter().position(|other| other == text);
            let from = index.unwrap_or_default() as f64 - 0.38 + nth as f64 * width;
            let name = match self.bars {
                1 => String::new(),
                _ => format!(" {name}"),
            };
            self.bar(
                out,
                from,
                from + width,
                *value,
                &format!("{text}{name}: {value}"),
            );
        }
    }

    fn histogram(&self, out: &mut String, ranges: &[(f64, f64, u64)]) {
        for (from, to, count) in ranges {
            let told = format!("{from} to {to}: {count}");
            self.bar(out, *from, *to, *count as f64, &told);
        }
    }

    fn bar(&self, out: &mut String, from: f64, to: f64, value: f64, told: &str) {
        let (left, right) = (self.x(from), self.x(to));
        let (zero, end) = (self.y(0.0), self.y(value));
        put(
            out,
            format_args!(
                "<rect class=\"fill bar\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
                 height=\"{:.1}\"><title>{}</title></rect>\n",
                zero.min(end),
                (right - left).max(0.5),
                (zero - end).abs(),
                Html::escape(told)
            ),
        );
    }

    fn legend(&self, out: &mut String) {
        if self.plot.series.len() < 2 {
            return;
        }
        out.push_str("<ul class=\"legend\">\n");
        for (index, series) in self.plot.series.iter().enumerate() {
            put(
                out,
                format_args!(
                    "<li><span class=\"{} swatch\"></span>{}</li>\n",
                    class_of(index),
                    Html::escape(&series.name)
                ),
            );
        }
        out.push_str("</ul>\n");
    }
}

fn line_in_words(what: &str, points: &[(f64, f64)]) -> String {
    let finite: Vec<_> = points.iter().filter(is_finite).collect();
    let many = if finite.len() == 1 { "point" } else { "points" };
    let words = match (finite.first(), finite.last()) {
        (Some((x, y)), Some((last_x, last_y))) => {
            let count = finite.len();
            format!("{what} {count} {many}, from {x}, {y} to {last_x}, {last_y}")
        }
        _ => "no points".to_owned(),
    };
    words.trim_start().to_owned()
}
