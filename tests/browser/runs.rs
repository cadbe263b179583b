//! Writes pages of runs into a directory, for a browser to look at: `run_pages DIR`.

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
    let write = |name: &str| {
        let file = directory.join(format!("run-{name}.html"));
        let file = file.to_string_lossy();
        let cli = Cli::new(Registry::of_program()).history(&history);
        let args = ["run_pages", "runs", "page", "last", "-o", &*file];
        match cli.run(args, &mut io::stdout(), &mut io::stderr()) {
            Exit::Success => Ok(()),
            _ => Err(format!("{file} was not written")),
        }
    };
    let runner = || Runner::local().history(&history);

    let texts = ["a", "bb", "ccc", "dddd", PLANTED].map(str::to_owned);
    let failed = runner().run(every_kind::call(PLANTED.to_owned(), texts.to_vec()));
    if failed.is_ok() {
        return Err("one of its nodes should have failed".into());
    }
    write("fails")?;
    runner().run(only_says::call("it".to_owned()))?;
    write("works")?;
    runner().run(many::call(100, 100))?;
    write("many")?;
    Ok(())
}
