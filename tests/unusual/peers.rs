//! What users of other engines write first.

use super::*;

mod ranges {
    use super::*;

    same! {
        workflow half_open(x: i64) -> i64 { if (0..10).contains(&x) { square(x) } else { add(x, 1) } }
            on (-1) (0) (9) (10);
        workflow closed(x: i64) -> i64 { if (0..=10).contains(&x) { square(x) } else { add(x, 1) } }
            on (-1) (0) (10) (11);
        workflow without_an_end(x: i64) -> i64 { if (4..).contains(&x) { square(x) } else { add(x, 1) } } on (3) (4);
        workflow without_a_start(x: i64) -> i64 { if (..4).contains(&x) { square(x) } else { add(x, 1) } }
            on (3) (4);
        workflow closed_without_a_start(x: i64) -> i64 { if (..=4).contains(&x) { square(x) } else { add(x, 1) } }
            on (4) (5);
        workflow of_fractions(x: f64) -> i64 { if (-40.0..21.0).contains(&x) { square(2) } else { add(1, 2) } }
            on (-40.0) (20.9) (21.0);
        workflow not_in_it(x: i64) -> i64 { if !(0..10).contains(&x) { square(x) } else { add(x, 1) } } on (3) (10);
        workflow one_of_two_conditions(x: i64) -> i64 {
            if x > 20 || (0..10).contains(&x) { square(x) } else { add(x, 1) }
        } on (3) (10) (21);
        workflow one_after_another(x: i64) -> i64 {
            if (0..10).contains(&x) { square(x) } else if (10..20).contains(&x) { add(x, 1) } else { 0 }
        } on (3) (10) (21);
        workflow in_a_variable(x: i64) -> i64 {
            let is_small = (0..10).contains(&x);
            if is_small { square(x) } else { add(x, 1) }
        } on (3) (10);
        workflow between_results(x: i64) -> i64 {
            let (low, high) = (add(x, -1), square(x));
            if (low..high).contains(&5) { square(x) } else { add(x, 1) }
        } on (3) (7);
        workflow of_a_result(x: i64) -> i64 { if (0..10).contains(&square(x)) { add(x, 1) } else { add(x, 2) } }
            on (3) (4);
        workflow with_ends_that_are_calculated(x: i64) -> i64 {
            let end = 4;
            if (end - 1..end * 2 + 1).contains(&x) { square(x) } else { add(x, 1) }
        } on (2) (3) (8) (9);
        workflow of_a_known_value(x: i64) -> i64 {
            let step = 3;
            if (0..10).contains(&step) { square(x) } else { add(x, 1) }
        } on (3);
        dynamic of_an_input(n: i64) -> i64 { if (0..10).contains(&n) { square(n) } else { n } } on (3) (10);
        dynamic of_a_result_in_a_dynamic_task(n: i64) -> i64 {
            if (0..n).contains(&square(3)) { square(n) } else { n }
        } on (9) (10);
    }

    #[test]
    fn a_call_in_it_is_one_node() {
        assert_eq!(of_a_result::flow::graph().unwrap().nodes().len(), 2);
    }
}
