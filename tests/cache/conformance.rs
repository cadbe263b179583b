//! What flytekit's tests of its local cache say, each by the name it has there.

use super::*;

#[task(name = "task_name_1", cache = "31415")]
fn of_many_kinds(lit_1: serde_json::Value, lit_2: i64, lit_3: f64, lit_4: bool) -> i64 {
    i64::from(lit_1.is_object() && lit_3 > 3.0 && lit_4) * lit_2
}

#[test]
fn test_stable_cache_key() {
    let numbers: Vec<i64> = (0..1000).collect();
    let first = serde_json::json!({
        "a": 42, "b": "abcd", "c": 0.12349, "d": [1, 2, 3],
        "e": {"e_a": 11, "e_b": numbers, "e_c": {"e_c_a": 12.34, "e_c_b": "a string"}},
    });
    let key = CacheKey::of(&of_many_kinds::call(first, 99, 314.0 / 100.0, true)).unwrap();
    assert_eq!(
        key.flytekit,
        "task_name_1-31415-e3a85f91467d1e1f721ebe8129b2de31"
    );
}

#[task(cache = "v1")]
fn f1(n: i64) -> i64 {
    n
}

#[task(cache = "v1")]
fn f2(n: i64) -> i64 {
    n + 1
}

#[workflow]
fn both(n: i64) -> (i64, i64) {
    (f1(n), f2(n))
}

#[test]
fn test_to_confirm_that_cache_keys_include_function_name() {
    let own = Own::new();
    for _ in 0..2 {
        assert_eq!(own.runner().run(both::call(1)).unwrap(), (1, 2));
    }
}

#[workflow]
fn another(who: String, x: i64) -> i64 {
    square(who, x)
}

#[test]
fn test_shared_tasks_in_two_separate_workflows() {
    let own = Own::new();
    for x in [42, 99] {
        own.runner()
            .run(of_square::call("shared".into(), x))
            .unwrap();
        assert_eq!(
            own.runner().run(another::call("shared".into(), x)).unwrap(),
            x * x
        );
    }
    assert_eq!(runs("shared"), 2);
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct MyCustomType {
    x: i64,
    y: String,
}

#[task(cache = "a.b.c")]
fn t1(a: i64) -> MyCustomType {
    ran("custom");
    MyCustomType {
        x: a,
        y: "t1".into(),
    }
}

#[task(cache = "v1")]
fn t2(a: MyCustomType, b: &str) -> (MyCustomType, i64) {
    ran("custom");
    let y = format!("{} {b}", a.y);
    (MyCustomType { x: a.x, y }, 5)
}

#[workflow]
fn of_custom_types(a: i64, b: String) -> (MyCustomType, i64) {
    t2(t1(a), b)
}

#[test]
fn test_wf_custom_types() {
    let own = Own::new();
    for _ in 0..2 {
        let (custom, five) = own
            .runner()
            .run(of_custom_types::call(10, "hello".into()))
            .unwrap();
        assert_eq!((custom.x, custom.y.as_str(), five), (10, "t1 hello", 5));
    }
    assert_eq!(runs("custom"), 2);
}

#[task(cache = "v101")]
fn joined(a: BTreeMap<String, String>) -> String {
    ran("joined");
    a.into_values().collect::<Vec<_>>().join(" ")
}

#[task(cache = "v99")]
fn world() -> String {
    ran("joined");
    "world".to_owned()
}

#[workflow]
fn of_constants(b: String) -> String {
    joined(BTreeMap::from([
        ("key1".to_owned(), b),
        ("key2".to_owned(), world()),
    ]))
}

#[test]
fn test_dict_wf_with_constants() {
    let own = Own::new();
    for _ in 0..2 {
        let both = own
            .runner()
            .run(of_constants::call("hello".into()))
            .unwrap();
        assert_eq!(both, "hello world");
    }
    assert_eq!(runs("joined"), 2);
}

#[task]
fn annotated(a: i64) -> Hashed<i64> {
    Hashed::new(a + 1, (a + 1).to_string())
}

#[task(cache = "42")]
fn downstream(a: Hashed<i64>) -> i64 {
    ran("downstream");
    *a + 2
}

#[dynamic]
fn upstream(a: i64) -> i64 {
    let v = annotated(a);
    let first = downstream(v);
    let second = downstream(v);
    first >> second;
    second
}

#[test]
fn test_pass_annotated_to_downstream_tasks() {
    let own = Own::new();
    assert_eq!(own.runner().run(upstream::call(3)).unwrap(), 6);
    assert_eq!(runs("downstream"), 1);
}

#[task]
fn two_tables(from: i64) -> Vec<Hashed<i64>> {
    vec![Hashed::new(from, "one"), Hashed::new(from + 1, "two")]
}

#[task(cache = "0.1")]
fn of_tables(tables: Vec<Hashed<i64>>) -> i64 {
    ran("tables");
    tables.iter().map(|table| **table).sum()
}

#[workflow]
fn tables(from: i64) -> i64 {
    of_tables(two_tables(from))
}

#[test]
fn test_list_of_pandas_dataframe_hash() {
    let own = Own::new();
    for from in [1, 10] {
        assert_eq!(own.runner().run(tables::call(from)).unwrap(), 3);
    }
    assert_eq!(runs("tables"), 1);
}
