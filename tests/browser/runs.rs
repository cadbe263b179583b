//! Writes pages of runs into a directory, for a browser to look at: `run_pages DIR`. With numbers behind it, the pages
//! are of runs of about so many nodes: `run_pages DIR 100 10000`. `run_pages DIR pictures` writes those of which
//! `docs/pictures/run-page` has pictures.

use std::{
    env,
    io::{self, Write as _},
    path::PathBuf,
    thread,
    time::Duration,
};

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    context::FlyteContext,
    deck::Html,
    history::History,
    prelude::*,
    types::FlyteError,
};

/// What would run if any of it were taken for markup, and what would end the element that it is in.
const PLANTED: &str = "</script></style></title><!--<script>window.planted = 1</script>\
                       <img src=x onerror='window.planted = 2'>\
                       \" onfocus=\"window.planted = 3\" autofocus x=\"{{script}}";

/// Says what it was given. <script>window.planted = 4</script>
#[task]
fn say(text: String) -> io::Result<String> {
    writeln!(FlyteContext::attempt_log(), "it says {text}")?;
    Ok(text)
}

/// Fails twice, and then works.
#[task(retries = 2)]
fn try_again(text: String) -> Result<String, String> {
    thread::sleep(Duration::from_millis(3));
    match ctx().map_or(0, |context| context.attempt_number()) {
        2 => Ok(text),
        attempt => Err(format!("attempt {attempt}: {PLANTED}")),
    }
}

#[task]
fn letters(text: String) -> Result<i64, String> {
    thread::sleep(Duration::from_millis(1));
    match text.len() {
        3 => Err(format!("three letters are one too many\n{PLANTED}")),
        letters => Ok(letters as i64),
    }
}

#[task]
fn total(letters: Vec<Option<i64>>) -> i64 {
    letters.into_iter().flatten().sum()
}

#[workflow]
fn inner(text: String) -> String {
    say(try_again(text))
}

#[task]
fn clean_up(text: String, texts: Vec<String>, err: FlyteError) {
    let _ = (text, texts, err);
}

#[task]
fn three(more: i64) -> String {
    "abc"[..more.clamp(3, 3) as usize].to_owned()
}

#[task]
fn never(sum: i64, letters: i64) -> i64 {
    sum + letters
}

/// Nodes of every kind, of which one fails.
#[workflow(on_failure = clean_up)]
fn every_kind(text: String, texts: Vec<String>) -> i64 {
    let said = inner(text);
    let counts = texts.map(letters).min_success_ratio(0.5);
    let sum = total(counts);
    let more = if sum > 3 {
        letters(said)
    } else {
        total(vec![])
    };
    never(more, letters(three(more)))
}

#[workflow]
fn only_says(text: String) -> String {
    say(text)
}

/// Draws what it was given, and what would reach the page around it.
#[task(enable_deck)]
fn draws(text: String) -> String {
    let reach = "<p id=drawn style='color: rgb(1, 2, 3)'>drawn</p><script>parent.planted = 5; top.planted = 6; \
                 document.getElementById('drawn').textContent = 'by a script'</script>\
                 <a id=out href='https://flyte.org' target=_top>out</a><form action='https://flyte.org'></form>";
    flyte_runtime::compat::current_context()
        .default_deck()
        .append(&text)
        .append(Html::raw(reach))
        .append(Html::raw(
            "<img src='data:,' alt='' onerror='parent.planted = 7'>",
        ));
    text
}

#[workflow]
fn with_deck(text: String) -> String {
    draws(text)
}

#[task]
fn next(number: i64) -> i64 {
    number + 1
}

/// A graph of thousands of nodes, made while it runs.
#[dynamic]
fn many(chains: i64, length: i64) -> Vec<i64> {
    let mut ends = Vec::new();
    for chain in 0..chains {
        let mut number = next(chain);
        for _ in 1..length {
            number = next(number);
        }
        ends.push(number);
    }
    ends
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(env::args().nth(1).ok_or("usage: run_pages DIR")?);
    let history = History::in_dir(directory.join("history"));
    let is_for_pictures = env::args().nth(2).is_some_and(|what| what == "pictures");
    let lengths: Vec<i64> = env::args()
        .filter(|_| !is_for_pictures)
        .skip(2)
        .map(|number| number.parse())
        .collect::<Result<_, _>>()?;
    let write_with = |name: &str, more: &[&str]| {
        let file = directory.join(format!("run-{name}.html"));
        let file = file.to_string_lossy();
        let cli = Cli::new(Registry::of_program()).history(&history);
        let args = ["run_pages", "runs", "page", "last", "-o", &*file];
        let args = args.iter().chain(more);
        match cli.run(args, &mut io::stdout(), &mut io::stderr()) {
            Exit::Success => Ok(()),
            _ => Err(Box::<dyn std::error::Error>::from(format!(
                "{file} was not written"
            ))),
        }
    };
    let write = |name: &str| write_with(name, &[]);
    let runner = || Runner::local().history(&history);
    // Only long runs, to measure.
    for length in &lengths {
        runner().run(many::call(100, length / 100))?;
        write(&length.to_string())?;
    }
    if !lengths.is_empty() {
        return Ok(());
    }
    if is_for_pictures {
        for text in ["first", "second"] {
            let texts = ["a", "bb", "ccc", "dddd", text].map(str::to_owned);
            if runner()
                .run(every_kind::call(text.to_owned(), texts.to_vec()))
                .is_ok()
            {
                return Err("one of its nodes should have failed".into());
            }
        }
        let first = history.runs()?[1].id().to_owned();
        write("alone")?;
        return write_with("compared", &["--compare", &first]);
    }

    let texts = ["a", "bb", "ccc", "dddd", PLANTED].map(str::to_owned);
    let failed = runner().run(every_kind::call(PLANTED.to_owned(), texts.to_vec()));
    if failed.is_ok() {
        return Err("one of its nodes should have failed".into());
    }
    write("fails")?;
    let first = history.runs()?[0].id().to_owned();
    runner().run(only_says::call("it".to_owned()))?;
    write("works")?;
    runner().run(many::call(100, 100))?;
    write("many")?;
    let texts = ["a", "bb", "ccc", "dddd"].map(str::to_owned);
    let other = runner().run(every_kind::call("another".to_owned(), texts.to_vec()));
    if other.is_ok() {
        return Err("it fails as the first one did".into());
    }
    write_with("compared", &["--compare", &first])?;
    // The deck of a run is in its page, and cannot reach it.
    let deck_dir = directory.join("decks");
    runner()
        .deck_dir(&deck_dir)
        .run(with_deck::call(PLANTED.to_owned()))?;
    write("deck")?;
    Ok(())
}
