//! Programs as users of Dagster write them.

use flyte_runtime::prelude::*;

mod survey {
    //! Dagster, `DynamicOut`: a task gives pieces, each goes through two tasks, and the results are collected.

    use super::*;

    #[task]
    fn pieces(count: i64) -> Vec<String> {
        (0..count).map(|n| format!(" answer {n} ")).collect()
    }

    #[task]
    fn cleaned(piece: &str) -> String {
        piece.trim().to_owned()
    }

    #[task]
    fn scored(piece: &str) -> usize {
        piece.len()
    }

    #[task]
    fn merged(scores: &[usize]) -> usize {
        scores.iter().sum()
    }

    #[workflow]
    fn survey(count: i64) -> usize {
        let scores = pieces(count).map(cleaned).map(scored);
        merged(scores)
    }

    #[test]
    fn pieces_are_scored_one_by_one() {
        assert_eq!(
            survey(11).unwrap(),
            (0..11).map(|n| format!("answer {n}").len()).sum::<usize>()
        );
    }
}

mod sorting_office {
    //! Dagster, optional outputs: a task with outputs of which one is there, and tasks that run only for the one that
    //! is.

    use super::*;

    #[derive(Clone, FlyteOutputs)]
    struct Sorted {
        small: Option<i64>,
        large: Option<i64>,
    }

    #[task]
    fn sorted(grams: i64) -> Sorted {
        if grams < 100 {
            Sorted {
                small: Some(grams),
                large: None,
            }
        } else {
            Sorted {
                small: None,
                large: Some(grams),
            }
        }
    }

    #[task]
    fn by_hand(grams: Option<i64>) -> Option<String> {
        Some(format!("{} g by hand", grams?))
    }

    #[task]
    fn by_crane(grams: Option<i64>) -> Option<String> {
        Some(format!("{} g by crane", grams?))
    }

    #[workflow]
    fn office(grams: i64) -> Option<String> {
        let Sorted { small, large } = sorted(grams);
        if small.is_some() {
            by_hand(small)
        } else {
            by_crane(large)
        }
    }

    #[test]
    fn only_the_task_of_the_output_that_is_there_runs() {
        assert_eq!(office(20).unwrap(), Some("20 g by hand".to_owned()));
        assert_eq!(office(2_000).unwrap(), Some("2000 g by crane".to_owned()));
    }
}

mod dice {
    //! Dagster, fan-in: the same task a number of times, with a name for each, and one task that takes them all.

    use super::*;

    #[task]
    fn thrown(seed: u64) -> u64 {
        seed * 7919 % 6 + 1
    }

    #[task]
    fn sum(dice: &[u64]) -> u64 {
        dice.iter().sum()
    }

    #[workflow]
    fn throw() -> u64 {
        let mut dice = Vec::new();
        for n in 0..10 {
            dice.push(thrown(n).with_overrides(|o| o.node_name(format!("die-{n}"))));
        }
        sum(dice)
    }

    #[test]
    fn ten_dice_are_thrown() {
        assert_eq!(
            throw().unwrap(),
            (0..10).map(|n| n * 7919 % 6 + 1).sum::<u64>()
        );
        let graph = throw::graph().unwrap();
        assert_eq!(graph.nodes()[3].id(), "die-3");
    }
}

mod fahrenheit {
    //! Dagster, `Config`: one configuration for the whole graph, from which the graph makes those of its tasks.

    use super::*;

    #[derive(Clone, Copy, Debug, FlyteType)]
    enum Unit {
        Celsius,
        Kelvin,
    }

    #[derive(Clone, Debug, FlyteType)]
    struct Config {
        unit: Unit,
        digits: u32,
    }

    #[task]
    fn scaled(number: f64, by: f64) -> f64 {
        number * by
    }

    #[task]
    fn shifted(number: f64, by: f64) -> f64 {
        number + by
    }

    #[task]
    fn rounded(number: f64, digits: u32) -> f64 {
        let unit = 10_f64.powi(digits as i32);
        (number * unit).round() / unit
    }

    #[workflow]
    fn to_fahrenheit(number: f64, config: Config) -> f64 {
        let by = match config.fields().unit {
            Unit::Celsius => 32.0,
            Unit::Kelvin => -459.67,
        };
        rounded(shifted(scaled(number, 1.8), by), config.fields().digits)
    }

    #[test]
    fn the_configuration_reaches_each_task() {
        let of = |number, unit, digits| to_fahrenheit(number, Config { unit, digits }).unwrap();
        assert_eq!(of(20.0, Unit::Celsius, 1), 68.0);
        assert_eq!(of(293.15, Unit::Kelvin, 0), 68.0);
    }
}

mod backfill {
    //! Dagster, partitions: a report for each day, which a schedule starts, and which is made for past days one by one.

    use std::time::SystemTime;

    use jiff::civil::Date;

    use super::*;

    #[task]
    fn raw(day: Date) -> Vec<i64> {
        (1..=i64::from(day.day())).collect()
    }

    #[task]
    fn clean(rows: Vec<i64>) -> Vec<i64> {
        rows.into_iter().filter(|row| row % 3 != 0).collect()
    }

    #[task]
    fn report(day: Date, rows: &[i64]) -> String {
        format!("{day}: {}", rows.iter().sum::<i64>())
    }

    #[workflow]
    fn day(day: Date) -> String {
        report(day, clean(raw(day)))
    }

    #[task]
    fn day_before(at: SystemTime) -> Result<Date, String> {
        let at = jiff::Timestamp::try_from(at).map_err(|error| error.to_string())?;
        let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        today.yesterday().map_err(|error| error.to_string())
    }

    #[workflow]
    fn yesterday(at: SystemTime) -> String {
        day(day_before(at))
    }

    #[launch_plan(schedule(cron = "0 3 * * *", kickoff_time_input = at))]
    fn nightly(at: SystemTime) -> String {
        yesterday(at = at)
    }

    #[test]
    fn each_day_is_made_on_its_own() {
        let first = jiff::civil::date(2026, 2, 3);
        let days = (0..3).map(|n| first.checked_add(jiff::Span::new().days(n)).unwrap());
        for date in days {
            let plain: i64 = (1..=i64::from(date.day())).filter(|row| row % 3 != 0).sum();
            assert_eq!(day(date).unwrap(), format!("{date}: {plain}"));
        }
        let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(5 * 24 * 3600);
        assert_eq!(nightly(at).unwrap(), "1970-01-05: 12");
    }
}

mod checked {
    //! Dagster, asset checks: a check between two tables: what follows is not made when it does not pass.

    use super::*;

    #[derive(Clone, FlyteType)]
    struct Check {
        passed: bool,
        worst: i64,
    }

    #[task]
    fn orders(amounts: Vec<i64>) -> Vec<i64> {
        amounts
    }

    #[task]
    fn no_refunds(orders: &[i64]) -> Check {
        let worst = orders.iter().min().copied().unwrap_or(0);
        Check {
            passed: worst >= 0,
            worst,
        }
    }

    #[task]
    fn revenue(orders: &[i64]) -> i64 {
        orders.iter().sum()
    }

    #[workflow]
    fn books(amounts: Vec<i64>) -> i64 {
        let orders = orders(amounts);
        let check = no_refunds(orders);
        if !check.fields().passed {
            fail("an order is below zero")
        }
        revenue(orders)
    }

    #[test]
    fn nothing_is_made_of_orders_that_do_not_pass() {
        assert_eq!(books(vec![3, 4]).unwrap(), 7);
        let error = books(vec![3, -4]).unwrap_err().to_string();
        assert!(error.contains("an order is below zero"), "{error}");
    }
}

mod retry_policies {
    //! Dagster, `RetryPolicy`: a task with a policy of its own, and one call of it with another.

    use super::*;

    #[task(retries(count = 1, backoff = "1ms", factor = 2.0, jitter))]
    fn asked(question: String, patience: u64) -> Result<String, String> {
        let attempt = ctx().map_or(0, |task| u64::from(task.attempt_number()));
        if attempt < patience {
            Err(format!("{question}: not now"))
        } else {
            Ok(format!("{question}: yes"))
        }
    }

    #[workflow]
    fn interview(patience: u64) -> Vec<String> {
        let first = asked("the name", 1);
        let second = asked("the age", patience).with_overrides(|o| o.retries(10));
        vec![first, second]
    }

    #[test]
    fn one_question_may_be_asked_more_often() {
        assert_eq!(interview(5).unwrap(), ["the name: yes", "the age: yes"]);
        let error = interview(20).unwrap_err().to_string();
        assert!(error.contains("in each of 11 attempts"), "{error}");
    }
}

mod warehouse {
    //! Dagster, resources: a resource that needs a secret, which a test gives.

    use flyte_runtime::{BoxError, testing::TestContext};

    use super::*;

    #[derive(Clone, FlyteType)]
    struct Warehouse {
        host: String,
        rows: u32,
    }

    #[task(secret_requests(secret(group = "warehouse", key = "password")))]
    fn queried(warehouse: &Warehouse, query: &str) -> Result<Vec<u32>, BoxError> {
        let me = ctx().ok_or("the secrets are a task's")?;
        let password = me.secrets()?.get("warehouse", "password")?;
        if password.expose() != "open sesame" {
            return Err(format!("{} does not let us in", warehouse.host).into());
        }
        Ok((0..warehouse.rows)
            .map(|row| row * query.len() as u32)
            .collect())
    }

    #[task]
    fn total(rows: &[u32]) -> u32 {
        rows.iter().sum()
    }

    #[workflow]
    fn report(warehouse: Warehouse, query: String) -> u32 {
        total(queried(warehouse, query))
    }

    #[test]
    fn the_password_opens_the_warehouse() {
        let warehouse = Warehouse {
            host: "db.example.org".to_owned(),
            rows: 4,
        };
        let ask = |password: &str| {
            let test = TestContext::new().secret("warehouse", "password", password);
            test.run(|| report(warehouse.clone(), "abc".to_owned()))
        };
        assert_eq!(
            ask("open sesame").unwrap(),
            (0..4).map(|row| row * 3).sum::<u32>()
        );
        assert!(
            ask("please")
                .unwrap_err()
                .to_string()
                .contains("does not let us in")
        );
    }
}
