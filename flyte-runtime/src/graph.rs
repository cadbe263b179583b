//! The compiled form of a workflow: nodes, the bindings between them, and how a body builds them.

pub use flyte_core::graph::{
    AddedNode, Assemble, BindOutputs, Binding, BindingData, BooleanExpression, BranchCase,
    BranchElse, BranchNode, CaseNode, ComparisonOperator, CompileError, CompileProblem,
    ConjunctionOperator, Constant, Element, FieldType, FlyteFields, Graph, ImperativeWorkflow,
    Interface, IntoBinding, IntoOutputs, ListBinding, MapLists, MapNode, MapProblem, MapResult,
    NamedOutputs, Node, NodeInputs, NodeMetadata, NodeOutputs, NodeOverrides, NodeRef, NodeTarget,
    NoneBinding, Operand, OutputReference, OutputVariable, PathStep, Producer, Projection, Promise,
    SomeBinding, StringEnum, Successes, TaskOutputs, TaskReturn, Variable, VariantOf, VoidPromise,
    WorkflowBody, WorkflowBuilder, Zipped, call_node, run_in_order, variant_binding,
};

pub mod dnsify {
    //! Node ids that Kubernetes accepts as names.

    pub use flyte_core::graph::dnsify::dnsify;
}

pub mod overrides {
    //! What one use of an entity says differently from the entity's declaration.

    pub use flyte_core::graph::overrides::{
        AcceleratorOverride, CacheOverride, IntoResourceRange, IntoTimeout, NodeOverrides,
        OverrideError, ResourceAmounts, ResourceRanges, SharedMemoryOverride,
    };
}
