//! Generated programs, as data: what the builder makes graphs of, and what is printed as Rust.

use crate::{types::Ty, vocabulary::Callee};

/// What a seed gives: a workflow, with those that it calls.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) seed: u64,
    /// Each calls only those before it; the last one is what is registered and run.
    pub(crate) workflows: Vec<Workflow>,
    /// The gates of all of them.
    pub(crate) gates: Vec<Gate>,
}

impl Program {
    /// Whether a run would take long: for many nodes, or for large values.
    pub(crate) fn is_costly(&self) -> bool {
        let statements = self
            .workflows
            .iter()
            .flat_map(|workflow| &workflow.body.statements);
        statements.into_iter().any(|statement| match statement {
            Statement::Let(Expr::Chain(..)) => true,
            Statement::Let(Expr::Call(_, arguments, _)) => {
                matches!(arguments.first(), Some(Expr::Large(_)))
            }
            _ => false,
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Workflow {
    pub(crate) name: String,
    pub(crate) inputs: Vec<(String, Ty)>,
    pub(crate) body: Block,
    pub(crate) handler: Option<Handler>,
}

/// What runs when a workflow fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    /// A task that takes the failure as an `Option`.
    Optional,
    /// A task that takes the failure as it is.
    Plain,
    /// A workflow.
    Workflow,
}

#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) name: String,
    pub(crate) answer: Answer,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Approval(bool),
    Value(Ty, u8),
}

/// Statements and what they end with.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Statement>,
    /// The value; a block without one ends with `()`.
    pub(crate) result: Option<Expr>,
    /// Its type; `Nothing` without a value.
    pub(crate) ty: Ty,
}

#[derive(Clone, Debug)]
pub(crate) enum Statement {
    /// `let v3 = ..;`, which is the next local.
    Let(Expr),
    /// `v1 >> v2;`
    Order(usize, usize),
}

/// What gives a value.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// An input of the workflow.
    Input(usize),
    /// What an earlier statement has given.
    Local(usize),
    Constant(Ty, u8),
    Number(i64),
    /// A text of so many MiB.
    Large(u8),
    Part(Box<Expr>, Part),
    /// `vec![a, 5]`
    List(Vec<Expr>),
    Call(Callee, Vec<Expr>, Option<Override>),
    /// Another generated workflow.
    Inner(usize, Vec<Expr>),
    Branch(Box<Branch>),
    Map(Box<Map>),
    Approve(Box<Expr>, String),
    Wait(Ty, String),
    Sleep,
    /// So many calls of a task, one behind the other.
    Chain(u8, Box<Expr>),
    /// An enum where a string is expected.
    Spelled(Box<Expr>),
}

/// One step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Weight,
    Name,
    Color,
    Ready,
    Share,
    Depth,
    Mark,
    Marks,
    Maybe,
    Due,
    Takes,
    Stock,
    /// An element of a list.
    At(usize),
    /// A value of a map.
    Key(&'static str),
}

/// What a call says differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Override {
    /// A timeout below a second.
    ShortTimeout,
    /// Another name for the output.
    Alias,
    /// Another id.
    NodeName(u8),
    /// An id like that of the first case of a branch.
    IdOfCase(u8),
    Retries,
}

#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) style: Style,
    pub(crate) ty: Ty,
    pub(crate) cases: Vec<(Condition, Arm)>,
    pub(crate) otherwise: Arm,
}

/// How a branch is written.
#[derive(Clone, Debug)]
pub(crate) enum Style {
    If,
    /// `conditional(..).if_(..)`
    Conditional,
    /// What is matched, and the patterns of the cases; the conditions are not used.
    Match(Expr, Ty, Vec<Vec<u8>>),
}

#[derive(Clone, Debug)]
pub(crate) enum Arm {
    Block(Block),
    Fail(String),
}

#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Compare(Ty, Operator, Expr, Expr),
    IsSome(Ty, Expr),
    IsNone(Ty, Expr),
    Holds(Expr),
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    /// `a && true`: what is known while the graph is built.
    Known(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) over: Expr,
    pub(crate) body: MapBody,
    pub(crate) concurrency: bool,
    pub(crate) successes: Option<Successes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Successes {
    Number(u8),
    Half,
}

/// What is called for each element.
#[derive(Clone, Debug)]
pub(crate) enum MapBody {
    Half,
    /// Fails for odd numbers.
    EvenOnly,
    /// `|x| add(x, k)`
    Add(Expr),
    /// `xs.zip(ys).map(|(x, y)| add(x, y))`
    Zip(Expr),
    Spell,
    Length,
    Weigh,
    Make,
    Plan,
    PlanWith(Expr),
    ReferenceTask,
    ReferencePlan,
}
