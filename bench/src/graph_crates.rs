//! The crates for graphs of tasks that a Rust user would pick otherwise.

use std::{hint::black_box, sync::Arc};

use dagrs::Node as _;
use tokio::runtime::Runtime;

use crate::{
    measure::{row, row_with},
    programs::TASKS,
};

/// Every row.
pub fn measure() {
    let runtime = Runtime::new().expect("threads can be started");
    for shape in [Shape::Chain, Shape::FanOut] {
        dagrs_graphs(shape, &runtime);
        dag_exec_graphs(shape);
        async_dag_graphs(shape, &runtime);
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Chain,
    FanOut,
}

impl Shape {
    fn row(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::FanOut => "fan-out",
        }
    }
}

/// Adds up what it gets, and adds one.
struct AddOne;

#[dagrs::async_trait::async_trait]
impl dagrs::Action for AddOne {
    async fn run(
        &self,
        inputs: &mut dagrs::InChannels,
        outputs: &mut dagrs::OutChannels,
        _environment: Arc<dagrs::EnvVar>,
    ) -> dagrs::Output {
        let given = inputs.map(|content| match content {
            Ok(content) => content.into_inner::<i64>().map_or(0, |x| *x),
            Err(_) => 0,
        });
        let sum: i64 = given.await.into_iter().sum();
        let next = black_box(sum) + 1;
        outputs.broadcast(dagrs::Content::new(next)).await;
        dagrs::Output::Out(Some(dagrs::Content::new(next)))
    }
}

fn dagrs_graph(shape: Shape) -> dagrs::Graph {
    let (mut table, mut graph) = (dagrs::NodeTable::default(), dagrs::Graph::new());
    let mut ids = Vec::with_capacity(TASKS);
    for index in 0..TASKS {
        let node = dagrs::DefaultNode::with_action(format!("n{index}"), AddOne, &mut table);
        ids.push(node.id());
        graph.add_node(node).expect("its name is new");
    }
    match shape {
        Shape::Chain => ids.windows(2).for_each(|pair| {
            graph
                .add_edge(pair[0], vec![pair[1]])
                .expect("both are there");
        }),
        Shape::FanOut => {
            let last = dagrs::DefaultNode::with_action("sum".to_owned(), AddOne, &mut table);
            let sum = last.id();
            graph.add_node(last).expect("its name is new");
            for id in ids {
                graph.add_edge(id, vec![sum]).expect("both are there");
            }
        }
    }
    graph
}

/// A graph runs once, so each sample has a new one, whose making is not measured.
fn dagrs_graphs(shape: Shape, runtime: &Runtime) {
    row_with(
        shape.row(),
        "dagrs 0.9",
        TASKS,
        || dagrs_graph(shape),
        |mut graph| assert!(runtime.block_on(graph.async_start()).is_ok(), "it runs"),
    );
}

fn dag_exec_graphs(shape: Shape) {
    let mut graph = dag_exec::DagBuilder::<usize, i64, ()>::new();
    graph.add_source(0, 1).expect("it is the first");
    for index in 1..=TASKS {
        let before = match shape {
            Shape::Chain => index - 1,
            Shape::FanOut => 0,
        };
        let add_one = |xs: &[Arc<i64>]| Ok(black_box(*xs[0]) + 1);
        graph
            .add_task(index, vec![before], add_one)
            .expect("its key is new");
    }
    let before = match shape {
        Shape::Chain => vec![TASKS],
        Shape::FanOut => (1..=TASKS).collect(),
    };
    let sum = |xs: &[Arc<i64>]| Ok(xs.iter().map(|x| **x).sum());
    graph
        .add_task(TASKS + 1, before, sum)
        .expect("its key is new");
    let graph = graph.build().expect("it has no cycle");
    let executor = dag_exec::Executor::new(dag_exec::ExecutorConfig::default());
    row(shape.row(), "dag_exec 0.1, sequential", TASKS, || {
        assert!(
            executor.run_sequential(&graph, [TASKS + 1]).is_ok(),
            "it runs"
        );
    });
    row(shape.row(), "dag_exec 0.1, parallel", TASKS, || {
        assert!(
            executor.run_parallel(&graph, [TASKS + 1]).is_ok(),
            "it runs"
        );
    });
}

/// Its tasks have a fixed number of inputs, so nothing collects those of a fan-out.
fn async_dag_graphs(shape: Shape, runtime: &Runtime) {
    let make = || {
        let mut graph = async_dag::Graph::new();
        let first = graph.add_task(|| async { 1_i64 });
        let mut before = first;
        for _ in 0..TASKS {
            let add_one = |x: i64| async move { black_box(x) + 1 };
            let node = graph
                .add_child_task(before, add_one, 0)
                .expect("its input is free");
            if matches!(shape, Shape::Chain) {
                before = node;
            }
        }
        graph
    };
    row_with(shape.row(), "async_dag 0.1", TASKS, make, |mut graph| {
        runtime.block_on(graph.run());
    });
}
