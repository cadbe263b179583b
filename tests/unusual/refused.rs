//! Mistakes that only a look at the whole graph shows: each is told when the graph is built, and nothing runs.

use super::*;

/// Programs, and what is said of them.
macro_rules! refused {
    ($($kind:ident $name:ident($($input:ident: $ty:ty),*) -> $output:ty $body:block says $($part:literal),+;)*) => {
    $(
        #[flyte_runtime::$kind]
        fn $name($($input: $ty),*) -> $output $body
    )*

        #[test]
        fn are_refused() {
            $({
                let told = $name::graph().unwrap_err().to_string();
                $(assert!(told.contains($part), "{told}");)+
            })*
        }
    };
}

mod in_circles {
    use super::*;

    #[launch_plan]
    fn plan_of_a_circle(x: i64) -> i64 {
        through_a_launch_plan(x = x)
    }

    #[launch_plan]
    fn plan_of_a_map(x: i64) -> i64 {
        through_a_map(x = x)
    }

    refused! {
        workflow itself(x: i64) -> i64 { itself(square(x)) }
            says "a workflow cannot contain itself", "in_circles.itself -> ", "in_circles.itself";
        workflow one(x: i64) -> i64 { other(x) } says "in_circles.one -> ", "in_circles.other -> ";
        workflow other(x: i64) -> i64 { square(one(x)) } says "in_circles.other -> ", "in_circles.one -> ";
        workflow first(x: i64) -> i64 { second(x) } says "first -> ", "second -> ", "third -> ";
        workflow second(x: i64) -> i64 { third(x) } says "second -> ", "third -> ", "first -> ";
        workflow third(x: i64) -> i64 { first(x) } says "third -> ", "first -> ", "second -> ";
        workflow in_a_case(x: i64) -> i64 { if x > 3 { in_a_case(x) } else { x } } says "in_circles.in_a_case -> ";
        workflow behind_else(x: i64) -> i64 { if x > 3 { x } else { behind_else(square(x)) } }
            says "in_circles.behind_else -> ";
        workflow in_an_arm(x: i64) -> i64 { match x { 1 => 2, _ => add(in_an_arm(x), 1) } }
            says "in_circles.in_an_arm -> ";
        workflow by_name(x: i64) -> i64 { by_name(x = square(x)) } says "in_circles.by_name -> ";
        workflow through_a_launch_plan(x: i64) -> i64 { plan_of_a_circle(square(x)) }
            says "through_a_launch_plan -> ", "write it as a `#[dynamic]` task";
        workflow through_a_map(x: i64) -> i64 { sum(vec![1, 2].map(|y| plan_of_a_map(y))) } says "through_a_map -> ";
        workflow outside_of_the_circle(x: i64) -> i64 { itself(x) } says "in_circles.itself -> ";
    }
}

mod Jobs {
    use super::*;

    #[task]
    pub fn load(x: i64) -> i64 {
        x
    }
}

use jobs_of_another as Work;

mod jobs_of_another {
    pub use super::Jobs::load;
}

fn helper(x: i64) -> i64 {
    square(x)
}

struct Helper;

impl Helper {
    fn squared(&self, x: i64) -> i64 {
        square(x)
    }

    fn of(x: i64) -> i64 {
        square(x)
    }
}

impl Default for Helper {
    fn default() -> Self {
        square(1);
        Self
    }
}

mod plain_calls {
    use super::*;

    refused! {
        workflow in_a_module_with_a_capital(x: i64) -> i64 { add(x, Jobs::load(3)) }
            says "load", "the name of a module in lower case";
        workflow in_a_module_by_an_alias_with_a_capital(x: i64) -> i64 { add(x, Work::load(3)) } says "load";
        workflow through_a_path_with_a_capital(x: i64) -> i64 { if x > 3 { x } else { add(x, super::Jobs::load(3)) } }
            says "load";
        workflow in_a_helper(x: i64) -> i64 { add(x, (helper)(3)) } says "square";
        workflow in_a_method(x: i64) -> i64 { add(x, Helper.squared(3)) } says "square";
        workflow in_a_function_of_a_type(x: i64) -> i64 { add(x, Helper::of(3)) } says "square";
        workflow in_an_implementation(x: i64) -> i64 { let _helper = Helper::default(); x } says "square";
        workflow in_a_function_inside(x: i64) -> i64 {
            fn inside(x: i64) -> i64 { square(x) }
            add(x, inside(3))
        } says "square";
        workflow through_an_iterator(x: i64) -> i64 { add(x, (0..3).map(Helper::of).sum::<i64>()) } says "square";
        workflow in_a_case(x: i64) -> i64 { if x > 3 { add(x, (helper)(3)) } else { x } } says "square";
    }
}

#[workflow]
fn inner(x: i64) -> i64 {
    square(x)
}

#[dynamic]
fn unfolded(x: i64) -> i64 {
    square(x)
}

mod maps {
    use super::*;

    refused! {
        workflow of_a_workflow(xs: Vec<i64>) -> Vec<i64> { xs.map(|x| inner(x)) }
            says "is a workflow", "map a launch plan of it";
        workflow of_a_workflow_by_its_name(xs: Vec<i64>) -> Vec<i64> { xs.map(inner).concurrency(2) }
            says "is a workflow";
        workflow of_a_workflow_over_a_known_list(x: i64) -> Vec<i64> { vec![1, 2].map(|y| inner(y)) }
            says "is a workflow";
        workflow of_a_dynamic_task(xs: Vec<i64>) -> Vec<i64> { xs.map(|x| unfolded(x)) } says "is a dynamic task";
        workflow without_the_element(xs: Vec<i64>) -> Vec<i64> { xs.map(|x| square(3)) } says "takes no element";
        workflow of_no_concurrency(xs: Vec<i64>) -> Vec<i64> {
            let none = 0;
            xs.map(|x| square(x)).concurrency(none)
        } says "a concurrency of 0";
        workflow with_a_bound_twice(xs: Vec<i64>) -> Vec<i64> { xs.map(|x| square(x)).concurrency(2).concurrency(3) }
            says "`concurrency` is given twice";
        workflow with_a_ratio_too_large(xs: Vec<i64>) -> Vec<Option<i64>> {
            let all = 1.0;
            xs.map(|x| square(x)).min_success_ratio(all)
        } says "from 0 to below 1";
        workflow with_a_ratio_below_zero(xs: Vec<i64>) -> Vec<Option<i64>> {
            vec![1].zip(xs).map(|(a, b)| add(a, b)).min_success_ratio(-0.5)
        }
            says "from 0 to below 1";
    }
}

mod parts {
    use super::*;

    refused! {
        workflow of_a_known_list(x: i64) -> i64 {
            let mut list = vec![1, 2];
            let far = list.at(7);
            list = numbers(x);
            add(far, sum(list))
        } says "`[7]`", "a list of 2 elements";
    }
}
