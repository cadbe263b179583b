//! Names of things on a Flyte cluster: entities, executions, nodes, attempts and actions.
//!
//! Every identifier has one text form, the one flytekit prints and reads (`flytekit.interfaces.cli_identifiers`), and
//! `parse(display(x)) == x` holds for all of them. To ensure this, a part that is empty, or contains the separator `:`
//! or a control character such as a line break, is refused when the identifier is made.
//!
//! | Type | Text form |
//! |-|-|
//! | [`Identifier`] | `tsk:project:domain:name:version`, or `wf:`, or `lp:` |
//! | [`WorkflowExecutionIdentifier`] | `ex:project:domain:name` |
//! | [`NodeExecutionIdentifier`] | `ne:project:domain:name:node_id` |
//! | [`TaskExecutionIdentifier`] | `te:` and nine more parts |
//! | [`ActionId`](crate::context::ActionId) | `ac:org:project:domain:run_name:name` |
//!
//! flytekit does not have a text form for node executions and actions; `ne:` and `ac:` are this crate's, for logs and
//! errors.

pub use flyte_config::identifier::{
    Identifier, IdentifierError, IdentifierKind, NodeExecutionIdentifier, ResourceType,
    TaskExecutionIdentifier, WorkflowExecutionIdentifier,
};
