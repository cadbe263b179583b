//! Lists and maps of every depth, empty ones too.

use std::collections::{BTreeMap, HashMap};

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, held};

#[task]
fn counted(words: Vec<String>) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

#[task]
fn most(counts: BTreeMap<String, i64>) -> Option<String> {
    let most = counts.iter().max_by_key(|(_, count)| **count)?;
    Some(most.0.clone())
}

#[workflow]
fn the_most_frequent(words: Vec<String>) -> (BTreeMap<String, i64>, Option<String>) {
    let counts = counted(words);
    (counts, most(counts))
}

#[task]
fn grouped(words: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for word in words {
        let first = word.chars().next().map(String::from).unwrap_or_default();
        groups.entry(first).or_default().push(word);
    }
    groups
}

#[task]
fn sizes(groups: BTreeMap<String, Vec<String>>) -> Vec<BTreeMap<String, Vec<i64>>> {
    let sizes = groups.into_iter().map(|(letter, words)| {
        let lengths = words.iter().map(|word| word.len() as i64).collect();
        BTreeMap::from([(letter, lengths)])
    });
    sizes.collect()
}

#[workflow]
fn maps_of_lists(words: Vec<String>) -> Vec<BTreeMap<String, Vec<i64>>> {
    sizes(grouped(words))
}

#[task]
fn transposed(rows: Vec<Vec<f64>>) -> Result<Vec<Vec<f64>>, String> {
    let width = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != width) {
        return Err("the rows are not of one length".to_owned());
    }
    Ok((0..width)
        .map(|x| rows.iter().map(|row| row[x]).collect())
        .collect())
}

#[workflow]
fn there_and_back(rows: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    transposed(transposed(rows))
}

#[task]
fn with_holes(xs: Vec<Option<i64>>) -> (Vec<i64>, Vec<Option<i64>>) {
    let known = xs.iter().flatten().copied().collect();
    (
        known,
        xs.into_iter()
            .map(|x| x.map_or(Some(0), |_| None))
            .collect(),
    )
}

/// Whatever is not text is written as one in the keys.
#[task]
fn inverted(numbers: BTreeMap<i64, bool>) -> HashMap<bool, Vec<i64>> {
    let mut inverted: HashMap<bool, Vec<i64>> = HashMap::new();
    for (number, flag) in numbers {
        inverted.entry(flag).or_default().push(number);
    }
    inverted
}

#[task]
fn three_deep(deep: Vec<Vec<Vec<i64>>>) -> usize {
    deep.iter().flatten().flatten().count()
}

#[task]
fn sum_of(a: i64, b: i64) -> i64 {
    a + b
}

/// A list and a map made of promises and constants.
#[workflow]
fn made_of_parts(x: i64, xs: Vec<i64>) -> (Vec<Vec<i64>>, BTreeMap<String, i64>, usize) {
    let y = sum_of(x, 1);
    let seven = sum_of(6, 1);
    (
        vec![vec![x, y, 7], xs, vec![], vec![y, sum_of(y, xs.at(0))]],
        BTreeMap::from([("x", x), ("y", y), ("seven", seven)]),
        three_deep(vec![vec![xs, vec![1, x]], vec![], vec![vec![]]]),
    )
}

#[task]
fn fixed(numbers: [i64; 3]) -> [String; 2] {
    let [a, b, c] = numbers;
    [format!("{a}{b}"), format!("{b}{c}")]
}

#[workflow]
fn arrays(x: i64) -> (String, [String; 2]) {
    let (first, second) = pair(x);
    let texts = fixed([first, second, x]);
    (last_of(texts), texts)
}

#[task]
fn last_of(texts: [String; 2]) -> String {
    let [_, last] = texts;
    last
}

#[task]
fn pair(x: i64) -> (i64, i64) {
    (x * 10, x * 100)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let count = |name: &str, count| (name.to_owned(), count);
    held(
        "lists and maps",
        [
            case(the_most_frequent::call(words("a b a ä"))).gives((
                BTreeMap::from([count("a", 2), count("b", 1), count("ä", 1)]),
                Some("a".to_owned()),
            )),
            case(the_most_frequent::call(Vec::new()))
                .gives((BTreeMap::new(), None))
                .with("empty"),
            case(maps_of_lists::call(words("one off two"))).gives(vec![
                BTreeMap::from([("o".to_owned(), vec![3, 3])]),
                BTreeMap::from([("t".to_owned(), vec![3])]),
            ]),
            case(maps_of_lists::call(Vec::new()))
                .gives(Vec::new())
                .with("empty"),
            case(there_and_back::call(vec![
                vec![1.0, 2.0],
                vec![f64::INFINITY, -0.5],
                vec![1e300, 5e-324],
            ]))
            .gives(vec![
                vec![1.0, 2.0],
                vec![f64::INFINITY, -0.5],
                vec![1e300, 5e-324],
            ]),
            case(there_and_back::call(vec![vec![1.0], vec![]]))
                .fails(Kind::Task, "the rows are not of one length")
                .with("ragged"),
            case(there_and_back::call(Vec::new()))
                .gives(Vec::new())
                .with("empty"),
            case(with_holes::call(vec![Some(1), None, Some(3)]))
                .gives((vec![1, 3], vec![None, Some(0), None])),
            case(inverted::call(BTreeMap::from([
                (-1, true),
                (i64::MAX, false),
                (0, true),
            ])))
            .gives(HashMap::from([
                (true, vec![-1, 0]),
                (false, vec![i64::MAX]),
            ])),
            case(made_of_parts::call(1, vec![5, 6])).gives((
                vec![vec![1, 2, 7], vec![5, 6], vec![], vec![2, 7]],
                BTreeMap::from([count("x", 1), count("y", 2), count("seven", 7)]),
                4,
            )),
            case(made_of_parts::call(1, Vec::new()))
                .fails(Kind::Value, "")
                .with("an element that is not there"),
            case(arrays::call(3))
                .gives(("3003".to_owned(), ["30300".to_owned(), "3003".to_owned()])),
        ],
    )
}
