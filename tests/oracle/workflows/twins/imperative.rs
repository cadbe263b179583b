//! Workflows that code builds.

use flyte_runtime::{
    graph::{CompileError, EntityDescriptor, WorkflowBuilder},
    prelude::*,
};

#[task]
fn greet(name: String) -> String {
    name
}

#[task]
fn join(words: &[String], #[default(", ")] separator: String) -> String {
    words.join(&separator)
}

#[task]
fn clean_up(name: String) {
    let _ = name;
}

/// What Python adds to its entities with `Workflow(name=..)`.
pub(crate) fn workflows() -> Result<[&'static EntityDescriptor; 2], CompileError> {
    let mut builder = WorkflowBuilder::new("twins.imperative.greeting");
    let name = builder.add_workflow_input::<String>("name");
    let greeted = builder.add(|| greet::node(name));
    let joined = builder
        .add_entity(join::descriptor())
        .input::<Vec<String>>("words", vec![name, greeted])
        .add();
    builder.add_workflow_output::<String>("text", joined.output::<String>("o0"));
    builder.add_workflow_output::<Vec<String>>("both", vec![greeted, name]);
    let greeting = builder.build()?;

    let mut builder = WorkflowBuilder::new("twins.imperative.handled");
    let name = builder.add_workflow_input::<String>("name");
    let greeted = builder
        .add_entity(greeting.descriptor())
        .input::<String>("name", name)
        .add();
    builder.add_workflow_output::<String>("text", greeted.output::<String>("text"));
    builder.add_on_failure_handler::<clean_up>();
    Ok([greeting.descriptor(), builder.build()?.descriptor()])
}
