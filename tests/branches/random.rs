//! Graphs of branches, maps, sub-workflows and calls, nested at random, give what the same computation gives directly.

use super::*;

/// A small generator of numbers: the test is the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

enum Plan {
    Variable(usize),
    Constant(i64),
    Add(Box<Plan>, Box<Plan>),
    Square(Box<Plan>),
    /// A number for each element, times another, added up.
    Map(Box<Plan>, Box<Plan>),
    Workflow(Box<Plan>, Box<Plan>),
    Branch {
        left: Box<Plan>,
        limit: i64,
        then: Box<Plan>,
        elif: Option<(i64, Box<Plan>)>,
        otherwise: Box<Plan>,
    },
}

impl Plan {
    fn random(random: &mut Random, depth: u32) -> Self {
        let inner = |random: &mut Random| Box::new(Self::random(random, depth - 1));
        match if depth == 0 {
            random.below(2)
        } else {
            random.below(9)
        } {
            0 => Self::Variable(random.below(2) as usize),
            1 => Self::Constant(random.below(7) as i64 - 3),
            2 => Self::Add(inner(random), inner(random)),
            3 => Self::Square(inner(random)),
            4 => Self::Map(inner(random), inner(random)),
            5 => Self::Workflow(inner(random), inner(random)),
            _ => {
                let elif = (random.below(2) == 0).then(|| (random.below(7) as i64, inner(random)));
                Self::Branch {
                    left: inner(random),
                    limit: random.below(5) as i64,
                    then: inner(random),
                    elif,
                    otherwise: inner(random),
                }
            }
        }
    }

    fn build(&self, variables: [Promise<i64>; 2]) -> Promise<i64> {
        match self {
            Self::Variable(index) => variables[*index],
            Self::Constant(value) => clip::node(*value),
            Self::Add(a, b) => clip::node(add::node(a.build(variables), b.build(variables))),
            Self::Square(a) => clip::node(square::node(a.build(variables))),
            Self::Map(count, factor) => {
                let factor = factor.build(variables);
                let list = numbers::node(count.build(variables));
                total::node(list.map(|x| scaled::node(x, factor)))
            }
            Self::Workflow(a, b) => distance::node(a.build(variables), b.build(variables)),
            Self::Branch {
                left,
                limit,
                then,
                elif,
                otherwise,
            } => {
                let left = left.build(variables);
                let cases = conditional("random")
                    .if_(left.gt(*limit))
                    .then(|| then.build([left, variables[1]]));
                let cases = match elif {
                    Some((value, case)) => cases
                        .elif_(left.eq(*value).or(left.lt(-*value)))
                        .then(|| case.build(variables)),
                    None => cases,
                };
                cases.else_().then(|| otherwise.build(variables))
            }
        }
    }

    fn evaluate(&self, variables: [i64; 2]) -> i64 {
        match self {
            Self::Variable(index) => variables[*index],
            Self::Constant(value) => clip(*value),
            Self::Add(a, b) => clip(add(a.evaluate(variables), b.evaluate(variables))),
            Self::Square(a) => clip(square(a.evaluate(variables))),
            Self::Map(count, factor) => {
                let factor = factor.evaluate(variables);
                let list = numbers(count.evaluate(variables));
                total(list.into_iter().map(|x| scaled(x, factor)).collect())
            }
            Self::Workflow(a, b) => {
                let (a, b) = (a.evaluate(variables), b.evaluate(variables));
                if a > b { a - b } else { b - a }
            }
            Self::Branch {
                left,
                limit,
                then,
                elif,
                otherwise,
            } => {
                let left = left.evaluate(variables);
                match elif {
                    _ if left > *limit => then.evaluate([left, variables[1]]),
                    Some((value, case)) if left == *value || left < -*value => {
                        case.evaluate(variables)
                    }
                    _ => otherwise.evaluate(variables),
                }
            }
        }
    }
}

/// Keeps numbers small.
#[task]
fn clip(x: i64) -> i64 {
    x % 11
}

#[task]
fn numbers(count: i64) -> Vec<i64> {
    (0..count.abs()).collect()
}

#[task]
fn scaled(x: i64, factor: i64) -> i64 {
    x * factor
}

#[task]
fn total(xs: Vec<i64>) -> i64 {
    xs.iter().sum::<i64>() % 11
}

#[task]
fn minus(a: i64, b: i64) -> i64 {
    a - b
}

#[workflow]
fn distance(a: i64, b: i64) -> i64 {
    if a > b { minus(a, b) } else { minus(b, a) }
}

#[dynamic]
fn of_seed(seed: i64, x: i64, y: i64) -> i64 {
    let plan = Plan::random(&mut Random(seed as u64), 4);
    let variables = [clip(x), clip(y)];
    plan.build(variables)
}

#[test]
fn a_thousand_nested_graphs_give_what_direct_evaluation_gives() {
    for seed in 0..1_000 {
        let plan = Plan::random(&mut Random(seed as u64), 4);
        for (x, y) in [(2, -3), (0, 7)] {
            assert_eq!(
                of_seed(seed, x, y).unwrap(),
                plan.evaluate([x, y]),
                "seed {seed}"
            );
        }
    }
}
