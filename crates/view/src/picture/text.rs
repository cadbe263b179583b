//! The picture in characters, for terminals and for places where nothing is drawn.

mod strokes;
mod tracks;

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{
    card,
    layout::{Drawing, Group, Line, Rect, Shape, Sketch, Spacing},
    measure::{cells, cut, line},
    model::{Kind, Model, Step, Why},
    svg,
};
use strokes::{DOWN, LEFT, RIGHT, Style, UP, drawn};

/// The most links with labels.
const LABELS: usize = 24;

/// How wide a terminal is, if nothing else is known.
pub(super) const COLUMNS: usize = 80;

/// The longest word in a label, and the longest line at an end, which stay whole also where there is little room.
const LABEL: usize = 24;

/// How much room there is; what needs more goes on in the next line.
struct Room {
    /// The longest line in a box.
    line: usize,
    /// The longest label.
    label: usize,
    /// Between two boxes.
    gap: f64,
}

/// From generous to tight: the first with which the picture fits a terminal is taken.
const ROOMS: [Room; 4] = [
    Room {
        line: 40,
        label: 24,
        gap: 4.0,
    },
    Room {
        line: 28,
        label: 18,
        gap: 2.0,
    },
    Room {
        line: 20,
        label: 14,
        gap: 2.0,
    },
    Room {
        line: 14,
        label: 10,
        gap: 2.0,
    },
];

/// The rows between two ranks, at most; those that say nothing are taken out afterwards.
const GAP: usize = 60;

/// The picture, in so many columns if that can be.
pub(super) fn draw(model: &Model, columns: usize) -> String {
    let mut narrowest = String::new();
    for room in &ROOMS {
        let picture = draw_in(model, room);
        let width = |text: &str| text.lines().map(cells).max().unwrap_or(0);
        if width(&picture) <= columns {
            narrowest = picture;
            break;
        }
        if narrowest.is_empty() || width(&picture) < width(&narrowest) {
            narrowest = picture;
        }
    }
    format!("{}\n{narrowest}", title(model))
}

fn draw_in(model: &Model, room: &Room) -> String {
    let boxes: Vec<Vec<String>> = model
        .steps
        .iter()
        .map(|step| written(step, room.line))
        .collect();
    let mut labels: Vec<Vec<String>> = model
        .links
        .iter()
        .map(|link| {
            let label = card::label(model, link);
            // Types stay whole where they are not very long.
            let longest = label.split(' ').map(cells).max().unwrap_or(0);
            folded(&label, room.label.max(longest.min(LABEL)))
        })
        .collect();
    if labels.iter().filter(|label| !label.is_empty()).count() > LABELS {
        labels.iter_mut().for_each(Vec::clear);
    }
    let widest = |lines: &[String]| lines.iter().map(|line| cells(line)).max().unwrap_or(0);
    let even = |width: usize| width.next_multiple_of(2) as f64;
    let frames: Vec<String> = model
        .frames
        .iter()
        .map(|frame| {
            cut(
                line(&format!("{} {}", frame.title, frame.mark)).trim(),
                room.line,
            )
        })
        .collect();
    let nodes = model.steps.iter().zip(&boxes).map(|(step, lines)| {
        let width = widest(lines);
        let (beside, above) = if is_end(step) { (0, 0) } else { (4, 2) };
        Shape {
            width: even(width + beside),
            height: (lines.len() + above) as f64,
            cluster: step.group,
        }
    });
    let edges = model.links.iter().zip(&labels).map(|(link, label)| Line {
        from: link.from,
        to: link.to,
        label: (!label.is_empty()).then(|| (even(widest(label) + 2), label.len() as f64)),
    });
    let clusters = model
        .frames
        .iter()
        .zip(&frames)
        .map(|(frame, title)| Group {
            parent: frame.parent,
            width: even(cells(title) + 6),
        });
    let sketch = Sketch {
        nodes: nodes.collect(),
        edges: edges.collect(),
        clusters: clusters.collect(),
    };
    let gap = (2 * model.links.len() + 6).min(GAP) as f64;
    let drawing = sketch.lay_out(&Spacing {
        nodes: room.gap,
        edges: 2.0,
        ranks: gap,
        ranks_most: gap,
        ports: 2.0,
        padding: 2.0,
        title: 2.0,
    });
    let mut page = Page::new(&drawing);
    for (rect, title) in drawing.clusters.iter().zip(&frames) {
        page.frame(rect, title);
    }
    page.edges(model, &drawing);
    for (((step, lines), rect), index) in
        model.steps.iter().zip(&boxes).zip(&drawing.nodes).zip(0..)
    {
        page.step(step, lines, rect);
        let ports = model.links.iter().zip(&drawing.edges);
        for (link, route) in ports.clone().filter(|(link, _)| link.to == index) {
            let Some(run) = route.runs.last() else {
                continue;
            };
            let above = if is_end(step) { 1.0 } else { 0.0 };
            let is_empty = matches!(link.why, Why::Order | Why::Failure);
            let arrow = if is_empty { '▽' } else { '▼' };
            page.put(run.x, (rect.y - above).max(0.0), arrow);
        }
        if !is_end(step) && model.links.iter().any(|link| link.from == index) {
            page.put(middle(rect), rect.y + rect.height - 1.0, '┬');
        }
    }
    for (route, label) in drawing.edges.iter().zip(&labels) {
        let Some(rect) = route.label else {
            continue;
        };
        for (row, line) in label.iter().enumerate() {
            // On the line, which is in the middle.
            let beside = (rect.width as usize)
                .saturating_sub(cells(line))
                .div_ceil(2);
            page.text(rect.x + beside as f64, rect.y + row as f64, line);
        }
    }
    page.finish()
}

fn title(model: &Model) -> String {
    let place = svg::place(model);
    format!("{}  {place}\n", line(&model.short_name))
}

fn is_end(step: &Step) -> bool {
    matches!(step.kind, Kind::Input | Kind::Output)
}

fn middle(rect: &Rect) -> f64 {
    (rect.x + rect.width / 2.0).floor()
}

/// What is written on a step, in lines of at most `most` cells.
fn written(step: &Step, most: usize) -> Vec<String> {
    if is_end(step) {
        let end = format!("({}: {})", line(&step.name), line(&step.value));
        // There is no frame around it, so it may be wider than what has one.
        let mut lines = folded(&end, most.max(LABEL));
        lines.extend(listed(&step.constants, most));
        return lines;
    }
    let sign = match step.kind {
        Kind::Branch => "◇ ",
        Kind::Map => "≡ ",
        Kind::Gate => "‖ ",
        Kind::Failure => "✕ ",
        Kind::LaunchPlan => "▷ ",
        _ => "",
    };
    let mark = match step.mark.as_str() {
        "" => String::new(),
        mark => format!("  {}", line(mark)),
    };
    let mut lines = folded(&line(&step.caption), most);
    lines.extend(folded(&format!("{sign}{}{mark}", line(&step.name)), most));
    lines.extend(listed(&step.constants, most));
    lines.extend(listed(&step.options, most));
    lines
}

/// Items in lines: as many in one as there is room for.
fn listed(items: &[String], most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items.iter().map(|item| line(item)) {
        match lines.last_mut() {
            Some(last) if cells(last) + 3 + cells(&item) <= most => {
                last.push_str(" · ");
                last.push_str(&item);
            }
            _ => lines.extend(folded(&item, most)),
        }
    }
    lines
}

/// A text in lines, between words where that is possible; none if it is empty.
fn folded(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(last) if cells(last) + 1 + cells(word) <= most => {
                last.push(' ');
                last.push_str(word);
                continue;
            }
            _ => lines.push(String::new()),
        }
        for letter in word.chars() {
            let wide = cells(letter.encode_utf8(&mut [0; 4]));
            match lines.last_mut() {
                Some(last) if cells(last) + wide <= most => last.push(letter),
                _ => lines.push(letter.to_string()),
            }
        }
    }
    lines
}

/// A page of cells.
struct Page {
    width: usize,
    /// The ways on from each cell, by [`Style`].
    ways: Vec<[u8; 3]>,
    /// By cell, the line that goes through it from above to below, and the one that goes through it to the side.
    lines: Vec<[u32; 2]>,
    letters: Vec<Option<char>>,
}

impl Page {
    fn new(drawing: &Drawing) -> Self {
        let (width, height) = (drawing.width as usize + 2, drawing.height as usize + 1);
        Self {
            width,
            ways: vec![[0; 3]; width * height],
            lines: vec![[0; 2]; width * height],
            letters: vec![None; width * height],
        }
    }

    fn index(&self, x: usize, y: usize) -> Option<usize> {
        let index = y * self.width + x;
        (x < self.width && index < self.ways.len()).then_some(index)
    }

    fn put(&mut self, x: f64, y: f64, letter: char) {
        if let Some(index) = self.index(x as usize, y as usize) {
            self.letters[index] = Some(letter);
        }
    }

    fn text(&mut self, x: f64, y: f64, text: &str) {
        let mut x = x as usize;
        for letter in text.chars() {
            let wide = cells(letter.encode_utf8(&mut [0; 4]));
            if let Some(index) = self.index(x, y as usize) {
                self.letters[index] = Some(letter);
            }
            // What a wide letter covers holds nothing.
            for covered in 1..wide {
                if let Some(index) = self.index(x + covered, y as usize) {
                    self.letters[index] = Some('\0');
                }
            }
            x += wide;
        }
    }

    fn step(&mut self, step: &Step, lines: &[String], rect: &Rect) {
        if is_end(step) {
            for (row, line) in lines.iter().enumerate() {
                let beside = (rect.width as usize).saturating_sub(cells(line)) / 2;
                let y = rect.y + row as f64;
                self.text(rect.x, y, &" ".repeat(rect.width as usize));
                self.text(rect.x + beside as f64, y, line);
            }
            return;
        }
        let (width, height) = (rect.width as usize, rect.height as usize);
        let corners = match step.kind {
            Kind::Branch | Kind::Failure => ['┌', '┐', '└', '┘'],
            _ => ['╭', '╮', '╰', '╯'],
        };
        let (across, beside) = match step.kind {
            Kind::Map => ('═', '║'),
            Kind::Gate => ('─', '┋'),
            _ if step.on_failure => ('╌', '╎'),
            _ => ('─', '│'),
        };
        let corners = if step.kind == Kind::Map {
            ['╔', '╗', '╚', '╝']
        } else {
            corners
        };
        self.around(rect, corners, across, beside);
        for row in 1..height - 1 {
            self.text(rect.x + 1.0, rect.y + row as f64, &" ".repeat(width - 2));
            if let Some(line) = lines.get(row - 1) {
                self.text(rect.x + 2.0, rect.y + row as f64, line);
            }
        }
    }

    fn around(&mut self, rect: &Rect, corners: [char; 4], across: char, beside: char) {
        let (right, bottom) = (rect.x + rect.width - 1.0, rect.y + rect.height - 1.0);
        for step in 1..rect.width as usize - 1 {
            self.put(rect.x + step as f64, rect.y, across);
            self.put(rect.x + step as f64, bottom, across);
        }
        for step in 1..rect.height as usize - 1 {
            self.put(rect.x, rect.y + step as f64, beside);
            self.put(right, rect.y + step as f64, beside);
        }
        let places = [
            (rect.x, rect.y),
            (right, rect.y),
            (rect.x, bottom),
            (right, bottom),
        ];
        for ((x, y), corner) in places.into_iter().zip(corners) {
            self.put(x, y, corner);
        }
    }

    fn frame(&mut self, rect: &Rect, title: &str) {
        if rect.width >= 2.0 && rect.height >= 2.0 {
            self.around(rect, ['┌', '┐', '└', '┘'], '┄', '┆');
            self.text(rect.x + 2.0, rect.y, &format!(" {title} "));
        }
    }

    /// Marks a way, which takes the place of the edge of a frame.
    fn way(&mut self, x: usize, y: usize, ways: u8, style: Style) {
        if let Some(index) = self.index(x, y) {
            self.ways[index][style as usize] |= ways;
            if self.letters[index].is_some_and(|letter| matches!(letter, '┄' | '┆')) {
                self.letters[index] = None;
            }
        }
    }

    fn down(&mut self, x: usize, from: usize, to: usize, style: Style) {
        for y in from..=to {
            let above = if y > from { UP } else { 0 };
            let below = if y < to { DOWN } else { 0 };
            self.way(x, y, above | below, style);
        }
    }

    fn aside(&mut self, y: usize, from: usize, to: usize, style: Style) {
        for x in from..=to {
            let left = if x > from { LEFT } else { 0 };
            let right = if x < to { RIGHT } else { 0 };
            self.way(x, y, left | right, style);
        }
    }

    /// Notes whose line goes through cells: down (0) or to the side (1).
    fn belongs(&mut self, x: usize, rows: RangeInclusive<usize>, way: usize, line: u32) {
        for y in rows {
            if let Some(index) = self.index(x, y) {
                self.lines[index][way] = line;
            }
        }
    }

    /// The character for the lines through a cell. Where two lines cross, the one to the side is interrupted: a cross
    /// would look as if they joined.
    fn line(&self, index: usize) -> char {
        let [down, aside] = self.lines[index];
        let ways = self.ways[index];
        let all = ways[0] | ways[1] | ways[2];
        if all == UP | DOWN | LEFT | RIGHT && down != aside {
            return drawn(ways.map(|ways| ways & (UP | DOWN)));
        }
        drawn(ways)
    }

    /// Draws the edges: straight in ranks; between them those of one box share a line to the side.
    fn edges(&mut self, model: &Model, drawing: &Drawing) {
        // By the channel, where it begins and ends, what comes from where and goes where.
        let mut channels: BTreeMap<(usize, usize), Vec<tracks::Net>> = BTreeMap::new();
        // Where a line goes to, with how it is drawn: those of one box may differ.
        let mut styles: BTreeMap<[usize; 4], Vec<(usize, Style)>> = BTreeMap::new();
        for (index, (link, route)) in model.links.iter().zip(&drawing.edges).enumerate() {
            let style = Style::of(model, link);
            for (number, run) in route.runs.iter().enumerate() {
                let is_first = number == 0;
                let x = if is_first {
                    middle(&drawing.nodes[link.from])
                } else {
                    run.x
                };
                let x = x as usize;
                let top = if is_first {
                    run.top.max(1.0) - 1.0
                } else {
                    run.top
                };
                self.down(x, top as usize, run.bottom as usize, style);
                let Some(next) = route.runs.get(number + 1) else {
                    continue;
                };
                let channel = channels
                    .entry((run.bottom as usize, next.top as usize))
                    .or_default();
                // The edges of a box go together where they begin.
                let owner = if is_first {
                    link.from
                } else {
                    model.steps.len() + index
                };
                styles
                    .entry([run.bottom as usize, next.top as usize, owner, x])
                    .or_default()
                    .push((next.x as usize, style));
                let known = channel
                    .iter_mut()
                    .find(|net| net.owner == owner && net.from == x);
                match known {
                    Some(net) => net.to.push(next.x as usize),
                    None => channel.push(tracks::Net {
                        owner,
                        from: x,
                        to: vec![next.x as usize],
                    }),
                }
            }
        }
        let mut number = 0;
        for ((top, bottom), nets) in channels {
            for (net, track) in nets.iter().zip(tracks::assign(&nets)) {
                number += 1;
                let y = (top + 1 + track).min(bottom.saturating_sub(1)).max(top);
                for &(to, style) in styles
                    .get(&[top, bottom, net.owner, net.from])
                    .into_iter()
                    .flatten()
                {
                    self.down(net.from, top, y, style);
                    self.aside(y, net.from.min(to), net.from.max(to), style);
                    self.down(to, y, bottom, style);
                    self.belongs(net.from, top..=y, 0, number);
                    self.belongs(to, y..=bottom, 0, number);
                    for x in net.from.min(to)..=net.from.max(to) {
                        self.belongs(x, y..=y, 1, number);
                    }
                }
            }
        }
    }

    /// The lines, without those that only repeat the one before or go on below what goes to the side.
    fn finish(self) -> String {
        let mut text = String::new();
        let mut before = String::new();
        let mut turns_before = false;
        for start in (0..self.letters.len()).step_by(self.width) {
            let cells = start..start + self.width;
            let row: String = cells
                .clone()
                .filter(|&cell| self.letters[cell] != Some('\0'))
                .map(|cell| self.letters[cell].unwrap_or_else(|| self.line(cell)))
                .collect();
            let row = row.trim_end();
            let says_nothing = row
                .chars()
                .all(|letter| matches!(letter, ' ' | '│' | '┃' | '┊' | '┆'));
            if !says_nothing || (row != before && !turns_before) {
                text.push_str(row);
                text.push('\n');
                turns_before = cells
                    .clone()
                    .all(|cell| matches!(self.letters[cell], None | Some('┆')));
            }
            row.clone_into(&mut before);
        }
        text.truncate(text.trim_end().len());
        text + "\n"
    }
}
