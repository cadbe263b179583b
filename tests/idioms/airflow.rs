//! Programs as users of Airflow write them.

use std::{collections::BTreeMap, fs, path::Path};

use flyte_runtime::{files::TempSandbox, prelude::*};

mod orders {
    //! Airflow, the TaskFlow tutorial: extract, transform and load, where one key of what a task returns goes to the
    //! next.

    use super::*;

    #[task]
    fn extracted() -> BTreeMap<String, f64> {
        [("4711", 12.5), ("4712", 30.0), ("4713", 7.5)]
            .map(|(id, value)| (id.to_owned(), value))
            .into()
    }

    #[task]
    fn transformed(orders: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
        let total = orders.values().sum();
        BTreeMap::from([
            ("total".to_owned(), total),
            ("mean".to_owned(), total / orders.len() as f64),
        ])
    }

    #[task]
    fn loaded(total: f64) -> String {
        format!("stored {total:.2}")
    }

    #[workflow]
    fn etl() -> String {
        let orders = extracted();
        let summary = transformed(orders);
        loaded(summary.get("total"))
    }

    #[test]
    fn the_total_is_stored() {
        assert_eq!(etl().unwrap(), format!("stored {:.2}", 12.5 + 30.0 + 7.5));
    }
}

mod multiplication {
    //! Airflow, `expand` over a product: a task that is expanded over every pair of two lists that tasks give.

    use super::*;

    #[task]
    fn up_to(n: i64) -> Vec<i64> {
        (1..=n).collect()
    }

    #[task]
    fn multiplied(x: i64, y: i64) -> i64 {
        x * y
    }

    #[workflow]
    fn row(x: i64, ys: Vec<i64>) -> Vec<i64> {
        ys.map(|y| multiplied(x, y))
    }

    #[launch_plan]
    fn row_of(x: i64, ys: Vec<i64>) -> Vec<i64> {
        row(x = x, ys = ys)
    }

    #[workflow]
    fn table(rows: i64, columns: i64) -> Vec<Vec<i64>> {
        let ys = up_to(columns);
        up_to(rows).map(|x| row_of(x, ys))
    }

    #[test]
    fn every_pair_is_multiplied() {
        let plain: Vec<Vec<i64>> = (1..=3).map(|x| (1..=2).map(|y| x * y).collect()).collect();
        assert_eq!(table(3, 2).unwrap(), plain);
    }
}

mod crossing {
    //! Airflow, `@task.branch`: a task names the branch to follow, and the branches join again behind it.

    use super::*;

    #[task]
    fn chosen(hour: u32) -> String {
        match hour {
            6..=20 => "ferry",
            21..=23 => "bridge",
            _ => "tunnel",
        }
        .to_owned()
    }

    #[task]
    fn by_ferry(hour: u32) -> String {
        format!("ferry at {hour}")
    }

    #[task]
    fn by_bridge(hour: u32) -> String {
        format!("bridge at {hour}")
    }

    #[task]
    fn joined(text: String) -> String {
        text + ", arrived"
    }

    #[workflow]
    fn crossing(hour: u32) -> String {
        let way = chosen(hour);
        let crossed = match way {
            "ferry" => by_ferry(hour),
            "bridge" => by_bridge(hour),
            _ => "tunnel".to_owned(),
        };
        joined(crossed)
    }

    #[test]
    fn one_branch_is_followed() {
        assert_eq!(crossing(8).unwrap(), "ferry at 8, arrived");
        assert_eq!(crossing(22).unwrap(), "bridge at 22, arrived");
        assert_eq!(crossing(3).unwrap(), "tunnel, arrived");
    }
}

mod export {
    //! Airflow, `@task.short_circuit`: what follows a check is skipped when it does not hold, and a later task runs all
    //! the same.

    use super::*;

    #[task]
    fn is_worth_it(rows: i64) -> bool {
        rows >= 100
    }

    #[task]
    fn exported(rows: i64) -> i64 {
        rows / 100
    }

    #[task]
    fn reported(rows: i64, files: i64) -> String {
        format!("{rows} rows in {files} files")
    }

    #[workflow]
    fn nightly(rows: i64) -> String {
        let mut files = 0;
        if is_worth_it(rows) {
            files = exported(rows);
        }
        reported(rows, files)
    }

    #[test]
    fn too_few_rows_are_not_exported() {
        for rows in [20, 350] {
            let files = if rows >= 100 { rows / 100 } else { 0 };
            assert_eq!(
                nightly(rows).unwrap(),
                format!("{rows} rows in {files} files")
            );
        }
    }
}

mod workspace {
    //! Airflow, setup and teardown: a setup task, work in between, and a teardown task that also runs when the work
    //! fails.

    use super::*;

    #[task]
    fn created(place: String) -> std::io::Result<String> {
        let path = Path::new(&place).join("cluster");
        fs::write(&path, "up")?;
        Ok(path.display().to_string())
    }

    #[task]
    fn worked(cluster: &str, rows: i64) -> Result<i64, String> {
        let state = fs::read_to_string(cluster).map_err(|error| error.to_string())?;
        match rows {
            0 => Err("there is nothing to do".to_owned()),
            _ => Ok(rows * state.len() as i64),
        }
    }

    #[task]
    fn removed(cluster: String) -> std::io::Result<()> {
        fs::remove_file(cluster)
    }

    #[task]
    fn removed_after_failure(place: &str, rows: i64) -> Result<(), String> {
        let cluster = Path::new(place).join("cluster");
        fs::remove_file(cluster).map_err(|error| format!("{rows} rows: {error}"))
    }

    #[workflow(on_failure = removed_after_failure)]
    fn job(place: String, rows: i64) -> i64 {
        let cluster = created(place);
        let result = worked(cluster, rows);
        result >> removed(cluster);
        result
    }

    #[test]
    fn the_cluster_is_gone_either_way() {
        let sandbox = TempSandbox::new();
        let place = sandbox.create().unwrap();
        let at = place.display().to_string();
        assert_eq!(job(at.clone(), 4).unwrap(), 4 * 2);
        assert!(!place.join("cluster").exists());
        let error = job(at, 0).unwrap_err().to_string();
        assert!(error.contains("there is nothing to do"), "{error}");
        assert!(!place.join("cluster").exists());
    }
}

mod sections {
    //! Airflow, task groups: groups of tasks made in a loop, all behind one start and before one end.

    use super::*;

    #[task]
    fn opened() {}

    #[task]
    fn washed(n: i64) -> String {
        format!("washed {n}")
    }

    #[task]
    fn dried(text: &str) -> String {
        format!("{text}, dried")
    }

    #[task]
    fn closed(sections: i64) -> String {
        format!("{sections} sections are done")
    }

    #[workflow]
    fn section(n: i64) -> String {
        dried(washed(n))
    }

    #[workflow]
    fn laundry() -> (Vec<String>, String) {
        let start = opened();
        let end = closed(3);
        let mut all = Vec::new();
        for n in 0..3 {
            let group = section(n);
            start >> group >> end;
            all.push(group);
        }
        (all, end)
    }

    #[test]
    fn sections_run_between_start_and_end() {
        let plain: Vec<String> = (0..3).map(|n| format!("washed {n}, dried")).collect();
        assert_eq!(
            laundry().unwrap(),
            (plain, "3 sections are done".to_owned())
        );
    }
}

mod sensor {
    //! Airflow, `@task.sensor`: a sensor that looks again and again, up to a limit of time, and gives what it has
    //! found.

    use super::*;

    #[task(retries(count = 20, backoff = "1ms", factor = 1.0), deadline = "1h")]
    fn arrived(shelf: String, after: u64) -> Result<String, String> {
        let looked = ctx().map_or(0, |task| u64::from(task.attempt_number()));
        if looked < after {
            return Err(format!("nothing on {shelf} yet"));
        }
        Ok(format!("parcel from {shelf}"))
    }

    #[task]
    fn unpacked(parcel: &str) -> usize {
        parcel.len()
    }

    #[workflow]
    fn delivery(shelf: String, after: u64) -> usize {
        unpacked(arrived(shelf, after))
    }

    #[test]
    fn the_parcel_is_waited_for() {
        assert_eq!(
            delivery("A7".to_owned(), 3).unwrap(),
            "parcel from A7".len()
        );
        let error = delivery("A7".to_owned(), 99).unwrap_err().to_string();
        assert!(error.contains("nothing on A7 yet"), "{error}");
    }
}

mod greetings {
    //! Airflow, `params`: parameters with defaults, of which some switch a mapped task on or off.

    use super::*;

    #[task]
    fn in_french(name: &str) -> String {
        format!("bonjour {name}")
    }

    #[task]
    fn in_danish(name: &str) -> String {
        format!("hej {name}")
    }

    #[task]
    fn printed(french: Vec<String>, danish: Vec<String>) -> String {
        let all: Vec<_> = french.into_iter().chain(danish).collect();
        if all.is_empty() {
            "there is nobody to greet".to_owned()
        } else {
            all.join(", ")
        }
    }

    #[workflow]
    fn greet(
        #[default(vec!["Ines", "Omar"])] names: Vec<String>,
        #[default(true)] french: bool,
        #[default(false)] danish: bool,
    ) -> String {
        let french = if french {
            names.map(|name| in_french(name))
        } else {
            vec![]
        };
        let danish = if danish {
            names.map(|name| in_danish(name))
        } else {
            vec![]
        };
        printed(french, danish)
    }

    #[test]
    fn languages_are_switched_on_and_off() {
        assert_eq!(call!(greet()).run().unwrap(), "bonjour Ines, bonjour Omar");
        let both = call!(greet(names = vec!["Li".to_owned()], danish = true))
            .run()
            .unwrap();
        assert_eq!(both, "bonjour Li, hej Li");
        assert_eq!(
            call!(greet(french = false)).run().unwrap(),
            "there is nobody to greet"
        );
    }
}

mod all_done {
    //! Airflow, `trigger_rule`: a task that runs when all before it are done, whether they have failed or not.

    use super::*;

    #[task]
    fn measured(station: &str) -> Result<i64, String> {
        match station {
            "north" => Ok(12),
            "south" => Ok(19),
            _ => Err(format!("{station} does not answer")),
        }
    }

    #[task]
    fn protocol(results: Vec<Option<i64>>) -> String {
        let known: Vec<_> = results.iter().flatten().collect();
        format!("{} of {} stations: {known:?}", known.len(), results.len())
    }

    #[workflow]
    fn weather(stations: Vec<String>) -> String {
        protocol(stations.map(|station| measured(station)).min_successes(0))
    }

    #[test]
    fn stations_that_fail_do_not_stop_the_protocol() {
        let stations = ["north", "moon", "south"].map(str::to_owned).to_vec();
        assert_eq!(weather(stations).unwrap(), "2 of 3 stations: [12, 19]");
        assert_eq!(
            weather(vec!["moon".to_owned()]).unwrap(),
            "0 of 1 stations: []"
        );
    }
}
