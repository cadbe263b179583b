//! The program that the tests register and run.

#[cfg(feature = "rig")]
pub mod workflows;

use flyte_runtime::{BoxError, TaskError, files::DataError, files::Text, prelude::*};

/// Its square.
#[task]
pub fn square(x: i64) -> i64 {
    x * x
}

/// All of them together.
#[task]
pub fn sum_of(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

/// A chain of two nodes.
#[workflow]
pub fn hypotenuse(#[default(3)] a: i64, b: i64) -> i64 {
    sum_of(vec![square(a), square(b)])
}

/// A map.
#[workflow]
pub fn squares(xs: Vec<i64>) -> i64 {
    sum_of(xs.map(|x| square(x)))
}

/// A branch.
#[workflow]
pub fn larger(x: i64) -> i64 {
    if x > 10 {
        square(x)
    } else {
        sum_of(vec![x, 1])
    }
}

/// A graph that depends on a value.
#[dynamic]
pub fn many_squares(n: i64) -> i64 {
    let all: Vec<_> = (0..n).map(|x| square(x)).collect();
    sum_of(all)
}

/// A dynamic task as a node.
#[workflow]
pub fn built(n: i64) -> i64 {
    square(many_squares(n))
}

/// With one input given.
#[launch_plan(auto_activate)]
pub fn from_six(b: i64) -> i64 {
    hypotenuse(a = 6, b = b)
}

/// A workflow and a launch plan inside of another.
#[workflow]
pub fn nested(b: i64) -> (i64, i64) {
    (hypotenuse(3, b), from_six(b))
}

/// Fails at first.
#[task(retries = 2)]
pub fn second_time(text: String) -> Result<String, String> {
    let attempt = ctx().map_or(0, |context| context.attempt_number());
    match attempt {
        0 => Err(format!("{text}: not yet")),
        _ => Ok(format!("{text} {attempt}")),
    }
}

/// An attempt that fails, and one that does not.
#[workflow]
pub fn patient(text: String) -> String {
    second_time(text)
}

/// Fails for good.
#[task]
pub fn broken(text: String) -> Result<String, TaskError> {
    Err(TaskError::fatal(BoxError::from(format!(
        "{text} is not to be had"
    ))))
}

/// A failure.
#[workflow]
pub fn doomed(text: String) -> String {
    broken(text)
}

/// What is in a file, once more and turned round.
#[task]
pub fn turned(file: &FlyteFile<Text>) -> Result<FlyteFile<Text>, DataError> {
    let text = file.read_to_string()?;
    let turned = FlyteFile::create("turned.txt")?;
    turned.write(text.chars().rev().collect::<String>())?;
    Ok(turned)
}

/// A file in, a file out.
#[workflow]
pub fn turn(file: FlyteFile<Text>) -> FlyteFile<Text> {
    turned(file)
}

/// How many files a directory has.
#[task]
pub fn files_in(directory: &FlyteDirectory) -> Result<i64, BoxError> {
    Ok(std::fs::read_dir(directory.path()?)?.count() as i64)
}

/// Text that is too long for an answer.
#[task]
pub fn long_text(mib: i64) -> String {
    "0123456789abcdef".repeat(mib as usize * 65_536)
}

/// More than a server puts into an answer.
#[workflow]
pub fn long(mib: i64) -> String {
    long_text(mib)
}

/// Takes its time.
#[task]
pub fn slow(seconds: i64) -> i64 {
    std::thread::sleep(std::time::Duration::from_secs(seconds as u64));
    seconds
}

/// Something to abort.
#[workflow]
pub fn endless(seconds: i64) -> i64 {
    slow(seconds)
}

/// A result that is kept.
#[task(cache = "1")]
pub fn remembered(text: String) -> String {
    text.to_uppercase()
}

/// A result that is kept, once more.
#[workflow]
pub fn recalled(text: String) -> String {
    remembered(text)
}

/// Waits for an approval, and for a number.
#[workflow]
pub fn released(text: String) -> (String, i64) {
    let text = approve(remembered(text), "review", "1d");
    (text, square(wait_for_input::<i64>("copies", "1h")))
}

/// Fails until there is a file.
#[task]
pub fn there(path: String) -> Result<String, String> {
    std::fs::read_to_string(&path).map_err(|_| format!("{path} is not there"))
}

/// The text in capitals.
#[task]
pub fn capitals(text: String) -> String {
    text.to_uppercase()
}

/// What does not depend on the machine, and then what does.
#[workflow]
pub fn depends(path: String) -> (String, String) {
    let name = capitals(path);
    let text = there(path);
    name >> text;
    (text, name)
}

/// What day it was started for.
#[workflow]
pub fn report(day: jiff::Timestamp, #[default(2)] copies: i64) -> (String, i64) {
    (day_of(day), square(copies))
}

/// The day of a time.
#[task]
pub fn day_of(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// Each morning.
#[launch_plan(schedule(cron = "0 6 * * *", kickoff_time_input = day))]
pub fn each_morning(day: jiff::Timestamp) -> (String, i64) {
    report(day = day, copies = 3)
}

/// Cannot make a report of February.
#[task]
pub fn not_in_february(time: jiff::Timestamp) -> Result<String, String> {
    let day = time.strftime("%Y-%m-%d").to_string();
    match day.contains("-02-") {
        true => Err(format!("{day} is in February")),
        false => Ok(day),
    }
}

/// A node that fails at some times.
#[workflow]
pub fn report_or_not(day: jiff::Timestamp) -> String {
    not_in_february(day)
}

/// Every hour.
#[launch_plan(schedule(rate = "1h", kickoff_time_input = day))]
pub fn each_hour(day: jiff::Timestamp) -> String {
    report_or_not(day = day)
}

/// What does not have to be given.
#[task]
pub fn scaled(x: i64, #[default(10)] by: i64) -> i64 {
    x * by
}

/// Its square, noted in a file.
#[task(retries = 1)]
pub fn noted(log: String, x: i64) -> Result<i64, BoxError> {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)?;
    file.write_all(format!("{x}\n").as_bytes())?;
    match ctx().map_or(0, |context| context.attempt_number()) {
        0 if x == 1 => Err("not at first".into()),
        _ => Ok(x * x),
    }
}

/// A graph that depends on a value, of noted tasks.
#[dynamic]
pub fn noted_up_to(log: String, n: i64) -> i64 {
    let all: Vec<_> = (0..n).map(|x| noted(log.clone(), x + 100)).collect();
    sum_of(all)
}

/// A workflow inside of others.
#[workflow]
pub fn noted_once(log: String, x: i64) -> i64 {
    noted(log, x)
}

/// A launch plan inside of others.
#[launch_plan]
pub fn noted_three(log: String) -> i64 {
    noted_once(log = log, x = 3)
}

/// Everything that has nodes inside, and then a task that fails until there is a file.
#[workflow]
pub fn halting(log: String, path: String, xs: Vec<i64>) -> (String, i64, i64, i64, i64, i64) {
    let first = noted(log, 1);
    let inner = noted_once(log, 2);
    let planned = noted_three(log);
    let elements = xs.map(|x| noted(log, x));
    let all = sum_of(elements);
    let built = noted_up_to(log, 2);
    let taken = if first > 0 {
        let once = noted(log, 6);
        sum_of(vec![once, noted(log, 7)])
    } else {
        noted(log, 8)
    };
    let text = there(path);
    inner >> text;
    planned >> text;
    all >> text;
    built >> text;
    taken >> text;
    (text, inner, planned, all, built, taken)
}

/// A map of which an element fails.
#[workflow]
pub fn halting_map(paths: Vec<String>) -> Vec<String> {
    paths.map(|path| there(path))
}

/// Has a page.
#[task(enable_deck)]
pub fn with_page(title: String) -> String {
    if let Some(context) = ctx() {
        context.default_deck().append(format!("<b>{title}</b>"));
    }
    title
}

/// A page inside of others.
#[workflow]
pub fn pages(title: String) -> String {
    with_page(title)
}

/// Says something, then waits until there is a file, and says something else.
#[task]
pub fn says(path: String) -> Result<(), BoxError> {
    use std::io::Write as _;
    writeln!(
        flyte_runtime::context::FlyteContext::attempt_log(),
        "before"
    )?;
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !std::path::Path::new(&path).exists() && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    writeln!(
        flyte_runtime::context::FlyteContext::attempt_log(),
        "behind"
    )?;
    Ok(())
}
