//! Programs as users of Flyte write them.

use flyte_runtime::prelude::*;

mod heating_bill {
    //! Flyte, `conditional`: several conditions of which the last fails, and a task that takes what the branch gives.

    use super::*;

    #[task]
    fn heating(celsius: f64) -> f64 {
        (21.0 - celsius) * 1.5
    }

    #[task]
    fn cooling(celsius: f64) -> f64 {
        (celsius - 24.0) * 2.0
    }

    #[task]
    fn price(kilowatts: f64) -> f64 {
        kilowatts * 0.25
    }

    #[workflow]
    fn bill(celsius: f64) -> f64 {
        let kilowatts = if (-40.0..21.0).contains(&celsius) {
            heating(celsius)
        } else if (24.0..60.0).contains(&celsius) {
            cooling(celsius)
        } else if (21.0..24.0).contains(&celsius) {
            0.0
        } else {
            fail("the sensor is broken")
        };
        price(kilowatts)
    }

    #[test]
    fn only_the_case_that_holds_is_paid_for() {
        assert_eq!(bill(11.0).unwrap(), (21.0 - 11.0) * 1.5 * 0.25);
        assert_eq!(bill(30.0).unwrap(), (30.0 - 24.0) * 2.0 * 0.25);
        assert_eq!(bill(22.0).unwrap(), 0.0);
        let error = bill(99.0).unwrap_err().to_string();
        assert!(error.contains("the sensor is broken"), "{error}");
    }
}

mod inventory {
    //! Flyte, a loop in `@dynamic`: a loop over an input, in which each call takes what the call before has given.

    use super::*;

    #[derive(Clone, FlyteType)]
    struct Movement {
        shelf: usize,
        pieces: i64,
    }

    #[task]
    fn booked(mut stock: Vec<i64>, shelf: usize, pieces: i64) -> Vec<i64> {
        stock[shelf] += pieces;
        stock
    }

    #[dynamic]
    fn counted(movements: Vec<Movement>) -> Vec<i64> {
        let mut stock = vec![0; 3];
        for movement in movements {
            stock = booked(stock, movement.shelf, movement.pieces);
        }
        stock
    }

    #[test]
    fn each_movement_finds_the_stock_of_the_one_before() {
        let movements = [(0, 5), (2, 7), (0, -2), (1, 1)];
        let mut plain = vec![0; 3];
        for (shelf, pieces) in movements {
            plain[shelf] += pieces;
        }
        let movements = movements.map(|(shelf, pieces)| Movement { shelf, pieces });
        assert_eq!(counted::run(movements.to_vec()).unwrap(), plain);
        assert_eq!(counted::run(Vec::new()).unwrap(), [0, 0, 0]);
    }
}

mod tournament {
    //! Flyte, recursion of `@dynamic`: a dynamic task that calls itself on halves of its input, down to a plain base
    //! case.

    use super::*;

    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct Player {
        name: String,
        strength: i64,
    }

    #[task]
    fn duel(a: Player, b: Player) -> Player {
        if a.strength >= b.strength { a } else { b }
    }

    #[dynamic]
    fn winner(players: Vec<Player>) -> Player {
        match &players[..] {
            [only] => only.clone(),
            [a, b] => duel(a.clone(), b.clone()),
            several => {
                let (left, right) = several.split_at(several.len() / 2);
                duel(winner(left.to_vec()), winner(right.to_vec()))
            }
        }
    }

    #[test]
    fn the_strongest_player_wins() {
        let players = [3, 8, 1, 9, 4].map(|strength| Player {
            name: format!("player {strength}"),
            strength,
        });
        let strongest = players.iter().max_by_key(|player| player.strength).unwrap();
        assert_eq!(&winner::run(players.to_vec()).unwrap(), strongest);
        assert_eq!(winner::run(players[..1].to_vec()).unwrap(), players[0]);
    }
}

mod calibration {
    //! Flyte, `map_task` of a partial: a map over one input while the others stay the same, with resources and retries
    //! of its own.

    use super::*;

    #[task]
    fn offset() -> f64 {
        0.5
    }

    #[task]
    fn calibrated(reading: f64, offset: f64, gain: f64) -> f64 {
        (reading - offset) * gain
    }

    #[task]
    fn mean(xs: &[f64]) -> f64 {
        xs.iter().sum::<f64>() / xs.len() as f64
    }

    #[workflow]
    fn calibrate(readings: Vec<f64>, #[default(2.0)] gain: f64) -> f64 {
        let offset = offset();
        let all = readings
            .map(|reading| calibrated(reading, offset, gain))
            .with_overrides(|o| {
                o.requests(|r| r.mem("300Mi"))
                    .limits(|r| r.mem("500Mi"))
                    .retries(2)
            });
        mean(all)
    }

    #[test]
    fn each_reading_is_calibrated_alike() {
        let readings = vec![1.5, 2.5, 4.5];
        let plain = readings
            .iter()
            .map(|reading| (reading - 0.5) * 2.0)
            .sum::<f64>()
            / 3.0;
        assert_eq!(call!(calibrate(readings = readings)).run().unwrap(), plain);
    }
}

mod minutes {
    //! Flyte, gates: a person gives a title and decides, and a branch looks at the decision.

    use flyte_runtime::gate::Answers;

    use super::*;

    #[task]
    fn drafted(points: &[String]) -> String {
        points.join("; ")
    }

    #[task]
    fn titled(text: &str, title: &str) -> String {
        format!("{title}: {text}")
    }

    #[task]
    fn withdrawn() -> String {
        "withdrawn".to_owned()
    }

    #[workflow]
    fn minutes(points: Vec<String>) -> String {
        let text = drafted(points);
        let title = wait_for_input::<String>("title", "1h");
        let agreed = wait_for_input::<bool>("agreed", "2h");
        text >> (title, agreed);
        if agreed {
            approve(titled(text, title), "print", "1d")
        } else {
            withdrawn()
        }
    }

    fn held(agreed: bool) -> String {
        let answers = Answers::new()
            .input("title", "March".to_owned())
            .input("agreed", agreed)
            .approve("print");
        let points = vec!["a roof".to_owned(), "a door".to_owned()];
        Runner::local()
            .answers(answers)
            .run(minutes::call(points))
            .unwrap()
    }

    #[test]
    fn what_was_agreed_on_is_printed() {
        assert_eq!(held(true), "March: a roof; a door");
        assert_eq!(held(false), "withdrawn");
    }
}

mod auction {
    //! Flyte, `@eager`: an eager task that starts calls together, looks at what they give, and goes on when one of them
    //! fails.

    use super::*;

    #[task]
    fn offer(bid: i64) -> Result<i64, String> {
        if bid < 10 {
            Err(format!("{bid} is too little"))
        } else {
            Ok(bid - bid / 10)
        }
    }

    #[task]
    fn raised(bid: i64) -> i64 {
        bid + 25
    }

    #[eager]
    async fn proceeds(bids: Vec<i64>, reserve: i64) -> Result<i64, RunError> {
        let started: Vec<_> = bids
            .into_iter()
            .map(|bid| offer::call(bid).start())
            .collect();
        let mut best = 0;
        for offer in started {
            match offer.await {
                Ok(net) => best = best.max(net),
                Err(_) => continue,
            }
        }
        while best < reserve {
            best = raised::call(best).await?;
        }
        Ok(best)
    }

    fn plainly(bids: &[i64], reserve: i64) -> i64 {
        let net = bids
            .iter()
            .filter(|bid| **bid >= 10)
            .map(|bid| bid - bid / 10);
        let mut best = net.max().unwrap_or(0);
        while best < reserve {
            best += 25;
        }
        best
    }

    #[test]
    fn bids_that_fail_are_left_out() {
        for (bids, reserve) in [(vec![5, 40, 30], 20), (vec![1, 2], 60), (vec![], 0)] {
            let plain = plainly(&bids, reserve);
            assert_eq!(proceeds::run(bids, reserve).unwrap(), plain);
        }
    }
}

mod commute {
    //! Flyte, sub-workflows and launch plans: a workflow inside another, and a launch plan with a schedule, a default
    //! and a fixed input as a node.

    use super::*;

    #[task]
    fn fuel(kilometres: f64) -> f64 {
        kilometres * 0.07
    }

    #[task]
    fn cost(litres: f64, price: f64) -> f64 {
        litres * price
    }

    #[task]
    fn sum(a: f64, b: f64) -> f64 {
        a + b
    }

    #[workflow]
    fn trip(kilometres: f64, #[default(1.5)] price: f64) -> f64 {
        cost(fuel(kilometres), price)
    }

    #[launch_plan(
        schedule = "0 7 * * mon-fri",
        notifications(email(phases(failed), recipients("driver@example.org")))
    )]
    fn weekday(#[default(20.0)] kilometres: f64) -> f64 {
        trip(kilometres = kilometres, price = 2.0)
    }

    #[workflow]
    fn week(weekend: f64) -> f64 {
        sum(trip(kilometres = weekend), weekday())
    }

    #[test]
    fn a_launch_plan_is_one_more_workflow() {
        let plainly = |kilometres: f64, price: f64| kilometres * 0.07 * price;
        assert_eq!(
            week(100.0).unwrap(),
            plainly(100.0, 1.5) + plainly(20.0, 2.0)
        );
        assert_eq!(weekday(10.0).unwrap(), plainly(10.0, 2.0));
    }
}

mod copy_of_a_table {
    //! Flyte, checkpoints: a task that is interrupted, keeps where it was, and goes on there in its next attempt.

    use super::*;
    use flyte_runtime::{BoxError, TaskError};

    #[task(retries = 3)]
    fn copied(rows: &[i64], at_once: usize) -> Result<i64, BoxError> {
        let me = ctx().ok_or("a checkpoint is a task's")?;
        let checkpoint = me.checkpoint()?;
        let (mut done, mut sum): (usize, i64) = match checkpoint.read()? {
            Some(kept) => serde_json::from_slice(&kept)?,
            None => (0, 0),
        };
        for (step, row) in rows.iter().skip(done).enumerate() {
            if step == at_once {
                return Err(TaskError::recoverable(format!("interrupted at row {done}")).into());
            }
            done += 1;
            sum += row;
            checkpoint.write(&serde_json::to_vec(&(done, sum))?)?;
        }
        Ok(sum)
    }

    #[workflow]
    fn copy(rows: Vec<i64>, at_once: usize) -> i64 {
        copied(rows, at_once)
    }

    #[test]
    fn no_row_is_copied_twice() {
        let rows: Vec<i64> = (1..=10).collect();
        assert_eq!(copy(rows.clone(), 3).unwrap(), rows.iter().sum::<i64>());
        let error = copy(rows, 2).unwrap_err().to_string();
        assert!(error.contains("interrupted at row 8"), "{error}");
    }
}

mod exchange_rates {
    //! Flyte, `@reference_task`: a task of another project, of which only the signature is known here, and which a test
    //! replaces.

    use flyte_runtime::testing::mock;

    use super::*;

    #[reference_task(
        project = "bank",
        domain = "production",
        name = "rates.latest",
        version = "v3"
    )]
    fn latest(currency: String) -> f64;

    #[task]
    fn converted(amount: f64, rate: f64) -> f64 {
        amount * rate
    }

    #[workflow]
    fn invoice(amounts: Vec<f64>, currency: String) -> Vec<f64> {
        let rate = latest(currency);
        amounts.map(|amount| converted(amount, rate))
    }

    #[test]
    fn the_rate_is_asked_for_once() {
        let _bank = mock::<latest>(|currency| if currency == "SEK" { 11.0 } else { 1.0 });
        assert_eq!(
            invoice(vec![2.0, 3.0], "SEK".to_owned()).unwrap(),
            [2.0 * 11.0, 3.0 * 11.0]
        );
    }
}
