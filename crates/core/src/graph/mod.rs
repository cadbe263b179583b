//! The compiled form of a workflow: nodes, the bindings between them, and how a body builds them.

mod binding;
mod branch;
mod builder;
mod cast;
pub(crate) mod circle;
pub mod compilation;
pub mod compile;
pub mod condition;
mod cycle;
pub mod dnsify;
pub mod entity;
mod fields;
pub mod gate;
pub mod generated;
mod map;
mod node;
mod ordering;
mod outputs;
pub mod overrides;
pub mod plain_call;
mod promise;
mod workflow_builder;

pub(crate) use binding::optional;
pub use binding::{
    Assemble, Binding, BindingData, Constant, IntoBinding, ListBinding, MapBinding, NoneBinding,
    SomeBinding,
};
pub use branch::{
    BooleanExpression, BranchCase, BranchElse, BranchNode, Case, CaseNode, ComparisonOperator,
    ConjunctionOperator, End, Operand, Recorded, case_graph,
};
pub use builder::{NodeList, WorkflowBody, call_node, call_node_at, next_graph};
pub use cast::{StringEnum, VariantOf, variant_binding};
pub use compile::{CompileError, CompileProblem, NotBuilt, compile, compile_dynamic};
pub use fields::FlyteFields;
pub use map::{
    Collect, Element, ListType, MapKnown, MapLists, MapNamed, MapNode, MapProblem, MapResult,
    Successes, Zipped,
};
pub use node::{
    Graph, Interface, Node, NodeMetadata, NodeTarget, OutputReference, PathStep, Producer,
    Projection, RawReference, Variable,
};
pub use ordering::{NodeOutputs, run_in_order};
pub use outputs::{
    BindOutputs, FieldType, IntoOutputs, NamedOutputs, OutputVariable, TaskOutputs, TaskReturn,
};
pub use overrides::NodeOverrides;
pub(crate) use promise::know;
pub use promise::{NodeRef, Promise, VoidPromise};
pub use workflow_builder::{AddedNode, ImperativeWorkflow, NodeInputs, WorkflowBuilder};
