//! `describe`: shows everything about one entity that is known without running it.

use std::fmt::Write as _;

use clap::ArgMatches;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    Exit, Reply,
    failure::Failure,
    input::shown_default,
    json, kind_of, options,
    table::{indented, table},
    wiring::Wiring,
};
use flyte_core::{
    graph::{
        CompileError, OutputVariable,
        entity::{EntityDescriptor, EntityKind, InputDescriptor},
    },
    registry::Registry,
    text,
    types::json_from_typed_literal,
};

#[derive(Serialize)]
struct Description {
    kind: String,
    name: String,
    docs: String,
    location: String,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    options: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    graph: Option<Wiring>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Json>,
}

#[derive(Serialize)]
struct Input {
    name: &'static str,
    #[serde(rename = "type")]
    flyte_type: String,
    rust_type: String,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Json>,
    #[serde(skip)]
    preview: String,
    docs: &'static str,
}

#[derive(Serialize)]
struct Output {
    name: &'static str,
    #[serde(rename = "type")]
    flyte_type: String,
    rust_type: String,
    docs: &'static str,
}

pub(super) fn reply(registry: &Registry, options: &ArgMatches) -> Reply {
    let json = json(options);
    let name = options.get_one::<String>(options::NAME);
    let entity = match registry.find(name.map_or("", String::as_str)) {
        Ok(entity) => entity,
        Err(error) => return Reply::failed(&error.into(), json),
    };
    if let Err(failure) = Failure::of_defaults(entity) {
        return Reply::failed(&failure, json);
    }
    let (graph, error) = compile(entity);
    let failure = error.map(Failure::from);
    let description = Description {
        kind: kind_of(entity),
        name: entity.name().to_owned(),
        docs: entity.docs().trim().to_owned(),
        location: entity.location().to_string(),
        inputs: entity.inputs().iter().map(Input::of).collect(),
        outputs: entity.outputs().iter().map(Output::of).collect(),
        options: options_of(entity),
        graph,
        error: failure.as_ref().map(Failure::to_json),
    };
    let text = if json {
        serde_json::to_string_pretty(&description).map(|text| text + "\n")
    } else {
        Ok(text::visible(&description.text()).into_owned())
    };
    match (text, failure) {
        (Ok(text), None) => Reply::success(text),
        (Ok(text), Some(failure)) => Reply {
            stderr: failure.text(),
            exit: Exit::Failed,
            ..Reply::success(text)
        },
        (Err(error), _) => Reply::failed(&Failure::Encode(error.to_string()), json),
    }
}

/// The graph of a workflow, and the errors of the workflow or a nested one.
fn compile(entity: &'static EntityDescriptor) -> (Option<Wiring>, Option<CompileError>) {
    if entity.kind() == EntityKind::Task || entity.reference().is_some() {
        return (None, None);
    }
    match entity.graph() {
        Ok(graph) => (
            Some(Wiring::of(&graph)),
            flyte_core::complete::complete(entity).err(),
        ),
        Err(error) => (None, Some(error)),
    }
}

fn options_of(entity: &EntityDescriptor) -> Json {
    if let Some(reference) = entity.reference() {
        return json!({
            "project": reference.project,
            "domain": reference.domain,
            "name": reference.name,
            "version": reference.version,
            "stub": reference.stubbed,
        });
    }
    let options = match (entity.task_options(), entity.workflow_options()) {
        (Some(options), _) => serde_json::to_value(options),
        (None, Some(options)) => serde_json::to_value(options),
        (None, None) => serde_json::to_value(entity.launch_plan_options()),
    };
    // Options are constants of plain data, which serde_json can always write.
    options.unwrap_or_default()
}

impl Input {
    fn of(input: &InputDescriptor) -> Self {
        let missing = input.missing();
        let default = missing.as_ref().filter(|_| input.default.is_some());
        Self {
            name: input.name,
            flyte_type: input.info.literal_type().to_string(),
            rust_type: input.info.short_name(),
            required: missing.is_none(),
            default: default.and_then(|default| {
                let literal = default.to_literal().ok()?;
                json_from_typed_literal(&literal, &input.info.literal_type()).ok()
            }),
            preview: match (default, &missing) {
                (Some(default), _) => format!("default {}", shown_default(default, &input.info)),
                (None, Some(_)) => "optional".to_owned(),
                (None, None) => "required".to_owned(),
            },
            docs: input.description,
        }
    }
}

impl Output {
    fn of(output: &OutputVariable) -> Self {
        Self {
            name: output.name,
            flyte_type: output.info.literal_type().to_string(),
            rust_type: output.info.short_name(),
            docs: output.description,
        }
    }
}

impl Description {
    fn text(&self) -> String {
        let mut text = format!("{} {}\n  at {}\n", self.kind, self.name, self.location);
        let mut section = |title: &str, body: String| {
            if !body.is_empty() {
                let title = if title.is_empty() {
                    String::new()
                } else {
                    format!("{title}:\n")
                };
                let _ = write!(text, "\n{title}{body}");
            }
        };
        section("", indented("  ", &self.docs));
        let inputs = self.inputs.iter().map(|input| {
            [
                input.name.to_owned(),
                input.flyte_type.clone(),
                input.rust_type.clone(),
                input.preview.clone(),
                one_line(input.docs),
            ]
        });
        section("Inputs", table("  ", &inputs.collect::<Vec<_>>()));
        let outputs = self.outputs.iter().map(|output| {
            [
                output.name.to_owned(),
                output.flyte_type.clone(),
                output.rust_type.clone(),
                one_line(output.docs),
            ]
        });
        section("Outputs", table("  ", &outputs.collect::<Vec<_>>()));
        let options = self.options.as_object().into_iter().flatten();
        let options = options.map(|(name, value)| {
            let value = match value {
                Json::String(text) => text.clone(),
                value => value.to_string(),
            };
            [name.clone(), value]
        });
        section("Options", table("  ", &options.collect::<Vec<_>>()));
        if let Some(graph) = &self.graph {
            section("Nodes", table("  ", &graph.rows()));
            section("On failure", table("  ", &graph.failure_rows()));
            let results = graph.outputs();
            section(
                "Results",
                results
                    .map(|(name, source)| format!("  {name} = {source}\n"))
                    .collect(),
            );
        }
        text
    }
}

fn one_line(docs: &str) -> String {
    docs.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
