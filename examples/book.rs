//! The book in `docs/book`: every listing is a part of a program that is compiled, every command is run and prints
//! what the page shows, every link leads somewhere, and every page is in the table of contents.
//!
//! A page whose `console` blocks are run names the program above them: `<!-- program: tour -->`. It shows the program
//! as the reader's own, which is in `src/main.rs` and keeps its runs in `~/.flyte/rust`. Ids, times, durations, waits,
//! the order of nodes that do not wait for each other and the number of those that a failure left out may differ. After
//! a change `UPDATE_EXPECT=1` writes what is printed into the pages.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]
#![cfg(not(feature = "arrow"))]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use shown::{command, directory, is_as_shown, output_of, state, words};

mod shown;

/// How a page starts a command of its program.
const COMMAND: &str = "$ cargo run -- ";

fn book() -> PathBuf {
    directory().join("../docs/book/src")
}

/// The pages, by their names.
fn pages() -> BTreeMap<String, String> {
    let files = fs::read_dir(book())
        .unwrap()
        .map(|file| file.unwrap().path());
    let pages = files.filter(|file| file.extension().is_some_and(|extension| extension == "md"));
    pages
        .map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(file).unwrap())
        })
        .collect()
}

/// The blocks of code of a page: the line of each, its language and its text.
fn blocks(page: &str) -> Vec<(usize, &str, String)> {
    let mut blocks = Vec::new();
    let mut block: Option<(usize, &str, String)> = None;
    for (line, text) in page.lines().enumerate() {
        match (&mut block, text.strip_prefix("```")) {
            (None, Some(language)) => block = Some((line + 1, language, String::new())),
            (Some(_), Some(_)) => blocks.extend(block.take()),
            (Some((_, _, code)), None) => {
                code.push_str(text);
                code.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The lines between `ANCHOR: name` and `ANCHOR_END: name`.
fn anchored<'source>(source: &'source str, anchor: &str) -> Option<&'source str> {
    let start = format!("// ANCHOR: {anchor}\n");
    let (_, rest) = source.split_once(&start)?;
    let (part, _) = rest.split_once(&format!("// ANCHOR_END: {anchor}\n"))?;
    Some(part)
}

#[test]
fn every_listing_is_a_part_of_a_program() {
    let mut listings = 0;
    for (page, text) in pages() {
        for (line, language, code) in blocks(&text) {
            if !language.starts_with("rust") {
                assert!(
                    !code.contains("{{#"),
                    "{page}:{line} includes what is not Rust"
                );
                continue;
            }
            for included in code.lines().filter(|line| !line.is_empty()) {
                let included = included.strip_prefix("{{#include ../../../examples/");
                let included = included.and_then(|included| included.strip_suffix("}}"));
                let Some((file, anchor)) = included.and_then(|included| included.split_once(':'))
                else {
                    panic!("{page}:{line} has Rust that is not included from a program");
                };
                let source = fs::read_to_string(directory().join(file)).unwrap();
                let part = anchored(&source, anchor).unwrap_or_default();
                assert!(
                    !part.trim().is_empty(),
                    "{page}:{line} includes {file}:{anchor}, which is empty"
                );
                listings += 1;
            }
        }
    }
    assert!(listings >= 60, "only {listings} listings were found");
}

/// What may differ from one run to the next is replaced, and spaces that line things up become one.
fn comparable(text: &str) -> String {
    let lines = text.lines().map(comparable_line).collect::<Vec<_>>();
    in_order_of_nodes(lines).concat()
}

fn comparable_line(line: &str) -> String {
    let mut words: Vec<String> = line.split_whitespace().map(comparable_word).collect();
    for place in 1..words.len() {
        let unit = words[place].trim_end_matches([',', ':', ';', ')']);
        let is_unit = ["s", "ms"].contains(&unit);
        if is_unit && words[place - 1].parse::<f64>().is_ok() {
            words[place - 1] = "<duration>".to_owned();
        }
    }
    // Parts that do not wait for each other may end in either order before a failure ends the run.
    if words.get(1..) == Some(&["nodes", "did", "not", "run"].map(str::to_owned)) {
        words[0] = "<count>".to_owned();
    }
    // A busy machine lets a node wait.
    let line = words.join(" ");
    match line.replace("waited <duration> s for a job", "") {
        rest if rest.is_empty() && rest != line => rest,
        rest => rest.trim_start_matches(", ").to_owned() + "\n",
    }
}

/// The lines of nodes, each with those that explain it, by the nodes' names: which of two starts first may differ.
fn in_order_of_nodes(lines: Vec<String>) -> Vec<String> {
    let mut nodes: Vec<Vec<String>> = Vec::new();
    let mut ordered = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let is_node = words.get(2) == Some(&"<duration>") && words[0].starts_with('n');
        match nodes.last_mut() {
            _ if is_node => nodes.push(vec![line]),
            Some(node) if !line.starts_with('$') => node.push(line),
            _ => {
                nodes.sort();
                ordered.extend(nodes.drain(..).flatten());
                ordered.push(line);
            }
        }
    }
    nodes.sort();
    ordered.extend(nodes.into_iter().flatten());
    ordered
}

fn comparable_word(word: &str) -> String {
    let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = bare.split('-').collect();
    let class = match parts[..] {
        [date, time, random]
            if date.len() == 8 && time.len() == 6 && is_hex(random) && is_hex(date) =>
        {
            "<id>"
        }
        [_, _, rest] if rest.ends_with('Z') && rest.contains('T') => "<time>",
        [hash] if hash.len() == 32 && is_hex(hash) => "<hash>",
        _ => match bare.split_once("src/main.rs:") {
            Some(_) => "<place>",
            None => return word.to_owned(),
        },
    };
    word.replace(bare, class)
}

/// A page with its commands run, and what they print in place of what it shows where that is something else.
fn run_page(page: &str, name: &str) -> (String, usize) {
    let own = state().join(format!("book-{name}"));
    fs::create_dir_all(&own).unwrap();
    let mut written = String::new();
    let mut lines = page.lines().peekable();
    let (mut program, mut commands, mut inside) = ("", 0, false);
    while let Some(line) = lines.next() {
        written.push_str(line);
        written.push('\n');
        inside = match line {
            "```console" => true,
            "```" => false,
            _ => inside,
        };
        let named = line.strip_prefix("<!-- program: ");
        if let Some(named) = named.and_then(|named| named.strip_suffix(" -->")) {
            program = named;
        }
        let Some(words) = line.strip_prefix(COMMAND).filter(|_| inside).map(words) else {
            continue;
        };
        assert!(
            !program.is_empty(),
            "{name} names no program for its commands"
        );
        let mut shown = String::new();
        while let Some(line) = lines.next_if(|line| *line != "```" && !line.starts_with("$ ")) {
            shown.push_str(line);
            shown.push('\n');
        }
        let mut command = command(program, &words, &own);
        command.env("FLYTE_HISTORY", "1").current_dir(&own);
        let printed = output_of(command).0;
        let printed = printed
            .replace(own.to_str().unwrap(), "~/.flyte/rust")
            .replace(&format!("examples/{program}.rs"), "src/main.rs");
        let same = is_as_shown(&comparable(&printed), &comparable(&shown));
        written.push_str(if same { &shown } else { &printed });
        commands += 1;
    }
    (written, commands)
}

#[test]
fn the_commands_print_what_the_pages_show() {
    let mut commands = 0;
    let mut differing = Vec::new();
    for (name, page) in pages() {
        let (written, run) = run_page(&page, &name);
        commands += run;
        if written != page {
            if env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(book().join(&name), &written).unwrap();
            }
            let lines = written
                .lines()
                .filter(|line| !page.lines().any(|old| old == *line));
            differing.push(format!("{name}:\n{}", lines.collect::<Vec<_>>().join("\n")));
        }
    }
    assert!(
        differing.is_empty(),
        "printed, and not shown:\n{}",
        differing.join("\n")
    );
    assert!(commands >= 30, "only {commands} commands were found");
}

/// The targets of a page's links that are not addresses.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    let prose = page.split("```").step_by(2);
    for part in prose.flat_map(|prose| prose.split("](").skip(1)) {
        let target = part.split(')').next().unwrap_or_default();
        if !target.starts_with("https://") {
            links.push(target.to_owned());
        }
    }
    links
}

/// The names that headings have in addresses.
fn headings(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().replace(' ', "-")
        })
        .collect()
}

/// Those of the book and those of the pages in `docs` and of the README.
#[test]
fn every_link_leads_to_a_page() {
    let docs = fs::read_dir(directory().join("../docs")).unwrap();
    let mut files: Vec<PathBuf> = docs.map(|file| file.unwrap().path()).collect();
    files.extend(pages().into_keys().map(|name| book().join(name)));
    files.extend(
        ["../README.md", "../ARCHITECTURE.md", "README.md"].map(|file| directory().join(file)),
    );
    let mut checked = 0;
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "md"))
    {
        for link in links(&fs::read_to_string(file).unwrap()) {
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = match path {
                "" => file.clone(),
                path => file.parent().unwrap().join(path),
            };
            assert!(target.exists(), "{}: there is no {link}", file.display());
            if !heading.is_empty() && target.extension() == Some("md".as_ref()) {
                let known = headings(&fs::read_to_string(&target).unwrap());
                assert!(
                    known.contains(heading),
                    "{}: there is no {link}",
                    file.display()
                );
            }
            checked += 1;
        }
    }
    assert!(checked >= 100, "only {checked} links were found");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let pages = pages();
    let contents = &pages["SUMMARY.md"];
    for page in pages.keys().filter(|page| *page != "SUMMARY.md") {
        assert!(
            contents.contains(&format!("({page})")),
            "{page} is not in SUMMARY.md"
        );
    }
    assert!(Path::new(&book()).join("../book.toml").exists());
}

#[test]
fn what_differs_between_runs_is_not_compared() {
    let shown =
        "20261130-212615-725d8b1  failed  0.008 s  at src/main.rs:71, 2026-11-30T21:26:15.7Z\n";
    let printed =
        "20270101-000000-0000000  failed  10.5 s  at src/main.rs:9, 2027-01-01T00:00:00Z\n";
    assert_eq!(comparable(shown), comparable(printed));
    assert_eq!(
        comparable("2 nodes did not run\n"),
        comparable("3 nodes did not run\n")
    );
    let one =
        "  n0  succeeded  0.1 s  a.f\n      ran 0.001 s in 2 attempts\n  n2  cached  0.1 s  a.g\n";
    let other = "  n2  cached  0.1 s  a.g\n      waited 0.02 s for a job\n  n0  succeeded  0.1 s  a.f\n      \
                 waited 0.1 s for a job, ran 0.001 s in 2 attempts\n";
    assert_eq!(comparable(one), comparable(other));
    assert_ne!(comparable(one), comparable(&other.replace("n0", "n1")));
    assert_ne!(comparable("17.2 degrees\n"), comparable("17.3 degrees\n"));
    assert_eq!(
        headings("# How do I ...?\n"),
        BTreeSet::from(["how-do-i-".to_owned()])
    );
}
