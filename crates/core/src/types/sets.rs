//! Sets and queues, which are lists in Flyte.
//!
//! Flyte has no sets. flytekit pickles Python's, so that no other language reads them; a list everyone reads. Elements
//! are written in order, so that equal sets have equal literals and a cache finds them.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashSet, VecDeque},
    hash::Hash,
};

use serde_json::Value as Json;

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, TypeError, wire::encode,
};

macro_rules! written_as_lists {
    ($([$($bound:tt)*] $set:ident $sorted:expr;)*) => { $(
        impl<T: FlyteType + $($bound)*> FlyteType for $set<T> {
            fn literal_type() -> LiteralType {
                Vec::<T>::literal_type()
            }

            fn to_literal(&self) -> Result<Literal, TypeError> {
                elements(self, $sorted).map(Literal::collection)
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                Vec::<T>::from_literal(literal).map(|items| items.into_iter().collect())
            }

            fn json_schema() -> Json {
                Vec::<T>::json_schema()
            }

            fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
                writer.literal(&self.to_literal()?)
            }

            fn preview(&self, preview: &mut Preview) {
                let items: Vec<&T> = self.iter().collect();
                preview.list("[", "]", items, |preview, item| item.preview(preview));
            }
        }
    )* };
}

written_as_lists! {
    [Ord] BTreeSet false;
    [Eq + Hash] HashSet true;
    [Sized] VecDeque false;
}

fn elements<'a, T: FlyteType>(
    items: impl IntoIterator<Item = &'a T>,
    sorted: bool,
) -> Result<Vec<Literal>, TypeError> {
    let items = items.into_iter().enumerate();
    let items =
        items.map(|(index, item)| item.to_literal().map_err(|e| e.at(format!("[{index}]"))));
    let mut items: Vec<Literal> = items.collect::<Result<_, _>>()?;
    if sorted {
        items.sort_by(order);
    }
    Ok(items)
}

/// An order of literals: that of the values, where values have one that everyone knows.
fn order(one: &Literal, other: &Literal) -> Ordering {
    match (&one.value, &other.value) {
        (LiteralValue::Integer(one), LiteralValue::Integer(other)) => one.cmp(other),
        (LiteralValue::Float(one), LiteralValue::Float(other)) => one.total_cmp(other),
        (LiteralValue::String(one), LiteralValue::String(other)) => one.cmp(other),
        (LiteralValue::Boolean(one), LiteralValue::Boolean(other)) => one.cmp(other),
        _ => encode(one).cmp(&encode(other)),
    }
}
