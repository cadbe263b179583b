//! The compiled form of a workflow: nodes, the bindings between them, and how a body builds them.

mod binding;
mod branch;
mod builder;
mod cast;
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
    Assemble, Binding, BindingData, Constant, IntoBinding, ListBinding, NoneBinding, SomeBinding,
};
pub use branch::{
    BooleanExpression, BranchCase, BranchElse, BranchNode, CaseNode, ComparisonOperator,
    ConjunctionOperator, Operand,
};
pub use branch::{Case, End, Recorded, case_graph};
pub use builder::{NodeList, call_node_at, next_graph};
pub use builder::{WorkflowBody, call_node};
pub use cast::{StringEnum, VariantOf, variant_binding};
pub use compile::{CompileError, CompileProblem};
pub use compile::{NotBuilt, compile, compile_dynamic};
pub use fields::FlyteFields;
pub use map::{Collect, ListType};
pub use map::{Element, MapLists, MapNode, MapProblem, MapResult, Successes, Zipped};
pub use node::RawReference;
pub use node::{
    Graph, Interface, Node, NodeMetadata, NodeTarget, OutputReference, PathStep, Producer,
    Projection, Variable,
};
pub use ordering::{NodeOutputs, run_in_order};
pub use outputs::{
    BindOutputs, FieldType, IntoOutputs, NamedOutputs, OutputVariable, TaskOutputs, TaskReturn,
};
pub use overrides::NodeOverrides;
pub use promise::{NodeRef, Promise, VoidPromise};
pub use workflow_builder::{AddedNode, ImperativeWorkflow, NodeInputs, WorkflowBuilder};
