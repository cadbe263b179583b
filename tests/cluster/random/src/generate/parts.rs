//! Parts of values.

use super::Scope;
use crate::{
    program::{Expr, Part},
    types::Ty,
};

/// The parts of what is known that are of this type.
pub(super) fn parts(scope: &Scope, ty: Ty) -> Vec<Expr> {
    let mut wholes: Vec<(Expr, Ty)> = Vec::new();
    // The inputs of a dynamic task are values.
    if scope.dynamic.is_none() {
        wholes.extend(
            scope
                .inputs
                .iter()
                .enumerate()
                .map(|(index, (_, ty))| (Expr::Input(index), *ty)),
        );
    }
    wholes.extend(
        scope
            .locals
            .iter()
            .enumerate()
            .map(|(index, (ty, _))| (Expr::Local(index), *ty)),
    );
    let mut found = Vec::new();
    for (whole, of) in wholes {
        let part = |part| Expr::Part(Box::new(whole.clone()), part);
        match (of, ty) {
            (Ty::Thing, Ty::Int) => {
                found.extend([Part::Weight, Part::Depth, Part::Mark].map(part));
                found.push(Expr::Part(Box::new(part(Part::Stock)), Part::Key("b")));
            }
            (Ty::Thing, Ty::Text) => found.push(part(Part::Name)),
            (Ty::Thing, Ty::Hue) => found.push(part(Part::Color)),
            (Ty::Thing, Ty::Truth) => found.push(part(Part::Ready)),
            (Ty::Thing, Ty::Real) => found.push(part(Part::Share)),
            (Ty::Thing, Ty::Ints) => found.push(part(Part::Marks)),
            (Ty::Thing, Ty::MaybeInt) => found.push(part(Part::Maybe)),
            (Ty::Thing, Ty::Time) => found.push(part(Part::Due)),
            (Ty::Thing, Ty::Span) => found.push(part(Part::Takes)),
            (Ty::Thing, Ty::Table) => found.push(part(Part::Stock)),
            (Ty::Ints, Ty::Int) | (Ty::Texts, Ty::Text) | (Ty::Things, Ty::Thing) => {
                found.push(part(Part::At(0)));
                // Half of the lists have so many.
                found.extend(scope.misses.then(|| part(Part::At(2))));
            }
            (Ty::Table, Ty::Int) => {
                found.push(part(Part::Key("a")));
                found.extend(scope.misses.then(|| part(Part::Key("c"))));
            }
            (Ty::Things, Ty::Int) => {
                found.push(Expr::Part(Box::new(part(Part::At(1))), Part::Weight));
            }
            _ => {}
        }
    }
    found
}
