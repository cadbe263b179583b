//! Maps, in each other too, with elements that fail.

use flyte_remote::{
    squares,
    workflows::maps::{all_even, evens, evens_of_rows, rows_of_evens, tried_again},
};

use crate::here::Here;

pub(crate) fn elements_may_fail(here: &Here) {
    here.is_the_same(&evens::call(vec![1, 2, 3, 4]));
    here.is_the_same(&evens::call(Vec::new()));
    here.fails_the_same(&evens::call(vec![1, 3, 2]), "is odd");
    here.fails_the_same(&all_even::call(vec![2, 5]), "5 is odd");
    here.is_the_same(&squares::call(vec![1, 2, 3]));
}

/// As executions, and in a graph that is made while it runs.
pub(crate) fn maps_are_in_maps(here: &Here) {
    let rows = || vec![vec![1, 2], vec![], vec![4, 6]];
    here.is_the_same(&evens_of_rows::call(rows()));
    here.is_the_same(&rows_of_evens::call(rows()));
}

pub(crate) fn elements_are_tried_again(here: &Here) {
    let call = tried_again::call(vec![0, 3]);
    let execution = here.started(&call);
    let tree = here.remote.wait(&execution).unwrap();
    let there = here.remote.outputs::<tried_again>(&execution).unwrap();
    assert_eq!(there, here.runner().run(call).unwrap());
    let attempts = tree.nodes[0].nodes.iter().map(|node| node.attempts.len());
    assert_eq!(attempts.collect::<Vec<_>>(), [1, 3]);
}
