//! `fail(..)`, and tasks that are named like it.

use super::*;

/// A task that is named like the end of a case.
mod named_fail {
    use super::*;

    #[task]
    fn fail(text: &str) -> i64 {
        text.len() as i64
    }

    mod m {
        use super::*;

        #[task]
        pub fn fail(text: &str) -> i64 {
            -(text.len() as i64)
        }
    }

    #[workflow]
    fn in_a_case(x: i64) -> i64 {
        if x > 3 {
            fail("four")
        } else if x > 2 {
            m::fail("three")
        } else {
            fail(text = "few")
        }
    }

    #[workflow]
    fn in_an_arm(x: i64) -> i64 {
        match x {
            1 => fail("one"),
            _ => add(x, 1),
        }
    }

    #[workflow]
    fn as_a_statement(x: i64) {
        if x > 3 {
            fail("four");
        }
        fail("always");
    }

    #[dynamic]
    fn in_a_dynamic_task(x: i64) -> i64 {
        if x > 3 { fail("four") } else { square(x) }
    }

    #[eager]
    async fn in_an_eager_task() -> Result<i64, RunError> {
        let there = fail("abc");
        Ok(there + fail::call("four").await?)
    }

    #[test]
    fn it_is_the_users_task() {
        let values = [5, 3, 1].map(|x| in_a_case(x).unwrap());
        assert_eq!(values, [4, -5, 3]);
        assert_eq!([1, 2].map(|x| in_an_arm(x).unwrap()), [3, 3]);
        as_a_statement(4).unwrap();
        assert_eq!(as_a_statement::graph().unwrap().nodes().len(), 2);
        assert_eq!([5, 2].map(|x| in_a_dynamic_task(x).unwrap()), [4, 4]);
        assert_eq!(in_an_eager_task::run().unwrap(), 7);
    }
}

/// The same in a function.
mod named_fail_in_a_function {
    use super::*;

    #[test]
    fn also_in_a_function() {
        #[task]
        fn fail(x: i64) -> i64 {
            x * 100
        }
        #[workflow]
        fn flow(x: i64) -> i64 {
            if x > 3 { fail(x) } else { fail(2) }
        }
        assert_eq!([flow(4).unwrap(), flow(1).unwrap()], [400, 200]);
    }
}

/// The end of a case where there is no task of its name.
#[workflow]
fn ends_of_cases(x: i64, known: bool) -> i64 {
    let reason = format!("not {}", 3);
    let y = if x > 3 { fail(reason) } else { square(x) };
    if known {
        y
    } else {
        flyte_runtime::graph::fail("unknown")
    }
}

#[test]
fn cases_fail_where_nobody_has_taken_the_name() {
    let message = |x, known| ends_of_cases(x, known).unwrap_err().to_string();
    assert!(message(4, true).contains("not 3"));
    assert!(message(1, false).contains("unknown"));
    assert_eq!(ends_of_cases(3, true).unwrap(), 9);
}
