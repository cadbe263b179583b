//! Branches, with several nodes in each case.

use flyte_remote::larger;
use flyte_remote::workflows::branches::{routed, sized};

use crate::here::Here;

pub(crate) fn the_same_case_is_chosen(here: &Here) {
    here.is_the_same(&sized::call(7, 3));
    here.is_the_same(&sized::call(0, 3));
    here.is_the_same(&sized::call(2, 3));
    here.is_the_same(&routed::call(2, "up".to_owned()));
    here.is_the_same(&routed::call(2, "down".to_owned()));
    here.is_the_same(&routed::call(-7, String::new()));
    here.is_the_same(&larger::call(30));
}

pub(crate) fn a_case_that_fails_fails_the_same(here: &Here) {
    here.fails_the_same(&routed::call(1, "aside".to_owned()), "neither up nor down");
}
