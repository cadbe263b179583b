//! Order without data (`a >> b`) and overrides: operations on the nodes behind a result.

use super::{NodeOverrides, NodeRef, Promise, VoidPromise};
use crate::graph::compilation::with_node_list;

/// The result of one or several calls in a workflow's body: promises, tuples, lists and structs of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the result of a call in this workflow",
    label = "no node behind this value",
    note = "`>>`, `runs_before` and `with_overrides` work on promises and on tuples and lists of promises"
)]
pub trait NodeOutputs {
    /// Calls `each` with the node of every promise in this result.
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef));

    /// The nodes of `self` finish before the nodes of `later` start. Corresponds to flytekit's `runs_before`.
    fn runs_before<N: NodeOutputs>(&self, later: &N)
    where
        Self: Sized,
    {
        let mut pairs = Vec::new();
        self.for_each_node(&mut |before| {
            later.for_each_node(&mut |after| pairs.push((before, after)));
        });
        let known = with_node_list(|list| {
            list.map(|list| {
                pairs
                    .iter()
                    .for_each(|&(before, after)| list.order(before, after));
            })
        });
        assert!(
            known.is_some(),
            "`runs_before` orders the calls of a workflow's body and was used outside of one"
        );
    }

    /// Changes options for this call alone: `square(x).with_overrides(|o| o.retries(5))`.
    ///
    /// The overrides of several calls add up; if one option is set twice, the later value counts. Corresponds to
    /// flytekit's `with_overrides`.
    fn with_overrides(self, overrides: impl FnOnce(NodeOverrides) -> NodeOverrides) -> Self
    where
        Self: Sized,
    {
        let mut nodes: Vec<NodeRef> = Vec::new();
        self.for_each_node(&mut |node| {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        });
        let taken =
            with_node_list(|list| list.map(|list| list.overrides_of(&nodes).map(std::mem::take)));
        let taken = taken.expect(
            "`with_overrides` changes a call in a workflow's body and was used outside of one",
        );
        // Changed without the lock, because the closure is the user's.
        if let Some(changed) = taken.map(overrides) {
            with_node_list(|list| {
                if let Some(slot) = list.and_then(|list| list.overrides_of(&nodes)) {
                    *slot = changed;
                }
            });
        }
        self
    }
}

/// Orders two results and returns the second; `a >> b` becomes this call.
pub fn run_in_order<A: NodeOutputs, B: NodeOutputs>(first: A, then: B) -> B {
    first.runs_before(&then);
    then
}

impl<T> NodeOutputs for Promise<T> {
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
        each(self.node_ref());
    }
}

impl NodeOutputs for VoidPromise {
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
        each(self.node_ref());
    }
}

impl<N: NodeOutputs> NodeOutputs for &N {
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
        N::for_each_node(self, each);
    }
}

impl<N: NodeOutputs> NodeOutputs for Vec<N> {
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
        self.iter().for_each(|item| item.for_each_node(each));
    }
}

impl<N: NodeOutputs, const COUNT: usize> NodeOutputs for [N; COUNT] {
    fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
        self.iter().for_each(|item| item.for_each_node(each));
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: NodeOutputs),+> NodeOutputs for ($($name,)+) {
            fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
                #[expect(non_snake_case, reason = "the type parameters name the elements")]
                let ($($name,)+) = self;
                $($name.for_each_node(each);)+
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
