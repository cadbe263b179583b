//! Values: what calls are given, what becomes of their results, and what closures and collections do with them.

use super::*;

#[workflow]
fn empty() {}

#[workflow]
fn without_use(_x: i64) {}

#[workflow]
fn unused(x: i64) -> i64 {
    let _ = square(x);
    square(x);
    let _unused = add(x, 1);
    x
}

#[workflow]
fn the_same_again(x: i64) -> i64 {
    square(square(square(x)))
}

#[test]
fn a_call_is_a_node_whether_its_result_is_used_or_not() {
    empty().unwrap();
    without_use(1).unwrap();
    assert_eq!(unused(1).unwrap(), 1);
    assert_eq!(unused::graph().unwrap().nodes().len(), 3);
    assert_eq!(the_same_again(2).unwrap(), 256);
}

#[derive(Clone, Debug, PartialEq, Default, serde::Serialize, serde::Deserialize, FlyteType)]
struct Config {
    a: i64,
    b: i64,
}

#[task]
fn total(config: &Config) -> i64 {
    config.a + config.b
}

#[workflow]
fn struct_update() -> i64 {
    total(Config {
        a: 3,
        ..Default::default()
    })
}

#[workflow]
fn apart(x: i64) -> (String, i64) {
    let (n, (a, b)) = (square(x), pair(x));
    (b, add(n, a))
}

#[workflow]
fn blocks(x: i64) -> i64 {
    add(
        {
            let y = square(x);
            y
        },
        if x > 3 { square(x) } else { x },
    )
}

#[workflow]
fn options(x: i64) -> i64 {
    add(
        or_minus_one(Some(square(x))),
        add(or_minus_one(None), or_minus_one(find(x))),
    )
}

#[workflow]
fn parts(xs: Vec<i64>, m: BTreeMap<String, i64>) -> (i64, i64) {
    let ys = xs;
    (ys.at(1), m.get("k"))
}

#[workflow]
fn constant(x: i64) -> i64 {
    add(x, const { 2 * 3 })
}

#[workflow]
fn defaults(
    #[default(2 + 3)] k: i64,
    #[default(vec![1, 2])] xs: Vec<i64>,
    #[default("hi")] _s: String,
) -> i64 {
    add(k, sum(xs))
}

#[workflow]
fn changed_parameter(mut x: i64) -> i64 {
    for _ in 0..2 {
        x = square(x);
    }
    x
}

#[workflow]
fn ordered(x: i64) -> i64 {
    let a = square(x).with_overrides(|o| o.node_name("first"));
    let b = void(x);
    a >> b;
    b >> square(a);
    a.runs_before(&b);
    a
}

#[workflow]
fn ordered_value(x: i64) -> i64 {
    let a = square(x);
    void(x) >> a >> add(x, 1)
}

#[test]
fn values_are_given_and_taken_apart_as_in_any_function() {
    assert_eq!(struct_update().unwrap(), 3);
    assert_eq!(apart(2).unwrap(), ("<2>".to_owned(), 6));
    assert_eq!(blocks(4).unwrap(), 32);
    assert_eq!(options(2).unwrap(), 5);
    let map = BTreeMap::from([("k".to_owned(), 7)]);
    assert_eq!(parts(vec![1, 2], map).unwrap(), (2, 7));
    assert_eq!(constant(1).unwrap(), 7);
    assert_eq!(call!(defaults()).run().unwrap(), 8);
    assert_eq!(changed_parameter(2).unwrap(), 16);
    assert_eq!(ordered(3).unwrap(), 9);
    assert_eq!(ordered_value(4).unwrap(), 5);
}

#[workflow]
fn closures(x: i64) -> i64 {
    let f = |a| {
        let g = move |b| add(a, b);
        g(square(a))
    };
    (|y| f(y))(f(x))
}

fn first<const N: usize>() -> [i64; N] {
    std::array::from_fn(|i| i as i64)
}

#[workflow]
fn const_generics(x: i64) -> i64 {
    let [a, b, c] = (first::<3>)();
    add(x, a + b + c)
}

#[workflow]
fn lists(x: i64) -> i64 {
    let v = [x, square(x)];
    drop(v.to_vec());
    add(sum(&[v[0], v[1]]), add(sum(Vec::<i64>::new()), sum(vec![])))
}

#[workflow]
fn folded(x: i64) -> i64 {
    (0..4).fold(x, |acc, i| add(acc, i))
}

#[workflow]
fn collected(x: i64) -> Vec<i64> {
    (0..4).map(|i| add(x, i)).collect::<Vec<_>>()
}

#[workflow]
fn mapped(xs: Vec<i64>, ys: Vec<i64>) -> Vec<i64> {
    let f = |e| square(e);
    let k = 3;
    let xs = xs.map(f);
    xs.zip(ys)
        .map(|(a, b)| add(a, b))
        .concurrency(2)
        .map(|x: _| add(b = k, a = x))
}

#[test]
fn closures_and_collections_make_nodes() {
    assert_eq!(closures(1).unwrap(), 6);
    assert_eq!(const_generics(1).unwrap(), 4);
    assert_eq!(lists(3).unwrap(), 12);
    assert_eq!(folded(0).unwrap(), 6);
    assert_eq!(collected(1).unwrap(), [1, 2, 3, 4]);
    assert_eq!(mapped(vec![1, 2], vec![3, 4]).unwrap(), [7, 11]);
}

#[dynamic]
fn shouted(words: Vec<String>) -> Vec<String> {
    let mut out = vec![];
    for word in &words {
        if word.len() > 1 {
            out.push(shout(word));
        } else {
            out.push(shout("x"));
        }
    }
    out
}

#[dynamic]
fn totals(configs: Vec<Config>) -> i64 {
    let mut all = add(0, 0);
    for config in &configs {
        all = add(all, total(config));
    }
    let more = [1, 2];
    add(all, sum(&more[..]))
}

#[test]
fn values_that_are_lent_are_given_to_calls() {
    let words = vec!["ab".to_owned(), "c".to_owned()];
    assert_eq!(shouted::run(words).unwrap(), ["AB", "X"]);
    assert_eq!(totals::run(vec![Config { a: 1, b: 2 }]).unwrap(), 6);
}

#[derive(FlyteOutputs)]
struct Out {
    first: i64,
    r#type: String,
}

#[workflow]
fn named(x: i64) -> Out {
    let (a, b) = pair(x);
    Out {
        first: a,
        r#type: b,
    }
}

#[workflow]
fn named_again(x: i64) -> Out {
    let out = named(x);
    Out {
        first: square(out.first),
        r#type: shout(out.r#type),
    }
}

#[test]
fn outputs_with_names_are_used_by_name() {
    let out = named_again(2).unwrap();
    assert_eq!((out.first, out.r#type.as_str()), (4, "<2>"));
}
