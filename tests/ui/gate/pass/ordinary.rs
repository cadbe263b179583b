use std::{thread::sleep, time::Duration};

use flyte_runtime::{gate, prelude::*};

#[task]
fn double(x: i64) -> i64 {
    // The function of this name is still the one that was imported.
    sleep(Duration::from_millis(1));
    x * 2
}

mod plain {
    use flyte_runtime::gate::{approve, wait_for_input};
    use flyte_runtime::prelude::{task as flyte_task, workflow};

    #[flyte_task]
    fn one() -> i64 {
        1
    }

    #[workflow]
    pub fn qualified() -> (i64, Option<String>) {
        (
            approve(one(), String::from("review"), 60),
            wait_for_input::<Option<String>>("name", "1h"),
        )
    }
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let pause = gate::sleep("1h30m");
    let doubled = gate::approve(double(x), "review", Duration::from_secs(60));
    pause >> doubled;
    doubled
}

fn main() {
    let answers = gate::Answers::new().approve("review").text("name", "null");
    let runner = Runner::local().answers(answers);
    assert_eq!(runner.run(pipeline::call(2)).unwrap(), 4);
    assert_eq!(runner.run(plain::qualified::call()).unwrap(), (1, None));
}
