//! Writes `sources.rs`: workflows made at random, but always the same, each beside the same computation in plain Rust.

use std::fmt::Write as _;

const WORKFLOWS: u64 = 40;

/// How deep blocks are inside of blocks.
const DEPTH: u32 = 2;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, from: &'a [String]) -> &'a str {
        &from[self.below(from.len())]
    }
}

/// The same text twice: as the body of a workflow, and as that of a function.
#[derive(Clone, Default)]
struct Text {
    graph: String,
    plain: String,
}

impl Text {
    fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            graph: text.clone(),
            plain: text,
        }
    }

    fn both(graph: String, plain: String) -> Self {
        Self { graph, plain }
    }

    /// Text around this.
    fn within(self, before: &str, after: &str) -> Self {
        let around = |text: &str| format!("{before}{text}{after}");
        Self {
            graph: around(&self.graph),
            plain: around(&self.plain),
        }
    }

    fn push(&mut self, other: &Self) {
        self.graph += &other.graph;
        self.plain += &other.plain;
    }
}

struct Generator {
    random: Random,
    /// How many names were given out.
    names: usize,
    /// The workflow that is written; it may call those before it.
    number: u64,
    numbers: Vec<String>,
    lists: Vec<String>,
}

impl Generator {
    fn new(number: u64) -> Self {
        Self {
            random: Random(number * 7919 + 1),
            names: 0,
            number,
            numbers: vec!["x".to_owned(), "y".to_owned()],
            lists: vec!["xs".to_owned()],
        }
    }

    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    fn constant(&mut self) -> i64 {
        self.random.below(9) as i64 - 4
    }

    fn number(&mut self) -> String {
        self.random.one_of(&self.numbers).to_owned()
    }

    fn list(&mut self) -> String {
        self.random.one_of(&self.lists).to_owned()
    }

    /// A variable or a constant.
    fn argument(&mut self) -> String {
        if self.random.below(3) == 0 {
            self.constant().to_string()
        } else {
            self.number()
        }
    }

    fn condition(&mut self, depth: u32) -> String {
        match self.random.below(if depth == 0 { 4 } else { 7 }) {
            4 => {
                let (a, b) = (self.condition(depth - 1), self.condition(depth - 1));
                format!("({a} && {b})")
            }
            5 => {
                let (a, b) = (self.condition(depth - 1), self.condition(depth - 1));
                format!("({a} || {b})")
            }
            6 => format!("!({})", self.condition(depth - 1)),
            3 => format!("is_even({})", self.number()),
            comparison => {
                let operators = ["==", "!=", "<", "<=", ">", ">="];
                let operator = operators[self.random.below(operators.len())];
                let (variable, other) = (self.number(), self.argument());
                if comparison == 0 {
                    format!("{} {operator} {variable}", self.constant())
                } else {
                    format!("{variable} {operator} {other}")
                }
            }
        }
    }

    /// A call that gives a number.
    fn call(&mut self) -> Text {
        match self.random.below(5) {
            0 => Text::same(format!("clip(square({}))", self.number())),
            1 => {
                let list = self.list();
                Text::both(
                    format!("clip(total({list}))"),
                    format!("clip(total(&{list}))"),
                )
            }
            2 if self.number > 0 => {
                let other = self.random.below(self.number as usize);
                let (a, b, list) = (self.argument(), self.number(), self.list());
                Text::both(
                    format!("graph_{other}({a}, {b}, {list})"),
                    format!("plain_{other}({a}, {b}, &{list})"),
                )
            }
            _ => Text::same(format!(
                "clip(add({}, clip({})))",
                self.argument(),
                self.argument()
            )),
        }
    }

    /// A map, which gives a list.
    fn map(&mut self) -> Text {
        let list = self.list();
        match self.random.below(3) {
            0 => {
                let other = self.list();
                Text::both(
                    format!("{list}.zip({other}).map(|(a, b)| add(a, b))"),
                    format!("zipped(&{list}, &{other}, |a, b| add(a, b))"),
                )
            }
            1 => Text::both(
                format!("{list}.map(|e| clip(e)).map(square)"),
                format!("mapped(&{list}, |e| square(clip(e)))"),
            ),
            _ => {
                let factor = self.argument();
                Text::both(
                    format!("{list}.map(|e| times(e, {factor})).map(clip)"),
                    format!("mapped(&{list}, |e| clip(times(e, {factor})))"),
                )
            }
        }
    }

    /// The statements of a block and what it ends with, with the braces; what it declares ends with it.
    fn block(&mut self, depth: u32, indent: usize, of_list: bool) -> Text {
        let (numbers, lists) = (self.numbers.len(), self.lists.len());
        let mut text = Text::same("{\n");
        for _ in
            0..self.random.below(if depth == DEPTH { 4 } else { 2 }) + usize::from(depth == DEPTH)
        {
            let statement = self.statement(depth, indent + 4);
            text.push(&statement.within(&" ".repeat(indent + 4), "\n"));
        }
        let end = match (of_list, self.random.below(3)) {
            (true, 0) => {
                let list = self.list();
                Text::both(list.clone(), format!("{list}.to_vec()"))
            }
            (true, _) => self.map(),
            (false, 0) if depth < DEPTH => Text::same(self.number()),
            (false, 1) if depth > 0 => self.branch(depth - 1, indent + 4, false),
            (false, _) => self.call(),
        };
        text.push(&end.within(&" ".repeat(indent + 4), "\n"));
        text.push(&Text::same(" ".repeat(indent) + "}"));
        self.numbers.truncate(numbers);
        self.lists.truncate(lists);
        text
    }

    fn branch(&mut self, depth: u32, indent: usize, of_list: bool) -> Text {
        if self.random.below(4) == 0 {
            return self.matching(depth, indent, of_list);
        }
        let mut text = Text::same(format!("if {} ", self.condition(2)));
        text.push(&self.block(depth, indent, of_list));
        if self.random.below(3) == 0 {
            text.push(&Text::same(format!(" else if {} ", self.condition(1))));
            text.push(&self.block(depth, indent, of_list));
        }
        text.push(&Text::same(" else "));
        text.push(&self.block(depth, indent, of_list));
        text
    }

    fn matching(&mut self, depth: u32, indent: usize, of_list: bool) -> Text {
        let mut text = Text::same(format!("match {} {{\n", self.number()));
        let first = self.constant();
        for pattern in [
            format!("{first} | {}", first + 1),
            (first - 1).to_string(),
            "_".to_owned(),
        ] {
            let case = self.block(depth, indent + 4, of_list);
            text.push(&case.within(&format!("{}{pattern} => ", " ".repeat(indent + 4)), "\n"));
        }
        text.push(&Text::same(" ".repeat(indent) + "}"));
        text
    }

    fn statement(&mut self, depth: u32, indent: usize) -> Text {
        match self.random.below(if depth == 0 { 2 } else { 5 }) {
            0 => {
                let map = self.map();
                let name = self.name("list");
                self.lists.push(name.clone());
                map.within(&format!("let {name} = "), ";")
            }
            2 => {
                let branch = self.branch(depth - 1, indent, true);
                let name = self.name("list");
                self.lists.push(name.clone());
                branch.within(&format!("let {name} = "), ";")
            }
            3 => {
                let branch = self.branch(depth - 1, indent, false);
                let name = self.name("v");
                self.numbers.push(name.clone());
                branch.within(&format!("let {name} = "), ";")
            }
            4 => {
                let name = self.name("v");
                let mut text = self.call().within(&format!("let mut {name} = "), ";\n");
                let (condition, call) = (self.condition(1), self.call());
                let pad = " ".repeat(indent);
                text.push(&call.within(
                    &format!("{pad}if {condition} {{\n{pad}    {name} = "),
                    &format!(";\n{pad}}}"),
                ));
                self.numbers.push(name);
                text
            }
            _ => {
                let call = self.call();
                let name = self.name("v");
                self.numbers.push(name.clone());
                call.within(&format!("let {name} = "), ";")
            }
        }
    }
}

/// The whole file.
pub(crate) fn sources() -> String {
    let mut file = "// Written by `generator.rs`; `UPDATE_EXPECT=1 cargo test -p flyte-tests --test generated` writes it again.\n\nuse super::*;\n".to_owned();
    let mut all = String::new();
    for number in 0..WORKFLOWS {
        let Text { graph, plain } = Generator::new(number).block(DEPTH, 0, false);
        let _infallible = write!(
            file,
            "\n#[workflow]\nfn graph_{number}(x: i64, y: i64, xs: Vec<i64>) -> i64 {graph}\n\nfn plain_{number}(x: i64, y: i64, xs: &[i64]) -> i64 {plain}\n"
        );
        let _infallible = writeln!(all, "    (graph_{number}, plain_{number}),");
    }
    file + "\npub(crate) const ALL: &[(Graph, Plain)] = &[\n" + &all + "];\n"
}
