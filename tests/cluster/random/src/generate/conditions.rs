//! Conditions, with every kind of operand.

use super::{Generator, Need, Scope, parts};
use crate::{
    program::{Condition, Expr, Operator},
    types::Ty,
};

const ALL: [Operator; 6] = [
    Operator::Eq,
    Operator::Ne,
    Operator::Lt,
    Operator::Le,
    Operator::Gt,
    Operator::Ge,
];

impl Generator {
    pub(super) fn condition(&mut self, scope: &mut Scope, depth: usize) -> Condition {
        let boxed = |condition| Box::new(condition);
        match self.random.below(if depth == 0 { 7 } else { 12 }) {
            7 | 8 => Condition::Both(
                boxed(self.condition(scope, depth - 1)),
                boxed(self.condition(scope, depth - 1)),
            ),
            9 | 10 => Condition::Either(
                boxed(self.condition(scope, depth - 1)),
                boxed(self.condition(scope, depth - 1)),
            ),
            11 => Condition::Not(boxed(self.condition(scope, depth - 1))),
            0 => {
                let truth = self.operand(scope, Ty::Truth);
                match self.random.percent(10) {
                    true => {
                        let known = Condition::Known(self.random.percent(50));
                        Condition::Both(boxed(Condition::Holds(truth)), boxed(known))
                    }
                    false => Condition::Holds(truth),
                }
            }
            1 | 2 if self.features.options => self.of_option(scope),
            3 | 4 if self.features.enums => {
                let left = self.operand(scope, Ty::Hue);
                let operator = self.random.one_of(&ALL[..2]);
                let right = match self.random.percent(80) {
                    true => Expr::Constant(Ty::Hue, self.random.number()),
                    false => self.operand(scope, Ty::Hue),
                };
                Condition::Compare(Ty::Hue, operator, left, right)
            }
            _ => self.comparison(scope),
        }
    }

    fn of_option(&mut self, scope: &mut Scope) -> Condition {
        let ty = self.random.one_of(&[Ty::MaybeInt, Ty::MaybeText]);
        // Of a struct's field, too, where that is allowed.
        let of = match ty {
            Ty::MaybeInt => self.operand(scope, ty),
            _ => self.source(scope, ty, Need::Promise, 1),
        };
        match self.random.below(5) {
            0 | 1 => Condition::IsSome(ty, of),
            2 | 3 => Condition::IsNone(ty, of),
            _ => Condition::Compare(
                ty,
                Operator::Eq,
                of,
                Expr::Constant(ty, self.random.number()),
            ),
        }
    }

    fn comparison(&mut self, scope: &mut Scope) -> Condition {
        let ty = self.random.weighted(&[
            (10, Ty::Int),
            (3, Ty::Text),
            (2, Ty::Real),
            (2, Ty::Time),
            (2, Ty::Span),
            (1, Ty::Truth),
        ]);
        let operators = if ty == Ty::Truth { &ALL[..2] } else { &ALL[..] };
        let operator = self.random.one_of(operators);
        let left = self.operand(scope, ty);
        let right = match self.random.percent(65) {
            true => Expr::Constant(ty, self.random.number()),
            false => self.operand(scope, ty),
        };
        Condition::Compare(ty, operator, left, right)
    }

    /// A promise to look at: a part of something only where that is allowed.
    pub(super) fn operand(&mut self, scope: &mut Scope, ty: Ty) -> Expr {
        if self.features.parts && self.random.percent(70) {
            let known = parts(scope, ty);
            if !known.is_empty() {
                return known[self.random.below(known.len())].clone();
            }
            let whole = match ty {
                Ty::Int => self
                    .random
                    .one_of(&[Ty::Thing, Ty::Ints, Ty::Table, Ty::Things]),
                Ty::Text => self.random.one_of(&[Ty::Thing, Ty::Texts]),
                Ty::Hue | Ty::Truth | Ty::Real | Ty::Time | Ty::Span | Ty::MaybeInt => Ty::Thing,
                _ => return self.whole(scope, ty),
            };
            let whole = self.source(scope, whole, Need::Promise, 1);
            return self.part_of(whole, ty, scope);
        }
        self.whole(scope, ty)
    }

    fn whole(&mut self, scope: &mut Scope, ty: Ty) -> Expr {
        match self.source(scope, ty, Need::Promise, 1) {
            Expr::Part(..) => self.call(scope, ty, 0),
            whole => whole,
        }
    }

    /// A part of something that is being made.
    fn part_of(&mut self, whole: Expr, ty: Ty, scope: &Scope) -> Expr {
        let of = self.type_of(&whole, scope);
        let known = Scope {
            locals: vec![(of, false)],
            ..Scope::default()
        };
        let found = parts(&known, ty);
        let chosen = found[self.random.below(found.len())].clone();
        replace(chosen, &whole)
    }

    fn type_of(&self, expr: &Expr, scope: &Scope) -> Ty {
        match expr {
            Expr::Input(input) => scope.inputs[*input].1,
            Expr::Local(local) => scope.locals[*local].0,
            Expr::Call(callee, ..) => callee.output(),
            Expr::Part(_, part) => match part {
                crate::program::Part::Marks => Ty::Ints,
                crate::program::Part::Stock => Ty::Table,
                _ => Ty::Thing,
            },
            _ => Ty::Int,
        }
    }
}

/// The same part of something else.
fn replace(part: Expr, whole: &Expr) -> Expr {
    match part {
        Expr::Part(of, step) => Expr::Part(Box::new(replace(*of, whole)), step),
        _ => whole.clone(),
    }
}
