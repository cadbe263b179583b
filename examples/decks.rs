//! Decks: what a task shows of itself, on a page for people to look at.
//!
//! Start any number down this road: halve it when it is even, else triple it and add one. Nobody knows whether all
//! numbers arrive at 1; the first hundred thousand do, and how long they take is worth a look.
//!
//! Run it with `--deck` and open the page: it has a tab for the plots and the table of the task, and one each for its
//! inputs and outputs, how long the steps took, its source code, and what it was built with. A task that fails has a
//! page as well.
//!
//! ```console
//! $ cargo run --example decks -- run --deck target/decks longest --below 100000
//! 77031
//! decks: target/decks/index.html
//! $ cargo run --example decks -- run --deck target/decks longest --below 1
//! error: task `decks.longest` failed: no number from 1 on is below 1; take a larger limit
//!   with: below = 1
//!   task at examples/decks.rs:[..]
//! decks: target/decks/index.html
//! ```

use flyte_runtime::{
    deck::{Deck, Markdown, Plot, Table},
    prelude::*,
};

/// How many steps a number takes to arrive at 1.
fn steps(mut number: u64) -> u64 {
    let mut steps = 0;
    while number != 1 {
        number = if number.is_multiple_of(2) {
            number / 2
        } else {
            3 * number + 1
        };
        steps += 1;
    }
    steps
}

// ANCHOR: longest
/// Finds the number **below a limit** that takes the most steps to arrive at 1, and shows how many the others take.
#[task(enable_deck)]
fn longest(below: u64) -> Result<u64, String> {
    let me = ctx().ok_or("decks are a task's")?;
    let timeline = me.timeline_deck();
    let deck = me.default_deck();

    let taken: Vec<(u64, u64)> = timeline.measure("walk", || {
        (1..below).map(|number| (number, steps(number))).collect()
    });
    let Some((longest, most)) = taken.iter().copied().max_by_key(|(_, steps)| *steps) else {
        return Err(format!(
            "no number from 1 on is below {below}; take a larger limit"
        ));
    };
    deck.append(Markdown::new(format!(
        "Of the numbers below {below}, **{longest}** takes the most steps: {most}."
    )));
    // Who looks at the page now sees this already.
    deck.publish().map_err(|error| error.to_string())?;

    timeline.measure("plot", || {
        let lengths = taken.iter().map(|(_, steps)| *steps as f64);
        let histogram = Plot::new("How many steps numbers take")
            .histogram("numbers", lengths, 40)
            .x_label("steps")
            .y_label("numbers");
        let records = records(&taken);
        let line = Plot::new("The most steps so far")
            .line("numbers up to here", upstairs(&records, below))
            .points(
                "records",
                records.iter().map(|(n, s)| (*n as f64, *s as f64)),
            )
            .x_label("number")
            .y_label("steps");
        deck.append(histogram).append(line);

        let table = Table::new(["Number", "Steps"]).caption("Records");
        Deck::new("records").append(table.rows(records.iter().rev().map(|(n, s)| [*n, *s])));
    });
    Ok(longest)
}
// ANCHOR_END: longest

/// The numbers that take more steps than all before them.
fn records(taken: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut most = None;
    let mut records = taken.to_vec();
    records.retain(|(_, steps)| {
        let is_record = most < Some(*steps);
        most = most.max(Some(*steps));
        is_record
    });
    records
}

/// The line that stays where it is up to the next record.
fn upstairs(records: &[(u64, u64)], end: u64) -> Vec<(f64, f64)> {
    let mut line = Vec::new();
    for (index, (number, steps)) in records.iter().enumerate() {
        let until = records.get(index + 1).map_or(end, |(next, _)| *next);
        line.extend([
            (*number as f64, *steps as f64),
            (until as f64, *steps as f64),
        ]);
    }
    line
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
