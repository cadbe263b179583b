//! Names: of tasks like those of crates, of the language and of gates, names that macros declare, and names by which a
//! task is reached.

use std::collections::{BTreeMap, HashMap};

use super::*;

// The workflow stands before the tasks, which have the names of crates that this one depends on.
#[workflow]
fn crates_before_their_tasks(x: i64) -> i64 {
    let first = if x > 3 { jiff(x) } else { tokio(x) };
    add(anyhow(first), self::syn(x = x))
}

#[workflow]
fn a_crate_in_a_map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| tracing(x)).concurrency(2)
}

#[dynamic]
fn a_crate_in_a_loop(n: i64) -> i64 {
    let mut total = 0;
    for step in 0..n {
        total = trybuild(total, step);
    }
    total
}

#[eager]
async fn a_crate_in_an_eager_task(x: i64) -> i64 {
    anyhow(jiff(x))
}

#[task]
fn jiff(x: i64) -> i64 {
    x + 1
}

#[task]
fn tokio(x: i64) -> i64 {
    x + 2
}

#[task]
fn anyhow(x: i64) -> i64 {
    x + 3
}

#[task]
fn syn(x: i64) -> i64 {
    x + 4
}

#[task]
fn tracing(x: i64) -> i64 {
    x + 5
}

#[task]
fn trybuild(a: i64, b: i64) -> i64 {
    a + b
}

#[test]
fn tasks_named_like_crates_are_called_before_they_are_declared() {
    assert_eq!(crates_before_their_tasks(4).unwrap(), 5 + 3 + 8);
    assert_eq!(crates_before_their_tasks(3).unwrap(), 5 + 3 + 7);
    assert_eq!(a_crate_in_a_map(vec![1, 2]).unwrap(), [6, 7]);
    assert_eq!(a_crate_in_a_loop(4).unwrap(), 6);
    assert_eq!(a_crate_in_an_eager_task::run(3).unwrap(), 7);
}

mod jobs {
    use super::*;

    #[task]
    pub fn load(x: i64) -> i64 {
        x + 1
    }

    #[task]
    pub fn Store(x: i64) -> i64 {
        x + 2
    }

    #[task]
    pub fn run(x: i64) -> i64 {
        x + 3
    }

    pub mod again {
        pub use super::{Store as Kept, load as reloaded, run};
    }
}

use jobs::load as Load;

same! {
    workflow a_task_by_an_alias_with_a_capital(x: i64) -> i64 { add(x, Load(3)) } on (3);
    workflow a_task_with_a_capital_in_a_module(x: i64) -> i64 { jobs::Store(jobs::load(x)) } on (3);
    workflow a_task_by_its_new_name(x: i64) -> i64 { jobs::again::Kept(jobs::again::reloaded(x)) } on (3);
    workflow a_task_named_run(x: i64) -> i64 { jobs::run(jobs::again::run(x)) } on (3);
    workflow a_task_that_the_body_imports(x: i64) -> i64 {
        use jobs::{self as work, Store};
        Store(work::load(x))
    } on (3);
}

#[task]
fn 加(x: i64) -> i64 {
    x + 1
}

#[task]
fn drop(x: i64) -> i64 {
    x + 2
}

same! {
    workflow a_name_without_capitals_in_a_case(x: i64) -> i64 { if x > 3 { 加(x) } else { 加(加(x)) } } on (3) (4);
    workflow a_task_named_like_the_prelude(x: i64) -> i64 { add(x, drop(3)) } on (3);
    workflow a_task_named_like_the_prelude_in_an_arm(x: i64) -> i64 { match x { 3 => drop(x), _ => x } } on (3) (4);
}

#[test]
fn capitals_and_scripts_without_them_make_nodes() {
    let nodes = |graph: std::sync::Arc<flyte_runtime::graph::Graph>| graph.nodes().len();
    assert_eq!(
        nodes(a_task_by_an_alias_with_a_capital::flow::graph().unwrap()),
        2
    );
    assert_eq!(nodes(a_task_by_its_new_name::flow::graph().unwrap()), 2);
    assert_eq!(
        nodes(a_task_named_like_the_prelude::flow::graph().unwrap()),
        2
    );
    assert_eq!(nodes(a_task_named_run::flow::graph().unwrap()), 2);
}

mod own_fail {
    use super::*;

    #[task]
    fn fail(text: &str) -> i64 {
        text.len() as i64
    }

    pub mod m {
        use super::*;

        #[task]
        pub fn fail(x: i64) -> i64 {
            x + 100
        }
    }

    same! {
        workflow at_the_end_of_a_case(x: i64) -> i64 { if x > 3 { fail("four") } else { square(x) } } on (3) (4);
        workflow at_the_end_of_an_arm(x: i64) -> i64 { match x { 3 => fail("abc"), _ => fail("other") } } on (3) (4);
        workflow through_a_module(x: i64) -> i64 { if x > 3 { m::fail(x) } else { self::m::fail(1) } } on (3) (4);
        workflow behind_a_statement(x: i64) -> i64 {
            if x > 3 {
                let y = square(x);
                m::fail(y)
            } else {
                x
            }
        } on (3) (4);
    }
}

macro_rules! bound {
    ($name:ident) => {
        let $name = |y| add(y, y);
    };
}

macro_rules! noted {
    ($($tokens:tt)*) => {};
}

fn add_twice(y: Promise<i64>) -> Promise<i64> {
    add::node(add::node(y, 1), 1)
}

like! {
    workflow what_a_macro_declares_in_parentheses(x: i64) -> i64 {
        let square = |y| add(y, 1);
        (square)(x)
    } as { x + 1 } on (3);
    workflow a_task_past_what_a_macro_declares(x: i64) -> i64 {
        noted!(square, x);
        self::square(x)
    } as { x * x } on (3);
    workflow a_name_behind_a_macro_in_another_block(x: i64) -> i64 {
        {
            noted!(square);
        }
        square(x)
    } as { x * x } on (3);
    workflow a_call_in_a_macro_that_declares_nothing(x: i64) -> i64 {
        noted!(square(x), y.square, path::square::of, square!());
        square(x)
    } as { x * x } on (3);
    workflow a_variable_of_that_name_afterwards(x: i64) -> i64 {
        noted!(square);
        let square = |y| add(y, 1);
        square(x)
    } as { x + 1 } on (3);
    workflow a_helper_over_promises(x: i64) -> i64 { square((add_twice)(x)) } as { (x + 2) * (x + 2) } on (3);
    workflow a_helper_over_promises_in_a_case(x: i64) -> i64 {
        if x > 3 { (add_twice)(x) } else { (add_twice)(square(x)) }
    }
        as { if x > 3 { x + 2 } else { x * x + 2 } } on (3) (4);
    workflow a_closure_that_takes_a_task_as_a_closure(x: i64) -> i64 {
        let twice = |f: fn(Promise<i64>) -> Promise<i64>, y| f(f(y));
        twice(|y| square(y), x)
    } as { x * x * x * x } on (3);
}

macro_rules! squared {
    ($x:expr) => {
        square::node($x)
    };
}

like! {
    workflow a_macro_that_calls_a_task(x: i64) -> i64 { squared!(x) } as { x * x } on (3);
    workflow a_macro_that_calls_a_task_in_an_argument(x: i64) -> i64 { add(squared!(squared!(x)), 1) }
        as { x * x * x * x + 1 } on (3);
    workflow a_macro_that_calls_a_task_in_a_case(x: i64) -> i64 { if x > 3 { squared!(x) } else { squared!(2) } }
        as { if x > 3 { x * x } else { 4 } } on (3) (4);
}

#[task(retries = 2)]
fn retried(x: i64) -> i64 {
    x + 1
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[eager]
async fn calls_are_awaited(x: i64) -> Result<i64, BoxError> {
    Ok(retried::call(square::call(x).await?).await?)
}

#[eager]
async fn calls_are_awaited_in_a_loop(xs: Vec<i64>) -> Result<Vec<i64>, BoxError> {
    let mut all = Vec::new();
    for x in xs {
        all.push(retried::call(x).await?);
    }
    Ok(all)
}

#[eager]
async fn calls_are_matched(x: i64) -> i64 {
    match retried::call(x).await {
        Ok(y) => square(y),
        Err(_) => 0,
    }
}

#[test]
fn eager_tasks_await_their_calls() {
    assert_eq!(calls_are_awaited::run(3).unwrap(), 10);
    assert_eq!(
        calls_are_awaited_in_a_loop::run(vec![1, 2]).unwrap(),
        [2, 3]
    );
    assert_eq!(calls_are_matched::run(3).unwrap(), 16);
}

#[task]
fn two(x: i64) -> (i64, String) {
    (x + 1, x.to_string())
}

#[task]
fn eight(x: i64) -> (i64, i64, i64, i64, i64, i64, i64, i64) {
    (x, x, x, x, x, x, x, x + 7)
}

same! {
    workflow two_outputs(x: i64) -> i64 { let (a, b) = two(x); add(a, length(&b)) } on (3);
    workflow two_outputs_of_a_variable(x: i64) -> i64 { let both = two(x); let (a, _) = both; add(a, both.0) } on (3);
    workflow the_first_output(x: i64) -> i64 { let (a, ..) = two(x); a } on (3);
    workflow the_last_output(x: i64) -> i64 { let (.., b) = two(x); length(&b) } on (3);
    workflow eight_outputs(x: i64) -> i64 { let (a, _, _, _, _, _, _, h) = eight(x); add(a, h) } on (3);
    workflow outputs_in_a_case(x: i64) -> i64 {
        if x > 3 { let (a, _b) = two(x); a } else { let (_a, b) = two(x); length(&b) }
    } on (3) (4);
    workflow outputs_that_change(x: i64) -> i64 { let (mut a, _b) = two(x); a = square(a); a } on (3);
    workflow an_output_by_its_number(x: i64) -> i64 { square(two(x).0) } on (3);
    workflow a_tuple_in_a_tuple(x: i64) -> i64 { let ((a, b), c) = (two(x), square(x)); add(add(a, c), length(&b)) }
        on (3);
    dynamic outputs_of_a_dynamic_task(x: i64) -> i64 { let (a, b) = two(x); add(a, length(&b)) } on (3);
}

like! {
    workflow outputs_with_types(x: i64) -> i64 {
        let (a, b): (Promise<i64>, Promise<String>) = two(x);
        add(a, length(b))
    }
        as { x + 1 + x.to_string().len() as i64 } on (3);
    workflow outputs_with_options_of_the_call(x: i64) -> i64 {
        let (a, _b) = two(x).with_overrides(|node| node.node_name("both"));
        a
    } as { x + 1 } on (3);
}

mod without_the_prelude {
    #![no_implicit_prelude]

    use ::flyte_runtime::{FlyteOutputs, FlyteType, task, workflow};
    use ::std::clone::Clone;

    #[derive(Clone, FlyteType)]
    pub(super) struct Pair {
        pub(super) a: i64,
        pub(super) b: ::std::option::Option<i64>,
    }

    #[derive(Clone, FlyteType)]
    pub(super) enum Size {
        Small,
        Large,
    }

    #[derive(Clone, FlyteType)]
    pub(super) enum Shape {
        Point(i64),
        Line(Pair),
    }

    #[derive(Clone, FlyteOutputs)]
    pub(super) struct Ends {
        pub(super) low: i64,
        pub(super) high: i64,
    }

    #[task]
    pub(super) fn paired(a: i64) -> Pair {
        Pair {
            a,
            b: ::std::option::Option::Some(a),
        }
    }

    #[task]
    pub(super) fn size(pair: &Pair) -> Size {
        if pair.a > 3 { Size::Large } else { Size::Small }
    }

    #[task]
    pub(super) fn shape(pair: Pair) -> Shape {
        match pair.b {
            ::std::option::Option::Some(_) => Shape::Line(pair),
            ::std::option::Option::None => Shape::Point(pair.a),
        }
    }

    #[task]
    pub(super) fn ends(shape: Shape) -> Ends {
        match shape {
            Shape::Point(at) => Ends { low: at, high: at },
            Shape::Line(pair) => Ends {
                low: pair.a,
                high: pair.a + 1,
            },
        }
    }

    #[workflow]
    pub(super) fn highest(x: i64) -> i64 {
        let Ends { high, .. } = ends(shape(paired(x)));
        high
    }

    #[workflow]
    pub(super) fn sized(x: i64) -> Size {
        size(paired(x))
    }

    #[workflow]
    pub(super) fn chosen(x: i64) -> i64 {
        if x > 3 { ends(shape(paired(x))).low } else { 0 }
    }
}

#[test]
fn derives_and_attributes_need_no_prelude() {
    assert_eq!(without_the_prelude::highest(3).unwrap(), 4);
    assert_eq!(without_the_prelude::chosen(4).unwrap(), 4);
    let size = without_the_prelude::sized(4).unwrap();
    assert!(matches!(size, without_the_prelude::Size::Large));
}

#[eager]
async fn attributes_inside_of_an_eager_task(x: i64) -> i64 {
    #![allow(unused_variables)]
    //! A line about it.
    let unused = 3;
    square(x)
}

#[workflow]
fn docs_alone_inside(x: i64) -> i64 {
    //! A line about it.
    square(x)
}

#[workflow]
fn attributes_in_blocks(x: i64) -> i64 {
    if x > 3 {
        #[rustfmt::skip]
        let y = square(x);
        y
    } else {
        #[allow(unused_variables)]
        let unused = 3;
        x
    }
}

#[test]
fn attributes_stand_where_rust_allows_them() {
    assert_eq!(attributes_inside_of_an_eager_task::run(3).unwrap(), 9);
    assert_eq!(docs_alone_inside(3).unwrap(), 9);
    assert_eq!(attributes_in_blocks(4).unwrap(), 16);
    assert_eq!(attributes_in_blocks(3).unwrap(), 3);
}

same! {
    workflow arms_that_are_not_there(x: i64) -> i64 {
        match x {
            #[cfg(any())]
            3 => square(x),
            #[cfg(any())]
            4 | 5 => 0,
            _ => add(x, 1),
        }
    } on (3) (4);
    workflow an_arm_for_true_that_is_not_there(flag: bool, x: i64) -> i64 {
        match flag {
            #[cfg(any())]
            true => 1,
            _ => square(x),
        }
    } on (true, 3) (false, 3);
    workflow one_of_two_arms(x: i64) -> i64 {
        match x {
            #[cfg(all())]
            3 => square(x),
            #[cfg(not(all()))]
            3 => 0,
            _ => x,
        }
    } on (3) (4);
}

#[task]
fn doubled(#[default(Some(4))] n: Option<i64>) -> i64 {
    2 * n.unwrap_or(0)
}

#[workflow]
fn greeted(#[default("you")] name: Option<String>) -> i64 {
    named(name)
}

#[task]
fn named(#[default("nobody")] name: Option<String>) -> i64 {
    name.map_or(0, |name| name.len() as i64)
}

#[test]
fn a_default_of_an_option_is_what_is_inside() {
    assert_eq!(call!(doubled()).run().unwrap(), 8);
    assert_eq!(call!(greeted()).run().unwrap(), 3);
    assert_eq!(call!(named()).run().unwrap(), 6);
    assert_eq!(greeted(None).unwrap(), 0);
}

#[task]
fn total(values: BTreeMap<String, i64>) -> i64 {
    values.values().sum()
}

#[task]
fn product(values: HashMap<String, i64>) -> i64 {
    values.values().product()
}

like! {
    workflow a_sorted_map_of_constants(x: i64) -> i64 {
        let known = BTreeMap::from([("a", 1), ("b", 2)]);
        add(x, total(known))
    } as { x + 3 } on (3);
    workflow a_sorted_map_of_promises_and_constants(x: i64) -> i64 {
        total(BTreeMap::from([("a", square(x)), ("b", 2), ("c", x)]))
    } as { x * x + 2 + x } on (3);
    workflow a_map_of_promises_in_a_variable(x: i64) -> i64 {
        let made = HashMap::from([("a", square(x)), ("b", x)]);
        product(made)
    } as { x * x * x } on (3);
}
