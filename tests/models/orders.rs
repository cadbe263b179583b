//! In which orders models are tried.

use std::env;

use shuttle::{
    Config, FailurePersistence, MaxSteps, Runner,
    scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler},
};

/// How many orders a model is tried in with each scheduler, if nobody says.
const ORDERS: usize = 10_000;

/// How many changes of priority a mistake needs at most that the second scheduler is sure to find in time.
const CHANGES: usize = 3;

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => panic!("{name}={text} is not a whole number"),
    }
}

/// Tries a model: each thread as likely as any other at each step, and with priorities that change now and then, which
/// finds what needs few changes at the right places.
pub(crate) fn check(name: &str, model: impl Fn() + Send + Sync + Copy + 'static) {
    if let Ok(order) = env::var("MODEL_REPLAY") {
        // It is printed in lines.
        let order: String = order.split_whitespace().collect();
        let mut scheduler = ReplayScheduler::new_from_encoded(&order);
        scheduler.set_allow_incomplete();
        run(scheduler, model);
        return;
    }
    let orders = number("MODEL_SCHEDULES").map_or(ORDERS, |orders| orders as usize);
    // The same orders each time, so that what fails fails again; another seed tries others.
    let seed = number("MODEL_SEED").unwrap_or(0);
    println!("{name}: {orders} orders with each of two schedulers, MODEL_SEED={seed}");
    run(RandomScheduler::new_from_seed(seed, orders), model);
    run(PctScheduler::new_from_seed(seed, CHANGES, orders), model);
}

fn run(scheduler: impl Scheduler + 'static, model: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    // Shows the order of a failure as text for MODEL_REPLAY.
    config.failure_persistence = FailurePersistence::Print;
    config.stack_size = 1 << 17;
    // A model has some hundred steps; one that goes on waits for something that does not come.
    config.max_steps = MaxSteps::FailAfter(50_000);
    // All atomic operations are in one order here; what weaker orders allow is beyond these models.
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(model);
}
