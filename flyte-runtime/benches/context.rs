//! What contexts cost: entering and leaving one, asking for the current one, and a scope with a custom context.
//!
//! `cargo bench -p flyte-runtime --bench context`. The control is what the cheapest honest construction costs: an `Arc`
//! pushed onto a thread's `Vec` and popped again.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{cell::RefCell, hint::black_box, sync::Arc};

use divan::Bencher;
use flyte_runtime::{
    compat::FlyteContextManager,
    context::{FlyteContext, custom_context, get_custom_context},
};

fn main() {
    divan::main();
}

#[divan::bench]
fn with_context(bencher: Bencher) {
    let builder = FlyteContext::current().new_builder();
    bencher
        .with_inputs(|| builder.clone())
        .bench_values(|builder| {
            FlyteContextManager::with_context(builder, |context| black_box(context.level()))
        });
}

// So fast that many calls make one sample.
#[divan::bench(sample_size = 1000)]
fn current_context() -> Arc<FlyteContext> {
    FlyteContextManager::current_context()
}

#[divan::bench(sample_size = 1000)]
fn with_current() -> usize {
    FlyteContext::with_current(FlyteContext::level)
}

#[divan::bench]
fn custom_context_scope() {
    let _inside = custom_context([("tenant", "a")]);
}

#[divan::bench]
fn custom_context_read(bencher: Bencher) {
    let _inside = custom_context([("tenant", "a")]);
    bencher.bench_local(get_custom_context);
}

#[divan::bench(sample_size = 1000)]
fn control_push_and_pop_an_arc() {
    thread_local! {
        static STACK: RefCell<Vec<Arc<usize>>> = const { RefCell::new(Vec::new()) };
    }
    STACK.with_borrow_mut(|stack| stack.push(Arc::new(black_box(1))));
    black_box(STACK.with_borrow_mut(Vec::pop));
}
