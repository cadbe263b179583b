//! Structs and enums, in one another and by their parts.

use std::collections::BTreeMap;

use flyte_runtime::{prelude::*, types::Bytes};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, held};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Shape {
    name: String,
    corners: Vec<Point>,
    #[serde(default)]
    centre: Option<Point>,
    labels: BTreeMap<String, String>,
}

#[task]
fn with_centre(shape: Shape) -> Shape {
    let count = shape.corners.len() as f64;
    let sum = |of: fn(&Point) -> f64| shape.corners.iter().map(of).sum::<f64>() / count;
    let centre = Point {
        x: sum(|point| point.x),
        y: sum(|point| point.y),
    };
    Shape {
        centre: Some(centre),
        ..shape
    }
}

#[task]
fn distance(from: Point, to: Point) -> f64 {
    (from.x - to.x).hypot(from.y - to.y)
}

#[workflow]
fn from_corner_to_corner(shape: Shape) -> (f64, Shape) {
    let corners = shape.fields().corners;
    (distance(corners.at(0), corners.at(1)), with_centre(shape))
}

/// A struct of the source with promises in it is not needed: fields are bound one by one.
#[workflow]
fn fields_of_fields(shape: Shape) -> (String, f64, String) {
    let fields = shape.fields();
    let moved = with_centre(shape).fields();
    (
        fields.name,
        moved.corners.at(0).fields().x,
        fields.labels.get("colour"),
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Low,
    VeryHigh,
    #[serde(rename = "äußerst")]
    Utmost,
}

#[task]
fn raised(level: Level) -> Level {
    match level {
        Level::Low => Level::VeryHigh,
        Level::VeryHigh | Level::Utmost => Level::Utmost,
    }
}

#[workflow]
fn raised_twice(level: Level) -> (Level, Level) {
    let once = raised(level);
    (once, raised(once))
}

#[task]
fn levels(levels: Vec<Level>) -> BTreeMap<String, Level> {
    levels
        .into_iter()
        .map(|level| (format!("{level:?}"), level))
        .collect()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
#[serde(rename_all = "camelCase")]
struct Everything {
    small: i8,
    large: u64,
    least: i64,
    #[serde(rename = "Gewicht in kg")]
    weight: f64,
    is_on: bool,
    level: Level,
    either: Option<Vec<Option<i64>>>,
    nested: Vec<BTreeMap<String, Point>>,
    letter: char,
    free: serde_json::Value,
}

#[task]
fn unchanged(everything: Everything) -> Everything {
    everything
}

#[workflow]
fn parts_of_everything(everything: Everything) -> (i64, f64, Level, Everything) {
    let fields = unchanged(everything).fields();
    (
        fields.least,
        fields.weight,
        fields.level,
        unchanged(everything),
    )
}

#[task]
fn by_name(name: String, points: Vec<Point>) -> BTreeMap<String, Vec<Point>> {
    BTreeMap::from([(name, points)])
}

#[workflow]
fn an_element_of_a_map(name: String, points: Vec<Point>) -> f64 {
    let named = by_name(name, points);
    let points = named.get("here");
    distance(points.at(0), points.at(1))
}

#[task]
fn as_bytes(text: String) -> Bytes {
    Bytes(text.into_bytes())
}

#[task]
fn xored(bytes: Bytes, with: u8) -> Bytes {
    Bytes(bytes.0.into_iter().map(|byte| byte ^ with).collect())
}

#[workflow]
fn bytes(text: String) -> (Bytes, Bytes) {
    let bytes = as_bytes(text);
    (xored(bytes, 255), xored(xored(bytes, 170), 170))
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Tree {
    value: i64,
    children: Vec<Tree>,
}

#[task]
fn grown(tree: Tree, by: i64) -> Tree {
    let children = tree.children.into_iter().map(|child| grown(child, by));
    let mut children: Vec<_> = children.collect();
    children.push(Tree {
        value: by,
        children: Vec::new(),
    });
    Tree {
        value: tree.value + by,
        children,
    }
}

#[task]
fn sum_of(tree: &Tree) -> i64 {
    tree.value + tree.children.iter().map(sum_of).sum::<i64>()
}

#[workflow]
fn of_trees(tree: Tree) -> (i64, i64) {
    let grown = grown(grown(tree, 1), 10);
    (sum_of(tree), sum_of(grown))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let shape = Shape {
        name: "Dreieck".to_owned(),
        corners: vec![
            Point { x: 0.0, y: 0.0 },
            Point { x: 3.0, y: 4.0 },
            Point { x: 6.0, y: -1.0 },
        ],
        centre: None,
        labels: BTreeMap::from([("colour".to_owned(), "grün".to_owned())]),
    };
    let centred = Shape {
        centre: Some(Point { x: 3.0, y: 1.0 }),
        ..shape.clone()
    };
    let without_labels = Shape {
        labels: BTreeMap::new(),
        ..shape.clone()
    };
    let everything = Everything {
        small: i8::MIN,
        large: i64::MAX as u64,
        least: i64::MIN,
        weight: 1e-300,
        is_on: true,
        level: Level::Utmost,
        either: Some(vec![Some(1), None]),
        nested: vec![
            BTreeMap::new(),
            BTreeMap::from([("ß".to_owned(), Point { x: -0.0, y: 0.5 })]),
        ],
        letter: '🦀',
        free: serde_json::json!({"list": [1, 2.5, null, "x", {"y": []}], "": false}),
    };
    let points = vec![Point { x: 0.0, y: 0.0 }, Point { x: 0.0, y: 2.5 }];
    let leaf = |value| Tree {
        value,
        children: Vec::new(),
    };
    held(
        "structs",
        [
            case(from_corner_to_corner::call(shape.clone())).gives((5.0, centred)),
            case(fields_of_fields::call(shape)).gives((
                "Dreieck".to_owned(),
                0.0,
                "grün".to_owned(),
            )),
            case(fields_of_fields::call(without_labels))
                .fails(Kind::Value, "colour")
                .with("a key that is not there"),
            case(raised_twice::call(Level::Low)).gives((Level::VeryHigh, Level::Utmost)),
            case(levels::call(vec![Level::Utmost, Level::Low, Level::Low])).gives(BTreeMap::from(
                [
                    ("Utmost".to_owned(), Level::Utmost),
                    ("Low".to_owned(), Level::Low),
                ],
            )),
            case(parts_of_everything::call(everything.clone())).gives((
                i64::MIN,
                1e-300,
                Level::Utmost,
                everything,
            )),
            case(an_element_of_a_map::call("here".to_owned(), points.clone())).gives(2.5),
            case(an_element_of_a_map::call("there".to_owned(), points))
                .fails(Kind::Value, "here")
                .with("another key"),
            case(bytes::call("aß".to_owned())).gives((
                Bytes(vec![0x9e, 0x3c, 0x60]),
                Bytes("aß".as_bytes().to_vec()),
            )),
            case(bytes::call(String::new()))
                .gives((Bytes(vec![]), Bytes(vec![])))
                .with("empty"),
            case(of_trees::call(Tree {
                value: 1,
                children: vec![leaf(2), leaf(3)],
            }))
            .gives((6, 132)),
        ],
    )
}
