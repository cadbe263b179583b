//! Inputs and outputs whose clones or drops panic, wherever the engine holds them.

use std::thread;

use flyte_runtime::{
    CancellationToken,
    events::{Event, EventKind},
    prelude::*,
};

use super::{Case, ends, every, table};

/// What is broken about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FlyteType)]
pub(crate) enum Spite {
    Clone,
    /// Unless something else panics.
    Drop,
    /// Whatever else panics.
    AnyDrop,
}

const SPITES: [Spite; 3] = [Spite::Clone, Spite::Drop, Spite::AnyDrop];

#[derive(Debug, FlyteType)]
struct Spiteful {
    spite: Spite,
}

impl Clone for Spiteful {
    fn clone(&self) -> Self {
        assert!(self.spite != Spite::Clone, "no copies");
        Self { spite: self.spite }
    }
}

impl Drop for Spiteful {
    fn drop(&mut self) {
        let panics = match self.spite {
            Spite::Clone => false,
            Spite::Drop => !thread::panicking(),
            Spite::AnyDrop => true,
        };
        assert!(!panics, "not dropped");
    }
}

#[task]
fn gives(spite: Spite) -> Spiteful {
    Spiteful { spite }
}

#[task]
async fn gives_later(spite: Spite) -> Spiteful {
    tokio::task::yield_now().await;
    Spiteful { spite }
}

#[task(timeout = "1h")]
fn gives_in_time(spite: Spite) -> Spiteful {
    Spiteful { spite }
}

#[task(cache = "1")]
fn gives_cached(spite: Spite) -> Spiteful {
    Spiteful { spite }
}

#[task]
fn gives_many(spite: Spite) -> Vec<Spiteful> {
    // A list of those that panic whatever else does cannot be dropped by anything.
    let spite = if spite == Spite::AnyDrop {
        Spite::Drop
    } else {
        spite
    };
    vec![Spiteful { spite }, Spiteful { spite }]
}

#[task]
fn takes_two(one: &Spiteful, other: &Spiteful) -> bool {
    one.spite == other.spite
}

#[task]
async fn takes_two_later(one: &Spiteful, other: &Spiteful) -> bool {
    tokio::task::yield_now().await;
    one.spite == other.spite
}

#[task(timeout = "1h", retries = 1)]
fn takes_two_in_time(one: &Spiteful, other: &Spiteful) -> bool {
    one.spite == other.spite
}

#[task]
fn refuses(one: &Spiteful, other: &Spiteful) -> Result<bool, String> {
    Err(format!("{:?} {:?}", one.spite, other.spite))
}

#[task]
async fn refuses_later(one: &Spiteful, other: &Spiteful) -> Result<bool, String> {
    tokio::task::yield_now().await;
    Err(format!("{:?} {:?}", one.spite, other.spite))
}

#[task(retries(count = 1, backoff = "1ms"))]
fn refuses_again(one: &Spiteful, other: &Spiteful) -> Result<bool, String> {
    Err(format!("{:?} {:?}", one.spite, other.spite))
}

#[task]
fn spite_of(one: &Spiteful) -> Spiteful {
    Spiteful { spite: one.spite }
}

#[workflow]
fn given(spite: Spite) -> (Spiteful, Spiteful) {
    (gives(spite), gives_later(spite))
}

#[workflow]
fn unread(spite: Spite) -> bool {
    let _one = gives(spite);
    let _other = gives_later(spite);
    let _third = gives_in_time(spite);
    true
}

#[workflow]
fn taken(spite: Spite) -> (bool, bool, bool) {
    let (one, other) = (gives(spite), gives_later(spite));
    (
        takes_two(one, other),
        takes_two_later(one, other),
        takes_two_in_time(one, other),
    )
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn refused(spite: Spite) -> (bool, bool, bool, Spiteful) {
    let (one, other) = (gives(spite), gives_cached(spite));
    (
        refuses(one, other),
        refuses_later(one, other),
        refuses_again(one, other),
        gives_cached(spite),
    )
}

/// The last is never run, so that its inputs stay where they are.
#[workflow]
fn left(spite: Spite) -> (bool, bool) {
    let (one, other) = (gives(spite), gives(spite));
    let refused = refuses(gives(spite), gives(spite));
    let last = takes_two(one, other);
    let _order = refused >> last;
    (refused, last)
}

#[workflow]
fn mapped(spite: Spite) -> Vec<Spiteful> {
    gives_many(spite).map(|one| spite_of(one))
}

#[workflow]
fn mapped_in_part(spite: Spite) -> Vec<Option<bool>> {
    let many = gives_many(spite);
    let bound = gives(spite);
    many.map(|one| refuses(one, bound)).min_success_ratio(0.0)
}

#[workflow]

fn inner(one: Spiteful, _other: Spiteful) -> bool {
    takes_two(one, one)
}

#[workflow]
fn nested(spite: Spite) -> bool {
    inner(gives(spite), gives(spite))
}

#[dynamic]
fn builds(one: &Spiteful) -> (bool, Spiteful) {
    let spite = one.spite;
    (takes_two(gives(spite), gives(spite)), gives_later(spite))
}

#[workflow]
fn built(spite: Spite) -> (bool, Spiteful) {
    builds(gives(spite))
}

#[workflow]
fn chosen(spite: Spite) -> bool {
    let (one, other) = (gives(spite), gives(spite));
    if takes_two(one, other) {
        takes_two(one, one)
    } else {
        takes_two(other, other)
    }
}

macro_rules! spiteful {
    ($($name:ident: $entity:ident,)*) => {$(
        #[test]
        fn $name() {
            every(stringify!($entity), &SPITES, $entity::call, |_, result| ends(result));
        }
    )*};
}

spiteful! {
    outputs_of_a_run: given,
    outputs_that_nothing_reads: unread,
    inputs_that_are_borrowed: taken,
    inputs_of_tasks_that_fail: refused,
    inputs_of_tasks_that_do_not_run: left,
    elements_of_maps: mapped,
    elements_of_maps_that_may_fail: mapped_in_part,
    inputs_of_workflows: nested,
    inputs_and_outputs_of_dynamic_tasks: built,
    inputs_of_cases: chosen,
}

/// A run that is cancelled when its only task has given its outputs lets go of them itself.
#[test]
fn outputs_of_a_run_that_is_cancelled() {
    let mut cases: Vec<Case> = Vec::new();
    for spite in SPITES {
        for is_started in [false, true] {
            let case = move || {
                let token = CancellationToken::new();
                let cancels = token.clone();
                let cancel = move |event: &Event| {
                    if matches!(event.kind, EventKind::NodeEnded { .. }) {
                        cancels.cancel();
                    }
                };
                let runner = Runner::local().cancellation(&token).observe(cancel);
                let call = gives::call(spite);
                let result = match is_started {
                    false => runner.run(call.clone()),
                    true => {
                        let mut builder = tokio::runtime::Builder::new_current_thread();
                        let runtime = builder.enable_all().build().unwrap();
                        runtime.block_on(runner.start(call))
                    }
                };
                match result {
                    Err(RunError::Cancelled { .. }) => Ok(()),
                    other => ends(other).and(Err("it was not cancelled".to_owned())),
                }
            };
            cases.push((format!("{spite:?}, started: {is_started}"), Box::new(case)));
        }
    }
    table(cases);
}
