//! All cases: `rows` for what once did not hold on a cluster, `held` for what did.

mod held;
mod rows;

use crate::case::{Case, Shows};

/// For each row and each kind there are cases about at least so many entities.
pub(crate) const LEAST: usize = 3;

/// And in all about at least so many.
pub(crate) const LEAST_ENTITIES: usize = 150;

/// Every case.
pub(crate) fn cases() -> Vec<Case> {
    rows::cases().into_iter().chain(held::cases()).collect()
}

/// All that there have to be cases for.
pub(crate) fn all() -> impl Iterator<Item = Shows> {
    let rows = (1..=rows::COUNT).map(Shows::Row);
    rows.chain(held::KINDS.iter().map(|kind| Shows::Held(kind)))
}
