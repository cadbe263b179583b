//! Runs as spans of OpenTelemetry, read from an exporter in memory.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::collections::HashMap;

use flyte_runtime::{events::OpenTelemetry, prelude::*};
use opentelemetry::trace::{
    SpanId, Status, TraceContextExt as _, Tracer as _, TracerProvider as _,
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};

#[task(retries = 1)]
fn even(x: i64) -> Result<i64, String> {
    match x % 2 {
        0 => Ok(x),
        _ => Err(format!("{x} is odd")),
    }
}

#[workflow]
fn all_even(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| even(x))
}

#[eager]
async fn asks(x: i64) -> Result<i64, RunError> {
    even::call(x).await
}

#[workflow]
fn pipeline(xs: Vec<i64>) -> i64 {
    let checked = all_even(xs);
    asks(checked.at(0))
}

struct Traced {
    spans: Vec<SpanData>,
    succeeded: bool,
    outer: SpanId,
}

fn traced(xs: Vec<i64>) -> Traced {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let tracer = provider.tracer("test");
    let runner = Runner::local()
        .jobs(1)
        .observe(OpenTelemetry::new(provider.tracer("test")));
    let (result, outer) = tracer.in_span("outer", |context| {
        let outer = context.span().span_context().span_id();
        (runner.run(pipeline::call(xs)), outer)
    });
    Traced {
        spans: exporter.get_finished_spans().unwrap(),
        succeeded: result.is_ok(),
        outer,
    }
}

impl Traced {
    /// What tells a span: the path of its node, the number of its attempt, or its name.
    fn label(span: &SpanData) -> String {
        let value = |key: &str| {
            let mut attributes = span.attributes.iter();
            attributes
                .find(|attribute| attribute.key.as_str() == key)
                .map(|attribute| attribute.value.to_string())
        };
        // The hash of a call's inputs is no matter of this test.
        let path = value("flyte.node.path").map(|path| {
            let call = path.find("even.");
            call.map_or(path.clone(), |call| {
                format!("{}even{}", &path[..call], &path[call + 13..])
            })
        });
        path.or_else(|| value("flyte.attempt").map(|number| format!("#{number}")))
            .unwrap_or_else(|| span.name.to_string())
    }

    /// Every span as what it is in, and what it is.
    fn tree(&self) -> Vec<(String, String)> {
        let labels: HashMap<SpanId, String> = self
            .spans
            .iter()
            .map(|span| (span.span_context.span_id(), Self::label(span)))
            .collect();
        let spans = self.spans.iter().map(|span| {
            let parent = labels.get(&span.parent_span_id).cloned();
            (parent.unwrap_or_default(), Self::label(span))
        });
        spans.collect()
    }

    fn status(&self, label: &str) -> &Status {
        let mut spans = self.spans.iter();
        let span = spans.find(|span| Self::label(span) == label);
        &span.unwrap().status
    }
}

#[test]
fn a_run_its_nodes_and_their_attempts_are_inside_of_one_another() {
    let traced = traced(vec![2]);
    assert!(traced.succeeded);
    let tree = traced.tree();
    let tree: Vec<_> = tree
        .iter()
        .map(|(around, span)| (&**around, &**span))
        .collect();
    assert_eq!(
        tree,
        [
            ("n0/n0[0]", "#0"),
            ("n0/n0", "n0/n0[0]"),
            ("n0", "n0/n0"),
            ("run otel.pipeline", "n0"),
            ("n1/even/n0", "#0"),
            ("n1/even", "n1/even/n0"),
            ("n1", "n1/even"),
            ("n1", "#0"),
            ("run otel.pipeline", "n1"),
            ("outer", "run otel.pipeline"),
            ("", "outer"),
        ]
    );
    let trace = traced.spans[0].span_context.trace_id();
    for span in &traced.spans {
        assert_eq!(span.span_context.trace_id(), trace);
        assert!(span.start_time <= span.end_time);
        assert_eq!(span.status, Status::Unset);
    }
    assert!(
        traced
            .spans
            .iter()
            .any(|span| span.span_context.span_id() == traced.outer)
    );
}

#[test]
fn what_failed_has_its_error() {
    let traced = traced(vec![3]);
    assert!(!traced.succeeded);
    let failed = |text: &str| Status::error(text.to_owned());
    assert_eq!(*traced.status("#0"), failed("3 is odd"));
    assert_eq!(*traced.status("#1"), failed("3 is odd"));
    assert_eq!(*traced.status("n0/n0[0]"), failed("3 is odd"));
    assert_eq!(
        *traced.status("n0"),
        failed("node `n0/n0[0]` failed: 3 is odd")
    );
    assert_eq!(
        *traced.status("run otel.pipeline"),
        failed("node `n0/n0[0]` failed: 3 is odd")
    );
    // What never started has no span.
    assert!(traced.tree().iter().all(|(_, span)| span != "n1"));
}
