//! Items that a macro of the user's makes: fragments of each kind, in each kind of item.

use super::*;

/// Items whose body is a block.
macro_rules! with_a_block {
    ($($kind:ident $name:ident($x:ident) $body:block => $expected:expr;)*) => { $(
        mod $name {
            use super::*;

            #[flyte_runtime::$kind]
            fn made($x: i64) -> i64 $body

            #[test]
            fn runs() { assert_eq!(made::run(4).unwrap(), $expected); }
        }
    )* };
}

with_a_block! {
    task a_block_of_a_task(x) { x + 1 } => 5;
    task a_block_with_statements(x) { let y = x * 2; y + 1 } => 9;
    workflow a_block_of_a_workflow(x) { square(x) } => 16;
    workflow a_block_with_a_branch(x) { if x > 3 { square(x) } else { x } } => 16;
    dynamic a_block_of_a_dynamic_task(x) { add(square(x), x) } => 20;
    dynamic a_block_with_a_loop(x) { let mut all = 0; for i in 0..x { all = add(all, i); } all } => 6;
}

/// Items whose types come from outside.
macro_rules! with_types {
    ($(
        $kind:ident $name:ident($x:ident: $input:ty) -> $output:ty $body:block on $value:expr => $expected:expr;
    )*) => { $(
        mod $name {
            use super::*;

            #[flyte_runtime::$kind]
            fn made($x: $input) -> $output $body

            #[test]
            fn runs() { assert_eq!(made::run($value).unwrap(), $expected); }
        }
    )* };
}

with_types! {
    task a_text(x: &str) -> i64 { x.len() as i64 } on "abc" => 3;
    task a_slice(x: &[i64]) -> i64 { x.iter().sum() } on &[1, 2] => 3;
    task a_lent_list(x: &Vec<String>) -> i64 { x.len() as i64 } on &vec!["a".to_owned()] => 1;
    task an_option(x: Option<i64>) -> Vec<i64> { x.into_iter().collect() } on Some(3) => vec![3];
    task a_pair(x: i64) -> (i64, String) { (x, x.to_string()) } on 3 => (3, "3".to_owned());
    task nothing(x: i64) -> () { let _ = x; } on 3 => ();
    workflow a_list_of_a_workflow(x: Vec<i64>) -> i64 { sum(x) } on vec![1, 2] => 3;
    workflow two_outputs(x: i64) -> (i64, bool) { (square(x), is_even(x)) } on 4 => (16, true);
    dynamic a_slice_of_a_dynamic_task(x: &[i64]) -> i64 { sum(x) } on &[1, 2] => 3;
    dynamic a_text_of_a_dynamic_task(x: &str) -> i64 { length(x) } on "abc" => 3;
}

/// A type inside of others.
macro_rules! inside {
    ($name:ident, $ty:ty, $value:expr) => {
        mod $name {
            use super::*;

            #[task]
            fn list(x: Vec<$ty>) -> Option<$ty> {
                x.first().cloned()
            }

            #[workflow]
            fn made(x: Vec<$ty>) -> Option<$ty> {
                list(x)
            }

            #[derive(Clone, Debug, PartialEq, FlyteType)]
            struct Holder {
                held: $ty,
                lists: Vec<$ty>,
            }

            #[task]
            fn held(x: $ty) -> Holder {
                Holder {
                    held: x.clone(),
                    lists: vec![x],
                }
            }

            #[test]
            fn runs() {
                assert_eq!(made::run(vec![$value]).unwrap(), Some($value));
                assert_eq!(held::run($value).unwrap().held, $value);
            }
        }
    };
}

inside!(integers, i64, 3);
inside!(texts, String, "a".to_owned());
inside!(lists, Vec<i64>, vec![1, 2]);

/// A workflow around an expression from outside, in each place where one may stand.
macro_rules! around {
    ($($name:ident($x:ident) $expression:expr;)*) => { $(
        mod $name {
            use super::*;

            same! {
                workflow at_the_end($x: i64) -> i64 { $expression } on (2) (5);
                workflow in_a_variable($x: i64) -> i64 { let y = $expression; add(y, 1) } on (2) (5);
                workflow as_an_argument($x: i64) -> i64 { square($expression) } on (2) (5);
                workflow in_a_case($x: i64) -> i64 { if $x > 3 { $expression } else { square($x) } } on (2) (5);
                workflow in_a_list($x: i64) -> i64 { sum(&[$expression, 4]) } on (2) (5);
            }
        }
    )* };
}

around! {
    a_call(x) square(x);
    an_input(x) x;
    a_call_of_a_call(x) add(square(x), 2);
    a_branch(x) if x > 4 { square(x) } else { add(x, 9) };
    a_match(x) match x { 2 => square(x), _ => add(x, 9) };
    a_block(x) { let y = square(x); add(y, x) };
}

macro_rules! with_a_condition {
    ($($name:ident($x:ident) $condition:expr;)*) => { $(
        same! {
            workflow $name($x: i64) -> i64 { if $condition { square($x) } else { $x } } on (2) (5);
        }
    )* };
}

with_a_condition! {
    a_comparison(x) x > 3;
    a_comparison_in_parentheses(x) (x > 3);
    a_negation(x) !(x > 3);
    a_conjunction(x) x > 3 && x < 9;
    a_call_that_gives_a_bool(x) is_even(x);
    a_literal(x) true;
}

macro_rules! with_pieces {
    ($name:ident, $x:ident, $task:path, $key:ident, $number:literal, $pattern:pat, $($rest:tt)*) => {
        same! {
            workflow $name($x: i64) -> i64 {
                let $key = $task($x);
                let first = match $x { $pattern => add($key, $number), _ => $key };
                $($rest)*(first)
            } on (2) (5);
        }
    };
}

with_pieces!(path_and_pattern, x, square, y, 7, 2 | 3, square);
with_pieces!(
    path_through_a_module,
    x,
    super::square,
    value,
    -7,
    5,
    super::square
);

macro_rules! with_statements {
    ($name:ident, $x:ident, { $($statement:stmt;)* } $end:expr) => {
        same! { workflow $name($x: i64) -> i64 { $($statement;)* $end } on (2) (5); }
    };
}

with_statements!(statements, x, { let y = square(x); let z = add(y, 1); } add(y, z));
with_statements!(a_statement_with_a_branch, x, { let y = if x > 3 { square(x) } else { x }; } square(y));

macro_rules! with_attributes {
    ($(#[$attribute:meta])* $vis:vis $name:ident) => {
        mod $name {
            use super::*;

            $(#[$attribute])*
            #[task]
            $vis fn made(x: i64) -> i64 { x }

            #[test]
            fn runs() { assert_eq!(made::run(4).unwrap(), 4); }
        }
    };
}

with_attributes!(#[allow(dead_code)] pub attributes_and_a_visibility);
with_attributes!(private);

macro_rules! mapped_over {
    ($($name:ident($xs:ident) $list:expr;)*) => { $(
        like! {
            workflow $name($xs: Vec<i64>) -> Vec<i64> { $list.map(|x| square(x)) }
                as { $list.iter().map(|x| x * x).collect() } on (vec![1, 2]);
        }
    )* };
}

mapped_over! {
    an_input_that_is_mapped(xs) xs;
    a_known_list_that_is_mapped(xs) vec![1_i64, 3];
}
