//! Types that are others in Flyte: pointers are what they point at, sets and queues are lists, addresses are strings.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    num::{NonZeroU8, NonZeroU64},
    sync::Arc,
};

use flyte_runtime::types::{Literal, LiteralType};

use super::*;

/// A value goes through the wire form of its type and comes back.
fn travels<T: flyte_runtime::types::FlyteType + PartialEq + std::fmt::Debug>(value: T) {
    let literal: Literal = value.to_literal().unwrap();
    assert_eq!(T::from_literal(literal).unwrap(), value);
}

/// For each type the places where it may stand: through a task as it is, in a list, in an option, in a map, as the
/// field of a struct that travels, and in a branch.
macro_rules! everywhere {
    ($($name:ident $ty:ty => $first:expr, $second:expr;)*) => { $(
        mod $name {
            use super::*;

            #[derive(Clone, Debug, PartialEq, FlyteType)]
            struct Holder {
                held: $ty,
                count: i64,
            }

            fn one() -> $ty { $first }

            fn other() -> $ty { $second }

            #[task]
            fn same(value: $ty) -> $ty { value }

            #[task]
            fn held(value: $ty, count: i64) -> Holder { Holder { held: value, count } }

            #[workflow]
            fn through(value: $ty) -> $ty { same(same(value)) }

            #[workflow]
            fn chosen(value: $ty, x: i64) -> $ty { if x > 3 { same(value) } else { value } }

            #[workflow]
            fn mapped(values: Vec<$ty>) -> Vec<$ty> { values.map(|value| same(value)) }

            #[workflow]
            fn a_field(value: $ty) -> $ty { same(held(value, 3).fields().held) }

            #[workflow]
            fn a_constant() -> $ty { same((one)()) }

            #[task]
            fn optional(value: Option<$ty>) -> Option<$ty> { value }

            #[workflow]
            fn an_option(value: $ty) -> Option<$ty> { optional(same(value)) }

            #[task]
            fn keyed(values: BTreeMap<String, $ty>) -> i64 { values.len() as i64 }

            #[workflow]
            fn a_map(value: $ty) -> i64 { keyed(BTreeMap::from([("a", same(value)), ("b", same((other)()))])) }

            #[test]
            fn goes_through_tasks() { assert_eq!(through(one()).unwrap(), one()); }

            #[test]
            fn is_chosen() {
                assert_eq!(chosen(one(), 4).unwrap(), one());
                assert_eq!(chosen(other(), 3).unwrap(), other());
            }

            #[test]
            fn is_mapped() { assert_eq!(mapped(vec![one(), other()]).unwrap(), vec![one(), other()]); }

            #[test]
            fn is_a_field() { assert_eq!(a_field(other()).unwrap(), other()); }

            #[test]
            fn is_a_constant() { assert_eq!(a_constant().unwrap(), one()); }

            #[test]
            fn is_optional() { assert_eq!(an_option(one()).unwrap(), Some(one())); }

            #[test]
            fn is_the_value_of_a_map() { assert_eq!(a_map(one()).unwrap(), 2); }

            #[test]
            fn travels_with_all_around_it() {
                travels(one());
                travels(Some(other()));
                travels(Holder { held: one(), count: 1 });
                travels(vec![Holder { held: other(), count: 2 }]);
            }
        }
    )* };
}

everywhere! {
    a_box Box<i64> => Box::new(3), Box::new(-4);
    a_box_of_a_list Box<Vec<String>> => Box::new(vec!["a".to_owned()]), Box::default();
    an_arc Arc<Vec<i64>> => Arc::new(vec![1, 2]), Arc::new(Vec::new());
    a_cow_of_text Cow<'static, str> => Cow::Borrowed("a"), Cow::Owned("b".to_owned());
    a_cow_of_a_list Cow<'static, [i64]> => Cow::Borrowed(&[1, 2]), Cow::Owned(vec![3]);
    a_sorted_set BTreeSet<i64> => BTreeSet::from([3, 1]), BTreeSet::new();
    a_set HashSet<String> => HashSet::from(["b".to_owned(), "a".to_owned()]), HashSet::new();
    a_queue VecDeque<f64> => VecDeque::from([1.5, 2.0]), VecDeque::new();
    not_zero NonZeroU64 => NonZeroU64::MIN, NonZeroU64::new(70).unwrap();
    a_large_integer u128 => 7, 0;
    a_large_signed_integer i128 => -7, 1 << 40;
    an_address IpAddr => IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST);
    an_address_with_a_port SocketAddr => "192.0.2.1:80".parse().unwrap(), "[::1]:443".parse().unwrap();
    an_arc_of_a_box Arc<Box<bool>> => Arc::new(Box::new(true)), Arc::new(Box::new(false));
    a_set_of_lists BTreeSet<Vec<i64>> => BTreeSet::from([vec![2], vec![1, 9]]), BTreeSet::new();
}

/// A list, and an expression: types that hold themselves behind a pointer.
#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Chain {
    value: i64,
    next: Option<Box<Chain>>,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Formula {
    Number(i64),
    Negated(Box<Formula>),
}

#[task]
fn chained(values: &[i64]) -> Chain {
    let mut chain = Chain {
        value: 0,
        next: None,
    };
    for value in values {
        chain = Chain {
            value: *value,
            next: Some(Box::new(chain)),
        };
    }
    chain
}

#[task]
fn depth(chain: &Chain) -> i64 {
    1 + chain.next.as_deref().map_or(0, depth)
}

#[workflow]
fn depth_of_a_chain(values: Vec<i64>) -> i64 {
    depth(chained(values))
}

#[task]
fn evaluated(formula: &Formula) -> i64 {
    match formula {
        Formula::Number(number) => *number,
        Formula::Negated(inner) => -evaluated(inner),
    }
}

#[workflow]
fn value_of_a_formula(formula: Formula) -> i64 {
    square(evaluated(formula))
}

#[test]
fn types_that_hold_themselves_travel() {
    assert_eq!(depth_of_a_chain(vec![1, 2, 3]).unwrap(), 4);
    travels(chained(&[1, 2]));
    let formula = Formula::Negated(Box::new(Formula::Number(3)));
    assert_eq!(value_of_a_formula(formula.clone()).unwrap(), 9);
}

#[test]
fn sets_are_lists_in_order() {
    let wild: HashSet<i64> = (0..50).rev().collect();
    let sorted: Vec<i64> = (0..50).collect();
    assert_eq!(wild.to_literal().unwrap(), sorted.to_literal().unwrap());
    let words = HashSet::from(["b".to_owned(), "a".to_owned(), "c".to_owned()]);
    let in_order = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
    assert_eq!(words.to_literal().unwrap(), in_order.to_literal().unwrap());
    let floats = VecDeque::from([2.0, 1.0]);
    assert_eq!(
        floats.to_literal().unwrap(),
        vec![2.0, 1.0].to_literal().unwrap()
    );
}

#[test]
fn a_set_takes_a_list_with_an_element_twice() {
    let list = vec![2_i64, 1, 2].to_literal().unwrap();
    assert_eq!(
        BTreeSet::<i64>::from_literal(list).unwrap(),
        BTreeSet::from([1, 2])
    );
}

#[test]
fn pointers_are_what_they_point_at() {
    assert_eq!(<Box<i64>>::literal_type(), LiteralType::Integer);
    assert_eq!(<Arc<Vec<i64>>>::literal_type(), <Vec<i64>>::literal_type());
    assert_eq!(<Cow<'static, str>>::literal_type(), LiteralType::String);
    assert_eq!(<BTreeSet<i64>>::literal_type(), <Vec<i64>>::literal_type());
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let zero = 0_i64.to_literal().unwrap();
    let refused = NonZeroU8::from_literal(zero).unwrap_err().to_string();
    assert_eq!(
        refused,
        "0 does not fit `NonZero<u8>`: it is every number but zero"
    );
    let large = u128::MAX.to_literal().unwrap_err().to_string();
    assert!(
        large.contains("Flyte's integers end at 9223372036854775807"),
        "{large}"
    );
    let name = "localhost".to_literal_of_text();
    let refused = IpAddr::from_literal(name).unwrap_err().to_string();
    assert_eq!(
        refused,
        "\"localhost\" does not fit `IpAddr`: it is an address such as 192.0.2.1 or 2001:db8::1"
    );
}

/// A text as a literal.
trait Text {
    fn to_literal_of_text(&self) -> Literal;
}

impl Text for &str {
    fn to_literal_of_text(&self) -> Literal {
        (*self).to_owned().to_literal().unwrap()
    }
}

#[task]
fn greeting(#[default("you")] name: Option<String>) -> String {
    name.map_or_else(String::new, |name| format!("hello {name}"))
}

#[test]
fn a_text_is_the_default_of_an_optional_text() {
    assert_eq!(call!(greeting()).run().unwrap(), "hello you");
    assert_eq!(greeting::run(None).unwrap(), "");
}

#[task]
fn total(values: HashMap<String, i64>) -> i64 {
    values.values().sum()
}

#[workflow]
fn a_map_of_promises_and_constants(x: i64) -> i64 {
    total(HashMap::from([("a", square(x)), ("b", 2), ("c", x)]))
}

#[workflow]
fn a_map_of_constants() -> i64 {
    let known = HashMap::from([("a", 1), ("b", 2)]);
    add(total(known), total(HashMap::from([("a", 5)])))
}

#[test]
fn maps_have_texts_for_keys() {
    assert_eq!(a_map_of_promises_and_constants(3).unwrap(), 14);
    assert_eq!(a_map_of_constants().unwrap(), 8);
}
