//! Tests a trading rule on prices of the past: buy while a short mean is above a long one. All rules are tried at the
//! same time, and the best one is tried again on prices that it was not chosen by.
//!
//! ```console
//! $ cargo run --example backtest -- run best
//! [..] days above [..]: [..]% in the years it was chosen by, [..]% in the years after
//! ```

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

/// Buy while the mean of the short time is above that of the long one; both are in days.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, FlyteType)]
struct Rule {
    short: usize,
    long: usize,
}

/// A rule and what it earned, in percent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, FlyteType)]
struct Outcome {
    rule: Rule,
    profit: f64,
}

/// Prices that wander, with cycles that a rule can find.
#[task]
fn prices(days: usize, seed: u64) -> Vec<f64> {
    let mut state = seed | 1;
    let mut price = 100.0;
    let day = |day: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let noise = (state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5;
        price *= 1.0 + 0.001 * (day as f64 / 40.0).sin() + 0.02 * noise;
        price
    };
    (0..days).map(day).collect()
}

/// The rules to try.
#[task]
fn rules() -> Vec<Rule> {
    let of_short = |short| [20, 50, 100].map(|long| Rule { short, long });
    let rules = [2, 5, 10, 20].into_iter().flat_map(of_short);
    rules.filter(|rule| rule.short < rule.long).collect()
}

/// What a rule would have earned.
#[task]
fn earn(rule: Rule, prices: &[f64]) -> Result<Outcome, String> {
    let Rule { short, long } = rule;
    if short == 0 || short >= long || long >= prices.len() {
        return Err(format!(
            "no mean of {short} and {long} days for {} prices",
            prices.len()
        ));
    }
    let mean = |end: usize, days: usize| prices[end - days..end].iter().sum::<f64>() / days as f64;
    let mut money = 1.0;
    for day in long..prices.len() - 1 {
        if mean(day, short) > mean(day, long) {
            money *= prices[day + 1] / prices[day];
        }
    }
    let profit = 100.0 * (money - 1.0);
    Ok(Outcome { rule, profit })
}

#[task]
fn choose(outcomes: Vec<Outcome>) -> Result<Rule, &'static str> {
    let best = outcomes.iter().max_by(|a, b| a.profit.total_cmp(&b.profit));
    best.map(|best| best.rule).ok_or("no rule was tried")
}

#[task]
fn report(chosen_by: Outcome, after: Outcome) -> String {
    let Rule { short, long } = chosen_by.rule;
    let (then, later) = (chosen_by.profit, after.profit);
    format!(
        "{short} days above {long}: {then:.1}% in the years it was chosen by, {later:.1}% in the years after"
    )
}

/// Chooses the best rule and tries it on later prices.
#[workflow]
fn best(#[default(1000)] days: usize) -> String {
    let past = prices(days, 1);
    let rule = choose(rules().map(|rule| earn(rule, past)));
    report(earn(rule, past), earn(rule, prices(days, 2)))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
