//! Events as JSON.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json, json};

use super::{Event, EventKind, NodeInfo};

/// The fields of an event in output order.
struct Fields(Map<String, Json>);

impl Fields {
    fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn node(&mut self, node: &NodeInfo) {
        self.set("node", node.path.as_str());
        self.set("entity", node.entity.as_str());
        self.set("kind", node.kind.to_string());
        self.set("workflow", node.workflow.as_str());
    }

    fn took(&mut self, took: Duration) {
        self.set("seconds", took.as_secs_f64());
    }

    fn tasks(&mut self, tasks: usize) {
        if tasks > 0 {
            self.set("tasks", tasks);
        }
    }

    fn error(&mut self, error: Option<&str>) {
        if let Some(error) = error {
            self.set("error", error);
        }
    }
}

/// A time as text: RFC 3339, in UTC.
pub fn time(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at).map_or_else(|_| String::new(), |at| format!("{at:.6}"))
}

pub(super) fn of(event: &Event) -> Json {
    let mut fields = Fields(Map::new());
    let name = match &event.kind {
        EventKind::RunStarted { tasks, .. } => {
            fields.set("entity", event.run.entity.as_str());
            fields.set("resumed", event.run.resumed);
            fields.tasks(*tasks);
            "run_started"
        }
        EventKind::WaitStarted { node, reason } => {
            fields.node(node);
            fields.set("reason", reason.to_string());
            "wait_started"
        }
        EventKind::NodeStarted { node, tasks, .. } => {
            fields.node(node);
            fields.tasks(*tasks);
            "node_started"
        }
        EventKind::GraphBuilt { node, tasks } => {
            fields.node(node);
            fields.tasks(*tasks);
            "graph_built"
        }
        EventKind::AttemptStarted { node, attempt, .. } => {
            fields.node(node);
            fields.set("attempt", *attempt);
            "attempt_started"
        }
        EventKind::AttemptEnded {
            node,
            attempt,
            took,
            error,
            causes,
            ..
        } => {
            fields.node(node);
            fields.set("attempt", *attempt);
            fields.took(*took);
            fields.error(error.as_deref());
            if !causes.is_empty() {
                fields.set("causes", causes.to_vec());
            }
            "attempt_ended"
        }
        EventKind::BackoffStarted {
            node,
            attempt,
            wait,
        } => {
            fields.node(node);
            fields.set("attempt", *attempt);
            fields.took(*wait);
            "backoff_started"
        }
        EventKind::NodeEnded {
            node,
            state,
            took,
            attempts,
            error,
            ..
        } => {
            fields.node(node);
            fields.set("state", state.to_string());
            fields.set("attempts", *attempts);
            if let Some(took) = took {
                fields.took(*took);
            }
            fields.error(error.as_deref());
            "node_ended"
        }
        EventKind::Notice { node, message } => {
            if let Some(node) = node {
                fields.node(node);
            }
            fields.set("message", message.as_str());
            "notice"
        }
        EventKind::RunEnded {
            state, took, error, ..
        } => {
            fields.set("entity", event.run.entity.as_str());
            fields.set("state", state.to_string());
            fields.took(*took);
            fields.error(error.as_deref());
            "run_ended"
        }
    };
    let mut all = json!({"event": name, "at": time(event.at), "run": event.run.id});
    if let Json::Object(all) = &mut all {
        all.extend(fields.0);
    }
    all
}
